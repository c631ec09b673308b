"""Makes the sample PDFs and the Word document of `resources/samples` from the Markdown in `packaging/samples`.

For developers, after a change of those texts: `python packaging/make_samples.py`. What it makes is tracked.
"""

from __future__ import annotations

import io
import os
import zipfile
from collections.abc import Callable
from functools import partial
from pathlib import Path
from xml.sax.saxutils import escape

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import pypdf
from markdown_it import MarkdownIt
from markdown_it.token import Token
from PySide6.QtCore import QBuffer, QIODevice, QMarginsF, QPointF, QRectF, QSizeF, Qt
from PySide6.QtGui import (
    QColor,
    QFont,
    QFontDatabase,
    QGuiApplication,
    QPageLayout,
    QPageSize,
    QPainter,
    QPdfWriter,
    QTextBlock,
    QTextBlockFormat,
    QTextCursor,
    QTextDocument,
    QTextFormat,
    QTextFrameFormat,
    QTextLine,
    QTextTable,
)

ROOT = Path(__file__).resolve().parents[1]
SOURCES = ROOT / "packaging" / "samples"
TARGET = ROOT / "resources" / "samples"
FONTS = ROOT / "resources" / "fonts"
WORD_DOCUMENTS = {"Board minutes March"}

PAGE = QSizeF(595, 842)  # A4 in points
MARGIN_X, MARGIN_TOP, MARGIN_BOTTOM = 72.0, 72.0, 78.0
ROOM_AFTER_HEADING = 110.0
BODY_SIZE = 12
HEADING_SIZES = {1: 24, 2: 15, 3: 13}


def main() -> None:
    """Make every sample that is made."""
    application = QGuiApplication([])
    for font in sorted(FONTS.glob("*.otf")):
        QFontDatabase.addApplicationFont(str(font))
    for source in sorted(SOURCES.glob("*.md")):
        text = source.read_text("utf-8")
        if source.stem in WORD_DOCUMENTS:
            target = TARGET / f"{source.stem}.docx"
            target.write_bytes(word_document(text))
        else:
            target = TARGET / f"{source.stem}.pdf"
            target.write_bytes(pdf_document(source.stem, text))
        print(f"{target.name}: {target.stat().st_size:,} bytes")
    application.quit()


# --- PDF --------------------------------------------------------------------------------------------------------


def pdf_document(name: str, text: str) -> bytes:
    """The PDF of a Markdown text, with a running foot, and an outline of its headings."""
    document = laid_out(text)
    out = QBuffer()
    out.open(QIODevice.OpenModeFlag.WriteOnly)
    writer = QPdfWriter(out)
    writer.setPageSize(QPageSize(QPageSize.PageSizeId.A4))
    writer.setPageMargins(QMarginsF(0, 0, 0, 0), QPageLayout.Unit.Point)
    writer.setResolution(72)
    painter = QPainter(writer)
    height = document.pageSize().height()
    lines = drawn_lines(document)
    pages = 1 + int(max(top for _, top in lines) // height)
    for page in range(pages):
        if page:
            writer.newPage()
        for draw, top in lines:
            if int(top // height) == page:
                draw(painter, QPointF(MARGIN_X, MARGIN_TOP - page * height))
        draw_foot(painter, name, page + 1, pages)
    painter.end()
    return with_outline(bytes(out.data().data()), name, headings(document, height))


def drawn_lines(document: QTextDocument) -> list[tuple[Callable[[QPainter, QPointF], None], float]]:
    """What draws each line at an offset, and the line's distance from the top of the document.

    QTextDocument's own drawing writes lines of the next page below the edge of a page, where nobody sees them but
    a reader of the file finds them twice.
    """
    found: list[tuple[Callable[[QPainter, QPointF], None], float]] = []
    block = document.begin()
    while block.isValid():
        place = document.documentLayout().blockBoundingRect(block).topLeft()
        for index in range(block.layout().lineCount()):
            line = block.layout().lineAt(index)
            mark = block.textList().itemText(block) if block.textList() and not index else ""
            found.append(
                (partial(draw_line, line, place, mark, block.charFormat().font()), place.y() + line.y())
            )
        block = block.next()
    return found


def draw_line(
    line: QTextLine, place: QPointF, mark: str, of: QFont, painter: QPainter, offset: QPointF
) -> None:
    """Draw a line of text, and the number or the dot of a list's item before it."""
    painter.setPen(QColor("#1A2022"))
    if mark:
        painter.setFont(font(BODY_SIZE))
        at = place + offset + QPointF(line.x() - 16, line.y() + line.ascent())
        painter.drawText(at, mark)
    painter.setFont(of)
    line.draw(painter, place + offset)


def draw_foot(painter: QPainter, name: str, page: int, pages: int) -> None:
    """The name of the document and the number of the page."""
    painter.setFont(font(9))
    painter.setPen(QColor("#5E696C"))
    foot = QRectF(MARGIN_X, PAGE.height() - 50, PAGE.width() - 2 * MARGIN_X, 14)
    painter.drawText(foot, Qt.AlignmentFlag.AlignLeft, f"{name}, Harbour Street 12")
    painter.drawText(foot, Qt.AlignmentFlag.AlignRight, f"{page} / {pages}")


def laid_out(text: str) -> QTextDocument:
    """The text as a document with pages of our size."""
    document = QTextDocument()
    document.setDefaultFont(font(BODY_SIZE))
    document.setDocumentMargin(0)
    document.setMarkdown(text)
    block = document.begin()
    while block.isValid():
        style(block)
        block = block.next()
    for frame in document.rootFrame().childFrames():
        if isinstance(frame, QTextTable):
            style_table(frame)
    size = QSizeF(PAGE.width() - 2 * MARGIN_X, PAGE.height() - MARGIN_TOP - MARGIN_BOTTOM)
    document.setPageSize(size)
    block = document.begin()
    while block.isValid():
        top = document.documentLayout().blockBoundingRect(block).top() % size.height()
        if block.blockFormat().headingLevel() and top > size.height() - ROOM_AFTER_HEADING:
            form = QTextBlockFormat()
            form.setPageBreakPolicy(QTextFormat.PageBreakFlag.PageBreak_AlwaysBefore)
            QTextCursor(block).mergeBlockFormat(form)
            # Lays out what follows; of a long document, Qt does otherwise only what is asked for, and loses the rest.
            document.setPageSize(QSizeF())
            document.setPageSize(size)
        block = block.next()
    return document


def style(block: QTextBlock) -> None:
    """Give a paragraph its distances, and a heading its size."""
    cursor = QTextCursor(block)
    level = block.blockFormat().headingLevel()
    form = QTextBlockFormat()
    form.setLineHeight(135.0, QTextBlockFormat.LineHeightTypes.ProportionalHeight.value)
    in_table = cursor.currentTable() is not None
    form.setTopMargin(0 if in_table else {0: 0.0, 1: 0.0, 2: 14.0}.get(level, 8.0))
    form.setBottomMargin(0 if in_table else {0: 7.0, 1: 14.0}.get(level, 5.0))
    if block.textList():
        form.setBottomMargin(3)
    cursor.mergeBlockFormat(form)
    if level:
        cursor.movePosition(QTextCursor.MoveOperation.EndOfBlock, QTextCursor.MoveMode.KeepAnchor)
        characters = cursor.charFormat()
        characters.setFont(font(HEADING_SIZES.get(level, 12), QFont.Weight.DemiBold))
        characters.clearProperty(QTextFormat.Property.FontSizeAdjustment)
        cursor.setCharFormat(characters)


def style_table(table: QTextTable) -> None:
    """Hairlines and room in the cells."""
    form = table.format()
    form.setBorder(0.5)
    form.setBorderBrush(QColor("#838D90"))
    form.setBorderStyle(QTextFrameFormat.BorderStyle.BorderStyle_Solid)
    form.setBorderCollapse(True)
    form.setCellPadding(3)
    form.setCellSpacing(0)
    form.setTopMargin(4)
    form.setBottomMargin(12)
    table.setFormat(form)


def font(points: int, weight: QFont.Weight = QFont.Weight.Normal) -> QFont:
    """The font of the program, in points of the page."""
    chosen = QFont("Inter")
    chosen.setPixelSize(
        points
    )  # of the writer, where a pixel is a point; Qt's own points depend on the screen
    chosen.setWeight(weight)
    # Inter swaps in other signs between figures (9:00), which Qt writes into a PDF without telling what they mean.
    chosen.setFeature(QFont.Tag("calt"), 0)
    return chosen


def headings(document: QTextDocument, height: float) -> list[tuple[str, int, float]]:
    """The document's headings: text, page index, and distance from the top of the page."""
    found = []
    block = document.begin()
    while block.isValid():
        if block.blockFormat().headingLevel():
            top = document.documentLayout().blockBoundingRect(block).top()
            found.append((block.text(), int(top // height), MARGIN_TOP + top % height))
        block = block.next()
    return found


def with_outline(content: bytes, title: str, entries: list[tuple[str, int, float]]) -> bytes:
    """The PDF with bookmarks and a title. Qt names its fonts anew each time: commit only what changed."""
    writer = pypdf.PdfWriter(clone_from=io.BytesIO(content))
    for text, page, top in entries:
        writer.add_outline_item(
            title=text, page_number=page, fit=pypdf.generic.Fit.xyz(top=PAGE.height() - top + 6)
        )
    writer.metadata = {"/Title": title, "/Producer": "Deskside"}
    writer.compress_identical_objects()
    for page in writer.pages:
        page.compress_content_streams()
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


# --- Word -------------------------------------------------------------------------------------------------------

W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
TYPES = "application/vnd.openxmlformats-officedocument.wordprocessingml"
RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'


def word_document(text: str) -> bytes:
    """The Word document of a Markdown text."""
    parts = {
        "[Content_Types].xml": f'{HEAD}<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Override PartName="/word/document.xml" ContentType="{TYPES}.document.main+xml"/>'
        f'<Override PartName="/word/styles.xml" ContentType="{TYPES}.styles+xml"/></Types>',
        "_rels/.rels": relations(("officeDocument", "word/document.xml")),
        "word/_rels/document.xml.rels": relations(("styles", "styles.xml")),
        "word/styles.xml": f"{HEAD}<w:styles {W}>{styles()}</w:styles>",
        "word/document.xml": f"{HEAD}<w:document {W}><w:body>{word_body(text)}</w:body></w:document>",
    }
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(
                zipfile.ZipInfo(name), content, zipfile.ZIP_DEFLATED
            )  # without the time it was made
    return out.getvalue()


def relations(*entries: tuple[str, str]) -> str:
    """The relationships part for these kinds and targets."""
    inner = "".join(
        f'<Relationship Id="r{number}" Type="{RELATIONS}/{kind}" Target="{target}"/>'
        for number, (kind, target) in enumerate(entries)
    )
    return f'{HEAD}<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">{inner}</Relationships>'


def styles() -> str:
    """The paragraph styles: text, and two levels of headings."""
    text = (
        '<w:style w:type="paragraph" w:default="1" w:styleId="Normal"><w:name w:val="Normal"/>'
        '<w:pPr><w:spacing w:after="140" w:line="290" w:lineRule="auto"/></w:pPr>'
        '<w:rPr><w:sz w:val="22"/></w:rPr></w:style>'
    )
    for level, size in ((1, 40), (2, 27)):
        text += (
            f'<w:style w:type="paragraph" w:styleId="Heading{level}"><w:name w:val="heading {level}"/>'
            f'<w:basedOn w:val="Normal"/><w:next w:val="Normal"/>'
            f'<w:pPr><w:keepNext/><w:outlineLvl w:val="{level - 1}"/></w:pPr>'
            f'<w:rPr><w:b/><w:sz w:val="{size}"/></w:rPr></w:style>'
        )
    return text


def word_body(text: str) -> str:
    """The text's paragraphs and tables as WordprocessingML."""
    out: list[str] = []
    style_name = ""
    in_table = False
    for token in MarkdownIt("commonmark").enable("table").parse(text):
        match token.type:
            case "heading_open":
                style_name = f'<w:pPr><w:pStyle w:val="Heading{token.tag[1:]}"/></w:pPr>'
            case "paragraph_open" | "th_open" | "td_open":
                style_name = ""
                out.append("<w:tc>" * (token.type != "paragraph_open"))
            case "inline":
                run = f'<w:r><w:t xml:space="preserve">{escape(plain(token))}</w:t></w:r>'
                out.append(f"<w:p>{style_name}{run}</w:p>")
            case "th_close" | "td_close":
                out.append("</w:tc>")
            case "table_open":
                in_table = True
                borders = "".join(
                    f'<w:{side} w:val="single" w:sz="4"/>'
                    for side in ("top", "left", "bottom", "right", "insideH", "insideV")
                )
                out.append(f"<w:tbl><w:tblPr><w:tblBorders>{borders}</w:tblBorders></w:tblPr>")
            case "tr_open":
                out.append("<w:tr>")
            case "tr_close":
                out.append("</w:tr>")
            case "table_close" if in_table:
                out.append("</w:tbl><w:p/>")
    return "".join(out)


def plain(token: Token) -> str:
    """The words of a paragraph."""
    return "".join(" " if child.type == "softbreak" else child.content for child in token.children or [])


if __name__ == "__main__":
    main()
