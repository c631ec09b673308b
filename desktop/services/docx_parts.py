"""The fixed parts of a Word document: what it consists of, its styles and its lists."""

from __future__ import annotations

XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
NAMESPACE = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_TYPES = "application/vnd.openxmlformats-officedocument.wordprocessingml"

CONTENT_TYPES = (
    f'{XML}<Types xmlns="{_PACKAGE}/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    + "".join(
        f'<Override PartName="/word/{name}.xml" ContentType="{_TYPES}.{kind}+xml"/>'
        for name, kind in (
            ("document", "document.main"),
            ("styles", "styles"),
            ("numbering", "numbering"),
            ("footnotes", "footnotes"),
        )
    )
    + "</Types>"
)
RELATIONSHIPS = (
    f'{XML}<Relationships xmlns="{_PACKAGE}/relationships">'
    f'<Relationship Id="r1" Type="{_OFFICE}/officeDocument" Target="word/document.xml"/></Relationships>'
)
DOCUMENT_RELATIONSHIPS = (
    f'{XML}<Relationships xmlns="{_PACKAGE}/relationships">'
    + "".join(
        f'<Relationship Id="r{number}" Type="{_OFFICE}/{name}" Target="{name}.xml"/>'
        for number, name in enumerate(("styles", "numbering", "footnotes"), 1)
    )
    + "</Relationships>"
)


def _style(name: str, shown: str, paragraph: str = "", run: str = "", kind: str = "paragraph") -> str:
    base = '<w:basedOn w:val="Normal"/>' if kind == "paragraph" and name != "Normal" else ""
    layout = f"<w:pPr>{paragraph}</w:pPr>" if kind == "paragraph" else ""
    default = ' w:default="1"' if name == "Normal" else ""
    return (
        f'<w:style w:type="{kind}" w:styleId="{name}"{default}><w:name w:val="{shown}"/>{base}'
        f"{layout}<w:rPr>{run}</w:rPr></w:style>"
    )


_MONO = '<w:rFonts w:ascii="Consolas" w:hAnsi="Consolas" w:cs="Consolas"/><w:sz w:val="20"/>'
_GRID = "".join(
    f'<w:{side} w:val="single" w:sz="4" w:space="0" w:color="A0A0A0"/>'
    for side in ("top", "left", "bottom", "right", "insideH", "insideV")
)
STYLES = (
    f"{XML}<w:styles {NAMESPACE}>"
    + _style("Normal", "Normal", '<w:spacing w:after="120"/>', '<w:sz w:val="22"/>')
    + _style("Title", "Title", "", '<w:b/><w:sz w:val="36"/>')
    + "".join(
        _style(
            f"Heading{level}",
            f"heading {level}",
            f'<w:keepNext/><w:spacing w:before="240" w:after="80"/><w:outlineLvl w:val="{level - 1}"/>',
            f'<w:b/><w:sz w:val="{34 - 2 * level}"/>',
        )
        for level in range(1, 7)
    )
    + _style("Question", "Question", '<w:shd w:val="clear" w:color="auto" w:fill="EDEFEF"/>')
    + _style(
        "Quote",
        "Quote",
        '<w:pBdr><w:left w:val="single" w:sz="24" w:space="8" w:color="E0AE00"/></w:pBdr><w:ind w:left="240"/>',
    )
    + _style(
        "Code", "Code", '<w:shd w:val="clear" w:color="auto" w:fill="EDEFEF"/><w:spacing w:after="0"/>', _MONO
    )
    + _style("Quiet", "Quiet", "", '<w:color w:val="5E696C"/>')
    + _style("FootnoteText", "footnote text", '<w:spacing w:after="0"/>', '<w:sz w:val="18"/>')
    + _style("FootnoteReference", "footnote reference", "", '<w:vertAlign w:val="superscript"/>', "character")
    + _style("CodeText", "Code Text", "", _MONO, "character")
    + '<w:style w:type="table" w:styleId="Grid"><w:name w:val="Grid"/>'
    f"<w:tblPr><w:tblBorders>{_GRID}</w:tblBorders></w:tblPr></w:style></w:styles>"
)


def _levels(kind: str, text: str) -> str:
    return "".join(
        f'<w:lvl w:ilvl="{level}"><w:start w:val="1"/><w:numFmt w:val="{kind}"/>'
        f'<w:lvlText w:val="{text.replace("N", str(level + 1))}"/>'
        f'<w:pPr><w:ind w:left="{360 * (level + 1)}" w:hanging="360"/></w:pPr></w:lvl>'
        for level in range(8)
    )


NUMBERING = (
    f"{XML}<w:numbering {NAMESPACE}>"
    f'<w:abstractNum w:abstractNumId="1">{_levels("bullet", "•")}</w:abstractNum>'
    f'<w:abstractNum w:abstractNumId="2">{_levels("decimal", "%N.")}</w:abstractNum>'
    '<w:num w:numId="1"><w:abstractNumId w:val="1"/></w:num><w:num w:numId="2"><w:abstractNumId w:val="2"/></w:num>'
    "</w:numbering>"
)
