"""Word documents: the numbers of lists, formulas, charts and SmartArt, none of which stand in the text as words."""

from __future__ import annotations

from pathlib import Path

import pytest

from desktop.engines.read_docx_numbers import written
from tests import hostile
from tests.hostile import paragraph
from tests.reading import text_of, write

M = 'xmlns:m="http://schemas.openxmlformats.org/officeDocument/2006/math"'
RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


def _level(depth: int, form: str, text: str, more: str = "") -> str:
    return f'<w:lvl w:ilvl="{depth}"><w:numFmt w:val="{form}"/><w:lvlText w:val="{text}"/>{more}</w:lvl>'


def _item(text: str, depth: int = 0, number: int = 1) -> str:
    return paragraph(text, f'<w:numPr><w:ilvl w:val="{depth}"/><w:numId w:val="{number}"/></w:numPr>')


NUMBERING = hostile.part(
    "numbering",
    '<w:abstractNum w:abstractNumId="7">'
    + _level(0, "decimal", "%1.")
    + _level(1, "decimal", "%1.%2")
    + _level(2, "lowerLetter", "%3)")
    + '</w:abstractNum><w:abstractNum w:abstractNumId="8">'
    + _level(0, "bullet", "\uf0b7")
    + '</w:abstractNum><w:abstractNum w:abstractNumId="9">'
    + _level(0, "upperRoman", "Article %1", '<w:pStyle w:val="H1"/>')
    + "</w:abstractNum>"
    + "".join(
        f'<w:num w:numId="{n}"><w:abstractNumId w:val="{a}"/></w:num>' for n, a in ((1, 7), (2, 8), (3, 9))
    )
    + '<w:num w:numId="4"><w:abstractNumId w:val="7"/><w:lvlOverride w:ilvl="0"><w:startOverride w:val="5"/>'
    "</w:lvlOverride></w:num>",
)
STYLES = hostile.part(
    "styles",
    '<w:style w:styleId="H1"><w:name w:val="heading 1"/><w:pPr><w:numPr><w:numId w:val="3"/></w:numPr></w:pPr>'
    '</w:style><w:style w:styleId="Mine"><w:name w:val="Mine"/><w:basedOn w:val="H1"/></w:style>',
)


def test_lists_are_numbered_as_word_shows_them(tmp_path: Path) -> None:
    body = (
        paragraph("Scope", '<w:pStyle w:val="H1"/>')
        + _item("Tenants")
        + _item("keep quiet", 1)
        + _item("at night", 2)
        + _item("on Sundays", 2)
        + _item("pay", 1)
        + _item("Landlords")
        + _item("repair", 1)
        + _item("a bullet", number=2)
        + _item("begun anew", number=4)
        + _item("and on", number=4)
        + paragraph("Duties", '<w:pStyle w:val="H1"/>')
        + paragraph("No number", '<w:pStyle w:val="H1"/><w:numPr><w:numId w:val="0"/></w:numPr>')
    )
    parts = {"word/numbering.xml": NUMBERING, "word/styles.xml": STYLES}
    text = text_of(write(tmp_path, "a.docx", hostile.docx(body, parts=parts)))
    assert [line for line in text.splitlines() if line] == [
        "Article I Scope",
        "1. Tenants",
        "1.1 keep quiet",
        "a) at night",
        "b) on Sundays",
        "1.2 pay",
        "2. Landlords",
        "2.1 repair",
        "- a bullet",
        "5. begun anew",
        "6. and on",
        "Article II Duties",
        "No number",
    ]


@pytest.mark.parametrize(
    ("number", "form", "shown"),
    [
        (4, "decimalZero", "04"),
        (28, "lowerLetter", "bb"),
        (1994, "lowerRoman", "mcmxciv"),
        (12, "ordinal", "12th"),
        (22, "ordinal", "22nd"),
        (10**8, "upperLetter", "100000000"),
        (5_000_000, "upperRoman", "5000000"),
        (3, "ideographDigital", "3"),
    ],
)
def test_forms_of_numbers(number: int, form: str, shown: str) -> None:
    assert written(number, form) == shown


def _run(text: str) -> str:
    return f"<m:r><m:t>{text}</m:t></m:r>"


@pytest.mark.parametrize(
    ("formula", "text"),
    [
        (f"<m:f><m:num>{_run('a+b')}</m:num><m:den>{_run('2')}</m:den></m:f>", "(a+b)/2"),
        (
            f"<m:sSup><m:e><m:f><m:num>{_run('x')}</m:num><m:den>{_run('v')}</m:den></m:f></m:e>"
            f"<m:sup>{_run('2')}</m:sup></m:sSup>",
            "(x/v)^2",
        ),
        (f"<m:rad><m:deg/><m:e>{_run('x+1')}</m:e></m:rad>", "√(x+1)"),
        (
            f'<m:nary><m:naryPr><m:chr m:val="∑"/></m:naryPr><m:sub>{_run("i=1")}</m:sub><m:sup>{_run("n")}</m:sup>'
            f"<m:e>{_run('k')}</m:e></m:nary>",
            "∑_(i=1)^nk",
        ),
        (
            f'<m:d><m:dPr><m:begChr m:val="["/><m:endChr m:val="]"/></m:dPr><m:e>{_run("y")}</m:e></m:d>',
            "[y]",
        ),
    ],
)
def test_formulas_keep_their_structure(tmp_path: Path, formula: str, text: str) -> None:
    body = f"<w:p><w:r><w:t>So </w:t></w:r><m:oMath {M}>{formula}</m:oMath></w:p>"
    assert text_of(write(tmp_path, "a.docx", hostile.docx(body))) == f"So {text}"


def test_a_chart_stands_where_it_is_drawn(tmp_path: Path) -> None:
    c = 'xmlns:c="http://schemas.openxmlformats.org/drawingml/2006/chart"'
    points = (
        "<c:{0}><c:strRef><c:strCache><c:pt idx='0'><c:v>{1}</c:v></c:pt></c:strCache></c:strRef></c:{0}>"
    )
    series = points.format("tx", "Rent") + points.format("cat", "2024") + points.format("val", "1450")
    chart = f"<c:chartSpace {c}><c:chart><c:plotArea><c:ser>{series}</c:ser></c:plotArea></c:chart></c:chartSpace>"
    relation = f'<Relationship Id="{{}}" Type="{RELATIONS}/chart" Target="charts/{{}}.xml"/>'
    parts = {
        "word/charts/chart1.xml": chart,
        "word/charts/broken.xml": "<c:chart",
        "word/_rels/document.xml.rels": f"<Relationships>{relation.format('r9', 'chart1')}"
        f"{relation.format('r8', 'broken')}</Relationships>",
    }
    drawn = f'<w:p><w:r><c:chart {c} xmlns:r="{RELATIONS}" r:id="{{}}"/></w:r></w:p>'
    body = paragraph("Before.") + drawn.format("r9") + drawn.format("r8") + paragraph("After.")
    text = text_of(write(tmp_path, "a.docx", hostile.docx(body, parts=parts)))
    assert text == "Before.\n\n2024; Rent: 1450\n\nAfter."
