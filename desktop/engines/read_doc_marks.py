"""What the pages of formatting in an old Word document (.doc) say of its characters and paragraphs ([MS-DOC])."""

from __future__ import annotations

import struct
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass

_PAGE = 512
_PAPX_BYTES = 13
# Properties, by the numbers of the operations that set them.
_DELETED, _HIDDEN = 0x0800, 0x083C
_IN_TABLE, _ROW_END, _LIST, _OUTLINE = 0x2416, 0x2417, 0x460B, 0x2640
_TABLE_DEFINITION, _TABS = 0xD608, 0xC615
_SIZES = (1, 1, 2, 4, 2, 2, 0, 3)
_BODY_LEVEL = 9


@dataclass(frozen=True)
class ParagraphMarks:
    """A paragraph's style by its index, whether it is in a table, ends a row or is in a list, and its level."""

    style: int = 0
    in_table: bool = False
    ends_row: bool = False
    listed: bool = False
    level: int = _BODY_LEVEL

    @property
    def heading(self) -> bool:
        """Styles 1 to 9 are the headings in every document."""
        return 1 <= self.style <= 9 or self.level < _BODY_LEVEL


class Paragraphs:
    """The properties of paragraphs by the place of their end in the file."""

    def __init__(self, main: bytes, table: bytes) -> None:
        """`table` is the list of the pages, `main` the stream in which they lie."""
        self._starts: list[int] = []
        self._marks: list[ParagraphMarks] = []
        for start, _, page, entry in sorted(_runs(main, table, _PAPX_BYTES), key=lambda run: run[0]):
            self._starts.append(start)
            self._marks.append(_paragraph(page, entry))

    def at(self, place: int) -> ParagraphMarks:
        """The properties of the paragraph that a place belongs to."""
        index = bisect_right(self._starts, place) - 1
        return self._marks[index] if index >= 0 else ParagraphMarks()


def not_shown(main: bytes, table: bytes) -> list[tuple[int, int]]:
    """The stretches of the file, in order, whose characters are marked as deleted or hidden."""
    found = []
    for start, end, page, entry in _runs(main, table, 1):
        if not entry:
            continue
        size = page[2 * entry]
        operations = page[2 * entry + 1 : 2 * entry + 1 + size]
        if any(
            which in (_DELETED, _HIDDEN) and value[:1] == b"\1" for which, value in _operations(operations)
        ):
            found.append((start, end))
    return sorted(found)


def _runs(main: bytes, table: bytes, width: int) -> Iterator[tuple[int, int, bytes, int]]:
    """Each run with its start and end in the file, its page of formatting, and where on it the run's own begins."""
    count = (len(table) - 4) // 8
    for index in range(count):
        number = int.from_bytes(table[4 * (count + 1) + 4 * index :][:4], "little") & 0x3FFFFF
        page = main[number * _PAGE : (number + 1) * _PAGE]
        if len(page) < _PAGE:
            continue
        runs = page[-1]
        if 4 * (runs + 1) + width * runs >= _PAGE:
            continue
        places = struct.unpack_from(f"<{runs + 1}I", page)
        for run in range(runs):
            yield places[run], places[run + 1], page, page[4 * (runs + 1) + width * run]


def _paragraph(page: bytes, entry: int) -> ParagraphMarks:
    if not entry:
        return ParagraphMarks()
    size, start = 2 * page[2 * entry] - 1, 2 * entry + 1
    if size < 0:
        size, start = 2 * page[start], start + 1
    content = page[start : start + size]
    found = dict(_operations(content[2:]))
    return ParagraphMarks(
        int.from_bytes(content[:2], "little"),
        found.get(_IN_TABLE, b"") == b"\1",
        found.get(_ROW_END, b"") == b"\1",
        found.get(_LIST, b"\0\0") not in (b"\0\0", b""),
        found.get(_OUTLINE, bytes([_BODY_LEVEL]))[0],
    )


def _operations(content: bytes) -> Iterator[tuple[int, bytes]]:
    """The operations in a list, each with its operand."""
    place = 0
    while place + 3 <= len(content):
        which = int.from_bytes(content[place : place + 2], "little")
        place += 2
        size = _SIZES[which >> 13]
        if which == _TABLE_DEFINITION:
            size = int.from_bytes(content[place : place + 2], "little") + 1
        elif not size:
            size = content[place] + 1
            if which == _TABS and size == 256:
                return  # its size is told by what is in it, and nothing that matters here follows
        yield which, content[place : place + size]
        place += size
