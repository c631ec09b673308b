"""The side column: grouping, opening, searching, renaming, deleting with undo, and the keyboard."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QModelIndex, QPoint, Qt
from PySide6.QtWidgets import QFileDialog, QLineEdit, QMenu, QWidget
from pytestqt.qtbot import QtBot

from desktop.core.conversations import Conversation, FoundMessage
from desktop.ui.chat_page import ChatPage
from desktop.ui.conversation_model import ConversationModel
from desktop.ui.message_view import AnswerMessage
from desktop.ui.tasks import TaskList
from desktop.ui.theme import Theme
from desktop.ui.trash_dialog import TrashDialog
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
    enabled = Qt.ItemFlag.ItemIsEnabled
    headings = [n for n in range(model.rowCount()) if not model.flags(model.index(n)) & enabled]
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


# --- pins, folders, the trash, found messages


def _rows(page: ChatPage) -> list[str]:
    model = page.side.model
    return [str(model.index(n).data()) for n in range(model.rowCount())]


def _choose(page: ChatPage, services: FakeServices, chat: str, *words: str) -> None:
    """Choose an entry of a chat's menu, by the words of the menus on the way."""
    made = QMenu(page)
    page.chat_actions.fill(made, services.conversations.all[chat])
    for word in words[:-1]:
        made = next(action.menu() for action in made.actions() if action.text() == word)
    next(action for action in made.actions() if action.text() == words[-1]).trigger()


def test_a_pinned_chat_stands_above_all(page: ChatPage, services: FakeServices) -> None:
    _choose(page, services, "c3", "Pin")
    assert _rows(page)[:2] == ["Pinned", services.conversations.all["c3"].title]
    index = page.side.model.index_of("c3")
    assert str(index.data(Qt.ItemDataRole.AccessibleTextRole)).endswith(", pinned")
    _choose(page, services, "c3", "Unpin")
    assert "Pinned" not in _rows(page)


def test_a_new_folder_gets_its_name_in_its_place_and_closes(
    qtbot: QtBot, page: ChatPage, services: FakeServices
) -> None:
    _choose(page, services, "c3", "Move to folder", "New folder")
    field = page.side.view.findChild(QLineEdit, "rename_field")
    assert field.accessibleName() == "New name of the folder"
    field.setText("Landlord")
    qtbot.keyClick(field, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: services.conversations.all["c3"].folder == "Landlord")
    _choose(page, services, "c5", "Move to folder", "Landlord")
    assert _rows(page)[0] == "Landlord"
    model = page.side.model
    inside = [services.conversations.all[one].title for one in ("c3", "c5")]
    assert sorted(_rows(page)[1:3]) == sorted(inside)
    count = model.rowCount()
    place = page.side.view.visualRect(model.index_of_folder("Landlord")).center()
    qtbot.mouseClick(page.side.view.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert model.rowCount() == count - 2
    assert len(model.conversations()) == 10, "closed is not gone"
    model.toggle("Landlord")
    _choose(page, services, "c3", "Move to folder", "Out of Landlord")
    assert services.conversations.all["c3"].folder == ""


def test_a_chat_is_dragged_into_a_folder_and_out(page: ChatPage, services: FakeServices) -> None:
    services.conversations.move("c5", "Landlord")
    page.refresh()
    model = page.side.model
    data = model.mimeData([model.index_of("c3")])
    assert model.canDropMimeData(data, Qt.DropAction.CopyAction, -1, -1, model.index_of_folder("Landlord"))
    model.dropMimeData(data, Qt.DropAction.CopyAction, -1, -1, model.index_of("c5"))
    assert services.conversations.all["c3"].folder == "Landlord"
    model.dropMimeData(data, Qt.DropAction.CopyAction, -1, -1, QModelIndex())
    assert services.conversations.all["c3"].folder == ""


def test_a_found_message_opens_its_chat_with_the_words_marked(
    qtbot: QtBot, page: ChatPage, services: FakeServices
) -> None:
    page.side.open_search()
    page.side._search.setText("addendum")
    model = page.side.model
    qtbot.waitUntil(lambda: model.rowCount() == 2)
    found = model.row_at(model.index(1))
    assert isinstance(found, FoundMessage)
    ((start, end),) = found.marks
    assert found.excerpt[start:end].lower() == "addendum"
    page.side.view.grab()
    place = page.side.view.visualRect(model.index(1)).center()
    qtbot.mouseClick(page.side.view.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert page.view.conversation_id == found.conversation_id
    widget = page.view.list.widget_of(found.message_id)
    assert isinstance(widget, AnswerMessage)
    assert widget.text is not None
    marked = [one.cursor.selectedText().lower() for one in widget.text.extraSelections()]
    assert marked == ["addendum"]
    assert widget.first_mark() > 0
    page.side.close_search()
    assert not widget.text.extraSelections()


def test_the_trash_gives_back_and_removes_for_good(
    qtbot: QtBot, page: ChatPage, services: FakeServices
) -> None:
    for chat in ("c2", "c3", "c4"):
        services.conversations.delete(chat)
    page.refresh()
    qtbot.mouseClick(page.side.findChild(QWidget, "open_trash"), Qt.MouseButton.LeftButton)
    dialog = page.findChild(TrashDialog)
    told = dialog.list.item(0).data(Qt.ItemDataRole.AccessibleTextRole)
    assert told.endswith(", 30 days left")
    qtbot.mouseClick(dialog.restore_button, Qt.MouseButton.LeftButton)
    assert dialog.list.count() == 2
    assert services.conversations.all["c2"].title in titles(page)
    qtbot.mouseClick(dialog.purge_button, Qt.MouseButton.LeftButton)
    assert "c3" not in services.conversations.all
    qtbot.mouseClick(dialog.empty_button, Qt.MouseButton.LeftButton)
    assert "c4" in services.conversations.all, "asked for first"
    assert dialog.empty_button.text() == "Remove 1 chat for good?"
    qtbot.mouseClick(dialog.empty_button, Qt.MouseButton.LeftButton)
    assert "c4" not in services.conversations.all
    assert not dialog.empty_button.isEnabled()
    assert not dialog.restore_button.isEnabled()
    assert dialog.nothing.isVisibleTo(dialog)
    assert not dialog.list.isVisibleTo(dialog)
    dialog.accept()


def test_a_chat_is_exported_and_imported_from_its_menu(
    page: ChatPage, services: FakeServices, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    written: list[tuple[str, Path]] = []
    told: list[str] = []
    services.exporting.export = lambda chat, path: written.append((chat, path))
    services.exporting.import_chat = lambda path: services.conversations.all["c4"]
    page.message.connect(lambda words, *_: told.append(words))
    given = [str(tmp_path / "mine"), ""]
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (given.pop(0), ""))
    _choose(page, services, "c3", "Export", "Word document")
    _choose(page, services, "c3", "Export", "Web page")  # and leaves the dialog
    assert written == [("c3", tmp_path / "mine.docx")]
    assert told == ["Exported to mine.docx"]
    monkeypatch.setattr(QFileDialog, "getOpenFileNames", lambda *_: ([str(tmp_path / "x.json")], ""))
    page.side.import_asked.emit()
    assert page.view.conversation_id == "c4"
