"""The LanceDB tables: one a collection, with vectors and full text, compacted and indexed as it grows."""

from __future__ import annotations

import logging
import re
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from desktop.core.documents import Passage
from desktop.core.errors import DiskFull, StorageError
from desktop.core.text import words
from desktop.engines.embedding import Vectors
from desktop.engines.fusion import BEST_KEYWORD_HITS, coverage, fused, normalised

CANDIDATES = 100
VECTOR_INDEX_FROM = 8_000
"""Passages from which on a vector index beats reading them all."""
COMMITS_BETWEEN_COMPACTIONS = 50
ROWS_BETWEEN_COMPACTIONS = 2_000
"""Rows that full text has not indexed are read one by one: 20,000 of them make a search take half a second."""
INDEXED_TEXT_FROM = 20_000
"""Passages from which on full text looks only at what it has indexed: 2,000 others would cost each search 70 ms. Until
the next compaction vectors alone find them."""
DELETED_AT_ONCE = 500
ROOM_BYTES = 16 * 2**20
"""Free space below which nothing is written any more: compaction and the databases need some of their own."""
OLD_VERSIONS = timedelta(minutes=2)
"""How long the files of an older version are kept, for a search in another process that still reads them."""

_COLUMNS = ["id", "document_id", "record_id", "title", "heading", "page", "start", "end", "text", "boxes"]

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Scored:
    """A passage with its fused score (0 to 1) and the cosine of its vector to the query's."""

    passage: Passage
    score: float
    cosine: float


@dataclass
class _Written:
    """What was written since the last compaction."""

    commits: int = 0
    rows: int = 0


class Index:
    """All tables below one folder. Not safe for two writers at once: the library's child is the only one."""

    def __init__(self, folder: Path) -> None:
        import lancedb

        folder.mkdir(parents=True, exist_ok=True)
        self._folder = folder
        # The command line may write while the window's own process has the table open: look for newer versions.
        self._database = lancedb.connect(folder, read_consistency_interval=timedelta(seconds=2))
        self._tables: dict[str, Any] = {}
        self._written: dict[str, _Written] = {}

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
        with _errors_in_words():
            old = table.search().where(_among(document_ids)).select(["id", "text"]).limit(None).to_arrow()
            if passages:
                table.add(_rows(passages, vectors))
            for first in range(0, len(old), DELETED_AT_ONCE):
                table.delete(_among(old["id"].to_pylist()[first : first + DELETED_AT_ONCE], "id"))
        written = self._written.setdefault(collection, _Written())
        written.commits += 1
        written.rows += len(passages)
        if written.commits >= COMMITS_BETWEEN_COMPACTIONS or written.rows >= ROWS_BETWEEN_COMPACTIONS:
            self.optimize(collection)
        return [str(text) for text in old["text"].to_pylist()]

    def remove(self, collection: str, document_ids: Sequence[str]) -> None:
        """Delete the passages of documents. Raises StorageError."""
        table = self._table(collection)
        if table is not None:
            with _errors_in_words():
                table.delete(_among(document_ids))

    def drop(self, collection: str) -> None:
        """Delete a collection's table."""
        self._tables.pop(collection, None)
        if _name(collection) in self._names():
            self._database.drop_table(_name(collection))

    def texts(self, collection: str, document_ids: Sequence[str]) -> list[str]:
        """The texts of documents' passages."""
        table = self._table(collection)
        if table is None or not document_ids:
            return []
        found = table.search().where(_among(document_ids)).select(["text"]).limit(None).to_arrow()
        return [str(text) for text in found["text"].to_pylist()]

    def vectors(self, collection: str, document_id: str) -> dict[str, Vectors]:
        """The vectors of a document's passages by the text that was embedded."""
        table = self._table(collection)
        if table is None:
            return {}
        found = table.search().where(_among([document_id])).select(["search_text", "vector"]).limit(None)
        rows = found.to_arrow()
        width = rows.schema.field("vector").type.list_size
        flat = rows["vector"].combine_chunks().flatten().to_numpy(zero_copy_only=False)
        return dict(zip(rows["search_text"].to_pylist(), flat.reshape(-1, width), strict=True))

    def passages(self, collection: str, document_id: str) -> list[Passage]:
        """All passages of a document, in its order."""
        table = self._table(collection)
        if table is None:
            return []
        rows = table.search().where(_among([document_id])).select(_COLUMNS).limit(None).to_list()
        return sorted(map(_passage, rows), key=lambda passage: (passage.page, passage.start))

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
            query = query.where(_among(document_ids))
        pattern = "|".join(re.escape(text) for text in containing)
        for batch in query.to_batches():
            matching = compute.match_substring_regex(batch["text"], pattern, ignore_case=True)
            yield batch.num_rows, batch.filter(matching).to_pylist()

    def by_id(self, collection: str, passage_ids: Sequence[str]) -> dict[str, Passage]:
        """Some passages."""
        table = self._table(collection)
        if table is None or not passage_ids:
            return {}
        rows = table.search().where(_among(passage_ids, "id")).select(_COLUMNS).limit(None).to_list()
        return {row["id"]: _passage(row) for row in rows}

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
            self._check_room(_bytes_below(self._folder / f"{_name(collection)}.lance"))
            _index(table)
            table.optimize(cleanup_older_than=OLD_VERSIONS)
        except (OSError, RuntimeError, ValueError, DiskFull):
            log.warning("compaction failed; the table works on as it is", exc_info=True)

    def search(
        self, collection: str, text: str, vector: Vectors | None, mode: str, document_ids: Sequence[str]
    ) -> list[Scored]:
        """Up to 2 * CANDIDATES passages in fused order.

        Hybrid joins cosine and BM25 of the candidates of both searches as `fusion` says. A candidate that full text
        did not find counts 0 there; one that vectors did not find gets its true cosine.
        """
        table = self._table(collection)
        if table is None:
            return []
        limited = _among(document_ids) if document_ids else None
        rows: dict[str, dict[str, Any]] = {}
        if mode != "keyword" and vector is not None:
            for row in _vector_search(table, vector, limited):
                rows[row["id"]] = row
        if mode != "vector":
            for row in _text_search(table, text, limited):
                rows.setdefault(row["id"], row)["_score"] = row["_score"]
        return _ranked(list(rows.values()), text, vector, mode)

    def _check_room(self, bytes_more: int) -> None:
        """Raise DiskFull while there is still room for what must be noted about it, and for clearing up."""
        free = shutil.disk_usage(self._folder).free
        if free < ROOM_BYTES + bytes_more:
            raise _disk_full(f"{free / 2**20:.0f} MB are free")

    def _names(self) -> list[str]:
        return list(self._database.list_tables(limit=100_000).tables)

    def _table(self, collection: str, dimensions: int = 0) -> Any | None:
        """The table of a collection; made when `dimensions` is given, else None where there is none."""
        if collection in self._tables:
            return self._tables[collection]
        name = _name(collection)
        if name in self._names():
            self._tables[collection] = self._database.open_table(name)
        elif dimensions:
            with _errors_in_words():
                self._tables[collection] = self._database.create_table(name, schema=_schema(dimensions))
                _create_text_index(self._tables[collection])
        return self._tables.get(collection)


def _name(collection: str) -> str:
    return f"passages_{_safe(collection)}"


def _safe(identifier: str) -> str:
    """Our ids are hexadecimal; anything else would be a hole in a filter expression."""
    if not identifier.replace("-", "").replace("_", "").isalnum():
        raise ValueError(f"not an id: {identifier!r}")
    return identifier


def _among(ids: Sequence[str], column: str = "document_id") -> str:
    """The filter for the passages of some documents, or for some passages."""
    listed = ", ".join(f"'{_safe(name)}'" for name in ids)
    return f"{column} IN ({listed})"


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
    columns: dict[str, Any] = {name: [getattr(passage, name) for passage in passages] for name in _COLUMNS}
    columns["search_text"] = [searched_text(passage) for passage in passages]
    flat = pa.array(np.ascontiguousarray(vectors, np.float32).reshape(-1))
    columns["vector"] = pa.FixedSizeListArray.from_arrays(flat, int(vectors.shape[1]))
    schema = _schema(int(vectors.shape[1]))
    return pa.table([pa.array(columns[field.name], field.type) if field.name != "vector" else columns["vector"]
                     for field in schema], schema=schema)  # fmt: skip


def searched_text(passage: Passage) -> str:
    """What is embedded and searched: title and heading before the text (+.018 nDCG@10 where there are titles)."""
    return "\n".join(part for part in (passage.title, passage.heading, passage.text) if part)


def _create_text_index(table: Any) -> None:
    from lancedb.index import FTS

    table.create_index("search_text", config=FTS(with_position=False), replace=True)


def _index(table: Any) -> None:
    """Make the indices that a table of its size needs, and full text's where that once failed."""
    from lancedb.index import BTree, IvfFlat

    indexed = {column for index in table.list_indices() for column in index.columns}
    if "search_text" not in indexed:
        _create_text_index(table)
    if table.count_rows() < VECTOR_INDEX_FROM:
        return
    if "document_id" not in indexed:  # every commit asks for what its documents had before
        table.create_index("document_id", config=BTree())
    if "vector" not in indexed:
        table.create_index("vector", config=IvfFlat(distance_type="cosine"))


def _vector_search(table: Any, vector: Vectors, limited: str | None) -> list[dict[str, Any]]:
    query = table.search(vector, query_type="vector", vector_column_name="vector").distance_type("cosine")
    query = query.nprobes(20).limit(CANDIDATES).select([*_COLUMNS, "_distance"])
    if limited:
        query = query.where(limited, prefilter=True)
    return list(query.to_list())


def _text_search(table: Any, text: str, limited: str | None) -> list[dict[str, Any]]:
    terms = " ".join(words(text))  # words only: a query parser may reject a natural question
    if not terms:
        return []
    query = table.search(terms, query_type="fts", fts_columns="search_text")
    query = query.limit(CANDIDATES).select([*_COLUMNS, "vector", "_score"])
    if table.count_rows() >= INDEXED_TEXT_FROM:
        query = query.fast_search()
    if limited:
        query = query.where(limited, prefilter=True)
    return list(query.to_list())


def _ranked(rows: list[dict[str, Any]], text: str, vector: Vectors | None, mode: str) -> list[Scored]:
    if not rows:
        return []
    cosine = np.array([_cosine(row, vector) for row in rows])
    keyword = np.array([float(row.get("_score") or 0.0) for row in rows])
    if mode == "hybrid":
        best = [rows[at] for at in np.argsort(-keyword)[:BEST_KEYWORD_HITS] if keyword[at] > 0]
        score = fused(cosine, keyword, coverage(text, [searched_text(_passage(row)) for row in best]))
    else:
        score = normalised(cosine if mode == "vector" else keyword)
    found = (Scored(_passage(row), float(s), float(c)) for row, s, c in zip(rows, score, cosine, strict=True))
    return sorted(found, key=lambda scored: -scored.score)


def _cosine(row: dict[str, Any], vector: Vectors | None) -> float:
    if "_distance" in row:
        return 1.0 - float(row["_distance"])
    return float(np.dot(np.asarray(row["vector"], np.float32), vector)) if vector is not None else 0.0


def _passage(row: dict[str, Any]) -> Passage:
    return Passage(**{name: row[name] for name in _COLUMNS})


@contextmanager
def _errors_in_words() -> Iterator[None]:
    """Turn what the disk did into a StorageError."""
    try:
        yield
    except (OSError, RuntimeError) as error:
        text = str(error)  # LanceDB has no types for these
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
