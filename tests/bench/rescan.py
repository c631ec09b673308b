"""How long an unchanged folder of 10,000 files takes: scanned as a linked folder, and imported once more."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import psutil

from desktop.core.events import FileChanged, ImportSummary, ScanSummary
from desktop.engines.fake import FakeEngine
from desktop.services.all import Services
from tests.bench.measure import Figure, Options, say, spread
from tests.support import make_services

FILES = 10_000
ROUNDS = 3
TARGET = 10.0


def figures(options: Options) -> list[Figure]:
    """A line for the scan, one for the import. The index is filled by a stand-in: nothing unchanged is embedded."""
    with tempfile.TemporaryDirectory() as folder:
        papers = _files(Path(folder) / "papers")
        built = make_services(Path(folder) / "home", FakeEngine())
        built.syncing.rest_seconds = 0.0
        try:
            collection = built.library.create_collection("Papers").id
            linked = built.syncing.link(papers, collection)
            say(f"rescan: the first import of {FILES:,} files")
            for _ in built.syncing.sync([linked.id]):
                pass
            return [_scan(built, linked.id), _again(built, papers, collection)]
        finally:
            built.close()


def _files(folder: Path) -> Path:
    for number in range(FILES):
        path = folder / f"{number // 100:03}" / f"Report {number:05}.txt"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"Report {number} says that pump {number * 7} was looked after.", "utf-8")
    return folder


def _scan(built: Services, folder_id: str) -> Figure:
    def scan() -> int:
        return sum(
            event.unchanged
            for event in built.syncing.sync([folder_id])
            if isinstance(event, ScanSummary) and not event.to_read
        )

    return _line(f"scan of an unchanged linked folder of {FILES:,} files", scan)


def _again(built: Services, papers: Path, collection: str) -> Figure:
    def again() -> int:
        rows = 0
        for event in built.importing.import_files([papers], collection):
            rows += isinstance(event, FileChanged)
            assert not isinstance(event, ImportSummary) or event.skipped == FILES
        return rows

    return _line(f"import of the same {FILES:,} files once more", again)


def _line(what: str, work: Callable[[], int]) -> Figure:
    process = psutil.Process()
    before = process.memory_info().rss
    seconds = []
    for number in range(ROUNDS):
        say(f"rescan: {what}, round {number + 1} of {ROUNDS}")
        start = time.perf_counter()
        if work() != FILES:
            raise RuntimeError("not all files were unchanged")
        seconds.append(time.perf_counter() - start)
    grown = (process.memory_info().rss - before) / 2**20
    note = f"{ROUNDS} rounds, by size and time of each file; the process grew by {grown:.0f} MB in them"
    reached = max(seconds) <= TARGET
    return Figure(what, f"≤ {TARGET:.0f} s", f"{spread(seconds)} s", passed=reached, note=note)
