"""The long work that runs, whatever page is shown: what it is, how far it is, and how to stop it."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

from PySide6.QtCore import QElapsedTimer, QObject, QTimer, Signal

from desktop.core.events import Event, Note, Progress
from desktop.ui.worker import Factory, Outcome, Task

_KEPT = 5
_SHOWN_EVERY_MS = 100


class ListedTask(QObject):
    """A task with what the tasks popover shows of it. `changed` comes at most a few times a second."""

    changed = Signal()

    def __init__(self, task: Task, title: str, icon: str, parent: QObject | None = None) -> None:
        super().__init__(parent)
        task.setParent(self)
        self.task = task
        self.title = title
        self.icon = icon
        self.progress: Progress | None = None
        self.note = ""
        self.pause_flag: threading.Event | None = None
        self.show_result: Callable[[], None] | None = None
        self._since = QElapsedTimer()
        self._late = QTimer(self)  # what comes too soon after the last is told a little later, not never
        self._late.setSingleShot(True)
        self._late.setInterval(_SHOWN_EVERY_MS)
        self._late.timeout.connect(self.changed)
        task.happened.connect(self._note)
        task.finished.connect(self.changed)

    @property
    def paused(self) -> bool:
        return self.pause_flag is not None and self.pause_flag.is_set()

    def set_paused(self, paused: bool) -> None:
        """Hold the work between two steps, or let it go on."""
        if self.pause_flag is None or paused == self.paused:
            return
        if paused:
            self.pause_flag.set()
        else:
            self.pause_flag.clear()
        self.changed.emit()

    def cancel(self) -> None:
        """Stop it; a paused task is let go so that it can end."""
        self.task.cancel()
        if self.pause_flag is not None:
            self.pause_flag.clear()
        self.changed.emit()

    def _note(self, event: Event) -> None:
        if isinstance(event, Note):
            self.note = event.words
            self.changed.emit()
        if not isinstance(event, Progress):
            return
        self.progress = event
        soon = self._since.isValid() and self._since.elapsed() < _SHOWN_EVERY_MS
        if not soon or event.done >= event.total:
            self._since.restart()
            self._late.stop()
            self.changed.emit()
        elif not self._late.isActive():
            self._late.start()


class TaskList(QObject):
    """All tasks of the window. `changed` tells that one came, moved on or ended."""

    changed = Signal()
    added = Signal(object)
    ended = Signal(object)
    failed = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._listed: list[ListedTask] = []
        self._quiet: set[Task] = set()
        self._kept_through: set[Task] = set()
        self._closing = False

    @property
    def listed(self) -> list[ListedTask]:
        """What the popover shows, newest last: what runs, and the last few that ended."""
        return list(self._listed)

    @property
    def running(self) -> list[ListedTask]:
        return [entry for entry in self._listed if entry.task.running]

    def start(
        self,
        title: str,
        factory: Factory,
        *,
        icon: str = "circle-dashed",
        pause: threading.Event | None = None,
        show: Callable[[], None] | None = None,
    ) -> ListedTask:
        """Start work that the person sees in the list. `pause` is the flag its generator asks; `show` opens
        what came of it. Connect to `.task.happened` at once: events arrive only when the caller has returned."""
        entry = ListedTask(Task(factory), title, icon, self)
        entry.pause_flag = pause
        entry.show_result = show
        self._listed.append(entry)
        entry.changed.connect(self.changed)
        entry.task.failed.connect(self.failed)
        entry.task.finished.connect(lambda: self._ended(entry))
        entry.task.start()
        if self._closing:
            entry.cancel()
        self.added.emit(entry)
        self.changed.emit()
        return entry

    def run(self, factory: Factory, *, keep: bool = False) -> Task:
        """Start short work that is not listed (a page picture, an answer). The caller shows its errors.

        The list owns it, so that it may outlive the widget that asked for it. With `keep` it is carried
        through when the window closes, where other work is cancelled."""
        task = Task(factory, self)
        if keep:
            self._kept_through.add(task)
        self._quiet.add(task)
        task.finished.connect(lambda: self._forget(task))
        if self._closing and not keep:
            task.cancel()
        return task.start()

    def list_running(self, task: Task, title: str, icon: str) -> None:
        """List work of `run` that has turned out to be long, until it ends; its caller goes on to show its errors."""
        if not task.running or any(entry.task is task for entry in self._listed):
            return
        entry = ListedTask(task, title, icon, self)
        self._listed.append(entry)
        entry.changed.connect(self.changed)
        task.finished.connect(lambda: self.dismiss(entry))
        self.added.emit(entry)
        self.changed.emit()

    def dismiss(self, entry: ListedTask) -> None:
        """Take an ended task off the list."""
        if entry in self._listed and not entry.task.running:
            self._listed.remove(entry)
            entry.deleteLater()
            self.changed.emit()

    def cancel_all(self) -> None:
        """Ask everything to stop."""
        for entry in self.running:
            entry.cancel()
        for task in self._quiet - self._kept_through:
            task.cancel()

    def wait_all(self, milliseconds: int = 8000) -> bool:
        """At close: cancel everything and wait for its threads. False if one would not end in time.

        What the end of one of them starts, as a page does that shows what came of it, is cancelled and waited for, too.
        """
        self._closing = True
        self.cancel_all()
        while waiting := [entry.task for entry in self.running] + list(self._quiet):
            if self._wait(waiting, milliseconds // 2):
                continue
            for task in waiting:
                if task not in self._kept_through:
                    task.abandon()
            if not self._wait(waiting, milliseconds // 2):
                return False
        return True

    def _wait(self, tasks: list[Task], milliseconds: int) -> bool:
        ends = time.monotonic() + milliseconds / 1000
        ended = [task.wait(max(1, round((ends - time.monotonic()) * 1000))) for task in tasks]
        return all(ended)

    def _ended(self, entry: ListedTask) -> None:
        self.ended.emit(entry)
        if entry.task.outcome is Outcome.CANCELLED:
            self.dismiss(entry)
        old = [other for other in self._listed if not other.task.running][:-_KEPT]
        for other in old:
            self.dismiss(other)
        self.changed.emit()

    def _forget(self, task: Task) -> None:
        self._quiet.discard(task)
        self._kept_through.discard(task)
        task.deleteLater()
