"""A filter as a button: quiet with a caret while it lets everything through, in the accent with a cross when set."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFontMetrics, QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QWidget

from desktop.ui.icons import draw_icon
from desktop.ui.paint import draw_box
from desktop.ui.theme import Theme
from desktop.ui.tokens import RADIUS_CONTROL

_WIDEST = 240


class FilterChip(QAbstractButton):
    """A click, Space, Enter or the arrow down emits `asked`; the cross, Delete or Backspace emits `cleared`."""

    asked = Signal()
    cleared = Signal()

    def __init__(self, theme: Theme, name: str, icon: str, label: str, parent: QWidget | None = None) -> None:
        """`label` says what is filtered, for screen readers."""
        super().__init__(parent)
        self._theme = theme
        self._icon = icon
        self._label = label
        self._set = False
        self.setObjectName(name)
        self.setProperty("ring", True)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.clicked.connect(self.asked)
        theme.changed.connect(self.updateGeometry)

    def show_value(self, words: str, is_set: bool) -> None:
        """Say what is let through; `is_set` where that is not everything."""
        self._set = is_set
        self.setText(words)
        self.setToolTip(words if self._shown_words() != words else "")
        self.setAccessibleName(f"{self._label}: {words}")
        self.updateGeometry()
        self.update()

    @property
    def is_set(self) -> bool:
        return self._set

    def sizeHint(self) -> QSize:
        words = QFontMetrics(self._theme.font("control")).horizontalAdvance(self._shown_words())
        return QSize(words + 2 * self._side() + 37, self._theme.px(32))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if self._set and event.position().x() >= self.width() - self._side() - 16:
            self.setDown(False)
            self.cleared.emit()
        else:
            super().mouseReleaseEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        match event.key():
            case Qt.Key.Key_Return | Qt.Key.Key_Enter | Qt.Key.Key_Down:
                self.asked.emit()
            case Qt.Key.Key_Delete | Qt.Key.Key_Backspace:
                if self._set:
                    self.cleared.emit()
            case _:
                super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        theme, side = self._theme, self._side()
        ground = "accent_soft" if self._set else "fill" if self.underMouse() else "raised"
        edge = theme.colour("accent" if self._set else "edge")
        draw_box(painter, QRectF(self.rect()), theme.colour(ground), edge, RADIUS_CONTROL)
        tone = theme.colour("accent" if self._set else "text")
        middle = (self.height() - side) / 2
        draw_icon(painter, QRectF(11, middle, side, side), self._icon, tone)
        painter.setFont(theme.font("control"))
        painter.setPen(tone)
        words = self.rect().adjusted(side + 18, 0, 0, 0)
        painter.drawText(
            words, int(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft), self._shown_words()
        )
        last = QRectF(self.width() - side - 9, middle, side, side)
        draw_icon(
            painter, last, "x" if self._set else "caret-down", tone if self._set else theme.colour("text2")
        )

    def _side(self) -> int:
        return self._theme.px(16)

    def _shown_words(self) -> str:
        metrics = QFontMetrics(self._theme.font("control"))
        return metrics.elidedText(self.text(), Qt.TextElideMode.ElideMiddle, self._theme.px(_WIDEST))
