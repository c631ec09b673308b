"""Office documents that are locked with a password: opened with it, refused without it, and broken ones said so."""

from __future__ import annotations

import hashlib
import io
import struct
import zipfile
from pathlib import Path

import olefile
import pytest
from cryptography.hazmat.decrepit.ciphers.algorithms import ARC4
from cryptography.hazmat.primitives.ciphers import Cipher
from msoffcrypto.format.ooxml import OOXMLFile
from msoffcrypto.format.xls97 import Xls97File
from msoffcrypto.method import rc4

from desktop.core.errors import ReadError
from tests import hostile
from tests.office import workbook
from tests.old_office import record, xls
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


def _locked_workbook(password: str) -> bytes:
    """A workbook of Excel 97 with the older lock: RC4, whose cipher and its opposite are the same."""
    salt, verifier = bytes(range(16)), b"any sixteen byte"
    cipher = Cipher(ARC4(rc4._makekey(password, salt, 0)), None).encryptor()
    check = cipher.update(verifier) + cipher.update(hashlib.md5(verifier).digest())
    lock = struct.pack("<HHH", 1, 1, 1) + salt + check
    plain = xls({"Rents": [["Flat", "Rent"], ["4", 900]]}, records=record(0x2F, lock))
    office, out = Xls97File(io.BytesIO(plain)), io.BytesIO()
    office.load_key(password=password)
    office.decrypt(out)
    return out.getvalue().replace(struct.pack("<HH", 0, len(lock)) + bytes(len(lock)), record(0x2F, lock))


def test_an_old_workbook_opens_with_its_password(tmp_path: Path) -> None:
    path = write(tmp_path, "rents.xls", _locked_workbook("sesame"))
    for password in ("", "wrong"):
        with pytest.raises(ReadError) as caught:
            read(path, password=password)
        assert (caught.value.reason, "Enter its password" in caught.value.todo) == ("encrypted", True)
    pages, end = read(path, password="sesame")
    assert end.kind == "xls"
    assert "900" in pages[0].text


def test_what_excel_opens_without_a_question_is_opened_so(tmp_path: Path) -> None:
    for name, content in (
        ("a.xls", _locked_workbook("VelvetSweatshop")),
        ("a.xlsx", locked(workbook({"Rents": [["Rent"], ["900"]]}), "VelvetSweatshop")),
    ):
        assert "900" in read(write(tmp_path, name, content))[0][0].text


def test_a_password_does_no_harm_to_files_without_a_lock(tmp_path: Path) -> None:
    path = write(tmp_path, "a.docx", hostile.docx(hostile.paragraph(WORDS)))
    assert read(path, password="sesame")[0][0].text == WORDS
    with pytest.raises(ReadError) as caught:
        read(write(tmp_path, "old.doc", hostile.old_word()), password="sesame")
    assert caught.value.reason == "damaged"


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
