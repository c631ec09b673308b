"""The real window, watched: says when it is shown, and can be made to work while a timer ticks in it.

`python -m tests.bench.window REPORT SECONDS [PDF]`: without a PDF it rests for that long; with one it reads it and
answers questions. Qt is imported inside functions: the engines' processes import this module too.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import Any

import psutil

TICK_MS = 10
QUESTIONS = (
    "What is bound to the object in the global namespace?",
    "What does the list of the remaining items become?",
)
REQUESTS = (
    "Write a long story about a lighthouse keeper, with a table of her days and a list of her tools.",
    "Explain in many sentences how a sailing boat can go against the wind.",
    "Write a Python program that sorts a list in three ways, and explain each of them.",
)


def main(arguments: list[str]) -> int:
    """Run the application as `python -m desktop` does, with a look at its window."""
    report, seconds = Path(arguments[0]), float(arguments[1])
    pdf = Path(arguments[2]) if len(arguments) > 2 else None
    from desktop.app import main as application
    from desktop.ui.main_window import MainWindow

    shown = MainWindow.show

    def show(window: Any) -> None:
        shown(window)
        _when_painted(window, lambda: _painted(window, report, seconds, pdf))

    MainWindow.show = show  # type: ignore[method-assign]
    return application([])


def _when_painted(window: Any, told: Callable[[], None]) -> None:
    """Call `told` in the turn of the event loop after the one in which the window was exposed and painted."""
    from PySide6.QtCore import QEvent, QObject, QTimer

    handle = window.windowHandle()

    class Watch(QObject):
        """Waits for the window system to say that the window is visible."""

        def eventFilter(self, watched: QObject, event: QEvent) -> bool:
            if event.type() in (QEvent.Type.Expose, QEvent.Type.Paint) and handle.isExposed():
                handle.removeEventFilter(self)
                QTimer.singleShot(0, window, told)
            return False

    if handle.isExposed():
        QTimer.singleShot(0, window, told)
    else:
        handle.installEventFilter(Watch(window))


def _painted(window: Any, report: Path, seconds: float, pdf: Path | None) -> None:
    from PySide6.QtCore import QTimer

    data: dict[str, object] = {"shown": time.time()}
    if pdf is None:
        QTimer.singleShot(int(seconds * 1000), window, lambda: _leave(window, report, data))
    else:
        QTimer.singleShot(
            int(seconds * 1000), window, lambda: _leave(window, report, {**data, **_work(window, pdf)})
        )


def _leave(window: Any, report: Path, data: dict[str, object]) -> None:
    from PySide6.QtWidgets import QApplication

    data["platform"] = QApplication.platformName()
    data["rss"] = psutil.Process().memory_info().rss
    report.write_text(json.dumps(data), "utf-8")
    window.close()


def _work(window: Any, pdf: Path) -> dict[str, object]:
    """Rest, import and generate; the ticks' intervals in milliseconds for each, and the memory after each."""
    data: dict[str, object] = {"rss_start": psutil.Process().memory_info().rss}
    ticks = _Ticks(window)
    _wait(lambda: False, 3.0)
    data["idle"] = ticks.taken()
    ended: list[object] = []
    window.imports.ended.connect(lambda _collection, summary: ended.append(summary))
    window.show_page("library")
    ticks.taken()
    window.import_paths([pdf])
    _wait(lambda: bool(ended), 420.0)
    data["import"] = ticks.taken()
    data["passages"] = ended[0].passages if ended else 0  # type: ignore[attr-defined]
    data["rss_import"] = psutil.Process().memory_info().rss
    collection = window._services.library.collections()[0].id
    intervals: list[float] = []
    for where, asked in ((collection, QUESTIONS), ("", REQUESTS)):
        for question in asked:
            intervals += _asked(window, ticks, where, question)
    data["generation"] = intervals
    return data


def _asked(window: Any, ticks: _Ticks, collection: str, question: str) -> list[float]:
    """Ask in a new chat; the intervals from the question to the end of its answer."""
    window.ask_collection(collection)
    view = window.page("chat").view
    ticks.taken()
    view.ask(question)
    _wait(lambda: view.live is None, 120.0)
    return ticks.taken()


class _Ticks:
    """A 10 ms timer in the window's thread, and the moments in which it came."""

    def __init__(self, window: Any) -> None:
        from PySide6.QtCore import Qt, QTimer

        self._moments: list[float] = []
        self._timer = QTimer(window)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.setInterval(TICK_MS)
        self._timer.timeout.connect(lambda: self._moments.append(time.perf_counter()))
        self._timer.start()

    def taken(self) -> list[float]:
        """The intervals since the last call, in milliseconds."""
        moments, self._moments = self._moments, []
        return [(b - a) * 1000 for a, b in pairwise(moments)]


def _wait(done: Callable[[], bool], seconds: float) -> None:
    """Let the window live until `done`, at most for `seconds`."""
    from PySide6.QtCore import QEventLoop, QTimer

    loop = QEventLoop()
    look = QTimer()
    look.setInterval(50)
    look.timeout.connect(lambda: loop.quit() if done() else None)
    look.start()
    QTimer.singleShot(int(seconds * 1000), loop, loop.quit)
    loop.exec()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
