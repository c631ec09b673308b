"""Finds the files behind what a person dropped: files, folders, and their subfolders."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from desktop.core.documents import TableColumns

TABLES = frozenset({".csv", ".tsv", ".jsonl", ".ndjson", ".xlsx", ".xlsm", ".xls", ".ods"})
_LITTER = frozenset({"thumbs.db", "desktop.ini", "__macosx", "node_modules", "__pycache__"})


@dataclass(frozen=True)
class FoundFile:
    """A file to import. `modified` is in seconds since 1970; both numbers are 0 where the file cannot be asked."""

    path: Path
    size: int
    modified: float

    def columns(self, columns: TableColumns) -> TableColumns:
        """The columns apply to tables only."""
        return columns if self.path.suffix.lower() in TABLES else TableColumns()


def files(paths: Iterable[Path]) -> Iterator[FoundFile]:
    """Yield each file once, folders in the order of their names.

    Hidden files and folders and operating systems' litter inside a folder are left out; a link inside a folder is
    followed only to a file, so no cycle and no way out of the folder by a linked folder. A path that does not exist, a
    folder that cannot be looked into and a link to a folder elsewhere are yielded all the same: they get a row that
    says so.
    """
    seen: set[Path] = set()
    for path in paths:
        absolute = Path(os.path.abspath(path))
        for one in _below(absolute) if os.path.isdir(absolute) else [absolute]:
            if one not in seen:
                seen.add(one)
                yield _asked(one)


def _below(folder: Path) -> Iterator[Path]:
    closed: list[Path] = []
    walk = os.walk(folder, followlinks=False, onerror=lambda error: closed.append(Path(str(error.filename))))
    for parent, folders, names in walk:
        folders[:] = sorted(name for name in folders if _wanted(name))
        yield from (path for name in folders if leads_out(path := Path(parent) / name, folder))
        for name in sorted(names):
            if _wanted(name):
                yield Path(parent) / name
    yield from closed


def leads_out(path: Path, folder: Path) -> bool:
    """Whether this is a link to a folder that is not below the one that is looked through."""
    return path.is_symlink() and not Path(os.path.realpath(path)).is_relative_to(os.path.realpath(folder))


def _wanted(name: str) -> bool:
    return not name.startswith((".", "~$")) and name.lower() not in _LITTER


def _asked(path: Path) -> FoundFile:
    try:
        status = path.stat()
    except OSError:
        return FoundFile(path, 0, 0.0)
    return FoundFile(path, status.st_size, status.st_mtime)
