"""The beginning of a table, from which a person chooses its columns."""

from __future__ import annotations

from pathlib import Path

import pytest
import xlsxwriter

from desktop.core.cancel import CancelToken
from desktop.core.errors import ReadError
from desktop.core.reading_requests import TableHead
from desktop.engines.read_table_head import ROWS, read_table_head

ROWS_OF_FIVE = tuple((str(n), f"letter {n}") for n in range(1, 6))


def _head(path: Path) -> TableHead:
    return read_table_head(str(path), CancelToken())


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.csv", "\nid;text\n" + "".join(f"{a};{b}\n" for a, b in ROWS_OF_FIVE)),
        ("a.tsv", "id\ttext\n" + "".join(f"{a}\t{b}\n" for a, b in ROWS_OF_FIVE)),
        ("a.jsonl", "".join(f'{{"id": {a}, "text": "{b}"}}\n' for a, b in ROWS_OF_FIVE)),
    ],
)
def test_the_columns_and_first_rows_of_a_text_table(tmp_path: Path, name: str, text: str) -> None:
    path = tmp_path / name
    path.write_text(text, "utf-8")
    assert _head(path) == TableHead(("id", "text"), ROWS_OF_FIVE[:ROWS])


def test_of_a_workbook_the_first_sheet_with_a_header_counts(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    with xlsxwriter.Workbook(path) as book:
        book.add_worksheet("Empty")
        sheet = book.add_worksheet("Letters")
        sheet.write_row(1, 1, ("Id", "Text"))
        for at, (number, words) in enumerate(ROWS_OF_FIVE, 2):
            sheet.write_row(at, 1, (int(number), words))
    assert _head(path) == TableHead(("Id", "Text"), ROWS_OF_FIVE[:ROWS])


def test_long_cells_are_cut_and_what_is_no_table_is_told(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text(f"id,text\n1,{'x' * 5000}\n", "utf-8")
    assert len(_head(tmp_path / "a.csv").rows[0][1]) == 200
    for name, content in (("b.txt", "Only words."), ("c.csv", "")):
        (tmp_path / name).write_text(content, "utf-8")
        with pytest.raises(ReadError):
            _head(tmp_path / name)
