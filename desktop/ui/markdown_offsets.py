"""Finds, for text that Markdown was parsed into, the characters of the raw text that it came from."""

from __future__ import annotations

import re
from dataclasses import dataclass

_ENTITY = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});")
_WINDOW = 12


@dataclass(frozen=True)
class Run:
    """`length` characters at `offset` of the shown text are those at `raw` of the raw text."""

    offset: int
    length: int
    raw: int


class Offsets:
    """Follows the shown text through the raw text `raw[start:end]`, only ever forward.

    Markdown drops or replaces markup between the shown characters, but never reorders them, so a forward
    search from the last place is enough. Characters without a counterpart stay unmapped.
    """

    def __init__(self, raw: str, start: int, end: int) -> None:
        self._raw = raw
        self._at = start
        self._end = end

    @property
    def at(self) -> int:
        """The raw offset behind the last character that was found."""
        return self._at

    def move_to(self, raw: int) -> None:
        """Go on at `raw`, but never back."""
        self._at = max(self._at, min(raw, self._end))

    def take(self, text: str) -> list[Run]:
        """The runs of raw text behind `text`, in order."""
        found = self._raw.find(text, self._at, self._end) if text else -1
        if found >= 0:
            self._at = found + len(text)
            return [Run(0, len(text), found)]
        return self._character_by_character(text)

    def skip_link_target(self) -> None:
        """Step over `](address)` behind a link's text."""
        if self._raw.startswith("](", self._at):
            close = self._raw.find(")", self._at, self._end)
            if close >= 0:
                self._at = close + 1

    def _character_by_character(self, text: str) -> list[Run]:
        runs: list[Run] = []
        for offset, character in enumerate(text):
            entity = _ENTITY.match(self._raw, self._at, self._end)
            if entity is not None and character != "&":
                place, width = self._at, entity.end() - self._at
            else:
                place, width = self._raw.find(character, self._at, min(self._at + _WINDOW, self._end)), 1
            if place < 0:
                continue
            self._at = place + width
            last = runs[-1] if runs else None
            if (
                last
                and last.offset + last.length == offset
                and last.raw + last.length == place
                and width == 1
            ):
                runs[-1] = Run(last.offset, last.length + 1, last.raw)
            else:
                runs.append(Run(offset, 1, place))
        return runs
