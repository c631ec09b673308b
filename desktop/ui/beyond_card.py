"""Settings beyond this computer: models at other addresses, the offer to other programs, and the ledger."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from desktop.core.endpoints import Endpoint, EndpointPurpose
from desktop.core.errors import DesksideError
from desktop.core.events import Event, Note
from desktop.ui.address_dialog import AddressDialog
from desktop.ui.connections_dialog import ConnectionsDialog
from desktop.ui.switches import Segmented, Toggle
from desktop.ui.tasks import ListedTask, TaskList
from desktop.ui.theme import Theme
from desktop.ui.widgets import Button, ElidedLabel, IconButton, Label, Paragraph, frame, line

if TYPE_CHECKING:
    from desktop.services.all import Services


class BeyondCard(QFrame):
    """`failed` carries what went wrong, `message` asks for a toast with undo."""

    message = Signal(str, object, object)
    failed = Signal(object)

    def __init__(
        self, services: Services, theme: Theme, tasks: TaskList, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._services, self._theme, self._tasks = services, theme, tasks
        self._serving: ListedTask | None = None
        self.setProperty("kind", "card")
        self.setObjectName("settings_beyond")
        column = QVBoxLayout(self)
        column.setContentsMargins(1, 0, 1, 0)
        column.setSpacing(0)
        self.add_button = Button(theme, self.tr("Add an address"), icon="plus", name="settings_add_address")
        self.add_button.clicked.connect(self._add)
        sentence = self.tr(
            "A server in your house or your company's gateway can answer, too. Each is off until you switch it on."
        )
        column.addLayout(self._row(self.tr("Models at other addresses"), sentence, self.add_button))
        self._rows = QVBoxLayout()
        self._rows.setSpacing(0)
        column.addLayout(self._rows)
        column.addWidget(line(self))
        choices = [("off", self.tr("Off")), ("on", self.tr("On"))]
        title = self.tr("Offer the model to other programs")
        self.serve = Segmented(theme, "settings_serve", title, choices)
        self.serve.set_value("off")
        self.serve.chosen.connect(self._switch_serving)
        self._usual = self.tr(
            "Other programs on this computer can use the model and your collections through OpenAI's interface."
        )
        self.serve_words = Paragraph(theme, self._usual, "secondary", "text2")
        column.addLayout(self._row(title, self.serve_words, self.serve))
        column.addWidget(line(self))
        self.show_button = Button(theme, self.tr("Show them"), name="settings_connections")
        self.show_button.clicked.connect(self._show_connections)
        sentence = self.tr("Every connection is written down before it is made.")
        column.addLayout(self._row(self.tr("Connections"), sentence, self.show_button))
        self.refresh()

    def _row(self, title: str, sentence: str | Paragraph, control: QWidget) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setContentsMargins(16, 12, 16, 12)
        row.setSpacing(16)
        words = QVBoxLayout()
        words.setSpacing(0)
        label = Label(title, "control")
        label.setBuddy(control)
        words.addWidget(label)
        made = Paragraph(self._theme, sentence, "secondary") if isinstance(sentence, str) else sentence
        words.addWidget(made)
        row.addLayout(words, 1)
        row.addWidget(control)
        return row

    # --- addresses

    def refresh(self) -> None:
        """Show the addresses as they are."""
        while (item := self._rows.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.deleteLater()
        for endpoint in self._services.endpoints.list():
            self._rows.addWidget(line(self))
            self._rows.addWidget(self._address_row(endpoint))

    def _address_row(self, endpoint: Endpoint) -> QFrame:
        made = frame("", f"address_{endpoint.id}", self)
        row = QHBoxLayout(made)
        row.setContentsMargins(16, 10, 16, 10)
        row.setSpacing(12)
        words = QVBoxLayout()
        words.setSpacing(0)
        words.addWidget(ElidedLabel(endpoint.name, "control"))
        words.addWidget(
            Paragraph(self._theme, self._about(endpoint), "secondary", "warn" if endpoint.leaves else "text2")
        )
        row.addLayout(words, 1)
        toggle = Toggle(self._theme, "", f"address_switch_{endpoint.id}", made)
        name = self.tr("Let {name} answer").replace("{name}", endpoint.name)
        toggle.setAccessibleName(name)
        toggle.setToolTip(name)
        toggle.setChecked(endpoint.enabled)
        toggle.clicked.connect(lambda on: self._do(lambda: self._switch(endpoint, on)))
        remove = IconButton(self._theme, "trash", self.tr("Remove this address"), name="address_remove")
        remove.clicked.connect(lambda: self._do(lambda: self._services.endpoints.remove(endpoint.id)))
        row.addWidget(toggle)
        row.addWidget(remove)
        return made

    def _about(self, endpoint: Endpoint) -> str:
        embeds = endpoint.purpose is EndpointPurpose.EMBEDDING
        if not endpoint.leaves:
            words = self.tr("{model}, on this computer")
            words = self.tr("{model}, for finding passages, on this computer") if embeds else words
        elif embeds and endpoint.readable:
            words = self.tr(
                "{model}, for finding passages. All passages of the collections that it keeps leave this computer, for "
                "{host}, and can be read on the way: the address does not begin with https."
            )
        elif embeds:
            words = self.tr(
                "{model}, for finding passages. All passages of the collections that it keeps, and each question to "
                "them, leave this computer, for {host}."
            )
        elif endpoint.readable:
            words = self.tr(
                "{model}. What you ask and the quoted passages leave this computer, for {host}, and can be read on "
                "the way: the address does not begin with https."
            )
        else:
            words = self.tr("{model}. What you ask and the quoted passages leave this computer, for {host}.")
        if endpoint.purpose is EndpointPurpose.VISION:
            words = f"{words} {self.tr('It is shown the pictures that you attach.')}"
        return words.replace("{model}", endpoint.model).replace("{host}", endpoint.host)

    def _switch(self, endpoint: Endpoint, on: bool) -> None:
        self._services.endpoints.switch(endpoint.id, on)
        if on:
            words = self.tr("{name} can be chosen in the chat now")
            if endpoint.purpose is EndpointPurpose.EMBEDDING:
                words = self.tr("{name} can be chosen for a collection now, in the library")
            self.message.emit(words.replace("{name}", endpoint.name), None, None)

    def _add(self) -> None:
        dialog = AddressDialog(self._services.endpoints, self._theme, self._tasks, self.window())
        dialog.accepted.connect(self.refresh)
        dialog.open()

    def _do(self, action: Callable[[], object]) -> None:
        try:
            action()
        except DesksideError as error:
            self.failed.emit(error)
        self.refresh()

    # --- the offer, the ledger

    def _switch_serving(self, value: str) -> None:
        if value == "off" or self._serving is not None:
            if self._serving is not None and value == "off":
                self._serving.cancel()
            return
        title = self.tr("Offering the model to other programs")
        entry = self._serving = self._tasks.start(
            title, lambda cancel: self._services.serving.run(cancel=cancel), icon="cube"
        )
        entry.task.happened.connect(self._told)
        entry.task.finished.connect(self._stopped)

    def _told(self, event: Event) -> None:
        if isinstance(event, Note):
            self.serve_words.set_text(event.words)

    def _stopped(self) -> None:
        self._serving = None
        self.serve.set_value("off")
        self.serve_words.set_text(self._usual)

    def _show_connections(self) -> None:
        try:
            entries = self._services.endpoints.connections()
        except DesksideError as error:
            self.failed.emit(error)
            return
        ConnectionsDialog(self._theme, entries, self.window()).open()
