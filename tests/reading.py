"""Reads a file with the reader engine in this process, for tests."""

from __future__ import annotations

from pathlib import Path

from desktop.core.cancel import CancelToken
from desktop.core.documents import Page, TableColumns
from desktop.core.reading_requests import (
    FileRead,
    Member,
    MembersFound,
    PagePicture,
    PagesRead,
    ReadFile,
    RenderPage,
)
from desktop.engines import reader


def write(folder: Path, name: str, content: bytes | str) -> Path:
    """Write a file and return its path."""
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def read(
    path: Path, columns: TableColumns | None = None, password: str = "", member: tuple[str, ...] = ()
) -> tuple[list[Page], FileRead]:
    """All pages of a file or of a file inside it, and what it is. Raises ReadError."""
    pages, _, end = read_all(reader.create({}), path, columns, password, member)
    return pages, end


def read_all(
    engine: reader.Reader,
    path: Path,
    columns: TableColumns | None = None,
    password: str = "",
    member: tuple[str, ...] = (),
) -> tuple[list[Page], list[Member], FileRead]:
    """The same with the files inside it, by an engine that may know the file from before. Raises ReadError."""
    request = ReadFile(str(path), columns or TableColumns(), password, member)
    pages: list[Page] = []
    members: list[Member] = []
    end: FileRead | None = None
    for message in engine.handle(request, CancelToken()):
        assert end is None
        if isinstance(message, PagesRead):
            pages += message.pages
        elif isinstance(message, MembersFound):
            members += message.members
        else:
            assert isinstance(message, FileRead)
            end = message
    assert end is not None
    return pages, members, end


def text_of(path: Path) -> str:
    """The text of a file's only page."""
    pages, end = read(path)
    assert len(pages) == end.pages == 1
    return pages[0].text


def render(path: Path, page: int = 1, width: int = 600) -> PagePicture:
    """A page as a picture."""
    (picture,) = reader.create({}).handle(RenderPage(str(path), page, width), CancelToken())
    assert isinstance(picture, PagePicture)
    return picture
