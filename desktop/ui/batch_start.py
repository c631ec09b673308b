"""Starts a batch run: over which collection, what becomes of long texts, and a form of columns for the answers."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QDialog, QFileDialog, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from desktop.core.answer_schema import form_of
from desktop.core.batches import Batch, BatchPlan, LongText
from desktop.core.cancel import CancelToken
from desktop.core.documents import DocumentState, TableColumns
from desktop.core.errors import DesksideError
from desktop.core.events import Event
from desktop.core.prompt_library import Prompt
from desktop.core.reading_requests import TableHead
from desktop.services.batching import text_variable
from desktop.ui.columns_dialog import ColumnsDialog
from desktop.ui.switches import Toggle
from desktop.ui.tasks import TaskList
from desktop.ui.theme import Theme
from desktop.ui.widgets import Button, ComboBox, Label, Paragraph
from desktop.ui.worker import Factory

if TYPE_CHECKING:
    from desktop.services.all import Services

_WIDTH = 520


@dataclass(frozen=True)
class Table:
    """A table file, and which of its columns are read."""

    path: Path
    columns: TableColumns


@dataclass(frozen=True)
class _Made(Event):
    batch: Batch


@dataclass(frozen=True)
class _Head(Event):
    path: Path
    head: TableHead


class BatchStart(QDialog):
    """`batch_id` is the run that was made when the dialog was accepted; nothing has been asked yet then."""

    def __init__(
        self,
        services: Services,
        theme: Theme,
        tasks: TaskList,
        prompt: Prompt,
        values: dict[str, str],
        collection_id: str = "",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._services, self._theme, self._tasks = services, theme, tasks
        self._prompt, self._values = prompt, values
        self.batch_id = ""
        self.setObjectName("batch_start")
        self.setWindowTitle(self.tr("Run over many files"))
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 20, 24, 20)
        column.setSpacing(6)
        column.addWidget(Label(self.tr("Run over many files"), "section"))
        words = self.tr(
            "“{name}” is asked of each file. Each answer is kept at once; you can stop and go on."
        )
        about = Paragraph(theme, words.replace("{name}", prompt.name), "secondary")
        self.setFixedWidth(theme.px(_WIDTH))
        column.addWidget(about)
        column.addSpacing(8)
        self._build(column, collection_id)
        self.problem = Paragraph(theme, "", "secondary", "bad")
        self.problem.setObjectName("batch_problem")
        self.problem.hide()
        column.addWidget(self.problem)
        column.addSpacing(12)
        column.addLayout(self._buttons())

    def accept(self) -> None:
        """Make the run, or say what is wrong."""
        try:
            plan = BatchPlan(
                self._prompt,
                self._values,
                text_variable(self._prompt),
                form_of(self.columns.text(), rows=self.rows.isChecked()),
                LongText.PARTS if self.parts.isChecked() else LongText.BEGINNING,
            )
        except DesksideError as error:
            self._tell(error)
            return
        batching, table = self._services.batching, self.collection.currentData()
        if isinstance(table, Table):
            name = f"{self._prompt.name}: {table.path.name}"
            self._make(lambda cancel: batching.over_table(table.path, table.columns, name, plan, cancel))
            return
        name = f"{self._prompt.name}: {self.collection.currentText()}"
        self._make(lambda _cancel: batching.over_collection(str(table or ""), name, plan))

    def showEvent(self, event: QShowEvent) -> None:
        """As high as its paragraphs are at this width: a layout of its own would cut their last lines."""
        super().showEvent(event)
        if (layout := self.layout()) is not None:
            self.resize(self.width(), layout.totalHeightForWidth(self.width()))

    def take_table(self, path: Path) -> None:
        """Offer the rows of a table instead of a collection, once the person has said which column holds the text."""
        batching = self._services.batching

        def work(cancel: CancelToken) -> Iterator[Event]:
            yield _Head(path, batching.table_head(path, cancel))

        self._work(work)

    def _choose_columns(self, path: Path, head: TableHead) -> None:
        about = self.tr("Which column holds the text? The prompt is asked of each row by itself.")
        dialog = ColumnsDialog(self._theme, path.name, list(head.names), self, rows=head.rows, about=about)
        dialog.accepted.connect(lambda: self._offer(Table(path, dialog.chosen)))
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def _offer(self, table: Table) -> None:
        words = self.tr("Rows of {name}, text from “{column}”").replace("{column}", table.columns.text)
        self.collection.addItem(words.replace("{name}", table.path.name), table)
        self.collection.setCurrentIndex(self.collection.count() - 1)

    def _make(self, make: Callable[[CancelToken], Batch]) -> None:
        """Make the run beside the window: a table may be long."""

        def work(cancel: CancelToken) -> Iterator[Event]:
            yield _Made(make(cancel))

        self._work(work)

    def _work(self, work: Factory) -> None:
        """Do something that may take a while; the run is not started meanwhile."""
        self.start_button.setEnabled(False)
        self.problem.hide()
        task = self._tasks.run(work)
        task.happened.connect(self._happened)
        task.failed.connect(self._tell)
        task.finished.connect(lambda: self.start_button.setEnabled(True))
        self.finished.connect(task.cancel)

    def _happened(self, event: Event) -> None:
        if isinstance(event, _Head):
            self._choose_columns(event.path, event.head)
        elif isinstance(event, _Made):
            self.batch_id = event.batch.id
            super().accept()

    def _tell(self, error: DesksideError) -> None:
        self.problem.set_text(str(error))
        self.problem.show()

    def _choose_table(self) -> None:
        name, _kind = QFileDialog.getOpenFileName(
            self, self.tr("Choose a table"), "", self.tr("Tables (*.csv *.tsv *.xlsx *.jsonl)")
        )
        if name:
            self.take_table(Path(name))

    def _build(self, column: QVBoxLayout, collection_id: str) -> None:
        column.addWidget(Label(self.tr("Collection, or rows of a table"), "control"))
        self.collection = ComboBox(self._theme, "batch_collection", self.tr("Collection"), self)
        for one in self._services.library.collections():
            ready = self._services.library.counts_by_state(one.id).get(DocumentState.READY, 0)
            words = self.tr("{name} ({n} files)").replace("{name}", one.name)
            self.collection.addItem(words.replace("{n}", f"{ready:,}"), one.id)
        self.collection.setCurrentIndex(max(self.collection.findData(collection_id), 0))
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(self.collection, 1)
        table = Button(self._theme, self.tr("Rows of a table"), icon="table", name="batch_table_file")
        table.clicked.connect(self._choose_table)
        row.addWidget(table)
        column.addLayout(row)
        column.addSpacing(6)
        title = self.tr("Columns of the answers (may be empty)")
        label = Label(title, "control")
        self.columns = QLineEdit(self)
        self.columns.setObjectName("batch_columns")
        self.columns.setAccessibleName(title)
        self.columns.setPlaceholderText(
            self.tr("Name, Since: date, Rent: number, Kind: choice=lease|bill, Note?")
        )
        label.setBuddy(self.columns)
        column.addWidget(label)
        column.addWidget(self.columns)
        kinds = self.tr(
            "Kinds: text, number, date, yes-no, choice. A “?” lets a column be empty. Or paste a JSON schema."
        )
        column.addWidget(Paragraph(self._theme, kinds, "caption"))
        column.addSpacing(6)
        self.rows = Toggle(self._theme, self.tr("Several rows from each file"), "batch_rows", self)
        self.parts = Toggle(self._theme, self.tr("Read long files part by part: slower"), "batch_parts", self)
        note = self.tr(
            "Without it, only the beginning of a file that is too long is read, and its row says so."
        )
        column.addWidget(self.rows)
        column.addWidget(self.parts)
        column.addWidget(Paragraph(self._theme, note, "caption"))

    def _buttons(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.addStretch(1)
        cancel = Button(self._theme, self.tr("Cancel"), name="batch_cancel")
        cancel.clicked.connect(self.reject)
        self.start_button = Button(self._theme, self.tr("Start"), "primary", name="batch_start_run")
        self.start_button.setDefault(True)
        self.start_button.clicked.connect(self.accept)
        row.addWidget(cancel)
        row.addWidget(self.start_button)
        return row
