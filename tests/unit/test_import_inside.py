"""Importing what lies inside other files, what is locked, and what is scanned, with the fake engine."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from desktop.core.cancel import CancelToken
from desktop.core.documents import Document, DocumentState
from desktop.core.errors import Cancelled
from desktop.core.events import FileChanged, ImportSummary, Progress
from desktop.core.library_requests import AddPages
from desktop.core.reading_requests import ReadFile
from desktop.core.requests import Request
from desktop.services.estimate import FILE_WEIGHT, SCAN_SECONDS, Estimate
from tests.support import of_kind
from tests.unit.test_importing import FAILED, READY, SKIPPED, WAITING, Bench


@pytest.fixture
def bench(home: Path) -> Iterator[Bench]:
    made = Bench(home)
    yield made
    made.services.close()


def _holding(path: Path, **members: str) -> Path:
    path.write_text("!holds " + json.dumps(members), "utf-8")
    return path


def test_what_an_archive_holds_is_read_too(bench: Bench, tmp_path: Path) -> None:
    inner = "!holds " + json.dumps({"deep/c.txt": "The heron stands."})
    archive = _holding(tmp_path / "a.zip", **{"b.txt": "The otter swims.", "m/mail.eml": inner})
    summary = bench.run(archive)
    assert (summary.ready, summary.failed, summary.passages) == (4, 0, 2)
    rows = bench.rows()
    assert rows["a.zip"].reason == "2 files inside"
    assert rows["c.txt"].member == ("m/mail.eml", "deep/c.txt")
    assert rows["c.txt"].parent_id == rows["mail.eml"].id
    assert rows["c.txt"].path == str(archive)
    assert bench.found("heron")
    assert bench.found("otter")
    bench.equal_to_the_index()


def test_only_what_changed_inside_is_read_again(bench: Bench, tmp_path: Path) -> None:
    archive = _holding(
        tmp_path / "a.zip",
        **{"b.txt": "The otter swims.", "c.txt": "The heron stands.", "d.txt": "Moles dig."},
    )
    bench.run(archive)
    before = bench.rows()
    bench.reader.requests.clear()
    _holding(
        archive, **{"b.txt": "The otter swims.", "c.txt": "The heron flies off.", "e.txt": "Voles hide too."}
    )
    bench.run(archive)
    assert [request.member for request in bench.reader.asked(ReadFile)] == [(), ("c.txt",), ("e.txt",)]
    rows = bench.rows()
    assert set(rows) == {"a.zip", "b.txt", "c.txt", "e.txt"}
    assert rows["b.txt"].id == before["b.txt"].id
    assert rows["c.txt"].id == before["c.txt"].id
    assert bench.found("flies")
    assert not bench.found("stands")
    assert not bench.found("Moles")
    bench.equal_to_the_index()


def test_an_archive_that_goes_takes_along_what_it_holds(bench: Bench, tmp_path: Path) -> None:
    bench.run(_holding(tmp_path / "a.zip", **{"b.txt": "The otter swims."}))
    list(bench.services.library.remove([bench.rows()["a.zip"].id]))
    assert not bench.rows()
    assert not bench.found("otter")


def test_a_cancelled_archive_is_read_whole_the_next_time(bench: Bench, tmp_path: Path) -> None:
    archive = _holding(tmp_path / "a.zip", **{"b.txt": "The otter swims.", "c.txt": "!slow"})
    cancel = CancelToken()
    bench.reader.before = lambda request: (
        cancel.cancel() if getattr(request, "member", ()) == ("c.txt",) else None
    )
    with pytest.raises(Cancelled):
        list(bench.services.importing.import_files([archive], bench.collection, cancel=cancel))
    assert bench.services.importing.drop_waiting(bench.collection) >= 1
    _holding(archive, **{"b.txt": "The otter swims.", "c.txt": "The heron stands."})
    bench.run(archive)
    assert bench.states() == {"a.zip": READY, "b.txt": READY, "c.txt": READY}
    assert len(bench.found("otter")) == len(bench.found("heron")) == 1


def test_a_password_is_asked_once_for_all_files_it_opens(bench: Bench, tmp_path: Path) -> None:
    paths = [tmp_path / "a.txt", tmp_path / "b.txt", tmp_path / "other.txt"]
    for path, word in zip(paths, ("otter", "otter", "heron"), strict=True):
        path.write_text(f"!locked {word} These are the numbers of {path.name}.", "utf-8")
    bench.run(*paths[:1], paths[2])
    rows = bench.rows()
    assert {row.reason_kind for row in rows.values()} == {"encrypted"}
    list(bench.services.importing.unlock([rows["a.txt"].id], "otter"))
    assert bench.states() == {"a.txt": READY, "other.txt": FAILED}
    bench.run(paths[1])
    assert bench.states()["b.txt"] is READY, "the same password is tried without being asked for"
    assert bench.services.pages.render(str(paths[1]), 1, 40).pages == 1, "and the page opens"


def test_scans_come_after_the_files_with_text(bench: Bench, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("!scan The heron stands.", "utf-8")
    (tmp_path / "b.txt").write_text("The otter swims.", "utf-8")
    events = list(bench.services.importing.import_files([tmp_path], bench.collection))
    ready = [e.document.name for e in of_kind(events, FileChanged) if e.document.state is READY]
    assert ready == ["b.txt", "a.txt"]
    waiting = [e.document for e in of_kind(events, FileChanged) if e.document.unread]
    assert waiting[0].state is WAITING
    assert "scanned" in waiting[0].reason
    assert bench.rows()["a.txt"].scanned == 1
    assert [request.ocr for request in bench.reader.asked(ReadFile)] == [False, False, True]
    bench.equal_to_the_index()


def test_scans_may_be_left_unread_and_read_later(bench: Bench, tmp_path: Path) -> None:
    bench.services.settings.change(read_scans=False)
    (tmp_path / "a.txt").write_text("!scan The heron stands.", "utf-8")
    assert bench.run(tmp_path).failed == 1
    row = bench.rows()["a.txt"]
    assert row.reason_kind == "no text"
    summary = list(bench.services.importing.retry([row.id], read_scans=True))[-1]
    assert isinstance(summary, ImportSummary)
    assert summary.ready == 1
    assert bench.found("heron")


def test_what_a_person_ignores_stays_so_until_it_changes(bench: Bench, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("!damaged", "utf-8")
    bench.run(tmp_path)
    bench.services.library.ignore([bench.rows()["a.txt"].id])
    assert bench.run(tmp_path).skipped == 1
    assert bench.states() == {"a.txt": SKIPPED}
    (tmp_path / "a.txt").write_text("The otter swims.", "utf-8")
    assert bench.run(tmp_path).ready == 1


def test_a_file_that_takes_too_long_costs_only_itself(
    bench: Bench, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bench.services.settings.change(read_total_seconds=10)
    late = [0.0]

    def during(request: Request, message: object) -> None:
        if isinstance(request, ReadFile) and request.path.endswith("a.txt"):
            late[0] += 4.0

    now = time.monotonic
    monkeypatch.setattr(time, "monotonic", lambda: now() + late[0])
    bench.reader.during = during
    (tmp_path / "a.txt").write_text("\f".join(f"Page {number} of many." for number in range(9)), "utf-8")
    (tmp_path / "b.txt").write_text("The otter swims.", "utf-8")
    bench.run(tmp_path)
    assert bench.rows()["a.txt"].reason_kind == "too slow"
    assert bench.states() == {"a.txt": FAILED, "b.txt": READY}
    bench.equal_to_the_index()


def test_a_changed_file_says_that_the_index_knows_it(bench: Bench, tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text("The otter swims.", "utf-8")
    bench.run(path)
    path.write_text("The otter swims on.", "utf-8")
    bench.run(path)
    assert [request.known for request in bench.library.asked(AddPages)] == [False, True]


class Clock:
    """A clock that the test moves, and pauses."""

    def __init__(self, *sizes: int) -> None:
        self.now, self.paused = 0.0, False
        self.files = [Document(str(n), "c", f"/{n}", f"{n}", size=size) for n, size in enumerate(sizes)]
        self.estimate = Estimate(self.files, lambda: self.paused, lambda: self.now)

    def saw(self, number: int, state: DocumentState, page: int = 0, pages: int = 0, unread: int = 0) -> None:
        document = self.files[number]
        changed = Document(
            document.id, "c", document.path, document.name, size=document.size, state=state, unread=unread
        )
        self.estimate.saw(FileChanged(changed, page, pages))

    @property
    def left(self) -> float | None:
        return self.estimate.progress().seconds_left


def test_the_estimate_goes_by_what_was_done() -> None:
    clock = Clock(*[70_000] * 4)
    assert clock.left is None
    clock.now = 3.0
    clock.saw(0, READY)
    assert clock.left == pytest.approx(9.0)
    clock.paused, clock.now = True, 100.0
    assert clock.left == pytest.approx(9.0), "a pause is not work"
    clock.paused, clock.now = False, 103.0
    clock.saw(1, FAILED)
    assert clock.left == pytest.approx(6.0)
    assert clock.estimate.progress() == Progress(2, 4, "2 of 4 files are done", pytest.approx(6.0))


def test_the_estimate_of_one_long_file_goes_by_its_pages() -> None:
    clock = Clock(1_000_000 - FILE_WEIGHT)
    clock.now = 2.0
    clock.saw(0, DocumentState.READING, page=10, pages=100)
    assert clock.left == pytest.approx(18.0)


def test_the_estimate_tells_scans_apart() -> None:
    clock = Clock(70_000, 70_000)
    clock.now = 1.0
    clock.saw(0, WAITING, unread=10)
    assert clock.left == pytest.approx(1.0 + 10 * SCAN_SECONDS)
    clock.now = 2.0
    clock.saw(1, READY)
    for page in range(1, 6):
        clock.now += 4.0
        clock.saw(0, DocumentState.READING, page=page, pages=10)
    assert clock.left == pytest.approx(5 * 4.0)
    clock.saw(0, READY)
    assert clock.left == 0.0
