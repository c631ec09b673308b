"""Tables as files: CSV, XLSX or JSON; and the tables that stand in an answer."""

from __future__ import annotations

import io
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from desktop.core.answer_table import as_csv
from desktop.core.errors import StorageError, UserError

FORMATS = (".csv", ".xlsx", ".json")
_WORDS = ("text", "code_inline", "softbreak", "hardbreak", "text_special")


@dataclass(frozen=True)
class Table:
    """Its head and its rows, all cells as text."""

    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


def tables_of(markdown: str) -> list[Table]:
    """The tables of an answer, in order; a row has as many cells as the head."""
    from markdown_it import MarkdownIt  # not when the window starts

    found: list[Table] = []
    rows: list[list[str]] = []
    for token in MarkdownIt("commonmark").enable("table").parse(markdown):
        if token.type == "tr_open":
            rows.append([])
        elif token.type == "inline" and rows:
            words = (one.content or " " for one in token.children or () if one.type in _WORDS)
            rows[-1].append("".join(words).strip())
        elif token.type == "table_close":
            head, *body = rows
            found.append(Table(tuple(head), tuple(map(tuple, body))))
            rows = []
    return found


def export_table(table: Table, path: Path) -> None:
    """Write a table to a file whose ending says how. Raises UserError for another ending, StorageError."""
    kind = path.suffix.lower()
    if kind not in FORMATS:
        raise UserError("This kind of file cannot be written.", f"End its name with {', '.join(FORMATS)}.")
    write_whole(path, table_data(kind, table.head, table.rows))


def table_data(kind: str, head: Sequence[str], rows: Sequence[Sequence[str]]) -> bytes:
    """A table as the content of a file of one of FORMATS."""
    if kind == ".csv":
        return as_csv(head, rows).encode("utf-8-sig")  # with the mark by which spreadsheets know it
    if kind == ".json":
        listed = [dict(zip(head, row, strict=True)) for row in rows]
        return f"{json.dumps(listed, ensure_ascii=False, indent=1)}\n".encode()
    return _xlsx(head, rows)


def write_whole(path: Path, data: bytes) -> None:
    """Written beside and renamed, so that a file is there whole or not at all. Raises StorageError."""
    beside = path.with_name(f"{path.name}.part")
    try:
        beside.write_bytes(data)
        beside.replace(path)
    except OSError as error:
        raise StorageError(f"{path.name} cannot be written.", "Check the disk.", str(error)) from error


def _xlsx(head: Sequence[str], rows: Sequence[Sequence[str]]) -> bytes:
    """Every cell is text or a number: nothing is taken for a formula or an address."""
    import xlsxwriter  # only when one is written

    out = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(out, {**options, "strings_to_numbers": True}) as book:
        sheet = book.add_worksheet("Results")
        bold = book.add_format({"bold": True})
        sheet.write_row(0, 0, head, bold)
        for number, row in enumerate(rows, 1):
            sheet.write_row(number, 0, [cell[:32_000] for cell in row])
        sheet.freeze_panes(1, 0)
    return out.getvalue()
