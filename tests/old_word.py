"""A builder of Word documents as Word 97 wrote them ([MS-DOC]), with formatting and notes."""

from __future__ import annotations

import struct
from collections.abc import Sequence

from tests.outlook import container

_PAGE = 512
_TEXT = 0x400
IN_TABLE, ROW_END = struct.pack("<HB", 0x2416, 1), struct.pack("<HB", 0x2417, 1)
LISTED = struct.pack("<HH", 0x460B, 1)
DELETED = struct.pack("<HB", 0x0800, 1)


def doc(
    paragraphs: Sequence[tuple[str, int, bytes]],
    footnotes: str = "",
    *,
    deleted: str = "",
    nested: int = 1,
    flags: int = 0,
) -> bytes:
    """A document of these paragraphs: text with the mark that ends it, index of its style, operations.

    `deleted` is a stretch of the text that is marked so; the text is said `nested` times by its list of pieces.
    """
    words = "".join(text for text, _, _ in paragraphs) + footnotes
    text = words.encode("utf-16-le")
    units = len(text) // 2
    assert _TEXT + len(text) <= 3 * _PAGE
    ends, papx, place = [], [], _TEXT
    for one, style, operations in paragraphs:
        place += len(one.encode("utf-16-le"))
        ends.append(place)
        content = struct.pack("<H", style) + operations
        papx.append(bytes([0, (len(content) + 1) // 2]) + content.ljust((len(content) + 1) // 2 * 2, b"\0"))
    first = _TEXT + 2 * words.index(deleted)
    marks = [_TEXT, first, first + 2 * len(deleted), _TEXT + len(text)]
    main = bytearray(_TEXT)
    struct.pack_into("<HH", main, 0, 0xA5EC, 0xC1)
    struct.pack_into("<H", main, 10, 0x200 | flags)
    struct.pack_into("<8i", main, 0x4C, units - len(footnotes), len(footnotes), 0, 0, 0, 0, 0, 0)
    pieces = struct.pack(f"<{nested + 1}I", *(n * units for n in range(nested + 1)))
    pieces += struct.pack("<HIH", 0, _TEXT, 0) * nested
    tables = {
        0x1A2: b"\2" + struct.pack("<I", len(pieces)) + pieces,
        0x102: struct.pack("<III", _TEXT, place, 3),
        0xFA: struct.pack("<III", _TEXT, place, 4),
    }
    table = b""
    for at, content in tables.items():
        struct.pack_into("<II", main, at, len(table), len(content))
        table += content
    main += text.ljust(_PAGE, b"\0")
    main += _page([_TEXT, *ends], papx, 13) + _page(marks, [b"", bytes([len(DELETED)]) + DELETED, b""], 1)
    return container({"WordDocument": bytes(main), "1Table": table})


def _page(places: Sequence[int], runs: Sequence[bytes], width: int) -> bytes:
    """A page of formatting: the places of its runs, where on it each run's own begins, and those from its end on."""
    page = bytearray(_PAGE)
    struct.pack_into(f"<{len(places)}I", page, 0, *places)
    at = _PAGE - 2
    for index, run in enumerate(runs):
        if run:
            at = (at - len(run)) // 2 * 2
            page[at : at + len(run)] = run
            page[4 * len(places) + width * index] = at // 2
    page[-1] = len(runs)
    return bytes(page)
