"""The side column: grouping, opening, searching, renaming, deleting with undo, and the keyboard."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QLineEdit
from pytestqt.qtbot import QtBot

from desktop.core.conversations import Conversation
from desktop.ui.chat_page import ChatPage
from desktop.ui.conversation_model import ConversationModel
from desktop.ui.tasks import TaskList
from desktop.ui.theme import Theme
from tests.ui import chat_content as content
from tests.ui.fakes import FakeServices

CONTROL = Qt.KeyboardModifier.ControlModifier


@pytest.fixture
def page(qtbot: QtBot, services: FakeServices, theme: Theme, tasks: TaskList) -> ChatPage:
    content.fill(services, time.time())
    made = ChatPage(services, theme, tasks)  # type: ignore[arg-type]
    qtbot.addWidget(made)
    made.resize(1196, 800)
    made.show()
    qtbot.waitExposed(made)
    return made


def titles(page: ChatPage) -> list[str]:
    return [c.title for c in page.side.model.conversations()]


def current(page: ChatPage) -> str:
    found = page.side.model.at(page.side.view.currentIndex())
    return found.title if found else ""


def test_chats_are_grouped_by_their_last_use() -> None:
    noon = time.mktime((2026, 11, 23, 12, 0, 0, 0, 0, -1))
    day = 86400.0
    ages = {"now": 0.1, "midnight": 11.9 / 24, "yesterday": 0.6, "six days": 6, "a week": 7.1, "a year": 365}
    model = ConversationModel()
    model.set_conversations([Conversation(k, k, updated=noon - v * day) for k, v in ages.items()], noon)
    rows = [model.index(n).data() for n in range(model.rowCount())]
    assert rows == [
        "Today",
        "now",
        "midnight",
        "This week",
        "yesterday",
        "six days",
        "Earlier",
        "a week",
        "a year",
    ]
    headings = [n for n in range(model.rowCount()) if model.flags(model.index(n)) == Qt.ItemFlag.NoItemFlags]
    assert headings == [0, 3, 6]


def test_a_click_opens_a_chat(qtbot: QtBot, page: ChatPage) -> None:
    view = page.side.view
    index = page.side.model.index_of("c10")
    qtbot.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=view.visualRect(index).center())
    assert page.view.conversation_id == "c10"
    assert page.header.title.text() == "Notice periods, Harbour Street"
    assert len(page.view.list.entries) == 2
    assert page.view.composer.collection_id == "k1"


def test_enter_opens_the_chat_under_the_cursor(qtbot: QtBot, page: ChatPage) -> None:
    page.side.view.setFocus()
    page.side.view.setCurrentIndex(page.side.model.index_of("c3"))
    qtbot.keyClick(page.side.view, Qt.Key.Key_Return)
    assert page.view.conversation_id == "c3"


def test_search_finds_words_of_messages_and_escape_shows_all(qtbot: QtBot, page: ChatPage) -> None:
    before = titles(page)
    qtbot.keyClick(page, Qt.Key.Key_F, CONTROL)
    field = page.side.findChild(QLineEdit, "chat_search")
    assert page.focusWidget() is field
    qtbot.keyClicks(field, "addendum")
    qtbot.waitUntil(lambda: titles(page) == ["Notice periods, Harbour Street"])
    qtbot.keyClicks(field, "zzz")
    qtbot.waitUntil(lambda: titles(page) == [])
    assert page.side.findChild(object, "no_chat_found").isVisible()
    qtbot.keyClick(field, Qt.Key.Key_Escape)
    assert titles(page) == before
    assert not field.isVisible()


def test_f2_renames_the_open_chat(qtbot: QtBot, page: ChatPage, services: FakeServices) -> None:
    page.open_chat("c10")
    qtbot.keyClick(page, Qt.Key.Key_F2)
    field = page.side.view.findChild(QLineEdit, "rename_field")
    assert field.text() == "Notice periods, Harbour Street"
    field.setText("  The   office ")
    qtbot.keyClick(field, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: services.conversations.get("c10").title == "The office")
    assert page.header.title.text() == "The office"
    assert titles(page)[0] == "The office"


def test_an_empty_name_changes_nothing(qtbot: QtBot, page: ChatPage, services: FakeServices) -> None:
    page.open_chat("c10")
    page.side.rename("c10")
    field = page.side.view.findChild(QLineEdit, "rename_field")
    field.setText("   ")
    qtbot.keyClick(field, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: not page.side.view.findChildren(QLineEdit, "rename_field"))
    assert services.conversations.get("c10").title == "Notice periods, Harbour Street"


def test_delete_can_be_undone(qtbot: QtBot, page: ChatPage, services: FakeServices) -> None:
    page.open_chat("c10")
    page.side.view.setFocus()
    with qtbot.waitSignal(page.message) as caught:
        qtbot.keyClick(page.side.view, Qt.Key.Key_Delete)
    words, undo, commit = caught.args
    assert words == "Chat deleted"
    assert commit is None
    assert services.conversations.get("c10").deleted
    assert "Notice periods, Harbour Street" not in titles(page)
    assert page.view.conversation_id == ""
    undo()
    assert not services.conversations.get("c10").deleted
    assert titles(page)[0] == "Notice periods, Harbour Street"
    assert page.view.conversation_id == "c10"


def test_deleting_another_chat_leaves_the_open_one(qtbot: QtBot, page: ChatPage) -> None:
    page.open_chat("c10")
    page.delete_chat("c3")
    assert page.view.conversation_id == "c10"
    assert current(page) == "Notice periods, Harbour Street"


def test_new_chat_by_key_keeps_the_collection_and_stores_nothing(
    qtbot: QtBot, page: ChatPage, services: FakeServices
) -> None:
    page.open_chat("c10")
    count = len(services.conversations.all)
    qtbot.keyClick(page, Qt.Key.Key_N, CONTROL)
    assert page.view.conversation is None
    assert page.view.composer.collection_id == "k1"
    assert len(services.conversations.all) == count
    assert page.focusWidget() is page.view.composer.field
    assert current(page) == ""


def test_control_l_goes_to_the_composer(qtbot: QtBot, page: ChatPage) -> None:
    page.side.view.setFocus()
    qtbot.keyClick(page, Qt.Key.Key_L, CONTROL)
    assert page.focusWidget() is page.view.composer.field


def test_a_narrow_window_folds_the_column_behind_a_button(qtbot: QtBot, page: ChatPage) -> None:
    page.resize(860, 640)
    assert not page.side.isVisible()
    qtbot.mouseClick(page.header.side_button, Qt.MouseButton.LeftButton)
    assert page.side.isVisible()
    assert page.childAt(QPoint(40, 300)) is not None
    assert page.side.isAncestorOf(page.childAt(QPoint(40, 300)))
    page.open_chat("c3")
    assert not page.side.isVisible()


def test_a_collection_is_chosen_for_this_chat_alone(
    qtbot: QtBot, page: ChatPage, services: FakeServices
) -> None:
    other = services.library.create_collection("Board papers")
    page.open_chat("c10")
    page.view.composer.collection_chosen.emit(other.id)
    assert services.conversations.get("c10").collection_id == other.id
    assert services.conversations.get("c3").collection_id == "k1"
    page.open_chat("c3")
    assert page.view.composer.collection_id == "k1"


def test_ask_collection_opens_a_new_chat_on_it(page: ChatPage, services: FakeServices) -> None:
    other = services.library.create_collection("Board papers")
    page.ask_collection(other.id)
    assert page.view.conversation is None
    assert page.view.composer.collection_id == other.id
    assert page.view.empty.isVisible()
    assert page.view.empty.button.isVisible()


@pytest.fixture
def many() -> Callable[[int], list[Conversation]]:
    return lambda n: [Conversation(f"x{i}", f"Chat {i}", updated=1_700_000_000.0 - i) for i in range(n)]


def test_thousands_of_chats_stay_quick(page: ChatPage, many: Callable[[int], list[Conversation]]) -> None:
    started = time.perf_counter()
    page.side.set_conversations([replace(c, title=f"{c.title} long" * 5) for c in many(5000)], "x4000")
    page.side.view.scrollToBottom()
    page.side.view.grab()
    assert time.perf_counter() - started < 1.0
    assert current(page).startswith("Chat 4000")
