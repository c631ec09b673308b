"""Files inside files: one is unpacked into a private folder, within limits, and read from there as any other."""

from __future__ import annotations

import errno
import os
import re
import shutil
import tempfile
import weakref
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Protocol, cast

from desktop.core.cancel import CancelToken
from desktop.core.errors import ReadError
from desktop.core.reading_requests import Member
from desktop.engines.read_files import MEBIBYTE, opened, too_large
from desktop.engines.read_kinds import recognise
from desktop.engines.read_names import file_name

MAX_DEPTH = 5
"""Archives and mails in each other, counted from the outermost file: an archive that holds itself ends here."""
MAX_MEMBER_BYTES = 2048 * MEBIBYTE
_SPARE_BYTES = 200 * MEBIBYTE
_PREFIX = "deskside-reader-"


class Target(Protocol):
    """What a member is written to."""

    def write(self, content: bytes, /) -> int:
        """Write, or raise ReadError where it becomes too much."""
        ...


class Container(Protocol):
    """A file that holds others."""

    def members(self, cancel: CancelToken) -> Iterator[Member]:
        """List the files in it that a person would call files. Raises ReadError, Cancelled."""
        ...

    def unpack(self, name: str, password: str, target: Target, cancel: CancelToken) -> None:
        """Write one of them to `target`. Raises ReadError (also if there is none of that name), Cancelled."""
        ...


@dataclass
class _Level:
    """A file on the way to a member: the name it has in the one before, where it lies, and what is in it."""

    name: str
    path: str
    source: LazyFile | None = None
    container: Container | None = None


class Unpacked:
    """The files that were unpacked last. Those on the way to a member stay, because its neighbours are asked next."""

    def __init__(self) -> None:
        self._folder: Path | None = None
        self._stamp: tuple[str, int, int] = ("", 0, 0)
        self._levels: list[_Level] = []
        self._count = 0

    @contextmanager
    def located(
        self, path: str, member: tuple[str, ...], password: str, cancel: CancelToken
    ) -> Iterator[str]:
        """The path at which a member can be read; without a member, `path` itself. Raises ReadError, Cancelled."""
        if not member:
            yield path
            return
        try:
            yield self._path_of(path, member, password, cancel)
        finally:
            # The person's own file must not stay open: Windows could not move it then.
            for level in self._levels:
                if level.source is not None:
                    level.source.rest()

    def _path_of(self, path: str, member: tuple[str, ...], password: str, cancel: CancelToken) -> str:
        if len(member) > MAX_DEPTH:
            raise too_deep(member[-1])
        with opened(path) as file:  # says what is wrong with it if anything is
            status = os.fstat(file.fileno())
        stamp = (path, status.st_mtime_ns, status.st_size)
        if stamp != self._stamp:
            self._drop(0)
            self._levels, self._stamp = [_Level("", path)], stamp
        known = 0
        while (
            known < min(len(member), len(self._levels) - 1) and self._levels[known + 1].name == member[known]
        ):
            known += 1
        self._drop(known + 1)
        for name in member[known:]:
            self._levels.append(self._unpack(self._levels[-1], name, password, cancel))
        return self._levels[-1].path

    def _unpack(self, level: _Level, name: str, password: str, cancel: CancelToken) -> _Level:
        """Unpack a member of a file that lies at hand."""
        if level.container is None:
            level.source = LazyFile(level.path)
            level.container = open_container(level.path, cast(BinaryIO, level.source), cancel)
        self._count += 1
        folder = self._private_folder() / str(self._count)
        folder.mkdir()
        path = folder / file_name(name)
        try:
            with path.open("xb") as target:
                level.container.unpack(name, password, _Limited(target, path), cancel)
        except BaseException as error:
            shutil.rmtree(folder, ignore_errors=True)
            if isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT):
                raise no_room(str(path)) from error
            raise
        return _Level(name, str(path))

    def _drop(self, keep: int) -> None:
        """Remove the files below the first `keep` levels."""
        while len(self._levels) > keep:
            level = self._levels.pop()
            if level.source is not None:
                level.source.rest()
            if level.name:
                shutil.rmtree(Path(level.path).parent, ignore_errors=True)

    def _private_folder(self) -> Path:
        if self._folder is None or not self._folder.is_dir():
            _sweep()
            self._folder = Path(tempfile.mkdtemp(prefix=f"{_PREFIX}{os.getpid()}-"))
            weakref.finalize(self, shutil.rmtree, self._folder, True)
        return self._folder


def _sweep() -> None:
    """Remove the folders of readers that were killed."""
    import psutil  # only where something is unpacked

    for folder in Path(tempfile.gettempdir()).glob(f"{_PREFIX}*"):
        number = re.match(rf"{_PREFIX}(\d+)-", folder.name)
        if number and not psutil.pid_exists(int(number.group(1))):
            shutil.rmtree(folder, ignore_errors=True)


def open_container(path: str, file: BinaryIO, cancel: CancelToken) -> Container:
    """The reader of a file's members. Raises ReadError if it is of a kind that has none."""
    with opened(path) as looked_at:
        kind = recognise(path, looked_at).name
    match kind:
        case "zip":
            from desktop.engines.read_zip import ZipFiles

            return ZipFiles(path, file)
        case "tar" | "gz" | "bz2" | "xz":
            from desktop.engines.read_tar import packed_files

            return packed_files(path, file, kind, cancel)
        case "eml" | "msg":
            from desktop.engines.read_mail import MailFiles

            return MailFiles(path, file, kind)
        case "mbox":
            from desktop.engines.read_mailbox import MailboxFiles

            return MailboxFiles(path, file, cancel)
        case _:
            raise gone(path, "the file in it")


def gone(path: str, name: str) -> ReadError:
    """The error for a member that is not in its container any more."""
    return ReadError(f"{name} is no longer in {Path(path).name}.", "Add the file again.", "", "missing")


def too_deep(name: str) -> ReadError:
    """The error for a member of too many containers in each other."""
    return ReadError(
        f"{file_name(name)} lies too deep: archives more than {MAX_DEPTH} deep in each other are not opened.",
        "Unpack it and add the folder.",
        "",
        "too large",
    )


def no_room(path: str) -> ReadError:
    """The error for a member that the disk has no room for."""
    return ReadError(
        f"There is not enough room on the disk to unpack {Path(path).name}.",
        "Free some space, then try again.",
        "",
        "too large",
    )


class LazyFile:
    """A file for reading that is opened when it is read, and may be closed in between without losing its place."""

    def __init__(self, path: str) -> None:
        self._path = path
        self._file: BinaryIO | None = None
        self._at = 0

    def rest(self) -> None:
        """Close the file until it is needed again."""
        if self._file is not None:
            self._file.close()
            self._file = None

    close = rest

    @property
    def closed(self) -> bool:
        """It never is: reading opens it again."""
        return False

    def read(self, size: int = -1) -> bytes:
        """Read on, as a file does."""
        file = self._ready()
        content = file.read(size)
        self._at = file.tell()
        return content

    def readline(self, size: int = -1) -> bytes:
        """Read a line, as a file does."""
        file = self._ready()
        line = file.readline(size)
        self._at = file.tell()
        return line

    def seek(self, offset: int, whence: int = 0) -> int:
        """Go to a place, as a file does."""
        self._at = self._ready().seek(offset, whence)
        return self._at

    def tell(self) -> int:
        """The place in the file."""
        return self._at

    def seekable(self) -> bool:
        """It is."""
        return True

    def _ready(self) -> BinaryIO:
        if self._file is None:
            self._file = open(self._path, "rb")  # noqa: SIM115 - rest() closes it
            self._file.seek(self._at)
        return self._file


class _Limited:
    """The file that a member is written to: it takes no more than one member may have, nor the last of the disk."""

    def __init__(self, target: BinaryIO, path: Path) -> None:
        self._target, self._path = target, path
        self._left = MAX_MEMBER_BYTES
        self._room = shutil.disk_usage(path.parent).free - _SPARE_BYTES

    def write(self, content: bytes) -> int:
        """Write, or raise ReadError."""
        self._left -= len(content)
        self._room -= len(content)
        if self._left < 0:
            raise too_large(str(self._path), f"is larger than {MAX_MEMBER_BYTES // MEBIBYTE:,} MB unpacked")
        if self._room < 0:
            raise no_room(str(self._path))
        return self._target.write(content)
