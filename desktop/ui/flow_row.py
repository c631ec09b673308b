"""A row of controls that goes on in a second line where the window is narrow."""

from __future__ import annotations

from PySide6.QtCore import QSize
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget


class FlowRow(QWidget):
    """Controls from the left, and one at the right end of the last line if it has room there."""

    def __init__(self, gap: int = 8, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._gap = gap
        self._left: list[QWidget] = []
        self._right: QWidget | None = None
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    def add(self, widget: QWidget) -> None:
        """Append a control."""
        widget.setParent(self)
        self._left.append(widget)

    def remove(self, widget: QWidget) -> None:
        """Take a control away for good."""
        self._left.remove(widget)
        widget.hide()
        widget.deleteLater()

    def add_right(self, widget: QWidget) -> None:
        """The control that stands at the right."""
        widget.setParent(self)
        self._right = widget

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        return max((y + size.height() for _, _, y, size in self._places(width)), default=0)

    def sizeHint(self) -> QSize:
        return QSize(400, self.heightForWidth(self.width() or 400))

    def minimumSizeHint(self) -> QSize:
        return QSize(160, self.heightForWidth(self.width() or 400))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.arrange()

    def arrange(self) -> None:
        """Give each control its place; called when one of them has changed its width."""
        for widget, x, y, size in self._places(self.width()):
            widget.setGeometry(x, y, size.width(), size.height())
        self.updateGeometry()

    def _places(self, width: int) -> list[tuple[QWidget, int, int, QSize]]:
        places = []
        x = y = 0
        shown = [widget for widget in self._left if not widget.isHidden()]
        line = max((widget.sizeHint().height() for widget in (*shown, self._right) if widget), default=0)
        for widget in shown:
            size = widget.sizeHint().boundedTo(QSize(max(width, 1), line))
            if x and x + size.width() > width:
                x, y = 0, y + line + self._gap
            places.append((widget, x, y + (line - size.height()) // 2, size))
            x += size.width() + self._gap
        if self._right is not None:
            size = self._right.sizeHint()
            if x and x + size.width() > width:
                x, y = 0, y + line + self._gap
            at = width - size.width() if y == 0 else x
            places.append((self._right, max(at, 0), y + (line - size.height()) // 2, size))
        return places
