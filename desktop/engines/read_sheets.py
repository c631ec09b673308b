"""Workbooks of any format, sheet by sheet: as text whose rows name their columns, or with each row as a document."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from desktop.core.documents import Page, TableColumns
from desktop.engines.read_files import empty
from desktop.engines.read_rows import Row, RowText, find_header, sheet_rows, table_pages
from desktop.engines.read_tables import find_columns, missing_column

_HEAD_ROWS = 50


@dataclass(frozen=True)
class Sheet:
    """A sheet with its rows and the texts that stand beside them; both are read as they are asked for."""

    name: str
    rows: Iterator[Row]
    beside: Iterable[str] = ()
    hidden: bool = False


def read_sheets(path: str, sheets: Iterator[Sheet], columns: TableColumns) -> Iterator[Page]:
    """The pages of a workbook. Raises ReadError if there is nothing in it, or no sheet has the named columns."""
    return _documents(path, sheets, columns) if columns.text else _as_text(path, sheets)


def _as_text(path: str, sheets: Iterator[Sheet]) -> Iterator[Page]:
    """Each sheet as a page or more."""
    number = 0
    for sheet in sheets:
        texts = itertools.chain(sheet_rows(sheet.rows), (RowText(text) for text in sheet.beside))
        first = next(texts, None)
        if first is None:
            continue
        name = f"{sheet.name} (hidden sheet)" if sheet.hidden else sheet.name
        for page in table_pages(itertools.chain([first], texts), number + 1, name):
            number = page.number
            yield page
    if not number:
        raise empty(path)


def _documents(path: str, sheets: Iterator[Sheet], columns: TableColumns) -> Iterator[Page]:
    """A page a row, from all sheets that have the text's column."""
    number, any_sheet = 0, False
    known: list[str] = []
    for sheet in sheets:
        head = list(itertools.islice(sheet.rows, _HEAD_ROWS))
        found = _named_header(head, columns)
        if found is None:
            known = known or _likely_names(head)
            continue
        any_sheet = True
        index, names = found
        chosen = find_columns(path, columns, list(names.values()))
        by_name = {name: column for column, name in reversed(names.items())}
        for row in itertools.chain(head[index + 1 :], sheet.rows):
            cells = dict(row.cells)
            text, record_id, title = (
                cells.get(by_name.get(name, -1), "").strip()
                for name in (chosen.text, chosen.id, chosen.title)
            )
            if text:
                number += 1
                yield Page(number, text, record_id=record_id, title=title)
    if not any_sheet:
        raise missing_column(path, columns.text, known) if known else empty(path)
    if not number:
        raise empty(path)


def _named_header(head: list[Row], columns: TableColumns) -> tuple[int, dict[int, str]] | None:
    """The index of the first row with the name of the text's column in it, and all names of that row."""
    wanted = columns.text.strip().casefold()
    for index, row in enumerate(head):
        if any(text.strip().casefold() == wanted for _, text in row.cells):
            return index, dict(row.cells)
    return None


def _likely_names(head: list[Row]) -> list[str]:
    found = find_header(head)
    return list(found[2].values()) if found else [text for _, text in head[0].cells] if head else []
