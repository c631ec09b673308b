"""Builders of OLE containers and of the old workbooks in them, from MS-CFB and MS-XLS; nothing needs a program."""

from __future__ import annotations

import struct
from collections.abc import Mapping, Sequence

from tests.office import Rows

_SECTOR = 512
_END, _FREE, _FAT = 0xFFFFFFFE, 0xFFFFFFFF, 0xFFFFFFFD


def ole(name: str, content: bytes, *, circle: bool = False) -> bytes:
    """A container of one stream; with `circle`, its chain of sectors comes back to its beginning."""
    content = content.ljust(4096, b"\0")  # shorter ones would lie in a stream of small sectors
    count = -(-len(content) // _SECTOR)
    fat = [_FAT, _END, *range(3, count + 2), 2 if circle else _END]
    header = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16) + struct.pack("<HHHHH6x", 0x3E, 3, 0xFFFE, 9, 6)
    header += struct.pack("<IIIIIIIIII", 0, 1, 1, 0, 4096, _END, 0, _END, 0, 0)
    header = header.ljust(_SECTOR, b"\xff")
    entries = _entry("Root Entry", 5, 1, _END, 0) + _entry(name, 2, _FREE, 2, len(content))
    table = struct.pack(f"<{len(fat)}I", *fat).ljust(_SECTOR, b"\xff")
    return header + table + entries.ljust(_SECTOR, b"\0") + content.ljust(count * _SECTOR, b"\0")


def _entry(name: str, kind: int, child: int, start: int, size: int) -> bytes:
    """An entry of the directory, without brothers."""
    raw = (name + "\0").encode("utf-16-le")
    tree = struct.pack("<HBBIII", len(raw), kind, 1, _FREE, _FREE, child)
    return raw.ljust(64, b"\0") + tree + bytes(36) + struct.pack("<IQ", start, size)


def xls(
    sheets: Mapping[str, Rows],
    formats: Sequence[str] = (),
    *,
    hidden: Sequence[str] = (),
    merged: Sequence[tuple[int, int, int, int]] = (),
    records: bytes = b"",
    circle: bool = False,
) -> bytes:
    """A workbook of Excel 97; a cell may be (number, index from 1 of its format). `merged` counts from 0; `records`
    stand at its beginning."""
    book = record(0x0809, struct.pack("<HHHHII", 0x600, 5, 0, 1997, 0, 0)) + records
    book += b"".join(
        record(0x041E, struct.pack("<H", 163 + n) + _text(code)) for n, code in enumerate(formats, 1)
    )
    styles = [0, *range(164, 164 + len(formats))]
    book += b"".join(record(0x00E0, struct.pack("<HHH14x", 0, code, 1)) for code in styles)
    bodies = [_sheet(rows, merged) for rows in sheets.values()]
    heads = [
        struct.pack("<BBBB", name in hidden, 0, len(name), 0) + name.encode("latin-1") for name in sheets
    ]
    place = len(book) + sum(8 + len(head) for head in heads) + 4
    for head, body in zip(heads, bodies, strict=True):
        book += record(0x0085, struct.pack("<I", place) + head)
        place += len(body)
    stream = book + record(0x000A, b"") + b"".join(bodies)
    stream += record(
        0, bytes(-len(stream) % 4)
    )  # so that the zeros that fill the container are whole records
    return ole("Workbook", stream, circle=circle)


def _sheet(rows: Rows, merged: Sequence[tuple[int, int, int, int]]) -> bytes:
    out = record(0x0809, struct.pack("<HHHHII", 0x600, 16, 0, 1997, 0, 0))
    for row, cells in enumerate(rows):
        for column, cell in enumerate(cells):
            if isinstance(cell, str):
                if cell:
                    out += record(0x0204, struct.pack("<HHH", row, column, 0) + _text(cell))
                continue
            value, style = cell if isinstance(cell, tuple) else (cell, 0)
            out += record(0x0203, struct.pack("<HHHd", row, column, style, value))
    if merged:
        places = b"".join(struct.pack("<HHHH", *place) for place in merged)
        out += record(0x00E5, struct.pack("<H", len(merged)) + places)
    return out + record(0x000A, b"")


def record(kind: int, content: bytes) -> bytes:
    """A record of a workbook."""
    return struct.pack("<HH", kind, len(content)) + content


def _text(text: str) -> bytes:
    return struct.pack("<HB", len(text), 1) + text.encode("utf-16-le")
