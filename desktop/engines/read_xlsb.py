"""Binary Excel workbooks (.xlsb), read by calamine."""

from __future__ import annotations

import datetime
import io
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, BinaryIO

from desktop.core.cancel import CancelToken
from desktop.core.documents import TableColumns
from desktop.engines.read_files import damaged, encrypted, size_of, too_large
from desktop.engines.read_number_format import general
from desktop.engines.read_rows import Row
from desktop.engines.read_sheets import Sheet, read_sheets
from desktop.engines.read_types import Reading

# calamine holds the whole file and each whole sheet.
_MAX_BYTES = 100 * 2**20
_CHECK_ROWS = 1000


def read_xlsb(path: str, file: BinaryIO, columns: TableColumns, cancel: CancelToken) -> Reading:
    """Read a binary workbook of the newer kind. Raises ReadError."""
    if size_of(file) > _MAX_BYTES:
        raise too_large(path, f"is a binary workbook of more than {_MAX_BYTES // 2**20} MB")
    file.seek(0)
    return Reading("xlsx", "", 0, read_sheets(path, calamine_sheets(path, file.read(), cancel), columns))


def calamine_sheets(path: str, content: bytes, cancel: CancelToken) -> Iterator[Sheet]:
    """The sheets of a workbook as calamine reads them, hidden ones last. Raises ReadError."""
    yield from _sheets(path, _opened(path, content), cancel)


def _opened(path: str, content: bytes) -> Any:
    import python_calamine

    try:
        with _errors(path, "its sheets cannot be listed"):
            return python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(content))
    except python_calamine.PasswordError as error:
        raise encrypted(path, "workbook") from error


@contextmanager
def _errors(path: str, how: str) -> Iterator[None]:
    """Turn what calamine raises about a file that breaks the format's rules into a ReadError."""
    import python_calamine

    try:
        yield
    except python_calamine.PasswordError:
        raise
    except (python_calamine.CalamineError, OSError, ValueError) as error:
        raise damaged(path, how, str(error)) from error
    except BaseException as error:
        if type(error).__name__ != "PanicException":  # what Rust gives up with is no Exception
            raise
        raise damaged(path, how, str(error)) from error


def _sheets(path: str, book: Any, cancel: CancelToken) -> Iterator[Sheet]:
    """The worksheets, hidden ones last."""
    for state in ("Visible", "Hidden"):
        for metadata in book.sheets_metadata:
            if str(metadata.visible).endswith(f".{state}") and str(metadata.typ).endswith(".WorkSheet"):
                rows = _rows(path, book, metadata.name, cancel)
                yield Sheet(metadata.name, rows, hidden=state == "Hidden")


def _rows(path: str, book: Any, name: str, cancel: CancelToken) -> Iterator[Row]:
    with _errors(path, f"its sheet “{name}” cannot be read"):
        sheet = book.get_sheet_by_name(name)
    first = sheet.start or (0, 0)
    spans, below = _merged(sheet)
    above: dict[int, str] = {}
    for number, values in enumerate(sheet.iter_rows(), first[0] + 1):
        if number % _CHECK_ROWS == 0:
            cancel.check()
        cells = {
            column: text
            for column, value in enumerate(values, first[1])
            if value != "" and not (text := shown(value)).isspace()
        }
        for column in below.get(number, ()):
            if column not in cells and column in above:
                cells[column] = above[column]
        above = cells
        if cells:
            yield Row(number, sorted(cells.items()), spans.get(number, {}))


def _merged(sheet: Any) -> tuple[dict[int, dict[int, int]], dict[int, list[int]]]:
    """How far merged cells reach to the right, and which cells repeat the one above, by row."""
    spans: dict[int, dict[int, int]] = {}
    below: dict[int, list[int]] = {}
    for (top, left), (bottom, right) in sheet.merged_cell_ranges or ():
        if right > left:
            spans.setdefault(top + 1, {})[left] = right
        for row in range(top + 2, bottom + 2):
            below.setdefault(row, []).append(left)
    return spans, below


def shown(value: object) -> str:
    """A value as text: this format's number formats are known to calamine only as far as days and times go."""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, int | float):
        return general(value)
    if isinstance(value, datetime.datetime):
        return f"{value:%Y-%m-%d}" if value.time() == datetime.time() else f"{value:%Y-%m-%d %H:%M:%S}"
    if isinstance(value, datetime.timedelta):
        seconds = round(value.total_seconds())
        return f"{seconds // 3600}:{seconds // 60 % 60:02d}:{seconds % 60:02d}"
    return str(value)
