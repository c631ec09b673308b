"""The window comes back where it was, unless no screen shows that place any more."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from PySide6.QtCore import QRect
from PySide6.QtWidgets import QMainWindow
from pytestqt.qtbot import QtBot

from desktop.ui.main_window import MainWindow
from desktop.ui.theme import Theme
from desktop.ui.window_place import fit, remember, restore
from tests.ui.fakes import FakeServices

ONE, OTHER = QRect(0, 0, 1920, 1080), QRect(1920, 200, 1280, 1024)


@pytest.mark.parametrize(
    ("place", "expected"),
    [
        (QRect(100, 50, 1280, 800), QRect(100, 50, 1280, 800)),
        (QRect(2000, 300, 1000, 700), QRect(2000, 300, 1000, 700)),
        (QRect(-300, -40, 1280, 800), QRect(0, 0, 1280, 800)),  # partly off: moved in
        (QRect(1800, 500, 1000, 700), QRect(1920, 500, 1000, 700)),  # most of it is on the other screen
        (QRect(10, 10, 3000, 3000), QRect(0, 0, 1920, 1080)),  # a larger screen is gone
        (QRect(5000, 100, 1280, 800), None),
        (QRect(-1270, 100, 1280, 800), None),  # ten pixels are not enough to take hold of
        (QRect(100, 1060, 1280, 800), None),
    ],
)
def test_a_place_is_fitted_to_the_screens_there_are(place: QRect, expected: QRect | None) -> None:
    assert fit(place, [ONE, OTHER]) == expected


def test_without_a_screen_there_is_no_place() -> None:
    assert fit(QRect(0, 0, 100, 100), []) is None


def test_the_window_comes_back_as_it_was(theme: Theme, qtbot: QtBot, home: Path) -> None:
    services = FakeServices(home)
    first = MainWindow(services, theme)  # type: ignore[arg-type]
    qtbot.addWidget(first)
    first.show()
    first.move(31, 17)
    first.resize(760, 500)
    first.close()
    second = MainWindow(services, theme)  # type: ignore[arg-type]
    qtbot.addWidget(second)
    second.show()
    assert (second.pos().x(), second.pos().y(), second.width(), second.height()) == (31, 17, 760, 500)
    second.showMaximized()
    second.close()
    third = MainWindow(services, theme)  # type: ignore[arg-type]
    qtbot.addWidget(third)
    third.show()
    assert third.isMaximized()
    third.showNormal()
    qtbot.waitUntil(lambda: third.width() == 760)
    third.close()


@pytest.mark.parametrize(
    "content",
    [
        "", "{", "[]", "null", "7", '{"x": 1}', "[" * 5000,
        '{"x": "1", "y": 1, "width": 5, "height": 5}',
        '{"x": 1e400, "y": 1, "width": 500, "height": 500}',
        '{"x": 99999999999999, "y": 1, "width": 500, "height": 500}',
        '{"x": 0, "y": 0, "width": 0, "height": -5}',
        '{"x": 90000, "y": 90000, "width": 500, "height": 500}',
    ],
)  # fmt: skip
def test_a_note_that_cannot_be_used_changes_nothing(qtbot: QtBot, tmp_path: Path, content: str) -> None:
    path = tmp_path / "window.json"
    path.write_text(content, "utf-8")
    window = QMainWindow()
    qtbot.addWidget(window)
    window.setGeometry(20, 30, 700, 400)
    restore(window, path)
    assert window.geometry() == QRect(20, 30, 700, 400)


def test_a_place_that_cannot_be_written_is_forgotten(qtbot: QtBot, tmp_path: Path) -> None:
    window = QMainWindow()
    qtbot.addWidget(window)
    remember(window, tmp_path / "gone" / "window.json")
    remember(window, tmp_path / "window.json")
    assert json.loads((tmp_path / "window.json").read_text())["maximised"] is False
    assert [path.name for path in tmp_path.glob("*window*")] == ["window.json"]
