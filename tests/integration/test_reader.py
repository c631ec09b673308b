"""The reader in its child process: what it reads, how it fails, and what ends it."""

from __future__ import annotations

import io
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pypdf
import pytest

from desktop.core.cancel import CancelToken
from desktop.core.documents import TableColumns, unpack_boxes
from desktop.core.errors import (
    Cancelled,
    DesksideError,
    EngineCrashed,
    EngineOutOfMemory,
    EngineTimeout,
    ReadError,
)
from desktop.core.reading_requests import FileRead, PagePicture, PagesRead, ReadFile, RenderPage
from desktop.engines.process import EngineProcess, call
from tests import hostile
from tests.pictures import scanned_pdf, text_picture
from tests.reading import write


@pytest.fixture(scope="module")
def reader() -> Iterator[EngineProcess]:
    process = EngineProcess("Reading", "desktop.engines.reader")
    yield process
    process.stop()


@pytest.fixture
def misbehaving() -> Iterator[EngineProcess]:
    process = EngineProcess("Reading", "tests.integration.misbehaving")
    yield process
    process.stop()


def test_a_pdf_is_read_and_drawn(reader: EngineProcess, tmp_path: Path) -> None:
    path = write(tmp_path, "a.pdf", hostile.pages_pdf(40))
    messages = list(reader.request(ReadFile(str(path))))
    pages = [page for message in messages if isinstance(message, PagesRead) for page in message.pages]
    assert messages[-1] == FileRead("pdf", "", 40)
    assert [page.number for page in pages] == list(range(1, 41))
    assert unpack_boxes(pages[39].boxes)
    picture = call(reader, PagePicture, RenderPage(str(path), 40, 300))
    assert (picture.width, picture.pages, len(picture.pixels)) == (300, 40, 3 * 300 * picture.height)


def test_an_error_crosses_the_pipe_as_it_is(reader: EngineProcess, tmp_path: Path) -> None:
    path = write(tmp_path, "a.csv", "id,body\n1,words\n")
    with pytest.raises(ReadError) as caught:
        list(reader.request(ReadFile(str(path), TableColumns("text"))))
    assert caught.value.reason == "unsupported"
    assert caught.value.todo == "Its columns are “id”, “body”."


def test_every_bad_file_gives_a_reason_and_the_child_lives(reader: EngineProcess, tmp_path: Path) -> None:
    files = {
        "truncated.pdf": (hostile.truncated_pdf(), "damaged"),
        "encrypted.pdf": (hostile.encrypted_pdf(), "encrypted"),
        "empty.pdf": (b"", "empty"),
        "zero pages.pdf": (hostile.zero_page_pdf(), "empty"),
        "blank.pdf": (hostile.pdf([[], []]), "no text"),
        "cycle.pdf": (hostile.cyclic_pdf(), "damaged"),
        "noise.pdf": (b"%PDF-1.7\n" + hostile.noise(100_000) + b"%%EOF", "damaged"),
        "bomb.docx": (hostile.bomb_docx(), "too large"),
        "laughs.docx": (hostile.laughing_docx(), "damaged"),
        "locked.docx": (hostile.encrypted_office(), "encrypted"),
        "noise.txt": (hostile.noise(100_000), "unsupported"),
    }
    reasons = {}
    for name, (content, _) in files.items():
        path = write(tmp_path, name, content)
        with pytest.raises(DesksideError) as caught:
            list(reader.request(ReadFile(str(path)), silence=20, memory_mb=1024))
        reasons[name] = getattr(caught.value, "reason", repr(caught.value))
    assert reasons == {name: reason for name, (_, reason) in files.items()}
    good = write(tmp_path, "good.txt", "words")
    assert FileRead("txt", "", 1) in list(reader.request(ReadFile(str(good))))


def test_mutations_of_good_files_never_end_the_child(reader: EngineProcess, tmp_path: Path) -> None:
    originals = {"a.pdf": hostile.pages_pdf(5), "a.docx": hostile.docx(hostile.paragraph("words") * 20)}
    list(reader.request(ReadFile(str(write(tmp_path, "a.txt", "words")))))
    child = reader.pid
    for name, content in originals.items():
        for seed in range(40):
            broken = bytearray(content)
            for step in range(1 + seed % 7):
                position = (seed * 7919 + step * 104729) % len(broken)
                broken[position] = (broken[position] + 1 + seed) % 256
            path = write(tmp_path, name, bytes(broken))
            try:
                messages = list(reader.request(ReadFile(str(path)), silence=20, memory_mb=1024))
                assert isinstance(messages[-1], FileRead)
            except ReadError:
                pass  # a sentence in the file's row
    assert reader.pid == child


def test_five_thousand_pages_in_bounded_memory(reader: EngineProcess, tmp_path: Path) -> None:
    path = write(tmp_path, "long.pdf", hostile.pages_pdf(5000, lines=30))
    list(reader.request(ReadFile(str(write(tmp_path, "short.pdf", hostile.pages_pdf(5))))))
    child = psutil.Process(reader.pid)
    before = child.memory_info().rss
    most = before
    pages = 0
    for message in reader.request(ReadFile(str(path)), silence=60, memory_mb=1024):
        if isinstance(message, PagesRead):
            pages += len(message.pages)
            most = max(most, child.memory_info().rss)
    assert pages == 5000
    assert (most - before) / 2**20 < 60


def test_cancel_ends_reading_at_once(reader: EngineProcess, tmp_path: Path) -> None:
    path = write(tmp_path, "long.pdf", hostile.pages_pdf(5000, lines=30))
    cancel = CancelToken()
    messages = reader.request(ReadFile(str(path)), cancel)
    next(messages)
    child = reader.pid
    cancel.cancel()
    started = time.monotonic()
    with pytest.raises(Cancelled):
        list(messages)
    assert time.monotonic() - started < 1.5
    assert reader.pid == child  # it stopped by itself: it was not killed


def test_a_file_that_stands_still_is_given_up(misbehaving: EngineProcess) -> None:
    messages = misbehaving.request(ReadFile("sleeps"), silence=1.0)
    assert isinstance(next(messages), PagesRead)
    started = time.monotonic()
    with pytest.raises(EngineTimeout, match="took longer than 1 seconds"):
        next(messages)
    assert time.monotonic() - started < 5
    assert isinstance(list(misbehaving.request(ReadFile("good")))[-1], FileRead)


def test_a_file_that_takes_all_memory_is_given_up(misbehaving: EngineProcess) -> None:
    messages = misbehaving.request(ReadFile("grows"), silence=60, memory_mb=200)
    assert isinstance(next(messages), PagesRead)
    with pytest.raises(EngineOutOfMemory, match="more than 200 MB"):
        next(messages)
    assert isinstance(list(misbehaving.request(ReadFile("good")))[-1], FileRead)


def test_a_crash_costs_one_file(misbehaving: EngineProcess) -> None:
    with pytest.raises(EngineCrashed, match=r"Reading crashed \(SIGSEGV\)"):
        list(misbehaving.request(ReadFile("dies")))
    assert isinstance(list(misbehaving.request(ReadFile("good")))[-1], FileRead)


def test_a_scan_is_read_and_marked_in_the_child_and_cancel_ends_it(
    reader: EngineProcess, tmp_path: Path
) -> None:
    sheet = text_picture([["The boiler was serviced", "by Brandt in October", "and again in March"]])
    path = write(tmp_path, "scan.pdf", scanned_pdf([sheet] * 3))
    messages = list(reader.request(ReadFile(str(path)), silence=60, memory_mb=1024))
    assert messages[-1] == FileRead("pdf", "", 3, scanned=3)
    batches = [message for message in messages if isinstance(message, PagesRead)]
    assert [len(batch.pages) for batch in batches] == [1, 1, 1]
    page = batches[2].pages[0]
    place = next(w.box for w in unpack_boxes(page.boxes) if page.text[w.start : w.end] == "October")
    # The picture's 420 rows lie from 164 to 442 points below the page's top; its second line's middle is row 76.
    assert abs((place.y0 + place.y1) / 2 - (164 + 278 * 76 / 420) / 842) < 0.005
    assert 0.15 < place.x0 < place.x1 < 0.35
    child, cancel = reader.pid, CancelToken()
    reading = reader.request(ReadFile(str(path)), cancel)
    next(reading)
    cancel.cancel()
    with pytest.raises(Cancelled):
        list(reading)
    assert reader.pid == child


def test_only_a_password_that_opens_the_file_is_needed(reader: EngineProcess, tmp_path: Path) -> None:
    locked = write(tmp_path, "locked.pdf", hostile.encrypted_pdf("secret"))
    for password in ("", "wrong"):
        for request in (ReadFile(str(locked), password=password), RenderPage(str(locked), 1, 100, password)):
            with pytest.raises(ReadError) as caught:
                list(reader.request(request))
            assert caught.value.reason == "encrypted"
    pages = next(reader.request(ReadFile(str(locked), password="secret")))
    assert isinstance(pages, PagesRead)
    assert pages.pages[0].text == "Nobody may read this."
    assert call(reader, PagePicture, RenderPage(str(locked), 1, 100, "secret")).pages == 1
    writer = pypdf.PdfWriter(io.BytesIO(hostile.pdf([["Everybody may read this."]])))
    writer.encrypt("", "owner", algorithm="RC4-128")
    with (tmp_path / "owner.pdf").open("wb") as out:
        writer.write(out)
    pages = next(reader.request(ReadFile(str(tmp_path / "owner.pdf"))))
    assert isinstance(pages, PagesRead)
    assert pages.pages[0].text == "Everybody may read this."
