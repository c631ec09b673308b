"""Opens Office documents that are locked with a password: the package that lies enciphered in an OLE container.

The ciphers are those of ECMA-376, as [MS-OFFCRYPTO] describes them: "standard" and "agile" encryption.
"""

from __future__ import annotations

import struct
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO, BinaryIO, cast
from xml.parsers.expat import ExpatError

from desktop.engines.read_files import damaged, encrypted

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
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


@contextmanager
def unlocked(path: str, file: BinaryIO, password: str) -> Iterator[BinaryIO]:
    """The file to read: the document inside a locked Office file, any other file as it is.

    Raises ReadError, with the reason "encrypted" where the password does not fit.
    """
    file.seek(0)
    is_locked = bool(password) and file.read(len(_OLE)) == _OLE and _has_package(path, file)
    file.seek(0)
    if not is_locked:
        yield file
        return
    # A file without a name: it is gone with the reader, however that ends.
    with tempfile.TemporaryFile() as document:
        _decipher(path, file, password, document)
        document.seek(0)
        yield cast(BinaryIO, document)


def _has_package(path: str, file: BinaryIO) -> bool:
    """Whether an OLE container holds an enciphered package. Raises ReadError."""
    import olefile

    try:
        with olefile.OleFileIO(file) as ole:
            if not (ole.exists("EncryptionInfo") and ole.exists("EncryptedPackage")):
                return False
            info = ole.openstream("EncryptionInfo").read(_INFO_BYTES)
    except _MALFORMED:
        return False  # the format's own reader says what is wrong with it
    if b"<!" in info.replace(b"\0", b""):
        raise damaged(path, "it declares XML entities, which no program writes there")
    return True


def _decipher(path: str, file: BinaryIO, password: str, document: IO[bytes]) -> None:
    from msoffcrypto import exceptions
    from msoffcrypto.format.ooxml import OOXMLFile

    try:
        office = OOXMLFile(file)
        office.load_key(password=password, verify_password=True)
        office.decrypt(document)
    except exceptions.InvalidKeyError:
        raise encrypted(path, "document") from None
    except (
        exceptions.FileFormatError,
        exceptions.ParseError,
        exceptions.DecryptionError,
        *_MALFORMED,
    ) as error:
        raise damaged(path, "its lock cannot be opened", repr(error)) from error
