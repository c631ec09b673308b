"""Measures how well search finds: imports a labelled corpus, asks every query, compares with the judgements."""

from __future__ import annotations

import json
import statistics
import time
import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from desktop.core.cancel import CancelToken
from desktop.core.documents import TableColumns
from desktop.core.errors import UserError
from desktop.core.evaluation import DEPTH, Interval, LabelledSet, Measures, interval, mean, measures
from desktop.core.events import Event, FileChanged, ImportSummary, Progress
from desktop.core.library_requests import Search
from desktop.services.importing import Importing
from desktop.services.library import Library
from desktop.services.models import Models
from desktop.services.searching import Searching

RERANKED = "hybrid + rerank"
MODES = ("vector", "keyword", "hybrid", RERANKED)
_ROWS_LOOKED_AT = 20


@dataclass(frozen=True)
class ModeMeasured(Event):
    """What one way of searching reached: the means over the queries, and the measures of each query by its id.

    `ndcg` is the confidence interval of the mean nDCG@10, `seconds` the median time of a query.
    """

    mode: str
    mean: Measures
    ndcg: Interval
    each: Mapping[str, Measures]
    seconds: float


class Evaluating:
    """The evaluation harness: everything goes through the same services that a person uses."""

    def __init__(self, library: Library, importing: Importing, searching: Searching, models: Models) -> None:
        self._library, self._importing = library, importing
        self._searching, self._models = searching, models

    def evaluate(
        self, corpus: Path, labelled: LabelledSet, collection: str = "", cancel: CancelToken | None = None
    ) -> Iterator[Event]:
        """Import a corpus (JSONL of {"_id" or "id", "title", "text"}) and ask every query in each mode.

        Yields the import's events, Progress, and a ModeMeasured for each mode; the last only where a reranker is
        installed. `collection` names the collection, which is kept; without a name it is deleted at the end. Raises
        UserError, Cancelled.
        """
        cancel = cancel or CancelToken()
        columns = corpus_columns(corpus)
        with self._collection(collection) as collection_id:
            yield from self._import(corpus, collection_id, columns, cancel)
            for mode in MODES if self._models.reranker() else MODES[:-1]:
                yield from self._measure(collection_id, labelled, mode, cancel)

    @contextmanager
    def _collection(self, name: str) -> Iterator[str]:
        if name:
            yield self._library.get_or_create(name).id
            return
        made = self._library.create_collection(f"Evaluation {uuid.uuid4().hex[:8]}")
        try:
            yield made.id
        finally:
            self._library.delete_collection(made.id)

    def _import(
        self, corpus: Path, collection_id: str, columns: TableColumns, cancel: CancelToken
    ) -> Iterator[Event]:
        reason = ""
        for event in self._importing.import_files([corpus], collection_id, columns, cancel):
            yield event
            if isinstance(event, FileChanged):
                reason = event.document.reason
            elif isinstance(event, ImportSummary) and event.failed:
                raise UserError(f"{corpus.name} could not be imported.", reason)

    def _measure(
        self, collection_id: str, labelled: LabelledSet, mode: str, cancel: CancelToken
    ) -> Iterator[Event]:
        each: dict[str, Measures] = {}
        times: list[float] = []
        for number, (query_id, text) in enumerate(labelled.queries.items()):
            if number % 10 == 0:
                yield Progress(number, len(labelled.queries), f"{mode}: {number} of {len(labelled.queries)}")
            start = time.perf_counter()
            ranking = self._ranking(collection_id, text, mode, cancel)
            times.append(time.perf_counter() - start)
            each[query_id] = measures(ranking, labelled.grades[query_id])
        spread = interval([one.ndcg for one in each.values()])
        yield ModeMeasured(mode, mean(list(each.values())), spread, each, statistics.median(times))

    def _ranking(self, collection_id: str, text: str, mode: str, cancel: CancelToken) -> list[str]:
        """The ids of the ten best documents; a row of a table has its own."""
        reranked = mode == RERANKED
        way = "hybrid" if reranked else mode
        asked = Search(collection_id, text, DEPTH, way, by_document=True, rerank=reranked)
        hits = self._searching.search(asked, cancel).hits
        return [hit.passage.record_id or hit.passage.document_id for hit in hits]


def corpus_columns(corpus: Path) -> TableColumns:
    """Which columns of a BEIR corpus hold text, id and title, by its first rows. Raises UserError."""
    names: dict[str, None] = {}
    try:
        with corpus.open(encoding="utf-8-sig") as file:
            for line, _ in zip(file, range(_ROWS_LOOKED_AT), strict=False):
                if line.strip():
                    names.update(dict.fromkeys(json.loads(line)))
    except (OSError, ValueError, TypeError, RecursionError) as error:
        raise UserError(
            f"{corpus} cannot be read as a corpus.",
            'It should be JSONL of {"_id", "title", "text"}.',
            str(error),
        ) from error
    found = next((name for name in ("_id", "id") if name in names), "")
    if not found or "text" not in names:
        raise UserError(f'The rows of {corpus.name} have no "_id" or no "text".', "Both are needed.")
    return TableColumns("text", found, "title" if "title" in names else "")
