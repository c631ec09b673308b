"""What the reader is asked and what it answers: files, the files inside them, and pictures of pages."""

from __future__ import annotations

from dataclasses import dataclass, field

from desktop.core.documents import Page, TableColumns
from desktop.core.requests import Request


@dataclass(frozen=True)
class ReadFile(Request):
    """Read a file, or a file inside it, into pages. Yields PagesRead, MembersFound, ..., then FileRead.

    Raises ReadError. Without `ocr`, pages that hold no text are only counted: reading them takes seconds each.
    """

    path: str
    columns: TableColumns = field(default_factory=TableColumns)
    password: str = ""
    member: tuple[str, ...] = ()
    ocr: bool = True


@dataclass(frozen=True)
class PagesRead:
    """Some pages of the file; `total` is the number of its pages, 0 where it is not known yet."""

    pages: tuple[Page, ...]
    done: int
    total: int


@dataclass(frozen=True)
class Member:
    """A file inside a file: an attachment of a mail, a file of an archive.

    `name` is unique in its container, and what stands behind its last "/" is what a person calls it. `modified` is in
    seconds since 1970, 0 where it is not known.
    """

    name: str
    size: int
    modified: float
    sha256: str


@dataclass(frozen=True)
class MembersFound:
    """Files inside this one, each to be read by a ReadFile of its own."""

    members: tuple[Member, ...]


@dataclass(frozen=True)
class FileRead:
    """The end of a file: its kind ('pdf', 'docx', ...), its title if it names one, and its number of pages.

    `scanned` of them were read by OCR; `unread` ones hold no text, or none but what OCR would find. `language` is
    its ISO 639-1 code, '' where it is not known.
    """

    kind: str
    title: str
    pages: int
    scanned: int = 0
    unread: int = 0
    language: str = ""


@dataclass(frozen=True)
class ReadTableHead(Request):
    """The beginning of a table, to choose its columns by. Answered with TableHead. Raises ReadError."""

    path: str


@dataclass(frozen=True)
class TableHead:
    """The names of a table's columns and its first rows, with a cell for each column."""

    names: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class RenderPage(Request):
    """Draw a page as a picture, `width` pixels wide. Answered with PagePicture. Raises ReadError."""

    path: str
    page: int
    width: int
    password: str = ""
    member: tuple[str, ...] = ()


@dataclass(frozen=True)
class PagePicture:
    """RGB pixels, 3 bytes each, rows without padding; `pages` is the document's number of pages."""

    width: int
    height: int
    pixels: bytes
    pages: int
