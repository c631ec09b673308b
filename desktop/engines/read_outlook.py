"""Messages that Outlook saved (.msg), as mails: their properties lie in streams of an OLE container ([MS-OXMSG])."""

from __future__ import annotations

import base64
import codecs
import mimetypes
import struct
from collections.abc import Iterator
from datetime import UTC, datetime
from email import encoders
from email.message import Message
from email.mime.base import MIMEBase
from email.mime.message import MIMEMessage
from email.mime.multipart import MIMEMultipart
from email.mime.text import MIMEText
from email.utils import format_datetime, formataddr
from typing import Any, BinaryIO

from desktop.engines.read_blocks import squeezed
from desktop.engines.read_files import MAX_TEXT_BYTES, MEBIBYTE, damaged, too_large

# Numbers of properties ([MS-OXPROPS]).
_SUBJECT, _SENDER, _SENT_BY = 0x0037, 0x0C1A, 0x0042
_SENDER_ADDRESSES = (0x5D01, 0x5D02, 0x0C1F, 0x0065)
_SENT, _DELIVERED = 0x0039, 0x0E06
_BODY, _HTML, _ID = 0x1000, 0x1013, 0x1035
_SHOWN_TO, _SHOWN_CC = 0x0E04, 0x0E03
_NAME, _ADDRESSES, _ROLE = 0x3001, (0x39FE, 0x3003), 0x0C15
_CONTENT, _LONG_NAME, _SHORT_NAME, _KIND, _CONTENT_ID = 0x3701, 0x3707, 0x3704, 0x370E, 0x3712
_CODE_PAGES = (0x3FDE, 0x3FFD)
_TO, _CC = 1, 2
_UNICODE, _STRING, _BYTES, _STORAGE = "001F", "001E", "0102", "000D"
_TOP_HEAD, _INNER_HEAD, _PART_HEAD = 32, 24, 8
"""Bytes before the list of properties of a message, of one within another, and of a receiver or an attachment."""
_IS_STREAM = 2
_DEEPEST = 5
_MOST_PARTS = 2_000
_SECONDS_1601 = 11_644_473_600
_MALFORMED = (
    OSError,
    ValueError,
    KeyError,
    IndexError,
    TypeError,
    AttributeError,
    OverflowError,
    struct.error,
)


def outlook_mail(path: str, file: BinaryIO) -> Message:
    """The message as a mail with its texts and attachments. Raises ReadError."""
    import olefile

    if file.seek(0, 2) > MAX_TEXT_BYTES:
        raise too_large(path, f"is larger than {MAX_TEXT_BYTES // MEBIBYTE} MB of mail")
    file.seek(0)
    try:
        with olefile.OleFileIO(file) as ole:
            return _mail(_Storage(ole, ole.root, _TOP_HEAD), 0)
    except _MALFORMED as error:
        raise damaged(path, "its parts cannot be told from each other", repr(error)) from error


class _Storage:
    """The properties of a message, a receiver or an attachment."""

    def __init__(self, ole: Any, entry: Any, head: int, encoding: str = "") -> None:
        """`head` is the number of bytes before its list; `encoding` is that of its old texts, if it is known."""
        # Looked up by name from the top, each part of a message to thousands would take a look at all of them.
        self._ole = ole
        self._inside = {child.name.lower(): child for child in entry.kids}
        self._values = self._fixed(head)
        self.encoding = encoding or self._code_page()

    def _fixed(self, head: int) -> dict[int, bytes]:
        """The values of eight bytes or fewer, which stand in the list itself."""
        content = self._stream("__properties_version1.0")
        entries = range(head, len(content) - 15, 16)
        return {
            struct.unpack_from("<H", content, start + 2)[0]: content[start + 8 : start + 16]
            for start in entries
        }

    def _stream(self, name: str) -> bytes:
        found = self._inside.get(name.lower())
        if found is None or found.entry_type != _IS_STREAM:
            return b""
        content: bytes = self._ole._open(found.isectStart, found.size).read()
        return content

    def _code_page(self) -> str:
        for number in _CODE_PAGES:
            page = self.number(number)
            name = "utf-8" if page == 65001 else f"cp{page}"
            try:
                return codecs.lookup(name).name
            except LookupError:
                continue
        return "cp1252"

    def number(self, which: int) -> int:
        """A whole number, 0 if there is none."""
        return int.from_bytes(self._values.get(which, b"")[:4], "little")

    def time(self, which: int) -> datetime | None:
        """A time that is stored as steps of 100 ns since 1601."""
        steps = int.from_bytes(self._values.get(which, b""), "little")
        try:
            return datetime.fromtimestamp(steps / 10**7 - _SECONDS_1601, UTC) if steps else None
        except (ValueError, OverflowError, OSError):
            return None

    def content(self, which: int) -> bytes:
        """Bytes, b"" if there are none."""
        return self._stream(f"__substg1.0_{which:04X}{_BYTES}")

    def text(self, which: int) -> str:
        """A text, "" if there is none."""
        wide = self._stream(f"__substg1.0_{which:04X}{_UNICODE}")
        if wide:
            return wide.decode("utf-16-le", "replace").rstrip("\0")
        return self._stream(f"__substg1.0_{which:04X}{_STRING}").decode(self.encoding, "replace").rstrip("\0")

    def parts(self, prefix: str) -> Iterator[_Storage]:
        """The receivers ("__recip") or the attachments ("__attach"), in their order."""
        for name in sorted(name for name in self._inside if name.startswith(prefix))[:_MOST_PARTS]:
            yield _Storage(self._ole, self._inside[name], _PART_HEAD, self.encoding)

    def inner(self) -> _Storage | None:
        """The message that an attachment is."""
        found = self._inside.get(f"__substg1.0_{_CONTENT:04X}{_STORAGE}".lower())
        if found is None or "__properties_version1.0" not in {child.name for child in found.kids}:
            return None
        return _Storage(self._ole, found, _INNER_HEAD)


def _mail(storage: _Storage, depth: int) -> Message:
    mail = MIMEMultipart("mixed")
    for name, value in _header(storage):
        if value:
            mail[name] = _field(value)
    texts = [MIMEText(text, kind, "utf-8") for text, kind in _texts(storage) if text.strip()]
    mail.attach(texts[0] if len(texts) == 1 else MIMEMultipart("alternative", _subparts=texts))
    for part in storage.parts("__attach_version1.0_#"):
        inner = part.inner()
        if inner is not None and depth < _DEEPEST:
            mail.attach(MIMEMessage(_mail(inner, depth + 1)))
        elif inner is None:
            mail.attach(_attachment(part))
    return mail


def _field(value: str) -> str:
    """The value of a header field as one encoded word: the library takes a minute to cut a thousand receivers up."""
    if value.isascii() and "=?" not in value:
        return value
    return f"=?utf-8?b?{base64.b64encode(value.encode('utf-8', 'replace')).decode()}?="


def _header(storage: _Storage) -> Iterator[tuple[str, str]]:
    """The lines of a mail's header."""
    yield "Subject", squeezed(storage.text(_SUBJECT))
    yield "From", _person(storage.text(_SENDER) or storage.text(_SENT_BY), storage, _SENDER_ADDRESSES)
    people: dict[int, list[str]] = {}
    for one in storage.parts("__recip_version1.0_#"):
        people.setdefault(one.number(_ROLE), []).append(_person(one.text(_NAME), one, _ADDRESSES))
    yield "To", ", ".join(people.get(_TO, [])) or squeezed(storage.text(_SHOWN_TO))
    yield "Cc", ", ".join(people.get(_CC, [])) or squeezed(storage.text(_SHOWN_CC))
    sent = storage.time(_SENT) or storage.time(_DELIVERED)
    yield "Date", format_datetime(sent) if sent else ""
    yield "Message-ID", squeezed(storage.text(_ID))


def _person(name: str, storage: _Storage, addresses: tuple[int, ...]) -> str:
    """A name with its address; those within an office's own directory are no mail addresses."""
    found = (squeezed(storage.text(number)) for number in addresses)
    address = next((one for one in found if "@" in one), "")
    name = squeezed(name)
    if not address or address.lower() in name.lower():
        return name or address
    return formataddr((name, address)) if name.isascii() and address.isascii() else f"{name} <{address}>"


def _texts(storage: _Storage) -> Iterator[tuple[str, str]]:
    """The text as plain text and as a web page, which say the same."""
    yield storage.text(_BODY), "plain"
    raw = storage.content(_HTML)
    page = storage.text(_HTML)
    if raw and not page:
        try:
            page = raw.decode("utf-8")
        except UnicodeDecodeError:
            page = raw.decode(storage.encoding, "replace")
    yield page, "html"


def _attachment(part: _Storage) -> Message:
    name = squeezed(part.text(_LONG_NAME) or part.text(_SHORT_NAME))
    stated = part.text(_KIND) or mimetypes.guess_type(name)[0] or ""
    main, _, sub = stated.strip().partition("/")
    if not (main.isalnum() and sub.replace("-", "").replace(".", "").replace("+", "").isalnum()):
        main, sub = "application", "octet-stream"
    if main in ("multipart", "message"):  # those are parts of a mail, and this is a file
        main, sub = "application", "octet-stream"
    attached = MIMEBase(main, sub)
    attached.set_payload(part.content(_CONTENT))
    encoders.encode_base64(attached)
    if identity := squeezed(part.text(_CONTENT_ID)):
        attached["Content-ID"] = _field(identity)
    within = identity and main == "image"
    attached.add_header(
        "Content-Disposition", "inline" if within else "attachment", filename=("utf-8", "", name)
    )
    return attached
