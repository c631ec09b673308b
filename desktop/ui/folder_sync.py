"""Keeps linked folders in sync while the window is open: scans what the watcher names, then reads what is new."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, Signal

from desktop.core.documents import DocumentState
from desktop.core.errors import DesksideError
from desktop.core.events import Event, FileChanged, FileMoved, FileRemoved, FolderChanged, ScanSummary
from desktop.ui.imports import Imports
from desktop.ui.tasks import TaskList

if TYPE_CHECKING:
    from desktop.services.all import Services
    from desktop.services.watching import Watcher

_RESTS = (DocumentState.READY, DocumentState.SKIPPED, DocumentState.FAILED)


class FolderSync(QObject):
    """`moved` carries the id of a collection whose folders are to be shown anew, `files_moved` of one whose files."""

    moved = Signal(str)
    files_moved = Signal(str)
    failed = Signal(object)
    _told = Signal(object)

    def __init__(
        self, services: Services, tasks: TaskList, imports: Imports, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._services, self._tasks, self._imports = services, tasks, imports
        self._watcher: Watcher | None = None
        self._waiting: dict[str, set[str]] = {}
        self._scanning = ""
        self._to_read: dict[str, int] = {}
        # The watcher tells on a thread of its own.
        self._told.connect(self._due, Qt.ConnectionType.QueuedConnection)

    def start(self) -> None:
        """Watch the linked folders; they are all scanned soon."""
        self._watcher = self._services.syncing.watcher(self._told.emit)
        self._watcher.start()

    def stop(self) -> None:
        """Watch no more; a scan that runs is ended with the other tasks."""
        self._waiting.clear()
        if self._watcher is not None:
            self._watcher.stop()
            self._watcher = None

    def refresh(self) -> None:
        """Folders were linked, unlinked or paused, or have other rules."""
        if self._watcher is not None:
            self._watcher.refresh()

    def scan(self, collection_id: str, folder_ids: Iterable[str]) -> None:
        """Scan some folders of a collection now, or as soon as the scan that runs has ended."""
        self._waiting.setdefault(collection_id, set()).update(folder_ids)
        self._next()

    def is_scanning(self, collection_id: str) -> bool:
        """Whether folders of a collection are looked at right now."""
        return self._scanning == collection_id

    def being_read(self, folder_id: str) -> int:
        """How many new or changed files of a folder are not read yet."""
        return self._to_read.get(folder_id, 0)

    def unwatched(self, folder_id: str) -> str:
        """Why a folder is only looked at from time to time, in words; '' if it is watched."""
        return self._watcher.unwatched(folder_id) if self._watcher is not None else ""

    # --- one scan after the other

    def _due(self, folder_ids: frozenset[str]) -> None:
        try:
            linked = self._services.syncing.folders()
        except DesksideError as error:
            self.failed.emit(error)
            return
        for folder in linked:
            if folder.id in folder_ids:
                self._waiting.setdefault(folder.collection_id, set()).add(folder.id)
        self._next()

    def _next(self) -> None:
        if self._scanning or not self._waiting:
            return
        collection_id, ids = self._waiting.popitem()
        self._scanning = collection_id
        # Not in the list of tasks: most scans find nothing, and what they find is read by a task that is listed.
        task = self._tasks.run(lambda cancel: self._services.syncing.scan(ids, cancel))
        touched: list[Event] = []
        task.happened.connect(lambda event: self._note(collection_id, event, touched))
        task.failed.connect(self.failed)
        task.finished.connect(lambda: self._ended(collection_id, bool(touched)))
        self.moved.emit(collection_id)

    def _note(self, collection_id: str, event: Event, touched: list[Event]) -> None:
        if isinstance(event, FileMoved | FileRemoved | FileChanged) and not touched:
            touched.append(event)
        elif isinstance(event, FolderChanged):
            self.moved.emit(collection_id)
        elif isinstance(event, ScanSummary) and event.to_read:
            self._read(collection_id, event)

    def _ended(self, collection_id: str, touched: bool) -> None:
        self._scanning = ""
        self.moved.emit(collection_id)
        if touched:
            self.files_moved.emit(collection_id)
        self._next()

    # --- reading what a scan has found

    def _read(self, collection_id: str, found: ScanSummary) -> None:
        for folder_id, number in found.by_folder:
            self._to_read[folder_id] = self._to_read.get(folder_id, 0) + number
        task = self._imports.read(found.to_read, collection_id).task
        left = dict(found.by_folder)
        task.happened.connect(lambda event: self._count(collection_id, event, left))
        task.finished.connect(lambda: self._read_ended(collection_id, left))

    def _count(self, collection_id: str, event: Event, left: dict[str, int]) -> None:
        if not isinstance(event, FileChanged) or event.document.state not in _RESTS:
            return
        folder_id = event.document.folder_id
        if left.get(folder_id) and not event.document.parent_id:
            left[folder_id] -= 1
            self._to_read[folder_id] -= 1
            self.moved.emit(collection_id)

    def _read_ended(self, collection_id: str, left: dict[str, int]) -> None:
        for folder_id, number in left.items():
            self._to_read[folder_id] = max(0, self._to_read.get(folder_id, 0) - number)
        self.moved.emit(collection_id)
