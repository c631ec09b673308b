"""Importing with the fake engine: one row a file, nothing twice, nothing lost, whatever happens in between."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from pathlib import Path

import filelock
import pytest

from desktop.core.cancel import CancelToken
from desktop.core.documents import Document, DocumentState, TableColumns
from desktop.core.errors import (
    Cancelled,
    DiskFull,
    EngineCrashed,
    InternalError,
    ReadError,
    StorageError,
    UserError,
)
from desktop.core.events import FileChanged, ImportSummary, Note, Progress
from desktop.core.library_requests import AddPages, CommitDocuments, Optimize
from desktop.core.reading_requests import ReadFile
from desktop.core.requests import Request
from desktop.engines.fake import FakeEngine
from desktop.services.all import Services
from tests.support import (
    InProcess,
    closed,
    make_services,
    of_kind,
    open_folder,
    unprivileged,
    wait_until,
    write_files,
)

READY, FAILED, SKIPPED, WAITING = (
    DocumentState.READY,
    DocumentState.FAILED,
    DocumentState.SKIPPED,
    DocumentState.WAITING,
)


class Bench:
    """Services with engines that can be made to fail, and a collection."""

    def __init__(self, home: Path) -> None:
        self.engine = FakeEngine()
        self.reader, self.library = InProcess(self.engine), InProcess(self.engine)
        self.services: Services = make_services(home, self.engine, reader=self.reader, library=self.library)
        self.collection = self.services.library.create_collection("Papers").id

    def run(self, *paths: Path, columns: TableColumns = TableColumns()) -> ImportSummary:  # noqa: B008
        """Import, and give the summary."""
        events = list(self.services.importing.import_files(paths, self.collection, columns))
        assert isinstance(events[-1], ImportSummary)
        return events[-1]

    def rows(self) -> dict[str, Document]:
        """The rows by the name of their file."""
        return {row.name: row for row in self.services.library.documents(self.collection)}

    def states(self) -> dict[str, DocumentState]:
        return {name: row.state for name, row in self.rows().items()}

    def found(self, words: str) -> list[str]:
        """The texts of the index with all these words."""
        held = self.engine.kept.get(self.collection, {}).values()
        return [one.text for passages in held for one in passages if words in one.text]

    def equal_to_the_index(self) -> None:
        """The catalogue and the index name the same documents with the same number of passages."""
        held = {
            name: len(passages)
            for name, passages in self.engine.kept.get(self.collection, {}).items()
            if passages
        }
        rows = self.services.library.documents(self.collection)
        assert {row.id: row.passages for row in rows if row.passages} == held
        assert not self.engine.held


@pytest.fixture
def bench(home: Path) -> Iterator[Bench]:
    made = Bench(home)
    yield made
    made.services.close()


def test_each_file_goes_through_its_states_and_is_found(bench: Bench, tmp_path: Path) -> None:
    paths = write_files(tmp_path / "in", a="Alpha is one.\fSecond page.", b="Beta is two.")
    events = list(bench.services.importing.import_files([tmp_path / "in"], bench.collection))
    states: dict[str, list[str]] = {}
    for event in of_kind(events, FileChanged):
        held = states.setdefault(event.document.name, [])
        if event.document.state.value not in held[-1:]:
            held.append(event.document.state.value)
    assert states == {name: ["waiting", "reading", "embedding", "ready"] for name in ("a.txt", "b.txt")}
    summary = events[-1]
    assert isinstance(summary, ImportSummary)
    assert (summary.ready, summary.skipped, summary.failed, summary.passages) == (2, 0, 0, 3)
    progress = of_kind(events, Progress)
    assert [(one.done, one.total) for one in progress] == [(0, 2), (1, 2), (2, 2)]
    row = bench.rows()["a.txt"]
    assert (row.pages, row.passages, row.kind, row.path) == (2, 2, "txt", str(paths[0]))
    assert row.sha256
    assert bench.found("Alpha") == ["Alpha is one."]
    bench.equal_to_the_index()


def test_an_unchanged_file_is_not_read_again(bench: Bench, tmp_path: Path) -> None:
    (path,) = write_files(tmp_path / "in", a="Alpha is one.")
    bench.run(path)
    asked = len(bench.reader.requests)
    assert bench.run(path).skipped == 1
    os.utime(path, (1, 1))  # another time, the same bytes
    assert bench.run(path).skipped == 1
    assert bench.rows()["a.txt"].modified == 1
    assert len(bench.reader.requests) == asked
    assert bench.states() == {"a.txt": READY}
    bench.equal_to_the_index()


def test_a_changed_file_is_read_anew_and_its_old_passages_go(bench: Bench, tmp_path: Path) -> None:
    (path,) = write_files(tmp_path / "in", a="Alpha is old.")
    bench.run(path)
    path.write_text("Alpha is new. And longer.")
    assert bench.run(path).ready == 1
    assert bench.found("old") == []
    assert bench.found("new")
    bench.equal_to_the_index()


def test_the_same_content_under_other_names_is_imported_once(bench: Bench, tmp_path: Path) -> None:
    write_files(tmp_path / "in", a="Alpha is one.", b="Alpha is one.", c="Alpha is one.", d="Delta.")
    summary = bench.run(tmp_path / "in")
    assert (summary.ready, summary.skipped, summary.failed) == (2, 2, 0)
    assert bench.states() == {"a.txt": READY, "b.txt": SKIPPED, "c.txt": SKIPPED, "d.txt": READY}
    assert bench.rows()["b.txt"].reason == "The same as a.txt"
    assert len(bench.found("Alpha")) == 1
    (late,) = write_files(tmp_path / "late", e="Delta.")
    assert bench.run(late).skipped == 1
    assert bench.rows()["e.txt"].reason == "The same as d.txt"
    bench.equal_to_the_index()


def test_a_twin_of_a_file_that_cannot_be_read_is_told_so_itself(bench: Bench, tmp_path: Path) -> None:
    write_files(tmp_path / "in", **{f"e{number}": "" for number in range(30)})
    assert bench.run(tmp_path / "in").failed == 30
    assert {row.reason for row in bench.rows().values()} == {"There is no text in this file."}
    assert len(bench.reader.asked(ReadFile)) == 30


def test_a_twin_is_read_itself_when_the_other_file_has_changed(bench: Bench, tmp_path: Path) -> None:
    first, second, third = write_files(tmp_path, a="The lamp.", b="The lamp.", c="The lamp.")
    bench.run(first, second, third)
    assert bench.states() == {"a.txt": READY, "b.txt": SKIPPED, "c.txt": SKIPPED}
    first.write_text("The door.", "utf-8")
    bench.run(first)
    assert bench.states() == {"a.txt": READY, "b.txt": READY, "c.txt": SKIPPED}
    assert bench.rows()["c.txt"].reason == "The same as b.txt"
    assert bench.found("lamp") == ["The lamp."]
    bench.equal_to_the_index()


def test_read_looks_into_changed_files_and_leaves_the_same_bytes_alone(bench: Bench, tmp_path: Path) -> None:
    first, second = write_files(tmp_path, a="The lamp.", b="The door.")
    bench.run(first, second)
    first.write_text("The lamp is lit.", "utf-8")
    os.utime(second, (1, 1))
    ids = [row.id for row in bench.rows().values()]
    events = list(bench.services.importing.read([*ids, "gone"]))
    assert isinstance(events[-1], ImportSummary)
    assert (events[-1].ready, events[-1].skipped) == (1, 1)
    assert bench.found("lamp") == ["The lamp is lit."]
    assert bench.rows()["b.txt"].modified == 1
    assert len(bench.reader.asked(ReadFile)) == 3


def test_a_file_that_fails_notes_what_was_looked_at(bench: Bench, tmp_path: Path) -> None:
    (file,) = write_files(tmp_path, a="The lamp.")
    bench.run(file)
    file.write_bytes(b"")
    bench.run(file)
    row = bench.rows()["a.txt"]
    assert (row.state, row.reason_kind, row.size) == (FAILED, "empty", 0)
    assert row.modified == file.stat().st_mtime


def test_a_file_that_becomes_a_twin_loses_its_own_passages(bench: Bench, tmp_path: Path) -> None:
    _, second = write_files(tmp_path / "in", a="Alpha is one.", b="Beta is two.")
    bench.run(tmp_path / "in")
    second.write_text("Alpha is one.")
    assert bench.run(tmp_path / "in").skipped == 2
    assert bench.states() == {"a.txt": READY, "b.txt": SKIPPED}
    assert bench.found("Beta") == []
    bench.equal_to_the_index()


def test_columns_make_rows_documents_of_a_search(bench: Bench, tmp_path: Path) -> None:
    table = tmp_path / "t.csv"
    table.write_text("id,body,name\n7,Alpha is one.,First\n8,Beta is two.,Second\n")
    other = tmp_path / "note.txt"
    other.write_text("Gamma.")
    bench.run(table, other, columns=TableColumns("body", "id", "name"))
    passages = [one for held in bench.engine.kept[bench.collection].values() for one in held if one.record_id]
    assert [(one.record_id, one.title, one.text) for one in passages] == [
        ("7", "First", "Alpha is one."),
        ("8", "Second", "Beta is two."),
    ]
    assert bench.rows()["note.txt"].columns == TableColumns()


def test_a_bad_file_costs_one_row_and_can_be_retried(bench: Bench, tmp_path: Path) -> None:
    bad, *_ = write_files(
        tmp_path / "in", a="!damaged", b="Beta is two.", c="", d="  \n ", e="Epsilon is five."
    )
    summary = bench.run(tmp_path / "in", tmp_path / "in" / "gone.txt")
    assert (summary.ready, summary.failed) == (2, 4)
    rows = bench.rows()
    assert {name: row.reason for name, row in rows.items() if row.state is FAILED} == {
        "a.txt": "This file is damaged.",
        "c.txt": "There is no text in this file.",
        "d.txt": "There is no text in this file.",
        "gone.txt": "The file is no longer there.",
    }
    assert {row.reason_kind for row in rows.values() if row.state is FAILED} == {
        "damaged",
        "empty",
        "missing",
    }
    bad.write_text("Alpha is well again.")
    events = list(bench.services.importing.retry([rows["a.txt"].id, rows["c.txt"].id, "not there"]))
    assert of_kind(events, ImportSummary)[0].ready == 1
    assert (bench.rows()["a.txt"].reason, bench.rows()["a.txt"].reason_kind) == ("", "")
    bench.equal_to_the_index()


def test_names_of_any_bytes_are_imported(bench: Bench, tmp_path: Path) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    names = [
        b"caf\xe9.txt",
        b"two\nlines.txt",
        b" spaces .txt",
        "Ελληνικά 😀.txt".encode(),
        b"-rf.txt",
    ]
    for number, name in enumerate(names):
        with open(os.fsencode(folder) + b"/" + name, "w") as file:
            file.write(f"Text number {number}.")
    assert bench.run(folder).ready == len(names)
    assert {os.fsencode(Path(row.path).name) for row in bench.rows().values()} == set(names)
    assert set(bench.rows()) >= {"caf\ufffd.txt", "two\ufffdlines.txt"}
    for request in bench.library.asked(AddPages):
        request.title.encode()  # what is embedded must be text


def test_cancel_leaves_what_is_not_ready_waiting(bench: Bench, tmp_path: Path) -> None:
    write_files(tmp_path / "in", a="Alpha is one.", b="!slow", c="Gamma is three.")
    cancel = CancelToken()
    events = bench.services.importing.import_files([tmp_path / "in"], bench.collection, cancel=cancel)
    while bench.states().get("a.txt") is not READY:
        next(events)
    cancel.cancel()
    with pytest.raises(Cancelled):
        list(events)
    assert bench.states() == {"a.txt": READY, "b.txt": WAITING, "c.txt": WAITING}
    assert bench.services.importing.pending() == 2
    bench.equal_to_the_index()
    (tmp_path / "in" / "b.txt").write_text("Beta is quick now.")
    assert of_kind(bench.services.importing.resume(), ImportSummary)[0].ready == 2
    bench.equal_to_the_index()


def test_what_is_read_is_committed_while_the_reader_is_busy(bench: Bench, tmp_path: Path) -> None:
    write_files(tmp_path / "in", a="Alpha is one.", b="!slow")
    cancel = CancelToken()
    events = bench.services.importing.import_files([tmp_path / "in"], bench.collection, cancel=cancel)
    for event in events:
        if isinstance(event, FileChanged) and event.document.state is READY:
            break
    else:
        pytest.fail("the first file waited for the second")
    events.close()  # type: ignore[attr-defined]


def test_leaving_the_generator_ends_the_import(bench: Bench, tmp_path: Path) -> None:
    write_files(tmp_path / "in", a="!slow", b="Beta.")
    threads = threading.active_count()
    events = bench.services.importing.import_files([tmp_path / "in"], bench.collection)
    for event in events:
        if isinstance(event, FileChanged) and event.document.state is DocumentState.READING:
            break
    events.close()  # type: ignore[attr-defined]
    assert wait_until(lambda: threading.active_count() == threads, 2)
    assert set(bench.states().values()) == {WAITING}
    assert bench.services.importing.resume()  # the turn was given back
    (tmp_path / "in" / "a.txt").write_text("Alpha.")
    assert of_kind(bench.services.importing.resume(), ImportSummary)[0].ready == 2


def test_pause_holds_the_work_between_two_files(bench: Bench, tmp_path: Path) -> None:
    write_files(tmp_path / "in", a="Alpha.", b="Beta.", c="Gamma.")
    pause = threading.Event()
    done: list[str] = []

    def work() -> None:
        events = bench.services.importing.import_files([tmp_path / "in"], bench.collection, pause=pause)
        for event in events:
            if isinstance(event, FileChanged) and event.document.state is READY:
                done.append(event.document.name)

    pause.set()
    thread = threading.Thread(target=work)
    thread.start()
    assert wait_until(lambda: len(bench.rows()) == 3)
    assert not wait_until(lambda: bool(bench.reader.requests or done), 0.4)
    pause.clear()
    thread.join(10)
    assert done == ["a.txt", "b.txt", "c.txt"]


def test_a_pause_can_be_cancelled(bench: Bench, tmp_path: Path) -> None:
    write_files(tmp_path / "in", a="Alpha.")
    pause, cancel = threading.Event(), CancelToken()
    pause.set()
    threading.Timer(0.2, cancel.cancel).start()
    events = bench.services.importing.import_files(
        [tmp_path / "in"], bench.collection, cancel=cancel, pause=pause
    )
    with pytest.raises(Cancelled):
        list(events)
    assert bench.states() == {"a.txt": WAITING}


def test_drop_waiting_takes_only_what_was_never_read(bench: Bench, tmp_path: Path) -> None:
    first, _ = write_files(tmp_path / "in", a="Alpha is one.", b="!damaged")
    bench.run(tmp_path / "in")
    first.write_text("!slow")
    write_files(tmp_path / "in", c="Gamma.")
    cancel = CancelToken()
    events = bench.services.importing.import_files([tmp_path / "in"], bench.collection, cancel=cancel)
    while not isinstance(next(events), Progress):
        pass
    cancel.cancel()
    with pytest.raises(Cancelled):
        list(events)
    assert (
        bench.services.importing.drop_waiting(bench.collection) == 2
    )  # b, which never was in the index, and c
    assert bench.states() == {"a.txt": READY}
    assert bench.found("Alpha is one")
    bench.equal_to_the_index()


def test_resume_after_a_death_goes_on_where_it_was(bench: Bench, home: Path, tmp_path: Path) -> None:
    write_files(tmp_path / "in", a="Alpha.", b="Beta.", c="Gamma.")

    def die(request: Request) -> None:
        if isinstance(request, CommitDocuments):
            raise KeyboardInterrupt  # as good as the end of the program: nothing after it runs

    bench.library.before = die
    with pytest.raises(KeyboardInterrupt):
        bench.run(tmp_path / "in")
    later = make_services(home, bench.engine)
    assert later.importing.pending() == 3
    assert of_kind(later.importing.resume(), ImportSummary)[0].ready == 3
    later.close()
    bench.equal_to_the_index()


# --- engines that fail ----------------------------------------------------------------------------------------------


def test_one_death_of_the_library_costs_nothing(bench: Bench, tmp_path: Path) -> None:
    write_files(tmp_path / "in", a="Alpha.\fSecond page.\fThird page.", b="Beta.", c="Gamma.")
    for kind in (AddPages, CommitDocuments):
        for which in range(3):
            seen = 0

            def die(request: Request, kind: type = kind, which: int = which) -> None:
                nonlocal seen
                seen += isinstance(request, kind)
                if isinstance(request, kind) and seen == which + 1:
                    bench.engine.held.clear()
                    raise EngineCrashed("The search index crashed.")

            bench.library.before = die
            now = f"{kind.__name__} {which}."
            write_files(
                tmp_path / "in",
                a=f"Alpha.\fSecond page.\fThird page {now}",
                b=f"Beta {now}",
                c=f"Gamma {now}",
            )
            summary = bench.run(tmp_path / "in")
            assert (summary.ready, summary.failed) == (3, 0), (kind, which)
            assert len(bench.found("page")) == 2, now
            assert len(bench.found(now)) == 3, now
            bench.equal_to_the_index()


def test_a_library_that_was_started_again_unseen_loses_no_passage(bench: Bench, tmp_path: Path) -> None:
    """Its child may die between two requests: the next one starts it again, with nothing held."""
    write_files(tmp_path / "in", a="Alpha one.\fAlpha two.\fAlpha three.", b="Beta.")
    for number in range(1, 7):
        count = 0

        def forget(request: Request, number: int = number) -> None:
            nonlocal count
            count += 1
            if count == number:
                bench.engine.held.clear()

        bench.library.before = forget
        for path in (tmp_path / "in").iterdir():
            path.write_text(path.read_text() + " More.")
        summary = bench.run(tmp_path / "in")
        assert (summary.ready, summary.failed) == (2, 0), number
        assert len(bench.found("Alpha")) == 3, number
        bench.equal_to_the_index()


@pytest.mark.parametrize("error", [EngineCrashed, InternalError])
def test_a_file_that_kills_the_library_costs_its_row_alone(
    bench: Bench, tmp_path: Path, error: type[Exception]
) -> None:
    write_files(tmp_path / "in", a="Alpha.", b="Poison.", c="Gamma.", d="Delta.")
    poison = {"Poison."}

    def die(request: Request) -> None:
        if isinstance(request, CommitDocuments):
            inside = [one.text for name in request.document_ids for one in bench.engine.held.get(name, ())]
            if poison & set(inside):
                bench.engine.held.clear()
                raise error("The search index crashed.")

    bench.library.before = die
    summary = bench.run(tmp_path / "in")
    assert (summary.ready, summary.failed) == (3, 1)
    assert bench.states() == {"a.txt": READY, "b.txt": FAILED, "c.txt": READY, "d.txt": READY}
    bench.equal_to_the_index()


def test_a_full_disk_ends_the_import_and_its_rows_wait_for_room(bench: Bench, tmp_path: Path) -> None:
    write_files(tmp_path / "in", a="Alpha.", b="Beta.")
    bench.run(tmp_path / "in")
    write_files(tmp_path / "in", a="Alpha is new.", c="Gamma.", d="Delta.")

    def full(request: Request) -> None:
        if isinstance(request, CommitDocuments):
            raise DiskFull("The disk is full.", "Free some space.")

    bench.library.before = full
    with pytest.raises(DiskFull):
        bench.run(tmp_path / "in")
    assert bench.states() == {"a.txt": WAITING, "b.txt": READY, "c.txt": WAITING, "d.txt": WAITING}
    assert bench.found("Alpha.")  # the old version is still there
    bench.library.before = lambda _: None
    assert of_kind(bench.services.importing.resume(bench.collection), ImportSummary)[0].ready == 3
    bench.equal_to_the_index()


def test_an_index_that_cannot_be_written_fails_the_rows_and_loses_nothing(
    bench: Bench, tmp_path: Path
) -> None:
    write_files(tmp_path / "in", a="Alpha.", b="Beta.")
    bench.run(tmp_path / "in")
    write_files(tmp_path / "in", a="Alpha is new.", c="Gamma.")

    def full(request: Request) -> None:
        if isinstance(request, CommitDocuments):
            raise StorageError("The search index could not be written.", "Check the disk.")

    bench.library.before = full
    summary = bench.run(tmp_path / "in")
    assert (summary.failed, summary.skipped) == (2, 1)
    assert bench.rows()["c.txt"].reason == "The search index could not be written."
    assert bench.found("Alpha.")  # the old version is still there
    bench.library.before = lambda _: None
    failed = [row.id for row in bench.rows().values() if row.state is FAILED]
    assert of_kind(bench.services.importing.retry(failed), ImportSummary)[0].ready == 2
    bench.equal_to_the_index()


def test_a_bug_of_the_reader_costs_one_row(bench: Bench, tmp_path: Path) -> None:
    write_files(tmp_path / "in", a="Alpha.", b="Beta.")

    def broken(request: Request) -> None:
        if isinstance(request, ReadFile) and request.path.endswith("a.txt"):
            raise ZeroDivisionError

    bench.reader.before = broken
    assert bench.run(tmp_path / "in").ready == 1
    assert "ZeroDivisionError" in bench.rows()["a.txt"].reason


def test_a_file_that_cannot_be_read_once_more_keeps_its_text(bench: Bench, tmp_path: Path) -> None:
    _, other = write_files(tmp_path / "in", a="Alpha is one.", b="Beta is two.")
    bench.run(tmp_path / "in")
    rows = bench.rows()

    def broken(request: Request) -> None:
        if isinstance(request, ReadFile):
            raise ReadError("Its pages could not be drawn.", reason="damaged")

    other.write_text("Beta is another one.")
    bench.reader.before = broken
    list(bench.services.importing.retry([row.id for row in rows.values()], read_scans=True))
    assert bench.states() == {"a.txt": READY, "b.txt": FAILED}
    assert (
        bench.rows()["a.txt"].reason == "Its pages could not be drawn. The text that was read before is kept."
    )
    assert bench.found("Alpha is one.")
    assert not bench.found("Beta")  # what stood in the file before is not found in it any more
    bench.equal_to_the_index()


@pytest.mark.parametrize("when", [ReadFile, AddPages, CommitDocuments])
def test_a_row_that_is_removed_meanwhile_is_let_go(bench: Bench, tmp_path: Path, when: type) -> None:
    write_files(tmp_path / "in", a="Alpha.\fMore alpha.", b="Beta.", c="Gamma.")

    def remove(request: Request) -> None:
        if isinstance(request, when) and "a.txt" in bench.rows():
            bench.services.library._catalogue.remove([bench.rows()["a.txt"].id])

    bench.reader.before = bench.library.before = remove
    summary = bench.run(tmp_path / "in")
    assert (summary.ready, summary.failed) == (2, 0)
    assert bench.states() == {"b.txt": READY, "c.txt": READY}
    bench.library.before = lambda _: None
    bench.equal_to_the_index()


# --- several at once, and what cannot be done ------------------------------------------------------------------------


def test_a_second_import_waits_for_the_first(bench: Bench, tmp_path: Path) -> None:
    write_files(tmp_path / "in", a="!slow")
    write_files(tmp_path / "other", b="Beta.")
    first = bench.services.importing.import_files([tmp_path / "in"], bench.collection)
    while not isinstance(next(first), Progress):
        pass
    second = bench.services.importing.import_files([tmp_path / "other"], bench.collection)
    told = [next(second), next(second)]
    assert of_kind(told, Note)[0].words == "Waiting for the other import to end."
    threading.Timer(0.2, first.close).start()  # type: ignore[attr-defined]
    assert of_kind(second, ImportSummary)[0].ready == 1


def test_what_the_first_import_has_read_is_not_read_by_the_second(bench: Bench, tmp_path: Path) -> None:
    write_files(tmp_path / "in", a="Alpha.", b="Beta.")
    first = bench.services.importing.import_files([tmp_path / "in"], bench.collection)
    while not isinstance(next(first), Progress):
        pass
    second = bench.services.importing.read([row.id for row in bench.rows().values()])
    assert isinstance(next(second), Note)
    list(first)
    (tmp_path / "in" / "b.txt").write_text("Beta has changed.", "utf-8")
    assert of_kind(second, ImportSummary)[0].ready == 0
    assert [Path(request.path).name for request in bench.reader.asked(ReadFile)] == ["a.txt", "b.txt"]
    ids = [row.id for row in bench.rows().values()]
    assert of_kind(bench.services.importing.read(ids), ImportSummary)[0].ready == 1
    bench.equal_to_the_index()


def test_an_import_of_another_process_is_told(bench: Bench, tmp_path: Path) -> None:
    (path,) = write_files(tmp_path / "in", a="Alpha.")
    with filelock.FileLock(bench.services.paths.import_lock):
        with pytest.raises(UserError, match="Another Deskside"):
            bench.run(path)
    assert bench.states() == {"a.txt": WAITING}
    assert of_kind(bench.services.importing.resume(), ImportSummary)[0].ready == 1


def test_what_cannot_be_imported_is_told(bench: Bench, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    with pytest.raises(UserError, match="no files"):
        bench.run(tmp_path / "empty")
    with pytest.raises(UserError, match="collection"):
        list(bench.services.importing.import_files([tmp_path], "gone"))


def test_an_import_ends_with_an_index_in_order(bench: Bench, tmp_path: Path) -> None:
    bench.run(*write_files(tmp_path / "in", a="Alpha."))
    assert isinstance(bench.library.requests[-1], Optimize)


def test_what_nobody_may_read_is_a_row_that_says_so() -> None:
    with open_folder() as folder, unprivileged():
        bench = Bench(folder / "home")
        write_files(folder / "in", a="Alpha.", secret="Beta.")
        write_files(folder / "in" / "shut", c="Gamma.")
        with closed(folder / "in" / "secret.txt"), closed(folder / "in" / "shut"):
            summary = bench.run(folder / "in", folder / "in" / "shut" / "c.txt")
        rows = bench.rows()
        bench.services.close()
    assert (summary.ready, summary.failed) == (1, 3)
    file, inside = "You are not allowed to read this file.", "You are not allowed to look into this folder."
    assert {name: row.reason for name, row in rows.items()} == {
        "a.txt": "", "secret.txt": file, "shut": inside, "c.txt": file,
    }  # fmt: skip
    assert {row.reason_kind for name, row in rows.items() if name != "a.txt"} == {"not allowed"}
