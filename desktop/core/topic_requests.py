"""What the engine of topics is asked and what it answers."""

from __future__ import annotations

from dataclasses import dataclass

from desktop.core.requests import Request
from desktop.core.topics import Grouped, Grouping


@dataclass(frozen=True)
class GroupTexts(Request):
    """Embed texts and group them. Yields TextsEmbedded, ..., then TopicsGrouped."""

    texts: tuple[str, ...]
    grouping: Grouping


@dataclass(frozen=True)
class GroupCollection(Request):
    """Group the documents of a collection by the vectors that the index has of them.

    `document_ids` are those that are to be grouped, in the order of the answer; one without passages belongs to no
    topic. Answered with TopicsGrouped.
    """

    collection_id: str
    document_ids: tuple[str, ...]
    grouping: Grouping


@dataclass(frozen=True)
class TextsEmbedded:
    done: int
    total: int


@dataclass(frozen=True)
class TopicsGrouped:
    grouped: Grouped
