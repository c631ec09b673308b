"""Pages a second of text PDFs until they can be searched, against their parts alone and against a plain pipeline."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable, Sequence
from multiprocessing.connection import Connection
from pathlib import Path
from typing import cast

from desktop.services.all import Services
from tests.bench import texts
from tests.bench.imports import imported, passages_of
from tests.bench.measure import Figure, Options, Side, commands, median, say, services, spread

FILES, PAGES = 10, 12
ROUNDS = 3
PARTS_TARGET, CHAIN_TARGET = 0.8, 2.0
CHUNK, OVERLAP = 1000, 200
SEPARATORS = ("\n\n", "\n", " ", "")
"""What LangChain's RecursiveCharacterTextSplitter cuts at, in its tutorials' sizes."""


def figures(options: Options) -> list[Figure]:
    """A line for reading and encoding alone, one for the plain pipeline; all three in turn."""
    with tempfile.TemporaryDirectory() as folder, services() as built:
        inside = Path(folder)
        files = [
            texts.pdf_file(inside / f"Report {number}.pdf", PAGES, first=number * PAGES)
            for number in range(FILES)
        ]
        say("pipelines: loading all sides")
        collection, _, _ = imported(built, "First", files)
        options_of_sides = (str(built.paths.starter_embedder), [str(path) for path in files])
        parts = Side(serve_parts, *options_of_sides, str(built.paths.index), collection)
        chain = Side(serve_chain, *options_of_sides, str(inside))
        try:
            return _lines(built, files, parts, chain)
        finally:
            parts.close()
            chain.close()


def _lines(built: Services, files: Sequence[Path], parts: Side, chain: Side) -> list[Figure]:
    pages = FILES * PAGES
    ours: list[float] = []
    others: dict[str, list[float]] = {"parts": [], "chain": []}
    passages = chunks = 0
    for side in (parts, chain):
        side.ask("warm up")
    for number in range(ROUNDS):
        say(f"pipelines: round {number + 1} of {ROUNDS}")
        _, seconds, passages = imported(built, f"Round {number}", files)
        ours.append(pages / seconds)
        for name, side in (("parts", parts), ("chain", chain)):
            seconds, chunks = cast(tuple[float, int], side.ask("go"))
            others[name].append(pages / seconds)
    what = f"import of {FILES} text PDFs of {PAGES} pages, pages/s from file to searchable"
    how = f"{passages} passages; {ROUNDS} rounds in turn, all sides loaded before; the other side"
    return [
        _line(
            f"{what}, against reading with pypdfium2 and encoding alone",
            ours,
            others["parts"],
            PARTS_TARGET,
            f"{how} reads all pages, then encodes the same passages with the same backend in one call, cuts nothing "
            "and writes nothing",
        ),
        _line(
            f"{what}, against a plain pipeline",
            ours,
            others["chain"],
            CHAIN_TARGET,
            f"{how} reads with pypdf, cuts recursively into {chunks} chunks of {CHUNK} characters with {OVERLAP} of "
            "overlap, encodes with SentenceTransformer.encode and writes a LanceDB table, all with their defaults",
        ),
    ]


def _line(what: str, ours: Sequence[float], other: Sequence[float], target: float, how: str) -> Figure:
    ratio = median(ours) / median(other)
    measured = f"{spread(ours, 1)} pages/s"
    note = f"{how}: {spread(other, 1)} pages/s"
    return Figure(what, f"≥ {target}", measured, f"{ratio:.2f}", ratio >= target, note)


def serve_parts(
    connection: Connection, embedder: str, files: Sequence[str], index: str, collection: str
) -> None:
    """Reads each page's text with pypdfium2, and encodes the passages that the import made of them."""
    import pypdfium2

    from desktop.engines.embedding import Embedder

    encoder = Embedder(Path(embedder))
    passages = passages_of(index, collection)

    def go() -> int:
        for path in files:
            with pypdfium2.PdfDocument(path) as document:
                for page in document:
                    page.get_textpage().get_text_range()
        return len(encoder.encode(passages))

    _serve(connection, go)


def serve_chain(connection: Connection, embedder: str, files: Sequence[str], folder: str) -> None:
    """The pipeline of the tutorials: a loader, a splitter, an encoder and a vector store, as they come."""
    import lancedb
    import pypdf
    from sentence_transformers import SentenceTransformer

    model = SentenceTransformer(embedder, device="cpu", local_files_only=True)
    database = lancedb.connect(Path(folder) / "chain")

    def go() -> int:
        rows = [
            {"path": path, "page": number, "text": chunk}
            for path in files
            for number, page in enumerate(pypdf.PdfReader(path).pages)
            for chunk in split(page.extract_text())
        ]
        vectors = model.encode([str(row["text"]) for row in rows])
        data = [{**row, "vector": vector} for row, vector in zip(rows, vectors, strict=True)]
        database.create_table("chunks", data, mode="overwrite")
        return len(rows)

    _serve(connection, go)


def _serve(connection: Connection, go: Callable[[], int]) -> None:
    """Answers each command with the seconds that a whole run took, and its number of chunks."""
    for _ in commands(connection):
        start = time.perf_counter()
        number = go()
        connection.send((time.perf_counter() - start, number))


def split(text: str, separators: Sequence[str] = SEPARATORS) -> list[str]:
    """Cut at the coarsest separator that there is, what is too long at the next finer one, and join up to CHUNK."""
    separator, finer = separators[0], separators[1:]
    chunks: list[str] = []
    held: list[str] = []
    for piece in text.split(separator) if separator else text:
        if len(piece) > CHUNK:
            chunks += [separator.join(held), *split(piece, finer)]
            held = []
            continue
        if len(separator.join([*held, piece])) > CHUNK:
            chunks.append(separator.join(held))
            while held and len(separator.join(held)) > OVERLAP:
                held.pop(0)
        held.append(piece)
    return [chunk for chunk in (*chunks, separator.join(held)) if chunk.strip()]
