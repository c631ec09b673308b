"""A window of its own for a page: large, scrolled to the mark, with the pages before and after."""

from __future__ import annotations

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QDialog, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from desktop.core.documents import Source
from desktop.ui.page_picture import PageStore, show_mark
from desktop.ui.source_body import PageBody
from desktop.ui.theme import Theme
from desktop.ui.widgets import Button, ElidedLabel, Label

_ZOOMS = (100, 130, 170, 220)


class PageWindow(QDialog):
    """Shows `page` of a source's file. Plus and minus zoom, the arrow keys turn pages, Escape closes."""

    def __init__(
        self, theme: Theme, source: Source, page: int, store: PageStore, changed: bool, parent: QWidget
    ) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setObjectName("page_window")
        self.setWindowTitle(source.document)
        self._theme = theme
        self._zoom = 0
        self.body = PageBody(theme, source, store, changed)
        self.body.page = page
        self.body.page_changed.connect(self._show_place)
        self.body.settled.connect(self._find_mark)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 12, 16, 16)
        column.setSpacing(12)
        column.addLayout(self._make_head(source))
        self._area = QScrollArea()
        self._area.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        self._area.setWidget(self.body)
        self._area.setObjectName("page_area")
        column.addWidget(self._area, 1)
        self._later = QTimer(self)
        self._later.setSingleShot(True)
        self._later.setInterval(0)
        self._later.timeout.connect(self._fit)
        size = parent.size()
        self.resize(min(900, size.width() - 64), size.height() - 48)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._later.start()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        match event.key():
            case Qt.Key.Key_Plus | Qt.Key.Key_Equal:
                self._zoom_by(1)
            case Qt.Key.Key_Minus:
                self._zoom_by(-1)
            case Qt.Key.Key_Left | Qt.Key.Key_PageUp:
                self.body.turn(-1)
            case Qt.Key.Key_Right | Qt.Key.Key_PageDown:
                self.body.turn(1)
            case _:
                super().keyPressEvent(event)

    def _make_head(self, source: Source) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(4)
        row.addWidget(ElidedLabel(source.document, "section"), 1)
        self._place = Label("", "secondary", "text2")
        row.addWidget(self._place)
        row.addSpacing(8)
        for tool in self.body.tools()[:2]:
            row.addWidget(tool)
        smaller = Button(self._theme, self.tr("Smaller"), size="small", name="zoom_out")
        larger = Button(self._theme, self.tr("Larger"), size="small", name="zoom_in")
        smaller.clicked.connect(lambda: self._zoom_by(-1))
        larger.clicked.connect(lambda: self._zoom_by(1))
        close = Button(self._theme, self.tr("Close"), size="small", name="page_close")
        close.clicked.connect(self.close)
        for button in (smaller, larger, close):
            row.addWidget(button)
        return row

    def _zoom_by(self, steps: int) -> None:
        self._zoom = min(max(self._zoom + steps, 0), len(_ZOOMS) - 1)
        self._fit()

    def _fit(self) -> None:
        """The page fills the width; zoomed it is wider and the area scrolls."""
        width = (self._area.viewport().width()) * _ZOOMS[self._zoom] // 100
        height = self.body.picture.heightForWidth(width - 20) + 20
        banner = self.body.banner
        self.body.resize(width, max(height, banner.sizeHint().height() if banner.isVisible() else 0))
        self.body.layout().activate()  # type: ignore[union-attr]
        self.body.load()

    def _find_mark(self) -> None:
        self._fit()
        show_mark(self._area, self.body, self.body.picture, 40)

    def _show_place(self, page: int, pages: int) -> None:
        words = self.tr("page {page} of {pages}").replace("{page}", str(page)).replace("{pages}", str(pages))
        self._place.setText(words)
