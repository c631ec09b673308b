"""Old Word documents (.doc): the pieces of their text in order, with headings, tables, lists and notes ([MS-DOC])."""

from __future__ import annotations

import re
import struct
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, BinaryIO

from desktop.core.cancel import CancelToken
from desktop.engines.read_blocks import PAGE_NUMBER, Blocks, squeezed, table_row
from desktop.engines.read_doc_marks import ParagraphMarks, Paragraphs, not_shown
from desktop.engines.read_files import damaged, empty, encrypted, size_of, too_large
from desktop.engines.read_text import guess_encoding, parts_with_headings
from desktop.engines.read_types import Reading

_MAX_BYTES = 200 * 2**20
_CHECK_PARAGRAPHS = 1000
_WORD_97 = 0xC1
_ENCRYPTED, _COMPLEX, _SECOND_TABLE = 0x100, 0x4, 0x200
_CHARACTERS, _PARAGRAPHS, _PIECES = 0xFA, 0x102, 0x1A2
_LENGTHS, _OLD_LENGTHS = 0x4C, 0x34
_NARROW = 0x40000000
# The stories of a document, in the order in which their text follows each other.
_MAIN, _FOOTNOTES, _HEADERS, _MACROS, _COMMENTS, _ENDNOTES, _BOXES, _HEADER_BOXES = range(8)
_ENDS = re.compile(r"[\r\x07\x0c]")
_FIELD_MARKS = re.compile("[\x13\x14\x15]")
_SIGNS = {0x0B: "\n", 0x0E: "\n", 0x1E: "-", 0x1F: None, 0xA0: " "}
_DROPPED = {code: None for code in range(32) if code not in (9, 10)}
_MALFORMED = (OSError, ValueError, IndexError, TypeError, AttributeError, struct.error)


@dataclass(frozen=True)
class _Paragraph:
    """A paragraph's text, what it ended with, and its properties."""

    text: str
    end: str
    marks: ParagraphMarks


@dataclass
class _Document:
    """A document: its pieces as (text, place in the file, bytes a character), and the lengths of its stories."""

    pieces: list[tuple[str, int, int]]
    lengths: tuple[int, ...]
    paragraphs: Paragraphs
    hidden: list[tuple[int, int]] = field(default_factory=list)
    is_old: bool = False


def read_doc(path: str, file: BinaryIO, cancel: CancelToken) -> Reading:
    """Read a document of Word 6 to 2003. Raises ReadError."""
    import olefile

    if size_of(file) > _MAX_BYTES:
        raise too_large(path, f"is an old document of more than {_MAX_BYTES // 2**20} MB")
    file.seek(0)
    try:
        with olefile.OleFileIO(file) as ole:
            main = ole.openstream("WordDocument").read()
            flags = int.from_bytes(main[10:12], "little")
            name = "1Table" if flags & _SECOND_TABLE else "0Table"
            table = ole.openstream(name).read() if ole.exists(name) else b""
            title = _title(ole)
        if flags & _ENCRYPTED:
            raise encrypted(path, "document")
        newer = int.from_bytes(main[2:4], "little") >= _WORD_97
        document = _document(main, table) if newer else _old_document(main, flags)
        blocks = _blocks(document, cancel)
    except _MALFORMED as error:
        raise damaged(path, "its text cannot be put together", repr(error)) from error
    if not blocks.text:
        raise empty(path)
    return Reading("doc", title, 0, parts_with_headings(path, blocks.text, blocks.headings))


def _title(ole: Any) -> str:
    """The title among the document's properties, ""."""
    try:
        found = ole.get_metadata()
        stated = found.title or b""
        page = found.codepage if isinstance(found.codepage, int) else 1252
        encoding = "utf-8" if page in (65001, -535) else f"cp{page % 65536}"
        return squeezed(stated.decode(encoding, "replace") if isinstance(stated, bytes) else str(stated))
    except (*_MALFORMED, LookupError):
        return ""


def _document(main: bytes, table: bytes) -> _Document:
    """A document of Word 97 or later."""

    def part(place: int) -> bytes:
        start, size = struct.unpack_from("<II", main, place)
        return table[start : start + size]

    pieces = list(_pieces(main, part(_PIECES)))
    lengths = struct.unpack_from("<8i", main, _LENGTHS)
    paragraphs = Paragraphs(main, part(_PARAGRAPHS))
    return _Document(pieces, lengths, paragraphs, not_shown(main, part(_CHARACTERS)))


def _pieces(main: bytes, content: bytes) -> Iterator[tuple[str, int, int]]:
    """The pieces of text that a document is put together from."""
    place = 0
    while content[place : place + 1] == b"\1":  # formatting, which comes first
        place += 3 + int.from_bytes(content[place + 1 : place + 3], "little")
    size = int.from_bytes(content[place + 1 : place + 5], "little")
    listed = content[place + 5 : place + 5 + size]
    count = (len(listed) - 4) // 12
    ends = struct.unpack_from(f"<{count + 1}I", listed)
    left = 2 * len(main)  # pieces that say the same again and again are not what Word writes
    for index in range(count):
        start = int.from_bytes(listed[4 * (count + 1) + 8 * index + 2 :][:4], "little")
        length = ends[index + 1] - ends[index]
        width = 1 if start & _NARROW else 2
        start = (start & ~_NARROW) // 2 if width == 1 else start
        raw = main[start : start + max(length, 0) * width]
        left -= len(raw)
        if length < 0 or left < 0:
            raise ValueError("the pieces of the text overlap")
        yield raw.decode("cp1252", "replace") if width == 1 else _units(raw), start, width


def _units(raw: bytes) -> str:
    """UTF-16 with one character a unit, as its places in the file are counted so; `_plain` joins the pairs."""
    text = raw.decode("utf-16-le", "surrogatepass" if len(raw) % 2 == 0 else "replace")
    if 2 * len(text) == len(raw):
        return text
    return "".join(map(chr, struct.unpack(f"<{len(raw) // 2}H", raw[: len(raw) // 2 * 2])))


def _old_document(main: bytes, flags: int) -> _Document:
    """A document of Word 6 or 95, whose characters have a byte each."""
    start, end = struct.unpack_from("<II", main, 0x18)
    pieces = [(main[start:end].decode(_code_page(main[start:end]), "replace"), start, 1)]
    if flags & _COMPLEX:
        place, size = struct.unpack_from("<II", main, 0x160)
        pieces = [
            (main[at : at + len(text)].decode(_code_page(main[start:end]), "replace"), at, 1)
            for text, at, _ in _pieces(main, _as_narrow(main[place : place + size]))
        ]
    return _Document(pieces, struct.unpack_from("<8i", main, _OLD_LENGTHS), Paragraphs(b"", b""), is_old=True)


def _code_page(raw: bytes) -> str:
    """The encoding of text with a byte a character: that of Western Europe, unless half of it are other letters."""
    if 3 * sum(code > 127 for code in raw) < len(raw):
        return "cp1252"
    guess = guess_encoding(raw)
    return guess if len(raw.decode(guess, "replace")) == len(raw) else "cp1252"


def _as_narrow(content: bytes) -> bytes:
    """A list of pieces of Word 6 as one of Word 97, which counts the places of narrow text twice and marks them."""
    start = content.index(b"\2") if content[:1] != b"\1" else 3 + int.from_bytes(content[1:3], "little")
    size = int.from_bytes(content[start + 1 : start + 5], "little")
    made = bytearray(content[start : start + 5 + size])
    count = (size - 4) // 12
    for index in range(count):
        at = 5 + 4 * (count + 1) + 8 * index + 2
        place = int.from_bytes(made[at : at + 4], "little")
        made[at : at + 4] = ((2 * place) & (_NARROW - 1) | _NARROW).to_bytes(4, "little")
    return bytes(made)


def _blocks(document: _Document, cancel: CancelToken) -> Blocks:
    """The whole text: the main story, then notes and comments, and what stands on each page."""
    stories = _stories(document, cancel)
    blocks = Blocks()
    _add_story(blocks, stories[_MAIN])
    seen = {""}
    for story in (_BOXES, _FOOTNOTES, _ENDNOTES, _COMMENTS, _HEADERS, _HEADER_BOXES):
        for paragraph in stories[story]:
            if paragraph.text in seen or (
                story in (_HEADERS, _HEADER_BOXES) and PAGE_NUMBER.fullmatch(paragraph.text)
            ):
                continue
            if story in (_HEADERS, _HEADER_BOXES):
                seen.add(paragraph.text)
            blocks.add(paragraph.text)
    return blocks


def _stories(document: _Document, cancel: CancelToken) -> list[list[_Paragraph]]:
    """The paragraphs of each story."""
    ends, at = [], 0
    for length in document.lengths:
        at += max(length, 0)
        ends.append(at)
    stories: list[list[_Paragraph]] = [[] for _ in ends]
    words, done = "", 0
    fields = _Fields()
    for number, (text, place, end) in enumerate(_cut(document)):
        if number % _CHECK_PARAGRAPHS == 0:
            cancel.check()
        words += fields.shown(text if not document.hidden else _visible(document, text, place))
        done += len(text) + len(end)
        if end:
            marks = document.paragraphs.at(place[0] + len(text) * place[1])
            if document.is_old:  # two marks with nothing between them end a row
                marks = ParagraphMarks(ends_row=not words)
            story = bisect_right(ends, done - 1)
            if story < len(stories):
                stories[story].append(_Paragraph(_plain(words), end, marks))
            words = ""
    if words and stories:
        stories[_MAIN].append(_Paragraph(_plain(words), "\r", ParagraphMarks()))
    return stories


def _cut(document: _Document) -> Iterator[tuple[str, tuple[int, int], str]]:
    """The text between the marks that end paragraphs, with its place, and the mark ("" at the end of a piece)."""
    for text, place, width in document.pieces:
        start = 0
        for match in _ENDS.finditer(text):
            yield text[start : match.start()], (place + start * width, width), match.group()
            start = match.end()
        if start < len(text):
            yield text[start:], (place + start * width, width), ""


def _visible(document: _Document, text: str, place: tuple[int, int]) -> str:
    """The characters that are neither deleted nor hidden."""
    start, width = place
    end = start + len(text) * width
    index = max(bisect_right(document.hidden, (start, 2**32)) - 1, 0)
    kept, at = [], start
    for first, last in document.hidden[index:]:
        if first >= end:
            break
        if last > at:
            kept.append(text[(at - start) // width : max(first - start, 0) // width])
            at = last
    return "".join(kept) + text[max(at - start, 0) // width :]


class _Fields:
    """Leaves out the commands of fields, and keeps what they show."""

    def __init__(self) -> None:
        self._open: list[bool] = []
        """Of each open field, whether what it shows has begun."""

    def shown(self, text: str) -> str:
        """What of a stretch of text is shown; fields may go on in the next one."""
        if not self._open and "\x13" not in text:
            return text
        found, at = [], 0
        for match in _FIELD_MARKS.finditer(text):
            if all(self._open):
                found.append(text[at : match.start()])
            at = match.end()
            if match.group() == "\x13":
                self._open.append(False)
            elif match.group() == "\x14" and self._open:
                self._open[-1] = True
            elif match.group() == "\x15" and self._open:
                self._open.pop()
        if all(self._open):
            found.append(text[at:])
        return "".join(found)


def _plain(text: str) -> str:
    if any("\ud800" <= character <= "\udfff" for character in text):
        text = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    lines = text.translate(_SIGNS).translate(_DROPPED).split("\n")
    return "\n".join(line for line in map(squeezed, lines) if line)


def _add_story(blocks: Blocks, paragraphs: list[_Paragraph]) -> None:
    """Paragraphs as blocks, and the rows of tables as one each."""
    cells: list[str] = []
    cell: list[str] = []
    last_item = False
    for one in paragraphs:
        if one.end == "\x07":
            if one.marks.ends_row and not one.text:
                _add_row(blocks, cells)
                cells = []
            else:
                cells.append(" ".join([*cell, one.text]).strip())
            cell = []
            last_item = False
        elif cells or one.marks.in_table:
            cell.append(one.text)
        elif one.text:
            item = one.marks.listed and not one.marks.heading
            text = f"- {one.text}" if item else one.text
            blocks.add(text, heading=one.marks.heading, close=item and last_item)
            last_item = item
    _add_row(blocks, cells)
    for text in cell:
        blocks.add(text)


def _add_row(blocks: Blocks, cells: list[str]) -> None:
    blocks.add(table_row(cells))
