"""From the characters of a PDF page to text in whole sentences, with the place of every word."""

from __future__ import annotations

import ctypes
import itertools
import re
import unicodedata
from dataclasses import dataclass, field

import pypdfium2.raw as pdfium

# Scripts without spaces between words: each character is a word of its own, so that a mark covers no more than it must.
_WIDE = "\u2e80-\u303f\u3040-\u30ff\u3130-\u318f\u31f0-\u4dbf\u4e00-\u9fff\uf900-\ufaff\uff00-\uff9f"
# PDFium writes a hyphen at a line's end as U+FFFE (its single-character functions say U+0002), without a line break.
_HYPHEN = "\ufffe\x02"
_TOKEN = re.compile(f"[{_WIDE}]|[^\\s{_WIDE}{_HYPHEN}]+")
_HANGUL = re.compile("[\uac00-\ud7a3]")
_WIDE_CHARACTER = re.compile(f"[{_WIDE}]")
_LINE_END = re.compile(f"[\r\n{_HYPHEN}]")
_SURROGATE = re.compile("[\ud800-\udfff]")
_NOISE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\xad\u200b\u2060\ufeff\ufffd]+")
_LETTERS = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")
_ENDS_SENTENCE = re.compile(r"[.!?:;。！？…][\"'”’»)\]]*$")
_LEADERS = re.compile(r"(?:\.\s?){4,}\s*\S{0,6}$")
_BULLET = re.compile(r"[•‣◦▪●○■□–—*·-]$")
_NUMBERED = re.compile(
    r"(?:§|\(?(?:\d{1,3}(?:\.\d{1,3})*|[a-zA-Z]|[ivxIVX]{1,5})[.)]|\d{1,2}(?:\.\d{1,2})+)$"
)
_LIGATURES = re.compile("[\ufb00-\ufb1c\ufb50-\ufd3d\ufd50-\ufdfb\ufe70-\ufefc]")

# A space between two words that is as wide as this, in heights of the font, parts two cells of a table, if the line
# above or below has one of the other kind: justified text has wide spaces now and then, but hardly twice in a row.
_CELL_GAP, _PERHAPS_CELL_GAP = 1.2, 0.6
_count_rects = pdfium.FPDFText_CountRects
_get_rect = pdfium.FPDFText_GetRect

_Place = tuple[float, float, float, float]
WordPlace = tuple[int, int, float, float, float, float]
"""The characters `start:end` of a page's text, and their box as fractions of the drawn page: x0, y0, x1, y1."""


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

    def place(self, left: float, top: float, right: float, bottom: float) -> _Place:
        """A rectangle of user space in points of the drawn page, origin at its top left: x0, y0, x1, y1."""
        if self.rotation == 0:
            return left - self.left, self.top - top, right - self.left, self.top - bottom
        if self.rotation == 90:
            return bottom - self.bottom, left - self.left, top - self.bottom, right - self.left
        if self.rotation == 180:
            return self.right - right, bottom - self.bottom, self.right - left, top - self.bottom
        return self.top - top, self.right - right, self.top - bottom, self.right - left


@dataclass(slots=True)
class _Word:
    """A word as it stands on a line; `glued` if no space stands before it, `hyphen` if it goes on on the next line."""

    text: str
    place: _Place | None
    glued: bool = False
    hyphen: bool = False


@dataclass(slots=True)
class _Line:
    """A line of words with its extent in points; `letter_top` and `size` are those of its first character's font.

    `right_margin` is the right edge of its column; `spaced_end` tells that a space is written at its end,
    `gap` is the widest space between its words, as a multiple of `size`.
    """

    words: list[_Word] = field(default_factory=list)
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
    """Reads the text pages of one document; the buffers for PDFium's answers are made once and used for all."""

    def __init__(self) -> None:
        self._corners = tuple(ctypes.c_double() for _ in range(4))
        self._corner_references = tuple(ctypes.byref(corner) for corner in self._corners)
        self._loose = pdfium.FS_RECTF()
        self._seen = SeenWords()

    def read(self, text_page: object, frame: PageFrame) -> tuple[str, list[WordPlace]]:
        """The text of a page, with spaces in place of line ends and empty lines between paragraphs, and its words.

        `text_page` is a raw FPDF_TEXTPAGE. The boxes are fractions of the drawn page.
        """
        units, count = _characters(text_page)
        if not units.strip():
            return "", []
        self._seen.add(units)
        lines = self._lines(text_page, units, count, frame)
        if not lines:
            return "", []
        _set_margins(lines)
        return _assemble(lines, frame, self._seen)

    def _lines(self, text_page: object, units: str, count: int, frame: PageFrame) -> list[_Line]:
        """The lines as PDFium orders them, each with its words and their places."""
        same_index = count == len(units)
        paired = _SURROGATE.search(units) is not None
        width, height = frame.width, frame.height
        lines: list[_Line] = []
        line = _Line()
        end = 0
        for found in _TOKEN.finditer(units):
            start = found.start()
            if (
                start - end != 1 or units[end] != " "
            ):  # something else than a single space stands before the word
                between = units[end:start]
                if line.words and _LINE_END.search(between):
                    line.words[-1].hyphen = between[0] in _HYPHEN
                    line.spaced_end = between[0] == " "
                    lines.append(line)
                    line = _Line()
                glued = start == end and bool(line.words)
            else:
                glued = False
            end = found.end()
            text = found.group()
            if not text.isascii() or not text.isprintable():
                text = _clean(text, paired)
                if not text:
                    continue
            at = start if same_index else pdfium.FPDFText_GetCharIndexFromTextIndex(text_page, start)
            length = (
                end - start + (units[end : end + 1] in ("\ufffe", "\x02"))
            )  # the hyphen belongs to the ink
            place = self._place(text_page, at, length, frame)
            if place and (place[2] < 0 or place[3] < 0 or place[0] > width or place[1] > height):
                continue  # beyond the page's visible box: nobody who looks at the page can see it
            if not line.words:
                line.size, line.letter_top = self._letter(text_page, at, frame, place)
            line.words.append(_Word(text, place, glued))
        if line.words:
            lines.append(line)
        for line in lines:
            _measure(line)
        return lines

    def _place(self, text_page: object, start: int, length: int, frame: PageFrame) -> _Place | None:
        """Where the characters stand, in points of the drawn page; two calls a word instead of one a character."""
        number = _count_rects(text_page, start, length)
        if number <= 0:
            return None
        left, top, right, bottom = self._corners
        _get_rect(text_page, 0, *self._corner_references)
        x0, y1, x1, y0 = left.value, top.value, right.value, bottom.value
        for index in range(1, min(number, 64)):
            _get_rect(text_page, index, *self._corner_references)
            x0, x1 = min(x0, left.value), max(x1, right.value)
            y0, y1 = min(y0, bottom.value), max(y1, top.value)
        if not (x1 > x0 and y1 > y0):  # also false for NaN
            return None
        if frame.rotation:
            return frame.place(x0, y1, x1, y0)
        return x0 - frame.left, frame.top - y1, x1 - frame.left, frame.top - y0

    def _letter(
        self, text_page: object, start: int, frame: PageFrame, place: _Place | None
    ) -> tuple[float, float]:
        """Height and top of the first character's font box: the same for all lines of a font, unlike the ink's."""
        loose = self._loose
        if pdfium.FPDFText_GetLooseCharBox(text_page, start, loose) and loose.top > loose.bottom:
            _, y0, _, y1 = frame.place(loose.left, loose.top, loose.right, loose.bottom)
            return y1 - y0, y0
        return (place[3] - place[1], place[1]) if place else (0.0, 0.0)


def _characters(text_page: object) -> tuple[str, int]:
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


def _measure(line: _Line) -> None:
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
    if line.y1 - line.y0 > 2 * ordinary:
        return  # words that PDFium took for one line stand on a slope or on several lines: each keeps its own height
    top, bottom = line.y0, line.y1
    for word in line.words:
        if word.place:
            x0, y0, x1, y1 = word.place
            word.place = x0, y0 if y0 < top else top, x1, y1 if y1 > bottom else bottom


def _set_margins(lines: list[_Line]) -> None:
    """Give each line the right edge of the stretch of lines it belongs to: a column, or a part of one."""
    start = 0
    for index in range(1, len(lines) + 1):
        if index < len(lines) and _follows(lines[index - 1], lines[index]):
            continue
        right = max((line.x1 for line in lines[start:index]), default=0.0)
        for line in lines[start:index]:
            line.right_margin = right
        start = index


def _follows(above: _Line, below: _Line) -> bool:
    """Whether `below` stands under `above` in the same column."""
    step = below.letter_top - above.letter_top
    overlap = min(above.x1, below.x1) - max(above.x0, below.x0)
    return 0.3 * above.size < step < 4 * max(above.size, below.size) and overlap > 0


def _pitch(lines: list[_Line]) -> float:
    """The usual distance of two lines, as a multiple of the font's height."""
    steps = sorted(
        (below.letter_top - above.letter_top) / above.size
        for above, below in itertools.pairwise(lines)
        if above.size > 0 and abs(above.size - below.size) < 0.1 * above.size and _follows(above, below)
    )
    # The lower third, so that a page of many short paragraphs does not take their distance for the usual one.
    return steps[len(steps) // 3] if steps else 1.2


def _ends_paragraph(above: _Line, below: _Line, pitch: float) -> bool:
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


def _beside(left: _Line, right: _Line) -> bool:
    """Whether PDFium broke one line in two: at a wide gap, or before a raised or lowered character."""
    overlap = min(left.y1, right.y1) - max(left.y0, right.y0)
    return (
        overlap > 0.3 * min(left.y1 - left.y0, right.y1 - right.y0) and right.x0 > left.x1 - 0.5 * left.size
    )


def _are_rows(above: _Line, below: _Line) -> bool:
    """Whether both lines are rows of a table, by the gaps in them."""
    return max(above.gap, below.gap) > _CELL_GAP and min(above.gap, below.gap) > _PERHAPS_CELL_GAP


def _leaves_room(above: _Line, below: _Line) -> bool:
    """Whether the first word of `below` would have fitted on the line above: then somebody ended that line."""
    place = below.words[0].place
    width = place[2] - place[0] if place else 0.0
    return above.right_margin - above.x1 > width + 0.9 * above.size


def _centred(above: _Line, below: _Line) -> bool:
    """Whether both lines have the same middle but not the same edges, as a title of several lines has."""
    middle = abs((above.x0 + above.x1) - (below.x0 + below.x1)) / 2
    return middle < 0.3 * above.size and abs(above.x0 - below.x0) > above.size


def _assemble(lines: list[_Line], frame: PageFrame, seen: SeenWords) -> tuple[str, list[WordPlace]]:
    """Write the lines as text and note where each word stands in it."""
    pieces: list[str] = []
    places: list[WordPlace] = []
    position = 0
    width, height = max(frame.width, 0.01), max(frame.height, 0.01)
    pitch = _pitch(lines)
    spaced_ends = any(line.spaced_end for line in lines)
    gap = ""
    following: list[_Line | None] = [*lines[1:], None]
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


def _settle_hyphen(word: _Word, following: _Word | None, seen: SeenWords) -> None:
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


def _gap(above: _Line, below: _Line, pitch: float, spaced_ends: bool) -> str:
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
