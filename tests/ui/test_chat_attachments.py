"""Attaching to one message: chosen, dropped or pasted, read at once, removable, sent with that message alone."""

from __future__ import annotations

import tempfile
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPoint, Qt, QUrl
from PySide6.QtGui import QDropEvent, QImage
from PySide6.QtWidgets import QMenu
from pytestqt.qtbot import QtBot

from desktop.core.conversations import Coverage
from desktop.ui.answer_parts import CoverageLine
from desktop.ui.attachment_chip import AttachmentChip
from desktop.ui.chat_page import ChatPage
from desktop.ui.own_message import OwnMessage
from desktop.ui.password_dialog import PasswordDialog
from desktop.ui.tasks import TaskList
from desktop.ui.theme import Theme
from desktop.ui.widgets import ElidedLabel
from tests.ui import chat_content as content
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


def chips(page: ChatPage) -> dict[str, AttachmentChip]:
    return {item.chip._name: item.chip for item in page.view.attachments._items}


def settle(qtbot: QtBot, page: ChatPage) -> None:
    qtbot.waitUntil(lambda: not page.view.attachments.reading and page.view.live is None)


def send(qtbot: QtBot, page: ChatPage, question: str) -> None:
    page.view.composer.field.setPlainText(question)
    qtbot.keyClick(page.view.composer.field, Qt.Key.Key_Return)


def test_what_is_attached_goes_with_one_message(qtbot: QtBot, page: ChatPage, services: FakeServices) -> None:
    page.view.attachments.add([Path("/in/lease.pdf"), Path("/in/locked.docx"), Path("/in/gone.png")])
    settle(qtbot, page)
    found = chips(page)
    assert found["lease.pdf"].accessibleName() == "lease.pdf, 4 pages"
    assert found["locked.docx"].accessibleName() == "locked.docx, locked"
    assert "not there any more" in found["gone.png"].accessibleName()
    assert page.view.composer.memory.accessibleName() == "Memory 53% full"
    send(qtbot, page, "When does it end?")
    settle(qtbot, page)
    assert services.answering.only == ("d-lease.pdf",)
    assert not page.view.composer.attachments.isVisible()
    own = page.view.list.entries[0].widget
    assert isinstance(own, OwnMessage)
    assert own.findChild(ElidedLabel, "attached_names").text() == "lease.pdf"
    page.view.open(page.view.conversation)
    send(qtbot, page, "And who signs?")
    settle(qtbot, page)
    assert services.answering.only == ()


def test_a_question_waits_until_what_is_attached_is_read(
    qtbot: QtBot, page: ChatPage, services: FakeServices
) -> None:
    page.view.attachments.add([Path("/in/slow.pdf")])
    send(qtbot, page, "When does it end?")
    assert services.answering.asked == []
    assert page.view.composer.field.toPlainText() == "When does it end?"
    services.attaching.go.set()
    settle(qtbot, page)
    qtbot.keyClick(page.view.composer.field, Qt.Key.Key_Return)
    settle(qtbot, page)
    assert services.answering.only == ("d-slow.pdf",)


def test_an_attachment_is_taken_away_again(qtbot: QtBot, page: ChatPage, services: FakeServices) -> None:
    page.view.attachments.add([Path("/in/lease.pdf"), Path("/in/slow.pdf")])
    qtbot.waitUntil(lambda: "lease.pdf, 4 pages" in [chip.words.text() for chip in chips(page).values()])
    for chip in chips(page).values():
        qtbot.mouseClick(chip.remove_button, Qt.MouseButton.LeftButton)
    assert not page.view.composer.attachments.isVisible()
    qtbot.waitUntil(lambda: sorted(services.attaching.removed) == ["d-lease.pdf", "d-slow.pdf"])
    send(qtbot, page, "Hello?")
    settle(qtbot, page)
    assert services.answering.only == ()


def test_files_are_dropped_on_the_composer_and_pictures_pasted(qtbot: QtBot, page: ChatPage) -> None:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile("/in/lease.pdf")])
    actions, button = Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton
    drop = QDropEvent(QPoint(5, 5), actions, data, button, Qt.KeyboardModifier.NoModifier)
    page.view.composer.dropEvent(drop)
    picture = QMimeData()
    picture.setImageData(QImage(8, 8, QImage.Format.Format_RGB32))
    assert page.view.composer.field.canInsertFromMimeData(picture)
    page.view.composer.field.insertFromMimeData(picture)
    settle(qtbot, page)
    assert list(chips(page)) == ["lease.pdf", "Pasted picture.png"]
    words = QMimeData()
    words.setText("only words")
    words.setImageData(QImage(8, 8, QImage.Format.Format_RGB32))
    page.view.composer.field.insertFromMimeData(words)
    assert page.view.composer.field.toPlainText() == "only words"
    assert len(chips(page)) == 2


def test_a_locked_attachment_is_opened_with_its_password(
    qtbot: QtBot, page: ChatPage, services: FakeServices
) -> None:
    page.view.attachments.add([Path("/in/locked.docx"), Path("/in/lease.pdf")])
    settle(qtbot, page)
    chip = chips(page)["locked.docx"]
    assert not chips(page)["lease.pdf"].unlock_button.isVisible()
    qtbot.mouseClick(chip.unlock_button, Qt.MouseButton.LeftButton)
    dialog = page.window().findChild(PasswordDialog)
    assert dialog is not None
    for password, words in (("wrong", "locked.docx, locked"), ("right", "locked.docx, 4 pages")):
        dialog.password.field.setText(password)
        qtbot.mouseClick(dialog.unlock_button, Qt.MouseButton.LeftButton)
        settle(qtbot, page)
        qtbot.waitUntil(lambda: dialog._entry is None)
        assert chip.accessibleName() == words
    assert not chip.unlock_button.isVisible()
    send(qtbot, page, "Who signs?")
    settle(qtbot, page)
    assert sorted(services.answering.only) == ["d-lease.pdf", "d-locked.docx"]


def test_a_pasted_picture_leaves_no_file_behind(
    qtbot: QtBot, page: ChatPage, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    page.view.attachments.add_picture(QImage(8, 8, QImage.Format.Format_RGB32))
    assert list(tmp_path.rglob("Pasted picture.png"))
    settle(qtbot, page)
    assert "Pasted picture.png" in chips(page)
    assert not list(tmp_path.glob("deskside-*"))


def test_each_chat_keeps_what_was_begun_in_it(qtbot: QtBot, page: ChatPage, services: FakeServices) -> None:
    field, first = page.view.composer.field, services.conversations.create()
    field.setPlainText("for a new chat")
    page.view.attachments.add([Path("/in/lease.pdf"), Path("/in/slow.pdf")])
    page.open_chat(first.id)
    assert field.toPlainText() == ""
    assert not page.view.composer.attachments.isVisible()
    field.setPlainText("for the first")
    services.attaching.go.set()  # it is read while another chat is open
    page.new_chat()
    settle(qtbot, page)
    assert field.toPlainText() == "for a new chat"
    assert [chip.words.text() for chip in chips(page).values()] == ["lease.pdf, 4 pages", "slow.pdf, 4 pages"]
    assert services.conversations.drafts == {first.id: "for the first"}
    send(qtbot, page, "Who signs?")
    settle(qtbot, page)
    page.open_chat(first.id)
    assert field.toPlainText() == "for the first"
    page.new_chat()
    assert field.toPlainText() == ""
    page.hide()
    assert services.conversations.drafts[first.id] == "for the first"


@pytest.mark.parametrize("attached", [0, 9])
def test_a_long_draft_scrolls_above_the_buttons(page: ChatPage, attached: int) -> None:
    composer = page.view.composer
    page.resize(700, 480)
    page.view.attachments.add([Path(f"/in/lease{number}.pdf") for number in range(attached)])
    composer.field.setPlainText("What must be in the letter? " * 80)
    page.view.layout().activate()
    composer.layout().activate()
    bottom = composer.field.mapTo(composer, composer.field.rect().bottomLeft()).y()
    assert bottom < composer.prompts_button.y()
    assert composer.prompts_button.geometry().bottom() < composer.height()
    assert composer.height() < page.view.height() * 0.55


def test_the_collection_is_asked_together_with_what_is_attached_where_that_is_chosen(
    qtbot: QtBot, page: ChatPage, services: FakeServices
) -> None:
    page.ask_collection(services.library.create_collection("Contracts").id)
    composer = page.view.composer
    assert composer._files.accessibleName() == "Files to ask: Contracts"
    page.view.attachments.add([Path("/in/lease.pdf")])
    settle(qtbot, page)
    assert composer._files.accessibleName() == "Files to ask: Only attached"
    composer._files.click()
    menu = composer.findChild(QMenu, "collection_menu")
    next(one for one in menu.actions() if one.text() == "What is attached, and Contracts").trigger()
    menu.close()
    assert composer._files.accessibleName() == "Files to ask: Attached, Contracts"
    services.answering.grounding = replace(
        content.GROUNDING, beside=Coverage(2, 14, 5, files=("a.pdf", "b.pdf"))
    )
    send(qtbot, page, "Is this the usual period?")
    settle(qtbot, page)
    assert services.answering.with_collection
    assert composer._files.accessibleName() == "Files to ask: Contracts"
    lines = page.view.list.entries[-1].widget.findChildren(CoverageLine)
    words = [line.words.text() for line in lines]
    assert words[0].startswith("Attached: Read 14 of 212 files")
    assert words[1] == "Your files: Read 2 of 14 files, 5 passages."
    send(qtbot, page, "And who signs?")
    settle(qtbot, page)
    assert not services.answering.with_collection
