"""Beyond this computer: an address is added, switched on and removed; the offer and the ledger are plain."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from desktop.core.endpoints import Endpoint
from desktop.core.errors import ModelError, StorageError, UserError
from desktop.core.ledger import LedgerEntry
from desktop.ui.address_dialog import AddressDialog
from desktop.ui.beyond_card import BeyondCard
from desktop.ui.connections_dialog import ConnectionsDialog
from desktop.ui.switches import Toggle
from desktop.ui.tasks import TaskList
from desktop.ui.theme import Theme
from desktop.ui.widgets import Paragraph
from tests.ui.fakes import FakeServices


@pytest.fixture
def card(services: FakeServices, theme: Theme, tasks: TaskList, qtbot: QtBot) -> BeyondCard:
    made = BeyondCard(services, theme, tasks)  # type: ignore[arg-type]
    qtbot.addWidget(made)
    made.resize(800, 500)
    made.show()
    return made


@pytest.fixture
def dialog(services: FakeServices, theme: Theme, tasks: TaskList, qtbot: QtBot) -> AddressDialog:
    made = AddressDialog(services.endpoints, theme, tasks)  # type: ignore[arg-type]
    qtbot.addWidget(made)
    made.show()
    return made


def _words(widget: QWidget) -> str:
    return " ".join(one.text() for one in widget.findChildren(Paragraph))


def _press(widget: QWidget, qtbot: QtBot) -> None:
    qtbot.mouseClick(widget, Qt.MouseButton.LeftButton)


def test_an_address_is_switched_on_and_what_leaves_is_said_before(
    card: BeyondCard, services: FakeServices, qtbot: QtBot
) -> None:
    services.endpoints.kept = {
        "e1": Endpoint("e1", "Gateway", "https://llm.example.org/v1", "big"),
        "e2": Endpoint("e2", "Here", "http://localhost:11434/v1", "small"),
        "e3": Endpoint("e3", "House", "http://box.local:8080/v1", "big"),
    }
    card.refresh()
    rows = {name: card.findChild(QWidget, f"address_{name}") for name in services.endpoints.kept}
    assert "leave this computer, for llm.example.org" in _words(rows["e1"])
    assert "on this computer" in _words(rows["e2"])
    assert "can be read on the way" in _words(rows["e3"])
    told: list[str] = []
    card.message.connect(lambda words, *_: told.append(words))
    toggle = card.findChild(Toggle, "address_switch_e1")
    assert not toggle.isChecked()
    _press(toggle, qtbot)
    assert services.endpoints.kept["e1"].enabled
    assert told == ["Gateway can be chosen in the chat now"]


def test_an_address_is_removed_and_a_failure_is_told(
    card: BeyondCard, services: FakeServices, qtbot: QtBot
) -> None:
    services.endpoints.kept = {"e1": Endpoint("e1", "Gateway", "https://llm.example.org/v1", "big")}
    card.refresh()
    services.endpoints.error = StorageError("The disk is full.")
    with qtbot.waitSignal(card.failed):
        _press(card.findChild(QWidget, "address_remove"), qtbot)
    assert services.endpoints.kept
    services.endpoints.error = None
    qtbot.waitUntil(lambda: len(card.findChildren(QWidget, "address_remove")) == 1)
    _press(card.findChild(QWidget, "address_remove"), qtbot)
    assert not services.endpoints.kept


def test_the_models_of_an_address_are_asked_for_only_by_the_button(
    dialog: AddressDialog, services: FakeServices, qtbot: QtBot
) -> None:
    services.endpoints.names = ("small", "big")
    qtbot.keyClicks(dialog.address, "llm.example.org")
    qtbot.keyClicks(dialog.key, "secret")
    assert services.endpoints.asked == []
    assert not dialog.add_button.isEnabled()
    _press(dialog.ask_button, qtbot)
    qtbot.waitUntil(lambda: dialog.model.count() == 2)
    assert services.endpoints.asked == [("llm.example.org", "secret")]
    dialog.model.setCurrentText("big")
    with qtbot.waitSignal(dialog.accepted):
        _press(dialog.add_button, qtbot)
    assert dialog.added is not None
    assert (dialog.added.address, dialog.added.model) == ("https://llm.example.org/v1", "big")
    assert not dialog.added.enabled


def test_an_address_for_finding_passages_says_what_is_sent_there(
    dialog: AddressDialog, card: BeyondCard, services: FakeServices, qtbot: QtBot
) -> None:
    before = dialog.words.text()
    dialog.address.setText("llm.example.org")
    dialog.model.setEditText("bge-m3")
    _press(dialog.purpose.findChild(QWidget, "address_purpose_embedding"), qtbot)
    assert "All passages" in dialog.words.text() != before
    with qtbot.waitSignal(dialog.accepted):
        _press(dialog.add_button, qtbot)
    card.refresh()
    words = " ".join(label.text() for label in card.findChildren(Paragraph))
    assert "bge-m3, for finding passages. All passages of the collections that it keeps" in words


def test_what_goes_wrong_is_said_in_the_dialog_and_it_stays_open(
    dialog: AddressDialog, services: FakeServices, qtbot: QtBot
) -> None:
    services.endpoints.error = ModelError("It could not be reached.", "Check the address.")
    dialog.address.setText("llm.example.org")
    _press(dialog.ask_button, qtbot)
    qtbot.waitUntil(dialog.problem.isVisible)
    assert dialog.problem.text() == "It could not be reached. Check the address."
    dialog.model.setEditText("big")
    dialog.address.setText("not an address")
    _press(dialog.add_button, qtbot)
    assert "not the address of a server" in dialog.problem.text()
    assert dialog.isVisible()


def test_asking_can_be_stopped(dialog: AddressDialog, services: FakeServices, qtbot: QtBot) -> None:
    services.endpoints.held = True
    dialog.address.setText("llm.example.org")
    _press(dialog.ask_button, qtbot)
    assert dialog.ask_button.text() == "Stop asking"
    _press(dialog.ask_button, qtbot)
    qtbot.waitUntil(lambda: dialog.ask_button.text() == "Ask for its models")
    assert dialog.problem.isHidden()


def test_the_offer_to_other_programs_is_a_task_that_can_be_ended(
    card: BeyondCard, services: FakeServices, tasks: TaskList, qtbot: QtBot
) -> None:
    on, off = (card.findChild(QWidget, f"settings_serve_{name}") for name in ("on", "off"))
    _press(on, qtbot)
    qtbot.waitUntil(lambda: "http://127.0.0.1:8111/v1" in card.serve_words.text())
    assert len(tasks.running) == 1
    _press(off, qtbot)
    qtbot.waitUntil(lambda: not tasks.running)
    qtbot.waitUntil(lambda: "OpenAI's interface" in card.serve_words.text())
    services.serving.error = UserError("Port 8111 is taken by another program.")
    with qtbot.waitSignal(tasks.failed):
        _press(on, qtbot)
    qtbot.waitUntil(lambda: card.serve.value == "off")


def test_the_ledger(theme: Theme, qtbot: QtBot) -> None:
    entry = LedgerEntry(1_700_000_000, "https://llm.example.org/v1", "Asked big", 2048)
    made = ConnectionsDialog(theme, [entry])
    qtbot.addWidget(made)
    made.show()
    line = made.list.model().index(0, 0).data()
    assert "https://llm.example.org/v1" in line
    assert "Asked big" in line
    empty = ConnectionsDialog(theme, [])
    qtbot.addWidget(empty)
    empty.show()
    assert "connected to nothing" in _words(empty)
    assert empty.list.isHidden()
