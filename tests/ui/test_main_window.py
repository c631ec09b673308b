"""The window: pages, dropped files, messages, failures, and an end that loses nothing."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent, QGuiApplication
from PySide6.QtWidgets import QApplication, QFileDialog
from pytestqt.qtbot import QtBot

from desktop.core.documents import DocumentState, TableColumns
from desktop.core.errors import EngineCrashed, InternalError, StorageError
from desktop.ui.columns_dialog import ColumnsDialog, guess, read_columns
from desktop.ui.folder_dialog import FolderDialog
from desktop.ui.library_page import LibraryPage
from desktop.ui.main_window import PAGES, MainWindow
from desktop.ui.theme import Theme
from tests.ui.fakes import FakeServices


@pytest.fixture
def window(services: FakeServices, theme: Theme, qtbot: QtBot) -> Iterator[MainWindow]:
    made = MainWindow(services, theme, first_page="library")  # type: ignore[arg-type]
    qtbot.addWidget(made)
    made.show()
    yield made
    services.importing.hold.set()
    made.close()


def _library(window: MainWindow) -> LibraryPage:
    page = window.page("library")
    assert isinstance(page, LibraryPage)
    return page


def _idle(window: MainWindow, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: not window.tasks.running, timeout=5000)


@pytest.mark.parametrize("size", [(1280, 800), (1024, 640), (720, 480)])
def test_a_message_does_not_cover_the_composer(
    window: MainWindow, qtbot: QtBot, services: FakeServices, size: tuple[int, int]
) -> None:
    services.library.create_collection("Papers")  # else the page of the first start stands there
    window.resize(*size)
    window.show_page("chat")
    page = window.page("chat")
    window.toast_later("Chat deleted", lambda: None, None)
    composer = page.view.composer  # type: ignore[attr-defined]

    def apart() -> bool:
        over = composer.mapTo(window, QPoint()).y() - (window.toast.geometry().bottom() - window.toast.MARGIN)
        return composer.isVisible() and 0 < over < 30

    qtbot.waitUntil(apart)
    composer.field.setPlainText("\n" * 6)  # it grows upwards
    qtbot.waitUntil(apart)
    window.show_page("settings")
    assert window.toast.geometry().bottom() == window.height() - 5


def test_a_page_is_made_when_it_is_first_shown(window: MainWindow) -> None:
    assert list(window._pages) == ["library"]
    window.show_page("settings")
    assert list(window._pages) == ["library", "settings"]
    assert window.current_page == "settings"
    assert window.rail.button("settings").isChecked()
    assert not window.rail.button("library").isChecked()


def test_every_page_is_reached_from_the_rail_and_by_keys(window: MainWindow, qtbot: QtBot) -> None:
    for name in PAGES:
        qtbot.mouseClick(window.rail.button(name), Qt.MouseButton.LeftButton)
        assert window.current_page == name
    qtbot.keyClick(window, Qt.Key.Key_2, Qt.KeyboardModifier.ControlModifier)
    assert window.current_page == "library"


@pytest.mark.parametrize(
    ("name", "next_page"),
    [
        ("topics", "library"),
        ("images", "library"),
        ("train", "chat"),
    ],
)
def test_a_page_to_come_leads_to_what_is_there(
    window: MainWindow, qtbot: QtBot, name: str, next_page: str
) -> None:
    window.show_page(name)
    page = window.page(name)
    assert page.empty.words.text()  # type: ignore[attr-defined]
    qtbot.mouseClick(page.empty.button, Qt.MouseButton.LeftButton)  # type: ignore[attr-defined]
    assert window.current_page == next_page


def _drop(window: MainWindow, *paths: Path) -> None:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    copy, left = Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton
    window.dropEvent(QDropEvent(QPointF(9, 9), copy, data, left, Qt.KeyboardModifier.NoModifier))


def test_dropped_files_make_a_first_collection(
    window: MainWindow, services: FakeServices, qtbot: QtBot, tmp_path: Path
) -> None:
    window.show_page("settings")
    _drop(window, tmp_path / "a.pdf", tmp_path / "b.pdf")
    qtbot.waitUntil(lambda: len(services.importing.calls) == 1)
    _idle(window, qtbot)
    (collection,) = services.library.collections()
    assert collection.name == "My files"
    assert services.importing.calls == [
        ([tmp_path / "a.pdf", tmp_path / "b.pdf"], collection.id, TableColumns())
    ]
    assert window.toast.words.text() == "Reading 2 items into My files"
    assert window.current_page == "settings"
    assert _library(window).current == collection.id


def test_dropped_files_go_to_the_collection_that_is_shown(
    window: MainWindow, services: FakeServices, qtbot: QtBot, tmp_path: Path
) -> None:
    services.library.create_collection("Board papers")
    wanted = services.library.create_collection("Rental contracts")
    _library(window).show_collection(wanted.id)
    assert window.import_paths([tmp_path / "a.pdf"])
    _idle(window, qtbot)
    assert services.importing.calls[0][1] == wanted.id


def test_a_folder_that_is_not_to_be_linked_is_read_once(
    window: MainWindow, services: FakeServices, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def once(dialog: FolderDialog) -> int:
        dialog.once_button.click()
        return dialog.result()

    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_a: str(tmp_path))
    monkeypatch.setattr(FolderDialog, "exec", once)
    _library(window).folder_button.click()
    _idle(window, qtbot)
    assert services.importing.calls[0][0] == [tmp_path]
    assert services.syncing.folders() == []
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_a: "")
    _library(window).folder_button.click()
    assert len(services.importing.calls) == 1


def test_linked_folders_are_watched_until_the_window_closes(
    window: MainWindow, services: FakeServices
) -> None:
    assert services.syncing.watchers == []
    window.folder_sync.start()
    assert services.syncing.watchers[0].running
    window.close()
    assert not services.syncing.watchers[0].running


def test_the_sample_files_are_shown_while_they_are_read(
    window: MainWindow, services: FakeServices, qtbot: QtBot
) -> None:
    window.import_samples()
    _idle(window, qtbot)
    library = _library(window)
    qtbot.waitUntil(lambda: library.title.text() == "Sample files", timeout=3000)
    qtbot.waitUntil(lambda: library.model.rowCount() == 3, timeout=3000)


def test_what_was_not_read_goes_on_at_the_next_start(
    window: MainWindow, services: FakeServices, qtbot: QtBot
) -> None:
    collection = services.library.create_collection("Contracts")
    services.library.add(collection.id, "a.pdf", DocumentState.READING)
    services.library.add(collection.id, "b.pdf", DocumentState.WAITING)
    window.resume_imports()
    _idle(window, qtbot)
    assert services.library.counts_by_state(collection.id)[DocumentState.READY] == 2


def test_a_failed_task_is_said_in_a_banner_that_can_be_dismissed(
    window: MainWindow, services: FakeServices, qtbot: QtBot, tmp_path: Path
) -> None:
    services.importing.error = StorageError("The disk is full.", "Free some space, then go on.")
    window.import_paths([tmp_path / "a.pdf"])
    qtbot.waitUntil(window.banner.isVisible)
    assert window.banner.title.text() == "The disk is full."
    assert window.banner.words.text() == "Free some space, then go on."
    qtbot.mouseClick(window.banner.close_button, Qt.MouseButton.LeftButton)
    assert not window.banner.isVisible()


def test_our_bug_opens_a_dialog_with_details_to_copy(window: MainWindow, qtbot: QtBot) -> None:
    window.presenter.present(InternalError("Something broke.", "", "Traceback: here"))
    dialog = window.presenter.dialog
    assert dialog is not None
    qtbot.mouseClick(dialog.copy_button, Qt.MouseButton.LeftButton)
    copied = QGuiApplication.clipboard().text()
    assert "InternalError: Something broke." in copied
    assert "Traceback: here" in copied
    assert not window.banner.isVisible()
    dialog.accept()


def test_an_exception_that_nothing_caught_is_shown(
    window: MainWindow, qtbot: QtBot, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "excepthook", sys.__excepthook__)
    window.presenter._old_hook = sys.__excepthook__
    window.presenter.catch_all()
    try:
        raise ZeroDivisionError("in a slot")
    except ZeroDivisionError as error:
        sys.excepthook(type(error), error, error.__traceback__)
    qtbot.waitUntil(lambda: window.presenter.dialog is not None)
    dialog = window.presenter.dialog
    assert dialog is not None
    assert "in a slot" in dialog.details.toPlainText()
    assert "in a slot" in capsys.readouterr().err
    dialog.accept()
    window.presenter.release()
    assert sys.excepthook is sys.__excepthook__


def test_an_error_that_a_page_shows_itself_makes_no_banner(window: MainWindow) -> None:
    shown: list[object] = []
    error = EngineCrashed("The model stopped.")
    window.presenter.present(error, shown.append)
    assert shown == [error]
    assert not window.banner.isVisible()


def test_closing_carries_a_removal_out_and_stops_what_runs(
    window: MainWindow, services: FakeServices, qtbot: QtBot, tmp_path: Path
) -> None:
    collection = services.library.create_collection("Contracts")
    for name in ("a.pdf", "b.pdf"):
        services.library.add(collection.id, name)
    library = _library(window)
    library.reload()
    services.importing.hold.clear()
    window.import_paths([tmp_path / "c.pdf"])
    library.table.selectRow(0)
    library.remove_selected()
    assert services.library.removed == []
    window.close()
    assert services.library.removed == ["d2"]
    assert window.tasks.running == []
    assert services.library.counts_by_state(collection.id)[DocumentState.WAITING] == 1


def test_focus_by_keyboard_shows_the_ring_and_by_mouse_does_not(window: MainWindow, qtbot: QtBot) -> None:
    window.activateWindow()
    library = _library(window)
    qtbot.waitUntil(window.isActiveWindow)
    qtbot.mouseClick(window.rail.button("library"), Qt.MouseButton.LeftButton)
    assert not window.focus_ring.isVisible()
    library.panel.view.setFocus()
    qtbot.keyClick(window.windowHandle(), Qt.Key.Key_Tab)
    button = library.panel.add_button
    assert QApplication.focusWidget() is button
    assert window.focus_ring.isVisible()
    assert window.focus_ring.widget() is button
    assert window.focus_ring.width() - button.width() == 8
    qtbot.mouseClick(window.rail.button("library"), Qt.MouseButton.LeftButton)
    assert not window.focus_ring.isVisible()


# --- tables


def _csv(folder: Path) -> Path:
    file = folder / "letters.csv"
    file.write_text("id;date;subject;body\n1;2024;Lift;It is broken\n", "utf-8")
    return file


def test_a_table_asks_which_column_is_the_text(
    window: MainWindow, services: FakeServices, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    asked: list[ColumnsDialog] = []

    def answer(dialog: ColumnsDialog) -> int:
        asked.append(dialog)
        dialog.rows_button.click()
        return dialog.result()

    monkeypatch.setattr(ColumnsDialog, "exec", answer)
    window.import_paths([_csv(tmp_path), tmp_path / "a.pdf"])
    _idle(window, qtbot)
    kinds = {columns: [path.name for path in paths] for paths, _id, columns in services.importing.calls}
    assert kinds == {TableColumns("body", "id", "subject"): ["letters.csv"], TableColumns(): ["a.pdf"]}
    assert len(asked) == 1


@pytest.mark.parametrize(("button", "calls"), [("table_button", 1), ("skip_button", 0)])
def test_a_table_can_be_read_as_a_whole_or_left_out(
    window: MainWindow,
    services: FakeServices,
    qtbot: QtBot,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    button: str,
    calls: int,
) -> None:
    def answer(dialog: ColumnsDialog) -> int:
        getattr(dialog, button).click()
        return dialog.result()

    monkeypatch.setattr(ColumnsDialog, "exec", answer)
    assert window.import_paths([_csv(tmp_path)]) is bool(calls)
    _idle(window, qtbot)
    assert [columns for _p, _id, columns in services.importing.calls] == [TableColumns()] * calls


@pytest.mark.parametrize(
    ("name", "content", "columns"),
    [
        ("a.csv", b"id,text\n1,x\n", ["id", "text"]),
        ("a.tsv", b"\xef\xbb\xbfid\ttext\n1\tx\n", ["id", "text"]),
        ("a.csv", "Größe;Täxt\n1;Straße und Gärten über Köln\n".encode("cp1252"), ["Größe", "Täxt"]),
        ("a.jsonl", b'{"id": 1, "body": "x"}\n', ["id", "body"]),
        ("a.jsonl", b"[1, 2]\n", []),
        ("a.jsonl", b"not json\n", []),
        ("a.csv", b"", []),
    ],
)
def test_the_names_of_columns_are_read(tmp_path: Path, name: str, content: bytes, columns: list[str]) -> None:
    file = tmp_path / name
    file.write_bytes(content)
    assert read_columns(file) == columns


def test_a_table_that_cannot_be_opened_has_no_columns(tmp_path: Path) -> None:
    assert read_columns(tmp_path / "gone.csv") == []


def test_the_usual_names_of_columns_are_guessed() -> None:
    assert guess(["Nr", "Body", "Date"], ("text", "body")) == "Body"
    assert guess(["Nr"], ("text", "body")) == ""
