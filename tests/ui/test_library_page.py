"""The library as a person uses it: adding, watching, cancelling, repairing, removing and finding files."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QItemSelectionModel, Qt
from PySide6.QtWidgets import QLineEdit, QMainWindow, QMenu
from pytestqt.qtbot import QtBot

from desktop.core.documents import DocumentState, TableColumns
from desktop.core.errors import UserError
from desktop.ui.folder_sync import FolderSync
from desktop.ui.imports import Imports
from desktop.ui.library_model import ADDED, PASSAGES
from desktop.ui.library_page import LibraryPage
from desktop.ui.tasks import TaskList
from desktop.ui.theme import Theme
from tests.ui.fakes import FakeServices


class Shown:
    """A library page with what it asked the window for."""

    def __init__(self, services: FakeServices, theme: Theme, tasks: TaskList, qtbot: QtBot) -> None:
        self.services, self.tasks, self.qtbot = services, tasks, qtbot
        self.imports = Imports(services, tasks)  # type: ignore[arg-type]
        self.sync = FolderSync(services, tasks, self.imports)  # type: ignore[arg-type]
        self.page = LibraryPage(services, theme, tasks, self.imports, self.sync)  # type: ignore[arg-type]
        self.window = QMainWindow()
        qtbot.addWidget(self.window)
        self.window.setCentralWidget(self.page)
        self.window.resize(1280, 800)
        self.window.show()
        self.messages: list[tuple[str, object, object]] = []
        self.failures: list[object] = []
        self.page.message.connect(lambda words, undo, commit: self.messages.append((words, undo, commit)))
        self.page.failed.connect(self.failures.append)

    def add(self, *names: str) -> None:
        self.imports.add([Path("/f") / name for name in names], self.page.current, TableColumns())

    def wait_idle(self) -> None:
        self.qtbot.waitUntil(lambda: not self.tasks.running, timeout=5000)

    def names(self) -> list[str]:
        documents = self.page.model.documents(range(self.page.model.rowCount()))
        return [document.name for document in documents]


@pytest.fixture
def shown(services: FakeServices, theme: Theme, tasks: TaskList, qtbot: QtBot) -> Shown:
    services.library.create_collection("Rental contracts")
    return Shown(services, theme, tasks, qtbot)


@pytest.fixture
def filled(services: FakeServices, theme: Theme, tasks: TaskList, qtbot: QtBot) -> Shown:
    collection = services.library.create_collection("Rental contracts")
    for name in ("Addendum.pdf", "Lease.pdf", "Minutes.docx", "Plan.pdf"):
        services.library.add(collection.id, name, pages=3, passages=9)
    return Shown(services, theme, tasks, qtbot)


def test_without_a_collection_the_next_step_is_offered(
    services: FakeServices, theme: Theme, tasks: TaskList, qtbot: QtBot
) -> None:
    page = Shown(services, theme, tasks, qtbot).page
    assert page.stack.currentWidget() is page.empty_files
    assert not page.samples_button.isHidden()
    with qtbot.waitSignal(page.add_files):
        qtbot.mouseClick(page.empty_files.button, Qt.MouseButton.LeftButton)
    with qtbot.waitSignal(page.try_samples):
        qtbot.mouseClick(page.samples_button, Qt.MouseButton.LeftButton)


def test_an_import_is_shown_from_its_first_to_its_last_file(shown: Shown) -> None:
    page = shown.page
    shown.services.importing.hold.clear()
    shown.add("A.pdf", "B.pdf", "C.md")
    shown.qtbot.waitUntil(lambda: not page.busy.isHidden())
    shown.qtbot.waitUntil(lambda: page.model.rowCount() == 3, timeout=3000)
    assert page.stack.currentWidget() is page.table
    shown.services.importing.hold.set()
    shown.wait_idle()
    assert page.busy.isHidden()
    states = {document.state for document in page.model.documents(range(3))}
    assert states == {DocumentState.READY}
    assert page.count.text() == "3 files"


def test_pause_holds_the_import_and_go_on_ends_it(shown: Shown) -> None:
    page = shown.page
    shown.services.importing.hold.clear()
    shown.add("A.pdf", "B.pdf")
    shown.qtbot.waitUntil(lambda: not page.busy.isHidden())
    shown.qtbot.mouseClick(page.busy.pause_button, Qt.MouseButton.LeftButton)
    shown.services.importing.hold.set()
    shown.qtbot.wait(50)
    assert shown.tasks.running[0].paused
    assert page.busy.pause_button.text() == "Go on"
    shown.qtbot.mouseClick(page.busy.pause_button, Qt.MouseButton.LeftButton)
    shown.wait_idle()
    assert shown.services.library.counts_by_state(page.current)[DocumentState.READY] == 2


def test_a_cancelled_import_says_what_waits_and_goes_on_when_asked(shown: Shown) -> None:
    page = shown.page
    shown.services.importing.hold.clear()
    shown.add("A.pdf", "B.pdf")
    shown.qtbot.waitUntil(lambda: page.model.rowCount() == 2, timeout=3000)
    shown.qtbot.mouseClick(page.busy.cancel_button, Qt.MouseButton.LeftButton)
    shown.wait_idle()
    shown.qtbot.waitUntil(lambda: not page.banner.isHidden())
    assert page.banner.title.text() == "2 files are not read yet"
    assert shown.failures == []
    shown.services.importing.hold.set()
    shown.qtbot.mouseClick(page.banner.button, Qt.MouseButton.LeftButton)
    shown.wait_idle()
    assert page.banner.isHidden()
    assert shown.services.library.counts_by_state(page.current)[DocumentState.READY] == 2


def test_files_that_were_never_read_can_be_taken_off_with_undo(shown: Shown) -> None:
    page, library = shown.page, shown.services.library
    library.add(page.current, "Waits.pdf", DocumentState.WAITING)
    page.reload()
    assert not page.banner.isHidden()
    shown.qtbot.mouseClick(page.banner.close_button, Qt.MouseButton.LeftButton)
    (_words, undo, _commit) = shown.messages[-1]
    undo()  # type: ignore[operator]
    assert not page.banner.isHidden()
    shown.qtbot.mouseClick(page.banner.close_button, Qt.MouseButton.LeftButton)
    assert page.banner.isHidden()
    shown.messages[-1][2]()  # type: ignore[operator]
    shown.qtbot.waitUntil(lambda: library.count(page.current) == 0)
    shown.qtbot.waitUntil(lambda: page.model.rowCount() == 0)


def test_delete_removes_the_selected_files_only_when_the_message_has_gone(filled: Shown) -> None:
    page, library = filled.page, filled.services.library
    page.table.setFocus()
    page.table.selectRow(1)
    page.table.selectionModel().select(
        page.model.index(3, 0),
        QItemSelectionModel.SelectionFlag.Select | QItemSelectionModel.SelectionFlag.Rows,
    )
    filled.qtbot.keyClick(page.table, Qt.Key.Key_Delete)
    assert filled.names() == ["Addendum.pdf", "Minutes.docx"]
    assert library.removed == []
    words, undo, _commit = filled.messages[-1]
    assert words.startswith("2 files removed")
    undo()  # type: ignore[operator]
    assert filled.names() == ["Addendum.pdf", "Lease.pdf", "Minutes.docx", "Plan.pdf"]
    page.table.selectRow(0)
    page.remove_selected()
    filled.messages[-1][2]()  # type: ignore[operator]
    filled.qtbot.waitUntil(lambda: len(library.removed) == 1)
    filled.qtbot.waitUntil(lambda: page.count.text() == "3 files")
    assert filled.names() == ["Lease.pdf", "Minutes.docx", "Plan.pdf"]


def test_a_file_is_found_by_its_name(filled: Shown) -> None:
    page = filled.page
    filled.qtbot.keyClicks(page.find_field, "lea")
    filled.qtbot.waitUntil(lambda: filled.names() == ["Lease.pdf"], timeout=2000)
    filled.qtbot.keyClicks(page.find_field, "xx")
    filled.qtbot.waitUntil(lambda: page.stack.currentWidget() is page.nothing_found, timeout=2000)
    filled.qtbot.mouseClick(page.nothing_found.button, Qt.MouseButton.LeftButton)
    filled.qtbot.waitUntil(lambda: page.model.rowCount() == 4, timeout=2000)


def test_a_click_on_a_column_sorts_by_it(filled: Shown) -> None:
    page = filled.page
    header = page.table.horizontalHeader()
    place = header.sectionViewportPosition(0) + 20
    filled.qtbot.mouseClick(
        header.viewport(),
        Qt.MouseButton.LeftButton,
        pos=header.viewport().rect().topLeft().__class__(place, 10),
    )
    assert filled.names()[0] == "Plan.pdf"


@pytest.mark.parametrize(
    ("width", "passages", "added", "side"),
    [(1280, True, True, True), (1024, False, True, True), (940, False, False, False)],
)
def test_the_page_gives_up_columns_where_it_is_narrow(
    filled: Shown, width: int, passages: bool, added: bool, side: bool
) -> None:
    page = filled.page
    filled.window.resize(width, 640)
    assert page.table.isColumnHidden(PASSAGES) is not passages
    assert page.table.isColumnHidden(ADDED) is not added
    assert page.panel.isVisible() is side
    assert page.side_button.isHidden() is side
    if not side:
        filled.qtbot.mouseClick(page.side_button, Qt.MouseButton.LeftButton)
        assert page.panel.isVisible()


def test_a_file_that_is_gone_is_said_when_it_is_opened(filled: Shown) -> None:
    filled.page.menu.open_file(0)
    (error,) = filled.failures
    assert isinstance(error, UserError)
    assert "Addendum.pdf" in error.what


def test_the_keyboard_marks_the_row_and_the_mouse_does_not(filled: Shown) -> None:
    table = filled.page.table
    filled.window.activateWindow()
    filled.page.find_field.setFocus()
    table.setFocus(Qt.FocusReason.TabFocusReason)
    filled.qtbot.waitUntil(table.hasFocus)
    assert table.by_keyboard
    assert table.currentIndex().row() == 0
    filled.qtbot.mouseClick(table.viewport(), Qt.MouseButton.LeftButton)
    assert not table.by_keyboard


# --- collections


def test_a_new_collection_is_named_at_once(filled: Shown) -> None:
    panel = filled.page.panel
    filled.qtbot.mouseClick(panel.add_button, Qt.MouseButton.LeftButton)
    editor = panel.view.findChild(QLineEdit, "collection_name")
    assert editor is not None
    editor.setText("Board papers")
    filled.qtbot.keyClick(editor, Qt.Key.Key_Return)
    filled.qtbot.waitUntil(lambda: filled.page.title.text() == "Board papers")
    names = [c.name for c in filled.services.library.collections()]
    assert names == ["Board papers", "Rental contracts"]


def test_a_name_that_is_taken_is_refused_in_words(filled: Shown) -> None:
    filled.services.library.create_collection("Board papers")
    panel = filled.page.panel
    panel.reload()
    panel.show_collection("k1")
    index = panel.model.index(panel.model.row_of(panel.current))
    assert panel.model.setData(index, "board papers") is False
    assert "already" in str(filled.failures[-1])
    assert filled.services.library.collection("k1").name == "Rental contracts"  # type: ignore[union-attr]


def test_a_deleted_collection_comes_back_with_undo(filled: Shown) -> None:
    panel, library = filled.page.panel, filled.services.library
    current = panel.current
    panel.view.setFocus()
    filled.qtbot.keyClick(panel.view, Qt.Key.Key_Delete)
    assert panel.model.rowCount() == 0
    assert filled.page.stack.currentWidget() is filled.page.empty_files
    _words, undo, _commit = filled.messages[-1]
    undo()  # type: ignore[operator]
    assert panel.current == current
    assert filled.names()[0] == "Addendum.pdf"
    panel.delete(current)
    filled.messages[-1][2]()  # type: ignore[operator]
    filled.qtbot.waitUntil(lambda: library.collections() == [])


def test_asking_about_a_collection_opens_the_chat(filled: Shown) -> None:
    with filled.qtbot.waitSignal(filled.page.ask_collection) as asked:
        filled.qtbot.mouseClick(filled.page.ask_button, Qt.MouseButton.LeftButton)
    assert asked.args == [filled.page.current]


def test_one_file_that_is_read_can_be_asked(filled: Shown, qtbot: QtBot) -> None:
    row = next(
        row
        for row in range(filled.page.model.rowCount())
        if (document := filled.page.model.document(row)) and document.state is DocumentState.READY
    )
    filled.page.table.selectRow(row)
    filled.page.menu.open_at(filled.page.table.visualRect(filled.page.model.index(row, 0)).center())
    (opened,) = filled.page.findChildren(QMenu, "library_menu")
    ask = next(action for action in opened.actions() if action.text() == "Ask about this file")
    with qtbot.waitSignal(filled.page.ask_document) as asked:
        ask.trigger()
    chosen = filled.page.model.document(row)
    assert chosen is not None
    assert asked.args == [chosen.id]
    opened.close()
