"""The search service of the window's tests: it answers what it was given, without an index."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from desktop.core.cancel import CancelToken
from desktop.core.errors import Cancelled
from desktop.core.events import Event, SearchFound
from desktop.core.found import Query


@dataclass
class FakeFinding:
    """Answers every search with `answer`, or raises `error`; `hold`, when cleared, lets a search wait."""

    answer: SearchFound = field(default_factory=lambda: SearchFound(()))
    error: Exception | None = None
    of_kinds: list[tuple[str, int]] = field(default_factory=list)
    of_folders: list[tuple[str, int]] = field(default_factory=list)
    installed: str = ""
    prepared: int = 0
    asked: list[Query] = field(default_factory=list)
    hold: threading.Event = field(default_factory=threading.Event)

    def __post_init__(self) -> None:
        self.hold.set()

    def prepare(self, cancel: CancelToken) -> Iterator[Event]:
        self.prepared += 1
        yield from ()

    def find(self, query: Query, cancel: CancelToken) -> Iterator[Event]:
        self.asked.append(query)
        while not self.hold.is_set():
            if cancel.wait(0.005):
                raise Cancelled
        if self.error is not None:
            raise self.error
        yield self.answer
        if self.installed and query.rerank is not False:
            yield self.reranked(cancel)

    def reranked(self, cancel: CancelToken) -> SearchFound:
        """The same in the opposite order."""
        return replace(self.answer, documents=self.answer.documents[::-1], reranked=True)

    def kinds(self, collection_ids: Sequence[str]) -> list[tuple[str, int]]:
        return self.of_kinds

    def folders(self, collection_ids: Sequence[str], inside: str = "") -> list[tuple[str, int]]:
        return [] if inside else self.of_folders

    def reranker(self) -> str | None:
        return self.installed or None
