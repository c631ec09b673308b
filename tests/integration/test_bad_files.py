"""Bad files among good ones, with the real engines: a row with a reason, the rest goes on."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from desktop.core.documents import Document, DocumentState
from desktop.core.events import Event, FileChanged, ImportSummary
from desktop.core.library_requests import Search
from desktop.core.paths import Paths
from desktop.services.all import Services
from tests import hostile
from tests.support import closed, without_rights

PAGES = 5_000


@pytest.fixture
def services(home: Path) -> Iterator[Services]:
    built = Services(Paths.default())
    yield built
    built.close()


def _good(number: int) -> str:
    return f"Depot {number} keeps the spare pump number {number}0{number} on shelf {number}.\n"


def _rows(services: Services, name: str) -> dict[str, Document]:
    collection = services.library.named(name)
    return {row.name: row for row in services.library.documents(collection.id)}


def _imported(services: Services, folder: Path, name: str = "c") -> list[Event]:
    collection = services.library.get_or_create(name)
    return list(services.importing.import_files([folder], collection.id))


def test_each_bad_file_is_a_row_with_a_reason(services: Services, tmp_path: Path) -> None:
    folder = tmp_path / "mixed"
    folder.mkdir()
    bad = {
        "truncated.pdf": (hostile.truncated_pdf(), "damaged"),
        "locked.pdf": (hostile.encrypted_pdf(), "encrypted"),
        "empty.pdf": (b"", "empty"),
        "no pages.pdf": (hostile.zero_page_pdf(), "empty"),
        "scan.pdf": (hostile.scan_pdf(), "empty"),
        "cycle.pdf": (hostile.cyclic_pdf(), "damaged"),
        "bomb.docx": (hostile.bomb_docx(), "too large"),
        "laughs.docx": (hostile.laughing_docx(), "damaged"),
        "noise.txt": (hostile.noise(50_000), "unsupported"),
    }
    for name, (content, _) in bad.items():
        (folder / name).write_bytes(content)
    good = {"long.pdf": hostile.pages_pdf(PAGES)}
    good["utf16.txt"] = _good(1).encode("utf-16")
    good["latin1.txt"] = ("Die Schlüssel für das Gebäude liegen beim Pförtner. " * 20).encode("latin-1")
    good |= {f"good {n}.txt": _good(n).encode() for n in range(2, 6)}
    for name, content in good.items():
        (folder / name).write_bytes(content)
    summary = _imported(services, folder)[-1]
    assert isinstance(summary, ImportSummary)
    rows = _rows(services, "c")
    for name, (_, kind) in bad.items():
        assert (rows[name].state, rows[name].reason_kind) == (DocumentState.FAILED, kind), rows[name]
        assert rows[name].reason.endswith(".")
    for name in good:
        assert rows[name].state is DocumentState.READY, rows[name]
    assert rows["long.pdf"].pages == PAGES
    assert (summary.ready, summary.failed) == (len(good), len(bad))
    collection = services.library.named("c")
    hits = services.searching.search(Search(collection.id, "Where is the spare pump 404?")).hits
    assert hits[0].document == "good 4.txt"


@pytest.mark.skipif(sys.platform == "win32", reason="permissions are POSIX")
def test_what_may_not_be_read_is_a_row_that_says_so(services: Services, tmp_path: Path) -> None:
    folder = tmp_path / "mixed"
    (folder / "shut").mkdir(parents=True)
    for name in ("open.txt", "secret.txt", "shut/inside.txt"):
        (folder / name).write_text(_good(7), "utf-8")
    command = [sys.executable, "-m", "desktop", "import", str(folder), "--collection", "c"]
    with closed(folder / "secret.txt"), closed(folder / "shut"):
        done = subprocess.run(without_rights(command), capture_output=True, text=True, check=False)
    assert done.returncode == 3, done.stderr
    rows = {name: (row.state, row.reason_kind) for name, row in _rows(services, "c").items()}
    failed = (DocumentState.FAILED, "not allowed")
    assert rows == {"open.txt": (DocumentState.READY, ""), "secret.txt": failed, "shut": failed}


def test_a_file_that_disappears_is_told(services: Services, tmp_path: Path) -> None:
    folder = tmp_path / "going"
    folder.mkdir()
    for number in range(4):
        (folder / f"{number}.txt").write_text(_good(number), "utf-8")
    collection = services.library.get_or_create("c")
    for event in services.importing.import_files([folder], collection.id):
        if isinstance(event, FileChanged) and event.document.name == "3.txt":
            (folder / "3.txt").unlink(missing_ok=True)  # it is listed, and not read yet
    rows = _rows(services, "c")
    assert (rows["3.txt"].state, rows["3.txt"].reason_kind) == (DocumentState.FAILED, "missing")
    assert [rows[f"{n}.txt"].state for n in range(3)] == [DocumentState.READY] * 3
