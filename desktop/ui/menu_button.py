"""A button with words and a caret that opens a menu."""

from __future__ import annotations

from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter, QPaintEvent

from desktop.ui.icons import draw_icon
from desktop.ui.theme import Theme
from desktop.ui.widgets import Button


class MenuButton(Button):
    """Quiet words with a caret behind them."""

    def __init__(self, theme: Theme, text: str, *, icon: str = "", name: str = "") -> None:
        super().__init__(theme, text, "plain", icon=icon, name=name)
        self._pad()
        theme.changed.connect(self._pad)

    def _pad(self) -> None:
        self.setStyleSheet(f"padding: 0 {self._theme.px(28)}px 0 8px;")

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        side = self._theme.px(16)
        box = QRectF(self.width() - side - 8, (self.height() - side) / 2, side, side)
        draw_icon(QPainter(self), box, "caret-down", self._theme.colour("text2"))
