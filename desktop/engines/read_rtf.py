"""Rich Text Format (specification 1.9.1): its words, in whatever code pages they are written."""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass, field, replace
from typing import BinaryIO

from desktop.core.cancel import CancelToken
from desktop.engines.read_blocks import PAGE_NUMBER, Blocks, squeezed, table_row
from desktop.engines.read_files import damaged, empty
from desktop.engines.read_rtf_words import (
    CHARACTERS,
    CHARSETS,
    CODE_PAGES,
    HEADING,
    KNOWN,
    MARGINS,
    MARKERS,
    NOTES,
    SKIPPED,
)
from desktop.engines.read_text import check_size, parts_with_headings
from desktop.engines.read_types import Reading

_TOKEN = re.compile(
    rb"\\(?P<word>[a-zA-Z]{1,32})(?P<number>-?\d{1,10})? ?|\\'(?P<hex>[0-9a-fA-F]{2})|\\(?P<sign>[^a-zA-Z])"
    rb"|(?P<brace>[{}])|(?P<text>[^\\{}\r\n\0]+)|(?:[\r\n\0]+|\\)",
    re.S,
)
_LONG_CELL = 400
_MAX_DEPTH = 10_000
_CHECK_TOKENS = 50_000


@dataclass(frozen=True)
class _State:
    """What a group inherits and its end takes back. `target` says where its text goes ("" for the body)."""

    target: str = ""
    encoding: str = ""
    after_unicode: int = 1
    hidden: bool = False


@dataclass
class _Paragraph:
    words: list[str] = field(default_factory=list)
    heading: bool = False
    item: bool = False
    in_table: bool = False


def read_rtf(path: str, file: BinaryIO, cancel: CancelToken) -> Reading:
    """Read an RTF document. Raises ReadError."""
    check_size(path, file)
    file.seek(0)
    reader = _Reader(path)
    reader.read(file.read(), cancel)
    blocks = reader.finish()
    if not blocks.text:
        raise empty(path)
    return Reading("rtf", squeezed(reader.title), 0, parts_with_headings(path, blocks.text, blocks.headings))


class _Reader:
    """Goes through the tokens once; each group's state lies on a stack."""

    def __init__(self, path: str) -> None:
        self.title = ""
        self._path = path
        self._blocks = Blocks()
        self._margins: dict[str, None] = {}
        self._state = _State()
        self._stack: list[_State] = []
        self._default = "cp1252"
        self._default_font = 0
        self._fonts: dict[int, str] = {}
        self._font = 0
        self._heading_styles: set[int] = set()
        self._style = 0
        self._bytes = bytearray()
        self._to_skip = 0
        self._ignorable = False
        self._paragraph = _Paragraph()
        self._cells: list[list[str]] = []
        self._cell: list[str] = []
        self._aside: list[str] = []
        self._last_item = False

    def read(self, data: bytes, cancel: CancelToken) -> None:
        """Read the whole document. Raises ReadError if it breaks off."""
        position, count = 0, 0
        while match := _TOKEN.match(data, position):
            position = match.end()
            count += 1
            if count % _CHECK_TOKENS == 0:
                cancel.check()
            kind = match.lastgroup
            if kind == "text":
                self._raw(match.group())
            elif kind in ("word", "number"):
                word = match.group("word").decode()
                number = int(match.group("number")) if match.group("number") else None
                if word == "bin":
                    position += max(number or 0, 0)
                else:
                    self._word(word, number)
            elif kind == "hex":
                self._raw(bytes.fromhex(match.group("hex").decode()))
            elif kind == "sign":
                self._sign(match.group("sign").decode("latin-1"))
            elif match.group() == b"{":
                self._open()
            elif match.group() == b"}" and not self._close():
                return
        if len(self._stack) > 1:  # a last brace is forgotten by some programs
            raise damaged(self._path, "the file ends too early")

    def finish(self) -> Blocks:
        """The document's blocks, with what stands on each page at the end."""
        self._flush()
        self._end_paragraph()
        self._end_row()
        for text in self._margins:
            self._blocks.add(text)
        return self._blocks

    def _open(self) -> None:
        self._flush()
        self._to_skip = 0
        if len(self._stack) >= _MAX_DEPTH:
            raise damaged(self._path, "its groups are nested too deeply")
        self._stack.append(self._state)

    def _close(self) -> bool:
        """End a group; False at the end of the document."""
        self._flush()
        self._to_skip = 0
        if not self._stack:
            return False
        ended, self._state = self._state, self._stack.pop()
        if ended.target != self._state.target:
            self._end_target(ended.target)
        return bool(self._stack)

    def _end_target(self, target: str) -> None:
        """A group of its own purpose ends: its text goes where it belongs."""
        if target in NOTES:
            text = squeezed("".join(self._aside).replace("\n", " "))
            self._aside = []
            if text:
                self._paragraph.words.append(f" ({NOTES[target]}{text}) ")
        elif target == "margin":
            text = squeezed("".join(self._aside).replace("\n", " "))
            self._aside = []
            if text and not PAGE_NUMBER.fullmatch(text):
                self._margins[text] = None
        elif target == "style":
            if HEADING.match("".join(self._aside)):
                self._heading_styles.add(self._style)
            self._aside = []
        elif target == "shptxt":
            self._end_paragraph()

    def _raw(self, text: bytes) -> None:
        """Characters in the code page of their font; those that repeat a Unicode character are passed over."""
        if self._to_skip:
            passed = min(self._to_skip, len(text))
            self._to_skip -= passed
            text = text[passed:]
        self._ignorable = False
        self._bytes += text

    def _flush(self) -> None:
        if self._bytes:
            data, self._bytes = bytes(self._bytes), bytearray()
            if self._state.target != "skip":
                self._add(data.decode(self._state.encoding or self._default, "replace"))

    def _add(self, text: str) -> None:
        target = self._state.target
        if target == "title":
            self.title += text
        elif target in NOTES or target in ("margin", "style"):
            self._aside.append(text)
        elif target in ("", "shptxt") and not self._state.hidden:
            self._paragraph.words.append(text)

    def _sign(self, sign: str) -> None:
        if sign == "*":
            self._ignorable = True
        elif sign in "\\{}":
            self._raw(sign.encode())
        elif sign in "\r\n":
            self._word("par", None)
        elif sign in CHARACTERS:
            self._flush()
            self._add(CHARACTERS[sign])

    def _word(self, word: str, number: int | None) -> None:
        if word == "u":
            self._unicode(number)
            return
        self._flush()
        ignorable, self._ignorable = self._ignorable, False
        if self._to_skip:
            self._to_skip -= 1
            if word in CHARACTERS:
                return
        if self._state.target == "skip" and word != "ud":
            return
        if not self._destination(word, ignorable):
            self._format(word, number)

    def _unicode(self, number: int | None) -> None:
        """A Unicode character; the two halves of one beyond the first plane come one after the other."""
        self._flush()
        self._ignorable = False
        if number is not None and self._state.target != "skip":
            self._add(chr(number & 0xFFFF))
        self._to_skip = self._state.after_unicode

    def _destination(self, word: str, ignorable: bool) -> bool:
        """Whether the word says what its group is for."""
        target = None
        if word in SKIPPED:
            target = "skip"
        elif word in MARKERS:
            self._paragraph.item = True
            target = "skip"
        elif word in MARGINS:
            target = "margin"
        elif word in NOTES or word in ("title", "shptxt"):
            target = word
        elif word == "fonttbl":
            target = "fonts"
        elif word == "stylesheet":
            target = "styles"
        elif word == "ud":
            target = ""
        elif (
            ignorable
            and word not in KNOWN
            and not (word == "cs" and self._state.target in ("styles", "style"))
        ):
            target = "skip"
        if target is None:
            return False
        if target in NOTES or target == "margin":
            self._aside = []
        if target == "shptxt":
            self._end_paragraph()
        self._state = replace(self._state, target=target)
        return True

    def _format(self, word: str, number: int | None) -> None:
        """The words that change how text is read."""
        state = self._state
        if state.target == "fonts":
            self._font_entry(word, number or 0)
        elif word in CODE_PAGES:
            self._default = CODE_PAGES[word]
        elif word == "ansicpg" and number:
            self._default = _codec(f"cp{number}", self._default)
        elif word == "deff":
            self._default_font = number or 0
        elif word in ("f", "plain"):
            encoding = self._fonts.get(self._default_font if number is None else number, "")
            hidden = state.hidden and word == "f"
            self._state = replace(state, encoding=encoding, hidden=hidden)
        elif word == "uc":
            self._state = replace(state, after_unicode=min(max(number or 0, 0), 16))
        elif word in ("v", "deleted"):
            self._state = replace(state, hidden=number != 0)
        elif word in ("s", "ds", "ts", "cs") and state.target in ("styles", "style"):
            self._style = (number or 0) if word == "s" else -1
            self._state = replace(state, target="style")
        elif state.target == "style":
            if word == "outlinelevel" and number is not None and number < 9:
                self._heading_styles.add(self._style)
        elif word in CHARACTERS:
            self._add(CHARACTERS[word])
        elif word == "page" and state.target in NOTES:
            self._add(" ")
        elif state.target in NOTES or state.target == "margin":
            self._add("\n" if word in ("par", "sect", "cell", "row") else "")
        elif state.target in ("", "shptxt"):
            self._paragraph_word(word, number)

    def _paragraph_word(self, word: str, number: int | None) -> None:
        paragraph = self._paragraph
        if word == "pard":
            paragraph.heading = paragraph.in_table = False
        elif word == "s":
            paragraph.heading = number in self._heading_styles
        elif word == "outlinelevel":
            paragraph.heading = number is not None and number < 9
        elif word == "intbl":
            paragraph.in_table = True
        elif word in ("par", "sect", "page", "column"):
            self._end_paragraph()
        elif word == "cell":
            self._end_paragraph(in_cell=True)
            self._cells.append(self._cell)
            self._cell = []
        elif word == "row":
            self._end_row()

    def _font_entry(self, word: str, number: int) -> None:
        if word == "f":
            self._font = number
        elif word == "fcharset" and number in CHARSETS:
            self._fonts[self._font] = CHARSETS[number]
        elif word == "cpg" and number:
            self._fonts[self._font] = _codec(f"cp{number}", "")

    def _end_paragraph(self, in_cell: bool = False) -> None:
        paragraph = self._paragraph
        self._paragraph = _Paragraph(heading=paragraph.heading, in_table=paragraph.in_table)
        raw = "".join(paragraph.words).encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
        lines = (squeezed(line) for line in raw.replace("\0", "").split("\n"))
        text = "\n".join(line for line in lines if line)
        if not text:
            return
        if in_cell or paragraph.in_table:
            self._cell.append(text)
            return
        self._end_row()
        item = paragraph.item and not paragraph.heading
        self._blocks.add(
            f"- {text}" if item else text, heading=paragraph.heading, close=item and self._last_item
        )
        self._last_item = item

    def _end_row(self) -> None:
        """Write a row as one line, or paragraph by paragraph where the table only lays out a page."""
        if self._cell:
            self._cells.append(self._cell)
        filled = [cell for cell in self._cells if cell]
        if len(filled) == 1 or any(sum(map(len, cell)) > _LONG_CELL for cell in filled):
            texts = [text for cell in filled for text in cell]
        else:
            texts = [table_row([" ".join(cell) for cell in self._cells])] if filled else []
        for text in texts:
            self._blocks.add(text)
            self._last_item = False
        self._cells, self._cell = [], []


def _codec(name: str, otherwise: str) -> str:
    """The codec of a code page, if there is one."""
    name = {"cp10000": "mac_roman", "cp65001": "utf-8", "cp1361": "johab"}.get(name, name)
    try:
        codecs.lookup(name)
    except LookupError:
        return otherwise
    return name
