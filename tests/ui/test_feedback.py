"""Thumbs and corrections at an answer."""

from __future__ import annotations

import time

import pytest
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from desktop.core.feedback import Rating
from desktop.ui.chat_view import ChatView
from desktop.ui.feedback_buttons import CorrectionDialog, FeedbackButtons
from desktop.ui.tasks import TaskList
from desktop.ui.theme import Theme
from tests.ui import chat_content as content
from tests.ui.fakes import FakeServices


@pytest.fixture
def view(qtbot: QtBot, services: FakeServices, theme: Theme, tasks: TaskList) -> ChatView:
    content.fill(services, time.time())
    made = ChatView(services, theme, tasks)  # type: ignore[arg-type]
    qtbot.addWidget(made)
    made.resize(760, 700)
    made.open(services.conversations.get("c10"))
    return made


def test_thumbs_are_kept_and_taken_back(view: ChatView, services: FakeServices) -> None:
    answer = view.list.entries[-1]
    buttons = answer.widget.findChild(FeedbackButtons)
    assert isinstance(buttons, FeedbackButtons)
    said = services.feedback.said
    buttons.up.click()
    assert said[answer.message.id].rating is Rating.UP
    assert buttons.correct.isHidden()
    buttons.down.click()
    assert said[answer.message.id].rating is Rating.DOWN
    assert not buttons.up.isChecked()
    assert not buttons.correct.isHidden()
    buttons.down.click()
    assert said[answer.message.id].rating is Rating.NONE
    assert buttons.correct.isHidden()


def test_a_correction_is_written_and_shown_again(view: ChatView, services: FakeServices) -> None:
    answer = view.list.entries[-1]
    buttons = answer.widget.findChild(FeedbackButtons)
    assert isinstance(buttons, FeedbackButtons)
    dialog = buttons.ask()
    dialog.field.setPlainText("Nine months.")
    keep = dialog.findChild(QPushButton, "correction_keep")
    assert isinstance(keep, QPushButton)
    keep.click()
    assert services.feedback.said[answer.message.id].correction == "Nine months."
    assert buttons.down.isChecked()
    again = buttons.ask()
    assert isinstance(again, CorrectionDialog)
    assert again.field.toPlainText() == "Nine months."
    again.reject()
