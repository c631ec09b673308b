"""The same question to two sides in the window: asked in turn, chosen, stopped, failed."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QAbstractButton
from pytestqt.qtbot import QtBot

from desktop.core.cancel import CancelToken
from desktop.core.errors import ModelError
from desktop.core.events import Event
from desktop.core.feedback import Rating
from desktop.ui.chat_page import ChatPage
from desktop.ui.compare_dialog import CompareDialog
from desktop.ui.message_view import AnswerMessage
from desktop.ui.tasks import TaskList
from desktop.ui.theme import Theme
from tests.ui import chat_content as content
from tests.ui.fake_models import QWEN, STARTER
from tests.ui.fakes import FakeServices


@pytest.fixture
def page(qtbot: QtBot, services: FakeServices, theme: Theme, tasks: TaskList) -> ChatPage:
    content.fill(services, time.time())
    services.models.all = [STARTER, QWEN]
    made = ChatPage(services, theme, tasks)  # type: ignore[arg-type]
    qtbot.addWidget(made)
    made.resize(1196, 800)
    return made


def _opened(page: ChatPage, words: str = "How long is the notice?") -> CompareDialog:
    page.new_chat()
    page.view.composer.field.setPlainText(words)
    return _opened_again(page)


def _opened_again(page: ChatPage) -> CompareDialog:
    page.header.compare_asked.emit()
    dialog = page.window().findChildren(CompareDialog)[-1]
    assert isinstance(dialog, CompareDialog)
    return dialog


def _asked(qtbot: QtBot, dialog: CompareDialog) -> None:
    dialog.ask()
    qtbot.waitUntil(lambda: not dialog.stop_button.isVisibleTo(dialog))


def test_both_sides_answer_what_stood_in_the_composer_and_the_better_goes_on(
    qtbot: QtBot, page: ChatPage, services: FakeServices
) -> None:
    dialog = _opened(page)
    left, right = dialog.sides
    assert not left.better_button.isEnabled()
    right.model.setCurrentIndex(right.model.findData(QWEN.path))
    right.preset.setCurrentIndex(right.preset.findData("free"))
    _asked(qtbot, dialog)
    (first, before), (second, beside) = services.comparing.asked
    assert (first.model, second.model, second.preset) == (STARTER.path, QWEN.path, "free")
    assert before == ""
    assert left.message is not None
    assert beside == left.message.id
    assert right.message is not None
    assert page.view.composer.field.toPlainText() == ""
    told: list[object] = []
    page.message.connect(lambda words, undo, open_: told.append(words))
    right.better_button.click()
    assert services.comparing.chosen == [(right.message.id, [left.message.id])]
    assert not dialog.isVisible()
    assert told
    assert page.view.list.entries, "the chat shows what was asked"


def test_another_answer_is_set_beside_one_of_the_chat(
    qtbot: QtBot, page: ChatPage, services: FakeServices
) -> None:
    page.open_chat("c10")
    entry = page.view.list.entries[-1]
    assert isinstance(entry.widget, AnswerMessage)
    button = entry.widget.findChild(QAbstractButton, "answer_compare")
    assert isinstance(button, QAbstractButton)
    answer = entry.message
    button.click()
    dialog = page.window().findChild(CompareDialog)
    assert dialog is not None
    assert dialog.field.isReadOnly()
    assert dialog.field.toPlainText()
    left, _right = dialog.sides
    assert left.message == answer
    assert left.choices.isHidden()
    _asked(qtbot, dialog)
    ((_side, beside),) = services.comparing.asked
    assert beside == answer.id
    assert left.message == answer
    dialog.poor.click()
    assert [one.rating for one in services.feedback.said.values()] == [Rating.DOWN, Rating.DOWN]


def test_a_side_that_fails_says_so_and_the_other_is_asked(
    qtbot: QtBot, page: ChatPage, services: FakeServices
) -> None:
    def fail(cancel: CancelToken) -> Iterator[Event]:
        raise ModelError("The model ended.", "Try another one.")
        yield  # pragma: no cover

    services.answering.scripts = [fail]
    dialog = _opened(page)
    left, right = dialog.sides
    _asked(qtbot, dialog)
    assert left.message is not None
    assert left.message.note.startswith("The model ended.")
    assert not left.usable
    assert right.usable
    assert not right.better_button.isEnabled(), "there is nothing that it is better than"
    before = right.message
    assert dialog.ask_button.text() == "Ask the left side"
    _asked(qtbot, dialog)
    assert right.message is before
    assert len(services.comparing.asked) == 3
    assert left.better_button.isEnabled()
    assert dialog.ask_button.text() == "Ask again"
    right.preset.setCurrentIndex(right.preset.findData("free"))
    assert dialog.ask_button.text() == "Ask the right side"


def test_after_stop_the_other_side_is_not_asked(qtbot: QtBot, page: ChatPage, services: FakeServices) -> None:
    services.answering.delay = 0.05
    dialog = _opened(page)
    dialog.ask()
    qtbot.waitUntil(lambda: bool(services.comparing.asked))
    dialog.stop_button.click()
    qtbot.waitUntil(lambda: not dialog.stop_button.isVisibleTo(dialog))
    assert len(services.comparing.asked) == 1
    assert "Not asked" in dialog.sides[1].words.text()


def test_what_was_not_asked_goes_back_and_what_is_attached_goes_along(
    qtbot: QtBot, page: ChatPage, services: FakeServices, tmp_path: Path
) -> None:
    dialog = _opened(page)
    dialog.reject()
    assert page.view.composer.field.toPlainText() == "How long is the notice?"
    path = tmp_path / "lease.txt"
    path.write_text("Nine months.")
    page.view.attachments.add([path])
    dialog = _opened_again(page)
    dialog.ask()
    assert dialog.banner.isVisibleTo(dialog)
    assert services.comparing.asked == []
    qtbot.waitUntil(lambda: not page.view.attachments.reading)
    _asked(qtbot, dialog)
    assert len(services.comparing.asked) == 2
    assert services.answering.only, "what was attached is asked"
    assert page.view.attachments.take() == ()


def test_nothing_is_asked_without_a_question(page: ChatPage, services: FakeServices) -> None:
    dialog = _opened(page, "")
    dialog.ask_button.click()
    assert services.comparing.asked == []
