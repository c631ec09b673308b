"""Presentations: slides as pages in the order they are shown, their words in the order they are read."""

from __future__ import annotations

from pathlib import Path

import pytest

from desktop.core.errors import ReadError
from desktop.engines.read_order import Frame, reading_order
from tests import hostile
from tests.office import DRAWING, presentation, presentation_parts, shape, slide, transform
from tests.reading import read, text_of, write

TOP, LEFT, RIGHT, BOTTOM = (0, 0, 9, 2), (0, 3, 4, 4), (5, 3, 4, 4), (0, 8, 9, 2)
GRAPHIC = "<p:graphicFrame><a:graphic><a:graphicData>{}</a:graphicData></a:graphic></p:graphicFrame>"


def test_slides_are_pages_in_the_order_shown(tmp_path: Path) -> None:
    slides = [slide(shape("Second", kind="title")), slide(shape("First")), slide()]
    pages, end = read(write(tmp_path, "a.pptx", presentation(slides, order=[2, 1, 3])))
    assert [(page.number, page.text) for page in pages] == [(1, "First"), (2, "Second"), (3, "")]
    assert (end.kind, end.pages) == ("pptx", 3)
    assert [heading.text for heading in pages[1].headings] == ["Second"]


def test_title_first_then_from_the_top_and_from_the_left(tmp_path: Path) -> None:
    shapes = [
        shape("Below", BOTTOM),
        shape("Right", RIGHT),
        shape("Left", LEFT),
        shape("Title", TOP, "title"),
    ]
    text = text_of(write(tmp_path, "a.pptx", presentation([slide(*shapes)])))
    assert text == "Title\n\nLeft\n\nRight\n\nBelow"


def test_lists_line_breaks_and_what_is_on_every_slide(tmp_path: Path) -> None:
    content = slide(
        shape("Plan", kind="ctrTitle"), shape("roof\nboiler", kind="body", index="1"), shape("3", kind="sldNum"),
        shape("Harbour Ltd", kind="ftr"),
    )  # fmt: skip
    pages, _ = read(write(tmp_path, "a.pptx", presentation([content, content])))
    assert [page.text for page in pages] == [
        "Plan\n\n- roof\n- boiler\n\nHarbour Ltd",
        "Plan\n\n- roof\n- boiler",
    ]


def test_places_come_from_the_layout(tmp_path: Path) -> None:
    content = slide(shape("Low", kind="body", index="2"), shape("High", kind="body", index="1"))
    layout = slide(shape("", TOP, "body", "1"), shape("", BOTTOM, "body", "2"), root="sldLayout")
    data = presentation(
        [content],
        parts={"ppt/slideLayouts/l.xml": layout},
        relations={
            "ppt/slides/_rels/slide1.xml.rels": [("slideLayout", "../slideLayouts/l.xml")],
            "ppt/slideLayouts/_rels/l.xml.rels": [("slideMaster", "../slideLayouts/l.xml")],
        },
    )
    assert text_of(write(tmp_path, "a.pptx", data)) == "High\n\nLow"


def test_groups_tables_and_alternatives(tmp_path: Path) -> None:
    cell = "<a:tc><a:txBody><a:p><a:r><a:t>{}</a:t></a:r></a:p></a:txBody></a:tc>"
    rows = "".join(
        f"<a:tr>{''.join(map(cell.format, row))}</a:tr>" for row in (["Who", "Age"], ["Ann", "30"])
    )
    table = GRAPHIC.format(f"<a:tbl>{rows}</a:tbl>")
    group = f"<p:grpSp><p:grpSpPr>{transform(TOP)}</p:grpSpPr>{shape('b', BOTTOM)}{shape('a', TOP)}</p:grpSp>"
    mc = 'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"'
    both = f"<mc:Choice>{shape('new')}</mc:Choice><mc:Fallback>{shape('old')}</mc:Fallback>"
    either = f"<mc:AlternateContent {mc}>{both}</mc:AlternateContent>"
    text = text_of(write(tmp_path, "a.pptx", presentation([slide(group, table, either)])))
    assert text == "a\n\nb\n\nWho | Age\n\nAnn | 30\n\nnew"


def test_charts_diagrams_pictures_notes_and_comments(tmp_path: Path) -> None:
    chart, diagram = '<c:chart xmlns:c="c" r:id="r1"/>', '<d:relIds xmlns:d="d" r:dm="r2"/>'
    picture = '<p:pic><p:nvPicPr><p:cNvPr descr="A bridge in fog"/></p:nvPicPr></p:pic>'
    words = f'<a:p xmlns:a="{DRAWING}"><a:r><a:t>{{}}</a:t></a:r></a:p>'
    point = '<c:pt idx="{}"><c:v>{}</c:v></c:pt>'
    series = (
        f"<c:ser><c:tx>{point.format(0, 'Sales')}</c:tx>"
        f"<c:cat>{point.format(0, 'May')}{point.format(1, 'June')}</c:cat>"
        f"<c:val><c:formatCode>0%</c:formatCode>{point.format(0, 0.1)}{point.format(1, 0.25)}</c:val></c:ser>"
    )
    parts = {
        "ppt/charts/c.xml": f'<c:c xmlns:c="c"><c:title>{words.format("Growth")}</c:title>{series}</c:c>',
        "ppt/diagrams/d.xml": f'<d:d xmlns:d="d"><d:pt><d:t>{words.format("Ask")}</d:t></d:pt>'
        f'<d:pt type="pres"><d:t>{words.format("no")}</d:t></d:pt></d:d>',
        "ppt/notesSlides/n.xml": slide(
            shape("Say hello.", kind="body"), shape("7", kind="sldNum"), root="notes"
        ),
        "ppt/comments/k.xml": '<p:cmLst xmlns:p="p"><p:cm><p:text>Shorter?</p:text></p:cm></p:cmLst>',
    }
    targets = [
        ("chart", "../charts/c.xml"), ("diagramData", "../diagrams/d.xml"), ("notesSlide", "../notesSlides/n.xml"),
        ("comments", "../comments/k.xml"), ("notesSlide", "../notesSlides/gone.xml"),
    ]  # fmt: skip
    content = slide(GRAPHIC.format(chart), GRAPHIC.format(diagram), picture)
    data = presentation([content], parts=parts, relations={"ppt/slides/_rels/slide1.xml.rels": targets})
    assert text_of(write(tmp_path, "a.pptx", data)).split("\n\n") == [
        "Growth", "May; Sales: 10%", "June; Sales: 25%", "Ask", "Picture: A bridge in fog",
        "Speaker notes: Say hello.", "Comment: Shorter?",
    ]  # fmt: skip


def test_slides_are_found_without_a_list(tmp_path: Path) -> None:
    parts = presentation_parts([slide(shape(str(number))) for number in range(1, 12)])
    del parts["_rels/.rels"], parts["ppt/presentation.xml"]
    pages, _ = read(write(tmp_path, "a.pptx", hostile.zipped(parts)))
    assert [page.text for page in pages] == [str(number) for number in range(1, 12)]


def test_a_grid_stays_as_it_was_made() -> None:
    grid = [Frame(x, y, 4, 4) for x in (0, 5) for y in (0, 5)]
    assert reading_order(grid) == [0, 1, 2, 3]
    assert reading_order([grid[index] for index in (0, 2, 1, 3)]) == [0, 1, 2, 3]
    assert reading_order([*reversed(grid), None]) == [3, 1, 2, 0, 4]


def test_a_ring_of_boxes_ends() -> None:
    ring = [Frame(0, 0, 6, 2), Frame(7, 0, 2, 6), Frame(3, 7, 6, 2), Frame(0, 3, 2, 6)]
    assert sorted(reading_order(ring)) == [0, 1, 2, 3]


@pytest.mark.parametrize(
    ("content", "reason", "words"),
    [
        (presentation([slide()]), "empty", "is empty"),
        (presentation([slide()], parts={"ppt/media/a.png": "x"}), "no text", "only pictures"),
        (presentation([slide(shape("a"))])[:-100], "damaged", "ends too early"),
        (hostile.zipped({"ppt/theme/t.xml": b"<a/>"}), "damaged", "no list of slides"),
        (presentation(["<p:sld>"]), "damaged", "XML is broken"),
        (presentation([slide("<p:grpSp>" * 300 + "</p:grpSp>" * 300)]), "damaged", "XML is broken"),
        (presentation(['<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>']), "damaged", "document type"),
        (hostile.bombed(presentation([slide()])), "too large", "unpack"),
    ],
    ids=["empty", "pictures", "cut", "no slides", "broken", "deep", "entities", "bomb"],
)
def test_what_cannot_be_read_says_why(tmp_path: Path, content: bytes, reason: str, words: str) -> None:
    with pytest.raises(ReadError, match=words) as caught:
        read(write(tmp_path, "a.pptx", content))
    assert caught.value.reason == reason
