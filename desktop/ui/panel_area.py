"""The part of a right panel that scrolls: what stands in it keeps its width when the bar comes."""

from __future__ import annotations

from PySide6.QtCore import QMargins, Qt
from PySide6.QtWidgets import QScrollArea, QVBoxLayout, QWidget

from desktop.ui.page_picture import PagePicture, show_mark


class PanelArea(QScrollArea):
    """Fill `rows`, before the stretch at its end."""

    def __init__(self, name: str, margins: QMargins, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._margins = margins
        self.setObjectName(name)
        self.setWidgetResizable(True)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.viewport().setAutoFillBackground(False)
        self.board = QWidget()
        self.board.setProperty("kind", "scroll")
        self.rows = QVBoxLayout(self.board)
        self.rows.setContentsMargins(margins)
        self.rows.setSpacing(8)
        self.rows.addStretch(1)
        self.setWidget(self.board)
        self.verticalScrollBar().rangeChanged.connect(self._make_room_for_bar)

    def add(self, widget: QWidget) -> None:
        """Append a widget."""
        self.rows.insertWidget(self.rows.count() - 1, widget)

    def remove(self, widget: QWidget) -> None:
        """Take a widget out and delete it."""
        widget.hide()
        self.rows.removeWidget(widget)
        widget.deleteLater()

    def settle(self) -> None:
        """Give everything its place now."""
        self.rows.activate()

    def show_mark(self, picture: PagePicture) -> None:
        """Bring the mark of a page in the area into view."""
        show_mark(self, self.board, picture)

    def _make_room_for_bar(self, _least: int, most: int) -> None:
        """The bar stands in the margin."""
        bar = self.verticalScrollBar().sizeHint().width() if most > 0 else 0
        kept = self._margins
        self.rows.setContentsMargins(kept.left(), kept.top(), max(0, kept.right() - bar), kept.bottom())
