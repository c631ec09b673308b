"""Messages with undo, banners, busy cards and the tasks popover, as a person meets them."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest
from PySide6.QtCore import QObject, QPoint, Qt
from PySide6.QtGui import QCursor
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from desktop.core.cancel import CancelToken
from desktop.core.events import Event, Progress
from desktop.ui.cards import Banner, BusyCard, EmptyState, time_left
from desktop.ui.switches import CheckBox, Segmented, Toggle
from desktop.ui.tasks import TaskList
from desktop.ui.tasks_popover import TasksPopover
from desktop.ui.theme import Theme
from desktop.ui.toast import Toast


@pytest.fixture
def window(qtbot: QtBot) -> QWidget:
    made = QWidget()
    made.resize(800, 600)
    qtbot.addWidget(made)
    made.show()
    # A pointer that an earlier test left over a message would hold it.
    QCursor.setPos(made.mapToGlobal(QPoint(5, 5)))
    return made


def test_undo_takes_a_change_back_and_never_carries_it_out(
    theme: Theme, qtbot: QtBot, window: QWidget
) -> None:
    toast = Toast(theme, window)
    told: list[str] = []
    toast.show_message("Chat deleted", lambda: told.append("undone"), lambda: told.append("done"))
    assert toast.isVisible()
    qtbot.mouseClick(toast.undo_button, Qt.MouseButton.LeftButton)
    toast.finish()
    assert told == ["undone"]
    assert toast.isHidden()


def test_a_new_message_carries_the_old_change_out_once(theme: Theme, qtbot: QtBot, window: QWidget) -> None:
    toast = Toast(theme, window)
    told: list[str] = []
    toast.show_message("One", lambda: None, lambda: told.append("one"))
    toast.show_message("Two", lambda: None, lambda: told.append("two"))
    assert told == ["one"]
    toast.finish()
    toast.finish()
    assert told == ["one", "two"]


def test_the_change_is_carried_out_when_the_time_is_up(theme: Theme, qtbot: QtBot, window: QWidget) -> None:
    toast = Toast(theme, window)
    toast._timer.setInterval(20)
    told: list[str] = []
    toast.show_message("One", lambda: None, lambda: told.append("one"))
    qtbot.waitUntil(lambda: told == ["one"], timeout=2000)
    assert toast.isHidden()


def test_a_message_stays_inside_the_window_when_that_shrinks(
    theme: Theme, qtbot: QtBot, window: QWidget
) -> None:
    toast = Toast(theme, window)
    toast.show_message("1 file removed", lambda: None)
    window.resize(500, 300)
    qtbot.waitUntil(lambda: window.rect().contains(toast.geometry().center()))
    assert toast.geometry().bottom() <= 300


def test_a_banner_says_it_acts_and_goes(theme: Theme, qtbot: QtBot, window: QWidget) -> None:
    banner = Banner(theme, "warn", "The disk is nearly full", "1.2 GB are left.", "Free space", parent=window)
    banner.show()
    assert banner.accessibleName() == "The disk is nearly full 1.2 GB are left."
    with qtbot.waitSignal(banner.acted):
        qtbot.mouseClick(banner.button, Qt.MouseButton.LeftButton)
    with qtbot.waitSignal(banner.dismissed):
        qtbot.mouseClick(banner.close_button, Qt.MouseButton.LeftButton)
    assert banner.isHidden()
    banner.set_words("Ready")
    assert banner.button.isHidden()
    assert banner.words.isHidden()


def test_an_empty_state_shows_all_its_words(theme: Theme, qtbot: QtBot, window: QWidget) -> None:
    words = "Here you will search all your files at once and see every passage, with much to say. " * 3
    empty = EmptyState(theme, "tray", "No files yet", words, "Add files", parent=window)
    empty.resize(700, 500)
    empty.show()
    label = empty.words
    assert label.height() >= label.heightForWidth(label.width())
    assert label.height() > 2 * theme.line_height("body")
    with qtbot.waitSignal(empty.acted):
        qtbot.keyClick(empty.button, Qt.Key.Key_Space)


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (None, ""),
        (4, "a few seconds left"),
        (42, "about 40 seconds left"),
        (360, "about 6 minutes left"),
        (3 * 3600, "about 3 hours left"),
    ],
)
def test_time_left_is_said_in_words(qapp: QObject, seconds: float | None, words: str) -> None:
    assert time_left(qapp, seconds) == words


def test_a_busy_card_tells_pauses_and_cancels(theme: Theme, qtbot: QtBot, window: QWidget) -> None:
    busy = BusyCard(theme, "Reading your files", pausable=True, parent=window)
    busy.show()
    busy.set_progress(Progress(148, 212, "148 of 212 are ready", 360))
    assert busy.words.text() == "148 of 212 are ready, about 6 minutes left"
    assert busy.bar.share == pytest.approx(148 / 212)
    paused: list[bool] = []
    busy.pause_toggled.connect(paused.append)
    qtbot.mouseClick(busy.pause_button, Qt.MouseButton.LeftButton)
    assert busy.pause_button.text() == "Go on"
    qtbot.mouseClick(busy.pause_button, Qt.MouseButton.LeftButton)
    assert paused == [True, False]
    with qtbot.waitSignal(busy.cancelled):
        qtbot.mouseClick(busy.cancel_button, Qt.MouseButton.LeftButton)
    busy.set_progress(Progress(3, 0, "Looking"))
    assert busy.bar.share is None


def test_a_row_of_choices_has_one_and_tells_only_the_person(theme: Theme, qtbot: QtBot) -> None:
    row = Segmented(theme, "style", "Wording", [("a", "Precise"), ("b", "Balanced"), ("c", "Free")])
    qtbot.addWidget(row)
    row.show()
    told: list[str] = []
    row.chosen.connect(told.append)
    row.set_value("b")
    assert (row.value, told) == ("b", [])
    button = row.findChild(QWidget, "style_c")
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    assert (row.value, told) == ("c", ["c"])
    row.set_value("unknown")
    assert row.value == ""


@pytest.mark.parametrize("kind", [Toggle, CheckBox])
def test_switches_work_with_the_keyboard(theme: Theme, qtbot: QtBot, kind: type[Toggle]) -> None:
    switch = kind(theme, "Read scans", "scans")
    qtbot.addWidget(switch)
    switch.show()
    qtbot.keyClick(switch, Qt.Key.Key_Space)
    assert switch.isChecked()
    assert switch.accessibleName() == "Read scans"


def _held(release: threading.Event) -> Iterator[Event]:
    yield Progress(1, 4, "1 of 4 files", 120)
    while not release.wait(0.005):
        pass
    yield Progress(4, 4, "4 of 4 files")


def test_the_popover_follows_a_task_to_its_end(
    theme: Theme, qtbot: QtBot, tasks: TaskList, window: QWidget
) -> None:
    release = threading.Event()
    shown: list[str] = []
    entry = tasks.start(
        "Reading Rental contracts", lambda _c: _held(release), icon="books", show=lambda: shown.append("x")
    )
    popover = TasksPopover(theme, tasks, window)
    popover.show_at(QPoint(100, 500))
    qtbot.waitUntil(lambda: entry.progress is not None)
    (row,) = popover.rows()
    assert row.words.text() == "1 of 4 files, about 2 minutes left"
    assert row.pause_button.isHidden()
    assert popover.count.text() == "1 running"
    with qtbot.waitSignal(entry.task.finished):
        release.set()
    (row,) = popover.rows()
    assert not row.show_button.isHidden()
    assert popover.count.text() == "1 done"
    qtbot.mouseClick(row.show_button, Qt.MouseButton.LeftButton)
    assert shown == ["x"]
    assert tasks.listed == []
    popover.close()


def test_the_popover_cancels_a_task(theme: Theme, qtbot: QtBot, tasks: TaskList, window: QWidget) -> None:
    def work(cancel: CancelToken) -> Iterator[Event]:
        yield Progress(0, 0, "Looking")
        while not cancel.wait(0.005):
            pass
        cancel.check()

    entry = tasks.start("Reading", work)
    popover = TasksPopover(theme, tasks, window)
    popover.show_at(QPoint(100, 500))
    with qtbot.waitSignal(entry.task.finished):
        qtbot.mouseClick(popover.rows()[0].cancel_button, Qt.MouseButton.LeftButton)
    assert popover.rows() == []
    popover.close()
