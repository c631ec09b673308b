"""Old Excel workbooks (.xls), read by xlrd, which knows the number formats; what it stumbles over, by calamine."""

from __future__ import annotations

import io
import struct
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, BinaryIO

from desktop.core.cancel import CancelToken
from desktop.core.documents import TableColumns
from desktop.core.errors import ReadError
from desktop.engines.read_files import OLE, damaged, encrypted, size_of, too_large
from desktop.engines.read_number_format import show
from desktop.engines.read_rows import Row
from desktop.engines.read_sheets import Sheet, read_sheets
from desktop.engines.read_types import Reading

# The whole file and each whole sheet are held; the format itself ends at 65,536 rows of 256 cells.
_MAX_BYTES = 100 * 2**20
_MAX_MERGED_ROWS = 200_000
_CHECK_ROWS = 1000
_VISIBLE, _HIDDEN = 0, 1


def read_xls(path: str, file: BinaryIO, columns: TableColumns, cancel: CancelToken) -> Reading:
    """Read a workbook of Excel 5 to 2003. Raises ReadError."""
    if size_of(file) > _MAX_BYTES:
        raise too_large(path, f"is an old workbook of more than {_MAX_BYTES // 2**20} MB")
    file.seek(0)
    return Reading("xls", "", 0, read_sheets(path, _all_sheets(path, file.read(), cancel), columns))


def _all_sheets(path: str, content: bytes, cancel: CancelToken) -> Iterator[Sheet]:
    """The sheets; those from the first one on that xlrd cannot read are calamine's, without their number formats."""
    read = set()
    try:
        for sheet in _sheets(path, _opened(path, content), cancel):
            read.add(sheet.name)
            yield sheet
    except ReadError as error:
        if error.reason != "damaged" or not content.startswith(OLE):
            raise
        for sheet in _by_calamine(path, content, error, cancel):
            if sheet.name not in read:
                yield sheet


def _opened(path: str, content: bytes) -> Any:
    """The workbook, whose sheets are parsed one by one. Raises ReadError."""
    import xlrd
    from xlrd.compdoc import CompDocError

    try:
        with _errors(path, "its sheets cannot be listed"):
            try:
                return _parsed(content)
            except CompDocError:
                # It takes sectors that two streams share for damage; the workbook's own stream may be whole.
                return _parsed(_workbook_stream(content))
    except xlrd.XLRDError as error:
        if "encrypted" in str(error):
            raise encrypted(path, "workbook") from error
        raise damaged(path, "its sheets cannot be listed", str(error)) from error


def _parsed(content: bytes) -> Any:
    import xlrd

    return xlrd.open_workbook(
        file_contents=content,
        formatting_info=True,
        on_demand=True,
        ragged_rows=True,
        logfile=io.StringIO(),  # it reports what it repairs
    )


def _workbook_stream(content: bytes) -> bytes:
    """The stream of a container that the workbook is, in full. Raises OSError."""
    import olefile

    with olefile.OleFileIO(io.BytesIO(content)) as ole:
        name = "Workbook" if ole.exists("Workbook") else "Book"
        size = ole.get_size(name)
        stream: bytes = ole.openstream(name).read()
    if len(stream) < size:
        raise OSError("the workbook's chain of sectors ends too early")
    return stream


def _by_calamine(path: str, content: bytes, why: ReadError, cancel: CancelToken) -> list[Sheet]:
    """The sheets as calamine reads them. Raises `why` if it finds none."""
    from desktop.engines.read_xlsb import calamine_sheets

    try:
        sheets = list(calamine_sheets(path, content, cancel))
    except ReadError:
        raise why from None
    if not sheets:
        raise why
    return sheets


@contextmanager
def _errors(path: str, how: str) -> Iterator[None]:
    """Turn what xlrd raises about records that break the format's rules into a ReadError; not its own type."""
    from xlrd.compdoc import CompDocError
    from xlrd.formula import FormulaError

    try:
        yield
    except (
        *(CompDocError, FormulaError, struct.error, AssertionError, LookupError, ValueError, TypeError),
        *(AttributeError, ArithmeticError, NotImplementedError, RecursionError, OSError),
    ) as error:
        raise damaged(path, how, repr(error)) from error


def _sheets(path: str, book: Any, cancel: CancelToken) -> Iterator[Sheet]:
    """The worksheets, hidden ones last; those that only a program can show are left out."""
    hidden = []
    for index in range(book.nsheets):
        sheet = _sheet(path, book, index)
        if sheet.visibility == _VISIBLE:
            yield Sheet(sheet.name, _rows(path, book, sheet, cancel), _notes(sheet))
        elif sheet.visibility == _HIDDEN:
            hidden.append(index)
        book.unload_sheet(index)
    for index in hidden:
        sheet = _sheet(path, book, index)
        yield Sheet(sheet.name, _rows(path, book, sheet, cancel), _notes(sheet), hidden=True)
        book.unload_sheet(index)


def _sheet(path: str, book: Any, index: int) -> Any:
    import xlrd

    how = f"its sheet {index + 1} cannot be read"
    try:
        with _errors(path, how):
            return book.sheet_by_index(index)
    except xlrd.XLRDError as error:
        raise damaged(path, how, str(error)) from error


def _rows(path: str, book: Any, sheet: Any, cancel: CancelToken) -> Iterator[Row]:
    spans, below = _merged(sheet)
    above: dict[int, str] = {}
    for index in range(sheet.nrows):
        if index % _CHECK_ROWS == 0:
            cancel.check()
        with _errors(path, f"row {index + 1} of its sheet “{sheet.name}” cannot be read"):
            shown = ((column, _shown(book, cell)) for column, cell in enumerate(sheet.row(index)))
            cells = {column: text for column, text in shown if text and not text.isspace()}
        for column in below.get(index + 1, ()):
            if column not in cells and column in above:
                cells[column] = above[column]
        above = cells
        if cells:
            yield Row(index + 1, sorted(cells.items()), spans.get(index + 1, {}))


def _shown(book: Any, cell: Any) -> str:
    """What a cell shows for its stored value."""
    import xlrd

    if cell.ctype in (xlrd.XL_CELL_NUMBER, xlrd.XL_CELL_DATE):
        return show(cell.value, _code(book, cell.xf_index), book.datemode == 1)
    if cell.ctype == xlrd.XL_CELL_BOOLEAN:
        return "TRUE" if cell.value else "FALSE"
    if cell.ctype == xlrd.XL_CELL_ERROR:
        return str(xlrd.error_text_from_code.get(cell.value, "#ERROR"))
    return str(cell.value)


def _code(book: Any, style: int | None) -> str:
    """The number format code of a cell's style."""
    if style is None or not 0 <= style < len(book.xf_list):
        return "General"
    stated = book.format_map.get(book.xf_list[style].format_key)
    code = stated.format_str if stated is not None else None
    return str(code) if code and code.upper() != "GENERAL" else "General"


def _merged(sheet: Any) -> tuple[dict[int, dict[int, int]], dict[int, list[int]]]:
    """How far merged cells reach to the right, and which cells repeat the one above, by row from 1."""
    spans: dict[int, dict[int, int]] = {}
    below: dict[int, list[int]] = {}
    count = 0
    for top, bottom, left, right in sheet.merged_cells:
        count += bottom - top
        if count > _MAX_MERGED_ROWS:
            break
        if right - left > 1:
            spans.setdefault(top + 1, {})[left] = right - 1
        for row in range(top + 2, bottom + 1):
            below.setdefault(row, []).append(left)
    return spans, below


def _notes(sheet: Any) -> Iterator[str]:
    """The comments on cells, in the order of the rows."""
    import xlrd

    for (row, column), note in sorted(sheet.cell_note_map.items()):
        if text := note.text.strip():
            yield f"Comment on {xlrd.colname(column)}{row + 1}: {text}"
