"""A chat as a Word document with real footnotes: the few parts of Office Open XML that it needs.

Written by hand because the usual library has no footnotes. Reference: ECMA-376, part 1, sections 17.3 to 17.11.
"""

from __future__ import annotations

import io
import re
import time
import zipfile
from collections.abc import Sequence
from xml.sax.saxutils import escape

from markdown_it.token import Token

from desktop.core.conversations import Role
from desktop.services.docx_parts import (
    CONTENT_TYPES,
    DOCUMENT_RELATIONSHIPS,
    NAMESPACE,
    NUMBERING,
    RELATIONSHIPS,
    STYLES,
    XML,
)
from desktop.services.export_markdown import speaker
from desktop.services.export_text import NOTE_CLOSE, NOTE_OPEN, ExportText, Turn, parser

_MARK = re.compile(f"{NOTE_OPEN}(\\d+){NOTE_CLOSE}")
_UNWRITABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_MAX_LEVEL = 8
_REFERENCE = re.compile(r'<w:footnoteReference w:id="(\d+)"/>')
_TABLE = '<w:tblPr><w:tblStyle w:val="Grid"/><w:tblW w:w="0" w:type="auto"/></w:tblPr><w:tblGrid/>'
_RUN_STYLES = {"strong": "<w:b/>", "em": "<w:i/>", "s": "<w:strike/>"}


def to_docx(exported: ExportText) -> bytes:
    """The file's bytes."""
    day = time.strftime("%Y-%m-%d", time.localtime(exported.created))
    body = [_paragraph("Title", _run(exported.title)), _paragraph("Quiet", _run(day))]
    for turn in exported.turns:
        body += _turn(turn)
    document, notes = _numbered("".join(body), exported.notes)
    parts = {
        "[Content_Types].xml": CONTENT_TYPES,
        "_rels/.rels": RELATIONSHIPS,
        "word/_rels/document.xml.rels": DOCUMENT_RELATIONSHIPS,
        "word/styles.xml": STYLES,
        "word/numbering.xml": NUMBERING,
        "word/footnotes.xml": _footnotes(notes),
        "word/document.xml": f"{XML}<w:document {NAMESPACE}><w:body>{document}<w:sectPr/></w:body></w:document>",
    }
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return made.getvalue()


def _turn(turn: Turn) -> list[str]:
    parts = [_paragraph("Heading2", _run(speaker(turn)))]
    parts += [_paragraph("Quote", _run(quote.text) + _reference(quote.note)) for quote in turn.quotes]
    if turn.role is Role.USER:
        parts += [_paragraph("Question", _run(line)) for line in turn.text.split("\n")]
    else:
        parts += _Blocks().build(parser().parse(turn.text))
    if turn.remark:
        parts.append(_paragraph("Quiet", _run(turn.remark)))
    return parts


class _Blocks:
    """Turns parsed Markdown into paragraphs and tables."""

    def __init__(self) -> None:
        self._parts: list[str] = []
        self._lists: list[str] = []
        self._quotes = 0
        self._heading = ""

    def build(self, tokens: Sequence[Token]) -> list[str]:
        """The body's parts."""
        for token in tokens:
            self._take(token)
        return self._parts

    def _take(self, token: Token) -> None:
        match token.type:
            case "inline":
                self._add_text(token)
            case "fence" | "code_block":
                lines = _MARK.sub("", token.content).rstrip("\n").split("\n")
                self._parts += [_paragraph("Code", _run(line)) for line in lines]
            case "heading_open":
                self._heading = f"Heading{min(int(token.tag[1]) + 2, 6)}"
            case "heading_close":
                self._heading = ""
            case "bullet_list_open" | "ordered_list_open":
                self._lists.append("1" if token.type.startswith("bullet") else "2")
            case "bullet_list_close" | "ordered_list_close":
                self._lists.pop()
            case "blockquote_open" | "blockquote_close":
                self._quotes += token.nesting
            case "table_open":
                self._parts.append(
                    '<w:tbl><w:tblPr><w:tblStyle w:val="Grid"/><w:tblW w:w="0" w:type="auto"/></w:tblPr>'
                )
            case "table_close":
                self._parts.append("</w:tbl>" + _paragraph("", ""))
            case "tr_open" | "tr_close":
                self._parts.append("<w:tr>" if token.nesting > 0 else "</w:tr>")
            case "th_open" | "td_open":
                self._parts.append("<w:tc><w:tcPr/>")
            case "th_close" | "td_close":
                self._parts.append("</w:tc>")

    def _add_text(self, token: Token) -> None:
        style = self._heading or ("Quote" if self._quotes else "")
        numbering = ""
        if self._lists:
            level = min(len(self._lists), _MAX_LEVEL) - 1
            numbering = f'<w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="{self._lists[-1]}"/></w:numPr>'
        self._parts.append(_paragraph(style, _runs(token.children or []), numbering))


def _runs(children: Sequence[Token]) -> str:
    parts: list[str] = []
    styles: list[str] = []
    for child in children:
        kind = child.type.removesuffix("_open").removesuffix("_close")
        if kind in _RUN_STYLES:
            if child.nesting > 0:
                styles.append(_RUN_STYLES[kind])
            else:
                styles.pop()
        elif child.type == "code_inline":
            parts.append(_marked_runs(child.content, '<w:rStyle w:val="CodeText"/>'))
        elif child.type in ("softbreak", "hardbreak"):
            parts.append("<w:r><w:br/></w:r>")
        elif child.content:
            parts.append(_marked_runs(child.content, "".join(sorted(set(styles)))))
    return "".join(parts)


def _marked_runs(text: str, style: str) -> str:
    """Text with the references to footnotes in it."""
    pieces = _MARK.split(text)
    return "".join(
        _reference(int(piece)) if index % 2 else _run(piece, style)
        for index, piece in enumerate(pieces)
        if piece
    )


def _run(text: str, style: str = "") -> str:
    shown = escape(_UNWRITABLE.sub("\ufffd", text))
    return f'<w:r><w:rPr>{style}</w:rPr><w:t xml:space="preserve">{shown}</w:t></w:r>'


def _reference(number: int) -> str:
    return f'<w:r><w:rPr><w:rStyle w:val="FootnoteReference"/></w:rPr><w:footnoteReference w:id="{number}"/></w:r>'


def _paragraph(style: str, runs: str, numbering: str = "") -> str:
    named = f'<w:pStyle w:val="{style}"/>' if style else ""
    return f"<w:p><w:pPr>{named}{numbering}</w:pPr>{runs}</w:p>"


def _numbered(body: str, notes: Sequence[str]) -> tuple[str, list[str]]:
    """The body with a footnote of its own for each reference, as Word wants it, and their texts in order."""
    used: list[str] = []

    def next_one(match: re.Match[str]) -> str:
        used.append(notes[int(match.group(1)) - 1])
        return f'<w:footnoteReference w:id="{len(used)}"/>'

    return _REFERENCE.sub(next_one, body), used


def _footnotes(notes: Sequence[str]) -> str:
    """The part with the footnotes, behind the two that Word wants to find first."""
    separators = (
        '<w:footnote w:type="separator" w:id="-1"><w:p><w:r><w:separator/></w:r></w:p></w:footnote>'
        '<w:footnote w:type="continuationSeparator" w:id="0"><w:p><w:r><w:continuationSeparator/></w:r></w:p>'
        "</w:footnote>"
    )
    own = '<w:r><w:rPr><w:rStyle w:val="FootnoteReference"/></w:rPr><w:footnoteRef/></w:r>'
    made = "".join(
        f'<w:footnote w:id="{number}">{_paragraph("FootnoteText", own + _run(" " + note))}</w:footnote>'
        for number, note in enumerate(notes, 1)
    )
    return f"{XML}<w:footnotes {NAMESPACE}>{separators}{made}</w:footnotes>"
