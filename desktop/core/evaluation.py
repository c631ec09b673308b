"""Measures of a ranking against graded judgements, their means over queries, and how sure those are."""

from __future__ import annotations

import json
import math
import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from desktop.core.errors import UserError

DEPTH = 10
HIT_DEPTH = 5
RESAMPLES = 1000
CONFIDENCE = 0.95

Grades = Mapping[str, int]
"""How relevant each judged document is to a query; 0 or less, and documents that were not judged, are irrelevant."""


@dataclass(frozen=True)
class Measures:
    """One query's ranking, or the mean over queries; each between 0 and 1.

    `ndcg` is nDCG@10 with the grade itself as gain and a discount of log2(rank + 1) (Järvelin and Kekäläinen 2002,
    as trec_eval and BEIR compute it); `recall` is recall@10, `reciprocal_rank` that of the first relevant document
    of ten, `hit` whether one of the first five is relevant.
    """

    ndcg: float
    recall: float
    reciprocal_rank: float
    hit: float


@dataclass(frozen=True)
class Interval:
    """A 95 % confidence interval of a mean."""

    low: float
    high: float


@dataclass(frozen=True)
class LabelledSet:
    """Queries and what answers them: `grades[query_id][document_id]`, for queries with a relevant document."""

    queries: Mapping[str, str]
    grades: Mapping[str, Grades]


def measures(ranking: Sequence[str], grades: Grades) -> Measures:
    """Measure a ranking (ids of documents, best first, each once) of a query with a relevant document."""
    gains = [max(grades.get(document, 0), 0) for document in ranking[:DEPTH]]
    ideal = sorted((grade for grade in grades.values() if grade > 0), reverse=True)
    first = next((rank for rank, gain in enumerate(gains, 1) if gain), 0)
    return Measures(
        ndcg=_discounted(gains) / _discounted(ideal[:DEPTH]),
        recall=sum(gain > 0 for gain in gains) / len(ideal),
        reciprocal_rank=1 / first if first else 0.0,
        hit=float(any(gains[:HIT_DEPTH])),
    )


def _discounted(gains: Sequence[int]) -> float:
    return sum(gain / math.log2(rank + 1) for rank, gain in enumerate(gains, 1))


def mean(each: Sequence[Measures]) -> Measures:
    """The mean of each measure; zeros where there are no queries."""
    number = max(len(each), 1)
    return Measures(
        sum(one.ndcg for one in each) / number,
        sum(one.recall for one in each) / number,
        sum(one.reciprocal_rank for one in each) / number,
        sum(one.hit for one in each) / number,
    )


def interval(values: Sequence[float]) -> Interval:
    """The interval of the mean of `values` by the percentile bootstrap over queries (Efron 1979), always the same.

    Give the differences of two methods, query by query, to see whether one is better: a paired test has far
    narrower intervals than the two means have.
    """
    if not values:
        return Interval(0.0, 0.0)
    chance = random.Random(0)
    number = len(values)
    means = sorted(sum(chance.choices(values, k=number)) / number for _ in range(RESAMPLES))
    cut = int(RESAMPLES * (1 - CONFIDENCE) / 2)
    return Interval(means[cut], means[-1 - cut])


def read_labelled_set(queries: Path, qrels: Path) -> LabelledSet:
    """Read BEIR's files: JSONL of {"_id" or "id", "text"}, and lines of query, document, grade with tabs between.

    Also takes TREC's four columns (query, 0, document, grade). Raises UserError, naming the line.
    """
    grades: dict[str, dict[str, int]] = {}
    for query, document, grade in _judgements(qrels):
        grades.setdefault(query, {})[document] = grade
    texts = dict(read_queries(queries))
    judged = {name: found for name, found in grades.items() if name in texts and max(found.values()) > 0}
    if not judged:
        raise UserError(
            f"None of the queries in {queries.name} has a relevant document in {qrels.name}.",
            "Check that the two files belong together.",
        )
    return LabelledSet({name: texts[name] for name in judged}, judged)


def read_queries(path: Path) -> Iterator[tuple[str, str]]:
    """Id and text of each line of a JSONL file of {"_id" or "id", "text"}. Raises UserError, naming the line."""
    for number, line in _lines(path):
        try:
            row = json.loads(line)
            yield str(row.get("id", row.get("_id", number))), str(row["text"])
        except (ValueError, KeyError, AttributeError, RecursionError) as error:
            raise UserError(f'Line {number} of {path} is not an object with "id" and "text".') from error


def _judgements(path: Path) -> Iterator[tuple[str, str, int]]:
    for number, line in _lines(path):
        columns = line.split("\t") if "\t" in line else line.split()
        try:
            query, document = columns[0].strip(), columns[-2].strip()
            yield query, document, int(float(columns[-1]))
        except (ValueError, IndexError, OverflowError) as error:
            if number == 1 and len(columns) >= 3:
                continue  # the header
            raise UserError(
                f"Line {number} of {path} is not a judgement.",
                "It should be a query's id, a document's id and a grade, with tabs between.",
            ) from error


def _lines(path: Path) -> Iterator[tuple[int, str]]:
    """The lines that are not blank, numbered from 1. Raises UserError where the file cannot be read."""
    try:
        text = path.read_text("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise UserError(
            f"{path} cannot be read.", "It should be a text file in UTF-8.", str(error)
        ) from error
    for number, line in enumerate(text.split("\n"), 1):
        if line.strip():
            yield number, line
