"""From the words of a PDF page to text in whole sentences and paragraphs, with the place of every word."""

from __future__ import annotations

import itertools
import re
from typing import Any

from desktop.engines.read_pdf_columns import unmixed
from desktop.engines.read_pdf_words import WIDE, Line, PageFrame, Word, WordReader, characters

_HANGUL = re.compile("[\uac00-\ud7a3]")
_WIDE_CHARACTER = re.compile(f"[{WIDE}]")
_LETTERS = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")
_ENDS_SENTENCE = re.compile(r"[.!?:;。！？…][\"'”’»)\]]*$")
_LEADERS = re.compile(r"(?:\.\s?){4,}\s*\S{0,6}$")
_BULLET = re.compile(r"[•‣◦▪●○■□–—*·-]$")
_NUMBERED = re.compile(
    r"(?:§|\(?(?:\d{1,3}(?:\.\d{1,3})*|[a-zA-Z]|[ivxIVX]{1,5})[.)]|\d{1,2}(?:\.\d{1,2})+)$"
)
# A space between two words that is as wide as this, in heights of the font, parts two cells of a table, if the line
# above or below has one of the other kind: justified text has wide spaces now and then, but hardly twice in a row.
_CELL_GAP, _PERHAPS_CELL_GAP = 1.2, 0.6

WordPlace = tuple[int, int, float, float, float, float]
"""The characters `start:end` of a page's text, and their box as fractions of the drawn page: x0, y0, x1, y1."""


class SeenWords:
    """The words of a document so far: they tell whether a word cut at a line's end has a hyphen of its own."""

    LIMIT = 200_000

    def __init__(self) -> None:
        self._words: set[str] = set()

    def add(self, text: str) -> None:
        """Remember the words of a page."""
        if len(self._words) < self.LIMIT:
            self._words.update(_LETTERS.findall(text.lower()))

    def keeps_hyphen(self, first: str, second: str) -> bool:
        """Whether the parts of a word that was cut at a line's end are to be joined with the hyphen."""
        if not second[:1].islower():
            return not (first.isupper() and second[:1].isupper())
        before, after = _LETTERS.findall(first.lower()), _LETTERS.findall(second.lower())
        if not before or not after:
            return True
        if len(before[-1]) == 1:
            return True  # e-mail, x-ray
        if before[-1] + after[0] in self._words:
            return False
        return f"{before[-1]}-{after[0]}" in self._words


class PageText:
    """Reads the text pages of one document, in order: it learns the document's words as it goes."""

    def __init__(self) -> None:
        self._words = WordReader()
        self._seen = SeenWords()

    def read(self, text_page: Any, frame: PageFrame) -> tuple[str, list[WordPlace]]:
        """The text of a page, with spaces in place of line ends and empty lines between paragraphs, and its words.

        `text_page` is a raw FPDF_TEXTPAGE. The boxes are fractions of the drawn page.
        """
        units, count = characters(text_page)
        if not units.strip():
            return "", []
        self._seen.add(units)
        return self._joined(unmixed(self._words.lines(text_page, units, count, frame)), frame)

    def join(self, lines: list[Line], frame: PageFrame) -> tuple[str, list[WordPlace]]:
        """The same for lines in reading order that were found in another way, as those of a scan."""
        self._seen.add(" ".join(line.text for line in lines))
        return self._joined(lines, frame)

    def _joined(self, lines: list[Line], frame: PageFrame) -> tuple[str, list[WordPlace]]:
        if not lines:
            return "", []
        _set_margins(lines)
        return _assemble(lines, frame, self._seen)


def _set_margins(lines: list[Line]) -> None:
    """Give each line the right edge of the stretch of lines it belongs to: a column, or a part of one."""
    start = 0
    for index in range(1, len(lines) + 1):
        if index < len(lines) and _follows(lines[index - 1], lines[index]):
            continue
        right = max((line.x1 for line in lines[start:index]), default=0.0)
        for line in lines[start:index]:
            line.right_margin = right
        start = index


def _follows(above: Line, below: Line) -> bool:
    """Whether `below` stands under `above` in the same column."""
    step = below.letter_top - above.letter_top
    overlap = min(above.x1, below.x1) - max(above.x0, below.x0)
    return 0.3 * above.size < step < 4 * max(above.size, below.size) and overlap > 0


def _pitch(lines: list[Line]) -> float:
    """The usual distance of two lines, as a multiple of the font's height."""
    steps = sorted(
        (below.letter_top - above.letter_top) / above.size
        for above, below in itertools.pairwise(lines)
        if above.size > 0 and abs(above.size - below.size) < 0.1 * above.size and _follows(above, below)
    )
    # The lower third, so that a page of many short paragraphs does not take their distance for the usual one.
    return steps[len(steps) // 3] if steps else 1.2


def _ends_paragraph(above: Line, below: Line, pitch: float) -> bool:
    """Whether `below` begins a new paragraph. In doubt it does not, so that no sentence is broken."""
    if _beside(above, below):
        return False
    first, last = below.words[0].text, above.words[-1].text
    complete = bool(_ENDS_SENTENCE.search(last)) and not (last[-1] == "." and last[:-1].isdigit())
    goes_on = first[:1].islower() and not _NUMBERED.match(first)
    if _LEADERS.search(above.text) or (_are_rows(above, below) and not (goes_on and not complete)):
        return True
    if _BULLET.match(first) and (len(below.words) > 1 or complete) and _follows(above, below):
        return True
    size = max(above.size, 0.1)
    if not _follows(above, below):
        return not goes_on or (complete and below.letter_top > above.letter_top)
    step = (below.letter_top - above.letter_top) / size
    changed = abs(below.size - above.size) > 0.15 * max(below.size, above.size)
    if goes_on and not complete:
        return step > 2.2 * pitch or (changed and step > 1.3 * pitch)
    if changed or step > 1.3 * pitch:
        return True
    indent = below.x0 - above.x0
    if (complete and 0.7 * size < abs(indent) < 8 * size) or (_NUMBERED.match(first) and complete):
        return True
    return _leaves_room(above, below) and not _centred(above, below)


def _beside(left: Line, right: Line) -> bool:
    """Whether PDFium broke one line in two: at a wide gap, or before a raised or lowered character."""
    overlap = min(left.y1, right.y1) - max(left.y0, right.y0)
    return (
        overlap > 0.3 * min(left.y1 - left.y0, right.y1 - right.y0) and right.x0 > left.x1 - 0.5 * left.size
    )


def _are_rows(above: Line, below: Line) -> bool:
    """Whether both lines are rows of a table, by the gaps in them."""
    return max(above.gap, below.gap) > _CELL_GAP and min(above.gap, below.gap) > _PERHAPS_CELL_GAP


def _leaves_room(above: Line, below: Line) -> bool:
    """Whether the first word of `below` would have fitted on the line above: then somebody ended that line."""
    place = below.words[0].place
    width = place[2] - place[0] if place else 0.0
    return above.right_margin - above.x1 > width + 0.9 * above.size


def _centred(above: Line, below: Line) -> bool:
    """Whether both lines have the same middle but not the same edges, as a title of several lines has."""
    middle = abs((above.x0 + above.x1) - (below.x0 + below.x1)) / 2
    return middle < 0.3 * above.size and abs(above.x0 - below.x0) > above.size


def _assemble(lines: list[Line], frame: PageFrame, seen: SeenWords) -> tuple[str, list[WordPlace]]:
    """Write the lines as text and note where each word stands in it."""
    pieces: list[str] = []
    places: list[WordPlace] = []
    position = 0
    width, height = max(frame.width, 0.01), max(frame.height, 0.01)
    pitch = _pitch(lines)
    spaced_ends = any(line.spaced_end for line in lines)
    gap = ""
    following: list[Line | None] = [*lines[1:], None]
    for line, below in zip(lines, following, strict=True):
        _settle_hyphen(line.words[-1], below.words[0] if below else None, seen)
        for index, word in enumerate(line.words):
            if index:
                gap = "" if word.glued else " "
            pieces += (gap, word.text)
            position += len(gap)
            end = position + len(word.text)
            if word.place:
                x0, y0, x1, y1 = word.place
                places.append((position, end, x0 / width, y0 / height, x1 / width, y1 / height))
            position = end
        if below:
            gap = _gap(line, below, pitch, spaced_ends)
    return "".join(pieces), places


def _settle_hyphen(word: Word, following: Word | None, seen: SeenWords) -> None:
    """Decide on the hyphen of the last word of a line: `word.hyphen` stays true where the next word belongs to it."""
    if not word.hyphen:
        # PDFium leaves some hyphens at a line's end as they are.
        stem = word.text[:-1]
        if not (
            word.text.endswith("-") and stem[-1:].isalpha() and following and following.text[:1].islower()
        ):
            return
        word.text, word.hyphen = stem, True
    if following is None or seen.keeps_hyphen(word.text, following.text):
        word.text += "-"


def _gap(above: Line, below: Line, pitch: float, spaced_ends: bool) -> str:
    """What stands between two lines in the text: nothing, a space, or an empty line."""
    last, first = above.words[-1], below.words[0]
    if last.hyphen:
        return ""
    if _ends_paragraph(above, below, pitch):
        return "\n\n"
    if first.text[0] in ",.;:)" and _beside(above, below):
        return ""
    if _WIDE_CHARACTER.match(last.text[-1:]) and _WIDE_CHARACTER.match(first.text[:1]):
        return ""
    if (
        spaced_ends
        and not above.spaced_end
        and _HANGUL.match(last.text[-1:])
        and _HANGUL.match(first.text[:1])
    ):
        return ""  # Korean breaks words at any syllable; a page that writes its spaces tells where
    return " "
