"""The library: collections at the side, the files of one in a table, and what is being read or needs attention."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QWidget

from desktop.core.documents import DocumentState
from desktop.core.events import FileChanged
from desktop.ui.attention_actions import AttentionActions
from desktop.ui.cards import time_left
from desktop.ui.collections_panel import doing
from desktop.ui.folder_actions import FolderActions
from desktop.ui.folder_sync import FolderSync
from desktop.ui.imports import PENDING_STATES, Imports
from desktop.ui.keeping_dialog import KeepingDialog
from desktop.ui.library_menu import LibraryMenu
from desktop.ui.library_view import LibraryView
from desktop.ui.tasks import TaskList
from desktop.ui.theme import Theme

if TYPE_CHECKING:
    from desktop.services.all import Services

_REFRESH_MS = 500


class LibraryPage(LibraryView):
    """`add_files` asks the window for a dialog; `add_paths` carries what is to be read; `ask_collection` opens the chat
    on a collection."""

    add_files = Signal()
    add_paths = Signal(list)
    try_samples = Signal()
    ask_collection = Signal(str)
    ask_document = Signal(str)
    summarise_document = Signal(str)
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
        self.attention_actions = AttentionActions(services, theme, imports, self.attention, self)
        self.menu = LibraryMenu(theme, self.table, self.model, self.attention_actions, self)
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
        self.attention_actions.message.connect(self.message)
        self.attention_actions.failed.connect(self.failed)
        self.attention_actions.changed.connect(self._refresh)
        self.attention_actions.only.connect(self.show_only)
        self.attention_actions.remove.connect(self.remove_ids)
        self.only.cleared.connect(self.show_all)
        self.check_up.set_remedies(self.attention_actions, self.similar)
        self.check_up.only.connect(self.show_only)
        self.check_button.clicked.connect(lambda: self.check_up.open(self.panel.current))
        self.panel.check_up.connect(self.check_up.open)
        self.panel.keeping.connect(self._open_keeping)
        self.busy.cancelled.connect(self._cancel_import)
        self.busy.pause_toggled.connect(self._pause_import)
        self.menu.ask_document.connect(self.ask_document)
        self.menu.summarise_document.connect(self.summarise_document)
        self.menu.ask_collection.connect(lambda: self.ask_collection.emit(self.panel.current))
        self.menu.remove.connect(self.remove_selected)
        self.menu.failed.connect(self.failed)
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

    def _open_keeping(self, collection_id: str) -> None:
        collection = self._services.library.collection(collection_id)
        if collection is not None:
            KeepingDialog(self._services, self._theme, self._tasks, collection, self.window()).open()

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
        self.only.show_only(None)
        self.model.show(collection_id)
        self.table.scrollToTop()
        self.folders.show_collection(collection_id)
        self.similar.look(collection_id)
        self.check_up.show_collection(collection_id)
        self._show_state()
        self._import_moved(collection_id)

    def show_only(self, ids: list[str], words: str) -> None:
        """Show some files alone; `words` say which they are."""
        self.only.show_only(ids, words)
        self._find()
        self.table.scrollToTop()
        self._fit_cards()

    def show_all(self) -> None:
        """Show all files of the collection again."""
        self.only.show_only(None)
        self._find()
        self._fit_cards()

    def _find(self) -> None:
        self.model.show(self.panel.current, self.find_field.text().strip(), self.only.ids)
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
        self.drop_zone.set_collection(name if collection else "")
        self._show_attention()
        self._show_stack()
        self._fit()

    def _files_words(self, total: int) -> str:
        return self.tr("{n} files").replace("{n}", self._theme.number(total))

    def _show_attention(self) -> None:
        current = self.panel.current
        self.attention_actions.show(current, self.model.hidden_ids)
        counts = self._services.library.counts_by_state(current) if current else {}
        self._show_interrupted(sum(counts.get(state, 0) for state in PENDING_STATES))

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
        if self.only.ids is not None and not self.model.rowCount() and not self.find_field.text().strip():
            self.show_all()  # the last of them was taken out
            return
        if self.model.rowCount():
            self.stack.setCurrentWidget(self.table)
        elif self.find_field.text().strip():
            self.stack.setCurrentWidget(self.nothing_found)
        else:
            self.stack.setCurrentWidget(self.empty_files)
        empty = self.stack.currentWidget() is self.empty_files
        self.samples_button.setVisible(empty and not self.panel.model.rowCount())
        self.find_field.setVisible(not empty)
        self.check_button.setVisible(not empty)
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
        entry = self._imports.running(collection_id)
        if collection_id != self.panel.current:
            if entry is None:
                self.check_up.import_ended(collection_id)
            return
        was_busy = not self.busy.isHidden()
        self.busy.setVisible(entry is not None)
        self._fit_cards()
        if entry is None:
            if was_busy:
                self._refresh()
                self.check_up.import_ended(collection_id)
            return
        self.banner.hide()
        self.check_up.hide()
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
        self._show_attention()
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
