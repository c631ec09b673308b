"""Runs a service's generator on a thread of its own and hands its events to the window's thread, in order."""

from __future__ import annotations

import threading
import traceback
from collections import deque
from collections.abc import Callable, Iterator
from enum import StrEnum

from PySide6.QtCore import QObject, Qt, QThread, Signal, Slot

from desktop.core.cancel import CancelToken
from desktop.core.errors import Cancelled, DesksideError, InternalError
from desktop.core.events import Event

Factory = Callable[[CancelToken], Iterator[Event]]


class Outcome(StrEnum):
    """How a task stands or ended."""

    RUNNING = "running"
    DONE = "done"
    CANCELLED = "cancelled"
    FAILED = "failed"


class _Runner(QThread):
    """Iterates the generator. Events wait in a queue; the window is woken once for all that have come."""

    wake = Signal()

    def __init__(self, factory: Factory, token: CancelToken, parent: QObject) -> None:
        super().__init__(parent)
        self._factory = factory
        self._token = token
        self._lock = threading.Lock()
        self._queue: deque[Event] = deque()
        self._abandoned = threading.Event()
        self.error: DesksideError | None = None
        self.was_cancelled = False

    def run(self) -> None:
        """The thread's own work; nothing here touches a widget."""
        try:
            self._iterate()
        except Cancelled:
            self.was_cancelled = True
        except DesksideError as error:
            self.error = error
        except Exception as error:  # noqa: BLE001  whatever a service did not foresee is shown as our bug
            self.error = InternalError(
                "Something went wrong in Deskside.",
                "What you have is safe. Copy the details into a report, then try again.",
                traceback.format_exc() or repr(error),
            )

    def _iterate(self) -> None:
        events = self._factory(self._token)
        try:
            for event in events:
                self._put(event)
                if self._abandoned.is_set():
                    raise Cancelled
        finally:
            close = getattr(events, "close", None)
            if close is not None:
                close()

    def _put(self, event: Event) -> None:
        with self._lock:
            first = not self._queue
            self._queue.append(event)
        if first:
            self.wake.emit()

    def take(self) -> list[Event]:
        """All events that have come since the last call."""
        with self._lock:
            taken = list(self._queue)
            self._queue.clear()
        return taken

    def abandon(self) -> None:
        """Leave the generator at its next event, whatever it wanted to do."""
        self._abandoned.set()


class Task(QObject):
    """One long action. `happened` carries each event, then `failed` if it failed, and always `finished` last.

    All signals arrive in the thread that made the task. `outcome` tells how it ended.
    """

    happened = Signal(object)
    failed = Signal(object)
    finished = Signal()

    def __init__(self, factory: Factory, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.token = CancelToken()
        self.outcome = Outcome.RUNNING
        self.error: DesksideError | None = None
        self._runner = _Runner(factory, self.token, self)
        self._runner.wake.connect(self._deliver, Qt.ConnectionType.QueuedConnection)
        self._runner.finished.connect(self._end, Qt.ConnectionType.QueuedConnection)

    @property
    def running(self) -> bool:
        return self.outcome is Outcome.RUNNING

    def start(self) -> Task:
        """Begin; returns itself."""
        self._runner.start()
        return self

    def cancel(self) -> None:
        """Ask the work to stop; it ends by itself, with what was done until then kept."""
        self.token.cancel()

    def wait(self, milliseconds: int) -> bool:
        """Wait until the thread has ended and its last events are delivered; false if it still runs."""
        if not self._runner.wait(milliseconds):
            return False
        self._end()
        return True

    def abandon(self) -> None:
        """Cancel, and leave the generator at its next event even if it does not listen."""
        self.token.cancel()
        self._runner.abandon()

    @Slot()
    def _deliver(self) -> None:
        for event in self._runner.take():
            self.happened.emit(event)

    @Slot()
    def _end(self) -> None:
        if not self.running:
            return
        self._deliver()
        self.error = self._runner.error
        if self.error is not None:
            self.outcome = Outcome.FAILED
            self.failed.emit(self.error)
        elif self._runner.was_cancelled:
            self.outcome = Outcome.CANCELLED
        else:
            self.outcome = Outcome.DONE
        self.finished.emit()
