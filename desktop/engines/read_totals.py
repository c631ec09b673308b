"""A limit over all levels of archives in each other: each may keep within its own, and all together fill a disk."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from desktop.core.reading_requests import Member
from desktop.engines.read_files import MAX_RATIO, MAX_UNPACKED_BYTES, MEBIBYTE, too_large

MAX_FILES_IN_ALL = 200_000
_MOST_REMEMBERED = 1_000


@dataclass
class _Listed:
    """What was listed in an outermost file: number and bytes of the files in each archive in it."""

    archives: dict[tuple[str, ...], tuple[int, int]] = field(default_factory=dict)
    files: int = 0
    size: int = 0

    def forget(self, member: tuple[str, ...]) -> None:
        """An archive is listed again: what it held is not counted twice."""
        files, size = self.archives.pop(member, (0, 0))
        self.files -= files
        self.size -= size


class Totals:
    """Counts the files inside outermost files, whichever of the archives in them lists them."""

    def __init__(self) -> None:
        self._listed: dict[str, _Listed] = {}

    def counter(self, path: str, member: tuple[str, ...]) -> Callable[[Member], None]:
        """What counts the files of one archive, which lies at `member` in the file at `path`.

        It raises ReadError for an archive within another with which the outermost file would come to more than the
        limits.
        """
        if not member:  # it is read from its beginning, and may be another file than before
            if len(self._listed) >= _MOST_REMEMBERED:
                self._listed.clear()
            self._listed.pop(path, None)
        listed = self._listed.setdefault(path, _Listed())
        listed.forget(member)
        limit = max(MAX_UNPACKED_BYTES, MAX_RATIO * _size(path)) if member else 0

        def count(found: Member) -> None:
            files, size = listed.archives.get(member, (0, 0))
            listed.archives[member] = (files + 1, size + found.size)
            listed.files += 1
            listed.size += found.size
            outer = Path(path).name
            if member and listed.files > MAX_FILES_IN_ALL:
                how = f"is not opened: {outer} holds more than {MAX_FILES_IN_ALL:,} files on all its levels"
                raise too_large(member[-1], how)
            if member and listed.size > limit:
                how = f"is not opened: {outer} would unpack to more than {limit // MEBIBYTE:,} MB on all its levels"
                raise too_large(member[-1], how)

        return count


def _size(path: str) -> int:
    try:
        return os.path.getsize(path)
    except OSError:
        return 0
