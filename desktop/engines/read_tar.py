"""TAR archives and single files packed with gzip, bzip2 or xz."""

from __future__ import annotations

import bz2
import gzip
import hashlib
import lzma
import tarfile
import tempfile
import weakref
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any, BinaryIO

from desktop.core.cancel import CancelToken
from desktop.core.errors import ReadError
from desktop.core.reading_requests import Member
from desktop.engines.read_files import MAX_RATIO, MEBIBYTE, RATIO_FROM_BYTES, damaged, empty, too_large
from desktop.engines.read_members import MAX_MEMBER_BYTES, Container, Target, gone
from desktop.engines.read_names import is_litter, plain_name, unique
from desktop.engines.read_types import Reading
from desktop.engines.read_zip import MAX_FILES

_IN_MEMORY = 16 * MEBIBYTE
_STREAMS: dict[str, Callable[[BinaryIO], Any]] = {
    "gz": lambda file: gzip.GzipFile(fileobj=file),
    "bz2": bz2.BZ2File,
    "xz": lzma.LZMAFile,
}
_SUFFIXES = {".tgz": ".tar", ".tbz": ".tar", ".tbz2": ".tar", ".txz": ".tar", ".svgz": ".svg"}
_PACKED = frozenset({".gz", ".bz2", ".xz"})


def read_packed(path: str, file: BinaryIO, kind: str, cancel: CancelToken) -> Reading:
    """Read an archive of `kind` 'tar', 'gz', 'bz2' or 'xz' as a folder: it has only members. Raises ReadError."""
    container = packed_files(path, file, kind, cancel)
    return Reading(kind, "", 0, iter(()), members=container.members(cancel))


def packed_files(path: str, file: BinaryIO, kind: str, cancel: CancelToken) -> Container:
    """The files in a TAR archive, which may be packed as a whole, or the one file that is packed. Raises ReadError."""
    if kind == "tar":
        return TarFiles(path, file, _size(file))
    # The places of files in a packed archive cannot be gone to: it is unpacked once.
    unpacked: IO[bytes] = tempfile.SpooledTemporaryFile(_IN_MEMORY)  # noqa: SIM115 - see below
    try:
        for piece in _unpacked(path, file, kind, cancel):
            unpacked.write(piece)
        unpacked.seek(257)
        is_tar = unpacked.read(5) == b"ustar"
        size = unpacked.seek(0, 2)
        unpacked.seek(0)
        container: Container = (TarFiles if is_tar else PackedFile)(path, unpacked, size)
    except BaseException:
        unpacked.close()
        raise
    weakref.finalize(container, unpacked.close)
    return container


def _size(file: BinaryIO) -> int:
    size = file.seek(0, 2)
    file.seek(0)
    return size


def _unpacked(path: str, file: BinaryIO, kind: str, cancel: CancelToken) -> Iterator[bytes]:
    """What a packed file unpacks to. Raises ReadError, also for a bomb."""
    size = _size(file)
    done = 0
    with _errors(path), _STREAMS[kind](file) as stream:
        while piece := stream.read(MEBIBYTE):
            cancel.check()
            done += len(piece)
            if done > MAX_MEMBER_BYTES or done > max(MAX_RATIO * size, RATIO_FROM_BYTES):
                raise too_large(path, f"would unpack to more than {done // MEBIBYTE:,} MB")
            yield piece


@contextmanager
def _errors(path: str) -> Iterator[None]:
    try:
        yield
    except (tarfile.TarError, EOFError, ValueError, zlib.error, lzma.LZMAError, gzip.BadGzipFile) as error:
        raise damaged(path, "it cannot be unpacked", str(error)) from error
    except OSError as error:
        if error.errno is not None:  # the disk, and not the bzip2 reader that has no error of its own
            raise
        raise damaged(path, "it cannot be unpacked", str(error)) from error


class TarFiles:
    """The files of a TAR archive; see Container."""

    def __init__(self, path: str, file: IO[bytes], size: int) -> None:
        """Read the list of files. Raises ReadError."""
        self._path, self._size = path, size
        with _errors(path):
            self._tar = tarfile.open(fileobj=file, mode="r:", errors="surrogateescape")  # noqa: SIM115
            infos = [info for info in self._listed() if info.isreg()]
        named = [(plain_name(_text(info.name)), info) for info in infos]
        wanted = [(name, info) for name, info in named if not is_litter(name)]
        self._infos = dict(zip(unique(name for name, _ in wanted), (info for _, info in wanted), strict=True))
        if not self._infos:
            raise empty(path)

    def _listed(self) -> Iterator[tarfile.TarInfo]:
        for count, info in enumerate(self._tar):
            if count >= MAX_FILES:
                raise too_large(self._path, f"holds more than {MAX_FILES:,} files")
            yield info

    def members(self, cancel: CancelToken) -> Iterator[Member]:
        """The files; see Container."""
        for name, info in self._infos.items():
            digest = hashlib.sha256()
            try:
                for piece in self._pieces(name, info, cancel):
                    digest.update(piece)
            except ReadError:
                known = f"{name}\0{info.size}\0{info.offset}"
                digest = hashlib.sha256(known.encode("utf-8", "replace"))
            yield Member(name, info.size, float(info.mtime), digest.hexdigest())

    def unpack(self, name: str, password: str, target: Target, cancel: CancelToken) -> None:
        """Unpack a file; see Container."""
        info = self._infos.get(name)
        if info is None:
            raise gone(self._path, name.rpartition("/")[2])
        for piece in self._pieces(name, info, cancel):
            target.write(piece)

    def _pieces(self, name: str, info: tarfile.TarInfo, cancel: CancelToken) -> Iterator[bytes]:
        # A sparse file may claim any size; what is stored of it lies in the archive.
        if info.size > max(self._size, RATIO_FROM_BYTES) or info.size > MAX_MEMBER_BYTES:
            raise too_large(name, "claims to be larger than its archive")
        with _errors(name):
            stream = self._tar.extractfile(info)
            while stream is not None and (piece := stream.read(MEBIBYTE)):
                cancel.check()
                yield piece


class PackedFile:
    """The one file in a file that is packed with gzip, bzip2 or xz; see Container."""

    def __init__(self, path: str, unpacked: IO[bytes], size: int) -> None:
        """`unpacked` is its content."""
        if not size:
            raise empty(path)
        self._path, self._file, self._size = path, unpacked, size
        pure = Path(path)
        ending = pure.suffix.lower()
        stem = pure.stem if ending in _PACKED or ending in _SUFFIXES else pure.name
        self._name = plain_name(stem + _SUFFIXES.get(ending, ""))

    def members(self, cancel: CancelToken) -> Iterator[Member]:
        """The file; see Container."""
        digest = hashlib.sha256()
        self._file.seek(0)
        while piece := self._file.read(MEBIBYTE):
            cancel.check()
            digest.update(piece)
        yield Member(self._name, self._size, 0.0, digest.hexdigest())

    def unpack(self, name: str, password: str, target: Target, cancel: CancelToken) -> None:
        """Unpack the file; see Container."""
        if name != self._name:
            raise gone(self._path, name)
        self._file.seek(0)
        while piece := self._file.read(MEBIBYTE):
            cancel.check()
            target.write(piece)


def _text(name: str) -> str:
    """A name that is not UTF-8 as it would be in Western Europe."""
    raw = name.encode("utf-8", "surrogateescape")
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return raw.decode("cp1252", "replace")
