"""Opening files that nobody vouches for: what they are, and how much of them may be unpacked."""

from __future__ import annotations

import os
import stat
import struct
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from desktop.core.errors import ReadError

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
"""What the containers of the older Office programs begin with ([MS-CFB])."""
MEBIBYTE = 2**20
MAX_TEXT_BYTES = 200 * MEBIBYTE
MAX_MEMBERS = 20_000
MAX_UNPACKED_BYTES = 300 * MEBIBYTE
MAX_RATIO = 200
RATIO_FROM_BYTES = 20 * MEBIBYTE


@contextmanager
def opened(path: str) -> Iterator[BinaryIO]:
    """Open an ordinary file for reading. Raises ReadError for all that is not one, without waiting for a pipe."""
    name = Path(path).name
    try:
        # Without O_NONBLOCK, opening a named pipe would wait for somebody to write into it.
        flags = (
            os.O_RDONLY
            | getattr(os, "O_NONBLOCK", 0)
            | getattr(os, "O_BINARY", 0)
            | getattr(os, "O_CLOEXEC", 0)
        )
        handle = os.open(path, flags)
    except (FileNotFoundError, NotADirectoryError) as error:
        raise ReadError(
            f"{name} is not there any more.", "Add it again from its new place.", str(error), "missing"
        ) from error
    except PermissionError as error:
        if os.path.isdir(path):  # what Windows says of a folder
            raise _not_a_file(name, "a folder") from error
        raise ReadError(
            f"{name} may not be read by you.",
            "Change its permissions, then try again.",
            str(error),
            "not allowed",
        ) from error
    except (OSError, ValueError) as error:  # a socket, a device that is not there, a name with a zero byte
        raise ReadError(
            f"{name} could not be opened.", "Check it in another program.", str(error), "damaged"
        ) from error
    mode = os.fstat(handle).st_mode
    if not stat.S_ISREG(mode):
        os.close(handle)
        raise _not_a_file(name, "a folder" if stat.S_ISDIR(mode) else "a pipe or a device")
    with open(handle, "rb") as file:
        yield file


def size_of(file: BinaryIO) -> int:
    """The size of an open file in bytes."""
    return os.fstat(file.fileno()).st_size


def empty(path: str) -> ReadError:
    """The error for a file with nothing in it."""
    return ReadError(f"{Path(path).name} is empty.", "", "", "empty")


def damaged(path: str, how: str, details: str = "") -> ReadError:
    """The error for a file that breaks its format's rules; `how` goes on after "X is damaged: "."""
    return ReadError(
        f"{Path(path).name} is damaged: {how}.", "Get it again from where it came from.", details, "damaged"
    )


def too_large(path: str, how: str) -> ReadError:
    """The error for a file that would take more than we give to one; `how` goes on after its name."""
    return ReadError(f"{Path(path).name} {how}.", "Split it into smaller files.", "", "too large")


def encrypted(path: str, what: str = "file", *, opens: bool = True) -> ReadError:
    """The error for a file that needs a password; `opens` tells whether a password given here opens its format."""
    return ReadError(
        f"{Path(path).name} is locked with a password.",
        f"{'Enter its password, or save' if opens else 'Save'} a copy of the {what} without it.",
        "",
        "encrypted",
    )


def _not_a_file(name: str, what: str) -> ReadError:
    return ReadError(f"{name} is {what}, not a file that can be read.", "", "", "unsupported")


def open_zip(path: str, file: BinaryIO) -> zipfile.ZipFile:
    """Read the list of contents of a zip file. Raises ReadError if it is broken."""
    try:
        return zipfile.ZipFile(file)
    except (zipfile.BadZipFile, ValueError, NotImplementedError, struct.error, OSError) as error:
        how = "its contents cannot be listed"
        if "not a zip file" in str(error):  # it began as one, and the list of contents stands at the end
            how = "the file ends too early"
        raise damaged(path, how, str(error)) from error


class Archive:
    """A zip file that is unpacked within limits, member by member, into memory only."""

    def __init__(self, path: str, file: BinaryIO) -> None:
        """Read the list of members. Raises ReadError if it is broken, or promises more than the limits."""
        self._path = path
        self._unpacked = 0
        self._by_plain_name: dict[str, str] | None = None
        self._zip = open_zip(path, file)
        members = self._zip.infolist()
        if len(members) > MAX_MEMBERS:
            raise too_large(path, f"holds more than {MAX_MEMBERS:,} parts")
        self._members = {member.filename: member for member in members}
        if sum(member.file_size for member in members) > MAX_UNPACKED_BYTES:
            raise self._bomb()

    @property
    def names(self) -> list[str]:
        """The names of the members."""
        return list(self._members)

    def find(self, name: str) -> str | None:
        """The member of this name as it is written in the list: some programs write other slashes and capitals."""
        if name in self._members:
            return name
        if self._by_plain_name is None:
            self._by_plain_name = {_plain(member): member for member in reversed(self._members)}
        return self._by_plain_name.get(_plain(name))

    def size(self, name: str) -> int:
        """How many bytes a member has, as the list claims. KeyError if there is none of that name."""
        return self._members[name].file_size

    def read(self, name: str) -> bytes:
        """Unpack one member. Raises ReadError; KeyError if there is none of that name."""
        return b"".join(self.stream(name))

    def stream(self, name: str) -> Iterator[bytes]:
        """Unpack one member piece by piece. Raises ReadError; KeyError if there is none of that name."""
        member = self._members[name]
        if member.flag_bits & 1:
            raise encrypted(self._path)
        # Pictures and films that are not unpacked may be of any size.
        if member.file_size > RATIO_FROM_BYTES and member.file_size > MAX_RATIO * max(
            member.compress_size, 1
        ):
            raise self._bomb()
        try:
            with self._zip.open(member) as stream:
                # The sizes in the list are only claims: count what really comes out.
                while piece := stream.read(MEBIBYTE):
                    self._unpacked += len(piece)
                    if self._unpacked > MAX_UNPACKED_BYTES:
                        raise self._bomb()
                    yield piece
        except (
            zipfile.BadZipFile,
            OSError,
            EOFError,
            ValueError,
            NotImplementedError,
            RuntimeError,
        ) as error:
            raise damaged(self._path, f"a part of it cannot be unpacked ({name})", str(error)) from error
        except Exception as error:  # zlib.error, lzma.LZMAError: whatever the packing method raises
            if isinstance(error, ReadError) or type(error).__module__ not in ("zlib", "lzma", "_lzma", "bz2"):
                raise
            raise damaged(self._path, f"a part of it cannot be unpacked ({name})", str(error)) from error

    def _bomb(self) -> ReadError:
        return too_large(self._path, f"would unpack to more than {MAX_UNPACKED_BYTES // MEBIBYTE} MB")


def _plain(name: str) -> str:
    return name.replace("\\", "/").lstrip("/").lower()
