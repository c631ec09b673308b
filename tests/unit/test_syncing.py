"""Linked folders with real folders and the fake engine: what is followed, and what is not read twice."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from desktop.core.cancel import CancelToken
from desktop.core.documents import DocumentState
from desktop.core.events import FileMoved, FileRemoved
from desktop.core.folders import DEFAULT_IGNORE, FolderState
from desktop.core.library_requests import AddPages
from desktop.services import folder_scan
from tests.linked import Linked
from tests.support import of_kind

READY, FAILED, SKIPPED, WAITING = (
    DocumentState.READY,
    DocumentState.FAILED,
    DocumentState.SKIPPED,
    DocumentState.WAITING,
)


@pytest.fixture
def bench(home: Path, tmp_path: Path) -> Iterator[Linked]:
    made = Linked(home, tmp_path / "Contracts")
    yield made
    made.equal_to_the_index()
    made.services.close()


def test_files_and_subfolders_are_read_and_ignored_ones_are_not(bench: Linked) -> None:
    bench.write("a.txt", "The lamp.")
    bench.write("2026/b.txt", "The door.")
    bench.write("2026/.hidden/c.txt", "Hidden.")
    bench.write("~$a.docx", "A lock.")
    bench.write("old.txt~", "A copy.")
    bench.write("drafts/d.txt", "A draft.")
    folder = bench.link(ignore=[*DEFAULT_IGNORE, "drafts/"])
    summary = bench.sync()
    assert (summary.new, summary.unchanged, summary.removed) == (2, 0, 0)
    assert bench.states() == {"a.txt": READY, "2026/b.txt": READY}
    assert {row.folder_id for row in bench.rows().values()} == {folder.id}
    (shown,) = bench.services.syncing.folders(bench.collection)
    assert shown.state is FolderState.IN_SYNC
    assert shown.documents == 2
    assert abs(time.time() - shown.scanned_at) < 60


def test_an_unchanged_folder_costs_no_reading_and_no_hashing(
    bench: Linked, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(20):
        bench.write(f"{number}.txt", f"Text {number}.")
    bench.link()
    bench.sync()
    monkeypatch.setattr(Path, "open", _not_now)
    summary = bench.sync()
    assert (summary.new, summary.changed, summary.unchanged, summary.to_read) == (0, 0, 20, ())
    assert len(bench.read()) == 20


def _not_now(*_: object, **__: object) -> object:
    raise AssertionError("a file was opened")


def test_a_changed_file_is_read_again_and_a_touched_one_is_not(bench: Linked) -> None:
    changed, touched = bench.write("a.txt", "The lamp."), bench.write("b.txt", "The door.")
    bench.link()
    bench.sync()
    ids = {name: row.id for name, row in bench.rows().items()}
    changed.write_text("The lamp is lit.", "utf-8")
    os.utime(touched, (1, 1))
    assert bench.sync().changed == 2
    assert bench.read() == ["a.txt", "b.txt", "a.txt"]
    assert {name: row.id for name, row in bench.rows().items()} == ids
    assert bench.sync().changed == 0


def test_a_file_that_cannot_be_read_is_tried_again_only_when_it_changes(bench: Linked) -> None:
    file = bench.write("a.txt", "")
    bench.link()
    bench.sync()
    assert bench.states() == {"a.txt": FAILED}
    assert bench.sync().to_read == ()
    file.write_text("The lamp.", "utf-8")
    assert bench.sync().changed == 1
    assert bench.states() == {"a.txt": READY}
    file.write_text("", "utf-8")
    bench.sync()
    assert bench.states() == {"a.txt": FAILED}
    assert bench.sync().to_read == ()


def test_moved_and_renamed_files_keep_their_rows_and_passages(bench: Linked) -> None:
    for name in ("a", "b", "c"):
        bench.write(f"{name}.txt", f"The text of {name}.")
    bench.link()
    bench.sync()
    before = {name: row.id for name, row in bench.rows().items()}
    added = len(bench.library.asked(AddPages))
    (bench.folder / "old").mkdir()
    (bench.folder / "a.txt").rename(bench.folder / "A new name.txt")
    (bench.folder / "b.txt").rename(bench.folder / "old" / "b.txt")
    summary = bench.sync()
    assert (summary.moved, summary.new, summary.removed, summary.changed) == (2, 0, 0, 0)
    rows = bench.rows()
    assert {name: row.id for name, row in rows.items()} == {
        "A new name.txt": before["a.txt"],
        "old/b.txt": before["b.txt"],
        "c.txt": before["c.txt"],
    }
    assert rows["A new name.txt"].name == "A new name.txt"
    assert {event.before for event in of_kind(bench.events, FileMoved)} == {
        str(bench.folder / "a.txt"),
        str(bench.folder / "b.txt"),
    }
    assert len(bench.library.asked(AddPages)) == added
    assert bench.services.library.documents(bench.collection, text="new name")


def test_a_renamed_folder_moves_all_that_is_in_it(bench: Linked) -> None:
    for number in range(30):
        bench.write(f"2025/{number}.txt", f"Text {number}.")
    bench.link()
    bench.sync()
    ids = {row.id for row in bench.rows().values()}
    (bench.folder / "2025").rename(bench.folder / "2026")
    assert bench.sync().moved == 30
    assert {row.id for row in bench.rows().values()} == ids
    assert set(bench.rows()) == {f"2026/{number}.txt" for number in range(30)}
    assert len(bench.read()) == 30


def test_a_kept_copy_of_an_overwritten_file_takes_the_row_along(bench: Linked) -> None:
    first, kept = bench.write("report.txt", "Version one."), bench.folder / "report old.txt"
    bench.link()
    bench.sync()
    old = bench.rows()["report.txt"].id
    first.rename(kept)
    bench.write("report.txt", "Version two is longer.")
    summary = bench.sync()
    assert (summary.moved, summary.new, summary.changed) == (1, 1, 0)
    assert bench.rows()["report old.txt"].id == old
    assert bench.states() == {"report.txt": READY, "report old.txt": READY}
    assert bench.read() == ["report.txt", "report.txt"]


def test_a_chain_of_renames_is_followed_to_its_end(bench: Linked) -> None:
    for name in ("1", "2", "3"):
        bench.write(f"{name}.log", f"This is log {name}.")
    bench.link()
    bench.sync()
    ids = {name: row.id for name, row in bench.rows().items()}
    for name in ("3", "2", "1"):
        (bench.folder / f"{name}.log").rename(bench.folder / f"{int(name) + 1}.log")
    assert bench.sync().moved == 3
    assert {name: row.id for name, row in bench.rows().items()} == {
        "2.log": ids["1.log"],
        "3.log": ids["2.log"],
        "4.log": ids["3.log"],
    }
    assert len(bench.read()) == 3


def test_a_removed_file_leaves_the_index(bench: Linked) -> None:
    bench.write("a.txt", "The lamp.")
    gone = bench.write("b.txt", "The door.")
    bench.link()
    bench.sync()
    gone.unlink()
    assert bench.sync().removed == 1
    assert [event.document.name for event in of_kind(bench.events, FileRemoved)] == ["b.txt"]
    assert bench.states() == {"a.txt": READY}
    bench.write("b.txt", "The door.")
    assert bench.sync().new == 1
    assert bench.states() == {"a.txt": READY, "b.txt": READY}


def test_the_last_file_of_a_folder_can_go_too(bench: Linked) -> None:
    only = bench.write("a.txt", "The lamp.")
    bench.link()
    bench.sync()
    only.unlink()
    assert bench.sync().removed == 1
    assert bench.states() == {}


def test_a_twin_inherits_what_was_read_of_a_removed_file(bench: Linked) -> None:
    first = bench.write("a.txt", "The lamp.")
    bench.write("b.txt", "The lamp.")
    bench.write("c.txt", "The lamp.")
    bench.link()
    bench.sync()
    assert bench.states() == {"a.txt": READY, "b.txt": SKIPPED, "c.txt": SKIPPED}
    kept = bench.rows()["a.txt"].id
    first.unlink()
    summary = bench.sync()
    assert (summary.moved, summary.removed, summary.to_read) == (1, 0, ())
    assert bench.states() == {"b.txt": READY, "c.txt": SKIPPED}
    assert bench.rows()["b.txt"].id == kept
    assert bench.read() == ["a.txt"]


def test_removing_a_twin_changes_nothing_else(bench: Linked) -> None:
    for name in ("a.txt", "b.txt", "c.txt"):
        bench.write(name, "The lamp.")
    bench.link()
    bench.sync()
    (bench.folder / "b.txt").unlink()
    summary = bench.sync()
    assert (summary.removed, summary.to_read) == (1, ())
    assert bench.states() == {"a.txt": READY, "c.txt": SKIPPED}


# --- what editors and copies do


def test_an_editor_that_saves_beside_and_renames_changes_the_file(bench: Linked) -> None:
    file = bench.write("a.txt", "The lamp.")
    bench.link()
    bench.sync()
    before = bench.rows()["a.txt"].id
    file.rename(bench.folder / "a.txt~")
    beside = bench.write(".a.txt.swp", "The lamp is lit now.")
    beside.rename(file)
    summary = bench.sync()
    assert (summary.new, summary.changed, summary.removed, summary.moved) == (0, 1, 0, 0)
    assert bench.rows()["a.txt"].id == before
    assert bench.states() == {"a.txt": READY}


def test_a_file_that_is_away_only_during_the_scan_is_not_removed(
    bench: Linked, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = bench.write("a.txt", "The lamp.")
    bench.write("b.txt", "The door.")
    bench.link()
    bench.sync()
    saved = file.read_bytes()
    file.unlink()
    real = folder_scan.leave_unrested

    def saving(*arguments: object) -> None:
        file.write_bytes(saved + b" It is lit.")
        real(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr("desktop.services.syncing.leave_unrested", saving)
    assert bench.sync().removed == 0
    monkeypatch.undo()
    assert bench.sync().changed == 1
    assert bench.states() == {"a.txt": READY, "b.txt": READY}


def test_a_file_is_read_only_when_it_rests(bench: Linked) -> None:
    bench.services.syncing.rest_seconds = 0.4
    path = bench.folder / "a.txt"
    stop = threading.Event()

    def write() -> None:
        with path.open("w", encoding="utf-8") as file:
            for _ in range(8):
                file.write("One more line of it.\n")
                file.flush()
                stop.wait(0.1)

    writer = threading.Thread(target=write)
    bench.link()
    writer.start()
    time.sleep(0.05)
    summary = bench.sync()
    writer.join()
    assert (summary.new, summary.writing) == (1, 0)
    assert bench.rows()["a.txt"].size == 8 * len("One more line of it.\n")
    assert bench.read() == ["a.txt"]


def test_a_file_that_never_rests_is_left_to_the_next_scan(
    bench: Linked, monkeypatch: pytest.MonkeyPatch
) -> None:
    bench.write("quiet.txt", "The door.")
    bench.services.syncing.rest_seconds = 0.05
    restless = bench.write("a.txt", "The lamp.")
    wait = CancelToken.wait

    def written(self: CancelToken, seconds: float) -> bool:
        answer = wait(self, seconds)
        os.utime(restless)
        return answer

    monkeypatch.setattr(CancelToken, "wait", written)
    bench.link()
    summary = bench.sync()
    assert (summary.new, summary.writing) == (1, 1)
    assert bench.states() == {"quiet.txt": READY}
