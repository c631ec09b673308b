"""Where raw text stands in a document: its pieces, and lengths as Qt counts them."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Piece:
    """`text` stands at `position` of the document and at `raw` of the raw text.

    Qt counts a character beyond the first plane (an emoji) as two positions.
    """

    position: int
    text: str
    raw: int

    def within(self, start: int, end: int) -> tuple[int, int] | None:
        """The positions of the document that show the raw characters `start:end`, if this piece has any."""
        first, last = max(start, self.raw), min(end, self.raw + len(self.text))
        if first >= last:
            return None
        return (
            self.position + qt_length(self.text[: first - self.raw]),
            self.position + qt_length(self.text[: last - self.raw]),
        )


def qt_length(text: str) -> int:
    """The length of `text` as Qt counts it, in UTF-16 units."""
    return len(text) + sum(character > "\uffff" for character in text)
