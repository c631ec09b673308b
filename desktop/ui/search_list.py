"""The list of results: arrows go from passage to passage, Enter opens, and each file can find more like it."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QModelIndex, QPoint, Qt, Signal
from PySide6.QtGui import QCursor, QKeyEvent, QMouseEvent, QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QListView, QWidget

from desktop.core.found import FoundDocument
from desktop.ui.search_delegate import SearchDelegate
from desktop.ui.search_model import ROW_ROLE, Index, SearchModel
from desktop.ui.theme import Theme
from desktop.ui.widgets import menu


class SearchList(QListView):
    """All signals but `left` carry a FoundPassage: `chosen` one that became the current one, `opened` one that was
    clicked, `enlarge` one to show at its page in a window of its own (Enter), `open_file` one whose file is to open in
    its program, `like` one to find more like. `left` tells that the person goes back to the field."""

    chosen = Signal(object)
    opened = Signal(object)
    enlarge = Signal(object)
    open_file = Signal(object)
    like = Signal(object)
    left = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self.results = SearchModel(self)
        self.setObjectName("search_results")
        self.setAccessibleName(self.tr("Results"))
        self.setModel(self.results)
        self.rows = SearchDelegate(theme, self, self.results)
        self.setItemDelegate(self.rows)
        self.setMouseTracking(True)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        # Always there, so that the width of the lines does not depend on how many there are.
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOn)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setResizeMode(QListView.ResizeMode.Adjust)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.customContextMenuRequested.connect(self._open_menu)
        self.viewport().setAutoFillBackground(False)
        theme.changed.connect(self.scheduleDelayedItemsLayout)

    def choose_first(self) -> None:
        """Make the first passage the current one."""
        first = self.results.next_row(-1, 1)
        if first.isValid():
            self.setCurrentIndex(first)

    def move(self, step: int) -> bool:  # type: ignore[override]
        """Go to the next row that can be chosen or the one before; false at the ends."""
        beyond = self.results.next_row(self.currentIndex().row(), step)
        if beyond.isValid():
            self.setCurrentIndex(beyond)
            self._show_heading(beyond)
        return beyond.isValid()

    def currentChanged(self, current: Index, previous: Index) -> None:
        super().currentChanged(current, previous)
        passage = self.results.passage(current)
        if passage is not None:
            self.chosen.emit(passage)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        passage = self.results.passage(self.currentIndex())
        match event.key():
            case Qt.Key.Key_Down:
                self.move(1)
            case Qt.Key.Key_Up:
                if not self.move(-1):
                    self.left.emit()
            case Qt.Key.Key_Return | Qt.Key.Key_Enter:
                if passage is not None:
                    self.enlarge.emit(passage)
                else:
                    self._unfold(self.currentIndex())
            case Qt.Key.Key_M if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
                if passage is not None:
                    self.like.emit(passage)
            case Qt.Key.Key_Escape:
                self.left.emit()
            case Qt.Key.Key_Menu:
                self._open_menu(self.visualRect(self.currentIndex()).center())
            case _:
                super().keyPressEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        super().mouseMoveEvent(event)
        self._point(self._like_at(event.position().toPoint()))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        super().mouseReleaseEvent(event)
        if event.button() != Qt.MouseButton.LeftButton:
            return
        place = event.position().toPoint()
        of_file = self.results.document(self._like_at(place))
        if of_file is not None:
            self.like.emit(of_file.passages[0])
        elif (passage := self.results.passage(self.indexAt(place))) is not None:
            self.opened.emit(passage)
        else:
            self._unfold(self.indexAt(place))

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        passage = self.results.passage(self.indexAt(event.position().toPoint()))
        if passage is not None:
            self.enlarge.emit(passage)

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self._point(QModelIndex())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self.scheduleDelayedItemsLayout()

    def _unfold(self, index: Index) -> None:
        """All passages of a file, the first of the new ones chosen."""
        if self.results.unfold(index):
            self.currentChanged(index, index)

    def _show_heading(self, index: Index) -> None:
        """The first passage of a file is shown with the file's line above it."""
        above = self.results.index(index.row() - 1) if index.row() else index
        if self.results.is_heading(above):
            self.scrollTo(above)
        self.scrollTo(index)

    def _like_at(self, place: QPoint) -> QModelIndex:
        """The file's line whose link is at a place, invalid where there is none."""
        index = self.indexAt(place)
        if not index.isValid() or not isinstance(index.data(ROW_ROLE), FoundDocument):
            return QModelIndex()
        return index if self.rows.like_rect(self.visualRect(index)).contains(place) else QModelIndex()

    def _point(self, index: QModelIndex) -> None:
        before = self.rows.hovered_like
        self.rows.hovered_like = index if index.isValid() else None
        self.viewport().setCursor(
            QCursor(Qt.CursorShape.PointingHandCursor if index.isValid() else Qt.CursorShape.ArrowCursor)
        )
        if before != self.rows.hovered_like:
            self.viewport().update()

    def _open_menu(self, place: QPoint) -> None:
        passage = self.results.passage(self.indexAt(place))
        if passage is None:
            return
        made = menu(self, "result_menu")
        open_page = made.addAction(self._theme.icon("arrows-out-simple"), self.tr("Open the page"))
        open_page.setShortcut("Return")
        open_page.triggered.connect(lambda: self.enlarge.emit(passage))
        open_file = made.addAction(self._theme.icon("arrow-square-out"), self.tr("Open the file"))
        open_file.triggered.connect(lambda: self.open_file.emit(passage))
        like = made.addAction(self._theme.icon("magnifying-glass-plus"), self.tr("More like this"))
        like.setShortcut("Ctrl+M")
        like.triggered.connect(lambda: self.like.emit(passage))
        made.popup(self.viewport().mapToGlobal(place))
