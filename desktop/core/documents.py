"""The nouns of the library: collections, documents, pages, passages and where their words stand."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum


class DocumentState(StrEnum):
    """How far a file has come. READY, FAILED and SKIPPED are where a row rests."""

    WAITING = "waiting"
    READING = "reading"
    EMBEDDING = "embedding"
    READY = "ready"
    SKIPPED = "skipped"
    FAILED = "failed"


PICTURES = frozenset({"png", "jpg", "gif", "tif", "webp", "bmp", "heic", "avif"})
"""Kinds of documents that are all right without any text."""


@dataclass(frozen=True)
class Collection:
    """A named set of documents that share one table of the index."""

    id: str
    name: str
    documents: int = 0
    passages: int = 0
    embedder: str = ""
    created: float = 0.0


@dataclass(frozen=True)
class TableColumns:
    """Which columns of a CSV or JSONL file hold the text, the id and the title of its rows ('' for none)."""

    text: str = ""
    id: str = ""
    title: str = ""


ATTACHED = "attached_"
"""How the ids of collections begin that hold what is attached to one message."""


@dataclass(frozen=True)
class Document:
    """One file of a collection, as the catalogue knows it. Times are seconds since 1970.

    A file inside another one, such as the attachment of a mail, has the `path` of the outermost file; `member` says
    where in it: one name a level. `parent_id` is the document that holds it.
    `scanned` pages were read by OCR, `unread` ones hold no text that anything could read or was asked to.
    `fingerprint` is a simhash of the text (see core/similar.py), 0 where there is none.
    """

    id: str
    collection_id: str
    path: str
    name: str
    kind: str = ""
    state: DocumentState = DocumentState.WAITING
    reason: str = ""
    reason_kind: str = ""
    size: int = 0
    modified: float = 0.0
    sha256: str = ""
    pages: int = 0
    passages: int = 0
    added: float = 0.0
    seconds: float = 0.0
    columns: TableColumns = field(default_factory=TableColumns)
    parent_id: str = ""
    member: tuple[str, ...] = ()
    title: str = ""
    scanned: int = 0
    unread: int = 0
    characters: int = 0
    language: str = ""
    fingerprint: int = 0
    folder_id: str = ""

    @property
    def place(self) -> tuple[str, tuple[str, ...]]:
        """Where the file is: its path, and the way inside."""
        return self.path, self.member


@dataclass(frozen=True)
class SearchFilter:
    """Which documents a search looks at; what is empty or 0 leaves nothing out. Times are those of the files' last
    change, `after` included and `before` not; `kinds` are as in `Document.kind`, `folder` holds its subfolders."""

    folder: str = ""
    kinds: tuple[str, ...] = ()
    after: float = 0.0
    before: float = 0.0
    label: str = ""

    def __bool__(self) -> bool:
        return self != SearchFilter()


@dataclass(frozen=True)
class Box:
    """A rectangle on a page, as fractions of the page's width and height, origin at the top left."""

    x0: float
    y0: float
    x1: float
    y1: float


@dataclass(frozen=True)
class WordBox:
    """The place of the characters `start:end` of a page's text."""

    start: int
    end: int
    box: Box


Place = tuple[int, int, int, int, int, int]
"""A word's place as it is written: start, length, and x0, y0, x1, y1 in 1/65535 of the page."""
_WORD = struct.Struct("<IHHHHH")
_SCALE = 65535


def pack_boxes(words: list[WordBox]) -> bytes:
    """Write word boxes as 14 bytes each, compressed; `unpack_boxes` reads them back (to 1/65535 of the page)."""
    return pack_places([(w.start, w.end, w.box.x0, w.box.y0, w.box.x1, w.box.y1) for w in words])


def pack_places(places: Sequence[tuple[int, int, float, float, float, float]]) -> bytes:
    """`pack_boxes` for plain tuples (start, end, x0, y0, x1, y1): objects take time, and pages have many words."""
    if not places:
        return b""
    raw: list[bytes] = []
    add, pack = raw.append, _WORD.pack
    for start, end, x0, y0, x1, y1 in places:
        if not (0.0 <= x0 <= x1 <= 1.0 and 0.0 <= y0 <= y1 <= 1.0):
            x0, y0, x1, y1 = _within(x0), _within(y0), _within(x1), _within(y1)
        add(
            pack(
                start,
                min(end - start, _SCALE),
                int(x0 * _SCALE + 0.5),
                int(y0 * _SCALE + 0.5),
                int(x1 * _SCALE + 0.5),
                int(y1 * _SCALE + 0.5),
            )
        )
    return zlib.compress(b"".join(raw), 1)


def unpack_boxes(packed: bytes) -> list[WordBox]:
    """Read what `pack_boxes` wrote."""
    found = []
    for start, length, *corners in unpack_places(packed):
        found.append(WordBox(start, start + length, Box(*(c / _SCALE for c in corners))))
    return found


def unpack_places(packed: bytes) -> list[Place]:
    """`unpack_boxes` without objects."""
    return list(_WORD.iter_unpack(zlib.decompress(packed))) if packed else []


def pack_part(places: Sequence[Place], start: int, end: int) -> bytes:
    """What `pack_boxes` would write of the words in the characters `start:end`, counted from `start`."""
    inside = [
        _WORD.pack(max(first - start, 0), min(first + length, end) - max(first, start), x0, y0, x1, y1)
        for first, length, x0, y0, x1, y1 in places
        if first < end and first + length > start
    ]
    return zlib.compress(b"".join(inside), 1) if inside else b""


def _within(value: float) -> float:
    # Hostile pages give NaN, which is not equal to itself and has no integer.
    return min(max(value, 0.0), 1.0) if value == value else 0.0


def boxes_of_range(words: list[WordBox], start: int, end: int) -> list[Box]:
    """The rectangles to mark for the characters `start:end`, one a line: neighbours on a line are joined."""
    lines: list[Box] = []
    for word in words:
        if word.end <= start or word.start >= end:
            continue
        box = word.box
        if lines and _same_line(lines[-1], box):
            last = lines[-1]
            lines[-1] = Box(
                min(last.x0, box.x0), min(last.y0, box.y0), max(last.x1, box.x1), max(last.y1, box.y1)
            )
        else:
            lines.append(box)
    return lines


def _same_line(left: Box, right: Box) -> bool:
    """Whether `right` goes on where `left` ends: they overlap vertically by half and it is not a jump back."""
    overlap = min(left.y1, right.y1) - max(left.y0, right.y0)
    height = min(left.y1 - left.y0, right.y1 - right.y0)
    return overlap > 0.5 * height and -0.01 < right.x0 - left.x1 < 0.1


@dataclass(frozen=True)
class Heading:
    """A title inside a page: it holds from the character `start` on."""

    start: int
    text: str


@dataclass(frozen=True)
class Page:
    """One page of a document, or one row of a table.

    `number` counts from 1. `record_id` and `title` are a row's own id and title (rows of CSV and JSONL are
    documents of their own to a search). `boxes` is the packed list of word boxes, empty where a page has no picture.
    """

    number: int
    text: str
    boxes: bytes = b""
    headings: tuple[Heading, ...] = ()
    record_id: str = ""
    title: str = ""


@dataclass(frozen=True)
class Passage:
    """A stretch of a page that is searched and quoted as a whole: characters `start:end` of the page's text.

    `boxes` are the packed word boxes of the passage; their offsets are counted from the passage's own start.
    """

    id: str
    document_id: str
    page: int
    start: int
    end: int
    text: str
    title: str = ""
    heading: str = ""
    record_id: str = ""
    boxes: bytes = b""


@dataclass(frozen=True)
class Hit:
    """A passage that a search found. `score` is between 0 and 1 in the fused order; higher is nearer.

    `similarity` is the cosine of its vector to the query's.
    """

    passage: Passage
    score: float
    path: str = ""
    document: str = ""
    member: tuple[str, ...] = ()
    similarity: float = 0.0


@dataclass(frozen=True)
class Source:
    """Where a quoted sentence or a used passage stands, with all that is needed to open and mark it.

    `number` is what the answer shows; `boxes` are the rectangles to mark on the page; `start:end` are
    characters of the page's text.
    """

    number: int
    document_id: str
    document: str
    path: str
    page: int
    text: str
    start: int
    end: int
    record_id: str = ""
    boxes: tuple[Box, ...] = ()
    passage: str = ""
    member: tuple[str, ...] = ()
