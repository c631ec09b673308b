"""One search in one table: which passages may be found, the candidates of vectors and of full text, and their order."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from desktop.core.documents import Passage
from desktop.core.text import words
from desktop.engines.embedding import Vectors
from desktop.engines.fusion import BEST_KEYWORD_HITS, coverage, fused, normalised

CANDIDATES = 100
PARTS = 32
"""Parts of the vector index that are looked into: all up to 64,000 passages, a third in 200,000. There a recall of 0.96
is expected, from 15,000 real vectors in parts of the same share; it was not measured at that size."""
INDEXED_TEXT_FROM = 20_000
"""Passages from which on full text looks only at what it has indexed: 2,000 others would cost each search 70 ms. Until
the next compaction vectors alone find them."""

COLUMNS = ["id", "document_id", "record_id", "title", "heading", "page", "start", "end", "text", "boxes"]


@dataclass(frozen=True)
class Scored:
    """A passage with its fused score (0 to 1) and the cosine of its vector to the query's."""

    passage: Passage
    score: float
    cosine: float


@dataclass(frozen=True)
class Limits:
    """Which passages a search may find: those of some documents (empty: all), with an exact phrase (a pattern of
    `core.matching`), and not a certain document or passage."""

    document_ids: Sequence[str] = ()
    phrase: str = ""
    not_document: str = ""
    not_passage: str = ""

    def where(self) -> str | None:
        """As a filter expression."""
        parts = []
        if self.document_ids:
            parts.append(among(self.document_ids))
        if self.phrase:
            parts.append(f"regexp_like(text, '(?i){self.phrase}')")
        if self.not_document:
            parts.append(f"document_id != '{safe(self.not_document)}'")
        if self.not_passage:
            parts.append(f"id != '{safe(self.not_passage)}'")
        return " AND ".join(parts) or None


def safe(identifier: str) -> str:
    """Our ids are hexadecimal; anything else would be a hole in a filter expression."""
    if not identifier.replace("-", "").replace("_", "").isalnum():
        raise ValueError(f"not an id: {identifier!r}")
    return identifier


def among(ids: Sequence[str], column: str = "document_id") -> str:
    """The filter for the passages of some documents, or for some passages."""
    listed = ", ".join(f"'{safe(name)}'" for name in ids)
    return f"{column} IN ({listed})"


def searched_text(passage: Passage) -> str:
    """What is embedded and searched: title and heading before the text (+.018 nDCG@10 where there are titles)."""
    return "\n".join(part for part in (passage.title, passage.heading, passage.text) if part)


def vector_search(
    table: Any, vector: Vectors, where: str | None, number: int, every: bool
) -> list[dict[str, Any]]:
    """The nearest passages; with `every` none is passed over, where an index would look into some parts only."""
    query = table.search(vector, query_type="vector", vector_column_name="vector").distance_type("cosine")
    if every:
        query = query.bypass_vector_index()
    else:  # more parts where a filter leaves too few in these
        query = query.minimum_nprobes(PARTS).maximum_nprobes(0)
    query = query.limit(number).select([*COLUMNS, "_distance"])
    if where:
        query = query.where(where, prefilter=True)
    return list(query.to_list())


def text_search(table: Any, text: str, where: str | None, number: int) -> list[dict[str, Any]]:
    """The passages with the most of the words, by BM25."""
    terms = " ".join(words(text))  # words only: a query parser may reject a natural question
    if not terms:
        return []
    query = table.search(terms, query_type="fts", fts_columns="search_text")
    query = query.limit(number).select([*COLUMNS, "vector", "_score"])
    if table.count_rows() >= INDEXED_TEXT_FROM:
        query = query.fast_search()
    if where:
        query = query.where(where, prefilter=True)
    return list(query.to_list())


def ranked(rows: list[dict[str, Any]], text: str, vector: Vectors, mode: str) -> list[Scored]:
    """Candidates of both searches in fused order, best first."""
    if not rows:
        return []
    cosine = np.array([_cosine(row, vector) for row in rows])
    keyword = np.array([float(row.get("_score") or 0.0) for row in rows])
    if mode == "hybrid":
        best = [rows[at] for at in np.argsort(-keyword)[:BEST_KEYWORD_HITS] if keyword[at] > 0]
        score = fused(cosine, keyword, coverage(text, [searched_text(passage_of(row)) for row in best]))
    else:
        score = normalised(cosine if mode == "vector" else keyword)
    found = (
        Scored(passage_of(row), float(s), float(c)) for row, s, c in zip(rows, score, cosine, strict=True)
    )
    return sorted(found, key=lambda scored: -scored.score)


def _cosine(row: dict[str, Any], vector: Vectors) -> float:
    if "_distance" in row:
        return 1.0 - float(row["_distance"])
    return float(np.dot(np.asarray(row["vector"], np.float32), vector))


def passage_of(row: dict[str, Any]) -> Passage:
    """The passage of a row of the table."""
    return Passage(**{name: row[name] for name in COLUMNS})
