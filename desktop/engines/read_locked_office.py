"""Opens Office documents that are locked with a password: packages that lie enciphered in an OLE container, and the
older Word documents, workbooks and presentations whose streams are.

The ciphers are those that [MS-OFFCRYPTO] describes: "standard" and "agile" encryption, RC4, and XOR obfuscation.
"""

from __future__ import annotations

import struct
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import IO, Any, BinaryIO, cast
from xml.parsers.expat import ExpatError

from desktop.engines.read_files import OLE, damaged, encrypted

_INFO_BYTES = 1_000_000
_MALFORMED = (
    OSError,
    ValueError,
    KeyError,
    IndexError,
    TypeError,
    AttributeError,
    OverflowError,
    struct.error,
    ExpatError,
)
"""What the library raises for bytes that are not as the format wants them."""
_OWN_PASSWORDS = {
    "package": "VelvetSweatshop",
    "xls": "VelvetSweatshop",
    "ppt": "/01Hannes Ruescher/01",
}
"""What Excel and PowerPoint lock files with that open without a question: those which may only not be changed."""
_FILE_PASS, _END_OF_GLOBALS = 0x2F, 0x0A
_HEAD_RECORDS = 50
_LOCKED_PRESENTATION = 0xF3D1C4DF


@contextmanager
def unlocked(path: str, file: BinaryIO, password: str) -> Iterator[BinaryIO]:
    """The file to read: a locked Office document opened, any other file as it is.

    Raises ReadError, with the reason "encrypted" where the password does not fit.
    """
    file.seek(0)
    lock = _lock(path, file) if file.read(len(OLE)) == OLE else ""
    file.seek(0)
    if not lock:
        yield file
        return
    # A file without a name: it is gone with the reader, however that ends.
    with tempfile.TemporaryFile() as document:
        _decipher(path, file, lock, password, document)
        document.seek(0)
        yield cast(BinaryIO, document)


def _lock(path: str, file: BinaryIO) -> str:
    """What is locked in an OLE container: "package", "doc", "xls", "ppt", or "" for nothing. Raises ReadError."""
    import olefile

    try:
        with olefile.OleFileIO(file) as ole:
            if ole.exists("EncryptionInfo") and ole.exists("EncryptedPackage"):
                info = ole.openstream("EncryptionInfo").read(_INFO_BYTES)
            else:
                return next((kind for kind, is_locked in _LOCKS.items() if is_locked(ole)), "")
    except _MALFORMED:
        return ""  # the format's own reader says what is wrong with it
    if b"<!" in info.replace(b"\0", b""):
        raise damaged(path, "it declares XML entities, which no program writes there")
    return "package"


def _is_locked_document(ole: Any) -> bool:
    head = ole.openstream("WordDocument").read(12) if ole.exists("WordDocument") else b""
    return len(head) == 12 and bool(head[11] & 1)


def _is_locked_workbook(ole: Any) -> bool:
    if not ole.exists("Workbook"):
        return False
    stream = ole.openstream("Workbook")
    for _ in range(_HEAD_RECORDS):
        head = stream.read(4)
        if len(head) < 4:
            return False
        kind, size = struct.unpack("<HH", head)
        if kind in (_FILE_PASS, _END_OF_GLOBALS):
            return bool(kind == _FILE_PASS)
        stream.seek(size, 1)
    return False


def _is_locked_presentation(ole: Any) -> bool:
    head = ole.openstream("Current User").read(16) if ole.exists("Current User") else b""
    return len(head) == 16 and int.from_bytes(head[12:], "little") == _LOCKED_PRESENTATION


_LOCKS: dict[str, Callable[[Any], bool]] = {
    "doc": _is_locked_document,
    "xls": _is_locked_workbook,
    "ppt": _is_locked_presentation,
}


def _decipher(path: str, file: BinaryIO, lock: str, password: str, document: IO[bytes]) -> None:
    from msoffcrypto import exceptions

    for attempt in filter(None, (password, _OWN_PASSWORDS.get(lock, ""))):
        try:
            office = _library(lock, file)
            # Only the newer kind does not look whether the password fits before it is used.
            office.load_key(password=attempt, **({"verify_password": True} if lock == "package" else {}))
            office.decrypt(document)
            return
        except exceptions.InvalidKeyError:
            continue
        except (
            exceptions.FileFormatError,
            exceptions.ParseError,
            exceptions.DecryptionError,
            *_MALFORMED,
        ) as error:
            if not password:
                break
            raise damaged(path, "its lock cannot be opened", repr(error)) from error
    raise encrypted(path, "workbook" if lock == "xls" else "document")


def _library(lock: str, file: BinaryIO) -> Any:
    """What deciphers a file that is locked so."""
    from msoffcrypto.format import doc97, ooxml, ppt97, xls97

    file.seek(0)
    kinds = {
        "package": ooxml.OOXMLFile,
        "doc": doc97.Doc97File,
        "xls": xls97.Xls97File,
        "ppt": ppt97.Ppt97File,
    }
    return kinds[lock](file)
