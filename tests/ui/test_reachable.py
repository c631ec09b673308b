"""Every control of every page has a name for screen readers, a stable object name, and takes the keyboard."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractSpinBox,
    QComboBox,
    QLineEdit,
    QWidget,
)
from pytestqt.qtbot import QtBot

from desktop.core.documents import DocumentState
from desktop.ui.main_window import MainWindow
from desktop.ui.settings_page import SettingsPage
from desktop.ui.theme import Theme
from desktop.ui.widgets import Button
from tests.ui.fakes import FakeServices

CONTROLS = (QAbstractButton, QAbstractItemView, QAbstractSpinBox, QComboBox, QLineEdit)
PAGES = ("library", "search", "topics", "images", "train", "models", "settings")


def controls(parent: QWidget) -> list[QWidget]:
    """What a person works in it."""
    found = [widget for kind in CONTROLS for widget in parent.findChildren(kind)]
    # The parts that Qt itself builds a control from are reached through it.
    return [
        widget
        for widget in found
        if not widget.objectName().startswith("qt_")
        and not (isinstance(widget, Button) and not widget.text())  # hidden: there is nothing to do
        and not isinstance(
            widget.parentWidget(), QAbstractSpinBox | QComboBox | QLineEdit | QAbstractItemView
        )
    ]


@pytest.fixture
def window(services: FakeServices, theme: Theme, qtbot: QtBot) -> MainWindow:
    collection = services.library.create_collection("Contracts")
    services.library.add(collection.id, "a.pdf")
    services.library.add(collection.id, "b.pdf", DocumentState.FAILED, reason="Odd", reason_kind="damaged")
    made = MainWindow(services, theme, first_page="library")  # type: ignore[arg-type]
    qtbot.addWidget(made)
    made.show()
    return made


@pytest.mark.parametrize("name", PAGES)
def test_every_control_has_names_and_takes_the_keyboard(window: MainWindow, name: str) -> None:
    window.show_page(name)
    page = window.page(name)
    if isinstance(page, SettingsPage):
        page.advanced_button.click()
    found = controls(page)
    assert found
    nameless = [c for c in found if not c.objectName() or not c.accessibleName()]
    deaf = [c for c in found if not c.focusPolicy() & Qt.FocusPolicy.TabFocus]
    assert [f"{type(c).__name__} {c.objectName()!r}" for c in nameless] == []
    assert [c.objectName() for c in deaf] == []
    window.close()


def test_the_tab_key_reaches_every_shown_control_of_the_library(window: MainWindow, qtbot: QtBot) -> None:
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    page = window.page("library")
    wanted = {c.objectName() for c in controls(page) if c.isVisible() and c.isEnabled()}
    reached = set()
    for _turn in range(60):
        qtbot.keyClick(window.windowHandle(), Qt.Key.Key_Tab)
        focused = window.focusWidget()
        if focused is not None:
            reached.add(focused.objectName())
    assert wanted - reached == set()
    window.close()
