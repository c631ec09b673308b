"""Mail files (.eml, .msg) and web pages saved as one (.mhtml)."""

from __future__ import annotations

from collections.abc import Iterator
from email.message import Message
from pathlib import Path
from typing import BinaryIO

from desktop.core.cancel import CancelToken
from desktop.core.documents import Page
from desktop.core.errors import ReadError
from desktop.core.reading_requests import Member
from desktop.engines.read_files import MAX_TEXT_BYTES, MEBIBYTE, empty, too_large
from desktop.engines.read_html import html_blocks
from desktop.engines.read_kinds import looks_like_utf16
from desktop.engines.read_letter import (
    Letter,
    content_of,
    decoded_text,
    header,
    letter_of,
    letters,
    member_of,
    parsed,
    text_of,
)
from desktop.engines.read_members import Target, gone
from desktop.engines.read_text import PART_CHARACTERS, clean, parts, parts_with_headings
from desktop.engines.read_types import Reading


def read_mail(path: str, file: BinaryIO, kind: str = "eml") -> Reading:
    """Read a mail of `kind` 'eml' or 'msg'; its attachments are its members. Raises ReadError."""
    letter = letter_of(path, _mail(path, file, kind))
    if letter.sealed:
        raise ReadError(
            f"{Path(path).name} is encrypted for its receiver.",
            "Save a decrypted copy from your mail program.",
            "",
            "unsupported",
        )
    if not letter.text.strip() and not letter.attached and not letter.inner:
        raise empty(path)
    return Reading(kind, letter.subject, 0, _pages(path, letter), members=_members(path, letter))


def _pages(path: str, letter: Letter) -> Iterator[Page]:
    """The mail as a page; the letters of a digest are records of their own."""
    number = 0
    for one in letters(path, letter):
        record_id = "" if one is letter else one.id or str(number)
        for page in letter_pages(one, number, record_id):
            number = page.number
            yield page


def letter_pages(letter: Letter, number: int, record_id: str) -> Iterator[Page]:
    """The pages of a letter, numbered on from `number`; a very long one has several."""
    if len(letter.text) <= PART_CHARACTERS:
        if letter.text.strip():
            yield Page(number + 1, letter.text, record_id=record_id, title=letter.subject)
        return
    for part in parts("", [letter.text]):
        yield Page(number + part.number, part.text, record_id=record_id, title=letter.subject)


def _members(path: str, letter: Letter) -> Iterator[Member]:
    for index, one in enumerate(letters(path, letter)):
        for name, part in one.attached.items():
            yield member_of(f"{index}/{name}" if index else name, part, one)


class MailFiles:
    """The attachments of a mail; see Container."""

    def __init__(self, path: str, file: BinaryIO, kind: str = "eml") -> None:
        """Read the mail. Raises ReadError."""
        self._path = path
        self._letter = letter_of(path, _mail(path, file, kind))

    def members(self, cancel: CancelToken) -> Iterator[Member]:
        """The attachments; see Container."""
        yield from _members(self._path, self._letter)

    def unpack(self, name: str, password: str, target: Target, cancel: CancelToken) -> None:
        """Write the content of an attachment; see Container."""
        for index, one in enumerate(letters(self._path, self._letter)):
            part = one.attached.get(name.removeprefix(f"{index}/") if index else name)
            if part is not None and (not index or name.startswith(f"{index}/")):
                target.write(content_of(part))
                return
        raise gone(self._path, name.rpartition("/")[2])


def read_web_archive(path: str, file: BinaryIO, cancel: CancelToken) -> Reading:
    """Read a web page that was saved with its pictures as one file. Raises ReadError."""
    message = parsed(path, _content(path, file))
    for part in message.walk():
        cancel.check()
        if part.get_content_type() == "text/html" and not part.is_multipart():
            raw = part.get_payload(decode=True)
            text = clean(decoded_text(raw if isinstance(raw, bytes) else b"", part.get_content_charset()))
            blocks, title = html_blocks(path, [text])
            title = title or header(message, "Subject")
            return Reading("mhtml", title, 0, parts_with_headings(path, blocks.text, blocks.headings))
    text = "\n\n".join(text_of(part) for part in message.walk() if part.get_content_type() == "text/plain")
    return Reading("mhtml", header(message, "Subject"), 0, parts(path, [text]))


def _mail(path: str, file: BinaryIO, kind: str) -> Message:
    if kind != "msg":
        return parsed(path, _content(path, file))
    from desktop.engines.read_outlook import outlook_mail

    return outlook_mail(path, file)


def _content(path: str, file: BinaryIO) -> bytes:
    """The bytes of a mail, as UTF-8 where an editor saved it as UTF-16. Raises ReadError if it is too large."""
    file.seek(0)
    content = file.read(MAX_TEXT_BYTES + 1)
    if len(content) > MAX_TEXT_BYTES:
        raise too_large(path, f"is larger than {MAX_TEXT_BYTES // MEBIBYTE} MB of mail")
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        content = content.decode("utf-16", "replace").encode()
    elif wide := looks_like_utf16(content[:65_536]):
        content = content.decode(wide, "replace").encode()
    # Mails that were copied out of a page or an archive may begin with empty lines or a mailbox's first line.
    content = content.removeprefix(b"\xef\xbb\xbf").lstrip(b"\r\n")
    if content.startswith((b"From ", b">From ")):
        content = content.partition(b"\n")[2]
    return content
