"""What a person does with linked folders: link, change what is left out, pause, and unlink with Undo."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QFileDialog, QWidget

from desktop.core.errors import DesksideError
from desktop.core.folders import LinkedFolder
from desktop.ui.folder_dialog import FolderDialog
from desktop.ui.folder_sync import FolderSync
from desktop.ui.folders_panel import FoldersPanel, folder_name
from desktop.ui.tasks import TaskList
from desktop.ui.theme import Theme

if TYPE_CHECKING:
    from desktop.services.all import Services


class FolderActions(QObject):
    """`linked` carries the id of the collection that a folder was linked to, `read_once` a folder that is not linked;
    `changed` says that documents have gone."""

    message = Signal(str, object, object)
    failed = Signal(object)
    linked = Signal(str)
    read_once = Signal(object)
    changed = Signal()

    def __init__(
        self,
        services: Services,
        theme: Theme,
        tasks: TaskList,
        sync: FolderSync,
        panel: FoldersPanel,
        over: QWidget,
    ) -> None:
        """`over` is the widget that dialogs belong to."""
        super().__init__(over)
        self._services, self._theme, self._tasks = services, theme, tasks
        self._sync, self._panel, self._over = sync, panel, over
        panel.edit_rules.connect(self.edit_rules)
        panel.set_paused.connect(self.set_paused)
        panel.unlink.connect(self.unlink)
        sync.failed.connect(self.failed)

    def choose(self, collection_id: str) -> None:
        """Ask for a folder, and link it to a collection ('': one that is named after it)."""
        name = QFileDialog.getExistingDirectory(self._over, self.tr("Link a folder"))
        if name:
            self.link(Path(name), collection_id)

    def link(self, path: Path, collection_id: str) -> None:
        """Show what is left out, then link the folder and scan it."""
        collection = self._services.library.collection(collection_id) if collection_id else None
        title = collection.name if collection else path.name
        dialog = FolderDialog(self._theme, str(path), title, parent=self._over)
        accepted, rules, once = bool(dialog.exec()), dialog.rules, dialog.once
        dialog.deleteLater()
        if once:
            self.read_once.emit(path)
        if not accepted or once:
            return
        try:
            if collection is None:
                collection = self._services.library.get_or_create(title)
            folder = self._services.syncing.link(path, collection.id, rules)
        except DesksideError as error:
            self.failed.emit(error)
            return
        self.linked.emit(collection.id)
        self._look_again(folder)
        words = self.tr("{name} is linked. What changes in it is read by itself.")
        self.message.emit(words.replace("{name}", folder_name(folder)), None, None)

    def edit_rules(self, folder_id: str) -> None:
        """Let the person change what a folder leaves out."""
        folder = self._folder(folder_id)
        if folder is None:
            return
        dialog = FolderDialog(self._theme, folder.path, "", folder.ignore, self._over)
        accepted, rules = dialog.exec(), dialog.rules
        dialog.deleteLater()
        if accepted and rules != folder.ignore:
            try:
                self._look_again(self._services.syncing.set_ignore(folder_id, rules))
            except DesksideError as error:
                self.failed.emit(error)

    def set_paused(self, folder_id: str, paused: bool) -> None:
        """Look at a folder no more for now, or again."""
        try:
            folder = self._services.syncing.set_paused(folder_id, paused)
        except DesksideError as error:
            self.failed.emit(error)
            return
        if not paused:
            self._look_again(folder)
        self._sync.refresh()
        self._panel.reload()

    def unlink(self, folder_id: str, keep: bool) -> None:
        """Follow a folder no more; it happens when the message with Undo has gone."""
        folder = self._folder(folder_id)
        if folder is None:
            return
        self._panel.model.hidden.add(folder_id)
        self._panel.reload()

        def undo() -> None:
            self._panel.model.hidden.discard(folder_id)
            self._panel.reload()

        def commit() -> None:
            task = self._tasks.run(
                lambda cancel: self._services.syncing.unlink(folder_id, keep, cancel), keep=True
            )
            task.failed.connect(self.failed)
            task.finished.connect(self._sync.refresh)
            task.finished.connect(undo)  # what could not be unlinked is shown again
            task.finished.connect(self.changed)

        if keep:
            words = self.tr("{name} is not linked any more. Its files stay in the library as they are.")
        else:
            words = self.tr("{name} is not linked any more, and its files leave the library.")
        self.message.emit(words.replace("{name}", folder_name(folder)), undo, commit)

    def _folder(self, folder_id: str) -> LinkedFolder | None:
        return next((one for one in self._services.syncing.folders() if one.id == folder_id), None)

    def _look_again(self, folder: LinkedFolder) -> None:
        self._sync.refresh()
        self._sync.scan(folder.collection_id, [folder.id])
        self._panel.reload()
