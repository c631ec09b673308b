"""What needs attention, with the real engines: a locked PDF and archive, a scan, a mixed file, and the next start."""

from __future__ import annotations

import io
import os
from collections.abc import Iterator
from pathlib import Path

import pypdf
import pytest

from desktop.core.check_up import FindingKind
from desktop.core.documents import DocumentState
from desktop.core.errors import ReadError
from desktop.core.library_requests import Search
from desktop.core.paths import Paths
from desktop.services.all import Services
from tests import hostile
from tests.containers import locked_zip
from tests.pictures import scanned_pdf, text_picture

PASSWORD = "sesame-4711"
GERMAN = (
    "Der Mietvertrag beginnt am ersten Januar und endet nach neun Monaten, wenn keine der beiden Parteien "
    "vorher schriftlich widerspricht. Die Kaution betraegt drei Monatsmieten und wird verzinst angelegt."
)


def _locked(line: str) -> bytes:
    writer = pypdf.PdfWriter(io.BytesIO(hostile.pdf([[line]])))
    writer.encrypt(PASSWORD, algorithm="RC4-128")
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


@pytest.fixture
def services(home: Path) -> Iterator[Services]:
    built = Services(Paths.default())
    yield built
    built.close()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "mixed"
    made.mkdir()
    picture = text_picture([["The spare key lies", "under the third flower pot."]])
    (made / "statement.pdf").write_bytes(_locked("The balance in May was nine hundred pounds."))
    (made / "letters.zip").write_bytes(
        locked_zip({"letter.txt": b"The heron stands in the pond."}, PASSWORD.encode())
    )
    (made / "other.pdf").write_bytes(hostile.encrypted_pdf("another"))
    (made / "scan.pdf").write_bytes(scanned_pdf([picture]))
    (made / "mixed.pdf").write_bytes(scanned_pdf(["The lift is serviced every March.", picture]))
    (made / "vertrag.txt").write_text(GERMAN, "utf-8")
    return made


def _reasons(services: Services, collection: str) -> dict[str, list[str]]:
    return {
        one.reason: [document.name for document in one.first]
        for one in services.library.attention(collection)
    }


def _found(services: Services, collection: str, query: str) -> str:
    hits = services.searching.search(Search(collection, query)).hits
    return hits[0].document if hits else ""


def test_what_needs_attention_is_put_right_with_one_call_each(services: Services, folder: Path) -> None:
    services.settings.change(read_scans=False)
    library, importing = services.library, services.importing
    collection = library.create_collection("Mixed").id
    list(importing.import_files([folder], collection))
    assert _reasons(services, collection) == {
        "encrypted": ["letters.zip", "other.pdf", "statement.pdf"],
        "no text": ["scan.pdf"],
        "unread": ["mixed.pdf"],
    }
    assert services.library.check_up(collection).languages == (("de", 1),)

    list(importing.unlock(library.attention_ids(collection, "encrypted"), "wrong"))
    assert len(library.attention_ids(collection, "encrypted")) == 3
    list(importing.unlock(library.attention_ids(collection, "encrypted"), PASSWORD))
    assert _reasons(services, collection)["encrypted"] == ["other.pdf"]
    assert _found(services, collection, "balance in May") == "statement.pdf"
    assert _found(services, collection, "heron in the pond") == "letter.txt"

    scans = library.attention_ids(collection, "no text") + library.attention_ids(collection, "unread")
    list(importing.retry(scans, read_scans=True))
    assert _reasons(services, collection) == {"encrypted": ["other.pdf"]}
    assert _found(services, collection, "spare key under the flower pot") in ("scan.pdf", "mixed.pdf")
    assert _found(services, collection, "lift serviced every March") == "mixed.pdf"

    before = library.ignore(library.attention_ids(collection, "encrypted"))
    assert _reasons(services, collection) == {}
    library.restore(before)
    assert _reasons(services, collection) == {"encrypted": ["other.pdf"]}

    check = library.check_up(collection)
    assert check.finding(FindingKind.SCANNED).count == 2
    assert check.finding(FindingKind.FOREIGN).count == 1
    assert check.finding(FindingKind.UNREAD).count == 0


def test_the_next_start_has_forgotten_the_password_and_asks_for_it_again(folder: Path, home: Path) -> None:
    path = str(folder / "statement.pdf")
    services = Services(Paths.default())
    try:
        collection = services.library.create_collection("Bank").id
        services.importing.know_password(PASSWORD)
        list(services.importing.import_files([folder / "statement.pdf"], collection))
        (row,) = services.library.documents(collection)
        assert row.state is DocumentState.READY
        assert services.pages.render(path, 1, 200).width == 200
    finally:
        services.close()
    kept = [file for file in Path(os.environ["DESKSIDE_HOME"]).rglob("*") if file.is_file()]
    assert kept
    assert [file for file in kept if PASSWORD.encode() in file.read_bytes()] == []

    again = Services(Paths.default())
    try:
        with pytest.raises(ReadError) as caught:
            again.pages.render(path, 1, 200)
        assert caught.value.reason == "encrypted"
        again.pages.know_password("wrong")
        with pytest.raises(ReadError):
            again.pages.render(path, 1, 200)
        again.pages.know_password(PASSWORD)
        assert again.pages.render(path, 1, 200).pixels
    finally:
        again.close()
