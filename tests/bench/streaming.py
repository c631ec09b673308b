"""How an answer of 3,000 tokens is shown while it is written: each step's time, and that a reader stays in place."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from desktop.core.cancel import CancelToken
from desktop.core.conversations import Message, MessageState, Role
from desktop.core.events import Answer, Event, Found, Token
from desktop.core.paths import Paths
from desktop.services.all import Services
from tests.bench import texts
from tests.bench.measure import Figure, Options, median

TOKENS = 3000
WORDS_PER_TOKEN = 0.75
STEP_SECONDS = 0.016
PAUSE_SECONDS = 0.002
_TABLE = "| item | price |\n|---|---|\n" + "\n".join(f"| number {n} | {n * 3} EUR |" for n in range(6))
_CODE = "```python\ndef total(items: list[int]) -> int:\n    # All of them.\n    return sum(items)\n```"
_FORMULA = r"\[\sum_{i=1}^{n} i = \frac{n(n+1)}{2}\]"


def figures(options: Options) -> list[Figure]:
    """The steps at the end of the chat, then those while the reader has scrolled up."""
    from PySide6.QtWidgets import QApplication

    from desktop.ui.main_window import MainWindow
    from desktop.ui.theme import Theme

    with tempfile.TemporaryDirectory() as folder:
        services = Services(Paths(Path(folder), Paths.default().program))
        app = QApplication.instance() or QApplication([])
        assert isinstance(app, QApplication)
        theme = Theme(app, Paths.default().program / "resources" / "fonts")
        theme.set_up("light", 100)
        window = MainWindow(services, theme, first_page="chat")
        window.resize(1280, 800)
        window.show()
        page: Any = window.page("chat")
        page.begin()
        following = _watch(app, page, scrolled_up=False)
        reading = _watch(app, page, scrolled_up=True)
        window.close()
        services.close()
    return [_stepped("at its end", *following), _stepped("while the reader has scrolled up", *reading)]


def _stepped(where: str, seconds: list[float], moves: int) -> Figure:
    late = sorted(seconds)[int(len(seconds) * 0.95)]
    return Figure(
        f"an answer of {TOKENS:,} tokens is written, seen {where}",
        f"p95 ≤ {STEP_SECONDS * 1000:.0f} ms a step, no move",
        f"p95 {late * 1000:.1f} ms, median {median(seconds) * 1000:.1f} ms, {len(seconds)} steps; {moves} moves",
        passed=late <= STEP_SECONDS and moves == 0,
        note="a step is all that the window does for what has come, painting included; with tables, code and formulas",
    )


def _watch(app: Any, page: Any, scrolled_up: bool) -> tuple[list[float], int]:
    """Seconds of each step, and how often what the reader sees has moved by itself."""
    view = page.view
    page.new_chat()
    shown, bar, steps = view.list, view.list.verticalScrollBar(), [0]
    live = view.send("Tell me everything.", _answer)
    live.changed.connect(lambda _: steps.__setitem__(0, steps[0] + 1))
    ended: list[bool] = []
    live.ended.connect(lambda _: ended.append(True))
    seconds, moves, place = [], 0, None
    while not ended:
        before, start = steps[0], time.perf_counter()
        app.processEvents()
        if steps[0] > before:
            seconds.append(time.perf_counter() - start)
        if scrolled_up and place is None and bar.maximum() > 3 * bar.pageStep():
            bar.setValue(bar.maximum() // 2)
            app.processEvents()
            place = bar.value()
        if place is not None:
            moves += bar.value() != place
        elif not scrolled_up:
            moves += bar.value() != bar.maximum() and shown.follows
        time.sleep(0.001)
    assert place is not None or not scrolled_up, "the answer never grew longer than the view"
    return seconds, moves


def _answer(chat: str, cancel: CancelToken) -> Iterator[Event]:
    """Deltas of a word, as a fast model gives them."""
    yield Found(Message("asked", chat, Role.USER, "Tell me everything."), None)
    written = ""
    for word in _text().split(" "):
        time.sleep(PAUSE_SECONDS)
        written += f"{word} "
        yield Token(f"{word} ")
    yield Answer(Message("answer", chat, Role.ASSISTANT, written, MessageState.COMPLETE))


def _text() -> str:
    parts, number = [], 0
    while len(" ".join(parts).split()) < TOKENS * WORDS_PER_TOKEN:
        parts += [
            texts.document(number, 90),
            (_TABLE, _CODE, _FORMULA)[number % 3],
            "1. One\n2. Two with `code`",
        ]
        number += 1
    return "\n\n".join(parts)
