"""The menu of chosen rows of the library, and opening a file in its own program."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QObject, QPoint, QUrl, Signal
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QMenu, QWidget

from desktop.core.documents import Document, DocumentState
from desktop.core.errors import DesksideError, UserError
from desktop.ui.attention_actions import AttentionActions
from desktop.ui.library_delegate import LibraryTable
from desktop.ui.library_model import LibraryModel
from desktop.ui.theme import Theme
from desktop.ui.widgets import menu


class LibraryMenu(QObject):
    """What can be done with the chosen files; what it cannot do itself it asks for by its signals."""

    ask_document = Signal(str)
    summarise_document = Signal(str)
    ask_collection = Signal()
    remove = Signal()
    failed = Signal(object)

    def __init__(
        self,
        theme: Theme,
        table: LibraryTable,
        model: LibraryModel,
        actions: AttentionActions,
        parent: QWidget,
    ) -> None:
        super().__init__(parent)
        self._theme, self._table, self._model, self._page = theme, table, model, parent
        self._actions = actions
        table.customContextMenuRequested.connect(self.open_at)
        table.doubleClicked.connect(lambda index: self.open_file(index.row()))

    def open_file(self, row: int) -> None:
        """Open the file of a row in the program that the system has for it."""
        document = self._model.document(row)
        if document is None:
            return
        path = Path(document.path)
        if not path.exists() or not QDesktopServices.openUrl(QUrl.fromLocalFile(str(path))):
            error: DesksideError = UserError(
                self.tr("{name} could not be opened.").replace("{name}", document.name),
                self.tr("It may have been moved or deleted. What was read of it can still be asked."),
            )
            self.failed.emit(error)

    def open_at(self, where: QPoint) -> None:
        """Open the menu at a place of the table."""
        rows = self._table.selected_rows()
        if not rows:
            return
        documents = self._model.documents(rows)
        opened = menu(self._page, "library_menu")
        if len(rows) == 1:
            action = opened.addAction(self._theme.icon("arrow-square-out", "text2"), self.tr("Open the file"))
            action.triggered.connect(lambda: self.open_file(rows[0]))
        self._add_repairs(opened, documents)
        icon = self._theme.icon("chat-circle-text", "text2")
        if len(documents) == 1 and documents[0].state is DocumentState.READY:
            about = opened.addAction(icon, self.tr("Ask about this file"))
            about.triggered.connect(lambda: self.ask_document.emit(documents[0].id))
            summary = opened.addAction(
                self._theme.icon("list-bullets", "text2"), self.tr("Summarise this file")
            )
            summary.triggered.connect(lambda: self.summarise_document.emit(documents[0].id))
        ask = opened.addAction(icon, self.tr("Ask about this collection"))
        ask.triggered.connect(self.ask_collection)
        opened.addSeparator()
        remove = opened.addAction(self._theme.icon("trash", "bad"), self.tr("Remove") + "\t" + self.tr("Del"))
        remove.triggered.connect(self.remove)
        opened.popup(self._table.viewport().mapToGlobal(where))

    def _add_repairs(self, opened: QMenu, documents: list[Document]) -> None:
        """What puts files right that were not read, or not wholly."""
        actions = self._actions
        failed = [one.id for one in documents if one.state is DocumentState.FAILED]
        locked = [one.id for one in documents if one.id in failed and one.reason_kind == "encrypted"]
        scans = [
            one.id
            for one in documents
            if (one.id in failed and one.reason_kind == "no text")
            or (one.state is DocumentState.READY and one.unread and not one.scanned)
        ]
        again = [
            one.id
            for one in documents
            if one.id in failed or (one.state is DocumentState.SKIPPED and one.reason_kind == "ignored")
        ]
        for ids, icon, words, work in (
            (locked, "lock-key", self.tr("Enter password"), actions.ask_password),
            (scans, "text-aa", self.tr("Read with OCR"), actions.read_scans),
            (again, "arrow-clockwise", self.tr("Try again"), actions.try_again),
            (failed, "eye-slash", self.tr("Ignore"), actions.ignore),
        ):
            if ids:
                action = opened.addAction(self._theme.icon(icon, "text2"), words)
                action.triggered.connect(lambda _=False, ids=ids, work=work: work(ids))
