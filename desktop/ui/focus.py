"""The focus ring: 2 px of accent, 2 px off the control, shown when the keyboard moved the focus."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import (
    QApplication,
    QFocusFrame,
    QProxyStyle,
    QStyle,
    QStyleHintReturn,
    QStyleOption,
    QWidget,
)
from shiboken6 import isValid

from desktop.ui.theme import Theme

_MARGIN = 4


class _RingStyle(QProxyStyle):
    """Only tells the focus frame how far it stands off; used by the frame alone."""

    def pixelMetric(
        self, metric: QStyle.PixelMetric, option: QStyleOption | None = None, widget: QWidget | None = None
    ) -> int:
        if metric in (QStyle.PixelMetric.PM_FocusFrameHMargin, QStyle.PixelMetric.PM_FocusFrameVMargin):
            return _MARGIN
        return super().pixelMetric(metric, option, widget)

    def styleHint(
        self,
        hint: QStyle.StyleHint,
        option: QStyleOption | None = None,
        widget: QWidget | None = None,
        returnData: QStyleHintReturn | None = None,
    ) -> int:
        if hint == QStyle.StyleHint.SH_FocusFrame_Mask:
            return 0
        return super().styleHint(hint, option, widget, returnData)


class FocusRing(QFocusFrame):
    """One ring for the whole window; it moves to whatever control has the focus.

    A control asks for it with the property `ring`; fields and rows draw their focus inside themselves.
    """

    def __init__(self, theme: Theme, window: QWidget) -> None:
        super().__init__(window)
        self._theme = theme
        self._home = window
        self._radius = 9
        self._style = _RingStyle("Fusion")
        self._style.setParent(self)
        self.setStyle(self._style)
        self.setObjectName("focus_ring")
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.hide()
        app = QApplication.instance()
        assert isinstance(app, QApplication)
        app.focusChanged.connect(self._follow)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(self._theme.colour("accent"), 2))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), self._radius, self._radius)

    def _follow(self, _old: QWidget | None, now: QWidget | None) -> None:
        if not isValid(self._home) or not isValid(self):
            return
        wanted = now if now is not None and self._wants_ring(now) else None
        self.setWidget(wanted)  # type: ignore[arg-type]
        if wanted is not None:
            self._radius = 12 if wanted.property("extent") == "large" else 9
            return
        # It is a child of what it stood around; that may be deleted before the ring is needed again.
        self.setParent(self._home)

    def _wants_ring(self, widget: QWidget) -> bool:
        by_keyboard = self._home.testAttribute(Qt.WidgetAttribute.WA_KeyboardFocusChange)
        by_mouse = QApplication.mouseButtons() != Qt.MouseButton.NoButton
        return (
            bool(widget.property("ring")) and widget.window() is self._home and by_keyboard and not by_mouse
        )
