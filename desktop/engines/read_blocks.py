"""Paragraphs and headings, put together to a page's text by the readers of structured formats."""

from __future__ import annotations

import re
from collections.abc import Sequence

from desktop.core.documents import Heading

PAGE_NUMBER = re.compile(r"\W*(?:\w+\s+)?\d{1,4}(?:\s+\w+\s+\d{1,4}|\s*/\s*\d{1,4})?\W*$")
"""A header or footer that says no more than which page it stands on."""

_SPACES = re.compile(r"[ \t\r\n\f\v\xa0]+")


def squeezed(text: str) -> str:
    """The text with every run of white space as one space."""
    return _SPACES.sub(" ", text).strip()


def table_row(cells: Sequence[str]) -> str:
    """The cells of a row as one paragraph; empty ones at its ends are left out."""
    texts = [squeezed(cell) for cell in cells]
    while texts and not texts[-1]:
        texts.pop()
    while texts and not texts[0]:
        texts.pop(0)
    return " | ".join(texts).replace("  ", " ")


class Blocks:
    """Collects a document's blocks in order; `text` has them empty lines between, `headings` where each begins."""

    def __init__(self) -> None:
        self._blocks: list[str] = []
        self._length = 0
        self.headings: list[Heading] = []

    def add(self, text: str, *, heading: bool = False, close: bool = False) -> None:
        """Add a block, unless it is empty. `close` sets it right below the one before, as the items of a list."""
        text = text.strip("\n").rstrip()
        if not text.strip():
            return
        gap = "" if not self._blocks else "\n" if close else "\n\n"
        if heading:
            self.headings.append(Heading(self._length + len(gap), squeezed(text)[:300]))
        self._blocks.append(gap + text)
        self._length += len(gap) + len(text)

    def announce(self, title: str) -> None:
        """A heading that is not among the words: it holds from the next block on."""
        self.headings.append(Heading(self._length + (2 if self._blocks else 0), squeezed(title)[:300]))

    @property
    def text(self) -> str:
        """The whole text."""
        return "".join(self._blocks)
