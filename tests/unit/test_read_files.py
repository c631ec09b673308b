"""Which files are opened, and how those that are not read are named."""

from __future__ import annotations

import os
import sys
import zipfile
from pathlib import Path

import pytest

from desktop.core.cancel import CancelToken
from desktop.core.errors import READ_REASONS, DesksideError, ReadError
from desktop.core.requests import Ping, Request
from desktop.engines import reader
from tests import hostile
from tests.office import workbook
from tests.reading import read, write
from tests.support import closed, open_folder, unprivileged


def content_types(kind: str) -> dict[str, bytes]:
    return {
        "[Content_Types].xml": f'<Types><Override ContentType="application/vnd.{kind}.main+xml"/></Types>'.encode()
    }


OFFICE = "openxmlformats-officedocument"


@pytest.mark.parametrize(
    ("name", "content", "label"),
    [
        ("a.mp4", b"\0\0\0\x18ftypisom" + hostile.noise(100), "films and sound files"),
        ("a.sqlite", b"SQLite format 3\0" + hostile.noise(100), "databases"),
        ("a.xyz", hostile.noise(500), ".xyz files"),
        ("a", hostile.noise(500), "files of this kind"),
    ],
)
def test_what_is_not_read_is_named(tmp_path: Path, name: str, content: bytes, label: str) -> None:
    with pytest.raises(ReadError) as caught:
        read(write(tmp_path, name, content))
    assert caught.value.what == f"Deskside cannot read {label} yet."
    assert caught.value.reason == "unsupported"


OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(1000)


@pytest.mark.parametrize(
    ("content", "label", "todo"),
    [
        (b"\xdb\xa5\x2d\0" + bytes(100), "Word 2 documents (.doc)", "save it as .docx"),
        (OLE + "PowerPoint Document".encode("utf-16-le"), "old PowerPoint presentations (.ppt)", ".pptx"),
        (OLE + "VisioDocument".encode("utf-16-le"), "Visio drawings", "PDF"),
        (
            hostile.zipped({"Index/Document.iwa": b"x"}),
            "Apple Pages, Numbers and Keynote documents",
            "Export",
        ),
        (b"\xe4\x52\x5c\x7b\x8c\xd8\xa7\x4d" + bytes(100), "OneNote notebooks (.one)", "PDF"),
        (b"AT&TFORM" + bytes(100), "DjVu documents", "PDF"),
        (b"A book".ljust(60, b"\0") + b"BOOKMOBI" + bytes(100), "Kindle books (.mobi)", "EPUB"),
        (b"\xffWPC" + bytes(100), "WordPerfect documents (.wpd)", ".docx"),
        (b"ID3" + bytes(100), "sound files", "transcript"),
        (b"\x1aE\xdf\xa3" + bytes(100), "films", "subtitles"),
        (b"MZ\x90" + bytes(100), "programs", ""),
        (b"\x7fELF" + bytes(100), "programs", ""),
        (b"7z\xbc\xaf'\x1c" + bytes(100), "7z archives", "Unpack"),
        (b"Rar!\x1a\x07\1\0" + bytes(100), "RAR archives", "Unpack"),
        (b"SQLite format 3\0" + bytes(100), "databases", "CSV"),
        (b"\0\1\0\0Standard Jet DB" + bytes(100), "Access databases", "CSV"),
    ],
)
def test_the_content_decides_and_the_next_step_is_said(
    tmp_path: Path, content: bytes, label: str, todo: str
) -> None:
    for name in ("a.txt", "a.pdf", "a"):
        with pytest.raises(ReadError) as caught:
            read(write(tmp_path, name, content))
        assert (caught.value.what, caught.value.reason) == (
            f"Deskside cannot read {label} yet.",
            "unsupported",
        )
        assert todo in caught.value.todo
        assert bool(todo) == bool(caught.value.todo)


@pytest.mark.parametrize(
    ("name", "content", "what", "reason"),
    [
        ("a.txt", bytes(100_000), "a.txt is damaged: it begins with nothing but zero bytes", "damaged"),
        ("a.pdf", bytes(100_000), "a.pdf is damaged: it begins with nothing but zero bytes", "damaged"),
        ("a.txt", hostile.noise(5_000), "a.txt is no text, although its name says so.", "unsupported"),
        ("a.csv", hostile.noise(5_000), "a.csv is no text, although its name says so.", "unsupported"),
        (
            "a.xlsx",
            hostile.noise(5_000),
            "a.xlsx is damaged: it does not begin as such a file must.",
            "damaged",
        ),
    ],
)
def test_a_name_that_promises_too_much(
    tmp_path: Path, name: str, content: bytes, what: str, reason: str
) -> None:
    with pytest.raises(ReadError) as caught:
        read(write(tmp_path, name, content))
    assert caught.value.what.startswith(what)
    assert caught.value.reason == reason


def test_an_embedded_table_does_not_make_a_word_document_a_workbook(tmp_path: Path) -> None:
    content = hostile.docx(hostile.paragraph("Words.")).replace(b"wordprocessingml", b"wordprocessingml")
    pages, end = read(write(tmp_path, "a.xlsx", content))
    assert (end.kind, pages[0].text) == ("docx", "Words.")


def test_a_workbook_is_one_whatever_its_name(tmp_path: Path) -> None:
    for name in ("a.pdf", "a.docx", "a"):
        _, end = read(write(tmp_path, name, workbook({"S": [["words"]]})))
        assert end.kind == "xlsx"


def test_a_file_that_vanished(tmp_path: Path) -> None:
    for path in (tmp_path / "gone.pdf", tmp_path / "gone" / "a.txt", write(tmp_path, "file", "x") / "a.txt"):
        with pytest.raises(ReadError, match="not there any more") as caught:
            read(path)
        assert caught.value.reason == "missing"


@pytest.mark.skipif(sys.platform == "win32", reason="everything may be read here")
def test_a_file_without_permission() -> None:
    with open_folder() as folder:
        path = write(folder, "a.txt", "words")
        with closed(path), unprivileged(), pytest.raises(ReadError, match="may not be read") as caught:
            read(path)
    assert caught.value.reason == "not allowed"


def test_permission_refused_by_the_system(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> int:
        raise PermissionError(13, "Permission denied")

    path = write(tmp_path, "a.txt", "words")
    monkeypatch.setattr(os, "open", refuse)
    with pytest.raises(ReadError, match="may not be read") as caught:
        read(path)
    assert caught.value.reason == "not allowed"


def test_a_folder_is_no_file(tmp_path: Path) -> None:
    with pytest.raises(ReadError, match="is a folder") as caught:
        read(tmp_path)
    assert caught.value.reason == "unsupported"


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no named pipes here")
def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.txt")
    with pytest.raises(ReadError, match="a pipe or a device") as caught:
        read(tmp_path / "pipe.txt")
    assert caught.value.reason == "unsupported"


@pytest.mark.skipif(not Path("/dev/zero").exists(), reason="no devices here")
def test_a_device_is_not_read() -> None:
    with pytest.raises(ReadError, match="a pipe or a device"):
        read(Path("/dev/zero"))


def test_names_of_any_kind(tmp_path: Path) -> None:
    for name in ("a\nb.txt", "‮fdp.txt", "ä" * 60 + ".txt", " .txt", "~a.txt", "%00.pdf", "a?b.pdf"):
        content = hostile.pdf([["words"]]) if name.endswith(".pdf") else b"words"
        pages, _ = read(write(tmp_path, name, content))
        assert pages[0].text == "words"


@pytest.mark.skipif(sys.platform in ("win32", "darwin"), reason="names are Unicode here")
def test_names_that_are_no_text(tmp_path: Path) -> None:
    for suffix in ("txt", "pdf"):
        path = tmp_path / os.fsdecode(b"\xff\xfe." + suffix.encode())
        path.write_bytes(hostile.pdf([["words"]]) if suffix == "pdf" else b"words")
        pages, _ = read(path)
        assert pages[0].text == "words"


def test_a_path_with_a_zero_byte() -> None:
    with pytest.raises(ReadError):
        read(Path("a\0b.txt"))


def test_ping_and_what_is_not_for_the_reader() -> None:
    engine = reader.create({})
    assert list(engine.handle(Ping(), CancelToken())) == [("reader", os.getpid())]
    with pytest.raises(DesksideError):
        list(engine.handle(Request(), CancelToken()))


def test_reasons_are_among_those_agreed(tmp_path: Path) -> None:
    for name, content in (
        ("a.txt", b""),
        ("b.pdf", hostile.truncated_pdf()),
        ("c.docx", hostile.bomb_docx()),
    ):
        with pytest.raises(ReadError) as caught:
            read(write(tmp_path, name, content))
        assert caught.value.reason in READ_REASONS


def test_an_office_file_with_other_slashes_and_capitals_is_one(tmp_path: Path) -> None:
    whole = tmp_path / "whole.xlsx"
    whole.write_bytes(workbook({"S": [["words"]]}))
    parts = {}
    with zipfile.ZipFile(whole) as archive:
        for name in archive.namelist():
            parts[name.lower().replace("/", "\\")] = archive.read(name)
    other = tmp_path / "other.xlsx"
    with zipfile.ZipFile(other, "w") as archive:
        for name, content in parts.items():
            info = zipfile.ZipInfo("x")
            info.filename = name  # as it is: ZipInfo would turn the slashes
            archive.writestr(info, content)
    pages, end = read(other)
    assert end.kind == "xlsx"
    assert "words" in pages[0].text


def test_an_office_file_without_its_content_is_damaged_and_no_folder(tmp_path: Path) -> None:
    path = tmp_path / "empty.docx"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("theme/theme1.xml", "<a/>")
    with pytest.raises(ReadError, match="the part with its content is missing"):
        read(path)
