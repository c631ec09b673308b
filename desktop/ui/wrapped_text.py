"""Plain words painted over several lines, broken anywhere if they must be, and ended with an ellipsis."""

from __future__ import annotations

import math

from PySide6.QtCore import QPointF, QSize, Qt
from PySide6.QtGui import QFontMetricsF, QPainter, QPaintEvent, QTextLayout, QTextOption
from PySide6.QtWidgets import QSizePolicy, QWidget

from desktop.ui.theme import Theme


class WrappedText(QWidget):
    """Text in a role of the type scale with its line height, at most `most` lines (0: all).

    Unlike a label it never asks for more width than it has, whatever stands in the text.
    """

    def __init__(
        self,
        theme: Theme,
        text: str = "",
        role: str = "quote",
        tone: str = "text",
        *,
        most: int = 0,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._theme = theme
        self._role = role
        self._tone = tone
        self._most = most
        self._text = ""
        self._lines: list[str] = []
        self._width = -1
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self.set_text(text)
        theme.changed.connect(self._forget)

    def text(self) -> str:
        """The whole text."""
        return self._text

    def set_text(self, text: str) -> None:
        """Show `text`; runs of white space become one space."""
        self._text = " ".join(text.split())
        self.setAccessibleName(self._text)
        self._forget()

    def set_tone(self, tone: str) -> None:
        """Paint in another colour token."""
        self._tone = tone
        self.update()

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        return max(1, len(self._broken(width))) * self._theme.line_height(self._role)

    def sizeHint(self) -> QSize:
        """As wide as the text on one line."""
        width = math.ceil(QFontMetricsF(self._theme.font(self._role)).horizontalAdvance(self._text)) + 1
        return QSize(width, self._theme.line_height(self._role))

    def minimumSizeHint(self) -> QSize:
        return QSize(24, self._theme.line_height(self._role))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        font = self._theme.font(self._role)
        painter.setFont(font)
        painter.setPen(self._theme.colour(self._tone))
        height = self._theme.line_height(self._role)
        metrics = QFontMetricsF(font)
        baseline = (height + metrics.ascent() - metrics.descent()) / 2
        lines = self._broken(self.width())
        top = max(0.0, (self.height() - len(lines) * height) / 2)
        for index, words in enumerate(lines):
            painter.drawText(QPointF(0, top + index * height + baseline), words)

    def _forget(self) -> None:
        self._width = -1
        self.updateGeometry()
        self.update()

    def _broken(self, width: int) -> list[str]:
        """The lines at this width, kept until the width or the text changes."""
        if width == self._width:
            return self._lines
        font = self._theme.font(self._role)
        layout = QTextLayout(self._text, font)
        option = QTextOption()
        option.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
        layout.setTextOption(option)
        lines: list[str] = []
        layout.beginLayout()
        while (line := layout.createLine()).isValid():
            line.setLineWidth(max(width, 24))
            start = line.textStart()
            if self._most and len(lines) == self._most - 1:
                rest = self._text[start:]
                lines.append(
                    QFontMetricsF(font).elidedText(rest, Qt.TextElideMode.ElideRight, max(width, 24))
                )
                break
            lines.append(self._text[start : start + line.textLength()])
        layout.endLayout()
        self._width, self._lines = width, lines
        return lines
