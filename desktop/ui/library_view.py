"""What the library looks like: its side column, header, cards, table and empty states, and how they share room."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLineEdit, QStackedWidget, QVBoxLayout, QWidget

from desktop.ui.cards import Banner, BusyCard, EmptyState
from desktop.ui.check_up import CheckUpBanner
from desktop.ui.collections_panel import CollectionsPanel
from desktop.ui.drop_zone import DropZone
from desktop.ui.folder_sync import FolderSync
from desktop.ui.folders_panel import FoldersPanel
from desktop.ui.library_attention import AttentionCard
from desktop.ui.library_delegate import LibraryTable
from desktop.ui.library_model import LibraryModel
from desktop.ui.only_strip import OnlyStrip
from desktop.ui.similar_files import SimilarBanner
from desktop.ui.tasks import TaskList
from desktop.ui.theme import Theme
from desktop.ui.tokens import NARROW_SIDE, NARROW_TABLE
from desktop.ui.widgets import Button, ElidedLabel, IconButton, Label

if TYPE_CHECKING:
    from desktop.services.all import Services

_LOW = 700
# The table's scroll bar stands in the page's right margin, so that the rows end where the cards do.
_EDGE = 12
_VERY_NARROW_TABLE = 1000


class LibraryView(QFrame):
    """The widgets of the library; `LibraryPage` fills them and answers to them."""

    def __init__(
        self,
        services: Services,
        theme: Theme,
        tasks: TaskList,
        sync: FolderSync,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._theme = theme
        self._side_open = False
        self.setProperty("kind", "page")
        self.setObjectName("library_page")
        self._services, self._tasks = services, tasks
        self.panel = CollectionsPanel(services, theme, tasks, self)
        self.folders = FoldersPanel(services, theme, sync, self.panel)
        self.panel.add_below(self.folders)
        self.model = LibraryModel(services, theme, self)
        self.table = LibraryTable(theme, self.model, self)
        self._build()
        self.side_button.clicked.connect(self._toggle_side)

    def _build(self) -> None:
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(self.panel)
        self._content = QWidget(self)
        row.addWidget(self._content, 1)
        column = QVBoxLayout(self._content)
        column.setContentsMargins(24, 0, 12, 16)
        column.setSpacing(0)
        column.addLayout(self._build_header())
        self._build_cards()
        column.addWidget(self._cards)
        self._build_stack()
        column.addWidget(self.stack, 1)
        self.drop_zone = DropZone(self._theme, self._content)
        column.addSpacing(8)
        bottom = QHBoxLayout()
        bottom.setContentsMargins(0, 0, _EDGE, 0)
        bottom.addWidget(self.drop_zone)
        column.addLayout(bottom)

    def _build_cards(self) -> None:
        self.banner = Banner(self._theme, "info", "", parent=self._content)
        self.banner.hide()
        self.banner.close_button.set_label(self.tr("Take them off the list"))
        self.busy = BusyCard(self._theme, self.tr("Reading your files"), pausable=True)
        self.busy.set_hint(self.tr("You can already ask about the files that are ready."))
        self.busy.hide()
        self.attention = AttentionCard(self._theme)
        self.similar = SimilarBanner(self._services, self._theme, self._tasks, self._content)
        self.similar.shown.connect(self._fit_cards)
        self.similar.dismissed.connect(self._fit_cards)
        self.check_up = CheckUpBanner(self._services, self._theme, self._tasks, self._content)
        self.check_up.shown.connect(self._fit_cards)
        self.only = OnlyStrip(self._theme)
        self._cards = QWidget(self._content)
        cards = QVBoxLayout(self._cards)
        cards.setContentsMargins(0, 0, _EDGE, 12)
        cards.setSpacing(16)
        self._all_cards = (
            self.banner,
            self.busy,
            self.attention,
            self.check_up,
            self.similar,
            self.only,
        )
        for card in self._all_cards:
            cards.addWidget(card)

    def _build_stack(self) -> None:
        self.stack = QStackedWidget(self._content)
        self.empty_files = EmptyState(
            self._theme, "tray", self.tr("No files yet"), self.tr("Add some, and ask them anything."),
            self.tr("Add files"), name="library_empty",
        )  # fmt: skip
        self.samples_button = Button(
            self._theme, self.tr("Try it with the sample files"), "quiet", name="library_samples"
        )
        layout = self.empty_files.layout()
        assert isinstance(layout, QVBoxLayout)
        layout.insertWidget(layout.count() - 1, self.samples_button, 0, Qt.AlignmentFlag.AlignHCenter)
        self.nothing_found = EmptyState(
            self._theme, "magnifying-glass", self.tr("No file has this in its name"),
            self.tr("Try another word, or ask in the chat to search what the files say."),
            self.tr("Show all files"), name="library_nothing_found",
        )  # fmt: skip
        for widget in (self.table, self.empty_files, self.nothing_found):
            self.stack.addWidget(widget)
        self.stack.setMinimumHeight(96)

    def _build_header(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setContentsMargins(0, 16, _EDGE, 16)
        row.setSpacing(8)
        self.side_button = IconButton(
            self._theme, "list", self.tr("Collections"), name="library_side", checkable=True
        )
        self.side_button.hide()
        self.title = ElidedLabel("", "title")
        self.count = Label("", "body", "text2")
        self.check_button = IconButton(
            self._theme,
            "clipboard-text",
            self.tr("Check-up: what is in these files"),
            name="library_check_up",
        )
        self.ask_button = Button(
            self._theme, self.tr("Ask these files"), "quiet", icon="chat-circle-text", name="library_ask"
        )
        self.find_field = QLineEdit(self)
        self.find_field.setObjectName("library_find")
        self.find_field.setAccessibleName(self.tr("Find a file"))
        self.find_field.setPlaceholderText(self.tr("Find a file"))
        self.find_field.setProperty("extent", "small")
        self.find_field.setClearButtonEnabled(False)
        self.find_field.addAction(
            self._theme.icon("magnifying-glass", "text2"), QLineEdit.ActionPosition.LeadingPosition
        )
        self.folder_button = Button(
            self._theme, self.tr("Link a folder"), icon="folder-plus", name="library_link_folder"
        )
        self.add_button = Button(
            self._theme, self.tr("Add files"), "primary", icon="plus", name="library_add_files"
        )
        row.addStrut(self._theme.px(32))
        row.addWidget(self.side_button)
        row.addWidget(self.title)
        row.addSpacing(4)
        row.addWidget(self.count)
        row.addWidget(self.check_button)
        row.addStretch(1)
        for widget in (self.ask_button, self.find_field, self.folder_button, self.add_button):
            row.addWidget(widget)
        return row

    # --- room

    def minimumSizeHint(self) -> QSize:
        """Less than what is shown needs: `_fit` leaves out what has no room, but only once it is narrow."""
        return QSize(560, 420)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        """The responsive rules; widths are the window's, as the look counts them."""
        window = self.window().width()
        share = 100 / self._theme.text_size
        narrow = window < NARROW_SIDE or (self._theme.text_size > 130 and window < NARROW_TABLE)
        self.side_button.setVisible(narrow)
        self.panel.setVisible(not narrow or self._side_open)
        self.side_button.setChecked(self.panel.isVisibleTo(self))
        room = window * share
        self.table.show_columns(passages=room >= NARROW_TABLE, added=room >= _VERY_NARROW_TABLE)
        self.find_field.setFixedWidth(self._theme.px(176 if room >= NARROW_TABLE else 140))
        self.folder_button.setVisible(room >= NARROW_SIDE)
        # Where the title needs the room, the number stands in the list of collections alone.
        has_room = room >= NARROW_TABLE or (narrow and self._theme.text_size <= 130)
        self.count.setVisible(bool(self.panel.current) and has_room)
        self.ask_button.setVisible(room >= NARROW_TABLE and not self.add_button.isHidden())
        self.attention.fold(self.height() < self._theme.px(_LOW))
        self._fit_cards()

    def _fit_cards(self) -> None:
        self._cards.setVisible(any(not card.isHidden() for card in self._all_cards))

    def _toggle_side(self) -> None:
        self._side_open = self.side_button.isChecked()
        self._fit()
