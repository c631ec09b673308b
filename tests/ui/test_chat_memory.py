"""What a chat shows of the model's memory: the bar with the draft, the choice behind it, and where memory ends."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QMenu
from pytestqt.qtbot import QtBot

from desktop.core.conversations import ContextUse, Message, Role, Timings
from desktop.ui.chat_page import ChatPage
from desktop.ui.memory_end import MemoryEnd
from desktop.ui.tasks import TaskList
from desktop.ui.theme import Theme
from tests.ui.fakes import FakeServices


@pytest.fixture
def page(qtbot: QtBot, services: FakeServices, theme: Theme, tasks: TaskList) -> ChatPage:
    """A new chat without files."""
    made = ChatPage(services, theme, tasks)  # type: ignore[arg-type]
    qtbot.addWidget(made)
    made.resize(1196, 800)
    made.show()
    made.ask_collection("")
    return made


def finish(qtbot: QtBot, page: ChatPage) -> None:
    qtbot.waitUntil(lambda: page.view.live is None)


def test_memory_is_shown_when_it_is_known(qtbot: QtBot, page: ChatPage) -> None:
    assert not page.view.composer.memory.isVisible()
    page.view.ask("How long?")
    finish(qtbot, page)
    assert page.view.composer.memory.accessibleName() == "Memory 5% full"
    page.view.composer.memory.show_turn(
        Timings(prompt_tokens=300, answer_tokens=40, context=ContextUse(1000, 20, 150, 90, 30, 200, 4)), 4096
    )
    assert page.view.composer.memory.accessibleName() == "Memory 34% full"
    told = page.view.composer.memory.toolTip()
    assert "at once: 1,000 tokens" in told
    assert "From your files: 150" in told
    assert "Instructions: 30" in told  # what the template adds is among them
    page.view.composer.field.setPlainText("word " * 100)
    assert page.view.composer.memory.accessibleName() == "Memory 48% full"
    page.view.composer.field.setPlainText("word " * 1000)
    assert page.view.composer.memory.accessibleName() == "Memory 100% full"
    assert "The oldest turns will have no room." in page.view.composer.memory.toolTip()
    page.view.composer.field.clear()
    assert page.view.composer.memory.accessibleName() == "Memory 34% full"


def test_a_line_shows_where_memory_ends_and_opens_the_summary(
    qtbot: QtBot, page: ChatPage, services: FakeServices
) -> None:
    for number in range(3):
        page.view.ask(f"Question {number}?")
        finish(qtbot, page)
    chats = services.conversations
    kept = chats.kept[page.view.conversation_id]
    use = ContextUse(512, first_seen=kept[2].id, left_out=2)
    kept[-1] = replace(kept[-1], timings=Timings(prompt_tokens=300, context=use))
    page.view.open(chats.get(page.view.conversation_id))
    line = page.view.list.divider
    assert isinstance(line, MemoryEnd)
    assert line.accessibleName() == "The model no longer sees what stands above"
    assert not line.button.isVisible()
    above, below = page.view.list.entries[1], page.view.list.entries[2]
    assert above.top + above.height < line.y() < below.top
    kept[-1] = replace(
        kept[-1], timings=Timings(prompt_tokens=300, context=replace(use, summary="They met."))
    )
    page.view.open(chats.get(page.view.conversation_id))
    line = page.view.list.divider
    assert isinstance(line, MemoryEnd)
    qtbot.mouseClick(line.button, Qt.MouseButton.LeftButton)
    assert line.summary.isVisible()
    assert line.summary.text() == "They met."
    page.new_chat()
    assert page.view.list.divider is None


def test_the_bar_changes_what_becomes_of_the_oldest_turns(
    qtbot: QtBot, page: ChatPage, services: FakeServices
) -> None:
    page.view.ask("How long?")
    finish(qtbot, page)
    qtbot.mouseClick(page.view.composer.memory, Qt.MouseButton.LeftButton)
    made = page.view.composer.memory.findChild(QMenu, "overflow_menu")
    assert made is not None
    drop, summarise = [action for action in made.actions() if action.isCheckable()]
    assert drop.isChecked()
    summarise.trigger()
    made.close()
    assert services.settings.current.overflow == "summarise"


def test_the_memory_is_that_of_the_model_that_answers_next(
    qtbot: QtBot, page: ChatPage, services: FakeServices
) -> None:
    chat = services.conversations.create().id
    starter = services.models.current()
    use = ContextUse(1000, 20, 150, 90, 30, 200)
    answer = Message("a1", chat, Role.ASSISTANT, "Nine months.", model=starter.name)
    answer = replace(answer, timings=Timings(prompt_tokens=300, answer_tokens=100, context=use))
    services.conversations.kept[chat] = [Message("q1", chat, Role.USER, "How long?"), answer]
    page.open_chat(chat)
    memory = page.view.composer.memory
    assert memory.accessibleName() == "Memory 40% full"
    services.settings.change(context_size=2000)
    services.models.chosen = replace(starter, id="m2", name="Qwen", path="/models/qwen.gguf")
    page._show_models()
    assert memory.accessibleName() == "Memory 20% full"
    assert "at once: 2,000 tokens" in memory.toolTip()
