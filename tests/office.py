"""Builders of presentations, workbooks and OpenDocument files for tests."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from xml.sax.saxutils import escape

from tests.hostile import DOCUMENT, zipped

OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
SHEET = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"

Cell = str | float | tuple[float, int]
"""A text, a number, or a number with the index from 1 of its format."""

Rows = Sequence[Sequence[Cell]]


def relationships(targets: Sequence[tuple[str, str]]) -> bytes:
    """A relations part with ids r1, r2, ... for (last word of the type, target)."""
    lines = "".join(
        f'<Relationship Id="r{number}" Type="{OFFICE}/{kind}" Target="{target}"/>'
        for number, (kind, target) in enumerate(targets, 1)
    )
    return f'<Relationships xmlns="{PACKAGE}/relationships">{lines}</Relationships>'.encode()


def types(part: str, kind: str) -> bytes:
    """The content types of a package whose main part is of this kind."""
    return (
        f'<Types xmlns="{PACKAGE}/content-types"><Override PartName="/{part}" '
        f'ContentType="application/vnd.openxmlformats-officedocument.{kind}.main+xml"/></Types>'
    ).encode()


def workbook(
    sheets: Mapping[str, Rows | str],
    formats: Sequence[str] = (),
    *,
    states: Mapping[str, str] | None = None,
    merged: Sequence[str] = (),
    strings: str = "",
    parts: Mapping[str, str] | None = None,
    relations: Mapping[str, Sequence[tuple[str, str]]] | None = None,
) -> bytes:
    """A workbook of these sheets, given as rows of cells or as the XML of their rows."""
    files = workbook_parts(sheets, formats, states=states, merged=merged, strings=strings)
    files.update({name: text.encode() for name, text in (parts or {}).items()})
    files.update({name: relationships(targets) for name, targets in (relations or {}).items()})
    return zipped(files)


def workbook_parts(
    sheets: Mapping[str, Rows | str],
    formats: Sequence[str] = (),
    *,
    states: Mapping[str, str] | None = None,
    merged: Sequence[str] = (),
    strings: str = "",
) -> dict[str, bytes]:
    """The parts of a workbook by name."""
    listed = "".join(
        f'<sheet name="{name}" sheetId="{number}" r:id="r{number}" state="{(states or {}).get(name, "visible")}"/>'
        for number, name in enumerate(sheets, 1)
    )
    codes = "".join(
        f'<numFmt numFmtId="{number}" formatCode="{escape(code)}"/>'
        for number, code in enumerate(formats, 165)
    )
    styles = "".join(f'<xf numFmtId="{number}"/>' for number in (0, *range(165, 165 + len(formats))))
    merges = "".join(f'<mergeCell ref="{area}"/>' for area in merged)
    files = {
        "[Content_Types].xml": types("xl/workbook.xml", "spreadsheetml.sheet"),
        "_rels/.rels": relationships([(DOCUMENT.rpartition("/")[2], "xl/workbook.xml")]),
        "xl/workbook.xml": f'<workbook xmlns="{SHEET}" xmlns:r="{OFFICE}"><sheets>{listed}</sheets>'
        "</workbook>".encode(),
        "xl/_rels/workbook.xml.rels": relationships(
            [("worksheet", f"worksheets/sheet{number}.xml") for number in range(1, len(sheets) + 1)]
            + [("styles", "styles.xml"), ("sharedStrings", "/xl/sharedStrings.xml")]
        ),
        "xl/styles.xml": f'<styleSheet xmlns="{SHEET}"><numFmts>{codes}</numFmts><cellXfs>{styles}</cellXfs>'
        "</styleSheet>".encode(),
        "xl/sharedStrings.xml": f'<sst xmlns="{SHEET}">{strings}</sst>'.encode(),
    }
    for number, rows in enumerate(sheets.values(), 1):
        inner = rows if isinstance(rows, str) else _rows_xml(rows)
        files[f"xl/worksheets/sheet{number}.xml"] = (
            f'<worksheet xmlns="{SHEET}"><sheetData>{inner}</sheetData><mergeCells>{merges}</mergeCells></worksheet>'
        ).encode()
    return files


def _rows_xml(rows: Rows) -> str:
    out = []
    for number, cells in enumerate(rows, 1):
        inner = "".join(
            _cell_xml(f"{chr(65 + index)}{number}", cell) for index, cell in enumerate(cells) if cell != ""
        )
        out.append(f'<row r="{number}">{inner}</row>')
    return "".join(out)


def _cell_xml(place: str, cell: Cell) -> str:
    if isinstance(cell, str):
        return f'<c r="{place}" t="inlineStr"><is><t>{escape(cell)}</t></is></c>'
    value, style = cell if isinstance(cell, tuple) else (cell, 0)
    return f'<c r="{place}" s="{style}"><v>{value}</v></c>'


# --- presentations ----------------------------------------------------------------------------------------------

DRAWING = "http://schemas.openxmlformats.org/drawingml/2006/main"
SLIDE = "http://schemas.openxmlformats.org/presentationml/2006/main"
SPACES = f'xmlns:p="{SLIDE}" xmlns:a="{DRAWING}" xmlns:r="{OFFICE}"'


def shape(text: str, place: tuple[int, int, int, int] | None = None, kind: str = "", index: str = "") -> str:
    """A shape with a paragraph for each line, at (left, top, width, height), perhaps a placeholder."""
    holder = f'<p:ph type="{kind}" idx="{index}"/>' if kind else ""
    lines = "".join(f"<a:p><a:r><a:t>{escape(line)}</a:t></a:r></a:p>" for line in text.split("\n"))
    return (
        f"<p:sp><p:nvSpPr><p:nvPr>{holder}</p:nvPr></p:nvSpPr><p:spPr>{transform(place)}</p:spPr>"
        f"<p:txBody>{lines}</p:txBody></p:sp>"
    )


def transform(place: tuple[int, int, int, int] | None) -> str:
    """The XML of where a shape stands."""
    if place is None:
        return ""
    left, top, width, height = place
    return f'<a:xfrm><a:off x="{left}" y="{top}"/><a:ext cx="{width}" cy="{height}"/></a:xfrm>'


def slide(*shapes: str, root: str = "sld") -> str:
    """The XML of a slide, or of its notes or layout, with these shapes."""
    return f"<p:{root} {SPACES}><p:cSld><p:spTree>{''.join(shapes)}</p:spTree></p:cSld></p:{root}>"


def presentation_parts(slides: Sequence[str], order: Sequence[int] = ()) -> dict[str, bytes]:
    """The parts of a presentation by name; `order` are the numbers of the slides from 1 as they are shown."""
    shown = order or range(1, len(slides) + 1)
    listed = "".join(f'<p:sldId id="{255 + number}" r:id="r{number}"/>' for number in shown)
    files = {
        "[Content_Types].xml": types("ppt/presentation.xml", "presentationml.presentation"),
        "_rels/.rels": relationships([("officeDocument", "ppt/presentation.xml")]),
        "ppt/presentation.xml": f"<p:presentation {SPACES}><p:sldIdLst>{listed}</p:sldIdLst></p:presentation>".encode(),
        "ppt/_rels/presentation.xml.rels": relationships(
            [("slide", f"slides/slide{number}.xml") for number in range(1, len(slides) + 1)]
        ),
    }
    files.update({f"ppt/slides/slide{number}.xml": text.encode() for number, text in enumerate(slides, 1)})
    return files


def presentation(
    slides: Sequence[str],
    *,
    order: Sequence[int] = (),
    parts: Mapping[str, str] | None = None,
    relations: Mapping[str, Sequence[tuple[str, str]]] | None = None,
) -> bytes:
    """A presentation of these slides, with further parts and relations by name."""
    files = presentation_parts(slides, order)
    files.update({name: text.encode() for name, text in (parts or {}).items()})
    files.update({name: relationships(targets) for name, targets in (relations or {}).items()})
    return zipped(files)


# --- OpenDocument -----------------------------------------------------------------------------------------------

ODF_NAMES = ("office", "text", "table", "draw", "presentation", "style", "meta", "manifest")
ODF_SPACES = " ".join(
    f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"' for name in ODF_NAMES
) + (
    ' xmlns:svg="urn:oasis:names:tc:opendocument:xmlns:svg-compatible:1.0" xmlns:dc="http://purl.org/dc/elements/1.1/"'
)


def opendocument(kind: str, body: str, *, styles: str = "", parts: Mapping[str, str] | None = None) -> bytes:
    """An OpenDocument file of kind 'text', 'spreadsheet' or 'presentation' with this body and automatic styles."""
    content = (
        f"<office:document-content {ODF_SPACES}><office:automatic-styles>{styles}</office:automatic-styles>"
        f"<office:body><office:{kind}>{body}</office:{kind}></office:body></office:document-content>"
    )
    files = {
        "mimetype": f"application/vnd.oasis.opendocument.{kind}",
        "META-INF/manifest.xml": f"<manifest:manifest {ODF_SPACES}/>",
        "content.xml": content,
        **(parts or {}),
    }
    return zipped({name: text.encode() for name, text in files.items()})
