"""Linked folders in the library: linking, how they stand, what is done with them, and how they are kept in sync."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog, QMainWindow, QMenu
from pytestqt.qtbot import QtBot

from desktop.core.documents import DocumentState
from desktop.core.events import FileChanged, FileMoved, FileRemoved, ImportSummary, ScanSummary
from desktop.core.folders import DEFAULT_IGNORE, FolderState
from desktop.ui.folder_dialog import FolderDialog
from desktop.ui.folder_sync import FolderSync
from desktop.ui.imports import Imports, without_unchanged
from desktop.ui.library_page import LibraryPage
from desktop.ui.tasks import TaskList
from desktop.ui.theme import Theme
from tests.ui.fakes import FakeServices


class Shown:
    """A library page with one collection, and what it asked the window for."""

    def __init__(self, services: FakeServices, theme: Theme, tasks: TaskList, qtbot: QtBot) -> None:
        self.services, self.tasks, self.qtbot = services, tasks, qtbot
        self.library, self.syncing = services.library, services.syncing
        self.collection = services.library.create_collection("Rental contracts").id
        imports = Imports(services, tasks)  # type: ignore[arg-type]
        self.sync = FolderSync(services, tasks, imports)  # type: ignore[arg-type]
        self.page = LibraryPage(services, theme, tasks, imports, self.sync)  # type: ignore[arg-type]
        self.window = QMainWindow()
        qtbot.addWidget(self.window)
        self.window.setCentralWidget(self.page)
        self.window.resize(1280, 800)
        self.window.show()
        self.messages: list[tuple[str, object, object]] = []
        self.failures: list[object] = []
        self.page.message.connect(lambda *message: self.messages.append(message))
        self.page.failed.connect(self.failures.append)
        self.model = self.page.folders.model

    def link(self, name: str = "Contracts 2026") -> str:
        folder = self.syncing.link(Path("/home/you") / name, self.collection, DEFAULT_IGNORE)
        self.page.folders.reload()
        return folder.id

    def words(self, row: int = 0) -> str:
        folder = self.model.folder(row)
        assert folder is not None
        return self.model.state_words(folder)

    def wait_words(self, words: str) -> None:
        self.qtbot.waitUntil(lambda: self.words() == words, timeout=3000)

    def choose(self, words: str) -> None:
        """Click on the first folder and take an entry of its menu."""
        self.page.folders.view.clicked.emit(self.model.index(0))
        menu = self.page.folders.findChild(QMenu, "folder_menu")
        assert menu is not None
        next(action for action in menu.actions() if action.text() == words).trigger()
        menu.close()
        self.qtbot.wait(1)


@pytest.fixture
def shown(services: FakeServices, theme: Theme, tasks: TaskList, qtbot: QtBot) -> Shown:
    return Shown(services, theme, tasks, qtbot)


def _accepting(monkeypatch: pytest.MonkeyPatch, text: str | None = None) -> list[str]:
    """Let the next dialogs be saved, with other rules where there is `text`; what they showed first."""
    seen: list[str] = []

    def save(dialog: FolderDialog) -> int:
        seen.append(dialog.field.toPlainText())
        if text is not None:
            dialog.field.setPlainText(text)
        dialog.save_button.click()
        return dialog.result()

    monkeypatch.setattr(FolderDialog, "exec", save)
    return seen


def test_a_folder_is_linked_after_its_rules_were_shown(
    shown: Shown, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    seen = _accepting(monkeypatch)
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_a: str(tmp_path))
    assert shown.page.folders.isHidden()
    shown.qtbot.mouseClick(shown.page.folder_button, Qt.MouseButton.LeftButton)
    assert seen == ["\n".join(DEFAULT_IGNORE)]
    (folder,) = shown.syncing.folders(shown.collection)
    assert (folder.path, folder.ignore) == (str(tmp_path), DEFAULT_IGNORE)
    assert not shown.page.folders.isHidden()
    shown.qtbot.waitUntil(lambda: shown.syncing.scanned == [[folder.id]], timeout=3000)
    assert "is linked" in shown.messages[-1][0]
    shown.qtbot.mouseClick(shown.page.folder_button, Qt.MouseButton.LeftButton)
    assert "linked to the collection already" in str(shown.failures[-1])


def test_without_a_collection_one_is_named_after_the_folder(
    shown: Shown, monkeypatch: pytest.MonkeyPatch
) -> None:
    _accepting(monkeypatch)
    shown.library.named.clear()
    shown.page.reload()
    shown.page.folder_actions.link(Path("/home/you/Scanner inbox"), "")
    assert [one.name for one in shown.library.collections()] == ["Scanner inbox"]
    shown.qtbot.waitUntil(lambda: shown.page.title.text() == "Scanner inbox", timeout=3000)
    assert shown.words() in ("Looking for changes", "Not looked at yet")
    shown.qtbot.waitUntil(lambda: not shown.sync.is_scanning(shown.page.current), timeout=3000)


def test_a_line_that_is_no_pattern_is_said_in_the_dialog(theme: Theme, qtbot: QtBot) -> None:
    dialog = FolderDialog(theme, "/home/you/Contracts", "Rental contracts")
    qtbot.addWidget(dialog)
    dialog.show()
    dialog.field.setPlainText("*.log\n!\n")
    dialog.save_button.click()
    assert dialog.isVisible()
    assert "“!” is not a pattern of names." in dialog.problem.text()
    dialog.field.setPlainText("*.log\ndrafts/")
    dialog.save_button.click()
    assert not dialog.isVisible()
    assert dialog.rules == ("*.log", "drafts/")


@pytest.mark.parametrize(
    ("state", "words"),
    [
        (FolderState.AWAY, "Folder is away"),
        (FolderState.PAUSED, "Paused"),
        (FolderState.IN_SYNC, "Not looked at yet"),
    ],
)
def test_each_state_has_words_and_an_accessible_name(shown: Shown, state: FolderState, words: str) -> None:
    folder = shown.link()
    shown.syncing.set(folder, state=state)
    shown.page.folders.reload()
    assert shown.words() == words
    index = shown.model.index(0)
    assert index.data(Qt.ItemDataRole.AccessibleTextRole) == f"Contracts 2026, {words}"
    assert "/home/you/Contracts 2026" in index.data(Qt.ItemDataRole.ToolTipRole)


def test_what_changed_is_read_and_counted_down(shown: Shown) -> None:
    folder = shown.link()
    rows = [
        shown.library.add(shown.collection, f"{n}.pdf", DocumentState.WAITING, folder_id=folder)
        for n in range(3)
    ]
    shown.syncing.found = [
        *map(FileChanged, rows),
        ScanSummary(new=3, to_read=tuple(row.id for row in rows), by_folder=((folder, 3),)),
    ]
    shown.services.importing.hold.clear()
    shown.choose("Look for changes now")
    shown.wait_words("3 changes being read")
    assert not shown.page.busy.isHidden()
    shown.services.importing.hold.set()
    shown.qtbot.waitUntil(lambda: not shown.tasks.running, timeout=5000)
    shown.wait_words("In sync, 2026-03-20")
    assert shown.library.counts_by_state(shown.collection)[DocumentState.READY] == 3
    assert shown.sync.being_read(folder) == 0


def test_moved_and_removed_files_are_shown_at_once(shown: Shown) -> None:
    folder = shown.link()
    moved = shown.library.add(shown.collection, "a.pdf", folder_id=folder)
    gone = shown.library.add(shown.collection, "b.pdf", folder_id=folder)
    shown.page.reload()
    shown.syncing.found = [FileMoved(replace(moved, name="A new name.pdf"), moved.path), FileRemoved(gone)]
    shown.sync.scan(shown.collection, [folder])
    shown.qtbot.waitUntil(lambda: shown.page.model.rowCount() == 1, timeout=3000)
    assert [one.name for one in shown.page.model.documents([0])] == ["A new name.pdf"]


def test_the_watcher_s_word_starts_one_scan_and_more_wait_for_its_end(shown: Shown) -> None:
    first, second = shown.link(), shown.link("Scanner inbox")
    shown.sync.start()
    (watcher,) = shown.syncing.watchers
    watcher.changed(frozenset({first}))
    watcher.changed(frozenset({first, second, "gone"}))
    shown.qtbot.waitUntil(lambda: len(shown.syncing.scanned) == 2, timeout=3000)
    shown.qtbot.waitUntil(lambda: not shown.sync.is_scanning(shown.collection), timeout=3000)
    assert shown.syncing.scanned == [[first], [first, second]]
    shown.sync.stop()
    assert not watcher.running


def test_a_folder_that_cannot_be_watched_says_so(shown: Shown) -> None:
    folder = shown.link()
    shown.sync.start()
    shown.syncing.watchers[0].why[folder] = "inotify watch limit reached"
    assert "inotify watch limit reached" in shown.model.index(0).data(Qt.ItemDataRole.ToolTipRole)
    shown.sync.stop()


def test_pausing_and_going_on(shown: Shown) -> None:
    folder = shown.link()
    shown.choose("Pause")
    assert shown.words() == "Paused"
    assert shown.syncing.scanned == []
    shown.choose("Go on")
    shown.qtbot.waitUntil(lambda: shown.syncing.scanned == [[folder]], timeout=3000)
    shown.wait_words("In sync, 2026-03-20")


def test_other_rules_are_scanned_for_at_once(shown: Shown, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = shown.link()
    seen = _accepting(monkeypatch, "drafts/")
    shown.choose("What is left out")
    assert seen == ["\n".join(DEFAULT_IGNORE)]
    assert shown.syncing.linked[folder].ignore == ("drafts/",)
    shown.qtbot.waitUntil(lambda: shown.syncing.scanned == [[folder]], timeout=3000)


@pytest.mark.parametrize(
    ("words", "left"), [("Unlink, keep its files here", 1), ("Unlink, remove its files here", 0)]
)
def test_unlinking_waits_for_the_end_of_undo(shown: Shown, words: str, left: int) -> None:
    folder = shown.link()
    shown.library.add(shown.collection, "a.pdf", folder_id=folder)
    shown.page.reload()
    shown.choose(words)
    assert shown.page.folders.isHidden()
    assert folder in shown.syncing.linked
    shown.messages[-1][1]()  # type: ignore[operator]
    assert not shown.page.folders.isHidden()
    shown.choose(words)
    shown.messages[-1][2]()  # type: ignore[operator]
    shown.qtbot.waitUntil(lambda: not shown.syncing.linked, timeout=3000)
    shown.qtbot.waitUntil(lambda: shown.page.model.rowCount() == left, timeout=3000)
    assert shown.page.folders.isHidden()


def test_a_removed_file_of_a_linked_folder_is_left_out_from_then_on(shown: Shown) -> None:
    row = shown.library.add(shown.collection, "a.pdf", folder_id=shown.link())
    shown.page.reload()
    shown.page.remove_ids([row.id])
    shown.messages[-1][2]()  # type: ignore[operator]
    shown.qtbot.waitUntil(lambda: shown.syncing.taken_out == [row.id], timeout=3000)


def test_ten_thousand_unchanged_files_do_not_reach_the_window(services: FakeServices) -> None:
    collection = services.library.create_collection("Papers").id
    row = services.library.add(collection, "a.pdf", DocumentState.SKIPPED, reason="Unchanged")
    twin = replace(row, reason_kind="duplicate")
    end = ImportSummary(0, 10_000, 0, 0, 1.0)
    passed = list(without_unchanged(iter([FileChanged(row)] * 10_000 + [FileChanged(twin), end])))
    assert len(passed) == 202
    assert passed[-2:] == [FileChanged(twin), end]
