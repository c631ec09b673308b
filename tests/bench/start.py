"""How soon the window is there, and how much memory its process takes."""

from __future__ import annotations

import tempfile
from pathlib import Path

from desktop.core.conversations import Message, Role
from desktop.core.paths import Paths
from desktop.services.all import Services
from desktop.store.catalogue import NewDocument
from tests.bench import texts
from tests.bench.measure import Figure, Options, median, say, spread
from tests.bench.screen import MEGABYTE, platforms, watched

ROUNDS = 5
REST_SECONDS = 3.0
TARGET_SECONDS = 1.0
TARGET_MEGABYTES = 200


def figures(options: Options) -> list[Figure]:
    """A line for each platform and home, each from the second start on."""
    lines: list[Figure] = []
    with tempfile.TemporaryDirectory() as folder, platforms() as found:
        for name, environment in found.items():
            for kind in ("new", "used"):
                home = Path(folder) / f"{name}-{kind}"
                if kind == "used":
                    _use(home)
                say(f"start: {name}, a {kind} home")
                watched(home, environment, 1.0)
                reports = [watched(home, environment, REST_SECONDS) for _ in range(ROUNDS)]
                lines.append(_line(name, kind, reports))
    return lines


def _line(name: str, kind: str, reports: list[dict[str, float]]) -> Figure:
    seconds = [report["seconds"] for report in reports]
    memory = max(report["rss"] for report in reports) / MEGABYTE
    passed = median(seconds) <= TARGET_SECONDS and memory < TARGET_MEGABYTES
    home = "first-start page" if kind == "new" else "300 chats, 300 files, chat page"
    return Figure(
        f"window shown after a warm start, {name}, {home}",
        f"≤ {TARGET_SECONDS:.1f} s; < {TARGET_MEGABYTES} MB",
        f"{spread(seconds)} s; {memory:.0f} MB",
        passed=passed,
        note=f"{ROUNDS} starts, from the process's start to the event loop's turn after the first paint; "
        f"memory is the process's RSS {REST_SECONDS:.0f} s later",
    )


def _use(home: Path) -> None:
    """Fill a home with chats and files, as somebody has it after some months."""
    built = Services(Paths(home, Paths.default().program))
    try:
        collection = built.library.create_collection("Records")
        rows = [
            NewDocument(f"/nowhere/Record {n}.txt", f"Record {n}.txt", size=2000, modified=1.0)
            for n in range(300)
        ]
        for row in built.searching.catalogue.add_documents(collection.id, rows):
            built.searching.catalogue.update(row.id, state=row.state.READY, pages=1, passages=2, reason="")
        store = built.answering.store
        for number in range(300):
            chat = built.conversations.create()
            built.conversations.rename(chat.id, f"About record {number}")
            parent = ""
            for turn, role in enumerate((Role.USER, Role.ASSISTANT)):
                text, name = texts.document(number * 2 + turn, 60), f"{number}-{turn}"
                store.save(Message(name, chat.id, role, text, created=float(number), parent_id=parent))
                parent = name
    finally:
        built.close()
