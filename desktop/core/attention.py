"""What needs attention in a collection: files that could not be read, or not wholly, grouped by the reason."""

from __future__ import annotations

from dataclasses import dataclass

from desktop.core.documents import Document

UNREAD = "unread"
"""The group of READY documents with scanned pages that nobody asked to be read; the others are failed ones."""

ATTENTION_REASONS = (
    "encrypted",
    "no text",
    UNREAD,
    "too slow",
    "too large",
    "disk",
    "damaged",
    "missing",
    "not allowed",
    "unsupported",
    "empty",
    "",
)
"""In the order in which they are shown: first what one click puts right. '' is any reason that has no group."""


@dataclass(frozen=True)
class AttentionGroup:
    """All `count` documents of a collection with the same reason, of ATTENTION_REASONS; the `first` of them by name."""

    reason: str
    count: int
    first: tuple[Document, ...] = ()
