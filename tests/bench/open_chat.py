"""How soon a long conversation is there, and how smoothly it scrolls: the real page, the real store, no model."""

from __future__ import annotations

import tempfile
import time
from pathlib import Path
from typing import Any

from desktop.core.conversations import Message, Role
from desktop.core.paths import Paths
from desktop.services.all import Services
from tests.bench import texts
from tests.bench.measure import Figure, Options, median, spread

TARGET_SECONDS = 0.2
TOKENS = 20_000
ROUNDS = 7
STEPS = 60
FRAME_SECONDS = 0.033
# English text has about this many words to a token of the usual tokenizers.
WORDS_PER_TOKEN = 0.75
_TABLE = "| item | price |\n|---|---|\n" + "\n".join(f"| number {n} | {n * 3} EUR |" for n in range(6))
_CODE = "```python\ndef total(items: list[int]) -> int:\n    # All of them.\n    return sum(items)\n```"


def figures(options: Options) -> list[Figure]:
    """Opening it, and the frames while it is scrolled from its end to its beginning."""
    from PySide6.QtWidgets import QApplication

    from desktop.ui.main_window import MainWindow
    from desktop.ui.theme import Theme

    with tempfile.TemporaryDirectory() as folder:
        services = Services(Paths(Path(folder), Paths.default().program))
        long = _fill(services)
        other = services.conversations.create()
        app = QApplication.instance() or QApplication([])
        assert isinstance(app, QApplication)
        theme = Theme(app, Paths.default().program / "resources" / "fonts")
        theme.set_up("light", 100)
        window = MainWindow(services, theme, first_page="chat")
        window.resize(1280, 800)
        window.show()
        page: Any = window.page("chat")
        opened = []
        for _ in range(ROUNDS):
            page.open_chat(other.id)
            app.processEvents()
            start = time.perf_counter()
            page.open_chat(long)
            app.processEvents()
            opened.append(time.perf_counter() - start)
        frames, jumps = _scroll(app, page.view.list)
        window.close()
        services.close()
    return [_opened(opened), _scrolled(frames, jumps)]


def _opened(seconds: list[float]) -> Figure:
    return Figure(
        f"a conversation of {TOKENS:,} tokens is open",
        f"≤ {TARGET_SECONDS * 1000:.0f} ms",
        f"{spread(seconds)} s",
        passed=median(seconds) <= TARGET_SECONDS,
        note=f"{ROUNDS} times, from the click to the end of the event loop's turn that paints it; with tables and code",
    )


def _scrolled(frames: list[float], jumps: int) -> Figure:
    late = sum(frame > FRAME_SECONDS for frame in frames)
    return Figure(
        "the same conversation is scrolled to its beginning",
        f"p90 ≤ {FRAME_SECONDS * 1000:.0f} ms a step, no jump",
        f"median {median(frames) * 1000:.0f} ms, {late} of {len(frames)} above; {jumps} jumps",
        passed=late <= len(frames) // 10 and jumps == 0,
        note="steps of 120 pixels; a jump is a message in view that has moved by anything but the step",
    )


def _scroll(app: Any, shown: Any) -> tuple[list[float], int]:
    """Seconds of each step up, and how often what was in view moved otherwise."""
    bar = shown.verticalScrollBar()
    seconds, jumps = [], 0
    for _ in range(STEPS):
        value = bar.value()
        seen = [
            e
            for e in shown.entries
            if e.widget is not None and e.top < value + 600 and e.top + e.height > value
        ]
        before = {id(entry): entry.top - value for entry in seen}
        start = time.perf_counter()
        bar.setValue(value - 120)
        app.processEvents()
        seconds.append(time.perf_counter() - start)
        moved = {before[id(e)] - (e.top - bar.value()) for e in seen}
        jumps += bool(moved - {-120}) and bar.value() > 0
    return seconds, jumps


def _fill(services: Services) -> str:
    """A chat of questions and answers, as long as was promised."""
    chat = services.conversations.create()
    services.conversations.rename(chat.id, "A long conversation")
    left, number, parent = TOKENS * WORDS_PER_TOKEN, 0, ""
    while left > 0:
        asked = texts.document(number, 25)
        words = texts.document(number + 5000, 220)
        middle = words.find(" ", len(words) // 2)
        parts = [
            words[:middle],
            _TABLE if number % 3 else _CODE,
            words[middle:],
            "1. One\n2. Two with `code`",
        ]
        for role, text in ((Role.USER, asked), (Role.ASSISTANT, "\n\n".join(parts))):
            message = Message(
                f"{role}-{number}", chat.id, role, text, created=float(number), parent_id=parent
            )
            services.answering.store.save(message)
            parent = message.id
            left -= len(text.split())
        number += 1
    return chat.id
