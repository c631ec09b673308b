"""The words of a PDF page as PDFium orders them, line by line, each with its place on the drawn page."""

from __future__ import annotations

import ctypes
import re
import struct
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pypdfium2.raw as pdfium

# Scripts without spaces between words: each character is a word of its own, so that a mark covers no more than it must.
WIDE = "\u2e80-\u303f\u3040-\u30ff\u3130-\u318f\u31f0-\u4dbf\u4e00-\u9fff\uf900-\ufaff\uff00-\uff9f"
# PDFium writes a hyphen at a line's end as U+FFFE (its single-character functions say U+0002), without a line break.
_HYPHEN = "\ufffe\x02"
_HYPHENS = frozenset(_HYPHEN)
_TOKEN = re.compile(f"[{WIDE}]|[^\\s{WIDE}{_HYPHEN}]+")
_LINE_END = re.compile(f"[\r\n{_HYPHEN}]")
_SURROGATE = re.compile("[\ud800-\udfff]")
_NOISE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\xad\u200b\u2060\ufeff\ufffd]+")
_LIGATURES = re.compile("[\ufb00-\ufb1c\ufb50-\ufd3d\ufd50-\ufdfb\ufe70-\ufefc]")

_count_rects = pdfium.FPDFText_CountRects
# FPDFText_GetRect(page, index, *left, *top, *right, *bottom) with addresses as plain numbers: half the time a call.
_get_rect = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_void_p, ctypes.c_int, *[ctypes.c_void_p] * 4)(
    ctypes.cast(pdfium.FPDFText_GetRect, ctypes.c_void_p).value or 0
)
_FOUR_DOUBLES = struct.Struct("4d")

Place = tuple[float, float, float, float]


@dataclass
class PageFrame:
    """What turns user space into fractions of the drawn page: its visible box, and its rotation (0, 90, 180, 270)."""

    left: float
    bottom: float
    right: float
    top: float
    rotation: int

    @property
    def width(self) -> float:
        """Width of the drawn page in points."""
        return self.top - self.bottom if self.rotation in (90, 270) else self.right - self.left

    @property
    def height(self) -> float:
        """Height of the drawn page in points."""
        return self.right - self.left if self.rotation in (90, 270) else self.top - self.bottom

    def place(self, left: float, top: float, right: float, bottom: float) -> Place:
        """A rectangle of user space in points of the drawn page, origin at its top left: x0, y0, x1, y1."""
        if self.rotation == 0:
            return left - self.left, self.top - top, right - self.left, self.top - bottom
        if self.rotation == 90:
            return bottom - self.bottom, left - self.left, top - self.bottom, right - self.left
        if self.rotation == 180:
            return self.right - right, bottom - self.bottom, self.right - left, top - self.bottom
        return self.top - top, self.right - right, self.top - bottom, self.right - left


@dataclass(slots=True)
class Word:
    """A word as it stands on a line; `glued` if no space stands before it, `hyphen` if it goes on on the next line.

    `at` is PDFium's index of its first character.
    """

    text: str
    place: Place | None
    at: int
    glued: bool = False
    hyphen: bool = False


@dataclass(slots=True)
class Line:
    """A line of words with its extent in points; `letter_top` and `size` are those of its font.

    `right_margin` is the right edge of its column; `spaced_end` tells that a space is written at its end,
    `gap` is the widest space between its words, as a multiple of `size`; `sampled` that not every
    character was asked for its height.
    """

    words: list[Word] = field(default_factory=list)
    x0: float = 0.0
    x1: float = 0.0
    y0: float = 0.0
    y1: float = 0.0
    letter_top: float = 0.0
    size: float = 0.0
    right_margin: float = 0.0
    text: str = ""
    spaced_end: bool = False
    gap: float = 0.0
    sampled: bool = False


class WordReader:
    """Reads lines of words; the buffers for PDFium's answers are made once and used for all pages."""

    def __init__(self) -> None:
        self._corners = (ctypes.c_double * 4)()
        start, size = ctypes.addressof(self._corners), ctypes.sizeof(ctypes.c_double)
        self._addresses = tuple(start + size * index for index in range(4))
        self._loose = pdfium.FS_RECTF()

    def lines(self, text_page: Any, units: str, count: int, frame: PageFrame) -> list[Line]:
        """The lines as PDFium orders them, each with its words and their places."""
        same_index = count == len(units)
        paired = _SURROGATE.search(units) is not None
        width, height = frame.width, frame.height
        left, top, upright = frame.left, frame.top, frame.rotation == 0
        handle = ctypes.cast(text_page, ctypes.c_void_p).value
        get_rect, unpack, corners, addresses = _get_rect, _FOUR_DOUBLES.unpack, self._corners, self._addresses
        lines: list[Line] = []
        line = Line()
        end = 0
        for found in _TOKEN.finditer(units):
            start = found.start()
            glued = False
            if start - end != 1 or units[end] != " ":  # not just a space stands before the word
                between = units[end:start]
                if line.words and _LINE_END.search(between):
                    line.words[-1].hyphen = between[0] in _HYPHEN
                    line.spaced_end = between[0] == " "
                    lines.append(line)
                    line = Line()
                glued = start == end and bool(line.words)
            end = found.end()
            text = found.group()
            if not text.isascii() or not text.isprintable():
                text = _clean(text, paired)
                if not text:
                    continue
            at = start if same_index else pdfium.FPDFText_GetCharIndexFromTextIndex(text_page, start)
            # A hyphen at the line's end belongs to the ink of the word.
            number = _count_rects(text_page, at, end - start + (units[end : end + 1] in _HYPHENS))
            if number == 1 and upright:  # nearly always: two calls a word instead of one a character
                get_rect(handle, 0, *addresses)
                x0, y1, x1, y0 = unpack(corners)
                place = (x0 - left, top - y1, x1 - left, top - y0) if x1 > x0 and y1 > y0 else None
            else:
                place = self._union(handle, number, frame, line)
            if place and (place[2] < 0 or place[3] < 0 or place[0] > width or place[1] > height):
                continue  # beyond the page's visible box: nobody who looks at the page can see it
            line.words.append(Word(text, place, at, glued))
        if line.words:
            lines.append(line)
        for line in lines:
            # The first character may be the small number of a note; one from the middle is then of the usual size.
            chosen = {0, len(line.words) // 2}
            letters = [self._letter(text_page, line.words[index], frame) for index in chosen]
            line.size, line.letter_top = max(letters)
            measure(line)
        return lines

    def _union(self, handle: int | None, number: int, frame: PageFrame, line: Line) -> Place | None:
        """Where the rectangles that PDFium has counted last stand, in points of the drawn page."""
        if number <= 0:
            return None
        found = [self._rect(handle, 0)]
        if number > 1:
            found.append(self._rect(handle, number - 1))
        if number > 2:
            # Some programs place each character by itself. On a level line the outer two give the width, and the
            # font's own height covers those between.
            level = frame.rotation == 0 and found[0][1] > found[1][3] and found[1][1] > found[0][3]
            line.sampled = line.sampled or level
            if not level:
                found += [self._rect(handle, index) for index in range(1, min(number - 1, 64))]
        lefts, tops, rights, bottoms = zip(*found, strict=True)
        x0, y1, x1, y0 = min(lefts), max(tops), max(rights), min(bottoms)
        return frame.place(x0, y1, x1, y0) if x1 > x0 and y1 > y0 else None  # None also for NaN

    def _rect(self, handle: int | None, index: int) -> Place:
        """One rectangle in user space: left, top, right, bottom."""
        _get_rect(handle, index, *self._addresses)
        x0, y1, x1, y0 = _FOUR_DOUBLES.unpack(self._corners)
        return x0, y1, x1, y0

    def _letter(self, text_page: Any, word: Word, frame: PageFrame) -> tuple[float, float]:
        """Height and top of the font's box of a character: the same for all lines of a font, unlike the ink's."""
        loose = self._loose
        if pdfium.FPDFText_GetLooseCharBox(text_page, word.at, loose) and loose.top > loose.bottom:
            _, y0, _, y1 = frame.place(loose.left, loose.top, loose.right, loose.bottom)
            return y1 - y0, y0
        return (word.place[3] - word.place[1], word.place[1]) if word.place else (0.0, 0.0)


def tokens(text: str) -> Iterator[tuple[str, int, int]]:
    """The words of a line, with their start and end in it."""
    for found in _TOKEN.finditer(text):
        yield found.group(), found.start(), found.end()


def characters(text_page: Any) -> tuple[str, int]:
    """The page's text, one character of the string for each UTF-16 unit, and PDFium's own count of characters."""
    count = pdfium.FPDFText_CountChars(text_page)
    if count <= 0:
        return "", 0
    buffer = (ctypes.c_ushort * (2 * count + 2))()  # the text may be a little longer than the count
    written = pdfium.FPDFText_GetText(text_page, 0, count, buffer) - 1
    if written <= 0:
        return "", 0
    raw = bytes(memoryview(buffer).cast("B")[: 2 * written])
    text = raw.decode("utf-16-le", "surrogatepass")
    if (
        len(text) != written
    ):  # characters beyond the first plane: keep their two units apart, as PDFium counts them
        text = "".join(map(chr, buffer[:written]))
    return text, count


def _clean(token: str, paired: bool) -> str:
    """A word without control characters and ligatures, accents composed. Its length may differ from the token's."""
    if paired:
        token = token.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "ignore")
    token = _LIGATURES.sub(lambda found: unicodedata.normalize("NFKC", found.group()), token)
    return unicodedata.normalize("NFC", _NOISE.sub("", token))


def measure(line: Line) -> None:
    """Set the line's extent, and give its words of ordinary height one common top and bottom."""
    line.text = " ".join([word.text for word in line.words])
    places = [word.place for word in line.words if word.place]
    if not places:
        return
    lefts, tops, rights, bottoms = zip(*places, strict=True)
    line.x0, line.x1, line.y0, line.y1 = min(lefts), max(rights), min(tops), max(bottoms)
    gaps = [after - before for before, after in zip(rights, lefts[1:], strict=False)]
    line.gap = max(gaps, default=0.0) / max(line.size, 1.0)
    heights = sorted([bottom - top for top, bottom in zip(tops, bottoms, strict=True)])
    ordinary = 1.6 * heights[len(heights) // 2]
    if heights[-1] > ordinary:
        plain = [place for place in places if place[3] - place[1] <= ordinary]
        line.y0, line.y1 = min(place[1] for place in plain), max(place[3] for place in plain)
    if line.sampled and line.size < 3 * (line.y1 - line.y0):  # the font's own height, where it is believable
        line.y0, line.y1 = min(line.y0, line.letter_top), max(line.y1, line.letter_top + line.size)
    if line.y1 - line.y0 > 2 * ordinary and not line.sampled:
        return  # words that PDFium took for one line stand on a slope or on several lines: each keeps its own height
    top, bottom = line.y0, line.y1
    for word in line.words:
        if word.place:
            x0, y0, x1, y1 = word.place
            word.place = x0, y0 if y0 < top else top, x1, y1 if y1 > bottom else bottom
