"""Branches in the window: editing and answering again keep what was there, and arrows lead back to it."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from desktop.core.cancel import CancelToken
from desktop.core.conversations import Message, MessageState, Role
from desktop.core.events import Answer, Event, Found, Token
from desktop.services.conversations import Conversations
from desktop.store.conversations import ConversationStore
from desktop.store.database import Database
from desktop.ui.chat_page import ChatPage
from desktop.ui.message_view import AnswerMessage
from desktop.ui.own_message import OwnMessage
from desktop.ui.tasks import TaskList
from desktop.ui.theme import Theme
from tests.ui.fakes import FakeServices


class TreeAnswering:
    """Answers with numbered words, kept in a real store as the real service keeps them."""

    def __init__(self, store: ConversationStore) -> None:
        self.store = store
        self.number = 0

    def ask(self, conversation_id: str, question: str, cancel: CancelToken, **_: object) -> Iterator[Event]:
        history = self.store.messages(conversation_id)
        yield from self._ask(conversation_id, question, history[-1].id if history else "")

    def edit(self, message_id: str, question: str, cancel: CancelToken) -> Iterator[Event]:
        message = self.store.message(message_id)
        assert message is not None
        yield from self._ask(message.conversation_id, question, message.parent_id)

    def regenerate(
        self, conversation_id: str, cancel: CancelToken, *, answer_id: str = ""
    ) -> Iterator[Event]:
        path = self.store.path_to(answer_id) if answer_id else self.store.messages(conversation_id)
        yield from self._answer([one for one in path if one.role is Role.USER][-1])

    def _ask(self, conversation_id: str, question: str, parent: str) -> Iterator[Event]:
        asked = Message(uuid.uuid4().hex, conversation_id, Role.USER, question, parent_id=parent)
        self.store.save(asked)
        yield from self._answer(asked)

    def _answer(self, asked: Message) -> Iterator[Event]:
        yield Found(asked, None)
        self.number += 1
        text = f"Answer number {self.number}. " + "Some more words to fill the line. " * 20
        yield Token(text)
        made = Message(uuid.uuid4().hex, asked.conversation_id, Role.ASSISTANT, text, parent_id=asked.id)
        self.store.save(made)
        yield Answer(made)


@pytest.fixture
def page(
    qtbot: QtBot, theme: Theme, services: FakeServices, tasks: TaskList, tmp_path: Path
) -> Iterator[ChatPage]:
    database = Database(tmp_path / "tree.sqlite3", tmp_path / "backups")
    store = ConversationStore(database)
    services.conversations = Conversations(store)  # type: ignore[assignment]
    services.answering = TreeAnswering(store)  # type: ignore[assignment]
    made = ChatPage(services, theme, tasks)  # type: ignore[arg-type]
    qtbot.addWidget(made)
    made.resize(1200, 700)
    made.show()
    qtbot.waitExposed(made)
    yield made
    database.close()


def _wait(qtbot: QtBot, page: ChatPage) -> None:
    qtbot.waitUntil(lambda: page.view.live is None)


def _texts(page: ChatPage) -> list[str]:
    return [" ".join(entry.message.text.split()[:3]).rstrip(".") for entry in page.view.list.entries]


def _own(page: ChatPage, place: int) -> OwnMessage:
    widget = page.view.list.entries[place].widget
    assert isinstance(widget, OwnMessage)
    return widget


def _answer(page: ChatPage, place: int) -> AnswerMessage:
    widget = page.view.list.entries[place].widget
    assert isinstance(widget, AnswerMessage)
    return widget


def _click(qtbot: QtBot, holder: QWidget, name: str) -> None:
    button = holder.findChild(QWidget, name)
    assert button is not None
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)


def test_arrows_lead_from_one_answer_to_another_and_back(qtbot: QtBot, page: ChatPage) -> None:
    page.view.ask("First question")
    _wait(qtbot, page)
    assert _answer(page, 1).switch.isHidden()
    page.view.ask("Second question")
    _wait(qtbot, page)
    _click(qtbot, _answer(page, 1), "answer_again")
    _wait(qtbot, page)
    assert _texts(page) == ["First question", "Answer number 3"]
    switch = _answer(page, 1).switch
    assert not switch.isHidden()
    assert switch.accessibleName() == "Version 2 of 2"
    assert not switch.later.isEnabled()
    _click(qtbot, switch, "branch_earlier")
    assert _texts(page) == ["First question", "Answer number 1", "Second question", "Answer number 2"]
    assert _answer(page, 1).switch.accessibleName() == "Version 1 of 2"


def test_an_edited_question_is_a_branch_and_keys_lead_back(qtbot: QtBot, page: ChatPage) -> None:
    page.view.ask("First question")
    _wait(qtbot, page)
    page.view.edit(page.view.list.entries[0].message.id, "Another question")
    _wait(qtbot, page)
    assert _texts(page) == ["Another question", "Answer number 2"]
    switch = _own(page, 0).switch
    switch.earlier.setFocus()
    qtbot.keyClick(switch.earlier, Qt.Key.Key_Left)
    assert _texts(page) == ["First question", "Answer number 1"]
    focus = QApplication.focusWidget()
    assert focus is not None
    assert _own(page, 0).switch.isAncestorOf(focus), "the keyboard goes on where it was"
    qtbot.keyClick(focus, Qt.Key.Key_Right)
    assert _texts(page) == ["Another question", "Answer number 2"]


def test_the_view_stays_where_it_is_when_the_branch_changes(qtbot: QtBot, page: ChatPage) -> None:
    for number in range(4):
        page.view.ask(f"Question {number}")
        _wait(qtbot, page)
    page.view.answer_again(page.view.list.entries[3].message.id)
    _wait(qtbot, page)
    bar = page.view.list.verticalScrollBar()
    bar.setValue(bar.maximum() // 2)
    before = page.view.list.entries[1].widget
    value = bar.value()
    _click(qtbot, _answer(page, 3).switch, "branch_earlier")
    assert len(page.view.list.entries) == 8
    assert bar.value() == value
    assert page.view.list.entries[1].widget is before, "what both branches have is not made again"


def test_nobody_changes_the_branch_under_an_answer(qtbot: QtBot, page: ChatPage) -> None:
    page.view.ask("First question")
    _wait(qtbot, page)
    page.view.answer_again()
    _wait(qtbot, page)
    own = page.view.list.entries[0].message
    conversations = page.view._services.conversations
    failed = replace(own, id="x", role=Role.ASSISTANT, text="", state=MessageState.FAILED, parent_id=own.id)
    conversations._store.save(failed)
    page.view.open(page.view.conversation)
    assert _answer(page, 1).switch.accessibleName() == "Version 3 of 3", "also where there are no words"
    page.view.ask("Second question")
    assert not _answer(page, 1).switch.isEnabled()
    _wait(qtbot, page)
    assert _answer(page, 1).switch.isEnabled()
