"""Office files that are hardly more than a cover for pictures: the pictures' words are read by OCR."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest

from desktop.core.cancel import CancelToken
from desktop.core.errors import ReadError
from desktop.core.reading_requests import FileRead, PagesRead, ReadFile
from desktop.engines import reader
from tests import hostile
from tests.pictures import encoded, text_picture
from tests.reading import write

TITLE = "Notice of the landlord"
LINES = ["The heating is checked in October", "The lift stands still on Monday"]
PNG = [encoded(text_picture([[line]], size=(620, 100)), "PNG") for line in LINES]


def _read(path: Path, ocr: bool = True) -> tuple[list[str], FileRead]:
    messages = list(reader.create({}).handle(ReadFile(str(path), ocr=ocr), CancelToken()))
    end = messages[-1]
    assert isinstance(end, FileRead)
    return [page.text for one in messages if isinstance(one, PagesRead) for page in one.pages], end


def _docx(words: str, **media: bytes) -> bytes:
    out = io.BytesIO(hostile.docx(hostile.paragraph(words)))
    with zipfile.ZipFile(out, "a") as archive:
        for name, content in media.items():
            archive.writestr(f"word/media/{name}.bin", content)
    return out.getvalue()


def test_a_document_with_hardly_any_text_has_the_words_of_its_pictures(tmp_path: Path) -> None:
    path = write(tmp_path, "a.docx", _docx(TITLE, image10=PNG[1], image2=PNG[0]))
    texts, end = _read(path)
    assert texts == [TITLE, *LINES]
    assert (end.kind, end.scanned, end.unread) == ("docx", 2, 0)
    texts, end = _read(path, ocr=False)
    assert texts == [TITLE]
    assert (end.scanned, end.unread) == (0, 2)


def test_pictures_of_a_document_with_text_are_left(tmp_path: Path) -> None:
    long = "The tenancy begins in May and ends with notice. " * 12
    texts, end = _read(write(tmp_path, "a.docx", _docx(long, logo=PNG[0])))
    assert len(texts) == 1
    assert (end.scanned, end.unread) == (0, 0)


def test_a_document_of_pictures_alone_is_a_scan(tmp_path: Path) -> None:
    path = write(tmp_path, "a.docx", _docx("", image1=PNG[0]))
    assert _read(path)[0] == [LINES[0]]
    assert _read(path, ocr=False)[1].unread == 1


def test_each_content_is_read_once_and_icons_and_what_is_broken_are_left(tmp_path: Path) -> None:
    icon = encoded(text_picture([["x"]], size=(60, 20)), "PNG")
    content = _docx(TITLE, a=PNG[0], b=PNG[0], c=icon, d=PNG[1][:300], e=b"\xd7\xcd\xc6\x9a" + bytes(200))
    texts, end = _read(write(tmp_path, "a.docx", content))
    assert texts == [TITLE, LINES[0]]
    assert end.scanned == 1


def test_without_any_picture_that_can_be_read_it_says_so(tmp_path: Path) -> None:
    path = write(tmp_path, "a.docx", _docx("", image1=b"\xd7\xcd\xc6\x9a" + bytes(200)))
    with pytest.raises(ReadError, match="only pictures or charts"):
        _read(path)
