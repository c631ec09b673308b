"""Ten thousand files and 200,000 passages: what an import, a search, a start and a table of them cost."""

from __future__ import annotations

import dataclasses
import os
import random
import tempfile
import threading
import time
from collections.abc import Sequence
from pathlib import Path

import psutil

from desktop.core.cancel import CancelToken
from desktop.core.errors import Cancelled
from desktop.core.events import ImportSummary
from desktop.core.library_requests import Search
from desktop.core.paths import Paths
from desktop.engines.process import EngineProcess
from desktop.services.all import Engines, Services, engine_processes
from tests.bench import texts
from tests.bench.measure import Figure, Options, median, percentile, say
from tests.bench.screen import MEGABYTE, watched
from tests.bench.search import queries, words_of

STEPS = (1_250, 2_500, 5_000, 10_000)
A_FILE = 20
"""Passages of a file, about."""
WORDS = 2_400
QUERIES = 200
TARGET_MS = 100.0
TARGET_SECONDS = 1.0
OFFSCREEN = {"QT_QPA_PLATFORM": "offscreen"}


def figures(options: Options) -> list[Figure]:
    """By doubling the files, then with all of them there."""
    with tempfile.TemporaryDirectory(prefix="deskside-scale-") as folder:
        home, files = Path(folder) / "home", Path(folder) / "files"
        lines, collection = _filled(home, files)
        lines += _searched(home, collection, Path(folder) / "more")
        lines += _shown(home)
    return lines


def _filled(home: Path, files: Path) -> tuple[list[Figure], str]:
    """Import in steps, each as large as all before it; the lines, and the collection."""
    built = Services(Paths(home, Paths.default().program), _stand_in)
    lines: list[Figure] = []
    try:
        collection = built.library.create_collection("Records").id
        done, first = 0, 0.0
        memory = _Memory(built)
        for step in STEPS:
            say(f"scale: writing and importing up to {step:,} files")
            paths = _write(files / str(step), done, step)
            start = time.perf_counter()
            passages = _imported(built, collection, paths)
            each = (time.perf_counter() - start) / len(paths) * 1000
            first = first or each
            lines.append(
                Figure(
                    f"import of files {done + 1:,} to {step:,}",
                    "linear: ≤ 1.5 times the first" if done else "",
                    f"{each:.1f} ms a file",
                    f"{each / first:.2f}" if done else "",
                    passed=each <= 1.5 * first if done else None,
                    note=f"{passages:,} passages, read, cut, written and indexed for real; the encoder is a stand-in",
                )
            )
            done = step
        lines.append(memory.line("importing 10,000 files"))
    finally:
        built.close()
    return lines, collection


def _searched(home: Path, collection: str, more: Path) -> list[Figure]:
    """Search with the real engines, at rest and while files are imported for real."""
    built = Services(Paths(home, Paths.default().program))
    lines = []
    try:
        asked = queries(QUERIES)
        for query in asked[:20]:
            built.searching.search(Search(collection, query))
        say("scale: searching at rest")
        at_rest = [_milliseconds(built, collection, query) for query in asked]
        passages = built.library.collection(collection)
        total = passages.passages if passages else 0
        lines.append(
            Figure(
                f"hybrid search in {total:,} passages, at rest",
                "",
                words_of(at_rest),
                note="real query vectors",
            )
        )
        say("scale: searching while files are imported")
        paths = _write(more, 20_000, 20_400)
        memory = _Memory(built)
        cancel = CancelToken()
        importing = threading.Thread(target=_import_until, args=(built, collection, paths, cancel))
        importing.start()
        time.sleep(5.0)
        during = []
        for query in asked:
            during.append(_milliseconds(built, collection, query))
            time.sleep(0.1)
        alive = importing.is_alive()
        cancel.cancel()
        importing.join()
        p95 = percentile(during, 0.95)
        lines.append(
            Figure(
                f"hybrid search in {total:,} passages, while an import runs",
                f"p95 ≤ {TARGET_MS:.0f} ms",
                words_of(during),
                passed=p95 <= TARGET_MS,
                note=f"{QUERIES} queries, one every 0.1 s, against real reading, embedding and writing in the same "
                f"collection{'' if alive else ' (the import was over before the queries were)'}",
            )
        )
        lines.append(memory.line("searching and importing at once"))
        pages = [_table_page(built, collection, offset) for offset in range(0, 10_000, 500)]
        lines.append(
            Figure(
                "a page of 200 rows of the table of 10,000 files",
                "",
                f"median {median(pages):.1f}, max {max(pages):.1f} ms",
                note="any place, by name",
            )
        )
    finally:
        built.close()
    return lines


def _shown(home: Path) -> list[Figure]:
    say("scale: starting the window")
    watched(home, OFFSCREEN, 1.0)
    reports = [watched(home, OFFSCREEN, 3.0) for _ in range(3)]
    seconds = median([report["seconds"] for report in reports])
    memory = max(report["rss"] for report in reports) / MEGABYTE
    return [
        Figure(
            "window shown after a warm start, 10,000 files in the library",
            f"≤ {TARGET_SECONDS:.1f} s",
            f"{seconds:.2f} s; {memory:.0f} MB",
            passed=seconds <= TARGET_SECONDS,
            note="offscreen, median of 3",
        )
    ]


def _stand_in(paths: Paths) -> Engines:
    library = {"index": str(paths.index), "embedder": str(paths.starter_embedder)}
    engine = EngineProcess(
        "The search index", "tests.bench.standin", library, logs=paths.logs, background=True
    )
    return dataclasses.replace(engine_processes(paths), library=engine)


def _write(folder: Path, first: int, end: int) -> list[Path]:
    """Text files of about A_FILE passages each."""
    folder.mkdir(parents=True)
    paths = []
    for number in range(first, end):
        chance = random.Random(number)
        path = folder / f"Record {number}.txt"
        path.write_text("\n\n".join(texts.paragraph(chance, WORDS // A_FILE) for _ in range(A_FILE)), "utf-8")
        paths.append(path)
    return paths


def _imported(built: Services, collection: str, paths: Sequence[Path]) -> int:
    for event in built.importing.import_files(paths, collection):
        if isinstance(event, ImportSummary):
            if event.ready != len(paths):
                raise RuntimeError(f"{event.ready} of {len(paths)} files were imported")
            return event.passages
    return 0


def _import_until(built: Services, collection: str, paths: Sequence[Path], cancel: CancelToken) -> None:
    try:
        for _ in built.importing.import_files(paths, collection, cancel=cancel):
            pass
    except Cancelled:
        pass


def _milliseconds(built: Services, collection: str, query: str) -> float:
    start = time.perf_counter()
    built.searching.search(Search(collection, query))
    return (time.perf_counter() - start) * 1000


def _table_page(built: Services, collection: str, offset: int) -> float:
    start = time.perf_counter()
    built.library.documents(collection, offset=offset)
    return (time.perf_counter() - start) * 1000


class _Memory:
    """The most memory that this process and each of its engines took, looked at twice a second."""

    def __init__(self, built: Services) -> None:
        self._engines = built._engines
        self._most: dict[str, int] = {}
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)
        self._thread.start()

    def line(self, doing: str) -> Figure:
        """End watching, and tell."""
        self._stop.set()
        self._thread.join()
        told = ", ".join(f"{name} {size / MEGABYTE:.0f} MB" for name, size in self._most.items())
        return Figure(
            f"most memory while {doing}", "", told, note="RSS of each process, looked at twice a second"
        )

    def _watch(self) -> None:
        while not self._stop.wait(0.5):
            self._note("services", os.getpid())
            for name in ("reader", "library", "search"):
                self._note(name, getattr(self._engines, name).pid)

    def _note(self, name: str, pid: int | None) -> None:
        try:
            size = psutil.Process(pid).memory_info().rss if pid else 0
        except psutil.Error:
            return  # it has ended meanwhile
        if size:
            self._most[name] = max(self._most.get(name, 0), size)
