"""A document on its way into the index: its passages, and their vectors as far as they are made."""

from __future__ import annotations

from desktop.core.documents import Passage
from desktop.core.similar import Fingerprint
from desktop.engines.embedding import Vectors


class Held:
    """The passages of a document that is not committed yet, with their vectors."""

    def __init__(self) -> None:
        self.passages: list[Passage] = []
        self.vectors: list[Vectors] = []
        self.known: dict[str, Vectors] = {}
        self.fingerprint = Fingerprint()

    @property
    def embedded(self) -> int:
        """How many of the passages, from the first on, have their vectors."""
        return sum(len(part) for part in self.vectors)
