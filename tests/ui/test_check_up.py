"""The check-up of a collection: the sentence after an import, and the dialog with its findings and their remedies."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QFrame, QMenu
from pytestqt.qtbot import QtBot

from desktop.core.check_up import LONG_CHARACTERS, CheckUp, Finding, FindingKind
from desktop.core.documents import DocumentState, TableColumns
from desktop.core.errors import StorageError
from desktop.ui.check_up_dialog import CheckUpDialog
from desktop.ui.check_up_words import icon_of, line_of, meaning_of, summary_of, title_of
from desktop.ui.icons import glyph
from desktop.ui.similar_files import SimilarDialog
from desktop.ui.tasks import TaskList
from desktop.ui.theme import Theme
from desktop.ui.widgets import Button
from tests.ui.fakes import FakeServices
from tests.ui.test_folders import Shown as Folders
from tests.ui.test_reachable import controls


class Shown(Folders):
    """The library page, and short ways to its check-up."""

    def import_one(self, name: str) -> None:
        self.page._imports.add([Path("/f") / name], self.collection, TableColumns())
        self.qtbot.waitUntil(lambda: not self.tasks.running, timeout=5000)

    def open(self) -> CheckUpDialog:
        self.qtbot.mouseClick(self.page.check_button, Qt.MouseButton.LeftButton)
        dialog = self.window.findChildren(CheckUpDialog)[-1]
        self.qtbot.waitUntil(lambda: dialog.check is not None, timeout=3000)
        return dialog

    def press(self, dialog: CheckUpDialog, kind: FindingKind, name: str) -> None:
        card = dialog.findChild(QFrame, f"finding_{kind.value}")
        assert isinstance(card, QFrame)
        button = card.findChild(Button, name)
        assert isinstance(button, Button)
        self.qtbot.mouseClick(button, Qt.MouseButton.LeftButton)

    def names(self) -> list[str]:
        return [one.name for one in self.page.model.documents(range(self.page.model.rowCount()))]


@pytest.fixture
def shown(services: FakeServices, theme: Theme, tasks: TaskList, qtbot: QtBot) -> Shown:
    made = Shown(services, theme, tasks, qtbot)
    library, collection = services.library, made.collection
    for number in range(3):
        library.add(collection, f"Lease {number}.pdf", language="en", characters=900, pages=2)
    library.add(collection, "Mietvertrag.pdf", language="de", characters=900, pages=2)
    library.add(collection, "Minutes.pdf", unread=3, pages=4, characters=10, language="en")
    library.add(collection, "Handbook.pdf", language="en", characters=LONG_CHARACTERS, pages=400)
    library.similar = [
        [row.id for row in library.rows.values() if row.name in ("Lease 0.pdf", "Lease 1.pdf")]
    ]
    made.page.reload()
    return made


def test_after_an_import_one_sentence_tells_what_stands_out(shown: Shown) -> None:
    banner = shown.page.check_up
    assert banner.isHidden()
    shown.import_one("New.pdf")
    shown.qtbot.waitUntil(lambda: not banner.isHidden(), timeout=3000)
    assert banner.title.text() == "These files are in English (5) and German (1)"
    assert (
        banner.words.text()
        == "1 file is not in English, 2 files are nearly the same and 1 file is very long."
    )
    assert shown.page.similar.isHidden()
    shown.qtbot.mouseClick(banner.button, Qt.MouseButton.LeftButton)
    assert shown.window.findChild(CheckUpDialog) is not None


def test_it_is_told_again_only_when_something_else_stands_out(shown: Shown) -> None:
    banner = shown.page.check_up
    shown.import_one("New.pdf")
    shown.qtbot.waitUntil(lambda: not banner.isHidden(), timeout=3000)
    banner.close_button.click()
    shown.import_one("Another.pdf")
    shown.qtbot.wait(100)
    assert banner.isHidden()
    shown.library.add(shown.collection, "Brief.pdf", language="de", characters=10)
    shown.import_one("Third.pdf")
    shown.qtbot.waitUntil(lambda: not banner.isHidden(), timeout=3000)
    assert banner.words.text().startswith("2 files are not in English")


def test_the_sentence_leaves_with_its_collection(shown: Shown) -> None:
    shown.import_one("New.pdf")
    shown.qtbot.waitUntil(lambda: not shown.page.check_up.isHidden(), timeout=3000)
    other = shown.library.create_collection("Board papers")
    shown.page.panel.reload()
    shown.page.show_collection(other.id)
    assert shown.page.check_up.isHidden()


def test_an_import_into_a_collection_that_is_not_shown_is_told_when_it_is(shown: Shown) -> None:
    other = shown.library.create_collection("Board papers")
    shown.page.panel.reload()
    shown.page.show_collection(other.id)
    shown.import_one("New.pdf")
    shown.qtbot.wait(50)
    assert shown.page.check_up.isHidden()
    shown.page.show_collection(shown.collection)
    shown.qtbot.waitUntil(lambda: not shown.page.check_up.isHidden(), timeout=3000)
    shown.page.show_collection(other.id)
    shown.page.show_collection(shown.collection)
    shown.qtbot.wait(50)
    assert shown.page.check_up.isHidden()


def test_the_dialog_tells_what_there_is_and_what_it_means(shown: Shown) -> None:
    dialog = shown.open()
    for control in controls(dialog):
        assert control.objectName(), control
        assert control.accessibleName(), control.objectName()
        assert control.focusPolicy() & Qt.FocusPolicy.TabFocus, control.objectName()
    assert dialog.summary.text() == (
        "All 6 files can be asked, with 412 pages. They are in English (5) and German (1)."
    )
    kinds = [
        card.objectName() for card in dialog.findChildren(QFrame) if card.objectName().startswith("finding_")
    ]
    assert kinds == ["finding_unread", "finding_foreign", "finding_near", "finding_long"]
    names = [button.accessibleName() for button in dialog.findChildren(Button, "check_up_fix")]
    assert names == [
        "Read with OCR: 1 file has scanned pages that were not read",
        "Compare: 2 files are nearly the same",
    ]
    dialog.close()


def test_a_finding_shows_its_files_alone(shown: Shown) -> None:
    shown.press(shown.open(), FindingKind.FOREIGN, "check_up_only")
    assert shown.names() == ["Mietvertrag.pdf"]
    assert shown.page.only.words.text() == "1 file is not in English"
    shown.page.only.all_button.click()
    assert len(shown.names()) == 6


def test_pages_that_were_not_read_are_read_from_the_check_up(shown: Shown) -> None:
    shown.press(shown.open(), FindingKind.UNREAD, "check_up_fix")
    shown.qtbot.waitUntil(lambda: not shown.tasks.running, timeout=5000)
    assert shown.services.importing.retried_how == [(True, False)]
    dialog = shown.open()
    assert dialog.check is not None
    assert dialog.check.finding(FindingKind.UNREAD).count == 0
    dialog.close()


def test_files_that_are_nearly_the_same_are_compared(shown: Shown, monkeypatch: pytest.MonkeyPatch) -> None:
    def keep_first(dialog: SimilarDialog) -> int:
        dialog.choices[0][1][1].click()
        dialog.keep_button.click()
        return dialog.result()

    monkeypatch.setattr(SimilarDialog, "exec", keep_first)
    shown.press(shown.open(), FindingKind.NEAR, "check_up_fix")
    assert len(shown.names()) == 5
    assert shown.messages[-1][0].startswith("1 file removed")


def test_a_check_up_that_fails_says_so_and_can_be_tried_again(
    shown: Shown, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(_: str) -> CheckUp:
        raise StorageError("The disk did not answer.", "Try again.")

    with monkeypatch.context() as broken:
        broken.setattr(shown.library, "check_up", fail)
        shown.qtbot.mouseClick(shown.page.check_button, Qt.MouseButton.LeftButton)
        dialog = shown.window.findChildren(CheckUpDialog)[-1]
        shown.qtbot.waitUntil(dialog.failure.isVisible, timeout=3000)
    assert dialog.failure.title.text() == "The disk did not answer."
    assert dialog.busy.isHidden()
    shown.qtbot.mouseClick(dialog.failure.button, Qt.MouseButton.LeftButton)
    shown.qtbot.waitUntil(lambda: dialog.check is not None, timeout=3000)
    assert dialog.failure.isHidden()
    dialog.close()


def test_the_menu_of_a_collection_opens_its_check_up(shown: Shown) -> None:
    panel = shown.page.panel
    panel._open_menu(QPoint(20, 10))
    opened = panel.findChild(QMenu, "collection_menu")
    assert isinstance(opened, QMenu)
    next(action for action in opened.actions() if action.text() == "Check-up").trigger()
    opened.close()
    dialog = shown.window.findChild(CheckUpDialog)
    assert isinstance(dialog, CheckUpDialog)
    shown.qtbot.waitUntil(lambda: dialog.check is not None, timeout=3000)
    dialog.close()


@pytest.mark.parametrize("kind", list(FindingKind))
def test_every_finding_has_words_for_one_and_for_many(kind: FindingKind, theme: Theme) -> None:
    many = Finding(kind, ("a", "b"), ("de", "fr"))
    assert title_of(many, theme).startswith("2 files ")
    assert meaning_of(many)
    assert "{" not in title_of(many, theme) + meaning_of(many)
    assert glyph(icon_of(kind))
    if kind is not FindingKind.NEAR:
        assert title_of(Finding(kind, ("a",)), theme).startswith("1 file ")


def test_the_sentences_fit_what_there_is(theme: Theme) -> None:
    fine = CheckUp(files=12, ready=12, pages=48, languages=(("en", 12),))
    assert line_of(fine, theme) == ("These files are in English", "Nothing stands out.")
    assert summary_of(fine, theme) == "All 12 files can be asked, with 48 pages. They are in English."
    half = CheckUp(files=12, ready=12, pages=48, languages=(("en", 5),))  # the rest is too short to tell
    assert line_of(half, theme)[0] == "These files are in English (5)"
    assert line_of(CheckUp(files=1, ready=1), theme) == ("Nothing stands out.", "")
    assert summary_of(CheckUp(files=3, ready=1, pages=2), theme) == "1 of 3 files can be asked, with 2 pages."
    many = CheckUp(9, 9, 9, languages=tuple((code, 1) for code in ("en", "de", "fr", "it", "es", "pt")))
    assert line_of(many, theme)[0] == (
        "These files are in English (1), German (1), French (1), Italian (1) and others (2)"
    )
    kinds = (FindingKind.FOREIGN, FindingKind.SCANNED, FindingKind.NEAR, FindingKind.LONG, FindingKind.FAILED)
    told = line_of(CheckUp(9, 9, 9, findings=tuple(Finding(kind, ("a", "b")) for kind in kinds)), theme)[0]
    assert told.endswith("2 files are nearly the same and one more thing.")


def test_the_number_of_files_gives_way_to_the_title_where_it_is_narrow(shown: Shown) -> None:
    assert shown.page.count.isVisible()
    shown.window.resize(1024, 640)
    assert not shown.page.count.isVisible()
    assert shown.page.check_button.isVisible()
    shown.window.resize(940, 640)
    assert shown.page.count.isVisible()


def test_rows_that_are_ready_say_what_was_not_read(shown: Shown) -> None:
    row = shown.library.add(
        shown.collection, "Half.pdf", DocumentState.READY, reason="3 scanned pages were not read"
    )
    assert shown.page.model.state_words(row).reason == "3 scanned pages were not read"
