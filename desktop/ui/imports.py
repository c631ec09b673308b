"""Adding files: starts the imports, and tells the pages which rows changed, at most ten times a second."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

from desktop.core.cancel import CancelToken
from desktop.core.documents import DocumentState, TableColumns
from desktop.core.events import Event, FileChanged, ImportSummary, Progress
from desktop.ui.tasks import ListedTask, TaskList
from desktop.ui.worker import Factory

if TYPE_CHECKING:
    from desktop.services.all import Services

PENDING_STATES = (DocumentState.WAITING, DocumentState.READING, DocumentState.EMBEDDING)
_FLUSH_MS = 100
_MOST_UNCHANGED = 200


class Imports(QObject):
    """Knows which import runs for which collection. `rows_changed` carries the newest FileChanged of each file
    since the last time; `moved` the id of a collection whose progress, pause or end is to be shown."""

    rows_changed = Signal(str, list)
    moved = Signal(str)
    ended = Signal(str, object)

    def __init__(self, services: Services, tasks: TaskList, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._services = services
        self._tasks = tasks
        self._running: dict[str, list[ListedTask]] = {}
        self._changed: dict[str, dict[str, FileChanged]] = {}
        self._timer = QTimer(self)
        self._timer.setInterval(_FLUSH_MS)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self.flush)

    def running(self, collection_id: str) -> ListedTask | None:
        """The import of a collection that runs (the newest, if several do)."""
        found = self._running.get(collection_id, [])
        return found[-1] if found else None

    def add(self, paths: Sequence[Path], collection_id: str, columns: TableColumns) -> ListedTask:
        """Read files and folders into a collection."""
        pause = threading.Event()

        def work(cancel: CancelToken) -> Iterator[Event]:
            return without_unchanged(
                self._services.importing.import_files(
                    list(paths), collection_id, columns=columns, cancel=cancel, pause=pause
                )
            )

        return self._start(collection_id, work, pause)

    def read(self, document_ids: Sequence[str], collection_id: str) -> ListedTask:
        """Read what is new or changed in linked folders."""
        chosen, pause = list(document_ids), threading.Event()
        return self._start(
            collection_id, lambda cancel: self._services.importing.read(chosen, cancel, pause), pause
        )

    def retry(
        self,
        document_ids: Sequence[str],
        collection_id: str,
        *,
        read_scans: bool = False,
        patient: bool = False,
    ) -> ListedTask:
        """Try failed files again, with `read_scans` by OCR, `patient` with more time."""
        chosen, pause = list(document_ids), threading.Event()

        def work(cancel: CancelToken) -> Iterator[Event]:
            return self._services.importing.retry(
                chosen, cancel, pause, read_scans=read_scans, patient=patient
            )

        return self._start(collection_id, work, pause)

    def unlock(self, document_ids: Sequence[str], password: str, collection_id: str) -> ListedTask:
        """Try locked files with a password."""
        chosen, pause = list(document_ids), threading.Event()
        return self._start(
            collection_id,
            lambda cancel: self._services.importing.unlock(chosen, password, cancel, pause),
            pause,
        )

    def resume(self, collection_id: str) -> ListedTask:
        """Go on with what is not ready: after a cancel, or after the program was ended in between."""
        pause = threading.Event()
        return self._start(
            collection_id,
            lambda cancel: self._services.importing.resume(collection_id, cancel, pause),
            pause,
        )

    def samples(self, done: Callable[[str], None]) -> ListedTask:
        """Import the sample files; `done` is told the collection's id as soon as there is a row of it."""
        entry = self._tasks.start(
            self.tr("Reading the sample files"), self._services.importing.samples, icon="books"
        )
        known: list[str] = []

        def note(event: Event) -> None:
            if isinstance(event, FileChanged):
                collection_id = event.document.collection_id
                if not known:
                    known.append(collection_id)
                    self._running.setdefault(collection_id, []).append(entry)
                    done(collection_id)
                self._note(collection_id, event)
            elif known:
                self._note(known[0], event)

        entry.task.happened.connect(note)
        entry.task.finished.connect(lambda: self._end(known[0], entry) if known else None)
        return entry

    def _start(self, collection_id: str, work: Factory, pause: threading.Event | None = None) -> ListedTask:
        collection = self._services.library.collection(collection_id)
        name = collection.name if collection else ""
        title = self.tr("Reading {name}").replace("{name}", name)
        entry = self._tasks.start(title, work, icon="books", pause=pause)
        self._running.setdefault(collection_id, []).append(entry)
        entry.task.happened.connect(lambda event: self._note(collection_id, event))
        entry.changed.connect(lambda: self.moved.emit(collection_id))
        entry.task.finished.connect(lambda: self._end(collection_id, entry))
        self.moved.emit(collection_id)
        return entry

    def _note(self, collection_id: str, event: Event) -> None:
        if isinstance(event, FileChanged):
            self._changed.setdefault(collection_id, {})[event.document.id] = event
            if not self._timer.isActive():
                self._timer.start()
        elif isinstance(event, ImportSummary):
            self.ended.emit(collection_id, event)
        elif isinstance(event, Progress) and not self._timer.isActive():
            self._timer.start()

    def flush(self) -> None:
        """Tell what has changed since the last time."""
        changed, self._changed = self._changed, {}
        for collection_id, rows in changed.items():
            self.rows_changed.emit(collection_id, list(rows.values()))
        for collection_id in list(self._running):
            self.moved.emit(collection_id)

    def _end(self, collection_id: str, entry: ListedTask) -> None:
        left = [other for other in self._running.get(collection_id, []) if other is not entry]
        if left:
            self._running[collection_id] = left
        else:
            self._running.pop(collection_id, None)
        self._timer.stop()
        self.flush()
        self.moved.emit(collection_id)


def without_unchanged(events: Iterator[Event]) -> Iterator[Event]:
    """The events without those of files that were as before, but for the first of them.

    When a folder of ten thousand files is added again, the window is not told ten thousand times that nothing happened.
    """
    told = 0
    for event in events:
        if isinstance(event, FileChanged) and event.document.state is DocumentState.SKIPPED:
            told += not event.document.reason_kind
            if told > _MOST_UNCHANGED and not event.document.reason_kind:
                continue
        yield event
