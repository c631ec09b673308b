"""The password of something that is attached: asked for, tried, and the file read with it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtWidgets import QWidget

from desktop.core.documents import Document
from desktop.ui.password_dialog import PasswordDialog
from desktop.ui.tasks import ListedTask, TaskList
from desktop.ui.theme import Theme

if TYPE_CHECKING:
    from desktop.services.all import Services


class AttachmentUnlock(QObject):
    """`began` carries each try as a task."""

    began = Signal(object)

    def __init__(self, services: Services, theme: Theme, tasks: TaskList, over: QWidget) -> None:
        super().__init__(over)
        self._services, self._theme, self._tasks, self._over = services, theme, tasks, over

    def ask(self, document: Document) -> None:
        """Ask for the password of a locked document; it is over when the dialog is."""
        draft = document.collection_id
        dialog = PasswordDialog(self._services, self._theme, self, draft, [document.id], self._over)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.finished.connect(self.deleteLater)
        dialog.open()

    def unlock(self, document_ids: Sequence[str], password: str, collection_id: str) -> ListedTask:
        """Try a password on the one document."""
        unlock, (document_id,) = self._services.attaching.unlock, document_ids
        title = self.tr("Reading a locked file")
        entry = self._tasks.start(
            title, lambda cancel: unlock(document_id, password, cancel), icon="lock-key"
        )
        self.began.emit(entry.task)
        return entry
