"""What needs attention in the library, and the one click for each: password, OCR, another try, ignoring with undo."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QLineEdit, QMenu
from pytestqt.qtbot import QtBot

from desktop.core.attention import ATTENTION_REASONS
from desktop.core.documents import Document, DocumentState
from desktop.core.errors import UserError
from desktop.core.events import Event
from desktop.ui.password_dialog import PasswordDialog
from desktop.ui.reasons import group_words, todo_words
from desktop.ui.tasks import TaskList
from desktop.ui.theme import Theme
from desktop.ui.widgets import Button
from tests.ui.fakes import FakeServices
from tests.ui.test_folders import Shown as Folders
from tests.ui.test_reachable import controls

FAILED, READY, SKIPPED = DocumentState.FAILED, DocumentState.READY, DocumentState.SKIPPED


class Shown(Folders):
    """The library page, and short ways to its card."""

    def add(self, name: str, kind: str, state: DocumentState = FAILED, **values: object) -> Document:
        return self.library.add(self.collection, name, state, reason_kind=kind, **values)

    def reload(self) -> None:
        self.page.reload()

    def told(self) -> list[tuple[str, int]]:
        return [(group.reason, group.count) for group in self.page.attention.groups]

    def buttons(self, name: str) -> list[Button]:
        return self.page.attention.findChildren(Button, name)

    def click(self, name: str, place: int = 0) -> None:
        self.qtbot.mouseClick(self.buttons(name)[place], Qt.MouseButton.LeftButton)

    def names(self) -> list[str]:
        return [one.name for one in self.page.model.documents(range(self.page.model.rowCount()))]

    def idle(self) -> None:
        self.qtbot.waitUntil(lambda: not self.tasks.running, timeout=5000)

    def dialog(self) -> PasswordDialog:
        found = self.window.findChild(PasswordDialog)
        assert isinstance(found, PasswordDialog)
        return found


@pytest.fixture
def shown(services: FakeServices, theme: Theme, tasks: TaskList, qtbot: QtBot) -> Shown:
    return Shown(services, theme, tasks, qtbot)


@pytest.fixture
def mixed(shown: Shown) -> Shown:
    for number in range(40):
        shown.add(f"Statement {number:02}.pdf", "encrypted", reason="It is locked.")
    shown.add("Plan.pdf", "damaged", reason="The file ends too early.")
    shown.add("Minutes.pdf", "", READY, unread=3, passages=4)
    shown.add("Lease.pdf", "", READY, passages=9)
    shown.reload()
    return shown


def test_each_reason_is_one_group_with_its_number_words_and_fix(mixed: Shown) -> None:
    card = mixed.page.attention
    assert mixed.told() == [("encrypted", 40), ("unread", 1), ("damaged", 1)]
    assert card.count.text() == "42 files"
    names = [button.accessibleName() for button in mixed.buttons("attention_fix")]
    assert names == ["Enter password: 40 files", "Read with OCR: Minutes.pdf", "Try again: Plan.pdf"]
    words = [label.text() for label in card.findChildren(type(mixed.page.only.words))]
    assert (
        "are locked with a password: Statement 00.pdf, Statement 01.pdf, Statement 02.pdf and 37 more"
        in words
    )
    assert "is damaged: the file ends too early" in words
    assert "has scanned pages that were not read" in words


@pytest.mark.parametrize("reason", [reason for reason in ATTENTION_REASONS if reason])
def test_every_group_has_words_of_its_own(reason: str) -> None:
    assert group_words(reason) != group_words("something new")
    assert todo_words(reason) != todo_words("something new")


def test_the_files_of_a_group_are_shown_alone_and_all_again(mixed: Shown) -> None:
    page = mixed.page
    mixed.click("attention_look")
    assert page.model.rowCount() == 40
    assert not page.only.isHidden()
    assert page.only.words.text() == "40 files are locked with a password"
    mixed.qtbot.keyClicks(page.find_field, "statement 1")
    mixed.qtbot.waitUntil(lambda: page.model.rowCount() == 10, timeout=3000)
    page.find_field.clear()
    mixed.qtbot.mouseClick(page.only.all_button, Qt.MouseButton.LeftButton)
    assert page.only.isHidden()
    assert page.model.rowCount() == 43


def test_when_all_files_that_are_shown_alone_are_taken_out_the_others_come_back(mixed: Shown) -> None:
    ids = mixed.library.attention_ids(mixed.collection, "damaged")
    mixed.page.show_only(ids, "1 file")
    assert mixed.names() == ["Plan.pdf"]
    mixed.page.remove_ids(ids)
    assert mixed.page.only.isHidden()
    assert len(mixed.names()) == 42
    mixed.messages[-1][1]()  # type: ignore[operator]
    assert len(mixed.names()) == 43


def test_ignoring_is_undone_with_the_reason_that_there_was(mixed: Shown) -> None:
    mixed.click("attention_ignore", 0)
    assert mixed.told() == [("unread", 1), ("damaged", 1)]
    words, undo, commit = mixed.messages[-1]
    assert words == "40 files ignored"
    assert commit is None
    row = next(one for one in mixed.page.model.documents(range(43)) if one.name == "Statement 00.pdf")
    assert row.state is SKIPPED
    assert mixed.page.model.state_words(row).word == "Ignored"
    undo()  # type: ignore[operator]
    assert mixed.told()[0] == ("encrypted", 40)
    row = next(one for one in mixed.page.model.documents(range(43)) if one.name == "Statement 00.pdf")
    assert (row.state, row.reason) == (FAILED, "It is locked.")


def test_unread_pages_that_are_ignored_leave_their_file_ready(mixed: Shown) -> None:
    mixed.click("attention_ignore", 1)
    assert mixed.messages[-1][0] == "1 file ignored"
    assert ("unread", 1) not in mixed.told()
    row = next(one for one in mixed.library.rows.values() if one.name == "Minutes.pdf")
    assert row.state is READY


def test_files_that_are_gone_are_taken_off_with_undo(shown: Shown) -> None:
    one = shown.add("Gone.pdf", "missing")
    shown.reload()
    assert shown.buttons("attention_ignore")[0].text() == "Remove"
    shown.click("attention_ignore")
    assert shown.page.attention.isHidden()
    assert shown.names() == []
    shown.messages[-1][1]()  # type: ignore[operator]
    assert shown.told() == [("missing", 1)]
    assert shown.library.rows[one.id].state is FAILED


@pytest.mark.parametrize(
    ("reason", "how"),
    [
        ("no text", (True, False)),
        ("too slow", (False, True)),
        ("damaged", (False, False)),
        ("disk", (False, False)),
    ],
)
def test_one_click_reads_them_again_in_the_way_that_helps(
    shown: Shown, reason: str, how: tuple[bool, bool]
) -> None:
    shown.add("a.pdf", reason)
    shown.add("b.pdf", reason)
    shown.reload()
    shown.click("attention_fix")
    shown.idle()
    assert shown.services.importing.retried_how == [how]
    shown.qtbot.waitUntil(shown.page.attention.isHidden)
    assert shown.library.counts_by_state(shown.collection)[READY] == 2


def test_the_password_is_tried_on_all_and_a_wrong_one_is_said_in_place(shown: Shown) -> None:
    for name in ("a.pdf", "b.pdf"):
        shown.add(name, "encrypted")
        shown.services.importing.passwords[name] = "sesame"
    shown.add("c.pdf", "encrypted")
    shown.reload()
    shown.click("attention_fix")
    dialog = shown.dialog()
    assert (
        dialog.words.text() == "3 files are locked. The password is tried on all of them: a.pdf, b.pdf, c.pdf"
    )
    assert not dialog.unlock_button.isEnabled()
    for control in controls(dialog):
        assert control.objectName(), control
        assert control.accessibleName(), control.objectName()
        assert control.focusPolicy() & Qt.FocusPolicy.TabFocus, control.objectName()
    field = dialog.password.field
    assert field.echoMode() is QLineEdit.EchoMode.Password
    shown.qtbot.mouseClick(dialog.password.eye, Qt.MouseButton.LeftButton)
    assert field.echoMode() is QLineEdit.EchoMode.Normal
    shown.qtbot.keyClicks(field, "open")
    shown.qtbot.keyClick(field, Qt.Key.Key_Return)
    shown.qtbot.waitUntil(dialog.problem.isVisible)
    assert dialog.problem.text() == "This password opens none of the files."
    assert field.selectedText() == "open"
    shown.qtbot.keyClicks(field, "sesame")
    shown.qtbot.mouseClick(dialog.unlock_button, Qt.MouseButton.LeftButton)
    shown.qtbot.waitUntil(lambda: dialog.problem.text().startswith("2 files are open now."))
    assert dialog.words.text() == "c.pdf is locked with a password."
    shown.services.importing.passwords["c.pdf"] = "sesame"
    shown.qtbot.mouseClick(dialog.unlock_button, Qt.MouseButton.LeftButton)
    with shown.qtbot.waitSignal(dialog.accepted):
        pass
    shown.qtbot.waitUntil(shown.page.attention.isHidden)
    assert all("sesame" not in entry.title for entry in shown.tasks.listed)


def test_the_dialog_may_be_closed_while_the_password_is_tried(shown: Shown) -> None:
    shown.add("a.pdf", "encrypted")
    shown.services.importing.passwords["a.pdf"] = "sesame"
    shown.reload()
    shown.services.importing.hold.clear()
    shown.click("attention_fix")
    dialog = shown.dialog()
    shown.qtbot.keyClicks(dialog.password.field, "sesame")
    shown.qtbot.mouseClick(dialog.unlock_button, Qt.MouseButton.LeftButton)
    assert not dialog.unlock_button.isEnabled()
    assert dialog.busy.text() == "Trying it"
    shown.qtbot.mouseClick(dialog.close_button, Qt.MouseButton.LeftButton)
    shown.services.importing.hold.set()
    shown.idle()
    shown.qtbot.waitUntil(shown.page.attention.isHidden)


def test_an_import_that_cannot_start_is_said_in_the_dialog(
    shown: Shown, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown.add("a.pdf", "encrypted")
    shown.reload()

    def busy(*_: object) -> Iterator[Event]:
        raise UserError("Another Deskside is importing files.", "Wait until it is done.")
        yield

    monkeypatch.setattr(shown.services.importing, "unlock", busy)
    shown.click("attention_fix")
    dialog = shown.dialog()
    shown.qtbot.keyClicks(dialog.password.field, "sesame")
    shown.qtbot.mouseClick(dialog.unlock_button, Qt.MouseButton.LeftButton)
    shown.qtbot.waitUntil(dialog.problem.isVisible)
    assert dialog.problem.text() == "Another Deskside is importing files. Wait until it is done."
    assert dialog.words.text() == "a.pdf is locked with a password."
    assert dialog.unlock_button.isEnabled()
    dialog.close()


def test_the_menu_of_a_row_offers_what_puts_it_right(mixed: Shown) -> None:
    page = mixed.page

    def offered(name: str) -> list[str]:
        row = mixed.names().index(name)
        page.table.selectRow(row)
        page.menu.open_at(QPoint(4, 4))
        opened = page.findChildren(QMenu, "library_menu")[-1]
        words = [action.text() for action in opened.actions()]
        opened.close()
        return words

    assert [one for one in offered("Plan.pdf") if one in ("Try again", "Ignore")] == ["Try again", "Ignore"]
    assert "Enter password" in offered("Statement 00.pdf")
    assert "Read with OCR" in offered("Minutes.pdf")
    assert not {"Try again", "Read with OCR", "Ignore"} & set(offered("Lease.pdf"))
    mixed.page.attention_actions.ignore(mixed.library.attention_ids(mixed.collection, "damaged"))
    assert "Try again" in offered("Plan.pdf")
