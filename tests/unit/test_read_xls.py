"""Old Excel workbooks: values as their cells show them, hidden sheets, merged cells, and broken containers."""

from __future__ import annotations

import random
import struct
import time
from pathlib import Path

import pytest

from desktop.core.errors import ReadError
from tests.old_office import ole, record, xls
from tests.reading import read, text_of, write

HEADER = ["Region", "Opened", "Sales", "Share"]
ROWS = [HEADER, ["North", (45_356, 1), (1234.5, 2), (0.1534, 3)], ["South", "", (-20, 2), (1, 3)]]
FORMATS = ["d mmm yyyy", "#,##0.00 €", "0.0%"]


def test_values_are_as_shown(tmp_path: Path) -> None:
    pages, end = read(write(tmp_path, "a.xls", xls({"Sales": ROWS}, FORMATS)))
    assert (end.kind, end.pages) == ("xls", 1)
    assert pages[0].text == (
        "Sales\n\nRegion: North; Opened: 5 Mar 2024; Sales: 1,234.50 €; Share: 15.3%\n\n"
        "Region: South; Sales: -20.00 €; Share: 100.0%"
    )


def test_hidden_sheets_come_last_and_say_so(tmp_path: Path) -> None:
    sheets = {"One": [["a"]], "Two": [["b"]], "Three": [[7]]}
    pages, _ = read(write(tmp_path, "a.xls", xls(sheets, hidden=["One"])))
    assert [page.text for page in pages] == ["Two\n\nb", "Three\n\n7", "One (hidden sheet)\n\na"]


def test_merged_cells_group_columns_and_rows(tmp_path: Path) -> None:
    rows = [
        ["Region", "Sales", "", "Staff"], ["", "2022", "2023", "2023"],
        ["North", 1, 2, 3], ["", 4, 5, 6],
    ]  # fmt: skip
    content = xls({"S": rows}, merged=[(0, 1, 0, 0), (0, 0, 1, 2), (2, 3, 0, 0)])
    assert text_of(write(tmp_path, "a.xls", content)).split("\n\n")[1:] == [
        "Region: North; Sales 2022: 1; Sales 2023: 2; Staff 2023: 3",
        "Region: North; Sales 2022: 4; Sales 2023: 5; Staff 2023: 6",
    ]


def test_a_chain_of_sectors_that_goes_in_a_circle_ends_with_the_workbook(tmp_path: Path) -> None:
    begun = time.monotonic()
    pages, _ = read(write(tmp_path, "a.xls", xls({"Sales": ROWS}, FORMATS, circle=True)))
    assert "Opened: 5 Mar 2024" in pages[0].text
    assert time.monotonic() - begun < 5


def test_a_name_with_a_broken_formula_does_not_cost_the_cells(tmp_path: Path) -> None:
    formula = b"\x2d" + bytes(8)  # a reference that no name can have
    name = struct.pack("<HBBHHHI", 0, 0, 1, len(formula), 0, 0, 0) + b"\0N" + formula
    text = text_of(write(tmp_path, "a.xls", xls({"Sales": ROWS}, FORMATS, records=record(0x18, name))))
    assert "Region: North" in text
    assert "1234.5" in text


def test_a_workbook_of_excel_4_is_no_container(tmp_path: Path) -> None:
    cell = struct.pack("<HHH", 0, 0, 0) + struct.pack("<H", 10) + b"Old words."
    content = record(0x0409, struct.pack("<HHH", 0, 0x10, 0)) + record(0x0204, cell) + record(0x0A, b"")
    assert "Old words." in text_of(write(tmp_path, "a.xls", content))


@pytest.mark.parametrize("content", [ole("Workbook", b""), ole("Workbook", b"\xff" * 6000)])
def test_a_stream_without_a_workbook_is_damaged(tmp_path: Path, content: bytes) -> None:
    with pytest.raises(ReadError) as caught:
        read(write(tmp_path, "a.xls", content))
    assert caught.value.reason == "damaged"


def test_changed_bytes_end_in_a_text_or_a_reason(tmp_path: Path) -> None:
    chance, sound = random.Random(5), xls({"Sales": ROWS}, FORMATS)
    ends = set()
    for _ in range(300):
        broken = bytearray(sound)
        for _ in range(8):
            broken[chance.randrange(2300)] = chance.randrange(256)
        try:
            read(write(tmp_path, "a.xls", bytes(broken)))
            ends.add("read")
        except ReadError as error:
            ends.add(error.reason)
    assert {"read", "damaged"} <= ends
