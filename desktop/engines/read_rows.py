"""Rows of tables as text: each row names its columns, so that any passage of rows can be understood by itself."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from desktop.core.documents import Heading, Page
from desktop.engines.read_blocks import squeezed
from desktop.engines.read_text import PART_CHARACTERS

_VALUE = re.compile(r"\W*\d(?:[\d\W]|E[+-]?\d)*(?:\s?[AP]M)?", re.I)
_YEAR = re.compile(r"(?:19|20)\d\d")
_LONG_NAME = 200
# The passages of a longer row need its name, as each of them holds only a part of it.
_LONG_ROW = 700
_LABEL = 120
# A table's header is looked for in so many of its first rows.
_HEAD_ROWS = 12
_CAPTION_ROWS, _CAPTION_GAP = 3, 2


@dataclass(frozen=True)
class Row:
    """A row of a sheet: its number from 1, and its cells that show something, as (column from 0, text).

    `spans` says of each cell that is merged with those to its right which column it reaches.
    """

    number: int
    cells: list[tuple[int, str]]
    spans: Mapping[int, int] = field(default_factory=dict)


@dataclass(frozen=True)
class RowText:
    """A row as a paragraph; `label` is the row's name where it is too long for one passage."""

    text: str
    label: str = ""


def is_value(text: str) -> bool:
    """Whether a cell holds a number, a date or a yes and no rather than words."""
    return text in ("TRUE", "FALSE") or _VALUE.fullmatch(text) is not None


def is_year(text: str) -> bool:
    """Whether a cell holds a year: a number that may as well be the name of a column."""
    return _YEAR.fullmatch(text) is not None


def named_row(pairs: Iterable[tuple[str, str]]) -> RowText:
    """A row from the names of its columns ("" for none) and its values; empty values are left out."""
    cells = [
        _named(name, squeezed(value.replace("\n", " ")))
        for name, value in pairs
        if value and not value.isspace()
    ]
    text = "; ".join(cells)
    if len(text) <= _LONG_ROW:
        return RowText(text)
    label = ""
    for cell in cells:
        if len(label) + len(cell) <= _LABEL:
            label = f"{label}; {cell}" if label else cell
    return RowText(text, label)


def _named(name: str, value: str) -> str:
    name = _column_name(name)
    return f"{name}: {value}" if name else value


@lru_cache(maxsize=2000)
def _column_name(name: str) -> str:
    return squeezed(name.replace("\n", " ")).rstrip(": ")


def table_pages(rows: Iterable[RowText], number: int = 1, name: str = "") -> Iterator[Page]:
    """Pages of rows from `number` on, each cut between rows; the first one begins with the table's name, if any."""
    page = _PageOfRows(name)
    if name:
        page.add(RowText(name))
    for row in rows:
        page.add(row)
        if page.length >= PART_CHARACTERS:
            yield page.finish(number)
            number += 1
            page = _PageOfRows(name)
    if page.length > len(name):
        yield page.finish(number)


class _PageOfRows:
    """A page that rows are added to. The table's name is the heading of all rows but those with a label."""

    def __init__(self, name: str) -> None:
        self.length = 0
        self._name, self._heading = name, name
        self._texts: list[str] = []
        self._headings = [Heading(0, name)] if name else []

    def add(self, row: RowText) -> None:
        """Add a row, if there is something in it."""
        if not row.text:
            return
        gap = "\n\n" if self._texts else ""
        heading = ": ".join(part for part in (self._name, row.label) if part) if row.label else self._name
        if heading != self._heading or row.label:
            self._headings.append(Heading(self.length + len(gap), heading))
            self._heading = heading
        self._texts.append(gap + row.text)
        self.length += len(gap) + len(row.text)

    def finish(self, number: int) -> Page:
        """The page."""
        return Page(number, "".join(self._texts), headings=tuple(self._headings))


def sheet_rows(rows: Iterable[Row]) -> Iterator[RowText]:
    """The rows of a sheet, in which tables may stand anywhere: their headers are found by what stands below them.

    Empty rows part blocks. Captions stand alone; a block without a header of its own goes on with the one before if
    its columns are the same.
    """
    names: dict[int, str] = {}
    for head, rest in _blocks(rows):
        found = find_header(head, again=bool(names))
        if found:
            first, last, names = found
            before, after = head[:first], head[last + 1 :]
        else:
            before, after = [], head
            if not _fits(head, names):
                names = {}
        for row in before:
            yield named_row(("", text) for _, text in row.cells)
        for row in itertools.chain(after, rest):
            yield _row_text(row, names)


def _blocks(rows: Iterable[Row]) -> Iterator[tuple[list[Row], Iterator[Row]]]:
    """The first rows and the other rows of each block. A block of a few words goes on over an empty row: it is the
    header or the caption of what follows."""
    source = iter(rows)
    held = next(source, None)

    def rest(last: Row) -> Iterator[Row]:
        nonlocal held
        while held is not None and held.number == last.number + 1:
            last = held
            held = next(source, None)
            yield last

    while held is not None:
        head = [held]
        held = next(source, None)
        while held is not None and len(head) < _HEAD_ROWS:
            gap = held.number - head[-1].number - 1
            if gap and (gap > _CAPTION_GAP or not _only_words(head)):
                break
            head.append(held)
            held = next(source, None)
        yield head, rest(head[-1])


def _only_words(head: Sequence[Row]) -> bool:
    texts = (text for row in head for _, text in row.cells)
    return sum(len(row.cells) > 1 for row in head) <= _CAPTION_ROWS and all(
        is_year(text) or not is_value(text) for text in texts
    )


def _row_text(row: Row, names: Mapping[int, str]) -> RowText:
    if len(row.cells) == 1 and len(names) > 2:  # a line between the rows: a group's name, a note
        return named_row([("", row.cells[0][1])])
    if names:
        return named_row((names.get(column, ""), text) for column, text in row.cells)
    return RowText(" | ".join(squeezed(text.replace("\n", " ")) for _, text in row.cells))


def _fits(rows: Sequence[Row], names: Mapping[int, str]) -> bool:
    """Whether rows may go on with the columns of the rows above them."""
    wide = [row for row in rows if len(row.cells) > 1]
    return bool(wide) and all(column in names for row in wide[:3] for column, _ in row.cells)


def find_header(head: Sequence[Row], again: bool = False) -> tuple[int, int, dict[int, str]] | None:
    """The first and last index of the header among the first rows of a block, and the names by column.

    `again` tells that there was a header before: then only one above numbers counts, as words above words may just be
    further rows.
    """
    widest = 1
    for index, row in enumerate(head):
        below = head[index + 1 :]
        if len(row.cells) > widest:
            if below and _is_header(row, below, again or widest > 1):
                return _with_second_line(head, index)
            widest = len(row.cells)
    return None


def _is_header(row: Row, below: Sequence[Row], need_contrast: bool) -> bool:
    texts = [text for _, text in row.cells]
    values = [text for text in texts if is_value(text)]
    years = bool(values) and all(map(is_year, values))
    if any(len(text) > _LONG_NAME for text in texts) or (values and not years):
        return False
    reach = len(texts) + sum(last - column for column, last in row.spans.items())
    if reach * 2 < max(len(other.cells) for other in below):
        return False
    if 2 * sum(other.cells[0][1].rstrip().endswith(":") for other in (row, *below)) > len(below) + 1:
        return False  # a form: each row names itself
    contrast = _stands_above_values(row, below)
    repeated = len(set(texts)) < len(texts)
    return contrast or not (need_contrast or years or repeated)


def _stands_above_values(row: Row, below: Sequence[Row]) -> bool:
    """Whether a column with words or a year on top has other numbers below."""
    named = dict(row.cells)
    values = (
        text for other in below for column, text in other.cells if column in named and not is_year(text)
    )
    return any(map(is_value, values))


def _with_second_line(head: Sequence[Row], index: int) -> tuple[int, int, dict[int, str]]:
    """The names of a header; below cells that group several columns, a second line of words names the columns."""
    row, second = head[index], head[index + 1]
    names = dict(row.cells)
    words = all(is_year(text) or not is_value(text) for _, text in second.cells)
    groups = row.spans or len(second.cells) > len(row.cells)
    if not (words and groups and len(second.cells) > 1 and _stands_above_values(second, head[index + 2 :])):
        return index, index, names
    across = dict(names)
    for column, last in row.spans.items():
        across.update(dict.fromkeys(range(column, min(last, column + 1000) + 1), names.get(column, "")))
    for column, text in second.cells:
        above = across.get(column, "")
        names[column] = text if above in ("", text) else f"{above} {text}"
    return index, index + 1, names
