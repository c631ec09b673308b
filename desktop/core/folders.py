"""Linked folders: what one is, in which state it can be, and which of its files are left out."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from desktop.core.errors import UserError

if TYPE_CHECKING:
    from pathspec import GitIgnoreSpec

DEFAULT_IGNORE = (
    "# Hidden files and folders",
    ".*",
    "# What programs write while they work",
    "~$*",
    "*~",
    r"\#*#",
    "*.tmp",
    "*.temp",
    "*.swp",
    "*.lock",
    "# Downloads that are not complete",
    "*.part",
    "*.partial",
    "*.crdownload",
    "*.download",
    "# Litter of operating systems",
    "Thumbs.db",
    "desktop.ini",
    "$RECYCLE.BIN/",
    "System Volume Information/",
    "__MACOSX/",
    "# Parts of programs",
    "node_modules/",
    "__pycache__/",
)
"""What a newly linked folder leaves out, as lines of a .gitignore; a person sees and changes them."""

_SPECIAL = frozenset("*?[]!\\#")


class FolderState(StrEnum):
    """How a linked folder stood when it was last looked at."""

    IN_SYNC = "in sync"
    AWAY = "away"
    PAUSED = "paused"


@dataclass(frozen=True)
class LinkedFolder:
    """A folder whose files a collection follows. Times are seconds since 1970, 0 for never.

    `ignore` are lines as in a .gitignore. `identity` tells the folder from another one in its place, such as the
    empty folder where a drive is mounted (see services/folder_scan.py). `documents` is the number of its rows.
    """

    id: str
    collection_id: str
    path: str
    ignore: tuple[str, ...] = DEFAULT_IGNORE
    state: FolderState = FolderState.IN_SYNC
    scanned_at: float = 0.0
    added: float = 0.0
    identity: str = ""
    documents: int = 0


class IgnoreRules:
    """Which files and folders below a linked folder are left out, by lines as in a .gitignore."""

    def __init__(self, lines: Iterable[str]) -> None:
        """Lines that are no pattern are passed over: a rule that was stored must not stop a scan."""
        lines = [line for line in lines if line.strip() and not line.startswith("#")]
        # A file that a person took out of the library is a line of its own, and there may be thousands.
        self._exact = frozenset(line for line in lines if _is_exact(line))
        if any(line.startswith("!") for line in lines):
            self._exact = frozenset()
        self._spec = _spec([line for line in lines if line not in self._exact])

    def leaves_out(self, relative: str, folder: bool) -> bool:
        """Whether an entry is left out; `relative` is its path below the linked folder, with "/" between names."""
        if f"/{relative}" in self._exact:
            return True
        return self._spec.match_file(f"{relative}/" if folder else relative)

    def covers(self, relative: str) -> bool:
        """Whether a path, or a folder that it lies in, is left out."""
        names = relative.split("/")
        folders = ("/".join(names[:depth]) for depth in range(1, len(names)))
        return any(self.leaves_out(one, True) for one in folders) or self.leaves_out(relative, False)


def checked_rules(lines: Sequence[str]) -> tuple[str, ...]:
    """The lines without white space at their ends. Raises UserError for one that is not a pattern."""
    kept = []
    for line in lines:
        try:
            _compiled([line])
        except ValueError as error:
            raise UserError(
                f"“{line.strip()}” is not a pattern of names.", "Change or delete this line.", str(error)
            ) from error
        kept.append(line.rstrip())
    return tuple(kept)


def exact_rule(relative: str) -> str:
    """The line that leaves out just this file; what cannot stand in a line becomes a "?", which is any sign."""
    escaped = "".join(f"\\{sign}" if sign in _SPECIAL else sign for sign in relative)
    whole = "".join("?" if sign in "\n\r\t" else sign for sign in escaped)
    return f"/{whole[:-1]}?" if whole.endswith(" ") else f"/{whole}"


def _is_exact(line: str) -> bool:
    return line.startswith("/") and not line.endswith(("/", " ")) and not _SPECIAL.intersection(line)


def _spec(lines: Sequence[str]) -> GitIgnoreSpec:
    good = []
    for line in lines:
        try:
            _compiled([line])
        except ValueError:
            continue
        good.append(line)
    return _compiled(good)


def _compiled(lines: Sequence[str]) -> GitIgnoreSpec:
    from pathspec import GitIgnoreSpec

    return GitIgnoreSpec.from_lines(lines)
