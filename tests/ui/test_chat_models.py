"""The model as the chat shows it: its adapters in the model menu, and another one where it fails."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtWidgets import QMenu
from pytestqt.qtbot import QtBot

from desktop.core.chat_requests import AdapterUse
from desktop.core.conversations import Message, MessageState, Role
from desktop.ui.cards import Banner
from desktop.ui.chat_page import ChatPage
from desktop.ui.menu_button import MenuButton
from desktop.ui.tasks import TaskList
from desktop.ui.theme import Theme
from tests.ui import fake_models as models
from tests.ui.fakes import FakeServices


@pytest.fixture
def page(qtbot: QtBot, services: FakeServices, theme: Theme, tasks: TaskList) -> ChatPage:
    services.models.all += [models.QWEN, models.TONE]
    services.models.chosen = models.QWEN
    made = ChatPage(services, theme, tasks)  # type: ignore[arg-type]
    qtbot.addWidget(made)
    made.refresh()
    return made


def _submenus(page: ChatPage) -> list[QMenu]:
    made = QMenu(page)
    page.adapters.fill(made)
    return [action.menu() for action in made.actions() if action.menu()]


def _choose(page: ChatPage, words: str) -> None:
    next(one for one in _submenus(page)[0].actions() if one.text().startswith(words)).trigger()


def test_an_adapter_is_switched_on_for_one_chat_with_a_strength(
    page: ChatPage, services: FakeServices
) -> None:
    button = page.header.findChild(MenuButton, "choose_model")
    assert button is not None
    chat = services.conversations.create()
    page.open_chat(chat.id)
    _choose(page, "50%")
    assert services.conversations.all[chat.id].adapters == (AdapterUse(models.TONE.path, 0.5),)
    assert "1 adapter" in button.text()
    assert [one.text() for one in _submenus(page)[0].actions() if one.isChecked()] == ["50%"]
    other = services.conversations.create()
    page.open_chat(other.id)
    assert "adapter" not in button.text()
    page.open_chat(chat.id)
    _choose(page, "Off")
    assert services.conversations.all[chat.id].adapters == ()


def test_what_is_chosen_for_a_new_chat_comes_into_it_with_its_first_question(
    page: ChatPage, services: FakeServices, qtbot: QtBot
) -> None:
    page.begin()
    page.new_chat()
    _choose(page, "100%")
    page.view.ask("Hello")
    qtbot.waitUntil(lambda: page.view.live is None)
    (made,) = services.conversations.all.values()
    assert made.adapters == (AdapterUse(models.TONE.path, 1.0),)


def test_a_model_without_adapters_has_no_such_part(page: ChatPage, services: FakeServices) -> None:
    services.models.all = [models.STARTER, replace(models.TONE, base="elsewhere.gguf")]
    services.models.chosen = models.STARTER
    assert _submenus(page) == []


def test_where_a_model_fails_the_button_asks_another_one(
    page: ChatPage, services: FakeServices, qtbot: QtBot
) -> None:
    chat = services.conversations.create()
    asked = Message("m1", chat.id, Role.USER, "Hello")
    failed = MessageState.FAILED
    answer = Message(
        "m2", chat.id, Role.ASSISTANT, "", failed, note="The model crashed.", model=models.QWEN.name
    )
    services.conversations.kept[chat.id] = [asked, answer]
    page.begin()
    page.resize(1196, 800)
    page.show()
    page.open_chat(chat.id)
    banner = page.view.findChild(Banner)
    assert banner is not None
    assert banner.button.text() == f"Ask {models.STARTER.name} instead"
    banner.button.click()
    assert services.models.chosen == models.STARTER
    qtbot.waitUntil(lambda: page.view.live is None)
    button = page.header.findChild(MenuButton, "choose_model")
    assert button is not None
    assert models.STARTER.name in button.text()
