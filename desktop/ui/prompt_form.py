"""The blanks of a prompt: a field for each variable, texts of files taken in, and thinking step by step."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import (
    QDialog,
    QFileDialog,
    QFrame,
    QHBoxLayout,
    QLineEdit,
    QPlainTextEdit,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from desktop.core.answer_schema import form_of
from desktop.core.answer_table import Form
from desktop.core.cancel import CancelToken
from desktop.core.documents import Collection, DocumentState
from desktop.core.errors import DesksideError
from desktop.core.events import Event
from desktop.core.prompt_library import Kind, Prompt, Variable, render
from desktop.ui.switches import Toggle
from desktop.ui.tasks import TaskList
from desktop.ui.theme import Theme
from desktop.ui.widgets import Button, ComboBox, Label, Paragraph, menu

if TYPE_CHECKING:
    from desktop.services.all import Services

_WIDTH = 560
_FILES_LISTED = 30
_LINES = {Kind.LONG: 4, Kind.FILE: 4}


@dataclass(frozen=True)
class _Text(Event):
    """What a file says."""

    text: str


class PromptForm(QDialog):
    """Accepted when everything that is required is there; `values` and `step_by_step` are what was chosen.

    `many_asked` asks to run it over many files instead.
    """

    many_asked = Signal()

    def __init__(
        self,
        services: Services,
        theme: Theme,
        tasks: TaskList,
        prompt: Prompt,
        collection_id: str = "",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._services, self._theme, self._tasks = services, theme, tasks
        self._prompt, self._collection_id = prompt, collection_id
        self.fields: dict[str, QLineEdit | QPlainTextEdit | ComboBox] = {}
        self.setObjectName("prompt_form")
        self.setWindowTitle(prompt.name)
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 20, 24, 20)
        column.setSpacing(6)
        column.addWidget(Label(prompt.name, "section"))
        column.addWidget(Paragraph(theme, self._about(), "secondary"))
        column.addSpacing(8)
        column.addWidget(self._scrolled(), 1)
        title = self.tr("Columns, for a table instead of words (may be empty)")
        self.columns = QLineEdit(self)
        self.columns.setObjectName("prompt_columns")
        self.columns.setAccessibleName(title)
        self.columns.setPlaceholderText(
            self.tr("Name, Since: date, Rent: number, Kind: choice=lease|bill, Note?")
        )
        self.columns.setToolTip(self.tr("A JSON schema can be pasted, too"))
        self.rows = Toggle(theme, self.tr("Several rows"), "prompt_rows", self)
        self.rows.setEnabled(False)
        self.columns.textChanged.connect(lambda words: self.rows.setEnabled(bool(words.strip())))
        head = QHBoxLayout()
        head.addWidget(Label(title, "control"), 1)
        head.addWidget(self.rows)
        column.addSpacing(6)
        column.addLayout(head)
        column.addWidget(self.columns)
        self.problem = Paragraph(theme, "", "secondary", "bad")
        self.problem.setObjectName("prompt_problem")
        self.problem.hide()
        column.addWidget(self.problem)
        column.addSpacing(10)
        column.addLayout(self._foot())
        self.setMinimumWidth(theme.px(_WIDTH))
        if self.fields:
            next(iter(self.fields.values())).setFocus()

    @property
    def values(self) -> dict[str, str]:
        """What was put in, by variable."""
        return {name: _words(field) for name, field in self.fields.items()}

    @property
    def step_by_step(self) -> bool:
        return self.steps.isChecked()

    def form(self) -> Form | None:
        """The columns that the answer must have, None for words. Raises UserError."""
        return form_of(self.columns.text(), rows=self.rows.isChecked())

    def accept(self) -> None:
        """Close with what is there, unless something required is missing."""
        try:
            render(self._prompt, self.values)
            self.form()
        except DesksideError as error:
            self._tell(str(error))
            return
        super().accept()

    def take_file(self, path: Path, field: QPlainTextEdit) -> None:
        """Put the text of a file into a field."""
        prompting = self._services.prompting
        self._read(path.name, lambda cancel: prompting.file_text(path, cancel), field)

    def take_document(self, document_id: str, field: QPlainTextEdit) -> None:
        """Put the text of a document of the library into a field."""
        document = self._services.library.document(document_id)
        prompting = self._services.prompting
        if document is not None:
            self._read(document.name, lambda cancel: prompting.document_text(document, cancel), field)

    def take_collection(self, collection: Collection, field: QPlainTextEdit) -> None:
        """Put the text of all files of a collection into a field."""
        prompting = self._services.prompting
        self._read(collection.name, lambda cancel: prompting.collection_text(collection.id, cancel), field)

    def showEvent(self, event: QShowEvent) -> None:
        """As high as the fields are by now, unless the window below is lower."""
        over = self.parentWidget()
        most = over.window().height() if over is not None else self.screen().availableGeometry().height()
        wanted = self._inside.sizeHint().height() + 4
        self._area.setMinimumHeight(min(wanted, max(most - self._theme.px(320), 120)))
        self.adjustSize()  # which stops at two thirds of the screen
        layout = self.layout()
        if layout is not None:
            self.resize(self.width(), max(self.height(), layout.totalMinimumHeightForWidth(self.width())))
        super().showEvent(event)

    # --- inside

    def _about(self) -> str:
        steps = len(self._prompt.steps)
        if steps == 1:
            return self._prompt.about
        words = self.tr("{about}. {n} messages in a row, each with the answer to the one before.")
        return words.replace("{about}", self._prompt.about.rstrip(".")).replace("{n}", str(steps))

    def _scrolled(self) -> QScrollArea:
        inside = QWidget()
        column = QVBoxLayout(inside)
        column.setContentsMargins(2, 2, 2, 2)
        column.setSpacing(6)
        for variable in self._prompt.variables:
            self._add(variable, column)
        column.addStretch(1)
        area = QScrollArea(self)
        self._inside, self._area = inside, area
        area.setObjectName("prompt_fields")
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setWidgetResizable(True)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setWidget(inside)
        area.viewport().setAutoFillBackground(False)
        inside.setAutoFillBackground(False)
        return area

    def _add(self, variable: Variable, column: QVBoxLayout) -> None:
        title = variable.label or variable.name
        if not variable.required:
            title = self.tr("{label} (may be empty)").replace("{label}", title)
        label = Label(title, "control")
        field = self._field(variable, title)
        field.setObjectName(f"prompt_{variable.name}")
        field.setAccessibleName(title)
        label.setBuddy(field)
        self.fields[variable.name] = field
        column.addWidget(label)
        column.addWidget(field)
        if variable.kind is Kind.FILE and isinstance(field, QPlainTextEdit):
            column.addLayout(self._sources(variable, field))
        column.addSpacing(6)

    def _field(self, variable: Variable, title: str) -> QLineEdit | QPlainTextEdit | ComboBox:
        if variable.kind is Kind.CHOICE:
            box = ComboBox(self._theme, f"prompt_{variable.name}", title)
            box.addItems(list(variable.choices))
            box.setCurrentText(variable.default or variable.choices[0])
            return box
        if variable.kind is Kind.TEXT:
            return QLineEdit(variable.default)
        area = QPlainTextEdit(variable.default)
        area.setProperty("kind", "field")
        area.setTabChangesFocus(True)
        area.setFixedHeight(_LINES[variable.kind] * self._theme.line_height("body") + self._theme.px(20))
        if variable.kind is Kind.FILE:
            area.setPlaceholderText(self.tr("Paste the text here, or choose a file"))
        return area

    def _sources(self, variable: Variable, field: QPlainTextEdit) -> QHBoxLayout:
        row = QHBoxLayout()
        choose = Button(
            self._theme,
            self.tr("Choose a file"),
            icon="file-text",
            size="small",
            name=f"prompt_{variable.name}_file",
        )
        choose.clicked.connect(lambda: self._choose_file(field))
        library = Button(
            self._theme,
            self.tr("From the library"),
            icon="books",
            size="small",
            name=f"prompt_{variable.name}_library",
        )
        library.clicked.connect(lambda: self._choose_document(library, field))
        row.addWidget(choose)
        row.addWidget(library)
        row.addStretch(1)
        return row

    def _foot(self) -> QHBoxLayout:
        row = QHBoxLayout()
        words = self.tr("Think step by step")
        self.steps = Toggle(self._theme, words, "prompt_steps")
        self.steps.setChecked(self._prompt.step_by_step)
        self.steps.setToolTip(
            self.tr("The model first writes down its thoughts: slower, and often more right.")
        )
        row.addWidget(self.steps)
        row.addStretch(1)
        self.many_button = Button(self._theme, self.tr("Run over many files"), "quiet", name="prompt_many")
        self.many_button.setVisible(bool(self._prompt.variables))
        self.many_button.clicked.connect(self.many_asked)
        cancel = Button(self._theme, self.tr("Cancel"), name="prompt_cancel")
        cancel.clicked.connect(self.reject)
        self.run_button = Button(self._theme, self.tr("Send"), "primary", name="prompt_run")
        self.run_button.setDefault(True)
        self.run_button.clicked.connect(self.accept)
        row.addWidget(self.many_button)
        row.addWidget(cancel)
        row.addWidget(self.run_button)
        return row

    def _choose_file(self, field: QPlainTextEdit) -> None:
        name, _kind = QFileDialog.getOpenFileName(self, self.tr("Choose a file"))
        if name:
            self.take_file(Path(name), field)

    def _choose_document(self, button: Button, field: QPlainTextEdit) -> None:
        """The files of the collection that the chat asks, else those of all collections."""
        made = menu(self, "prompt_documents")
        for collection in self._services.library.collections():
            if self._collection_id and collection.id != self._collection_id:
                continue
            rows = self._services.library.documents(collection.id, limit=_FILES_LISTED)
            if sum(row.state is DocumentState.READY for row in rows) > 1:
                words = self.tr("All files of {name}").replace("{name}", collection.name)
                whole = made.addAction(self._theme.icon("books"), words.replace("&", "&&"))
                whole.triggered.connect(lambda _=False, c=collection: self.take_collection(c, field))
            for row in rows:
                if row.state is DocumentState.READY:
                    action = made.addAction(self._theme.icon("file"), row.name.replace("&", "&&"))
                    action.triggered.connect(lambda _=False, d=row.id: self.take_document(d, field))
        if made.isEmpty():
            made.addAction(self.tr("There are no files in the library yet")).setEnabled(False)
        made.popup(button.mapToGlobal(button.rect().bottomLeft()))

    def _read(self, name: str, read: object, field: QPlainTextEdit) -> None:
        assert callable(read)

        def work(cancel: CancelToken) -> Iterator[Event]:
            yield _Text(read(cancel))

        self.run_button.setEnabled(False)
        self.problem.hide()
        field.setPlaceholderText(self.tr("Reading {name}").replace("{name}", name))
        task = self._tasks.run(work)
        task.happened.connect(lambda event: self._took(event, field))
        task.failed.connect(lambda error: self._tell(str(error)))
        task.finished.connect(lambda: self.run_button.setEnabled(True))
        self.finished.connect(task.cancel)

    def _took(self, event: Event, field: QPlainTextEdit) -> None:
        if isinstance(event, _Text):
            field.setPlainText(event.text)
            if not event.text.strip():
                self._tell(self.tr("There is no text in this."))

    def _tell(self, words: str) -> None:
        self.problem.set_text(words)
        self.problem.show()


def _words(field: QLineEdit | QPlainTextEdit | ComboBox) -> str:
    if isinstance(field, ComboBox):
        return field.currentText()
    return field.toPlainText() if isinstance(field, QPlainTextEdit) else field.text()
