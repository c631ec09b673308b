"""Workbooks: sheets as pages, rows that name their columns, values as their cells show them."""

from __future__ import annotations

from pathlib import Path

import pytest

from desktop.core.documents import TableColumns
from desktop.core.errors import ReadError
from desktop.engines import reader
from tests import hostile, hostile_bombs
from tests.office import workbook, workbook_parts
from tests.reading import read, text_of, write

HEADER = ["Region", "Opened", "Sales", "Share"]
ROWS = [HEADER, ["North", (45_356, 1), (1234.5, 2), (0.1534, 3)], ["South", "", (-20, 2), (1, 3)]]
FORMATS = ["d mmm yyyy", "#,##0.00 €", "0.0%"]


def test_rows_name_their_columns_and_values_are_as_shown(tmp_path: Path) -> None:
    pages, end = read(write(tmp_path, "a.xlsx", workbook({"Sales": ROWS, "Empty": []}, FORMATS)))
    assert (end.kind, end.title, end.pages) == ("xlsx", "", 1)
    assert pages[0].text == (
        "Sales\n\nRegion: North; Opened: 5 Mar 2024; Sales: 1,234.50 €; Share: 15.3%\n\n"
        "Region: South; Sales: -20.00 €; Share: 100.0%"
    )
    assert [(heading.start, heading.text) for heading in pages[0].headings] == [(0, "Sales")]


def test_each_sheet_is_a_page_and_hidden_ones_say_so_last(tmp_path: Path) -> None:
    sheets = {"One": [["a"]], "Two": [["b"]], "Three": [["c"]], "Four": [["d"]]}
    content = workbook(sheets, states={"One": "hidden", "Three": "veryHidden"})
    pages, _ = read(write(tmp_path, "a.xlsx", content))
    assert [page.text for page in pages] == ["Two\n\nb", "Four\n\nd", "One (hidden sheet)\n\na"]
    assert [page.number for page in pages] == [1, 2, 3]


def test_captions_notes_and_a_second_table(tmp_path: Path) -> None:
    rows = [
        ["Sales of the year"], [],
        ["Month", "Sum"], ["May", 7], ["June", 9], [],
        ["Who", "Town", "Age"], ["Ann", "Bern", 30], [],
        ["Source: the office"],
    ]  # fmt: skip
    assert text_of(write(tmp_path, "a.xlsx", workbook({"S": rows}))).split("\n\n") == [
        "S", "Sales of the year", "Month: May; Sum: 7", "Month: June; Sum: 9",
        "Who: Ann; Town: Bern; Age: 30", "Source: the office",
    ]  # fmt: skip


def test_a_table_goes_on_after_an_empty_row(tmp_path: Path) -> None:
    rows = [["Who", "Town"], ["Ann", "Bern"], [], ["Bob", "Rome"], ["Cid", "Oslo"]]
    assert text_of(write(tmp_path, "a.xlsx", workbook({"S": rows}))).endswith("Who: Cid; Town: Oslo")


def test_merged_cells_group_columns_and_rows(tmp_path: Path) -> None:
    rows = [
        ["Region", "Sales", "", "Staff"], ["", "2022", "2023", "2023"],
        ["North", 1, 2, 3], ["", 4, 5, 6],
    ]  # fmt: skip
    content = workbook({"S": rows}, merged=["A1:A2", "B1:C1", "A3:A4"])
    assert text_of(write(tmp_path, "a.xlsx", content)).split("\n\n")[1:] == [
        "Region: North; Sales 2022: 1; Sales 2023: 2; Staff 2023: 3",
        "Region: North; Sales 2022: 4; Sales 2023: 5; Staff 2023: 6",
    ]


def test_years_may_be_columns_and_numbers_may_not(tmp_path: Path) -> None:
    years = [["Country", 2022, 2023], ["Chad", 5.5, 6], ["Peru", 7, 8]]
    assert "Country: Chad; 2022: 5.5; 2023: 6" in text_of(write(tmp_path, "a.xlsx", workbook({"S": years})))
    bare = [["Ann", 3], ["Bob", 4]]
    assert text_of(write(tmp_path, "b.xlsx", workbook({"S": bare}))) == "S\n\nAnn | 3\n\nBob | 4"


def test_cells_of_every_type(tmp_path: Path) -> None:
    sheet = (
        '<row r="1"><c r="A1" t="s"><v>0</v></c>'
        '<c r="B1" t="inlineStr"><is><r><t>rich </t></r><r><t>text</t></r></is></c>'
        '<c r="C1" t="b"><v>1</v></c><c r="D1" t="e"><v>#N/A</v></c><c r="E1" t="str"><f>A1</f><v>made_x000D_up</v></c>'
        '<c r="F1" t="d"><v>2024-03-05T00:00:00</v></c><c><v>0.30000000000000004</v></c><c r="I1"/>'
        '<c r="J1" t="s"><v>99</v></c></row>'
    )
    strings = "<si><t>東京</t><rPh><t>トウキョウ</t></rPh></si>"
    content = workbook({"S": sheet}, strings=strings)
    assert text_of(write(tmp_path, "a.xlsx", content)) == (
        "S\n\n東京 | rich text | TRUE | #N/A | made up | 2024-03-05 | 0.3"
    )


def test_comments_and_text_boxes_follow(tmp_path: Path) -> None:
    relations = {
        "xl/worksheets/_rels/sheet1.xml.rels": [
            ("comments", "../comments1.xml"),
            ("drawing", "/xl/drawings/d.xml"),
        ],
        "xl/drawings/_rels/d.xml.rels": [("chart", "../charts/c.xml"), ("image", "../media/gone.png")],
    }
    a = 'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"'
    parts = {
        "xl/comments1.xml": '<comments><commentList><comment ref="B2"><text><t>Check this.</t></text></comment>'
        "</commentList></comments>",
        "xl/drawings/d.xml": f"<d {a}><txBody><a:p><a:r><a:t>In a box.</a:t></a:r></a:p></txBody></d>",
        "xl/charts/c.xml": f"<c {a}><title><a:p><a:r><a:t>A chart</a:t></a:r></a:p></title></c>",
    }
    content = workbook({"S": [["a", 1]]}, parts=parts, relations=relations)
    text = text_of(write(tmp_path, "a.xlsx", content))
    assert text == "S\n\na | 1\n\nComment on B2: Check this.\n\nIn a box.\n\nA chart"


def test_rows_as_documents(tmp_path: Path) -> None:
    rows = [
        ["Letters"],
        ["No", "Subject", "Body"],
        [7, "Roof", "It leaks."],
        [8, "Empty"],
        [9, "Boiler", "E4"],
    ]
    path = write(tmp_path, "a.xlsx", workbook({"Notes": [["none"]], "Letters": rows, "More": rows[1:3]}))
    pages, _ = read(path, TableColumns("body", "no", "subject"))
    assert [(page.number, page.record_id, page.title, page.text) for page in pages] == [
        (1, "7", "Roof", "It leaks."), (2, "9", "Boiler", "E4"), (3, "7", "Roof", "It leaks."),
    ]  # fmt: skip
    with pytest.raises(ReadError, match="has no column “words”") as caught:
        read(path, TableColumns("words"))
    assert caught.value.reason == "unsupported"


def test_a_long_row_is_named_in_each_of_its_passages(tmp_path: Path) -> None:
    rows = [["Id", "Body"], [7, "Words. " * 200], [8, "Short."]]
    page = read(write(tmp_path, "a.xlsx", workbook({"S": rows})))[0][0]
    assert [heading.text for heading in page.headings] == ["S", "S: Id: 7", "S"]
    assert page.text[page.headings[2].start :] == "Id: 8; Body: Short."


def test_a_long_sheet_comes_in_several_pages(tmp_path: Path) -> None:
    rows = [["Id", "Body"], *([number, "x" * 90] for number in range(5000))]
    pages, _ = read(write(tmp_path, "a.xlsx", workbook({"S": rows})))
    assert len(pages) == 3
    assert all(page.text.startswith(("S\n\nId: 0;", "Id: ")) for page in pages)
    assert all(page.headings[0].text == "S" for page in pages)


def test_far_cells_cost_nothing(tmp_path: Path) -> None:
    sheet = "".join(
        f'<row r="{row}"><c r="XFD{row}"><v>1</v></c></row>' for row in (1, 1_048_576, 99_999_999)
    )
    assert text_of(write(tmp_path, "a.xlsx", workbook({"S": sheet}))) == "S\n\n1\n\n1\n\n1"


def test_endless_merged_cells(tmp_path: Path) -> None:
    content = workbook({"S": [["a", "b"]]}, merged=["A1:A999999999", "A2:XFD1048576"])
    assert text_of(write(tmp_path, "a.xlsx", content)) == "S\n\na | b"


def test_parts_may_be_missing_or_point_nowhere(tmp_path: Path) -> None:
    parts = workbook_parts({"One": [["a"]], "Two": [["b"]]})
    for gone in ("xl/styles.xml", "xl/sharedStrings.xml", "_rels/.rels", "xl/worksheets/sheet2.xml"):
        files = {name: content for name, content in parts.items() if name != gone}
        pages, _ = read(write(tmp_path, "a.xlsx", hostile.zipped(files)))
        assert pages[0].text.startswith("One")
    loop = parts | {"xl/worksheets/_rels/sheet1.xml.rels": parts["xl/_rels/workbook.xml.rels"]}
    assert len(read(write(tmp_path, "b.xlsx", hostile.zipped(loop)))[0]) == 2


LAUGH = '<!DOCTYPE x [<!ENTITY l "lol">]>'


@pytest.mark.parametrize(
    ("content", "reason", "words"),
    [
        (workbook({"S": []}), "empty", "is empty"),
        (workbook({"S": [["a"]]})[:-200], "damaged", "ends too early"),
        (hostile.zipped({"xl/worksheets/sheet1.xml": b"<a/>"}), "damaged", "no list of sheets"),
        (workbook({"S": "<row><c><v>1</v></row>"}), "damaged", "XML is broken"),
        (workbook({"S": "<row>" * 5000}), "damaged", "XML is broken"),
        (hostile.zipped(workbook_parts({"S": [["a"]]}) | {"xl/sharedStrings.xml": LAUGH.encode()}), "damaged", "type"),
        (hostile.bombed(workbook({"S": [["a"]]})), "too large", "unpack"),
    ],
    ids=["empty", "cut", "no sheets", "broken", "deep", "entities", "bomb"],
)  # fmt: skip
def test_what_cannot_be_read_says_why(tmp_path: Path, content: bytes, reason: str, words: str) -> None:
    with pytest.raises(ReadError, match=words) as caught:
        read(write(tmp_path, "a.xlsx", content))
    assert caught.value.reason == reason


def test_a_small_file_that_says_the_same_long_text_again_and_again_ends(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reader, "MAX_TEXT_BYTES", 100_000)
    assert read(write(tmp_path, "a.xlsx", hostile_bombs.repeated_string_xlsx(9_000, 10)))[1].kind == "xlsx"
    with pytest.raises(ReadError) as caught:
        read(write(tmp_path, "a.xlsx", hostile_bombs.repeated_string_xlsx(9_000, 20)))
    assert caught.value.reason == "too large"
