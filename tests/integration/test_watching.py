"""The watcher with real folders and the system's own notices: one word after a burst, none about what is left out."""

from __future__ import annotations

import errno
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from watchdog.observers.api import BaseObserver

from desktop.core.folders import FolderState, LinkedFolder
from desktop.services.watching import Pace, Watcher
from tests.support import wait_until

PACE = Pace(quiet=0.25, longest=3.0, check=0.1, poll=0.4, rescan=60.0)


class Watched:
    """A watcher over folders that a test may exchange, and what it has told."""

    def __init__(self, *paths: Path) -> None:
        for path in paths:
            path.mkdir(parents=True, exist_ok=True)
        self.folders = [LinkedFolder(path.name, "c", str(path)) for path in paths]
        self.told: list[set[str]] = []
        self.set_pace()

    def set_pace(self, **seconds: float) -> None:
        """Make another watcher, before the start."""
        pace = replace(PACE, **seconds)
        self.watcher = Watcher(lambda: self.folders, lambda ids: self.told.append(set(ids)), pace)

    def start(self) -> None:
        """Start, and wait until all folders were told for the first time."""
        self.watcher.start()
        assert wait_until(lambda: len(self.told) == 1, 5)
        assert self.told.pop() == {folder.id for folder in self.folders}

    def wait_told(self, *ids: str) -> None:
        """Wait for one word about exactly these folders."""
        assert wait_until(lambda: bool(self.told), 5)
        assert self.told.pop(0) == set(ids)

    def quiet(self, seconds: float = 0.8) -> None:
        """Nothing more is told."""
        time.sleep(seconds)
        assert self.told == []


@pytest.fixture
def watched(tmp_path: Path) -> Iterator[Watched]:
    before = _threads()
    made = Watched(tmp_path / "a", tmp_path / "b")
    yield made
    made.watcher.stop()
    assert wait_until(lambda: _threads() <= before, 3), "a thread of the watcher outlived its stop"


def _threads() -> set[threading.Thread]:
    """The threads, without the one that watchdog shares between all watchers of a program and never ends."""
    return {one for one in threading.enumerate() if type(one).__name__ != "InotifyFD"}


def test_a_burst_of_saves_is_told_once(watched: Watched, tmp_path: Path) -> None:
    watched.start()
    for number in range(40):
        (tmp_path / "a" / f"{number % 4}.txt").write_text(f"Version {number}", "utf-8")
        time.sleep(0.01)
    watched.wait_told("a")
    watched.quiet()


def test_saving_beside_and_renaming_is_told_once(watched: Watched, tmp_path: Path) -> None:
    watched.start()
    beside = tmp_path / "a" / "report.tmp"
    beside.write_text("New words.", "utf-8")
    beside.rename(tmp_path / "a" / "report.txt")
    watched.wait_told("a")
    watched.quiet()


def test_writing_without_end_is_told_from_time_to_time(watched: Watched, tmp_path: Path) -> None:
    watched.set_pace(longest=0.6)
    watched.start()
    ends = time.monotonic() + 1.5
    while time.monotonic() < ends:
        (tmp_path / "a" / "log.txt").write_text(str(time.monotonic()), "utf-8")
        time.sleep(0.05)
    assert len(watched.told) in (1, 2)


def test_what_is_left_out_and_what_is_only_read_is_not_told(watched: Watched, tmp_path: Path) -> None:
    file = tmp_path / "a" / "report.txt"
    (tmp_path / "a").mkdir(exist_ok=True)
    file.write_text("Words.", "utf-8")
    watched.start()
    file.read_text("utf-8")
    (tmp_path / "a" / ".git" / "objects").mkdir(parents=True)
    (tmp_path / "a" / ".git" / "objects" / "x").write_text("Nothing.", "utf-8")
    (tmp_path / "a" / "~$report.docx").write_text("A lock.", "utf-8")
    watched.quiet()


def test_new_subfolders_are_watched_too(watched: Watched, tmp_path: Path) -> None:
    watched.start()
    below = tmp_path / "b" / "2026" / "May"
    below.mkdir(parents=True)
    watched.wait_told("b")
    (below / "letter.txt").write_text("Dear all.", "utf-8")
    watched.wait_told("b")
    (below / "letter.txt").unlink()
    watched.wait_told("b")


def test_a_move_between_folders_is_told_about_both_at_once(watched: Watched, tmp_path: Path) -> None:
    (tmp_path / "a" / "letter.txt").write_text("Dear all.", "utf-8")
    # watchdog keeps what has left a folder for half a second, in case it comes to another place in it.
    watched.set_pace(quiet=0.8)
    watched.start()
    (tmp_path / "a" / "letter.txt").rename(tmp_path / "b" / "letter.txt")
    watched.wait_told("a", "b")


def test_a_folder_is_told_when_it_goes_and_when_it_comes_back(watched: Watched, tmp_path: Path) -> None:
    watched.start()
    (tmp_path / "a").rename(tmp_path / "unplugged")
    watched.wait_told("a")
    (tmp_path / "unplugged").rename(tmp_path / "a")
    watched.wait_told("a")
    (tmp_path / "a" / "letter.txt").write_text("Dear all.", "utf-8")
    watched.wait_told("a")


def test_a_deleted_folder_that_is_made_again_is_watched_again(watched: Watched, tmp_path: Path) -> None:
    watched.start()
    (tmp_path / "a").rmdir()
    watched.wait_told("a")
    (tmp_path / "a").mkdir()
    watched.wait_told("a")
    (tmp_path / "a" / "letter.txt").write_text("Dear all.", "utf-8")
    watched.wait_told("a")


def test_a_paused_folder_is_not_watched_and_is_told_when_it_goes_on(watched: Watched, tmp_path: Path) -> None:
    watched.start()
    first = watched.folders[0]
    watched.folders[0] = replace(first, state=FolderState.PAUSED)
    watched.watcher.refresh()
    time.sleep(0.3)
    (tmp_path / "a" / "letter.txt").write_text("Dear all.", "utf-8")
    watched.quiet()
    watched.folders[0] = first
    watched.watcher.refresh()
    watched.wait_told("a")


def test_other_rules_and_a_new_folder_are_told(watched: Watched, tmp_path: Path) -> None:
    watched.start()
    watched.folders[1] = replace(watched.folders[1], ignore=("*.log",))
    watched.watcher.refresh()
    watched.wait_told("b")
    (tmp_path / "c").mkdir()
    watched.folders.append(LinkedFolder("c", "c", str(tmp_path / "c")))
    watched.watcher.refresh()
    watched.wait_told("c")


def test_one_folder_of_two_collections_is_told_for_both(watched: Watched, tmp_path: Path) -> None:
    watched.folders.append(LinkedFolder("a again", "other", str(tmp_path / "a")))
    watched.start()
    (tmp_path / "a" / "letter.txt").write_text("Dear all.", "utf-8")
    watched.wait_told("a", "a again")


@pytest.mark.parametrize("limit", [errno.ENOSPC, errno.EMFILE])
def test_where_the_system_has_no_more_watches_a_folder_is_scanned_by_the_clock(
    watched: Watched, monkeypatch: pytest.MonkeyPatch, limit: int
) -> None:
    def refuse(*_: object, **__: object) -> object:
        raise OSError(limit, "inotify watch limit reached")

    schedule = BaseObserver.schedule
    monkeypatch.setattr(BaseObserver, "schedule", refuse)
    watched.start()
    assert watched.watcher.unwatched("a") == "inotify watch limit reached"
    watched.wait_told("a", "b")
    watched.wait_told("a", "b")
    monkeypatch.setattr(BaseObserver, "schedule", schedule)
    assert wait_until(lambda: not watched.watcher.unwatched("a"), 3)


def test_it_stops_before_it_was_started_and_in_the_middle_of_a_burst(
    watched: Watched, tmp_path: Path
) -> None:
    Watcher(list, lambda _: None).stop()
    watched.start()
    (tmp_path / "a" / "letter.txt").write_text("Dear all.", "utf-8")
    watched.watcher.stop()
    watched.quiet(0.5)
