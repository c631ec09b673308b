"""A quoted sentence as a card that opens its source: the mark bar, the words, number, file and page."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from desktop.core.documents import Source
from desktop.ui.cards import IconLabel
from desktop.ui.icons import file_icon
from desktop.ui.instructions_notice import tries_to_instruct, warning_chip
from desktop.ui.paint import draw_box, draw_number
from desktop.ui.text_objects import number_size
from desktop.ui.theme import Theme
from desktop.ui.widgets import ElidedLabel, Label, restyle
from desktop.ui.wrapped_text import WrappedText

_TABLES = ("csv", "tsv", "jsonl", "xlsx", "xlsm", "xls", "ods")
_SLIDES = ("pptx", "ppt", "odp")


def is_row(source: Source) -> bool:
    """Whether a source is a row of a table whose rows are documents of their own."""
    return bool(source.record_id)


def place_words(owner: QObject, source: Source) -> str:
    """Where in its file a source stands: 'page 7', 'slide 7', 'row 7' of a table, or the 'part 7' of one that is read
    as one text."""
    ending = source.document.lower().rpartition(".")[2]
    if is_row(source):
        words = owner.tr("row {n}")
    elif ending in _TABLES:
        words = owner.tr("part {n}")
    elif ending in _SLIDES:
        words = owner.tr("slide {n}")
    else:
        words = owner.tr("page {n}")
    return words.replace("{n}", str(source.page))


class NumberMark(QWidget):
    """A source's number as a soft square, filled while its source is open."""

    def __init__(self, theme: Theme, number: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._number = number
        self._filled = False
        self._scale()
        theme.changed.connect(self._scale)

    def set_filled(self, filled: bool) -> None:
        """Fill it or not."""
        self._filled = filled
        self.update()

    def sizeHint(self) -> QSize:
        return number_size(self._theme, self._number).toSize()

    def paintEvent(self, event: QPaintEvent) -> None:
        draw_number(QPainter(self), self._theme, QRectF(self.rect()), self._number, self._filled)

    def _scale(self) -> None:
        self.setFixedSize(self.sizeHint())


class QuoteCard(QFrame):
    """A quote. `opened` tells its number, by a click, Enter or Space. `quiet` is for nearest passages."""

    opened = Signal(int)

    def __init__(
        self, theme: Theme, source: Source, quiet: bool = False, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.source = source
        self._theme = theme
        self._quiet = quiet
        self.setObjectName(f"quote_{source.number}")
        self.setProperty("kind", "quiet-card" if quiet else "card")
        self.setProperty("ring", True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        column = QVBoxLayout(self)
        column.setContentsMargins(30, 12, 14, 10)
        column.setSpacing(5)
        tone = "text2" if quiet else "text"
        self._words = WrappedText(theme, source.text, "body" if quiet else "quote", tone, most=8)
        column.addWidget(self._words)
        column.addLayout(self._foot())
        place = f"{source.document}, {place_words(self, source)}"
        self.setAccessibleName(
            self.tr("Source {n}: {words}")
            .replace("{n}", str(source.number))
            .replace("{words}", f"{source.text} ({place})")
        )

    def _foot(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(7)
        self._number = NumberMark(self._theme, self.source.number)
        row.addWidget(self._number)
        row.addWidget(IconLabel(self._theme, file_icon(self.source.path), "text2", 16))
        row.addWidget(ElidedLabel(self.source.document, "secondary-control", "text2"), 0)
        row.addWidget(Label(place_words(self, self.source), "secondary", "text3"))
        if tries_to_instruct(self.source):
            row.addWidget(warning_chip(self._theme, self))
        row.addStretch(1)
        return row

    def set_open(self, is_open: bool) -> None:
        """Give the card whose source is shown its accent border and filled number."""
        restyle(self, open="true" if is_open else "false")
        self._number.set_filled(is_open)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            self.opened.emit(self.source.number)
            return
        super().keyPressEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton and self.rect().contains(event.position().toPoint()):
            self.opened.emit(self.source.number)

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        bar = QRectF(14, 12, 4, self.height() - 24)
        colour = self._theme.colour("line" if self._quiet else "mark_bar")
        draw_box(QPainter(self), bar, colour, None, 2)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.StyleChange:
            self.update()
