"""Runs one search at a time on a thread of its own, and drops what an older one still answers."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from desktop.core.cancel import CancelToken
from desktop.core.errors import DesksideError
from desktop.core.events import Event, SearchFound
from desktop.core.found import Query
from desktop.ui.tasks import TaskList
from desktop.ui.worker import Task

if TYPE_CHECKING:
    from desktop.services.finding import Finding


@dataclass(frozen=True)
class _Answered(Event):
    """What came of a search."""

    query: Query
    result: SearchFound | DesksideError


class SearchRun(QObject):
    """`found` carries the query and its SearchFound (a second one where a reranker works), `failed` the query and why
    there is none; `unforeseen` comes before it where the fault is ours. `ended` tells that no more comes."""

    found = Signal(object, object)
    ended = Signal()
    failed = Signal(object, object)
    unforeseen = Signal(object)

    def __init__(self, finding: Finding, tasks: TaskList, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._finding = finding
        self._prepared = False
        self._tasks = tasks
        self._task: Task | None = None
        self.query: Query | None = None

    @property
    def running(self) -> bool:
        return self._task is not None

    def prepare(self) -> None:
        """Load what searching needs, once. Should that fail, the first search says so."""
        if not self._prepared:
            self._prepared = True
            self._tasks.run(self._finding.prepare)

    def start(self, query: Query) -> None:
        """Search; what runs is given up."""
        self.stop()
        self.query = query
        find = self._finding.find

        def work(cancel: CancelToken) -> Iterator[Event]:
            try:
                for event in find(query, cancel):
                    if isinstance(event, SearchFound):
                        yield _Answered(query, event)
            except DesksideError as error:
                yield _Answered(query, error)

        self._task = self._tasks.run(work)
        self._task.happened.connect(self._take)
        self._task.failed.connect(self._fail)
        self._task.finished.connect(self._finish)

    def stop(self) -> None:
        """Give up the search that runs."""
        if self._task is not None:
            self._task.cancel()
        self._task = self.query = None

    def _take(self, event: object) -> None:
        if not isinstance(event, _Answered) or event.query != self.query:
            return
        answered = self.found if isinstance(event.result, SearchFound) else self.failed
        answered.emit(event.query, event.result)

    def _fail(self, error: DesksideError) -> None:
        self.unforeseen.emit(error)
        if self.query is not None:
            self.failed.emit(self.query, error)

    def _finish(self) -> None:
        """A search that was given up ends, too, while another one runs."""
        if self._task is not None and not self._task.running:
            self.stop()
            self.ended.emit()
