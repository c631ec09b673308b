"""Mailboxes (mbox): many mails in one file, each a record of its own; read one by one, whatever the file's size."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

from desktop.core.cancel import CancelToken
from desktop.core.documents import Page
from desktop.core.errors import ReadError
from desktop.core.reading_requests import Member
from desktop.engines.read_files import MAX_TEXT_BYTES, empty
from desktop.engines.read_letter import Letter, content_of, header, letter_of, member_of, parsed
from desktop.engines.read_mail import letter_pages
from desktop.engines.read_members import Target, gone
from desktop.engines.read_types import Reading

# The line that begins a mail: who it is from, then a time. Some programs write no more than "From -" before it.
_FROM = re.compile(rb"From (?:\S.*)?\d{1,2}:\d{2}")
_QUOTED_FROM = re.compile(rb"^>(>*From )", re.M)
_EXPUNGED = 0x0008  # in X-Mozilla-Status: deleted, and kept only until the mailbox is compacted
_LINE = 1 << 20


@dataclass(frozen=True)
class _Place:
    """Where a mail lies in its mailbox, in bytes, without the line before it; `number` counts from 1."""

    number: int
    start: int
    end: int


def read_mailbox(path: str, file: BinaryIO, cancel: CancelToken) -> Reading:
    """Read a mailbox: a page a mail, with its Message-ID and subject; attachments are members. Raises ReadError."""
    members: list[Member] = []
    return Reading("mbox", "", 0, _pages(path, file, members, cancel), members=_drained(members))


def _drained(members: list[Member]) -> Iterator[Member]:
    """What was found until the pages were read."""
    yield from members


def _pages(path: str, file: BinaryIO, members: list[Member], cancel: CancelToken) -> Iterator[Page]:
    number = 0
    for place in _places(file, cancel):
        cancel.check()
        try:
            letter = _letter(path, file, place)
        except ReadError:  # one broken mail must not cost the others
            letter = Letter("", "", 0.0, "(This mail is damaged and cannot be read.)")
        if letter is None:
            continue
        for page in letter_pages(letter, number, letter.id or str(place.number)):
            number = page.number
            yield page
        for name, part in letter.attached.items():
            members.append(member_of(f"{place.number}/{name}", part, letter))
    if not number:
        raise empty(path)


def _letter(path: str, file: BinaryIO, place: _Place) -> Letter | None:
    """The mail at a place; None for one that was deleted. Letters of a digest join its text. Raises ReadError."""
    file.seek(place.start)
    content = file.read(min(place.end - place.start, MAX_TEXT_BYTES))
    message = parsed(path, _QUOTED_FROM.sub(rb"\1", content))
    status = header(message, "X-Mozilla-Status")
    if re.fullmatch("[0-9a-fA-F]{1,8}", status) and int(status, 16) & _EXPUNGED:
        return None
    letter = letter_of(path, message)
    for inner in letter.inner:
        one = letter_of(path, inner)
        letter.text += f"\n\n{one.text}"
    if letter.sealed:
        letter.text += "\n\n(The text of this mail is encrypted for its receiver.)"
    return letter


def _places(file: BinaryIO, cancel: CancelToken) -> Iterator[_Place]:
    """Where the mails of a mailbox begin and end; a line "From ..." counts at the start and after an empty line."""
    file.seek(0)
    number = position = start = 0
    after_gap = True
    while line := file.readline(_LINE):
        if after_gap and line.startswith(b"From ") and _FROM.match(line):
            if number:
                yield _Place(number, start, position)
                file.seek(position + len(line))
            number += 1
            start = position + len(line)
            cancel.check()
        position += len(line)
        after_gap = line in (b"\n", b"\r\n")
    if number:
        yield _Place(number, start, position)


class MailboxFiles:
    """The attachments of all mails of a mailbox; see Container."""

    def __init__(self, path: str, file: BinaryIO, cancel: CancelToken) -> None:
        """Find where its mails lie."""
        self._path, self._file = path, file
        self._places = {place.number: place for place in _places(file, cancel)}

    def members(self, cancel: CancelToken) -> Iterator[Member]:
        """The attachments; see Container."""
        for place in self._places.values():
            cancel.check()
            letter = _letter(self._path, self._file, place)
            if letter is not None:
                for name, part in letter.attached.items():
                    yield member_of(f"{place.number}/{name}", part, letter)

    def unpack(self, name: str, password: str, target: Target, cancel: CancelToken) -> None:
        """Write the content of an attachment; see Container."""
        number, _, inner = name.partition("/")
        place = self._places.get(int(number)) if number.isdecimal() else None
        letter = _letter(self._path, self._file, place) if place else None
        part = letter.attached.get(inner) if letter else None
        if part is None:
            raise gone(self._path, name.rpartition("/")[2])
        target.write(content_of(part))
