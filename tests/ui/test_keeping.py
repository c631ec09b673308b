"""How a collection is kept: shown as it is, changed as a task, refused in place."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from desktop.core.library_requests import CollectionSetup
from desktop.ui.keeping_dialog import KeepingDialog
from desktop.ui.tasks import TaskList
from desktop.ui.theme import Theme
from tests.ui.fakes import FakeServices


@pytest.fixture
def dialog(services: FakeServices, theme: Theme, tasks: TaskList, qtbot: QtBot) -> KeepingDialog:
    collection = services.library.create_collection("Contracts")
    services.keeping.setups[collection.id] = CollectionSetup("/models/e5", "/mnt/drive")
    made = KeepingDialog(services, theme, tasks, collection)  # type: ignore[arg-type]
    qtbot.addWidget(made)
    made.show()
    qtbot.waitUntil(made.change_button.isEnabled)
    return made


def test_it_shows_how_the_collection_is_kept_and_does_nothing_without_a_change(
    dialog: KeepingDialog, services: FakeServices, tasks: TaskList, qtbot: QtBot
) -> None:
    assert (dialog.model.currentText(), dialog.place.text()) == ("multilingual-e5-small", "/mnt/drive")
    with qtbot.waitSignal(dialog.accepted):
        qtbot.mouseClick(dialog.change_button, Qt.MouseButton.LeftButton)
    assert services.keeping.asked == []
    assert not tasks.listed


def test_a_change_is_a_task(
    dialog: KeepingDialog, services: FakeServices, tasks: TaskList, qtbot: QtBot
) -> None:
    dialog.model.setCurrentIndex(0)
    dialog.place.setText(" s3://bucket/library ")
    with qtbot.waitSignal(dialog.accepted):
        qtbot.mouseClick(dialog.change_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: len(services.keeping.asked) == 1)
    assert services.keeping.asked[0][1:] == ("all-MiniLM-L6-v2", "s3://bucket/library")
    assert [one.title for one in tasks.listed] == ["Keeping Contracts anew"]


def test_a_model_at_another_address_says_what_leaves_this_computer(dialog: KeepingDialog) -> None:
    assert not dialog.leaving.isVisible()
    dialog.model.setCurrentIndex(2)
    assert "are sent to llm.example.org" in dialog.leaving.text()
    assert dialog.leaving.isVisible()


def test_a_place_that_is_none_is_refused_in_the_dialog(
    dialog: KeepingDialog, services: FakeServices, qtbot: QtBot
) -> None:
    dialog.place.setText("some/folder")
    qtbot.mouseClick(dialog.change_button, Qt.MouseButton.LeftButton)
    assert "whole path" in dialog.problem.text()
    assert dialog.isVisible()
    assert services.keeping.asked == []
