"""Office documents that are locked with a password: opened with it, refused without it, and broken ones said so."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import olefile
import pytest
from msoffcrypto.format.ooxml import OOXMLFile

from desktop.core.errors import ReadError
from tests import hostile
from tests.office import workbook
from tests.reading import read, write

WORDS = "The notice period is nine months."


def locked(document: bytes, password: str = "sesame") -> bytes:
    """An Office document as Office locks it: ECMA-376 agile encryption in an OLE container.

    A picture is added, as the library that locks it here does not get containers of less than 4 kB right.
    """
    grown, out = io.BytesIO(document), io.BytesIO()
    with zipfile.ZipFile(grown, "a") as archive:
        archive.writestr("media/picture.png", hostile.noise(20_000))
    OOXMLFile(grown).encrypt(password, out)
    return out.getvalue()


@pytest.fixture(scope="module")
def letter() -> bytes:
    return locked(hostile.docx(hostile.paragraph(WORDS)))


def _changed(container: bytes, old: bytes, new: bytes) -> bytes:
    """The container with other bytes, of the same length, in its description of the lock."""
    assert len(old) == len(new)
    assert old in container
    return container.replace(old, new)


def test_a_locked_document_opens_with_its_password_alone(letter: bytes, tmp_path: Path) -> None:
    path = write(tmp_path, "letter.docx", letter)
    for password in ("", "wrong"):
        with pytest.raises(ReadError) as caught:
            read(path, password=password)
        assert caught.value.reason == "encrypted"
    pages, end = read(path, password="sesame")
    assert (end.kind, pages[0].text) == ("docx", WORDS)


def test_a_locked_workbook_is_read_as_one(tmp_path: Path) -> None:
    content = locked(workbook({"Rents": [["Flat", "Rent"], ["4", "900"]]}))
    pages, end = read(write(tmp_path, "rents.xlsx", content), password="sesame")
    assert end.kind == "xlsx"
    assert "900" in pages[0].text


def test_a_password_does_no_harm_to_files_without_a_lock(tmp_path: Path) -> None:
    path = write(tmp_path, "a.docx", hostile.docx(hostile.paragraph(WORDS)))
    assert read(path, password="sesame")[0][0].text == WORDS
    with pytest.raises(ReadError) as caught:
        read(write(tmp_path, "old.doc", hostile.old_word()), password="sesame")
    assert caught.value.reason == "unsupported"


def test_what_only_looks_locked_stays_so(tmp_path: Path) -> None:
    with pytest.raises(ReadError) as caught:
        read(write(tmp_path, "a.docx", hostile.encrypted_office()), password="sesame")
    assert caught.value.reason == "encrypted"


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"<keyData", b"<!keyDat"),
        (b'spinCount="', b'spinCounx="'),
        (b"</encryption>", b"</encryptiom>"),
        (b'blockSize="16"', b'blockSize="xx"'),
    ],
    ids=["entities", "no count", "not closed", "no number"],
)
def test_a_lock_that_breaks_its_format_is_damaged(
    letter: bytes, tmp_path: Path, old: bytes, new: bytes
) -> None:
    path = write(tmp_path, "a.docx", _changed(letter, old, new))
    with pytest.raises(ReadError) as caught:
        read(path, password="sesame")
    assert caught.value.reason == "damaged"


@pytest.mark.parametrize("share", [0.3, 0.6, 0.95])
def test_a_locked_document_that_is_cut_off_ends_as_a_read_error(
    letter: bytes, tmp_path: Path, share: float
) -> None:
    path = write(tmp_path, "a.docx", letter[: int(len(letter) * share)])
    with pytest.raises(ReadError) as caught:
        read(path, password="sesame")
    assert caught.value.reason in ("damaged", "encrypted")


def test_the_made_container_is_what_the_reader_looks_for(letter: bytes) -> None:
    with olefile.OleFileIO(io.BytesIO(letter)) as ole:
        assert ole.exists("EncryptedPackage")
