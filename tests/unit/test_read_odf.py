"""OpenDocument texts, spreadsheets and presentations."""

from __future__ import annotations

from pathlib import Path

import pytest

from desktop.core.documents import TableColumns
from desktop.core.errors import ReadError
from tests import hostile
from tests.office import ODF_SPACES, opendocument
from tests.reading import read, text_of, write


def text(body: str, *, styles: str = "", parts: dict[str, str] | None = None) -> bytes:
    return opendocument("text", body, styles=styles, parts=parts)


def test_headings_paragraphs_lists_and_tables(tmp_path: Path) -> None:
    body = (
        '<text:p text:style-name="P1">Minutes</text:p><text:h>The  roof</text:h>'
        "<text:p>It<text:s text:c='3'/>leaks<text:tab/>a <text:span>lot</text:span>.<text:line-break/>Again.</text:p>"
        "<text:list><text:list-item><text:p>one</text:p></text:list-item><text:list-item><text:p>two</text:p>"
        "</text:list-item></text:list>"
        "<table:table><table:table-row><table:table-cell><text:p>Who</text:p></table:table-cell><table:table-cell>"
        "<text:p>Age</text:p></table:table-cell></table:table-row><table:table-row><table:table-cell>"
        "<text:p>Ann</text:p></table:table-cell><table:table-cell table:number-columns-repeated='2'><text:p>30</text:p>"
        "</table:table-cell></table:table-row></table:table>"
    )
    styles = '<style:style style:name="P1" style:parent-style-name="Title"/>'
    meta = f"<office:meta {ODF_SPACES}><dc:title>The title</dc:title></office:meta>"
    pages, end = read(write(tmp_path, "a.odt", text(body, styles=styles, parts={"meta.xml": meta})))
    assert (end.kind, end.title) == ("odt", "The title")
    assert pages[0].text == (
        "Minutes\n\nThe roof\n\nIt leaks a lot.\nAgain.\n\n- one\n- two\n\nWho | Age\n\nAnn | 30 | 30"
    )
    assert [heading.text for heading in pages[0].headings] == ["Minutes", "The roof"]


def test_notes_stand_where_they_are_asked_for_and_what_is_deleted_is_left_out(tmp_path: Path) -> None:
    body = (
        "<text:tracked-changes><text:p>deleted</text:p></text:tracked-changes>"
        "<text:p>Before<text:note><text:note-citation>1</text:note-citation><text:note-body><text:p>A note.</text:p>"
        "</text:note-body></text:note> after<office:annotation><dc:creator>Ann</dc:creator><text:p>Really?</text:p>"
        "</office:annotation>.<draw:frame><svg:title>no</svg:title><draw:text-box><text:p>In a box.</text:p>"
        "</draw:text-box><svg:desc>no</svg:desc></draw:frame></text:p>"
    )
    found = text_of(write(tmp_path, "a.odt", text(body)))
    assert found == "In a box.\n\nBefore (A note.) after (Comment: Really?) ."


def test_headers_follow_once(tmp_path: Path) -> None:
    margins = (
        f"<office:document-styles {ODF_SPACES}><style:style><text:p>no</text:p></style:style><style:header>"
        "<text:p>Harbour Ltd</text:p></style:header><style:footer><text:p>Page 1 of 3</text:p></style:footer>"
        "<style:header-left><text:p>Harbour Ltd</text:p></style:header-left></office:document-styles>"
    )
    data = text("<text:p>Words.</text:p>", parts={"styles.xml": margins})
    assert text_of(write(tmp_path, "a.odt", data)) == "Words.\n\nHarbour Ltd"


def cell(words: str, attributes: str = "") -> str:
    return f"<table:table-cell {attributes}><text:p>{words}</text:p></table:table-cell>"


def row(*cells: str, times: int = 1) -> str:
    return f'<table:table-row table:number-rows-repeated="{times}">{"".join(cells)}</table:table-row>'


BLANK = '<table:table-cell table:number-columns-repeated="16000"/>'


def sheet(*rows: str, name: str = "S", style: str = "") -> str:
    return f'<table:table table:name="{name}" table:style-name="{style}">{"".join(rows)}</table:table>'


def test_sheets_show_what_their_cells_show(tmp_path: Path) -> None:
    first = sheet(
        row(cell("Who"), cell("Born"), cell("Share")),
        row(cell("Ann", 'table:number-rows-spanned="2"'), cell("5 Mar 2024"), cell("15.3 %"), BLANK),
        row("<table:covered-table-cell/>", cell("1.00 €"), cell("2", 'table:number-columns-repeated="2"')),
        row(BLANK, times=1_000_000),
        row(cell("a <text:span>note</text:span>")),
    )
    styles = '<style:style style:name="h"><style:table-properties table:display="false"/></style:style>'
    body = first + sheet(row(cell("secret")), name="T", style="h") + sheet(row(BLANK), name="U")
    pages, end = read(write(tmp_path, "a.ods", opendocument("spreadsheet", body, styles=styles)))
    assert end.kind == "ods"
    assert pages[0].text == (
        "S\n\nWho: Ann; Born: 5 Mar 2024; Share: 15.3 %\n\nWho: Ann; Born: 1.00 €; Share: 2; 2\n\na note"
    )
    assert pages[1].text == "T (hidden sheet)\n\nsecret"
    assert len(pages) == 2


def test_comments_of_cells_follow(tmp_path: Path) -> None:
    note = "<office:annotation><text:p>Check this.</text:p></office:annotation>"
    body = sheet(row(f"<table:table-cell>{note}<text:p>7</text:p></table:table-cell>"))
    assert (
        text_of(write(tmp_path, "a.ods", opendocument("spreadsheet", body)))
        == "S\n\n7\n\nComment: Check this."
    )


def test_a_million_equal_cells_are_not_written_out(tmp_path: Path) -> None:
    body = sheet(row(cell("x", 'table:number-columns-repeated="16384"'), times=1_048_576))
    pages, _ = read(write(tmp_path, "a.ods", opendocument("spreadsheet", body)))
    assert sum(len(page.text) for page in pages) < 400_000


def test_rows_as_documents(tmp_path: Path) -> None:
    body = sheet(row(cell("Id"), cell("Body")), row(cell("7"), cell("It leaks.")))
    pages, _ = read(write(tmp_path, "a.ods", opendocument("spreadsheet", body)), TableColumns("Body", "Id"))
    assert [(page.record_id, page.text) for page in pages] == [("7", "It leaks.")]


def test_slides_with_titles_and_notes(tmp_path: Path) -> None:
    def frame(words: str, kind: str, y: int) -> str:
        return (
            f'<draw:frame presentation:class="{kind}" svg:x="1cm" svg:y="{y}cm" svg:width="20cm" svg:height="2cm">'
            f"<draw:text-box>{words}</draw:text-box></draw:frame>"
        )

    items = "<text:list><text:list-item><text:p>{}</text:p></text:list-item></text:list>"
    page = (
        "<draw:page>"
        + frame("<text:p>Below</text:p>", "", 10)
        + f"<draw:g>{frame(items.format('one') + items.format('two'), 'outline', 5)}</draw:g>"
        + frame("<text:p>Title</text:p>", "title", 1)
        + f"<presentation:notes>{frame('<text:p>Say hello.</text:p>', 'notes', 1)}</presentation:notes></draw:page>"
    )
    pages, end = read(write(tmp_path, "a.odp", opendocument("presentation", page + "<draw:page/>")))
    assert (end.kind, end.pages) == ("odp", 2)
    assert pages[0].text == "Title\n\n- one\n- two\n\nBelow\n\nSpeaker notes: Say hello."
    assert [heading.text for heading in pages[0].headings] == ["Title"]


ENCRYPTED = f"<manifest:manifest {ODF_SPACES}><manifest:encryption-data/></manifest:manifest>"


@pytest.mark.parametrize("kind", ["text", "spreadsheet", "presentation"])
@pytest.mark.parametrize(
    ("body", "parts", "reason", "words"),
    [
        ("", {}, "empty", "is empty"),
        ("<text:p>", {}, "damaged", "XML is broken"),
        ("<draw:page>" * 400, {}, "damaged", "XML is broken"),
        ("", {"META-INF/manifest.xml": ENCRYPTED}, "encrypted", "password"),
        ("", {"content.xml": '<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'}, "damaged", "document type"),
    ],
    ids=["empty", "broken", "deep", "encrypted", "entities"],
)
def test_what_cannot_be_read_says_why(
    tmp_path: Path, kind: str, body: str, parts: dict[str, str], reason: str, words: str
) -> None:
    with pytest.raises(ReadError, match=words) as caught:
        read(write(tmp_path, "a", opendocument(kind, body, parts=parts)))
    assert caught.value.reason == reason


def test_cut_bombed_and_without_content(tmp_path: Path) -> None:
    whole = text("<text:p>Words.</text:p>")
    bare = hostile.zipped({"mimetype": b"application/vnd.oasis.opendocument.text"})
    for content, reason in (
        (whole[:-80], "damaged"),
        (hostile.bombed(whole), "too large"),
        (bare, "damaged"),
    ):
        with pytest.raises(ReadError) as caught:
            read(write(tmp_path, "a.odt", content))
        assert caught.value.reason == reason
