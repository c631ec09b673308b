"""The library's child process: it cuts pages into passages, embeds them, and alone owns the index."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import numpy as np

from desktop.core.cancel import CancelToken
from desktop.core.chunking import passages
from desktop.core.documents import Hit, Passage
from desktop.core.errors import EngineCrashed, InternalError, UserError
from desktop.core.library_requests import (
    AddPages,
    ChangeCollection,
    ChosenSentence,
    ChosenSentences,
    CollectionSetup,
    CommitDocuments,
    Compare,
    DescribeIndex,
    DescribeSetup,
    DiscardDocument,
    DocumentPassages,
    DocumentsCommitted,
    DropCollection,
    Embed,
    Embeddings,
    FindMentions,
    IndexState,
    KeySentences,
    Mentions,
    Optimize,
    PassageList,
    PassagesAdded,
    RemoveDocuments,
    Retrieve,
    Retrieved,
    RowsCopied,
    Search,
    SearchMany,
    SearchResult,
    SearchResults,
    Similarities,
)
from desktop.core.matching import phrase_pattern
from desktop.core.models import installed_reranker
from desktop.core.questions import content_of
from desktop.core.remote_requests import EmbeddersKnown, RemoteEmbedders
from desktop.core.requests import Ping, Request
from desktop.engines.answers import FOUND_FROM, Asked, rank
from desktop.engines.candidates import CANDIDATES, Limits, Scored, searched_text
from desktop.engines.embedders import Embedders
from desktop.engines.embedding import Embedder, Vectors
from desktop.engines.held import Held
from desktop.engines.index import Index
from desktop.engines.key_sentences import choose
from desktop.engines.mentions import Count, Terms
from desktop.engines.place_errors import place_problem
from desktop.engines.rerank import Reranker
from desktop.engines.setups import Setup
from desktop.engines.terms import TermStatistics

EMBED_AT_ONCE = 32
"""At least so many while a document comes in, and up to twice as many: a few that are left over cost as much as ten."""
ByFolder = Mapping[Path, Vectors]
"""A query's vector for each embedder that it needs, by the embedder's folder."""
MENTIONS_SHOWN = 50
"""Documents with a mention of which the best passage is given too."""


class LibraryEngine:
    """Serves the requests of core/library_requests.py."""

    def __init__(self, index: Path, embedder: Path, models: Path | None = None) -> None:
        self._folder = index
        self._models = models
        self._reranker: Reranker | None = None
        self._reranking = threading.Lock()
        self._embedders = Embedders(embedder)
        self._index = Index(index)
        self._terms = TermStatistics(index / "terms.sqlite3")
        self._held: dict[str, Held] = {}

    def handle(self, request: Request, cancel: CancelToken) -> Iterator[object]:
        """See Engine."""
        try:
            yield from self._serve(request, cancel)
        except (OSError, RuntimeError, ValueError) as error:
            problem = place_problem(str(error))
            if problem is None:
                raise
            raise problem from error

    def _serve(self, request: Request, cancel: CancelToken) -> Iterator[object]:
        match request:
            case AddPages():
                yield self._add(request, cancel)
            case CommitDocuments(collection, documents):
                yield self._commit(collection, documents)
            case DiscardDocument(document):
                self._held.pop(document, None)
                yield PassagesAdded(0)
            case RemoveDocuments(collection, documents):
                yield self._remove(collection, documents)
            case DropCollection(collection):
                self._index.drop(collection)
                self._terms.drop(collection)
                yield IndexState(0)
            case Optimize(collection):
                self._index.optimize(collection)
                yield IndexState(self._index.document_ids(collection)[0])
            case DescribeIndex(collection):
                count, documents_there = self._index.document_ids(collection)
                yield IndexState(count, tuple(sorted(documents_there)))
            case ChangeCollection():
                yield from self._change(request, cancel)
            case DescribeSetup(collection):
                setup = self._index.setups.of(collection)
                yield CollectionSetup(setup.embedder, setup.place)
            case DocumentPassages(collection, document):
                yield PassageList(tuple(self._index.passages(collection, document)))
            case FindMentions():
                yield self._mentions(request, cancel)
            case KeySentences():
                yield self._key_sentences(request)
            case Search():
                yield self._search_many([request], cancel).results[0]
            case SearchMany(searches):
                yield self._search_many(searches, cancel)
            case Retrieve():
                yield self._retrieve(request)
            case Embed(texts):
                vectors = self.embedder.encode(list(texts))
                yield Embeddings(tuple(tuple(float(value) for value in row) for row in vectors))
            case Compare(sentences, texts):
                cosines = self.embedder.encode(list(sentences)) @ self.embedder.encode(list(texts)).T
                yield Similarities(tuple(tuple(float(value) for value in row) for row in cosines))
            case RemoteEmbedders(known):
                self._embedders.know(known)
                yield EmbeddersKnown()
            case Ping():
                yield f"library {os.getpid()}"
            case _:
                raise InternalError(f"The library engine does not know {type(request).__name__}.")

    @property
    def embedder(self) -> Embedder:
        """The starter embedder, loaded when first needed."""
        return self._embedders.at(self._embedders.starter)

    def _embedder_of(self, collection: str) -> Embedder:
        """The embedder that a collection is kept by."""
        return self._embedders.at(self._folder_of(collection))

    def _folder_of(self, collection: str) -> Path:
        chosen = self._index.setups.of(collection).embedder
        return Path(chosen) if chosen else self._embedders.starter

    def _change(
        self, request: ChangeCollection, cancel: CancelToken
    ) -> Iterator[RowsCopied | CollectionSetup]:
        if any(held.passages for held in self._held.values()):
            raise UserError("Files are being read.", "Wait until they are, or stop that, then choose again.")
        collection, before = request.collection_id, self._index.setups.of(request.collection_id)
        encode = None
        if request.embedder != before.embedder:
            folder = Path(request.embedder) if request.embedder else self._embedders.starter
            encode = self._embedders.at(folder).encode
        setup = Setup(request.embedder, request.place)
        if (request.embedder, request.place) != (before.embedder, before.place):
            with closing(self._index.change(collection, setup, encode)) as steps:
                for done, total in steps:
                    cancel.check()
                    yield RowsCopied(done, total)
        yield CollectionSetup(request.embedder, request.place)

    def _reranker_at(self, chosen: str) -> Reranker | None:
        """The reranker that the person has chosen or installed, loaded when first needed; None where there is none."""
        spec = installed_reranker(self._models, chosen) if self._models else None
        if spec is None:
            self._reranker = None
        elif self._reranker is None or str(self._reranker.folder) != spec.path:
            self._reranker = Reranker(Path(spec.path))
        return self._reranker

    def _add(self, request: AddPages, cancel: CancelToken) -> PassagesAdded:
        if not request.held:
            held = self._held[request.document_id] = Held()
            if request.known:
                held.known = self._index.vectors(request.collection_id, request.document_id)
        held = self._held.get(request.document_id, Held())
        if len(held.passages) != request.held:
            raise EngineCrashed("The search index was started again meanwhile.", "Please try again.")
        limit, count = request.passage_tokens, self._embedder_of(request.collection_id).count
        held.passages.extend(passages(request.document_id, request.title, request.pages, limit, count))
        for page in request.pages:
            held.fingerprint.add(page.text)
        while len(held.passages) - held.embedded >= EMBED_AT_ONCE:
            cancel.check()
            part = held.passages[held.embedded : held.embedded + 2 * EMBED_AT_ONCE]
            held.vectors.append(self._encoded(request.collection_id, part, held.known))
        return PassagesAdded(len(held.passages))

    def _commit(self, collection: str, documents: tuple[str, ...]) -> DocumentsCommitted:
        held = [self._held.pop(document, Held()) for document in documents]
        self._embed_rest(collection, held)
        fresh = [passage for one in held for passage in one.passages]
        vectors = [part for one in held for part in one.vectors]
        joined = np.concatenate(vectors) if vectors else np.zeros((0, 0), np.float32)
        before = self._index.replace(collection, documents, fresh, joined)
        if before:
            self._terms.add(collection, before, sign=-1)
        self._terms.add(collection, (passage.text for passage in fresh))
        return DocumentsCommitted(
            tuple(len(one.passages) for one in held), tuple(one.fingerprint.value for one in held)
        )

    def _embed_rest(self, collection: str, held: Sequence[Held]) -> None:
        """Embed what is left of several documents together: a batch of one would leave cores idle."""
        left = [passage for one in held for passage in one.passages[one.embedded :]]
        if not left:
            return
        known = {text: vector for one in held for text, vector in one.known.items()}
        vectors, row = self._encoded(collection, left, known), 0
        for one in held:
            number = len(one.passages) - one.embedded
            one.vectors.append(vectors[row : row + number])
            row += number

    def _encoded(self, collection: str, part: list[Passage], known: Mapping[str, Vectors]) -> Vectors:
        """The vectors of passages; only those whose text is not known are embedded."""
        texts = [searched_text(passage) for passage in part]
        new = [text for text in dict.fromkeys(texts) if text not in known]
        fresh = dict(zip(new, self._embedder_of(collection).encode(new), strict=True)) if new else {}
        return np.stack([known[text] if text in known else fresh[text] for text in texts])

    def _remove(self, collection: str, documents: tuple[str, ...]) -> IndexState:
        if documents:
            self._terms.add(collection, self._index.texts(collection, documents), sign=-1)
            self._index.remove(collection, documents)
        return IndexState(0)

    def _search_many(self, searches: Sequence[Search], cancel: CancelToken) -> SearchResults:
        """Queries are embedded together and then searched on all cores: the index waits for the disk by itself."""
        queries = [search.query or search.phrase for search in searches]
        folders = {self._folder_of(one) for search in searches for one in _collections(search)}
        encoded = {folder: self._embedders.at(folder).query(queries) for folder in folders}

        def one(number: int) -> SearchResult:
            cancel.check()
            vectors = {folder: rows[number] for folder, rows in encoded.items()}
            return self._search(searches[number], vectors, cancel)

        with ThreadPoolExecutor(max_workers=os.cpu_count()) as pool:
            return SearchResults(tuple(pool.map(one, range(len(searches)))))

    def _search(self, request: Search, vectors: ByFolder, cancel: CancelToken) -> SearchResult:
        start = time.perf_counter()
        found = self._by_document(request, vectors) if request.by_document else self._wanted(request, vectors)
        reranked = False
        if request.rerank and not request.like:
            with self._reranking:  # its tokenizer serves one thread at a time
                reranker = self._reranker_at(request.reranker)
                if reranker is not None:
                    text = request.query or request.phrase
                    found, reranked = reranker.order(text, found, request.k, cancel), True
        return SearchResult(_hits(found[: request.k]), time.perf_counter() - start, reranked)

    def _wanted(self, request: Search, vectors: ByFolder) -> list[Scored]:
        return self._like(request) if request.like else self._matching(request, vectors)

    def _by_document(self, request: Search, vectors: ByFolder) -> list[Scored]:
        """The best passage of each document: more are looked at until there are `k`, as one may have hundreds."""
        wider = request
        while True:
            found = self._wanted(wider, vectors)
            best: dict[tuple[str, str], Scored] = {}
            for scored in found:
                best.setdefault((scored.passage.document_id, scored.passage.record_id), scored)
            if len(best) >= request.k or len(found) < wider.k:
                return list(best.values())
            wider = replace(wider, k=max(4 * wider.k, 4 * CANDIDATES))

    def _matching(self, request: Search, vectors: ByFolder) -> list[Scored]:
        """Collections of different embedders are searched apart, and joined by their scores, 0 to 1 in each."""
        limits = Limits(request.document_ids, phrase_pattern(request.phrase))
        if request.phrase and not limits.phrase:
            return []
        text = request.query or request.phrase
        found: list[Scored] = []
        for folder, vector in vectors.items():
            collections = [one for one in _collections(request) if self._folder_of(one) == folder]
            if collections:
                found += self._index.search(collections, text, vector, request.mode, limits, request.k)
        return found if len(vectors) == 1 else sorted(found, key=lambda scored: -scored.score)

    def _like(self, request: Search) -> list[Scored]:
        """What is nearest to a passage: in other files, or elsewhere in its own where there are none.

        Rows of a table are documents of their own, so for one of them the other rows count as others at once.
        """
        origin = self._index.passage(request.collection_id, request.like)
        if origin is None:
            return []
        passage, vector = origin
        folder = self._folder_of(request.collection_id)
        collections = [one for one in _collections(request) if self._folder_of(one) == folder]
        others = "" if passage.record_id else passage.document_id
        for not_document in dict.fromkeys((others, "")):
            limits = Limits(request.document_ids, not_document=not_document, not_passage=passage.id)
            if found := self._index.search(collections, "", vector, "vector", limits, request.k):
                return found
        return []

    def _key_sentences(self, request: KeySentences) -> ChosenSentences:
        found = self._index.passages(request.collection_id, request.document_id)
        kept = self._index.vectors(request.collection_id, request.document_id)
        if not found:
            return ChosenSentences(())
        vectors = np.stack([kept[searched_text(passage)] for passage in found])
        encode = self._embedder_of(request.collection_id).encode
        chosen = choose(found, vectors, request.number, encode)
        return ChosenSentences(
            tuple(ChosenSentence(found[one.passage], one.start, one.end) for one in chosen)
        )

    def _mentions(self, request: FindMentions, cancel: CancelToken) -> Mentions:
        start = time.perf_counter()
        collection, terms = request.collection_id, Terms(request.terms, request.exact, request.together)
        count, read = Count(terms), 0
        for number, rows in self._index.every_passage(collection, request.document_ids, terms.must_contain):
            cancel.check()
            read += number
            for row in rows:
                count.add(row["id"], row["document_id"], row["page"], row["record_id"], row["text"])
        ranked = count.ranked()
        best = self._index.by_id(collection, [tally.best for _, tally in ranked[:MENTIONS_SHOWN]])
        documents = tuple(
            replace(tally.result(document), best=best.get(tally.best)) for document, tally in ranked
        )
        return Mentions(documents, count.forms(), read, time.perf_counter() - start)

    def _retrieve(self, request: Retrieve) -> Retrieved:
        start = time.perf_counter()
        question = self._asked(request.collection_id, request.question)
        focus = self._asked(request.collection_id, request.focus) if request.focus else None
        limits = Limits(request.document_ids)
        found = self._index.search(
            (request.collection_id,), request.question, question.vector, "hybrid", limits
        )[: request.k]
        ranked, confidence = rank(question, found, self._embedder_of(request.collection_id), focus)
        seconds = time.perf_counter() - start
        return Retrieved(_hits(found), tuple(ranked), confidence >= FOUND_FROM, confidence, seconds)

    def _asked(self, collection_id: str, text: str) -> Asked:
        weights = self._terms.weights(collection_id, dict.fromkeys(content_of(text)))
        return Asked(self._embedder_of(collection_id).query([text])[0], weights)


def _collections(request: Search) -> tuple[str, ...]:
    return (request.collection_id, *request.more_collections)


def _hits(found: list[Scored]) -> tuple[Hit, ...]:
    return tuple(Hit(scored.passage, scored.score, similarity=scored.cosine) for scored in found)


def create(options: Mapping[str, object]) -> LibraryEngine:
    """Options: the folders `index` (the tables), `embedder` (the embedding model) and `models` (the person's own)."""
    models = options.get("models")
    return LibraryEngine(
        Path(str(options["index"])), Path(str(options["embedder"])), Path(str(models)) if models else None
    )
