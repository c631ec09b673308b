"""What every format's reader hands to the engine."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from desktop.core.documents import Page


@dataclass(frozen=True)
class Reading:
    """A file that is open: its kind, its title ('' if it names none), its number of pages (0 where it is not
    known before the end), and the pages, read one by one as they are asked for."""

    kind: str
    title: str
    total: int
    pages: Iterator[Page]
