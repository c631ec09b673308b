"""Watches linked folders and says which of them to scan: once after a burst of changes, not while it goes on."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from desktop.core.folders import FolderState, IgnoreRules, LinkedFolder

if TYPE_CHECKING:
    from watchdog.events import FileSystemEvent
    from watchdog.observers.api import BaseObserver, ObservedWatch


@dataclass(frozen=True)
class Pace:
    """Seconds. A burst ends when nothing has happened for `quiet`, and is told after `longest` at the latest.

    `check` is how often folders that are away are looked for. A folder that cannot be watched is scanned every `poll`,
    any other every `rescan`: a network share does not tell what other computers do.
    """

    quiet: float = 1.0
    longest: float = 10.0
    check: float = 5.0
    poll: float = 60.0
    rescan: float = 600.0


@dataclass
class _Followed:
    """A folder as the watcher knows it."""

    folder: LinkedFolder
    rules: IgnoreRules
    real: str
    there: bool = False
    told: float = 0.0


class Watcher:
    """One thread of its own, and those of watchdog, from `start` to `stop`."""

    def __init__(
        self,
        folders: Callable[[], Sequence[LinkedFolder]],
        changed: Callable[[frozenset[str]], None],
        pace: Pace = Pace(),
    ) -> None:
        """`folders` are all that are linked; `changed` gets the ids of those to scan, on the watcher's thread.

        It is first called for all of them soon after the start.
        """
        self._folders, self._changed, self._pace = folders, changed, pace
        self._wake = threading.Condition()
        self._stopped = False
        self._refresh = True
        self._dirty: dict[str, float] = {}
        self._last = 0.0
        self._followed: dict[str, _Followed] = {}
        self._watches: dict[str, ObservedWatch] = {}
        self._unwatched: dict[str, str] = {}
        self._thread = threading.Thread(target=self._run, name="deskside-watcher", daemon=True)

    def start(self) -> None:
        """Begin to watch. Only once."""
        self._thread.start()

    def stop(self) -> None:
        """End all threads; nothing is told afterwards."""
        with self._wake:
            self._stopped = True
            self._wake.notify()
        if self._thread.ident is not None:
            self._thread.join(timeout=10)  # a network share that hangs must not hold the end of the program

    def refresh(self) -> None:
        """Folders were linked, unlinked, paused or have other rules."""
        with self._wake:
            self._refresh = True
            self._wake.notify()

    def unwatched(self, folder_id: str) -> str:
        """Why a folder is only looked at from time to time, in words; '' if it is watched."""
        with self._wake:
            one = self._followed.get(folder_id)
            return self._unwatched.get(one.real, "") if one else ""

    # --- the thread

    def _run(self) -> None:
        from watchdog.observers import Observer

        observer = Observer()
        observer.start()
        try:
            next_check = 0.0
            while not self._stopped:
                now = time.monotonic()
                if self._refresh or now >= next_check:
                    self._refresh = False
                    self._follow(observer, now)
                    next_check = now + self._pace.check
                due = self._due(now)
                if due:
                    self._changed(due)
                self._rest(next_check)
        finally:
            observer.stop()
            observer.join()

    def _rest(self, next_check: float) -> None:
        with self._wake:
            if self._stopped or self._refresh:
                return
            until = min([next_check, *([self._ends()] if self._dirty else [])])
            self._wake.wait(max(0.0, until - time.monotonic()))

    def _ends(self) -> float:
        """When the burst is over."""
        return min(self._last + self._pace.quiet, min(self._dirty.values()) + self._pace.longest)

    def _due(self, now: float) -> frozenset[str]:
        """The folders to scan now. All together: what has left one of them may have come to another."""
        with self._wake:
            if not self._dirty or now < self._ends():
                return frozenset()
            due = frozenset(self._dirty)
            self._dirty.clear()
            for folder_id in due & self._followed.keys():
                self._followed[folder_id].told = now
            return due

    def _mark(self, folder_id: str) -> None:
        with self._wake:
            self._last = time.monotonic()
            self._dirty.setdefault(folder_id, self._last)
            self._wake.notify()

    # --- which folders are watched

    def _follow(self, observer: BaseObserver, now: float) -> None:
        linked = {folder.id: folder for folder in self._folders() if folder.state is not FolderState.PAUSED}
        followed = {folder.id: self._renewed(folder) for folder in linked.values()}
        with self._wake:
            self._followed = followed
            self._dirty = {key: since for key, since in self._dirty.items() if key in followed}
        wanted = {one.real for one in followed.values() if os.path.isdir(one.real)}
        self._unwatch(observer, self._watches.keys() - wanted)
        dead = {emitter.watch.path for emitter in observer.emitters if not emitter.is_alive()}
        self._unwatch(observer, dead & self._watches.keys())
        for real in wanted - self._watches.keys():
            self._watch(observer, real)
        for folder_id, one in followed.items():
            there = one.real in wanted
            every = self._pace.poll if one.real in self._unwatched else self._pace.rescan
            is_due = not one.told or now - one.told >= every
            if there != one.there or one.real in dead or (is_due and folder_id not in self._dirty):
                self._mark(folder_id)
            one.there = there

    def _renewed(self, folder: LinkedFolder) -> _Followed:
        """The folder as it is linked now; a known one keeps when it was told last, unless its rules are others."""
        real = os.path.realpath(folder.path)
        old = self._followed.get(folder.id)
        if old is None or old.folder.ignore != folder.ignore:
            return _Followed(folder, IgnoreRules(folder.ignore), real)
        return _Followed(folder, old.rules, real, old.there, old.told)

    def _watch(self, observer: BaseObserver, real: str) -> None:
        from watchdog import events

        # Not opening and closing: the scan and the import do that themselves.
        kinds: list[type[FileSystemEvent]] = [
            events.FileCreatedEvent,
            events.FileModifiedEvent,
            events.FileMovedEvent,
            events.FileDeletedEvent,
            events.FileClosedEvent,
            events.DirCreatedEvent,
            events.DirMovedEvent,
            events.DirDeletedEvent,
        ]
        handler = events.FileSystemEventHandler()
        handler.on_any_event = lambda event: self._happened(real, event)  # type: ignore[method-assign]
        try:
            self._watches[real] = observer.schedule(handler, real, recursive=True, event_filter=kinds)
            self._unwatched.pop(real, None)
        except OSError as error:  # most often the system's limit of watches (ENOSPC, EMFILE)
            self._unwatched[real] = error.strerror or str(error)

    def _unwatch(self, observer: BaseObserver, reals: set[str]) -> None:
        for real in reals:
            observer.unschedule(self._watches.pop(real))

    def _happened(self, real: str, event: FileSystemEvent) -> None:
        """On a thread of watchdog: note a change, if it is of a file that is not left out."""
        below = len(os.path.join(real, ""))
        with self._wake:
            followed = [(key, one) for key, one in self._followed.items() if one.real == real]
        for folder_id, one in followed:
            for path in (os.fsdecode(event.src_path), os.fsdecode(event.dest_path)):
                relative = path[below:].replace(os.sep, "/")
                if path == real or (relative and not self._left_out(one.rules, relative, event)):
                    self._mark(folder_id)
                    break

    def _left_out(self, rules: IgnoreRules, relative: str, event: FileSystemEvent) -> bool:
        return rules.covers(relative) or (event.is_directory and rules.leaves_out(relative, True))
