"""Draws what stands inside a line of an answer: source numbers and the chip "Not in your files"."""

from __future__ import annotations

from PySide6.QtCore import QRect, QRectF, QSizeF
from PySide6.QtGui import QFontMetricsF, QPainter, QPyTextObject, QTextDocument, QTextFormat

from desktop.ui.paint import chip_width, draw_chip, draw_number
from desktop.ui.theme import Theme

NUMBER_OBJECT = QTextFormat.ObjectTypes.UserObject.value + 1
CHIP_OBJECT = QTextFormat.ObjectTypes.UserObject.value + 2
NUMBER_PROPERTY = QTextFormat.Property.UserProperty.value + 1
_GAP = 4.0


def number_size(theme: Theme, number: int) -> QSizeF:
    """How large a source number's square is: as high as wide, wider only for long numbers."""
    side = float(theme.px(18))
    words = QFontMetricsF(theme.font("label")).horizontalAdvance(str(number))
    return QSizeF(max(side, words + 8), side)


class SourceNumbers(QPyTextObject):
    """Source numbers in a document. `open_number` is the one whose source is shown, or 0."""

    def __init__(self, theme: Theme, parent: QTextDocument) -> None:
        super().__init__(parent)
        self._theme = theme
        self.open_number = 0

    def intrinsicSize(self, document: QTextDocument, position: int, text_format: QTextFormat) -> QSizeF:
        """The square with a gap before it."""
        size = number_size(self._theme, int(text_format.property(NUMBER_PROPERTY)))
        return QSizeF(size.width() + _GAP, size.height())

    def drawObject(
        self,
        painter: QPainter,
        rect: QRectF | QRect,
        document: QTextDocument,
        position: int,
        text_format: QTextFormat,
    ) -> None:
        """Paint the square and its number."""
        number = int(text_format.property(NUMBER_PROPERTY))
        draw_number(
            painter, self._theme, QRectF(rect).adjusted(_GAP, 0, 0, 0), number, number == self.open_number
        )


class UnsupportedChips(QPyTextObject):
    """The chip behind a sentence that no passage supports."""

    def __init__(self, theme: Theme, parent: QTextDocument) -> None:
        super().__init__(parent)
        self._theme = theme

    def intrinsicSize(self, document: QTextDocument, position: int, text_format: QTextFormat) -> QSizeF:
        """The chip with a gap on both sides."""
        return QSizeF(2 * _GAP + chip_width(self._theme, "warn", self._words()), self._theme.px(20))

    def drawObject(
        self,
        painter: QPainter,
        rect: QRectF | QRect,
        document: QTextDocument,
        position: int,
        text_format: QTextFormat,
    ) -> None:
        """Paint the chip."""
        draw_chip(painter, self._theme, QRectF(rect).adjusted(_GAP, 0, -_GAP, 0), "warn", self._words())

    def _words(self) -> str:
        return self.tr("Not in your files")
