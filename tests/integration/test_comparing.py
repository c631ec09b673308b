"""Two settings compared in the window with the real starter model; the choice is kept as training data."""

from __future__ import annotations

import os
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from desktop.core.paths import Paths
from desktop.services.all import Services
from desktop.ui.chat_page import ChatPage
from desktop.ui.compare_dialog import CompareDialog
from desktop.ui.tasks import TaskList
from desktop.ui.theme import Theme

WAIT = 120_000
pytestmark = pytest.mark.qt_log_ignore(r"This plugin does not support", extend=True)


def test_two_settings_are_compared_and_the_choice_is_kept(
    qtbot: QtBot, qapp: QApplication, tmp_path: Path
) -> None:
    services = Services(Paths(tmp_path, Paths.default().program))
    services.settings.change(answer_length=48)
    tasks = TaskList()
    try:
        page = ChatPage(services, Theme(qapp), tasks)
        qtbot.addWidget(page)
        page.begin()
        page.view.composer.field.setPlainText("Name three colours of the rainbow.")
        page.header.compare_asked.emit()
        dialog = page.window().findChild(CompareDialog)
        assert dialog is not None
        left, right = dialog.sides
        left.preset.setCurrentIndex(left.preset.findData("precise"))
        right.preset.setCurrentIndex(right.preset.findData("free"))
        dialog.ask_button.click()
        qtbot.waitUntil(lambda: left.better_button.isEnabled(), timeout=WAIT)
        assert left.message is not None
        assert right.message is not None
        assert left.message.parent_id == right.message.parent_id
        assert left.message.sampling is not None
        assert right.message.sampling is not None
        assert (left.message.sampling.temperature, right.message.sampling.temperature) == (0.2, 1.1)
        assert left.message.text != right.message.text
        left.better_button.click()
        (row,) = services.feedback.rows("preference")
        assert row["chosen"] == [{"role": "assistant", "content": left.message.text}]
        assert row["rejected"] == [{"role": "assistant", "content": right.message.text}]
        shown = [entry.message.id for entry in page.view.list.entries]
        assert shown[-1] == left.message.id, "the chat goes on with the better answer"
    finally:
        tasks.deleteLater()
        services.close()
