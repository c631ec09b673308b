"""Reads a file with the reader engine in this process, for tests."""

from __future__ import annotations

from pathlib import Path

from desktop.core.cancel import CancelToken
from desktop.core.documents import Page, TableColumns
from desktop.core.requests import FileRead, PagePicture, PagesRead, ReadFile, RenderPage
from desktop.engines import reader


def write(folder: Path, name: str, content: bytes | str) -> Path:
    """Write a file and return its path."""
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def read(path: Path, columns: TableColumns | None = None, password: str = "") -> tuple[list[Page], FileRead]:
    """All pages of a file, and what it is. Raises ReadError."""
    request = ReadFile(str(path), columns or TableColumns(), password)
    pages: list[Page] = []
    end: FileRead | None = None
    for message in reader.create({}).handle(request, CancelToken()):
        if isinstance(message, PagesRead):
            assert end is None
            pages += message.pages
        else:
            assert isinstance(message, FileRead)
            end = message
    assert end is not None
    return pages, end


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
