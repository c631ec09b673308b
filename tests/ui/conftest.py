"""The floor of the window's tests: no thread and no window outlives its test, and each has its own home."""

from __future__ import annotations

import gc
import os
import weakref
from collections.abc import Iterator
from pathlib import Path

import pytest

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ["DESKSIDE_NO_MOTION"] = "1"

from PySide6.QtCore import QThread
from PySide6.QtWidgets import QApplication

from desktop.ui.tasks import TaskList
from desktop.ui.theme import Theme
from tests.ui.fakes import FakeServices

_FONTS = Path(__file__).resolve().parents[2] / "resources" / "fonts"
# What the offscreen platform says of itself, not of the window.
_OFFSCREEN = r"This plugin does not support"
_threads: weakref.WeakSet[QThread] = weakref.WeakSet()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """All other Qt warnings fail a test (see qt_log_level_fail)."""
    for item in items:
        if item.path.is_relative_to(Path(__file__).parent):
            item.add_marker(pytest.mark.qt_log_ignore(_OFFSCREEN, extend=True))


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Everything that the person would own, in a folder of this test alone."""
    folder = tmp_path / "home"
    folder.mkdir()
    monkeypatch.setenv("DESKSIDE_HOME", str(folder))
    return folder


@pytest.fixture(autouse=True)
def no_thread_is_left(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Fail when a QThread that was started in the test still runs at its end."""
    start = QThread.start

    def noted(self: QThread, *args: object) -> None:
        _threads.add(self)
        start(self, *args)

    monkeypatch.setattr(QThread, "start", noted)
    yield
    left = [thread for thread in _threads if _runs(thread)]
    for thread in left:
        thread.wait(2000)
    _threads.clear()
    assert not left, f"{len(left)} QThreads outlived the test"


def _runs(thread: QThread) -> bool:
    try:
        return thread.isRunning()
    except RuntimeError:  # Qt has deleted it, so it has ended.
        return False


@pytest.fixture(scope="session")
def dressed(qapp: QApplication) -> Theme:
    """The theme of the whole test run; making one reads the fonts."""
    theme = Theme(qapp, _FONTS)
    theme.set_up("light")
    return theme


@pytest.fixture
def theme(dressed: Theme) -> Iterator[Theme]:
    """The theme, light and at 100 % at the start of every test."""
    if dressed.dark or dressed.text_size != 100:
        dressed.set_up("light")
    yield dressed
    gc.collect()


@pytest.fixture
def services(home: Path) -> FakeServices:
    return FakeServices(home)


@pytest.fixture
def tasks(qapp: QApplication) -> Iterator[TaskList]:
    """A task list whose tasks are stopped at the end of the test."""
    made = TaskList()
    yield made
    assert made.wait_all(6000), "a task did not stop when it was cancelled"
    made.deleteLater()
