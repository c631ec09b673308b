"""Text that a person reads, selects and copies: as high as its words, never scrolled by itself."""

from __future__ import annotations

import math

from PySide6.QtCore import QMimeData, QPoint, QPointF, QRectF, QSize, Qt, QUrl, Signal
from PySide6.QtGui import (
    QGuiApplication,
    QPainter,
    QPaintEvent,
    QResizeEvent,
    QTextBlock,
    QTextCharFormat,
    QTextCursor,
    QTextDocument,
    QTextFrame,
    QWheelEvent,
)
from PySide6.QtWidgets import QFrame, QSizePolicy, QTextBrowser, QTextEdit, QWidget

from desktop.core.chat_words import word_places
from desktop.core.conversations import AnswerSentence
from desktop.ui.link_question import ask_about_link
from desktop.ui.markdown import SOURCE_SCHEME, MarkdownDocument
from desktop.ui.markdown_blocks import LINK_SCHEMES, QUOTE_LEVEL
from desktop.ui.markdown_math import tex_of
from desktop.ui.markdown_pieces import qt_length
from desktop.ui.paint import draw_box
from desktop.ui.theme import Theme
from desktop.ui.widgets import IconButton

_INVISIBLE = str.maketrans("", "", "\u2060\ufffc")


class TextView(QTextBrowser):
    """A read-only document that is as high as it must be at its width. It never opens or loads anything."""

    def __init__(self, document: QTextDocument, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        document.setParent(self)
        self.setDocument(document)
        self.setObjectName(name)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setProperty("kind", "bare")
        self.setStyleSheet("background: transparent;")
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setOpenLinks(False)
        self.setUndoRedoEnabled(False)
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    def heightForWidth(self, width: int) -> int:
        """The height of the text when it is `width` pixels wide."""
        document = self.document()
        if document.textWidth() != width:
            document.setTextWidth(width)
        return math.ceil(document.documentLayout().documentSize().height())

    def hasHeightForWidth(self) -> bool:
        return True

    def sizeHint(self) -> QSize:
        width = self.width() or 400
        return QSize(width, self.heightForWidth(width))

    def minimumSizeHint(self) -> QSize:
        return QSize(40, self.document().defaultFont().pixelSize())

    def mark_words(self, theme: Theme, words: str) -> None:
        """Mark words that a person looks for; '' marks none."""
        text = self.document().toPlainText()
        marks = []
        for start, end in word_places(text, words) if words else ():
            mark = QTextEdit.ExtraSelection()
            mark.cursor = QTextCursor(self.document())
            mark.cursor.setPosition(qt_length(text[:start]))
            mark.cursor.setPosition(qt_length(text[:end]), QTextCursor.MoveMode.KeepAnchor)
            mark.format.setBackground(theme.colour("mark"))
            mark.format.setForeground(theme.colour("mark_text"))
            marks.append(mark)
        self.setExtraSelections(marks)

    def first_mark(self) -> int:
        """How far down the first marked word stands, -1 without one."""
        marks = self.extraSelections()
        return self.cursorRect(marks[0].cursor).top() if marks else -1

    def loadResource(self, kind: int, name: QUrl | str) -> object:
        """Nothing, whatever is asked for."""
        return None

    def wheelEvent(self, event: QWheelEvent) -> None:
        event.ignore()

    def createMimeDataFromSelection(self) -> QMimeData:
        """Plain text, without the marks that stand between the words."""
        made = QMimeData()
        made.setText(_plain(self.textCursor()).translate(_INVISIBLE))
        return made


class AnswerText(TextView):
    """The model's words as Markdown with their marks. `source_clicked` tells a source's number."""

    source_clicked = Signal(int)
    copied = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        self._markdown = MarkdownDocument(theme)
        super().__init__(self._markdown.document, "answer_text", parent)
        self._theme = theme
        self._writing = False
        self._copy_buttons: list[IconButton] = []
        self.setAccessibleName(self.tr("In the model's words"))
        self.anchorClicked.connect(self._follow)
        theme.changed.connect(self._restyle)

    def show_text(self, raw: str, sentences: tuple[AnswerSentence, ...], writing: bool = False) -> None:
        """Show the text so far; `writing` draws the place where the next word will stand."""
        self._writing = writing
        if self._markdown.show(raw, sentences):
            self._update_buttons()
            self.updateGeometry()
        self.viewport().update()

    def set_open_number(self, number: int) -> None:
        """Fill the number of the source that is open; 0 for none."""
        self._markdown.numbers.open_number = number
        self.viewport().update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self.viewport())
        for frame, _ in self._markdown.codes:
            draw_box(painter, self._frame_rect(frame), self._theme.colour("fill"), None, 8)
        self._draw_quote_bars(painter)
        painter.end()
        super().paintEvent(event)
        if self._writing:
            self._draw_caret()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._place_buttons()

    def _frame_rect(self, frame: QTextFrame) -> QRectF:
        """The box of a code block without its outer margins."""
        made = frame.frameFormat()
        rect = self.document().documentLayout().frameBoundingRect(frame)
        return rect.adjusted(made.leftMargin(), made.topMargin(), -made.rightMargin(), -made.bottomMargin())

    def _draw_quote_bars(self, painter: QPainter) -> None:
        block = self.document().begin()
        while block.isValid():
            level = block.blockFormat().intProperty(QUOTE_LEVEL)
            rect = _lines_rect(block) if level else QRectF()
            for step in range(level):
                x = self._theme.px(16) * step
                bar = QRectF(x, rect.top(), 3, rect.height())
                painter.fillRect(bar, self._theme.colour("line"))
            block = block.next()

    def _draw_caret(self) -> None:
        cursor = self.textCursor()
        cursor.movePosition(cursor.MoveOperation.End)
        place = self.cursorRect(cursor)
        height = self._theme.px(16)
        painter = QPainter(self.viewport())
        top = place.center().y() - height / 2
        painter.fillRect(QRectF(place.right() + 1, top, 7, height), self._theme.colour("accent"))

    def _update_buttons(self) -> None:
        """One Copy button for each code block, kept while the text grows."""
        codes = self._markdown.codes
        while len(self._copy_buttons) > len(codes):
            self._copy_buttons.pop().deleteLater()
        while len(self._copy_buttons) < len(codes):
            name = f"copy_code_{len(self._copy_buttons) + 1}"
            button = IconButton(
                self._theme, "copy", self.tr("Copy the code"), name=name, side=28, icon_side=16, parent=self
            )
            index = len(self._copy_buttons)
            button.clicked.connect(lambda _=False, i=index: self._copy_code(i))
            button.show()
            self._copy_buttons.append(button)
        self._place_buttons()

    def _place_buttons(self) -> None:
        for button, (frame, _) in zip(self._copy_buttons, self._markdown.codes, strict=False):
            corner = self._frame_rect(frame).topRight() + QPointF(-button.width() - 6, 6)
            button.move(QPoint(round(corner.x()), round(corner.y())))

    def _copy_code(self, index: int) -> None:
        codes = self._markdown.codes
        if index < len(codes):
            QGuiApplication.clipboard().setText(codes[index][1])
            self.copied.emit()

    def _follow(self, address: QUrl) -> None:
        """A source's number opens its source; a link is asked about first: its address may carry words of the files."""
        if address.scheme() == SOURCE_SCHEME:
            self.source_clicked.emit(int(address.path()))
        elif address.toString().lower().startswith(LINK_SCHEMES):
            ask_about_link(self._theme, address, self)

    def _restyle(self) -> None:
        self._markdown.restyle()
        self._update_buttons()
        self.updateGeometry()


def _plain(cursor: QTextCursor) -> str:
    """The selected text, formulas as they were written."""
    copy = QTextDocument()
    QTextCursor(copy).insertFragment(cursor.selection())
    formulas: list[tuple[int, str]] = []
    block = copy.begin()
    while block.isValid():
        places = block.begin()
        while not places.atEnd():
            fragment = places.fragment()
            tex = tex_of(fragment.charFormat())
            if tex:
                formulas += [(fragment.position() + n, tex) for n in range(fragment.length())]
            places += 1
        block = block.next()
    for position, tex in reversed(formulas):
        place = QTextCursor(copy)
        place.setPosition(position)
        place.deleteChar()
        place.insertText(tex, QTextCharFormat())
    return copy.toPlainText()


def _lines_rect(block: QTextBlock) -> QRectF:
    """Where the lines of a paragraph stand in the document; with a fixed line height they sit a little low."""
    layout = block.layout()
    if layout.lineCount() == 0:
        return QRectF()
    first, last = layout.lineAt(0), layout.lineAt(layout.lineCount() - 1)
    low = first.height() * 0.14
    top = layout.position().y() + first.y() + low
    return QRectF(0, top, 1, layout.position().y() + last.y() + last.height() + low - top)
