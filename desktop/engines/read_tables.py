"""Tables in text files: CSV, TSV and JSON lines, row by row; a row is a document where the text's column is named."""

from __future__ import annotations

import csv
import itertools
import json
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import BinaryIO

from desktop.core.cancel import CancelToken
from desktop.core.documents import Page, TableColumns
from desktop.core.errors import ReadError
from desktop.engines.read_files import damaged, empty
from desktop.engines.read_rows import is_value, is_year, named_row, table_pages
from desktop.engines.read_text import check_size, decoded, encoding_of
from desktop.engines.read_types import Reading

_MAX_FIELD = 20_000_000
_DELIMITERS = ",;\t|"
_SAMPLE_LINES = 20

Row = tuple[int, dict[str, str]]
"""A row's number, counted from 1 without the header, and its values by column."""


def read_table(path: str, file: BinaryIO, kind: str, columns: TableColumns, cancel: CancelToken) -> Reading:
    """Read a table of `kind` 'csv', 'tsv' or 'jsonl'. Raises ReadError, also for a column that is not there."""
    rows = table_rows(path, file, kind, columns.text, cancel)
    if columns.text:
        return Reading(kind, "", 0, _documents(path, rows, columns))
    return Reading(kind, "", 0, _as_text(path, rows))


def table_rows(path: str, file: BinaryIO, kind: str, wanted: str, cancel: CancelToken) -> Iterator[Row]:
    """The rows of a table of `kind`; a `wanted` column tells where its header is. Raises ReadError."""
    check_size(path, file)
    lines = _lines(decoded(file, encoding_of(file), cancel))
    if kind == "jsonl":
        return _json_rows(path, lines)
    return _csv_rows(path, lines, "\t" if kind == "tsv" else "", wanted)


def json_table(path: str, values: list[object], columns: TableColumns) -> Reading:
    """The rows of a JSON list, each a document of its own. Raises ReadError for a column that is not there."""
    rows = ((number, _json_row(value)) for number, value in enumerate(values, 1))
    return Reading("json", "", 0, _documents(path, rows, columns))


def _documents(path: str, rows: Iterator[Row], columns: TableColumns) -> Iterator[Page]:
    """A page a row: the text of its text column, with its id and title. A title alone is a row's text, too."""
    found: TableColumns | None = None
    any_text = False
    for number, row in rows:
        if found is None:
            found = find_columns(path, columns, list(row))
        text, title = row.get(found.text, "").strip(), row.get(found.title, "").strip()
        if text or title:
            any_text = True
            record_id = row.get(found.id, "").strip()
            yield Page(number, text or title, record_id=record_id, title=title if text else "")
    if not any_text:
        raise empty(path)


def find_columns(path: str, wanted: TableColumns, names: Sequence[str]) -> TableColumns:
    """The columns by their names as they stand in the file; upper and lower case do not matter."""
    by_name = {name.strip().casefold(): name for name in reversed(names)}
    by_name.update({name: name for name in names})
    found = []
    for name in (wanted.text, wanted.id, wanted.title):
        real = "" if not name else by_name.get(name, by_name.get(name.strip().casefold()))
        if real is None:
            raise missing_column(path, name, names)
        found.append(real)
    return TableColumns(*found)


def missing_column(path: str, name: str, names: Sequence[str]) -> ReadError:
    """The error for a column that a table does not have; `names` are those that it has."""
    listed = ", ".join(f"“{known}”" for known in names[:30])
    return ReadError(
        f"{Path(path).name} has no column “{name}”.", f"Its columns are {listed}.", "", "unsupported"
    )


def _as_text(path: str, rows: Iterator[Row]) -> Iterator[Page]:
    """Each row as a paragraph that names its columns, so that it can be understood without the header."""
    texts = (
        named_row(
            ("" if name == str(column) else name, value)
            for column, (name, value) in enumerate(row.items(), 1)
        )
        for _, row in rows
    )
    number = 0
    for page in table_pages(texts):
        number = page.number
        yield page
    if not number:
        raise empty(path)


def _lines(pieces: Iterable[str]) -> Iterator[str]:
    """The lines of a text that comes in pieces, with their line breaks."""
    held = ""
    for piece in pieces:
        *lines, held = (held + piece).split("\n")
        for line in lines:
            yield line + "\n"
    if held:
        yield held


def _csv_rows(path: str, lines: Iterator[str], delimiter: str, wanted: str) -> Iterator[Row]:
    """The rows of a CSV file by the names of its header, or by the numbers of its columns if it has none.

    The header is the row with the `wanted` name, or the first that fills half of the columns: above it stand captions.
    """
    csv.field_size_limit(_MAX_FIELD)
    first = list(itertools.islice(lines, _SAMPLE_LINES))
    if first and first[0].lower().startswith("sep=") and len(first[0].strip()) == 5:
        delimiter, first = first[0][4], first[1:]  # Excel's own way to name the delimiter
    delimiter = delimiter or _delimiter(first)
    above = _rows_above(first, delimiter, wanted.strip().casefold())
    reader = csv.reader(itertools.chain(first, lines), delimiter=delimiter)
    names: list[str] | None = None
    number = 0
    try:
        for values in reader:
            if not any(value.strip() for value in values):
                continue
            if above:
                above -= 1
                if not wanted:
                    yield 0, {"1": " ".join(value for value in values if value.strip())}
                continue
            if names is None:
                names = _header(values)
                if names is not None:
                    continue
                names = []
            number += 1
            names += [str(index + 1) for index in range(len(names), len(values))]
            yield number, dict(zip(names, values, strict=False))
    except csv.Error as error:
        raise damaged(path, f"row {number + 1} is no proper table row", str(error)) from error
    if names and not number:
        yield 1, dict(zip(names, names, strict=True))  # a header alone: it is all the words there are


def _rows_above(sample: Sequence[str], delimiter: str, wanted: str) -> int:
    """How many of the first rows stand above the header."""
    try:
        rows = [row for row in csv.reader(sample, delimiter=delimiter) if any(value.strip() for value in row)]
    except csv.Error:
        return 0
    if wanted:
        named = ([value.strip().casefold() for value in row] for row in rows)
        return next((index for index, row in enumerate(named) if wanted in row), 0)
    filled = [sum(bool(value.strip()) for value in row) for row in rows]
    return next(index for index, count in enumerate(filled) if count * 2 >= max(filled)) if filled else 0


def _header(values: list[str]) -> list[str] | None:
    """The names of the columns, if the first row has names: none stands there twice, and none is a number but years
    after a word."""
    names = [value.strip() for value in values]
    filled = [name for name in names if name]
    numbers = [name for name in filled if is_value(name)]
    years = len(numbers) > 1 and not is_value(filled[0]) and all(map(is_year, numbers))
    if len(set(filled)) != len(filled) or (numbers and not years):
        return None
    return [name or str(index + 1) for index, name in enumerate(names)]


def _delimiter(lines: Sequence[str]) -> str:
    """The character that parts most lines into the same number of fields, more than one."""

    def score(delimiter: str) -> tuple[int, int]:
        try:
            widths = [len(row) for row in csv.reader(lines, delimiter=delimiter) if row]
        except csv.Error:
            return 0, 0
        usual = max(set(widths), key=widths.count, default=0)
        return (widths.count(usual), usual) if usual > 1 else (0, 0)

    return max(_DELIMITERS, key=score)


def _json_rows(path: str, lines: Iterator[str]) -> Iterator[Row]:
    """The objects of a file with one JSON object a line."""
    number = 0
    for at, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            value = json.loads(line)
        except (ValueError, RecursionError) as error:
            raise damaged(path, f"line {at} is not JSON", str(error)) from error
        number += 1
        yield number, _json_row(value)


def _json_row(value: object) -> dict[str, str]:
    if not isinstance(value, dict):
        value = {"1": value}
    return {str(key): _plain(item) for key, item in value.items()}


def _plain(value: object) -> str:
    """A JSON value as text."""
    if value is None:
        return ""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
