"""Plain text of any encoding, read in a stream: never more than a part of a long file is held."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterable, Iterator
from typing import BinaryIO

from desktop.core.cancel import CancelToken
from desktop.core.documents import Heading, Page
from desktop.engines.read_files import MAX_TEXT_BYTES, MEBIBYTE, empty, size_of, too_large
from desktop.engines.read_kinds import looks_like_utf16
from desktop.engines.read_types import Reading

PART_CHARACTERS = 200_000
"""A text is one page up to this length; a longer one is cut, between paragraphs where it can, into numbered parts."""

_CHUNK = MEBIBYTE
_SAMPLE = 65_536
_ISO_2022 = (b"\x1b$B", b"\x1b$@")
_NOT_ASCII_LINE = re.compile(b"[^\n]*[\x80-\xff][^\n]*\n?")
_LIKELY = [
    *(
        "cp1252",
        "cp1250",
        "cp1251",
        "cp1253",
        "cp1254",
        "cp1255",
        "cp1256",
        "cp1257",
        "iso8859_2",
        "iso8859_5",
    ),
    *(
        "iso8859_7",
        "koi8_r",
        "mac_roman",
        "cp932",
        "euc_jp",
        "iso2022_jp",
        "gb18030",
        "big5",
        "cp949",
        "cp874",
    ),
    *("cp850", "cp866"),
]
_LATIN = frozenset({"cp1250", "cp1252", "cp1254", "cp1257", "iso8859_2", "mac_roman", "cp850"})
_WESTERN = frozenset(
    "ÀÁÂÃÄÅÆÇÈÉÊËÌÍÎÏÐÑÒÓÔÕÖØÙÚÛÜÝÞßàáâãäåæçèéêëìíîïðñòóôõöøùúûüýþÿ‘’‚“”„–—…€§°«»·´\xa0ŒœŸ•¿¡£©®½¼¾²³"
)
# A sign in the middle of a word: then these bytes are letters of another encoding.
_ODD_IN_WORD = re.compile("[^\\W\\d_][¡-§©-¬®-¶¸-¿×÷†‡ˆ‰‹›¤]+[^\\W\\d_]")
_UNWANTED = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufeff]")
_BREAKS = re.compile("\r\n?|\x85|\u2028|\u2029")
_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),  # before UTF-16, whose mark it begins with
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)


def read_text(path: str, file: BinaryIO, cancel: CancelToken) -> Reading:
    """Read a plain text. Raises ReadError."""
    check_size(path, file)
    encoding = encoding_of(file)
    return Reading("txt", "", 0, parts(path, decoded(file, encoding, cancel)))


def check_size(path: str, file: BinaryIO) -> None:
    """Raise ReadError for a text file that is empty, or larger than we read."""
    size = size_of(file)
    if size == 0:
        raise empty(path)
    if size > MAX_TEXT_BYTES:
        raise too_large(path, f"is larger than {MAX_TEXT_BYTES // MEBIBYTE} MB of text")


def encoding_of(file: BinaryIO) -> str:
    """The encoding of a text file: by its mark, else UTF-8 if all of it is, else as its bytes are most likely."""
    file.seek(0)
    head = file.read(_SAMPLE)
    for mark, encoding in _BOMS:
        if head.startswith(mark):
            return encoding
    if guessed := looks_like_utf16(head):
        return guessed
    if any(mark in head for mark in _ISO_2022):
        return "iso2022_jp"
    return "utf-8" if (odd := _not_utf8(file)) is None else guess_encoding(odd)


def guess_encoding(sample: bytes) -> str:
    """The most likely encoding of bytes that are not UTF-8; Western European in doubt, as most of them are."""
    import charset_normalizer  # takes 50 ms, and most files are UTF-8

    sample = b"".join(
        _NOT_ASCII_LINE.findall(sample[:_SAMPLE])
    )  # the other lines read the same in all of them
    results = charset_normalizer.from_bytes(sample, cp_isolation=_LIKELY)
    best = results.best()
    if best is None:
        return "cp1252"
    western = sample.decode("cp1252", "replace")
    if best.encoding not in _LATIN:
        return best.encoding
    if len(_ODD_IN_WORD.findall(western)) > 1:
        return next((item.encoding for item in results if item.encoding != "cp1252"), best.encoding)
    if best.coherence < 0.2 and all(character < "\x80" or character in _WESTERN for character in western):
        return "cp1252"
    # The guesses differ by hundredths for letters that mean the same in several of them.
    near = (item for item in results if item.encoding == "cp1252")
    return next(
        (
            "cp1252"
            for item in near
            if item.chaos <= best.chaos + 0.05 and item.coherence >= best.coherence - 0.15
        ),
        best.encoding,
    )


def _not_utf8(file: BinaryIO) -> bytes | None:
    """None if the file is UTF-8; else the stretch around where it is not, to guess its encoding from."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    file.seek(0)
    while chunk := file.read(_CHUNK):
        try:
            decoder.decode(chunk)
        except UnicodeDecodeError as error:
            middle = max(file.tell() - len(chunk) + error.start - _SAMPLE // 2, 0)
            file.seek(middle)
            return file.read(_SAMPLE)
    # A few bytes of a character that the end of the file cuts off do not make it another encoding.
    return None


def decoded(file: BinaryIO, encoding: str, cancel: CancelToken) -> Iterator[str]:
    """The file's text in pieces, with plain line breaks and without control characters."""
    decoder = codecs.getincrementaldecoder(encoding)("replace")
    file.seek(0)
    carried = ""
    while True:
        cancel.check()
        chunk = file.read(_CHUNK)
        text = carried + decoder.decode(chunk, final=not chunk)
        # A carriage return at the end may be the first half of a line break.
        carried = "\r" if chunk and text.endswith("\r") else ""
        yield clean(text.removesuffix(carried))
        if not chunk:
            return


def clean(text: str) -> str:
    """The text with every line break as `\\n`, without control characters."""
    if "\x1b" in text:
        text = re.sub("\x1b(?:\\[[0-9;?]*[@-~]|[()][A-Z0-9])", "", text)  # colours of a terminal's log
    text = _BREAKS.sub("\n", text).replace("\f", "\n\n")
    return _UNWANTED.sub("", text)


def parts(path: str, pieces: Iterable[str]) -> Iterator[Page]:
    """Pages of at most PART_CHARACTERS, cut between paragraphs, lines or words. Raises ReadError if empty."""
    number = 0
    held = ""
    for piece in pieces:
        held += piece
        while len(held) > PART_CHARACTERS:
            cut = cut_place(held, PART_CHARACTERS)
            part, held = held[:cut].strip("\n "), held[cut:]
            if part:
                number += 1
                yield Page(number, part)
    held = held.strip("\n ")
    if held.strip():
        number += 1
        yield Page(number, held)
    if not number:
        raise empty(path)


def cut_place(text: str, limit: int) -> int:
    """Where to cut a text that is longer than `limit`: after the last paragraph, line or word in its second half."""
    for mark in ("\n\n", "\n", " "):
        found = text.rfind(mark, limit // 2, limit)
        if found >= 0:
            return found + len(mark)
    return limit


def parts_with_headings(path: str, text: str, headings: list[Heading]) -> Iterator[Page]:
    """`parts` for a text that is held as a whole: each part takes the headings in it, and the one before it on."""
    number = start = 0
    last = ""
    while start < len(text):
        end = (
            start + cut_place(text[start:], PART_CHARACTERS)
            if len(text) - start > PART_CHARACTERS
            else len(text)
        )
        part = text[start:end].rstrip()
        here = [
            Heading(heading.start - start, heading.text)
            for heading in headings
            if start <= heading.start < end
        ]
        if last and not (here and here[0].start == 0):
            here.insert(0, Heading(0, last))
        if part.strip():
            number += 1
            yield Page(number, part, b"", tuple(here))
        last = here[-1].text if here else last
        start = end
    if not number:
        raise empty(path)
