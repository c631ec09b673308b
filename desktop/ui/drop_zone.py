"""The dashed strip that says where files can be dropped; it lights up while some are held over the window."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QHBoxLayout, QWidget

from desktop.ui.cards import IconLabel
from desktop.ui.theme import Theme
from desktop.ui.tokens import RADIUS_CARD
from desktop.ui.widgets import ElidedLabel


class DropZone(QWidget):
    """Only says it: the window itself takes what is dropped."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._over = False
        self.setObjectName("drop_zone")
        row = QHBoxLayout(self)
        row.setContentsMargins(16, 15, 16, 15)
        row.setSpacing(8)
        row.addStretch(1)
        row.addWidget(IconLabel(theme, "tray", "text2", 20))
        self.words = ElidedLabel("", "body", "text2")
        row.addWidget(self.words, 0)
        row.addStretch(1)

    def set_collection(self, name: str) -> None:
        """Say where dropped files go."""
        if name:
            words = self.tr("Drop files or folders anywhere on this page to add them to {name}")
            self.words.set_text(words.replace("{name}", name))
        else:
            self.words.set_text(self.tr("Drop files or folders anywhere on this page"))

    def set_over(self, over: bool) -> None:
        """Files are held over the window."""
        self._over = over
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        pen = QPen(self._theme.colour("accent" if self._over else "edge"), 1)
        pen.setDashPattern([3, 2])
        pen.setCapStyle(Qt.PenCapStyle.FlatCap)
        painter.setPen(pen)
        if self._over:
            painter.setBrush(self._theme.colour("accent_soft"))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), RADIUS_CARD, RADIUS_CARD)
