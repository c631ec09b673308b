"""What the search page shows: found files with their passages, the matched words, and what can be filtered by."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from desktop.core.cancel import CancelToken
from desktop.core.documents import Document, Hit
from desktop.core.errors import UserError
from desktop.core.events import Event, SearchFound
from desktop.core.found import FoundDocument, FoundPassage, Query
from desktop.core.library_requests import Search
from desktop.core.matching import Range, best_sentence, excerpt, phrase_ranges, word_ranges
from desktop.core.models import ModelSpec
from desktop.services.searching import Searching
from desktop.services.sources import source_of
from desktop.store.catalogue import Catalogue
from desktop.store.facets import Facets

NO_RERANKER = "No reranker is installed, so the order stays as it is."
EXCERPT = 400
NEAR = 0.5
"""Share of the best similarity from which a passage without any of the words is shown."""
MOST_FOLDERS = 40


@dataclass(frozen=True)
class Finding:
    """Searches collections as a person does. `reranker` tells which one is installed."""

    catalogue: Catalogue
    facets: Facets
    searching: Searching
    reranker: Callable[[], ModelSpec | None]

    def prepare(self, cancel: CancelToken | None = None) -> Iterator[Event]:
        """Load what searching needs, while the person still types. Yields nothing."""
        self.searching.prepare(cancel)
        yield from ()

    def find(self, query: Query, cancel: CancelToken | None = None) -> Iterator[Event]:
        """Yield SearchFound; where a reranker is to work, a second one follows with its order.

        Raises UserError if there is nothing to search for, or what the engine raises.
        """
        text = " ".join(query.text.split())
        if not text and not query.like:
            raise UserError("There is nothing to search for.", "Type some words.")
        collections = query.collection_ids or tuple(one.id for one in self.catalogue.collections())
        if not collections:
            yield SearchFound(())
            return
        phrase = text if query.exact else ""
        request = Search(
            collections[0], text, query.k, phrase=phrase, like=query.like, more_collections=collections[1:]
        )
        result = self.searching.search(request, cancel, query.filter)
        hits = result.hits if query.exact or query.like else _near(result.hits, text)
        limited = len(hits) >= query.k
        yield SearchFound(self._grouped(hits, text, query), result.seconds, limited=limited)
        if hits and not query.like and query.rerank is not False and self.reranker() is not None:
            result = self.searching.search(replace(request, k=len(hits), rerank=True), cancel, query.filter)
            documents = self._grouped(result.hits, text, query)
            yield SearchFound(documents, result.seconds, result.reranked, limited)

    def _grouped(self, hits: Sequence[Hit], text: str, query: Query) -> tuple[FoundDocument, ...]:
        """The hits by file: files in the order of their best passage, and their passages in the order found."""
        passages: dict[str, list[FoundPassage]] = {}
        for hit in hits:
            marks = _marks(hit.passage.text, text, query)
            passages.setdefault(hit.passage.document_id, []).append(_found(hit, marks))
        documents: list[tuple[Document | None, list[FoundPassage]]] = [
            (self.catalogue.document(document_id), found) for document_id, found in passages.items()
        ]
        return tuple(
            FoundDocument(document, tuple(found)) for document, found in documents if document is not None
        )

    def kinds(self, collection_ids: Sequence[str]) -> list[tuple[str, int]]:
        """The kinds of the files that can be searched, the most frequent first, with their numbers."""
        return self.facets.kinds(collection_ids)

    def folders(self, collection_ids: Sequence[str], inside: str = "") -> list[tuple[str, int]]:
        """The folders directly inside one (or inside the one that holds everything), by name, with the number of files
        in and below them; at most `MOST_FOLDERS`, those with the most files."""
        counts = self.facets.folders(collection_ids)
        top = inside or _common(list(counts))
        below: dict[str, int] = {}
        for folder, number in counts.items():
            if folder != top and folder.startswith(os.path.join(top, "")):
                first = folder[len(os.path.join(top, "")) :].split(os.sep)[0]
                child = os.path.join(top, first)
                below[child] = below.get(child, 0) + number
        largest = sorted(below.items(), key=lambda one: -one[1])[:MOST_FOLDERS]
        return sorted(largest, key=lambda one: one[0].casefold())


def _common(folders: Sequence[str]) -> str:
    """The deepest folder that holds all of these; '' where they lie on different drives."""
    try:
        return os.path.commonpath(folders) if folders else ""
    except ValueError:
        return ""


def _near(hits: Sequence[Hit], text: str) -> list[Hit]:
    """The hits that have one of the words, or are near in meaning: the rest is only the least far of what is far."""
    least = NEAR * max((hit.similarity for hit in hits), default=0.0)
    return [hit for hit in hits if hit.similarity >= least or word_ranges(hit.passage.text, text)]


def _marks(passage: str, text: str, query: Query) -> tuple[Range, ...]:
    if query.like:
        return ()
    return phrase_ranges(passage, text) if query.exact else word_ranges(passage, text)


def _found(hit: Hit, marks: Sequence[Range]) -> FoundPassage:
    passage = hit.passage
    start, end = best_sentence(passage.text, marks)
    words, inside = excerpt(passage.text, marks, start, EXCERPT)
    source = source_of(hit, 0, start, end)
    return FoundPassage(passage.id, source, words, inside, hit.score)
