"""What every format's reader hands to the engine."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from desktop.core.documents import Page
from desktop.core.reading_requests import Member


@dataclass
class Scans:
    """How many pages of a file OCR has read so far, and how many are left that only OCR could read."""

    scanned: int = 0
    unread: int = 0


@dataclass(frozen=True)
class Reading:
    """A file that is open: its kind, its title ('' if it names none), its number of pages (0 where it is not
    known before the end), the pages, read one by one as they are asked for, and after them the files inside it;
    `scans` counts along with the pages."""

    kind: str
    title: str
    total: int
    pages: Iterator[Page]
    scans: Scans = field(default_factory=Scans)
    members: Iterator[Member] = field(default_factory=lambda: iter(()))
