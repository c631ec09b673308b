"""The beginning of a table: the names of its columns and its first rows, to choose columns by."""

from __future__ import annotations

import itertools
from pathlib import Path
from typing import BinaryIO

from desktop.core.cancel import CancelToken
from desktop.core.errors import ReadError
from desktop.core.reading_requests import TableHead
from desktop.engines.read_files import empty, opened
from desktop.engines.read_kinds import recognise
from desktop.engines.read_rows import find_header

ROWS = 3
_LONGEST, _MOST_COLUMNS, _FIRST = 200, 200, 50


def read_table_head(path: str, cancel: CancelToken) -> TableHead:
    """Raises ReadError for a file that is no table of a kind whose rows can be read one by one."""
    with opened(path) as file:
        kind = recognise(path, file).name
        if kind in ("csv", "tsv", "jsonl"):
            names, rows = _of_text(path, file, kind, cancel)
        elif kind == "xlsx":
            names, rows = _of_workbook(path, file, cancel)
        else:
            raise ReadError(
                f"The rows of {Path(path).name} cannot be read one by one.",
                "Save it as CSV, XLSX or JSON lines.",
                "",
                "unsupported",
            )
    if not names:
        raise empty(path)
    cut = (tuple(cell[:_LONGEST] for cell in row[:_MOST_COLUMNS]) for row in rows)
    return TableHead(tuple(names[:_MOST_COLUMNS]), tuple(cut))


def _of_text(path: str, file: BinaryIO, kind: str, cancel: CancelToken) -> tuple[list[str], list[list[str]]]:
    from desktop.engines.read_tables import table_rows

    found = [
        row for number, row in itertools.islice(table_rows(path, file, kind, "", cancel), _FIRST) if number
    ]
    names = list(found[0]) if found else []
    return names, [[row.get(name, "") for name in names] for row in found[:ROWS]]


def _of_workbook(path: str, file: BinaryIO, cancel: CancelToken) -> tuple[list[str], list[list[str]]]:
    """Of the first sheet that has a header."""
    from desktop.engines.read_xlsx import sheets_of

    for sheet in sheets_of(path, file, cancel):
        head = list(itertools.islice(sheet.rows, _FIRST))
        found = find_header(head)
        if found is None:
            continue
        _, last, by_column = found
        cells = [dict(row.cells) for row in head[last + 1 : last + 1 + ROWS]]
        return list(by_column.values()), [[row.get(column, "") for column in by_column] for row in cells]
    return [], []
