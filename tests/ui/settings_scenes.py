"""The settings in each of their states, for the pictures of `tests/screenshots.py`."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QAbstractButton, QWidget

from desktop.core.endpoints import Endpoint, EndpointPurpose
from desktop.core.errors import ModelError
from desktop.core.ledger import LedgerEntry
from desktop.ui.address_dialog import AddressDialog
from desktop.ui.connections_dialog import ConnectionsDialog
from desktop.ui.settings_page import SettingsPage

if TYPE_CHECKING:
    from tests.screenshots import Scene, Stage


def settings(stage: Stage) -> QWidget | None:
    stage.window.show_page("settings")
    return None


def settings_advanced(stage: Stage) -> QWidget | None:
    stage.window.show_page("settings")
    page = stage.window.page("settings")
    assert isinstance(page, SettingsPage)
    page.advanced_button.click()
    stage.settle(100)
    page.area.verticalScrollBar().setValue(page.area.verticalScrollBar().maximum())
    return None


def settings_beyond(stage: Stage) -> QWidget | None:
    """Three addresses, one of them on, and the model offered to other programs."""
    for number, (name, address, model) in enumerate(
        (
            ("Company gateway", "https://llm.example.org/v1", "Qwen3 32B"),
            ("Ollama on this computer", "http://localhost:11434/v1", "gemma3:4b"),
            ("Box in the cellar", "http://box.local:8080/v1", "mistral-small"),
        )
    ):
        stage.services.endpoints.kept[f"e{number}"] = Endpoint(
            f"e{number}", name, address, model, 8192, not number
        )
    stage.services.endpoints.kept["e4"] = Endpoint(
        "e4", "bge-m3 at llm.example.org", "https://llm.example.org/v1", "bge-m3", 8192, True, 0.0,
        EndpointPurpose.EMBEDDING,
    )  # fmt: skip
    stage.window.show_page("settings")
    page = stage.window.page("settings")
    assert isinstance(page, SettingsPage)
    page.refresh()
    page.beyond.serve.chosen.emit("on")
    page.beyond.serve.set_value("on")
    stage.settle(100)
    page.area.ensureWidgetVisible(page.beyond.show_button, 0, 60)
    return None


def settings_address(stage: Stage) -> QWidget | None:
    settings_beyond(stage)
    page = stage.window.page("settings")
    assert isinstance(page, SettingsPage)
    page.beyond.add_button.click()
    dialog = stage.window.findChild(AddressDialog)
    assert dialog is not None
    stage.services.endpoints.error = ModelError(
        "llm.example.org does not accept the key.", "Check it in Settings."
    )
    dialog.address.setText("https://llm.example.org/v1")
    dialog.ask()
    stage.settle(100)
    return dialog


def settings_connections(stage: Stage) -> QWidget | None:
    settings_beyond(stage)
    stage.services.endpoints.entries = tuple(
        LedgerEntry(
            time.time() - 400 * number, "https://llm.example.org/v1", "Asked Qwen3 32B", 2310 + 97 * number
        )
        for number in range(40)
    )
    page = stage.window.page("settings")
    assert isinstance(page, SettingsPage)
    page.beyond.show_button.click()
    return stage.window.findChild(ConnectionsDialog)


def settings_address_embedding(stage: Stage) -> QWidget | None:
    """An address for finding passages."""
    settings_beyond(stage)
    page = stage.window.page("settings")
    assert isinstance(page, SettingsPage)
    page.beyond.add_button.click()
    dialog = stage.window.findChild(AddressDialog)
    assert dialog is not None
    embedding = dialog.purpose.findChild(QAbstractButton, "address_purpose_embedding")
    assert embedding is not None
    embedding.click()
    dialog.address.setText("https://llm.example.org/v1")
    return dialog


SCENES: dict[str, Scene] = {
    "settings-address-embedding": settings_address_embedding,
    "settings": settings,
    "settings-advanced": settings_advanced,
    "settings-beyond": settings_beyond,
    "settings-address": settings_address,
    "settings-connections": settings_connections,
}
