"""Starts a batch run: over which collection, what becomes of long texts, and a form of columns for the answers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QDialog, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from desktop.core.answer_schema import form_of
from desktop.core.batches import BatchPlan, LongText
from desktop.core.documents import DocumentState
from desktop.core.errors import DesksideError
from desktop.core.prompt_library import Prompt
from desktop.services.batching import text_variable
from desktop.ui.switches import Toggle
from desktop.ui.theme import Theme
from desktop.ui.widgets import Button, ComboBox, Label, Paragraph

if TYPE_CHECKING:
    from desktop.services.all import Services

_WIDTH = 520


class BatchStart(QDialog):
    """`batch_id` is the run that was made when the dialog was accepted; nothing has been asked yet then."""

    def __init__(
        self,
        services: Services,
        theme: Theme,
        prompt: Prompt,
        values: dict[str, str],
        collection_id: str = "",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._services, self._theme = services, theme
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
        about.setMinimumWidth(theme.px(_WIDTH))
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
            name = f"{self._prompt.name}: {self.collection.currentText()}"
            made = self._services.batching.over_collection(
                str(self.collection.currentData() or ""), name, plan
            )
        except DesksideError as error:
            self.problem.set_text(str(error))
            self.problem.show()
            return
        self.batch_id = made.id
        super().accept()

    def _build(self, column: QVBoxLayout, collection_id: str) -> None:
        column.addWidget(Label(self.tr("Collection"), "control"))
        self.collection = ComboBox(self._theme, "batch_collection", self.tr("Collection"), self)
        for one in self._services.library.collections():
            ready = self._services.library.counts_by_state(one.id).get(DocumentState.READY, 0)
            words = self.tr("{name} ({n} files)").replace("{name}", one.name)
            self.collection.addItem(words.replace("{n}", f"{ready:,}"), one.id)
        self.collection.setCurrentIndex(max(self.collection.findData(collection_id), 0))
        column.addWidget(self.collection)
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
        start = Button(self._theme, self.tr("Start"), "primary", name="batch_start_run")
        start.setDefault(True)
        start.clicked.connect(self.accept)
        row.addWidget(cancel)
        row.addWidget(start)
        return row
