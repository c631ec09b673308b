"""Finding passages in a collection, and the sentences that answer a question."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice

from desktop.core.cancel import CancelToken
from desktop.core.conversations import Coverage, Grounding, UnreadFile
from desktop.core.documents import (
    Document,
    DocumentState,
    Hit,
    SearchFilter,
    Source,
)
from desktop.core.follow_ups import Wording, completed, together
from desktop.core.library_requests import (
    Compare,
    RankedSentence,
    Retrieve,
    Retrieved,
    Search,
    SearchMany,
    SearchResult,
    SearchResults,
    Similarities,
)
from desktop.core.models import ModelSpec
from desktop.core.quotable import is_quotable
from desktop.core.text import stems, words
from desktop.engines.process import EngineLink, call
from desktop.services.sources import instructing, source_of
from desktop.store.catalogue import Catalogue

AT_ONCE = 64
"""Searches that are sent to the engine together."""
QUOTES = 3
MOST_STEMS = 5
FAILED_NAMED = 20
"""So many of the files that could not be read are named with an answer."""


@dataclass(frozen=True)
class Material:
    """What an answer is made from; `hits` are the passages that its sentences are checked against."""

    grounding: Grounding
    hits: tuple[Hit, ...]


@dataclass(frozen=True)
class Searching:
    """The library's engine joined with the catalogue, which knows names and paths. `reranker` tells which one sorts."""

    catalogue: Catalogue
    engine: EngineLink
    reranker: Callable[[], ModelSpec | None] = lambda: None

    def search(
        self, request: Search, cancel: CancelToken | None = None, limits: SearchFilter | None = None
    ) -> SearchResult:
        """Find passages; the hits carry their document's name and path. `limits` narrows the documents."""
        limited = self._limited(request, limits)
        if limited is None:
            return SearchResult((), 0.0)
        return self._with_names(call(self.engine, SearchResult, limited, cancel))

    def prepare(self, cancel: CancelToken | None = None) -> None:
        """Start the engine and load the embedder, so that the first search does not wait for that. Blocks."""
        call(self.engine, Similarities, Compare(("a",), ("a",)), cancel)

    def search_all(
        self,
        requests: Iterable[Search],
        limits: SearchFilter | None = None,
        cancel: CancelToken | None = None,
    ) -> Iterator[SearchResult]:
        """The results of many searches, in order: the engine embeds and searches several at once."""
        left = iter(requests)
        while part := list(islice(left, AT_ONCE)):
            limited = [self._limited(request, limits) for request in part]
            asked = [request for request in limited if request is not None]
            found = iter(call(self.engine, SearchResults, SearchMany(tuple(asked)), cancel).results)
            for request in limited:
                yield SearchResult((), 0.0) if request is None else self._with_names(next(found))

    def _limited(self, request: Search, limits: SearchFilter | None) -> Search | None:
        """The request for the documents that the filter lets through, and for the reranker in use; None where there
        are none."""
        if request.rerank and (chosen := self.reranker()) is not None:
            request = replace(request, reranker=chosen.path)
        if not limits:
            return request
        collections = (request.collection_id, *request.more_collections)
        ids = [one for key in collections for one in self.catalogue.document_ids(key, limits)]
        return replace(request, document_ids=tuple(ids)) if ids else None

    def _with_names(self, result: SearchResult) -> SearchResult:
        return replace(result, hits=tuple(hit for hit, _ in self._named(result.hits)))

    def ground(
        self,
        collection_id: str,
        question: str,
        before: str,
        k: int,
        cancel: CancelToken | None = None,
        document_ids: Sequence[str] = (),
    ) -> Grounding:
        """What the files say to a question: up to three quotes, the passages behind them, and the coverage."""
        return self.material(collection_id, question, before, k, cancel, document_ids).grounding

    def material(
        self,
        collection_id: str,
        question: str,
        before: str,
        k: int,
        cancel: CancelToken | None = None,
        document_ids: Sequence[str] = (),
    ) -> Material:
        """As `ground`, with the passages that it is made of.

        `before` is what was asked before (see `gone_on_from`): "And since when?" is searched for together with it.
        """
        limited = tuple(document_ids)
        wordings = _wordings(question, before)
        for wording in wordings:
            request = Retrieve(collection_id, wording.text, k, limited, wording.focus)
            retrieved = call(self.engine, Retrieved, request, cancel)
            if wording is wordings[0] or retrieved.found:
                found, searched = retrieved, wording.text
            if retrieved.found:
                break
        return self._material(collection_id, found, limited, searched if searched != question else "")

    def _material(
        self, collection_id: str, retrieved: Retrieved, limited: tuple[str, ...], searched: str
    ) -> Material:
        named = {hit.passage.id: (hit, document) for hit, document in self._named(retrieved.hits)}
        quotes: list[Source] = []
        quoted: dict[str, Hit] = {}
        for sentence in _quotable(retrieved.sentences):
            passage = retrieved.hits[sentence.hit].passage
            if passage.id not in named or len(quotes) == QUOTES:
                continue
            hit, _ = named[passage.id]
            quotes.append(source_of(hit, len(quotes) + 1, sentence.start, sentence.end))
            quoted.setdefault(passage.id, hit)
        others = [hit for hit, _ in named.values() if hit.passage.id not in quoted]
        more = tuple(source_of(hit, number) for number, hit in enumerate(others, len(quotes) + 1))
        coverage = self._coverage(
            collection_id, [document for _, document in named.values()], len(named), limited
        )
        hits = (*quoted.values(), *others)
        grounding = Grounding(
            retrieved.found, tuple(quotes), coverage, more, searched=searched, instructing=instructing(hits)
        )
        return Material(grounding, hits)

    def _named(self, hits: Sequence[Hit]) -> list[tuple[Hit, Document]]:
        """The hits whose document is still there, with its name and path."""
        known: dict[str, Document | None] = {}
        named = []
        for hit in hits:
            document_id = hit.passage.document_id
            if document_id not in known:
                known[document_id] = self.catalogue.document(document_id)
            document = known[document_id]
            if document is not None:
                named.append(
                    (
                        replace(hit, path=document.path, document=document.name, member=document.member),
                        document,
                    )
                )
        return named

    def _coverage(
        self, collection_id: str, read: list[Document], passages: int, limited: tuple[str, ...]
    ) -> Coverage:
        counts = self.catalogue.counts_by_state(collection_id)
        return Coverage(
            files_read=len({document.id for document in read}),
            files_total=len(limited) or counts[DocumentState.READY],
            passages=passages,
            files_failed=counts[DocumentState.FAILED],
            files=tuple(dict.fromkeys(document.name for document in read)),
            failed=tuple(
                UnreadFile(row.name, row.reason) for row in self.catalogue.failed(collection_id, FAILED_NAMED)
            ),
        )


def _wordings(question: str, before: str) -> list[Wording]:
    """What to search for, and what after that where nothing is found."""
    alone = Wording(question)
    followed = completed(question, before)
    if followed:
        return [followed, alone]
    # A short question may still go on from the one before.
    goes_on = bool(before) and len(stems(question)) <= MOST_STEMS
    return [alone, together(question, before)] if goes_on else [alone]


def _quotable(ranked: Sequence[RankedSentence]) -> list[RankedSentence]:
    """Each sentence once, and what says nothing by itself (a heading, a cell) only after all that does."""
    once = {" ".join(words(sentence.text)): sentence for sentence in reversed(ranked)}
    distinct = [sentence for sentence in ranked if once[" ".join(words(sentence.text))] is sentence]
    return sorted(distinct, key=lambda sentence: not is_quotable(sentence.text))
