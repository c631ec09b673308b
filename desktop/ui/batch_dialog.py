"""Batch runs: which there are, how far each is, its results as a table, and going on, trying again and exporting."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QDialog,
    QFileDialog,
    QHBoxLayout,
    QHeaderView,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from desktop.core.batches import Batch, BatchEnded, ItemEnded
from desktop.core.cancel import CancelToken
from desktop.core.errors import DesksideError
from desktop.core.events import Event
from desktop.ui.batch_model import BatchModel
from desktop.ui.cards import Banner, BusyCard, EmptyState
from desktop.ui.tasks import ListedTask, TaskList
from desktop.ui.theme import Theme
from desktop.ui.widgets import Button, ComboBox, Label, Paragraph, fit_dialog

if TYPE_CHECKING:
    from desktop.services.all import Services

_FILTERS = "CSV (*.csv);;Excel (*.xlsx);;JSON lines (*.jsonl)"
_TASK = "batch_id"


class BatchDialog(QDialog):
    """A run goes on when the dialog is closed: it is a listed task. One that was interrupted waits for "Go on"."""

    def __init__(
        self, services: Services, theme: Theme, tasks: TaskList, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._services, self._theme, self._tasks = services, theme, tasks
        self._entry: ListedTask | None = None
        self.setObjectName("batch_dialog")
        self.setWindowTitle(self.tr("Batch runs"))
        fit_dialog(self, theme, 820, 560)
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 20, 24, 20)
        column.setSpacing(10)
        head = QHBoxLayout()
        head.addWidget(Label(self.tr("Batch runs"), "section"), 1)
        self.runs = ComboBox(theme, "batch_runs", self.tr("Batch run"), self)
        self.runs.setMaximumWidth(theme.px(460))
        self.runs.currentIndexChanged.connect(self._show_run)
        head.addWidget(self.runs)
        column.addLayout(head)
        self.banner = Banner(theme, "bad", "", parent=self)
        self.banner.hide()
        self.gone = Banner(theme, "info", "", "", self.tr("Undo"), parent=self)
        self.gone.setObjectName("batch_gone")
        self.gone.acted.connect(self._restore)
        self.gone.hide()
        self._gone = ""
        self.busy = BusyCard(theme, self.tr("Running"), pausable=True, parent=self)
        self.busy.cancelled.connect(self._cancel)
        self.busy.pause_toggled.connect(self._pause)
        self.words = Paragraph(theme, "", "body", "text2", self)
        self.words.setObjectName("batch_words")
        self.failure = Paragraph(theme, "", "secondary", "bad", self)
        self.failure.setObjectName("batch_failure")
        for widget in (self.banner, self.gone, self.busy, self.words, self.failure):
            column.addWidget(widget)
        self.model = BatchModel(self)
        column.addWidget(self._table(), 1)
        self.empty = EmptyState(
            theme,
            "stack",
            self.tr("No batch runs yet"),
            self.tr("Choose a prompt in the chat, then “Run over many files”."),
            name="batch_empty",
            parent=self,
        )
        column.addWidget(self.empty, 1)
        column.addLayout(self._buttons())
        self.fill()

    # --- what is shown

    @property
    def batch_id(self) -> str:
        """The run that is shown, '' where there is none."""
        return str(self.runs.currentData() or "")

    def fill(self, chosen: str = "") -> None:
        """Read the runs anew, and show one, the newest where none is named."""
        chosen = chosen or self.batch_id
        self.runs.blockSignals(True)
        self.runs.clear()
        for one in self._services.batching.store.all():
            self.runs.addItem(one.name, one.id)
        self.runs.setCurrentIndex(max(self.runs.findData(chosen), 0) if self.runs.count() else -1)
        self.runs.blockSignals(False)
        self._show_run()

    def start(self, batch_id: str) -> None:
        """Ask what waits of a run; it is listed with the other tasks."""
        pause = threading.Event()

        def work(cancel: CancelToken) -> Iterator[Event]:
            return self._services.batching.run(batch_id, cancel, pause)

        name = self._services.batching.store.get(batch_id).name
        entry = self._tasks.start(name, work, icon="stack", pause=pause)
        entry.setProperty(_TASK, batch_id)
        self._follow(entry)
        self.fill(batch_id)

    def _follow(self, entry: ListedTask) -> None:
        self._entry = entry
        entry.changed.connect(self._show_progress)
        entry.task.happened.connect(self._happened)
        entry.task.failed.connect(self._failed)
        entry.task.finished.connect(self._ended)

    def _show_run(self) -> None:
        there = bool(self.batch_id)
        running = [one for one in self._tasks.running if one.property(_TASK) == self.batch_id and there]
        if running and running[0] is not self._entry:
            self._follow(running[0])
        if there:
            store = self._services.batching.store
            self.model.show(store.get(self.batch_id), store.items(self.batch_id))
            for place, width in enumerate((200, 84)):
                self.table.setColumnWidth(place, self._theme.px(width))
        for widget in (self.table, self.words, self.runs):
            widget.setVisible(there)
        self.empty.setVisible(not there)
        self._settle()

    def _settle(self) -> None:
        """The counts, and what can be done now."""
        batch = self._services.batching.store.get(self.batch_id) if self.batch_id else None
        entry = self._entry
        running = entry is not None and entry.task.running and entry.property(_TASK) == self.batch_id
        self.busy.setVisible(running)
        self.words.set_text(self._counts(batch) if batch else "")
        why = self.model.first_failure() if batch is not None and batch.failed else ""
        self.failure.set_text(why)
        self.failure.setVisible(bool(why))
        self.go_on.setVisible(batch is not None and batch.waiting > 0 and not running)
        self.retry.setVisible(batch is not None and batch.failed > 0 and not running)
        self.delete.setVisible(batch is not None and not running)
        self.export_button.setVisible(batch is not None)

    def _counts(self, batch: Batch) -> str:
        parts = [self.tr("{n} of {all} done")]
        parts += [self.tr("{failed} failed")] if batch.failed else []
        parts += [self.tr("{waiting} waiting")] if batch.waiting else []
        numbers = {"n": batch.done, "all": batch.total, "failed": batch.failed, "waiting": batch.waiting}
        words = ", ".join(parts)
        for name, number in numbers.items():
            words = words.replace(f"{{{name}}}", f"{number:,}")
        return words

    # --- a run

    def _show_progress(self) -> None:
        entry = self._entry
        if entry is not None and entry.progress is not None and entry.property(_TASK) == self.batch_id:
            self.busy.set_progress(entry.progress)
            self.busy.set_paused(entry.paused)

    def _cancel(self) -> None:
        if self._entry is not None:
            self._entry.cancel()

    def _pause(self, on: bool) -> None:
        if self._entry is not None:
            self._entry.set_paused(on)

    def _happened(self, event: Event) -> None:
        if isinstance(event, ItemEnded) and event.batch_id == self.batch_id:
            self.model.put(event.item)
        if isinstance(event, ItemEnded | BatchEnded):
            self._settle()

    def _failed(self, error: DesksideError) -> None:
        self.banner.set_words(error.what, error.todo)
        self.banner.show()

    def _ended(self) -> None:
        self._entry = None
        self._settle()

    def _do(self, action: Callable[[], object]) -> bool:
        try:
            action()
        except DesksideError as error:
            self._failed(error)
            return False
        return True

    def _retry(self) -> None:
        batch_id = self.batch_id
        if self._do(lambda: self._services.batching.retry_failed(batch_id)):
            self.start(batch_id)

    def _delete(self) -> None:
        """Take the run away; the banner brings it back."""
        gone, name = self.batch_id, self.runs.currentText()
        store = self._services.batching.store
        if not self._do(lambda: store.remove(gone)):
            return
        self.fill()
        self.gone.set_words(self.tr("“{name}” is deleted").replace("{name}", name), "")
        self.gone.show()
        self._gone = gone

    def _restore(self) -> None:
        if self._do(lambda: self._services.batching.store.restore(self._gone)):
            self.gone.hide()
            self.fill(self._gone)

    def export(self, path: Path) -> bool:
        """Write the shown run to a file; its ending says how."""
        from desktop.services.batch_export import export

        store = self._services.batching.store
        return self._do(lambda: export(store.get(self.batch_id), store.items(self.batch_id), path))

    def _export(self) -> None:
        name, kind = QFileDialog.getSaveFileName(self, self.tr("Export the results"), "results", _FILTERS)
        if name:
            path = Path(name)
            ending = kind[kind.rfind("*") + 1 : -1]
            self.export(path if path.suffix else path.with_name(f"{path.name}{ending}"))

    # --- layout

    def _table(self) -> QTableView:
        self.table = QTableView(self)
        self.table.setObjectName("batch_table")
        self.table.setAccessibleName(self.tr("Results"))
        self.table.setModel(self.model)
        self.table.setShowGrid(False)
        self.table.setWordWrap(False)
        self.table.setSelectionBehavior(QTableView.SelectionBehavior.SelectRows)
        self.table.setHorizontalScrollMode(QTableView.ScrollMode.ScrollPerPixel)
        self.table.verticalHeader().hide()
        self.table.verticalHeader().setDefaultSectionSize(self._theme.px(40))
        header = self.table.horizontalHeader()
        header.setDefaultSectionSize(self._theme.px(130))
        header.setStretchLastSection(True)
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        header.setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
        return self.table

    def _buttons(self) -> QHBoxLayout:
        row = QHBoxLayout()
        theme = self._theme
        self.delete = Button(theme, self.tr("Delete"), "quiet", name="batch_delete", parent=self)
        self.delete.clicked.connect(self._delete)
        self.retry = Button(theme, self.tr("Try the failed again"), name="batch_retry", parent=self)
        self.retry.clicked.connect(self._retry)
        self.export_button = Button(theme, self.tr("Export"), name="batch_export", parent=self)
        self.export_button.clicked.connect(self._export)
        self.go_on = Button(theme, self.tr("Go on"), "primary", name="batch_go_on", parent=self)
        self.go_on.clicked.connect(lambda: self.start(self.batch_id))
        row.addWidget(self.delete)
        row.addStretch(1)
        for button in (self.export_button, self.retry, self.go_on):
            row.addWidget(button)
        return row
