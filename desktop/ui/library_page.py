"""The library: collections at the side, the files of one in a table, and what is being read or needs attention."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, Qt, QTimer, QUrl, Signal
from PySide6.QtGui import QAction, QDesktopServices, QKeySequence
from PySide6.QtWidgets import (
    QWidget,
)

from desktop.core.documents import DocumentState
from desktop.core.errors import DesksideError, UserError
from desktop.core.events import FileChanged
from desktop.ui.cards import time_left
from desktop.ui.collections_panel import doing
from desktop.ui.folder_actions import FolderActions
from desktop.ui.folder_sync import FolderSync
from desktop.ui.imports import PENDING_STATES, Imports
from desktop.ui.library_view import LibraryView
from desktop.ui.tasks import TaskList
from desktop.ui.theme import Theme
from desktop.ui.widgets import menu

if TYPE_CHECKING:
    from desktop.services.all import Services

_REFRESH_MS = 500
_MOST_FAILED = 200


class LibraryPage(LibraryView):
    """`add_files` asks the window for a dialog; `add_paths` carries what is to be read; `ask_collection` opens the chat
    on a collection."""

    add_files = Signal()
    add_paths = Signal(list)
    try_samples = Signal()
    ask_collection = Signal(str)
    ask_document = Signal(str)
    test_collection = Signal(str)
    message = Signal(str, object, object)
    failed = Signal(object)

    def __init__(
        self,
        services: Services,
        theme: Theme,
        tasks: TaskList,
        imports: Imports,
        sync: FolderSync,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(services, theme, tasks, sync, parent)
        self._imports = imports
        self._sync = sync
        self.folder_actions = FolderActions(services, theme, tasks, sync, self.folders, self)
        self._dropped: set[str] = set()
        self._refresh_timer = QTimer(self, interval=_REFRESH_MS, singleShot=True)
        self._refresh_timer.timeout.connect(self._refresh)
        self._find_timer = QTimer(self, interval=150, singleShot=True)
        self._find_timer.timeout.connect(self._find)
        self._connect()
        self._show_collection(self.panel.current)

    def _connect(self) -> None:
        self.panel.chosen.connect(self._show_collection)
        self.panel.renamed.connect(self._show_state)
        self.panel.ask.connect(self.ask_collection)
        self.panel.test.connect(self.test_collection)
        self.panel.message.connect(self.message)
        self.panel.failed.connect(self.failed)
        self.banner.acted.connect(self._go_on)
        self.banner.dismissed.connect(self._drop_waiting)
        self.ask_button.clicked.connect(lambda: self.ask_collection.emit(self.panel.current))
        self.find_field.textChanged.connect(lambda: self._find_timer.start())
        self.add_button.clicked.connect(self.add_files)
        self.folder_button.clicked.connect(lambda: self.folder_actions.choose(self.panel.current))
        self._connect_folders()
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

    def _connect_folders(self) -> None:
        self.folder_actions.message.connect(self.message)
        self.folder_actions.failed.connect(self.failed)
        self.folder_actions.linked.connect(self.show_collection)
        self.folder_actions.read_once.connect(lambda path: self.add_paths.emit([path]))
        self.folder_actions.changed.connect(self.reload)
        self._sync.files_moved.connect(lambda _: self.reload())
        self.similar.remove.connect(self.remove_ids)

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
        self.folders.show_collection(collection_id)
        self.similar.look(collection_id)
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
            shown = [row for row in rows if not self.model.is_hidden(row.id)]
            failed -= len(rows) - len(shown)
            documents = [row for row in shown if row.state is DocumentState.FAILED]
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
                self.similar.look(collection_id)
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
        self._show_failed()
        self._fit_cards()

        def undo() -> None:
            self.model.show_hidden(ids)
            self._show_state()

        def commit() -> None:
            # Those of linked folders are left out from now on: the next scan would bring them back.
            task = self._tasks.run(lambda cancel: self._services.syncing.take_out(ids, cancel), keep=True)
            task.failed.connect(self.failed)
            task.finished.connect(lambda: self._removal_ended(ids))

        if len(ids) == 1:
            words = self.tr("1 file removed. The file itself stays where it is.")
        else:
            words = self.tr("{n} files removed. The files themselves stay where they are.")
        self.message.emit(words.replace("{n}", self._theme.number(len(ids))), undo, commit)

    def _removal_ended(self, ids: list[str]) -> None:
        self._sync.refresh()
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
        if len(documents) == 1 and documents[0].state is DocumentState.READY:
            about = opened.addAction(
                self._theme.icon("chat-circle-text", "text2"), self.tr("Ask about this file")
            )
            about.triggered.connect(lambda: self.ask_document.emit(documents[0].id))
        ask = opened.addAction(
            self._theme.icon("chat-circle-text", "text2"), self.tr("Ask about this collection")
        )
        ask.triggered.connect(lambda: self.ask_collection.emit(self.panel.current))
        opened.addSeparator()
        remove = opened.addAction(self._theme.icon("trash", "bad"), self.tr("Remove") + "\t" + self.tr("Del"))
        remove.triggered.connect(self.remove_selected)
        opened.popup(self.table.viewport().mapToGlobal(where))
