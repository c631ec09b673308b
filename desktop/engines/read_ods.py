"""OpenDocument spreadsheets: sheets row by row; each cell holds the text that it shows."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from typing import Any, BinaryIO

from desktop.core.cancel import CancelToken
from desktop.core.documents import TableColumns
from desktop.engines.read_blocks import squeezed
from desktop.engines.read_odf import open_odf
from desktop.engines.read_rows import Row
from desktop.engines.read_sheets import Sheet, read_sheets
from desktop.engines.read_types import Reading
from desktop.engines.read_xml import attribute, elements, local, title_of

# Programs write a value that stands in many neighbours once, and how often: nobody fills a million by hand.
_MOST_COPIES = 256
_MAX_COLUMNS = 16_384


def read_ods(path: str, file: BinaryIO, columns: TableColumns, cancel: CancelToken) -> Reading:
    """Read a spreadsheet (.ods, .ots). Raises ReadError."""
    archive = open_odf(path, file)
    pieces = archive.stream(archive.find("content.xml") or "")
    sheets = _Sheets(elements(path, pieces, ("style", "table-row"), cancel)).sheets()
    return Reading("ods", title_of(path, archive, "meta.xml"), 0, read_sheets(path, sheets, columns))


class _Sheets:
    """Groups the rows of a stream by the sheet they are in."""

    def __init__(self, found: Iterator[Any]) -> None:
        self._found = found
        self._hidden: set[str] = set()

    def sheets(self) -> Iterator[Sheet]:
        """The sheets that have rows."""
        for (name, hidden), rows in itertools.groupby(self._rows(), lambda pair: pair[0]):
            comments: list[str] = []
            yield Sheet(name, _filled(rows, comments), _later(comments), hidden)

    def _rows(self) -> Iterator[tuple[tuple[str, bool], Any]]:
        """Each row with the name of its sheet and whether that is hidden."""
        for element in self._found:
            if local(element.tag) == "style":
                if any(
                    attribute(child, "display") == "false"
                    for child in element.iterfind("{*}table-properties")
                ):
                    self._hidden.add(attribute(element, "name"))
                continue
            table = next(element.iterancestors("{*}table"), None)
            if table is not None:
                yield (attribute(table, "name"), attribute(table, "style-name") in self._hidden), element


def _later(comments: list[str]) -> Iterator[str]:
    """The comments, asked for after the rows were read."""
    yield from comments


def _filled(rows: Iterator[tuple[Any, Any]], comments: list[str]) -> Iterator[Row]:
    number = 0
    below: dict[int, tuple[int, str]] = {}
    for _, element in rows:
        times = _count(element, "number-rows-repeated")
        cells, spans, down = _cells(element, comments)
        for column, (left, text) in list(below.items()):
            cells.setdefault(column, text)
            if left > 1:
                below[column] = left - 1, text
            else:
                del below[column]
        below.update(down)
        if cells:
            ordered = sorted(cells.items())
            for copy in range(min(times, _MOST_COPIES)):
                yield Row(number + copy + 1, ordered, spans)
        number += times


def _cells(
    row: Any, comments: list[str]
) -> tuple[dict[int, str], dict[int, int], dict[int, tuple[int, str]]]:
    """The cells that show something by column, how far those go that are merged to the right, and which go down."""
    cells: dict[int, str] = {}
    spans: dict[int, int] = {}
    down: dict[int, tuple[int, str]] = {}
    column = 0
    for cell in row:
        if local(cell.tag) not in ("table-cell", "covered-table-cell"):
            continue
        times = _count(cell, "number-columns-repeated")
        text = _text(cell, comments)
        if text and column < _MAX_COLUMNS:
            cells.update(dict.fromkeys(range(column, column + min(times, _MOST_COPIES)), text))
            if (across := _count(cell, "number-columns-spanned")) > 1:
                spans[column] = column + across - 1
            if (deep := _count(cell, "number-rows-spanned")) > 1:
                down[column] = deep - 1, text
        column += times
    return cells, spans, down


def _count(element: Any, name: str) -> int:
    value = attribute(element, name)
    return max(int(value), 1) if value.isdigit() and len(value) < 10 else 1


def _text(cell: Any, comments: list[str]) -> str:
    """The text that a cell shows; its comment goes to the others."""
    if not len(cell):
        return ""
    lines = []
    for child in cell:
        name = local(child.tag)
        if name == "p":
            lines.append(squeezed(_inline(child)))
        elif name == "annotation":
            words = "\n".join(squeezed(_inline(line)) for line in child.iterfind("{*}p"))
            if words.strip():
                comments.append(f"Comment: {words.strip()}")
    return "\n".join(line for line in lines if line)


def _inline(paragraph: Any) -> str:
    pieces = [paragraph.text or ""]
    for element in paragraph.iterdescendants():
        name = local(element.tag)
        if name in ("s", "tab", "line-break"):
            pieces.append(" ")
        elif name:
            pieces.append(element.text or "")
        pieces.append(element.tail or "")
    return "".join(pieces)
