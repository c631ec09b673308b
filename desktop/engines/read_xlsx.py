"""Excel workbooks: each sheet's XML read row by row, whatever its length; values as cells show them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, BinaryIO

from desktop.core.cancel import CancelToken
from desktop.core.documents import TableColumns
from desktop.engines.read_drawing import drawing_texts
from desktop.engines.read_files import MEBIBYTE, Archive, damaged
from desktop.engines.read_number_format import code_of, show
from desktop.engines.read_rows import Row
from desktop.engines.read_sheets import Sheet, read_sheets
from desktop.engines.read_types import Reading
from desktop.engines.read_xml import attribute, elements, local, related, relations, title_of, tree

# Merged cells are listed after the rows. Longer sheets are streamed without looking for them first.
_WHOLE_BYTES = 64 * MEBIBYTE
_MERGED = re.compile(rb"<(?:\w+:)?mergeCell\b[^>]*?\bref=[\"']\$?([A-Z]+)\$?(\d+):\$?([A-Z]+)\$?(\d+)[\"']")
_MAX_MERGED_CELLS = 100_000
_MAX_COLUMNS = 16_384
_REFERENCE = re.compile(r"[A-Z]+")
_VALUE = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}v"
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")


@dataclass
class _Book:
    """What all sheets share: their texts, the format code of each style, and from when days are counted."""

    strings: list[str] = field(default_factory=list)
    codes: list[str] = field(default_factory=list)
    from_1904: bool = False


@dataclass(frozen=True)
class _Merged:
    """The merged cells of a sheet: how far cells reach to the right, and which cells repeat the one above."""

    spans: Mapping[int, dict[int, int]] = field(default_factory=dict)
    below: Mapping[int, list[int]] = field(default_factory=dict)


def read_xlsx(path: str, file: BinaryIO, columns: TableColumns, cancel: CancelToken) -> Reading:
    """Read a workbook (.xlsx, .xlsm; transitional or strict). Raises ReadError."""
    archive, main = _opened(path, file)
    if main.lower().endswith(".bin"):
        from desktop.engines.read_xlsb import read_xlsb

        return read_xlsb(path, file, columns, cancel)
    sheets = _sheets(path, archive, main, cancel)
    return Reading("xlsx", title_of(path, archive), 0, read_sheets(path, sheets, columns))


def sheets_of(path: str, file: BinaryIO, cancel: CancelToken) -> Iterator[Sheet]:
    """The sheets of a workbook in XML, none of a binary one. Raises ReadError."""
    archive, main = _opened(path, file)
    if not main.lower().endswith(".bin"):
        yield from _sheets(path, archive, main, cancel)


def _opened(path: str, file: BinaryIO) -> tuple[Archive, str]:
    """The archive, and the name of its list of sheets."""
    archive = Archive(path, file)
    main = next(iter(related(path, archive, "", "officeDocument")), archive.find("xl/workbook.xml"))
    if main is None:
        raise damaged(path, "it has no list of sheets")
    return archive, main


def _sheets(path: str, archive: Archive, main: str, cancel: CancelToken) -> Iterator[Sheet]:
    """The sheets in their order, hidden ones last; those that only a program can show are left out."""
    parts = relations(path, archive, main)
    book = _book(path, archive, parts)
    root = tree(path, archive.read(main))
    listed = []
    for element in root.iter("{*}sheet", "{*}workbookPr"):
        if local(element.tag) == "workbookPr":
            book.from_1904 = element.get("date1904", "0") in ("1", "true")
        elif element.get("state") != "veryHidden":
            listed.append(
                (element.get("state") == "hidden", element.get("name", ""), attribute(element, "id"))
            )
    for hidden, name, relation in sorted(listed, key=lambda sheet: sheet[0]):
        kind, part = parts.get(relation, ("", ""))
        if kind == "worksheet":
            extra = _beside(path, archive, part)
            yield Sheet(name, _rows(path, archive, part, book, cancel), extra, hidden)
        elif kind == "chartsheet":
            yield Sheet(name, iter(()), _beside(path, archive, part), hidden)


def _book(path: str, archive: Archive, parts: Mapping[str, tuple[str, str]]) -> _Book:
    named = dict(parts.values())
    book = _Book()
    if "sharedStrings" in named:
        pieces = archive.stream(named["sharedStrings"])
        book.strings = [_string(item) for item in elements(path, pieces, ("si",))]
    if "styles" in named:
        book.codes = _codes(tree(path, archive.read(named["styles"])))
    return book


def _codes(styles: Any) -> list[str]:
    """The format code of each cell style."""
    own = {
        int(element.get("numFmtId", "-1")): element.get("formatCode", "")
        for element in styles.iterfind("{*}numFmts/{*}numFmt")
        if element.get("numFmtId", "").isdigit()
    }
    numbers = [element.get("numFmtId", "0") for element in styles.iterfind("{*}cellXfs/{*}xf")]
    return [code_of(int(number), own) if number.isdigit() else "General" for number in numbers]


def _string(item: Any) -> str:
    """The text of a shared or inline string, without the reading aids that stand above Japanese words."""
    if len(item) == 1 and not len(item[0]):
        return _unescaped(item[0].text or "")
    found = [
        text.text or ""
        for text in item.iter("{*}t")
        if local(text.getparent().tag) != "rPh"
    ]  # fmt: skip
    return _unescaped("".join(found))


def _unescaped(text: str) -> str:
    """Characters that XML cannot hold are written as _x000D_."""
    if "_x" not in text:
        return text
    return (
        _ESCAPED.sub(lambda match: chr(int(match.group(1), 16)), text)
        .replace("\r\n", "\n")
        .replace("\r", "\n")
    )


def _rows(path: str, archive: Archive, part: str, book: _Book, cancel: CancelToken) -> Iterator[Row]:
    merged = _Merged()
    if archive.size(part) <= _WHOLE_BYTES:
        data = archive.read(part)
        merged = _merged(data)
        pieces: Iterator[bytes] = iter([data])
    else:
        pieces = archive.stream(part)
    number = 0
    above: dict[int, str] = {}
    for element in elements(path, pieces, ("row",), cancel):
        stated = element.get("r", "")
        number = int(stated) if stated.isdigit() and number < int(stated) < 10_000_000 else number + 1
        cells = dict(_cells(element, book))
        for column in merged.below.get(number, ()):
            if column not in cells and column in above:
                cells[column] = above[column]
        above = cells
        if cells:
            yield Row(number, sorted(cells.items()), merged.spans.get(number, {}))


def _cells(row: Any, book: _Book) -> Iterator[tuple[int, str]]:
    """The cells of a row that show something, as (column from 0, text)."""
    column = -1
    for cell in row:
        reference = cell.get("r")
        column = _column(reference) if reference else column + 1
        if column >= _MAX_COLUMNS or not len(cell):
            continue
        text = ""
        for child in cell:
            tag = child.tag
            if tag == _VALUE or local(tag) == "v":
                text = _shown(cell, child.text or "", book)
            elif local(tag) == "is":
                text = _string(child)
        if text and not text.isspace():
            yield column, text


def _shown(cell: Any, stored: str, book: _Book) -> str:
    """What a cell shows for its stored value."""
    kind = cell.get("t", "n")
    if kind == "s":
        return book.strings[int(stored)] if stored.isdigit() and int(stored) < len(book.strings) else ""
    if kind == "n":
        style = cell.get("s", "0")
        code = book.codes[int(style)] if style.isdigit() and int(style) < len(book.codes) else "General"
        return _number(stored, code, book.from_1904) if stored else ""
    if kind == "b":
        return "TRUE" if stored == "1" else "FALSE"
    if kind == "d":
        return stored.removesuffix("T00:00:00").removesuffix("Z").replace("T", " ")
    return _unescaped(stored)


def _column(reference: str) -> int:
    """The column of a cell by its name: 0 for A7."""
    match = _REFERENCE.match(reference)
    return _column_number(match.group()) if match else _MAX_COLUMNS


@lru_cache(maxsize=20_000)
def _column_number(letters: str) -> int:
    number = 0
    for letter in letters[:4]:
        number = number * 26 + ord(letter) - 64
    return number - 1


@lru_cache(maxsize=50_000)
def _number(text: str, code: str, from_1904: bool) -> str:
    """A stored number as its cell shows it."""
    try:
        value = float(text)
    except ValueError:
        return text
    return show(value, code, from_1904)


def _merged(data: bytes) -> _Merged:
    """The merged cells of a sheet, by row."""
    spans: dict[int, dict[int, int]] = {}
    below: dict[int, list[int]] = {}
    count = 0
    for match in _MERGED.finditer(data):
        left, right = (_column_number(match.group(group).decode()) for group in (1, 3))
        top, bottom = int(match.group(2)), int(match.group(4))
        count += bottom - top + 1
        if count > _MAX_MERGED_CELLS or not left <= right < _MAX_COLUMNS:
            break
        if right > left:
            spans.setdefault(top, {})[left] = right
        for row in range(top + 1, bottom + 1):
            below.setdefault(row, []).append(left)
    return _Merged(spans, below)


def _beside(path: str, archive: Archive, part: str) -> Iterator[str]:
    """What stands over and beside a sheet's cells: comments, text boxes, the words of charts."""
    for kind, name in relations(path, archive, part).values():
        if kind == "comments":
            for comment in elements(path, archive.stream(name), ("comment",)):
                text = _string(comment)
                if text.strip():
                    yield f"Comment on {comment.get('ref', '')}: {text.strip()}"
        elif kind == "drawing":
            yield from drawing_texts(path, archive, name)
