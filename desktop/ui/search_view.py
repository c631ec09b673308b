"""What the search page looks like: field and filters above, results in the middle, the chosen page on the right."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLineEdit, QStackedWidget, QVBoxLayout, QWidget

from desktop.core.documents import Source
from desktop.ui.cards import EmptyState
from desktop.ui.search_filters import SearchFilters
from desktop.ui.search_list import SearchList
from desktop.ui.search_notices import SearchNotices
from desktop.ui.search_order import SearchOrder
from desktop.ui.search_preview import SearchPreview
from desktop.ui.search_start import SearchStart
from desktop.ui.tasks import TaskList
from desktop.ui.theme import Theme
from desktop.ui.tokens import NARROW_PANEL, RAIL_WIDTH
from desktop.ui.widgets import Button, Label

if TYPE_CHECKING:
    from desktop.services.all import Services


_SIDE, _TOP, _GAP, _BOTTOM = 24, 20, 12, 18


class SearchField(QLineEdit):
    """`entered` tells Enter, `down` the arrow to the results, `escaped` Escape."""

    entered = Signal()
    down = Signal()
    escaped = Signal()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        match event.key():
            case Qt.Key.Key_Return | Qt.Key.Key_Enter:
                self.entered.emit()
            case Qt.Key.Key_Down:
                self.down.emit()
            case Qt.Key.Key_Escape:
                self.escaped.emit()
            case _:
                super().keyPressEvent(event)


class SearchView(QFrame):
    """The widgets of the search; `SearchPage` fills them and answers to them."""

    def __init__(
        self,
        services: Services,
        theme: Theme,
        tasks: TaskList,
        has_changed: Callable[[Source], bool],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._theme = theme
        self._panel_open = False
        self.setObjectName("search_page")
        self.setProperty("kind", "page")
        self._centre = QWidget(self)
        self.filters = SearchFilters(services, theme)
        self.results = SearchList(theme)
        self.preview = SearchPreview(theme, services.pages, tasks, has_changed, self)
        self.preview.hide()
        self._head = self._make_head()
        self._head.setParent(self)
        self._fill_centre()
        theme.changed.connect(self.place)

    @property
    def panel_open(self) -> bool:
        """Whether the page is shown beside or over the results."""
        return self._panel_open

    @property
    def is_wide(self) -> bool:
        """Whether the page has room beside the results; larger letters need more."""
        needed = NARROW_PANEL * (1 + max(self._theme.text_size - 100, 0) / 200)
        return self.width() + RAIL_WIDTH >= needed

    def open_panel(self, is_open: bool) -> None:
        """Show or hide the page."""
        self._panel_open = is_open
        self.place()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.place()

    def place(self) -> None:
        """Give each part its place: the page beside the results, or over them where the window is narrow."""
        width, height = self.width(), self.height()
        self.filters.arrange()
        filters = self.filters.heightForWidth(max(width - 2 * _SIDE, 160))
        top = _TOP + self.field.sizeHint().height() + _GAP + filters + _BOTTOM
        self._head.setGeometry(0, 0, width, top)
        shown = self._panel_open and self.states.currentWidget() is self.found
        beside = shown and self.is_wide
        panel = self.preview.width()
        right = width - panel if beside else width
        self._centre.setGeometry(0, top, right, height - top)
        panel_top = top if beside else 0
        self.preview.setGeometry(max(width - panel, 0), panel_top, panel, height - panel_top)
        self.preview.close_button.setVisible(not beside)
        self.preview.setVisible(shown)
        self.preview.raise_()

    def fill(self, words: str, collection_id: str, exact: bool) -> None:
        """Put words into the field, and let everything of a collection through ('': of all)."""
        self.field.setText(words)
        self.filters.clear()
        self.filters.set_collection(collection_id)
        self.filters.exact.setChecked(exact)
        self.filters.show_values()

    def show_count(self, passages: int, files: int, limited: bool) -> None:
        """Say how much was found; `limited` where it is the best of more."""
        self.count.setText(self._count_words(passages, files, limited))

    def _count_words(self, passages: int, files: int, limited: bool) -> str:
        if passages == 1:
            return self.tr("1 passage in 1 file")
        if files == 1:
            words = (
                self.tr("The best {n} passages, in 1 file") if limited else self.tr("{n} passages in 1 file")
            )
        elif limited:
            words = self.tr("The best {n} passages, in {m} files")
        else:
            words = self.tr("{n} passages in {m} files")
        return words.replace("{n}", self._theme.number(passages)).replace("{m}", self._theme.number(files))

    def _make_head(self) -> QFrame:
        head = QFrame()
        head.setProperty("kind", "header")
        head.setObjectName("search_head")
        column = QVBoxLayout(head)
        column.setContentsMargins(_SIDE, _TOP, _SIDE, _BOTTOM - 1)
        column.setSpacing(_GAP)
        row = QHBoxLayout()
        row.setSpacing(8)
        self.field = SearchField()
        self.field.setObjectName("search_field")
        self.field.setAccessibleName(self.tr("Search your files"))
        self.field.setPlaceholderText(self.tr("What are you looking for?"))
        self.field.setProperty("extent", "large")
        self.field.addAction(
            self._theme.icon("magnifying-glass", "text2"), QLineEdit.ActionPosition.LeadingPosition
        )
        self._clear = self.field.addAction(
            self._theme.icon("x-circle", "text2"), QLineEdit.ActionPosition.TrailingPosition
        )
        self._clear.setToolTip(self.tr("Clear the field (Esc)"))
        self._clear.setVisible(False)
        self._clear.triggered.connect(self.field.clear)
        self.field.textChanged.connect(lambda text: self._clear.setVisible(bool(text)))
        self.button = Button(self._theme, self.tr("Search"), "primary", size="large", name="search_button")
        row.addWidget(self.field, 1)
        row.addWidget(self.button)
        column.addLayout(row)
        column.addWidget(self.filters)
        return head

    def _fill_centre(self) -> None:
        column = QVBoxLayout(self._centre)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        self.notices = SearchNotices(self._theme, self._centre)
        column.addWidget(self.notices)
        self.states = QStackedWidget(self._centre)
        self.states.setObjectName("search_states")
        column.addWidget(self.states, 1)
        self._make_states()

    def _make_states(self) -> None:
        self.start = SearchStart(self._theme)
        self.no_files = EmptyState(
            self._theme, "tray", self.tr("No files yet"),
            self.tr("Add some, and find everything they say about something, in your own words."),
            self.tr("Add files"), name="search_no_files",
        )  # fmt: skip
        self.nothing = EmptyState(
            self._theme, "magnifying-glass", self.tr("Nothing was found"), "", name="search_nothing"
        )
        self.broken = EmptyState(
            self._theme, "warning-circle", self.tr("The search did not work"), "",
            self.tr("Try again"), name="search_failed",
        )  # fmt: skip
        self.waiting = QWidget()
        self.found = QWidget()
        column = QVBoxLayout(self.found)
        column.setContentsMargins(0, 0, 2, 0)
        column.setSpacing(0)
        column.addLayout(self._make_counts())
        column.addWidget(self.results, 1)
        for state in (self.start, self.no_files, self.nothing, self.broken, self.waiting, self.found):
            self.states.addWidget(state)

    def _make_counts(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setContentsMargins(24, 8, 8, 0)
        row.setSpacing(8)
        self.count = Label("", "body", "text2")
        self.count.setObjectName("search_count")
        self.order = SearchOrder(self._theme)
        row.addWidget(self.count)
        row.addStretch(1)
        row.addWidget(self.order)
        return row
