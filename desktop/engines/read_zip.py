"""ZIP archives as folders: their files are listed with a hash of each, and unpacked one by one."""

from __future__ import annotations

import hashlib
import struct
import time
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from desktop.core.cancel import CancelToken
from desktop.core.errors import ReadError
from desktop.core.reading_requests import Member
from desktop.engines.read_files import (
    MAX_RATIO,
    MAX_UNPACKED_BYTES,
    MEBIBYTE,
    RATIO_FROM_BYTES,
    damaged,
    empty,
    encrypted,
    open_zip,
    size_of,
    too_large,
)
from desktop.engines.read_members import MAX_MEMBER_BYTES, Target, gone
from desktop.engines.read_names import dos_names, is_litter, plain_name, unique
from desktop.engines.read_types import Reading

MAX_FILES = 50_000
_UTF8_NAME = 0x800
_ENCRYPTED = 1
_AES = 99
_UNICODE_PATH = 0x7075
_LINK = 0o120000
_TYPE = 0o170000


def read_zip(path: str, file: BinaryIO, password: str, cancel: CancelToken) -> Reading:
    """Read an archive as a folder: it has no pages, only members. Raises ReadError."""
    archive = ZipFiles(path, file)
    archive.check(password, size_of(file))
    return Reading("zip", "", 0, iter(()), members=archive.members(cancel))


class ZipFiles:
    """The files of a ZIP archive; see Container."""

    def __init__(self, path: str, file: BinaryIO) -> None:
        """Read the list of contents. Raises ReadError."""
        self._path = path
        self._zip = open_zip(path, file)
        infos = [info for info in self._zip.infolist() if not info.is_dir() and not _is_link(info)]
        named = zip([plain_name(name) for name in _names(infos)], infos, strict=True)
        wanted = [(name, info) for name, info in named if not is_litter(name)]
        self._infos = dict(zip(unique(name for name, _ in wanted), (info for _, info in wanted), strict=True))

    def check(self, password: str, size: int) -> None:
        """Raise ReadError for an archive with nothing in it, that is locked as a whole, or that is a bomb."""
        if not self._infos:
            raise empty(self._path)
        if len(self._infos) > MAX_FILES:
            raise too_large(self._path, f"holds more than {MAX_FILES:,} files")
        packed = sum(info.compress_size for info in self._infos.values())
        unpacked = sum(info.file_size for info in self._infos.values())
        if packed > size:
            raise damaged(self._path, "its parts lie in each other")
        if unpacked > MAX_UNPACKED_BYTES and unpacked > MAX_RATIO * size:
            raise too_large(
                self._path, f"would unpack to {unpacked // MEBIBYTE:,} MB, {MAX_RATIO} times its size"
            )
        first = next(iter(self._infos.values()))
        if all(info.flag_bits & _ENCRYPTED for info in self._infos.values()):
            with _errors(self._path, first), self._zip.open(first, pwd=password.encode() or None):
                pass  # whether the password fits shows when a file is opened

    def members(self, cancel: CancelToken) -> Iterator[Member]:
        """The files; see Container."""
        for name, info in self._infos.items():
            cancel.check()
            yield Member(name, info.file_size, _modified(info), self._hash(name, info, cancel))

    def _hash(self, name: str, info: zipfile.ZipInfo, cancel: CancelToken) -> str:
        """The hash of a file's content. Where it cannot be unpacked, a hash of what is known of it: reading it will
        say why, and it must not pass for the same as another one."""
        digest = hashlib.sha256()
        try:
            if info.flag_bits & _ENCRYPTED:
                raise encrypted(name)  # unlocking runs at a megabyte a second: not before it is read
            for piece in self._pieces(name, info, "", cancel):
                digest.update(piece)
        except ReadError:
            known = f"{name}\0{info.CRC}\0{info.file_size}\0{info.compress_size}\0{info.header_offset}"
            digest = hashlib.sha256(known.encode("utf-8", "replace"))
        return digest.hexdigest()

    def unpack(self, name: str, password: str, target: Target, cancel: CancelToken) -> None:
        """Unpack a file; see Container."""
        info = self._infos.get(name)
        if info is None:
            raise gone(self._path, name.rpartition("/")[2])
        for piece in self._pieces(name, info, password, cancel):
            target.write(piece)

    def _pieces(
        self, name: str, info: zipfile.ZipInfo, password: str, cancel: CancelToken
    ) -> Iterator[bytes]:
        """A file's content. Raises ReadError, also for one that is a bomb."""
        if info.file_size > MAX_MEMBER_BYTES:
            raise too_large(name, f"is larger than {MAX_MEMBER_BYTES // MEBIBYTE:,} MB unpacked")
        if info.file_size > RATIO_FROM_BYTES and info.file_size > MAX_RATIO * max(info.compress_size, 1):
            raise too_large(name, f"would unpack to more than {MAX_RATIO} times its size")
        with _errors(name, info), self._zip.open(info, pwd=password.encode() or None) as stream:
            # It gives no more bytes than the list of contents claims, and compares their sum at the end.
            while piece := stream.read(MEBIBYTE):
                cancel.check()
                yield piece


@contextmanager
def _errors(path: str, info: zipfile.ZipInfo) -> Iterator[None]:
    """What goes wrong with unpacking a file, in a sentence about `path`."""
    locked = info.flag_bits & _ENCRYPTED
    try:
        yield
    except NotImplementedError as error:
        how = f"{Path(path).name} is packed in a way that Deskside does not know."
        if info.compress_type == _AES:
            how = f"{Path(path).name} is locked with AES, which Deskside cannot open."
        raise ReadError(how, "Unpack it and add the folder.", str(error), "unsupported") from error
    except RuntimeError as error:  # the password is missing or wrong
        if not locked:
            raise damaged(path, "it cannot be unpacked", str(error)) from error
        raise encrypted(path) from error
    except (zipfile.BadZipFile, EOFError, ValueError, struct.error, zlib.error) as error:
        if locked:  # one wrong password in 256 is noticed only by what comes out
            raise encrypted(path) from error
        raise damaged(path, "it cannot be unpacked", str(error)) from error
    except Exception as error:  # LZMAError, whose module need not be there
        if type(error).__name__ != "LZMAError":
            raise
        raise damaged(path, "it cannot be unpacked", str(error)) from error


def _is_link(info: zipfile.ZipInfo) -> bool:
    return (info.external_attr >> 16) & _TYPE == _LINK


def _modified(info: zipfile.ZipInfo) -> float:
    """The time in the list of contents, which is that of the clock where it was packed; 0 where it is none."""
    try:
        return time.mktime((*info.date_time, 0, 0, -1))
    except (ValueError, OverflowError):
        return 0.0


def _names(infos: list[zipfile.ZipInfo]) -> list[str]:
    """The names of files, in the encoding that each archive seems to have been written with."""
    unsaid = [info for info in infos if not info.flag_bits & _UTF8_NAME]
    decoded = dict(
        zip(map(id, unsaid), dos_names([info.orig_filename.encode("cp437") for info in unsaid]), strict=True)
    )
    return [_unicode_path(info) or decoded.get(id(info), info.orig_filename) for info in infos]


def _unicode_path(info: zipfile.ZipInfo) -> str:
    """The name in the extra field that Info-ZIP writes beside one in another encoding, or ''."""
    extra = info.extra
    while len(extra) >= 4:
        kind, length = struct.unpack_from("<HH", extra)
        if kind == _UNICODE_PATH and length > 5:
            return extra[9 : 4 + length].decode("utf-8", "replace")
        extra = extra[4 + length :]
    return ""
