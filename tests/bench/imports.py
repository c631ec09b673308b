"""How many passages a second an import makes searchable, against SentenceTransformer.encode of the same passages."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Sequence
from multiprocessing.connection import Connection
from pathlib import Path
from typing import cast

from desktop.core.events import ImportSummary
from desktop.services.all import Services
from tests.bench import texts
from tests.bench.measure import Figure, Options, Side, commands, median, say, services, spread

ROUNDS = 3
BATCHES = (8, 32, 64)
TRIED_WITH = 192
"""Passages with which the bare side's best batch size is found."""
TARGET = 0.8


def figures(options: Options) -> list[Figure]:
    """A line for many small files, and one for a long PDF."""
    with tempfile.TemporaryDirectory() as folder, services() as built:
        inside = Path(folder)
        warm = texts.text_files(inside / "warm", 8)
        sets = {
            "240 text files": texts.text_files(inside / "files", 240),
            "one PDF of 200 pages": [texts.pdf_file(inside / "Manual.pdf", 200)],
        }
        imported(built, "Warm", warm)
        side = Side(serve, str(built.paths.index), str(built.paths.starter_embedder))
        try:
            return [_line(built, side, name, files) for name, files in sets.items()]
        finally:
            side.close()


def _line(built: Services, side: Side, name: str, files: Sequence[Path]) -> Figure:
    """Import and encode in turn. The first import gives the passages, and does not count."""
    say(f"imports: {name}, finding the best batch size")
    collection, _, passages = imported(built, f"{name}, first", files)
    tried = cast(dict[int, float], side.ask(("take", collection)))
    best = min(tried, key=tried.__getitem__)
    ours: list[float] = []
    bare: list[float] = []
    for number in range(ROUNDS):
        say(f"imports: {name}, round {number + 1} of {ROUNDS}")
        _, seconds, passages = imported(built, f"{name}, {number}", files)
        ours.append(passages / seconds)
        bare.append(passages / cast(float, side.ask(("encode", best))))
    ratio = median(ours) / median(bare)
    return Figure(
        f"import of {name} against bare SentenceTransformer.encode",
        f"≥ {TARGET}",
        f"{spread(ours, 1)} passages/s",
        f"{ratio:.2f}",
        ratio >= TARGET,
        f"{passages} passages, from files on the disk to searchable; bare: {spread(bare, 1)} passages/s with batches "
        f"of {best} (best of {', '.join(map(str, BATCHES))}); {ROUNDS} rounds in turn, both sides loaded before",
    )


def imported(built: Services, name: str, files: Sequence[Path]) -> tuple[str, float, int]:
    """Import into a new collection: its id, the seconds, and the passages."""
    collection = built.library.create_collection(name)
    start = time.perf_counter()
    summary = ImportSummary(0, 0, 0, 0, 0.0)
    for event in built.importing.import_files(files, collection.id):
        if isinstance(event, ImportSummary):
            summary = event
    seconds = time.perf_counter() - start
    if summary.ready != len(files):
        raise RuntimeError(f"{summary.ready} of {len(files)} files were imported")
    return collection.id, seconds, summary.passages


def serve(connection: Connection, index: str, embedder: str) -> None:
    """The bare side: ('take', collection) reads the passages and tries the batch sizes, ('encode', size) encodes."""
    from sentence_transformers import SentenceTransformer

    model = SentenceTransformer(embedder, device="cpu", local_files_only=True)
    model.encode(["A first text to warm up with."] * 64, batch_size=32, show_progress_bar=False)
    passages: list[str] = []
    for command in commands(connection):
        what, value = cast(tuple[str, object], command)
        if what == "take":
            passages = passages_of(index, str(value))
            part = passages[:TRIED_WITH]
            connection.send({size: _encode(model, part, size) for size in BATCHES})
        else:
            connection.send(_encode(model, passages, cast(int, value)))


def _encode(model: object, passages: list[str], size: int) -> float:
    """Seconds to encode the passages with batches of that size."""
    start = time.perf_counter()
    model.encode(passages, batch_size=size, show_progress_bar=False, normalize_embeddings=True)  # type: ignore[attr-defined]
    return time.perf_counter() - start


def passages_of(index: str, collection: str) -> list[str]:
    """What was embedded for a collection: titles, headings and texts."""
    from desktop.engines.index import Index

    table = Index(Path(index))._table(collection)
    assert table is not None
    return list(table.search().select(["search_text"]).limit(None).to_arrow()["search_text"].to_pylist())
