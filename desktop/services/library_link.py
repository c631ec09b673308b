"""The way to the search index: what goes from there to an address, to be embedded, is written into the ledger first."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass, field

from desktop.core.cancel import CancelToken
from desktop.core.endpoints import PREFIX, Endpoint
from desktop.core.library_requests import (
    AddPages,
    ChangeCollection,
    KeySentences,
    Retrieve,
    Search,
    SearchMany,
)
from desktop.core.remote_requests import EmbeddersKnown, RemoteEmbedders
from desktop.core.requests import Request
from desktop.engines.process import URGENT, EngineLink, call
from desktop.services.endpoints import Endpoints
from desktop.store.catalogue import Catalogue

_WORDS: dict[type[Request], str] = {
    AddPages: "passages",
    Retrieve: "a question and the sentences found",
    KeySentences: "the sentences of a file",
}


@dataclass
class LibraryLink:
    """Tells the engine the addresses that it may embed by, before each request: it may have been started anew."""

    engine: EngineLink
    catalogue: Catalogue
    endpoints: Endpoints

    _told: bool = False
    _opened: set[tuple[str, str]] = field(default_factory=set)

    def request(
        self,
        request: Request,
        cancel: CancelToken | None = None,
        *,
        silence: float | None = None,
        memory_mb: int | None = None,
        priority: int = URGENT,
    ) -> Generator[object]:
        """See EngineLink."""
        known = self.endpoints.embedders()
        self._note(request, known)
        if known or self._told:
            told = RemoteEmbedders(tuple((one.id, self.endpoints.to_ask(one)) for one in known))
            call(self.engine, EmbeddersKnown, told, cancel, priority=priority)
            self._told = True
        return self.engine.request(request, cancel, silence=silence, memory_mb=memory_mb, priority=priority)

    def stop(self) -> None:
        """End the engine."""
        self.engine.stop()

    def _note(self, request: Request, known: tuple[Endpoint, ...]) -> None:
        """Write down what this request leads to, before anything is connected to."""
        kept = self.catalogue.kept_elsewhere()
        if isinstance(request, ChangeCollection):
            self._note_place(request.collection_id, request.place, "a collection")
            for one in known:
                if request.embedder == PREFIX + one.id:
                    self.endpoints.ledger.add(one.address, f"Embedded all passages by {one.model}")
        if not kept:
            return
        for identifier in _collections(request):
            if identifier in kept:
                name, _embedder, place = kept[identifier]
                self._note_place(identifier, place, name)
        collections, text = _leaving(request)
        embedders = {kept[one][1] for one in collections if one in kept}
        for one in known:
            if one.name in embedders:
                what = _WORDS.get(type(request), "a question")
                self.endpoints.ledger.add(one.address, f"Embedded {what} by {one.model}", text)

    def _note_place(self, identifier: str, place: str, name: str) -> None:
        """Once for each start of the program: a table at a place is read and written all the time."""
        if "://" in place and (identifier, place) not in self._opened:
            self.endpoints.ledger.add(place, f"Opened the passages of {name}")
            self._opened.add((identifier, place))


def _collections(request: Request) -> tuple[str, ...]:
    """The collections that a request reads or writes."""
    if isinstance(request, SearchMany):
        return tuple({one for search in request.searches for one in _collections(search)})
    first = getattr(request, "collection_id", "")
    return (first, *getattr(request, "more_collections", ())) if first else ()


def _leaving(request: Request) -> tuple[tuple[str, ...], int]:
    """The collections by whose embedders a request has texts embedded, and how many bytes of text."""
    match request:
        case AddPages():
            return (request.collection_id,), sum(_bytes(page.text) for page in request.pages)
        case Search():
            return (request.collection_id, *request.more_collections), _bytes(request.query or request.phrase)
        case Retrieve():
            return (request.collection_id,), _bytes(request.question)
        case KeySentences():
            return (request.collection_id,), 0
        case SearchMany(searches):
            found = [_leaving(one) for one in searches]
            return tuple({one for ids, _ in found for one in ids}), sum(size for _, size in found)
    return (), 0


def _bytes(text: str) -> int:
    return len(text.encode("utf-8", "replace"))
