"""Adds a model at another address: where it is, the key, and which of its models is to answer."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from PySide6.QtWidgets import QDialog, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from desktop.core.cancel import CancelToken
from desktop.core.endpoints import Endpoint, EndpointPurpose
from desktop.core.errors import DesksideError
from desktop.core.events import Event
from desktop.services.endpoints import Endpoints
from desktop.ui.switches import Segmented
from desktop.ui.tasks import TaskList
from desktop.ui.theme import Theme
from desktop.ui.widgets import Button, ComboBox, Label, Paragraph
from desktop.ui.worker import Task

_WIDTH = 520


@dataclass(frozen=True)
class _Names(Event):
    """The models that an address has."""

    names: tuple[str, ...]


class AddressDialog(QDialog):
    """`added` is the endpoint when the dialog was accepted. Nothing is connected to before "Ask for its models"."""

    def __init__(
        self, endpoints: Endpoints, theme: Theme, tasks: TaskList, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._endpoints, self._theme, self._tasks = endpoints, theme, tasks
        self._task: Task | None = None
        self.added: Endpoint | None = None
        self.setObjectName("address_dialog")
        self.setWindowTitle(self.tr("Add an address"))
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 20, 24, 20)
        column.setSpacing(6)
        column.addWidget(Label(self.tr("Add an address"), "section"))
        self.words = Paragraph(theme, "", "secondary")
        self.words.setMinimumWidth(theme.px(_WIDTH))
        column.addWidget(self.words)
        column.addSpacing(8)
        self.address = self._field(column, self.tr("Address"), "address_field", "https://llm.example.org/v1")
        self.key = self._field(
            column, self.tr("Key"), "address_key", self.tr("If it needs one; kept in the system's keyring")
        )
        self.key.setEchoMode(QLineEdit.EchoMode.Password)
        column.addWidget(Label(self.tr("For"), "control"))
        choices = [
            (EndpointPurpose.CHAT.value, self.tr("Answering")),
            (EndpointPurpose.VISION.value, self.tr("Answering, pictures too")),
            (EndpointPurpose.EMBEDDING.value, self.tr("Finding passages")),
        ]
        self.purpose = Segmented(theme, "address_purpose", self.tr("What it is for"), choices)
        self.purpose.set_value(EndpointPurpose.CHAT.value)
        self.purpose.chosen.connect(lambda _value: self._tell())
        purpose_row = QHBoxLayout()
        purpose_row.addWidget(self.purpose)
        purpose_row.addStretch(1)
        column.addLayout(purpose_row)
        column.addSpacing(4)
        column.addWidget(Label(self.tr("Model"), "control"))
        row = QHBoxLayout()
        self.model = ComboBox(theme, "address_model", self.tr("Model"), self)
        self.model.setEditable(True)
        editor = self.model.lineEdit()
        assert editor is not None
        editor.setPlaceholderText(self.tr("The model's name there"))
        row.addWidget(self.model, 1)
        self.ask_button = Button(theme, self.tr("Ask for its models"), name="address_ask")
        self.ask_button.clicked.connect(self.ask)
        row.addWidget(self.ask_button)
        column.addLayout(row)
        self.problem = Paragraph(theme, "", "secondary", "bad")
        self.problem.setObjectName("address_problem")
        self.problem.hide()
        column.addWidget(self.problem)
        column.addSpacing(12)
        column.addLayout(self._buttons())
        self._tell()
        self.address.textChanged.connect(self._renew)
        self.model.editTextChanged.connect(self._renew)
        self._renew()

    def _field(self, column: QVBoxLayout, title: str, name: str, hint: str) -> QLineEdit:
        label = Label(title, "control")
        field = QLineEdit(self)
        field.setObjectName(name)
        field.setAccessibleName(title)
        field.setPlaceholderText(hint)
        label.setBuddy(field)
        column.addWidget(label)
        column.addWidget(field)
        column.addSpacing(4)
        return field

    def _buttons(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.addStretch(1)
        self.cancel_button = Button(self._theme, self.tr("Cancel"), name="address_cancel")
        self.cancel_button.clicked.connect(self.reject)
        self.add_button = Button(self._theme, self.tr("Add"), "primary", name="address_add")
        self.add_button.setDefault(True)
        self.add_button.clicked.connect(self._add)
        row.addWidget(self.cancel_button)
        row.addWidget(self.add_button)
        return row

    def _tell(self) -> None:
        """Say what is sent there."""
        words = self.tr(
            "A server that speaks OpenAI's interface: vLLM, llama.cpp, Ollama, or your company's gateway. What you ask "
            "it, with the passages quoted from your files, is sent there."
        )
        if self.purpose.value == EndpointPurpose.EMBEDDING.value:
            words = self.tr(
                "A server that speaks OpenAI's interface and embeds. All passages of the collections that you let it "
                "keep, and each question to them, are sent there."
            )
        elif self.purpose.value == EndpointPurpose.VISION.value:
            words = f"{words} {self.tr('So are the pictures that you attach.')}"
        self.words.set_text(words)
        self.words.setMinimumHeight(self.words.heightForWidth(self._theme.px(_WIDTH)))

    def ask(self) -> None:
        """Ask the address for its models, or stop asking."""
        if self._task is not None:
            self._task.cancel()
            return
        address, key = self.address.text(), self.key.text()

        def work(cancel: CancelToken) -> Iterator[Event]:
            yield _Names(self._endpoints.models_at(address, key, cancel))

        self.problem.hide()
        task = self._task = self._tasks.run(work)
        task.happened.connect(self._show_names)
        task.failed.connect(self._fail)
        task.finished.connect(self._asked)
        self._renew()

    def done(self, result: int) -> None:
        if self._task is not None:
            self._task.cancel()
        super().done(result)

    def _show_names(self, event: Event) -> None:
        if not isinstance(event, _Names):
            return
        before = self.model.currentText()
        self.model.clear()
        self.model.addItems(event.names)
        if before in event.names or not event.names:
            self.model.setCurrentText(before)
        if not event.names:
            self._say(self.tr("It answers, but names no model. Write the name."))

    def _asked(self) -> None:
        self._task = None
        self._renew()

    def _add(self) -> None:
        try:
            self.added = self._endpoints.add(
                self.address.text(),
                self.model.currentText(),
                key=self.key.text(),
                purpose=EndpointPurpose(self.purpose.value),
            )
        except DesksideError as error:
            self._fail(error)
            return
        self.accept()

    def _fail(self, error: DesksideError) -> None:
        self._say(str(error))

    def _say(self, words: str) -> None:
        self.problem.set_text(words)
        self.problem.show()
        self.adjustSize()

    def _renew(self) -> None:
        asking, address = self._task is not None, bool(self.address.text().strip())
        self.ask_button.set_words(self.tr("Stop asking") if asking else self.tr("Ask for its models"))
        self.ask_button.setEnabled(address)
        self.add_button.setEnabled(address and bool(self.model.currentText().strip()))
