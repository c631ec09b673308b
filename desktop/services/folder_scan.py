"""Looks through a linked folder and tells what differs from what the library knows: without Qt, rows or engines."""

from __future__ import annotations

import os
import time
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from desktop.core.cancel import CancelToken
from desktop.core.documents import DocumentState
from desktop.core.folders import IgnoreRules
from desktop.services.discover import FoundFile, leads_out
from desktop.store.folders import KnownFile

REST_SECONDS = 2.0
"""How long a file's size and time must rest before it is read: until then a program may still be writing it."""
REST_ROUNDS = 5
_RESTING = (DocumentState.READY, DocumentState.FAILED, DocumentState.SKIPPED)


@dataclass
class Difference:
    """What a scan found. `adopted` rows came by another way than this folder; `writing` files change right now."""

    new: list[FoundFile] = field(default_factory=list)
    changed: list[tuple[KnownFile, FoundFile]] = field(default_factory=list)
    adopted: list[KnownFile] = field(default_factory=list)
    gone: list[KnownFile] = field(default_factory=list)
    writing: int = 0
    unchanged: int = 0


class Walk:
    """One look through a folder: its files, and the places that could not be looked into."""

    def __init__(
        self, folder: str, rules: IgnoreRules, leave_out: Collection[str], cancel: CancelToken
    ) -> None:
        """`leave_out` are folders whose files are not this folder's, however deep they lie in it."""
        self._folder, self._rules, self._cancel = folder, rules, cancel
        self._below = len(os.path.join(folder, ""))
        self._leave_out = frozenset(map(os.path.normcase, leave_out))
        self.closed: list[str] = []

    def files(self) -> Iterator[FoundFile]:
        """Yield each file once. A link is followed to a file only: there is no cycle and no way out of the folder.

        A place that cannot be looked into is yielded as well, and a link to a folder elsewhere, so that each gets a
        row that says so; a link to a folder of this one leads to files that are met anyway.
        """
        seen: set[tuple[int, int]] = set()
        waiting = [self._folder]
        while waiting:
            self._cancel.check()
            folder = waiting.pop()
            try:
                status = os.stat(folder)
                # Mounted folders and junctions can lead in a circle without being links.
                if status.st_ino and (status.st_dev, status.st_ino) in seen:
                    continue
                seen.add((status.st_dev, status.st_ino))
                with os.scandir(folder) as entries:
                    listed = sorted(entries, key=lambda entry: entry.name)
            except OSError:
                self.closed.append(folder)
                yield FoundFile(Path(folder), 0, 0.0)
                continue
            below = []
            for entry in listed:
                is_folder = _is_folder(entry)
                if self._is_left_out(entry.path, is_folder):
                    continue
                if is_folder:
                    below.append(entry.path)
                elif not os.path.isdir(entry.path) or leads_out(Path(entry.path), Path(self._folder)):
                    yield _found(entry)
            waiting.extend(reversed(below))

    def holds(self, path: str) -> bool:
        """Whether the walk could have met this path: it lies in no closed folder and in none that was left out."""
        parents = map(str, Path(path).parents)
        return not any(
            parent in self.closed or os.path.normcase(parent) in self._leave_out for parent in parents
        )

    def _is_left_out(self, path: str, is_folder: bool) -> bool:
        if is_folder and os.path.normcase(path) in self._leave_out:
            return True
        return self._rules.leaves_out(self.relative(path), is_folder)

    def relative(self, path: str) -> str:
        """The path below the folder, as the rules take it."""
        return path[self._below :].replace(os.sep, "/")

    def has(self, path: str) -> bool:
        """Whether a file is there now and not left out: a look at one path, between two walks."""
        if os.path.isdir(path) and not leads_out(Path(path), Path(self._folder)):
            return False
        return os.path.lexists(path) and not self._rules.covers(self.relative(path))


def identity(folder: str) -> str:
    """Tells a folder from another one at the same place, such as the empty one where a drive was; '' if it is away."""
    try:
        status = os.stat(folder)
        with os.scandir(folder):
            pass
    except OSError:
        return ""
    return f"{status.st_dev}:{status.st_ino}" if os.path.isdir(folder) else ""


def compare(walk: Walk, known: Iterable[KnownFile], folder_id: str) -> Difference:
    """Hold the files of a walk against the rows; by size and time, nothing is opened."""
    rows: dict[str, list[KnownFile]] = {}
    for one in known:
        rows.setdefault(one.path, []).append(one)
    told = Difference()
    for file in walk.files():
        matches = rows.pop(str(file.path), None)
        if matches is None:
            told.new.append(file)
            continue
        for row in matches:
            if row.folder_id != folder_id:
                told.adopted.append(row)
            if row.state in _RESTING and (row.size, row.modified) != (file.size, file.modified):
                told.changed.append((row, file))
            else:
                told.unchanged += 1
    left = (row for matches in rows.values() for row in matches)
    told.gone = [row for row in left if row.folder_id == folder_id and walk.holds(row.path)]
    return told


def leave_unrested(told: Difference, cancel: CancelToken, rest: float = REST_SECONDS) -> None:
    """Wait until new and changed files rest; what is still written after some rounds is left to the next scan."""
    for number in range(REST_ROUNDS + 1):
        looked_at = time.time()
        restless = {
            str(file.path)
            for file in [*told.new, *(file for _, file in told.changed)]
            if abs(looked_at - file.modified) < rest
        }
        if not restless:
            return
        if number == REST_ROUNDS:
            told.writing = len(restless)
            told.new = [file for file in told.new if str(file.path) not in restless]
            told.changed = [pair for pair in told.changed if str(pair[1].path) not in restless]
            return
        cancel.wait(rest)
        cancel.check()
        told.new = [again for file in told.new if (again := _again(file, restless))]
        told.changed = [(row, again) for row, file in told.changed if (again := _again(file, restless))]


def _again(file: FoundFile, restless: set[str]) -> FoundFile | None:
    """The file as it is now; None if it has gone, as the temporary files do that editors write."""
    if str(file.path) not in restless:
        return file
    try:
        status = file.path.stat()
    except OSError:
        return None
    return FoundFile(file.path, status.st_size, status.st_mtime)


def _is_folder(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_dir(follow_symlinks=False)
    except OSError:
        return False


def _found(entry: os.DirEntry[str]) -> FoundFile:
    try:
        status = entry.stat()
    except OSError:  # a link to nothing, or a name that the system cannot ask
        return FoundFile(Path(entry.path), 0, 0.0)
    return FoundFile(Path(entry.path), status.st_size, status.st_mtime)
