"""Files of every format, broken at random (always the same way), and bombs for OCR, in the real reader child."""

from __future__ import annotations

import random
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from desktop.core.errors import DesksideError, ReadError
from desktop.core.reading_requests import FileRead, ReadFile
from desktop.engines.process import EngineProcess
from tests import containers, hostile, hostile_bombs, office, old_office
from tests.pictures import encoded, text_picture
from tests.reading import write

BROKEN = 6
"""Broken files of each format."""
SILENCE = 20.0


@pytest.fixture(scope="module")
def reader() -> Iterator[EngineProcess]:
    process = EngineProcess("Reading", "desktop.engines.reader")
    yield process
    process.stop()


def _originals() -> dict[str, bytes]:
    picture = text_picture("The pump stands in hall nine.")
    body = "<text:p>A paragraph about a pump.</text:p>"
    rows = [["Name", "Amount"], ["Pump", 12.5], ["Valve", 3]]
    return {
        "pdf": hostile.pages_pdf(4),
        "docx": hostile.docx(hostile.paragraph("A sentence about a pump.") * 9),
        "xlsx": office.workbook({"Sheet": rows}),
        "xls": old_office.xls({"Sheet": rows}),
        "pptx": office.presentation([office.slide(office.shape("A slide about a pump."))]),
        "odt": office.opendocument("text", body),
        "rtf": rb"{\rtf1\ansi A \b sentence\b0  about a pump.\par Another one.\par}" * 3,
        "epub": containers.epub({"a.xhtml": "<html><body><p>A chapter about a pump.</p></body></html>"}),
        "html": b"<html><body><h1>Pumps</h1><p>A page about a pump.</p></body></html>" * 5,
        "eml": containers.mail("Pump", "A mail.\n", attached={"a.txt": b"attached words"}).as_bytes(),
        "zip": hostile.zipped({"a.txt": b"words about a pump", "b.txt": b"more words"}),
        "tgz": containers.tar({"a.txt": b"words about a pump"}, "w:gz"),
        "ipynb": b'{"cells": [{"cell_type": "markdown", "source": ["A cell about a pump."]}], "nbformat": 4}',
        "json": b'{"pump": {"hall": 9, "parts": ["valve", "seal"]}}',
        "csv": b"name,amount\npump,12\nvalve,3\n" * 5,
        "xml": b"<?xml version='1.0'?><pumps><pump hall='9'>A pump.</pump></pumps>",
        "srt": b"1\n00:00:01,000 --> 00:00:02,000\nA line about a pump.\n\n" * 4,
        **{kind.lower(): encoded(picture, kind) for kind in ("PNG", "JPEG", "TIFF", "WEBP", "GIF", "BMP")},
    }


def _broken(content: bytes, number: int) -> bytes:
    """The content with bytes changed, a stretch lost, and a stretch put elsewhere."""
    chance = random.Random(f"{number} {len(content)}")
    made = bytearray(content)
    for _ in range(1 + 4 * number):
        made[chance.randrange(len(made))] = chance.randrange(256)
    start = chance.randrange(len(made))
    piece = bytes(made[start : start + chance.randrange(1, 40)])
    if number % 2:
        del made[start : start + len(piece)]
    place = chance.randrange(len(made) + 1)
    return bytes(made[:place] + piece + made[place:]) if number % 3 else bytes(made)


def _sentence(reader: EngineProcess, path: Path) -> str | None:
    """What the row of a file says; None if it is read. Anything but a ReadError fails the test."""
    try:
        last = list(reader.request(ReadFile(str(path)), silence=SILENCE, memory_mb=1024))[-1]
    except ReadError as error:
        return error.what
    assert isinstance(last, FileRead), path.name
    return None


def test_every_format_is_read_and_every_broken_file_has_a_sentence(
    reader: EngineProcess, tmp_path: Path
) -> None:
    list(reader.request(ReadFile(str(write(tmp_path, "a.txt", "words")))))
    child = reader.pid
    for suffix, content in _originals().items():
        whole = list(reader.request(ReadFile(str(write(tmp_path, f"whole.{suffix}", content)))))
        assert isinstance(whole[-1], FileRead), suffix
        for number in range(BROKEN):
            path = write(tmp_path, f"broken {number}.{suffix}", _broken(content, number))
            started = time.monotonic()
            sentence = _sentence(reader, path)
            assert sentence is None or (sentence.endswith(".") and "\n" not in sentence), (suffix, number)
            assert time.monotonic() - started < SILENCE, (suffix, number)
    assert reader.pid == child  # none of them ended it


def test_pictures_that_unpack_to_gigabytes_end_within_memory(reader: EngineProcess, tmp_path: Path) -> None:
    files = {
        "colours.png": hostile_bombs.picture_png(14_200),
        "deep colours.png": hostile_bombs.picture_png(10_000, bits=16),
        "one page.pdf": hostile_bombs.picture_pdf(20_000),
        "cover.docx": hostile_bombs.picture_docx(14_200),
        "cover.zip": hostile.zipped({"a.png": hostile_bombs.picture_png(14_200)}),
    }
    for name, content in files.items():
        path = write(tmp_path, name, content)
        most = 0
        try:
            for _ in reader.request(ReadFile(str(path), ocr=True), silence=60.0, memory_mb=1500):
                most = max(most, psutil.Process(reader.pid).memory_info().rss)
        except DesksideError:
            pass  # a sentence in its row
        assert most < 1500 * 2**20, name
    good = write(tmp_path, "good.png", encoded(text_picture("The pump stands in hall nine."), "PNG"))
    assert isinstance(list(reader.request(ReadFile(str(good), ocr=True)))[-1], FileRead)


def test_a_reader_stuck_in_native_code_is_ended(tmp_path: Path) -> None:
    stuck = EngineProcess("Reading", "tests.integration.misbehaving")
    try:
        started = time.monotonic()
        with pytest.raises(DesksideError):
            list(stuck.request(ReadFile("stuck in native code"), silence=1.0))
        assert time.monotonic() - started < 15
        assert isinstance(
            list(stuck.request(ReadFile("good")))[-1], FileRead
        )  # the next file has a new child
    finally:
        stuck.stop()
