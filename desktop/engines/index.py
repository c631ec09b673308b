"""The LanceDB tables: one a collection, with vectors and full text, compacted and indexed as it grows."""

from __future__ import annotations

import logging
import os
import re
import shutil
import uuid
from collections.abc import Callable, Generator, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from desktop.core.documents import Passage
from desktop.core.errors import DiskFull, StorageError
from desktop.engines.candidates import (
    CANDIDATES,
    COLUMNS,
    Limits,
    Scored,
    among,
    passage_of,
    ranked,
    searched_text,
    text_search,
    vector_search,
)
from desktop.engines.embedding import Vectors
from desktop.engines.place_errors import place_problem
from desktop.engines.setups import Setup, Setups, usual_table
from desktop.engines.upkeep import Written, connect, create_text_index, optimize

DELETED_AT_ONCE = 500
ROOM_BYTES = 16 * 2**20
"""Free space below which nothing is written any more: compaction and the databases need some of their own."""
COPIED_AT_ONCE = 64
BYTES_A_ROW = 3_000
"""Of a passage with its vector and the boxes of its words, generously."""
Encode = Callable[[list[str]], Vectors]
log = logging.getLogger(__name__)


class Index:
    """All tables below one folder. Not safe for two writers at once: the library's child is the only one."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._folder = folder
        self.setups = Setups(folder)
        self._databases = {"": connect(str(folder))}
        self._beside = ThreadPoolExecutor(os.cpu_count(), "full-text")
        self._tables: dict[str, tuple[Setup, Any]] = {}
        self._written: dict[str, Written] = {}

    def replace(
        self, collection: str, document_ids: Sequence[str], passages: Sequence[Passage], vectors: Vectors
    ) -> list[str]:
        """Write documents' passages in place of those they had, whose texts are returned. Raises StorageError.

        The new ones are written before the old ones go: whatever fails in between, nothing is lost.
        """
        if passages:
            self._check_room(3 * vectors.nbytes)
        table = self._table(collection, int(vectors.shape[1]) if len(passages) else 0)
        if table is None:
            return []
        if collection not in self._written:
            self._written[collection] = Written(table.count_rows())
        with _errors_in_words():
            old = table.search().where(among(document_ids)).select(["id", "text"]).limit(None).to_arrow()
            if passages:
                table.add(_rows(passages, vectors))
            for first in range(0, len(old), DELETED_AT_ONCE):
                table.delete(among(old["id"].to_pylist()[first : first + DELETED_AT_ONCE], "id"))
        self._written[collection].add(len(passages))
        if self._written[collection].much:
            self.optimize(collection)
        return [str(text) for text in old["text"].to_pylist()]

    def remove(self, collection: str, document_ids: Sequence[str]) -> None:
        """Delete the passages of documents. Raises StorageError."""
        table = self._table(collection)
        if table is not None:
            with _errors_in_words():
                table.delete(among(document_ids))

    def drop(self, collection: str) -> None:
        """Delete a collection's table."""
        setup = self.setups.of(collection)
        self._tables.pop(collection, None)
        self._written.pop(collection, None)
        with _errors_in_words():
            database = self._database(setup.place)
            if setup.table in _names(database):
                database.drop_table(setup.table)
        self.setups.drop(collection)

    def texts(self, collection: str, document_ids: Sequence[str]) -> list[str]:
        """The texts of documents' passages."""
        table = self._table(collection)
        if table is None or not document_ids:
            return []
        found = table.search().where(among(document_ids)).select(["text"]).limit(None).to_arrow()
        return [str(text) for text in found["text"].to_pylist()]

    def vectors(self, collection: str, document_id: str) -> dict[str, Vectors]:
        """The vectors of a document's passages by the text that was embedded."""
        table = self._table(collection)
        if table is None:
            return {}
        found = table.search().where(among([document_id])).select(["search_text", "vector"]).limit(None)
        rows = found.to_arrow()
        width = rows.schema.field("vector").type.list_size
        flat = rows["vector"].combine_chunks().flatten().to_numpy(zero_copy_only=False)
        return dict(zip(rows["search_text"].to_pylist(), flat.reshape(-1, width), strict=True))

    def batches(self, collection: str) -> Iterator[tuple[list[str], list[str], Vectors]]:
        """All passages, a batch at a time: their documents, texts and vectors."""
        table = self._table(collection)
        if table is None:
            return
        for batch in table.search().select(["document_id", "text", "vector"]).limit(None).to_batches():
            if batch.num_rows:
                flat = batch["vector"].flatten().to_numpy(zero_copy_only=False)
                vectors = flat.reshape(batch.num_rows, -1)
                yield batch["document_id"].to_pylist(), batch["text"].to_pylist(), vectors

    def passages(self, collection: str, document_id: str) -> list[Passage]:
        """All passages of a document, in its order."""
        table = self._table(collection)
        if table is None:
            return []
        rows = table.search().where(among([document_id])).select(COLUMNS).limit(None).to_list()
        return sorted(map(passage_of, rows), key=lambda passage: (passage.page, passage.start))

    def every_passage(
        self, collection: str, document_ids: Sequence[str], containing: Sequence[str]
    ) -> Iterator[tuple[int, list[dict[str, Any]]]]:
        """All passages with one of some strings, in any case, a batch at a time: how many were read, and the rows.

        The rows have id, document_id, page, record_id and text.
        """
        import pyarrow.compute as compute

        table = self._table(collection)
        if table is None or not containing:
            return
        query = table.search().select(["id", "document_id", "page", "record_id", "text"]).limit(None)
        if document_ids:
            query = query.where(among(document_ids))
        pattern = "|".join(re.escape(text) for text in containing)
        for batch in query.to_batches():
            matching = compute.match_substring_regex(batch["text"], pattern, ignore_case=True)
            yield batch.num_rows, batch.filter(matching).to_pylist()

    def by_id(self, collection: str, passage_ids: Sequence[str]) -> dict[str, Passage]:
        """Some passages."""
        table = self._table(collection)
        if table is None or not passage_ids:
            return {}
        rows = table.search().where(among(passage_ids, "id")).select(COLUMNS).limit(None).to_list()
        return {row["id"]: passage_of(row) for row in rows}

    def document_ids(self, collection: str) -> tuple[int, set[str]]:
        """The number of passages, and the ids of the documents they belong to."""
        table = self._table(collection)
        if table is None:
            return 0, set()
        column = table.search().select(["document_id"]).limit(None).to_arrow()["document_id"]
        return len(column), set(column.unique().to_pylist())

    def optimize(self, collection: str) -> None:
        """Compact, bring the indices up to date, and delete the files of older versions."""
        table = self._table(collection)
        if table is None:
            return
        self._written.pop(collection, None)
        try:
            setup = self.setups.of(collection)
            if not setup.place:
                self._check_room(_bytes_below(self._folder / f"{setup.table}.lance"))
            optimize(table)
        except (OSError, RuntimeError, ValueError, DiskFull):
            log.warning("compaction failed; the table works on as it is", exc_info=True)

    def search(
        self,
        collections: Sequence[str],
        text: str,
        vector: Vectors,
        mode: str,
        limits: Limits,
        number: int = 0,
    ) -> list[Scored]:
        """At least `number` passages, if there are so many, in fused order: up to 2 * CANDIDATES of each collection.

        Hybrid joins cosine and BM25 of the candidates of both searches as `fusion` says. A candidate that full text
        did not find counts 0 there; one that vectors did not find gets its true cosine.
        """
        number = max(number, CANDIDATES)
        where = limits.where()
        rows: dict[str, dict[str, Any]] = {}
        for table in filter(None, map(self._table, collections)):
            words = None
            if mode != "vector":  # beside the vectors, as each waits for the disk now and then
                words = self._beside.submit(text_search, table, text, where, number)
            if mode != "keyword" or limits.phrase:
                # With a phrase the vectors of all passages that contain it are compared, so that none is missed.
                for row in vector_search(table, vector, where, number, every=bool(limits.phrase)):
                    rows[row["id"]] = row
            for row in words.result() if words else ():
                rows.setdefault(row["id"], row)["_score"] = row["_score"]
        return ranked(list(rows.values()), text, vector, mode)

    def change(self, collection: str, setup: Setup, encode: Encode | None) -> Generator[tuple[int, int]]:
        """Copy a collection into a table of its own for another setup, then let that one take over.

        With `encode` the texts are embedded anew, else their vectors stay. Yields how many passages of how many are
        done. Until the last moment the old table answers; left early, nothing has changed. Raises StorageError.
        """
        before, table = self.setups.of(collection), self._table(collection)
        if table is None:
            with _errors_in_words():
                _names(self._database(setup.place))  # a place that cannot be opened is told now
            self.setups.write(collection, replace(setup, table=usual_table(collection)))
            return
        to = replace(setup, table=f"{usual_table(collection)}_{uuid.uuid4().hex[:8]}")
        with _errors_in_words():
            total, database = table.count_rows(), self._database(to.place)
        if not to.place:
            self._check_room(2 * total * BYTES_A_ROW)
        made: Any = None
        try:
            with _errors_in_words():
                done = 0
                for batch in table.search().limit(None).to_batches():
                    for first in range(0, batch.num_rows, COPIED_AT_ONCE):
                        rows = pa.Table.from_batches([batch.slice(first, COPIED_AT_ONCE)])
                        rows = rows if encode is None else _with_vectors(rows, encode)
                        if made is None:
                            made = _created(database, to.table, _dimensions(rows))
                        made.add(rows.select(made.schema.names).cast(made.schema))
                        done += rows.num_rows
                        yield done, total
                if made is not None:
                    optimize(made)
                self.setups.write(collection, to)
        except BaseException:  # also when it is left: what was begun must not stay
            if made is not None:
                database.drop_table(to.table)
            raise
        self._tables.pop(collection, None)
        self._written.pop(collection, None)
        with _errors_in_words():
            self._database(before.place).drop_table(before.table)

    def passage(self, collection: str, passage_id: str) -> tuple[Passage, Vectors] | None:
        """A passage with its vector, shape (dimensions,)."""
        table = self._table(collection)
        if table is None:
            return None
        query = table.search().where(among([passage_id], "id")).select([*COLUMNS, "vector"])
        for row in query.limit(1).to_list():
            return passage_of(row), np.asarray(row["vector"], np.float32)
        return None

    def _check_room(self, bytes_more: int) -> None:
        """Raise DiskFull while there is still room for what must be noted about it, and for clearing up."""
        free = shutil.disk_usage(self._folder).free
        if free < ROOM_BYTES + bytes_more:
            raise _disk_full(f"{free / 2**20:.0f} MB are free")

    def _database(self, place: str) -> Any:
        """What LanceDB opens at a place. Raises StorageError."""
        if place not in self._databases:
            self._databases[place] = connect(place)
        return self._databases[place]

    def _table(self, collection: str, dimensions: int = 0) -> Any | None:
        """The table of a collection; made when `dimensions` is given, else None where there is none."""
        setup = self.setups.of(collection)
        known = self._tables.get(collection)
        if known is not None and known[0] == setup:
            return known[1]
        with _errors_in_words():
            database = self._database(setup.place)
            if setup.table in _names(database):
                table = database.open_table(setup.table)
            elif dimensions:
                table = _created(database, setup.table, dimensions)
            else:
                return None
        self._tables[collection] = (setup, table)
        return table


def _names(database: Any) -> list[str]:
    return list(database.list_tables(limit=100_000).tables)


def _created(database: Any, name: str, dimensions: int) -> Any:
    table = database.create_table(name, schema=_schema(dimensions))
    create_text_index(table)
    return table


def _schema(dimensions: int) -> pa.Schema:
    text = [
        pa.field(name, pa.string()) for name in ("id", "document_id", "record_id", "title", "heading", "text")
    ]
    numbers = [pa.field(name, pa.int32()) for name in ("page", "start", "end")]
    vector = pa.field("vector", pa.list_(pa.float32(), dimensions))
    return pa.schema(
        [*text, *numbers, pa.field("boxes", pa.binary()), pa.field("search_text", pa.string()), vector]
    )


def _rows(passages: Sequence[Passage], vectors: Vectors) -> pa.Table:
    columns: dict[str, Any] = {name: [getattr(passage, name) for passage in passages] for name in COLUMNS}
    columns["search_text"] = [searched_text(passage) for passage in passages]
    flat = pa.array(np.ascontiguousarray(vectors, np.float32).reshape(-1))
    columns["vector"] = pa.FixedSizeListArray.from_arrays(flat, int(vectors.shape[1]))
    schema = _schema(int(vectors.shape[1]))
    return pa.table([pa.array(columns[field.name], field.type) if field.name != "vector" else columns["vector"]
                     for field in schema], schema=schema)  # fmt: skip


def _with_vectors(rows: pa.Table, encode: Encode) -> pa.Table:
    """The rows with the vectors of another embedder."""
    vectors = encode(rows["search_text"].to_pylist())
    flat = pa.array(np.ascontiguousarray(vectors, np.float32).reshape(-1))
    column = pa.FixedSizeListArray.from_arrays(flat, int(vectors.shape[1]))
    return rows.set_column(rows.schema.get_field_index("vector"), "vector", column)


def _dimensions(rows: pa.Table) -> int:
    return int(rows.schema.field("vector").type.list_size)


@contextmanager
def _errors_in_words() -> Iterator[None]:
    """Turn what the disk did into a StorageError."""
    try:
        yield
    except (OSError, RuntimeError, ValueError) as error:
        text = str(error)  # LanceDB has no types for these
        if (problem := place_problem(text)) is not None:
            raise problem from error
        if isinstance(error, ValueError):
            raise
        if "No space left" in text or "os error 28" in text or "Disk quota" in text:
            raise _disk_full(text) from error
        raise StorageError(
            "The search index could not be written.", "Check the disk, then try again.", text
        ) from error


def _disk_full(details: str) -> DiskFull:
    todo = "Free some space, then try again; what was already imported is safe."
    return DiskFull("The disk is full.", todo, details)


def _bytes_below(folder: Path) -> int:
    """The size of all files in a folder: as much as compaction may write before it clears up."""
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
