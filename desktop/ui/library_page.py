"""The library: collections at the side, the files of one in a table, and what is being read or needs attention."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, QSize, Qt, QTimer, QUrl, Signal
from PySide6.QtGui import QAction, QDesktopServices, QKeySequence, QResizeEvent
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLineEdit,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from desktop.core.documents import DocumentState
from desktop.core.errors import DesksideError, UserError
from desktop.core.events import FileChanged
from desktop.ui.cards import Banner, BusyCard, EmptyState, time_left
from desktop.ui.collections_panel import CollectionsPanel, doing
from desktop.ui.drop_zone import DropZone
from desktop.ui.imports import PENDING_STATES, Imports
from desktop.ui.library_attention import AttentionCard
from desktop.ui.library_delegate import LibraryTable
from desktop.ui.library_model import LibraryModel
from desktop.ui.tasks import TaskList
from desktop.ui.theme import Theme
from desktop.ui.tokens import NARROW_SIDE, NARROW_TABLE
from desktop.ui.widgets import Button, ElidedLabel, IconButton, Label, menu

if TYPE_CHECKING:
    from desktop.services.all import Services

_REFRESH_MS = 500
_MOST_FAILED = 200
_LOW = 700
# The table's scroll bar stands in the page's right margin, so that the rows end where the cards do.
_EDGE = 12
_VERY_NARROW_TABLE = 1000


class LibraryPage(QFrame):
    """`add_files` and `add_folder` ask the window for a dialog; `ask_collection` opens the chat on a collection."""

    add_files = Signal()
    add_folder = Signal()
    try_samples = Signal()
    ask_collection = Signal(str)
    message = Signal(str, object, object)
    failed = Signal(object)

    def __init__(
        self,
        services: Services,
        theme: Theme,
        tasks: TaskList,
        imports: Imports,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._services = services
        self._theme = theme
        self._tasks = tasks
        self._imports = imports
        self._side_open = False
        self._dropped: set[str] = set()
        self.setProperty("kind", "page")
        self.setObjectName("library_page")
        self.panel = CollectionsPanel(services, theme, tasks, self)
        self.model = LibraryModel(services, theme, self)
        self.table = LibraryTable(theme, self.model, self)
        self._refresh_timer = QTimer(self, interval=_REFRESH_MS, singleShot=True)
        self._refresh_timer.timeout.connect(self._refresh)
        self._find_timer = QTimer(self, interval=150, singleShot=True)
        self._find_timer.timeout.connect(self._find)
        self._build()
        self._connect()
        self._show_collection(self.panel.current)

    # --- layout

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
        self.banner = Banner(self._theme, "info", "", parent=self._content)
        self.banner.hide()
        self.banner.acted.connect(self._go_on)
        self.banner.close_button.set_label(self.tr("Take them off the list"))
        self.banner.dismissed.connect(self._drop_waiting)
        self.busy = BusyCard(self._theme, self.tr("Reading your files"), pausable=True)
        self.busy.set_hint(self.tr("You can already ask about the files that are ready."))
        self.busy.hide()
        self.attention = AttentionCard(self._theme)
        self._cards = QWidget(self._content)
        cards = QVBoxLayout(self._cards)
        cards.setContentsMargins(0, 0, _EDGE, 12)
        cards.setSpacing(16)
        for card in (self.banner, self.busy, self.attention):
            cards.addWidget(card)
        column.addWidget(self._cards)
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
        column.addWidget(self.stack, 1)
        self.drop_zone = DropZone(self._theme, self._content)
        column.addSpacing(8)
        bottom = QHBoxLayout()
        bottom.setContentsMargins(0, 0, _EDGE, 0)
        bottom.addWidget(self.drop_zone)
        column.addLayout(bottom)

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
            self._theme, self.tr("Add a folder"), icon="folder-plus", name="library_add_folder"
        )
        self.add_button = Button(
            self._theme, self.tr("Add files"), "primary", icon="plus", name="library_add_files"
        )
        row.addStrut(self._theme.px(32))
        row.addWidget(self.side_button)
        row.addWidget(self.title)
        row.addSpacing(4)
        row.addWidget(self.count)
        row.addStretch(1)
        for widget in (self.ask_button, self.find_field, self.folder_button, self.add_button):
            row.addWidget(widget)
        return row

    def _connect(self) -> None:
        self.panel.chosen.connect(self._show_collection)
        self.panel.renamed.connect(self._show_state)
        self.panel.ask.connect(self.ask_collection)
        self.panel.message.connect(self.message)
        self.panel.failed.connect(self.failed)
        self.side_button.clicked.connect(self._toggle_side)
        self.ask_button.clicked.connect(lambda: self.ask_collection.emit(self.panel.current))
        self.find_field.textChanged.connect(lambda: self._find_timer.start())
        self.add_button.clicked.connect(self.add_files)
        self.folder_button.clicked.connect(self.add_folder)
        self.empty_files.acted.connect(self.add_files)
        self.samples_button.clicked.connect(self.try_samples)
        self.nothing_found.acted.connect(self.find_field.clear)
        self.attention.retry.connect(self.retry)
        self.attention.ignore.connect(self.remove_ids)
        self.busy.cancelled.connect(self._cancel_import)
        self.busy.pause_toggled.connect(self._pause_import)
        self.table.customContextMenuRequested.connect(self._open_menu)
        self.table.doubleClicked.connect(lambda index: self._open_file(index.row()))
        delete = QAction(self.tr("Remove"), self.table)
        delete.setShortcut(QKeySequence(Qt.Key.Key_Delete))
        delete.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)
        delete.triggered.connect(self.remove_selected)
        self.table.addAction(delete)
        self._imports.rows_changed.connect(self._rows_changed)
        self._imports.moved.connect(self._import_moved)

    # --- what is shown

    @property
    def current(self) -> str:
        """The id of the shown collection, or ''."""
        return self.panel.current

    def show_collection(self, collection_id: str) -> None:
        """Choose a collection."""
        self.panel.show_collection(collection_id)

    def reload(self) -> None:
        """Read everything again: collections, counts and rows."""
        self.panel.reload()
        self._refresh()

    def _show_collection(self, collection_id: str) -> None:
        self.find_field.clear()
        self._find_timer.stop()
        self.model.show(collection_id)
        self.table.scrollToTop()
        self._show_state()
        self._import_moved(collection_id)

    def _find(self) -> None:
        self.model.show(self.panel.current, self.find_field.text().strip())
        self._show_stack()

    def _refresh(self) -> None:
        chosen = [d.id for d in self.model.documents(self.table.selected_rows()[:500])]
        self.model.refresh()
        self._select(chosen)
        self.panel.reload()
        self._show_state()

    def _select(self, ids: list[str]) -> None:
        """Choose these files again after rows have moved."""
        if [d.id for d in self.model.documents(self.table.selected_rows()[:500])] == ids:
            return
        self.table.clearSelection()
        selection = self.table.selectionModel()
        for document_id in ids:
            row = self.model.row_of(document_id)
            if row >= 0:
                flags = selection.SelectionFlag.Select | selection.SelectionFlag.Rows
                selection.select(self.model.index(row, 0), flags)

    def _show_state(self) -> None:
        """The title, the counts, the cards, and which of table and empty state is right."""
        collection = self._services.library.collection(self.panel.current) if self.panel.current else None
        name = collection.name if collection else self.tr("Library")
        total = collection.documents if collection else 0
        self.title.set_text(name)
        self.count.setText(self.tr("1 file") if total == 1 else self._files_words(total))
        self.count.setVisible(collection is not None)
        self.drop_zone.set_collection(name if collection else "")
        self._show_failed()
        self._show_stack()
        self._fit()

    def _files_words(self, total: int) -> str:
        return self.tr("{n} files").replace("{n}", self._theme.number(total))

    def _show_failed(self) -> None:
        current = self.panel.current
        counts = self._services.library.counts_by_state(current) if current else {}
        failed = counts.get(DocumentState.FAILED, 0)
        documents = []
        if failed:
            # Sorted by state, the rows being embedded come before the failed ones.
            before = counts.get(DocumentState.EMBEDDING, 0)
            rows = self._services.library.documents(
                current, order="state", offset=before, limit=min(failed, _MOST_FAILED)
            )
            documents = [row for row in rows if row.state is DocumentState.FAILED]
        self.attention.set_documents(documents, failed)
        pending = sum(counts.get(s, 0) for s in PENDING_STATES)
        self._show_interrupted(pending)

    def _show_interrupted(self, pending: int) -> None:
        """Files that wait while no import runs: it was cancelled, or the program ended in between."""
        current = self.panel.current
        waits = pending > 0 and self._imports.running(current) is None and current not in self._dropped
        self.banner.setVisible(waits)
        if waits:
            words = (
                self.tr("1 file is not read yet") if pending == 1 else self.tr("{n} files are not read yet")
            )
            self.banner.set_words(
                words.replace("{n}", self._theme.number(pending)),
                self.tr("What is ready can be asked. Reading goes on where it stopped."),
                self.tr("Go on reading"),
            )

    def _show_stack(self) -> None:
        if self.model.rowCount():
            self.stack.setCurrentWidget(self.table)
        elif self.find_field.text().strip():
            self.stack.setCurrentWidget(self.nothing_found)
        else:
            self.stack.setCurrentWidget(self.empty_files)
        empty = self.stack.currentWidget() is self.empty_files
        self.samples_button.setVisible(empty and not self.panel.model.rowCount())
        self.find_field.setVisible(not empty)
        self.ask_button.setEnabled(not empty)
        self.add_button.setVisible(not empty)

    # --- imports

    def _rows_changed(self, collection_id: str, changes: list[FileChanged]) -> None:
        if collection_id != self.panel.current:
            self.panel.reload()
            return
        failed = any(change.document.state is DocumentState.FAILED for change in changes)
        unknown = self.model.update_rows(changes)
        if (unknown or failed) and not self._refresh_timer.isActive():
            self._refresh_timer.start()

    def _import_moved(self, collection_id: str) -> None:
        if collection_id != self.panel.current:
            return
        entry = self._imports.running(collection_id)
        was_busy = not self.busy.isHidden()
        self.busy.setVisible(entry is not None)
        self._fit_cards()
        if entry is None:
            if was_busy:
                self._refresh()
            return
        self.banner.hide()
        self.busy.set_paused(entry.paused)
        self.busy.pause_button.setVisible(entry.pause_flag is not None)
        progress = entry.progress
        if entry.task.token.cancelled:
            self.busy.set_words(self.tr("Stopping, what is ready stays ready"))
        elif progress is None or not progress.total:
            self.busy.set_words(entry.note or self.tr("Looking at what there is"))
            self.busy.bar.set_share(None)
        else:
            words = self.tr("{n} of {m} are ready")
            words = words.replace("{n}", self._theme.number(progress.done))
            words = words.replace("{m}", self._theme.number(progress.total))
            left = self.tr("paused") if entry.paused else time_left(self, progress.seconds_left)
            self.busy.set_words(", ".join(part for part in (words, left) if part))
            self.busy.bar.set_share(progress.done / progress.total)

    def _cancel_import(self) -> None:
        entry = self._imports.running(self.panel.current)
        if entry is not None:
            entry.cancel()
            self._import_moved(self.panel.current)

    def _pause_import(self, paused: bool) -> None:
        entry = self._imports.running(self.panel.current)
        if entry is not None:
            entry.set_paused(paused)

    def _go_on(self) -> None:
        self._imports.resume(self.panel.current)

    def _drop_waiting(self) -> None:
        """Forget the files that were never read, with Undo."""
        collection_id = self.panel.current
        self._dropped.add(collection_id)
        self._fit_cards()

        def undo() -> None:
            self._dropped.discard(collection_id)
            self._show_state()

        def commit() -> None:
            task = self._tasks.run(
                doing(lambda: self._services.importing.drop_waiting(collection_id)), keep=True
            )
            task.failed.connect(self.failed)
            task.finished.connect(lambda: self._dropped.discard(collection_id))
            task.finished.connect(self.reload)

        self.message.emit(self.tr("Files that were not read are off the list"), undo, commit)

    def retry(self, document_ids: list[str]) -> None:
        """Read failed files again."""
        if document_ids:
            self._imports.retry(document_ids, self.panel.current)

    # --- what can be done with rows

    def remove_selected(self) -> None:
        """Take the selected files out of the collection, with Undo."""
        rows = self.table.selected_rows()
        if rows:
            self._removed(self.model.hide(rows))

    def remove_ids(self, document_ids: list[str]) -> None:
        """As `remove_selected`, for given files."""
        self.model.hide_ids(document_ids)
        self._removed(document_ids)

    def _removed(self, ids: list[str]) -> None:
        self.table.clearSelection()
        self._show_stack()
        self.attention.set_documents(
            [d for rows in self.attention.groups().values() for d in rows if d.id not in ids], len(ids)
        )

        def undo() -> None:
            self.model.show_hidden(ids)
            self._show_state()

        def commit() -> None:
            task = self._tasks.run(lambda cancel: self._services.library.remove(ids, cancel), keep=True)
            task.failed.connect(self.failed)
            task.finished.connect(lambda: self._removal_ended(ids))

        if len(ids) == 1:
            words = self.tr("1 file removed. The file itself stays where it is.")
        else:
            words = self.tr("{n} files removed. The files themselves stay where they are.")
        self.message.emit(words.replace("{n}", self._theme.number(len(ids))), undo, commit)

    def _removal_ended(self, ids: list[str]) -> None:
        self.model.drop_hidden(ids)
        self.panel.reload()
        self._show_state()

    def _open_file(self, row: int) -> None:
        document = self.model.document(row)
        if document is None:
            return
        path = Path(document.path)
        if not path.exists() or not QDesktopServices.openUrl(QUrl.fromLocalFile(str(path))):
            error: DesksideError = UserError(
                self.tr("{name} could not be opened.").replace("{name}", document.name),
                self.tr("It may have been moved or deleted. What was read of it can still be asked."),
            )
            self.failed.emit(error)

    def _open_menu(self, where: QPoint) -> None:
        rows = self.table.selected_rows()
        if not rows:
            return
        documents = self.model.documents(rows)
        failed = [d.id for d in documents if d.state is DocumentState.FAILED]
        opened = menu(self, "library_menu")
        if len(rows) == 1:
            action = opened.addAction(self._theme.icon("arrow-square-out", "text2"), self.tr("Open the file"))
            action.triggered.connect(lambda: self._open_file(rows[0]))
        if failed:
            action = opened.addAction(self._theme.icon("arrow-clockwise", "text2"), self.tr("Try again"))
            action.triggered.connect(lambda: self.retry(failed))
        ask = opened.addAction(
            self._theme.icon("chat-circle-text", "text2"), self.tr("Ask about this collection")
        )
        ask.triggered.connect(lambda: self.ask_collection.emit(self.panel.current))
        opened.addSeparator()
        remove = opened.addAction(self._theme.icon("trash", "bad"), self.tr("Remove") + "\t" + self.tr("Del"))
        remove.triggered.connect(self.remove_selected)
        opened.popup(self.table.viewport().mapToGlobal(where))

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
        self.folder_button.setVisible(room >= NARROW_SIDE and not self.add_button.isHidden())
        self.ask_button.setVisible(room >= NARROW_TABLE)
        self.attention.fold(self.height() < self._theme.px(_LOW))
        self._fit_cards()

    def _fit_cards(self) -> None:
        self._cards.setVisible(any(not c.isHidden() for c in (self.banner, self.busy, self.attention)))

    def _toggle_side(self) -> None:
        self._side_open = self.side_button.isChecked()
        self._fit()
