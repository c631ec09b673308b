"""A disk that fills up, for real: one sentence, nothing lost, and the same import goes on when there is room again."""

from __future__ import annotations

import os
import shutil
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from desktop.core.documents import Document, DocumentState
from desktop.core.errors import DiskFull, StorageError
from desktop.core.events import Event, FileChanged, ImportSummary
from desktop.core.library_requests import DescribeIndex, IndexState, Search
from desktop.core.paths import Paths
from desktop.engines.index import ROOM_BYTES
from desktop.engines.process import call
from desktop.services.all import Services

FILES = 12
MEBIBYTE = 2**20
SECONDS_TO_TELL = 20.0


@pytest.fixture
def disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A disk of 64 MB with the home folder on it."""
    if not hasattr(os, "geteuid") or os.geteuid() != 0:
        pytest.skip("only the administrator may mount a small disk")
    folder = tmp_path / "disk"
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=64m", "tmpfs", str(folder)]
    done = subprocess.run(mount, capture_output=True, text=True, check=False)
    if done.returncode:
        pytest.skip(f"no small disk can be mounted here: {done.stderr.strip()}")
    monkeypatch.setenv("DESKSIDE_HOME", str(folder / "home"))
    yield folder
    subprocess.run(["umount", "-l", str(folder)], check=True)


@pytest.fixture
def services(disk: Path) -> Iterator[Services]:
    built = Services(Paths.default())
    yield built
    built.close()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Files of about twenty passages each."""
    made = tmp_path / "entries"
    made.mkdir()
    for number in range(FILES):
        paragraphs = [
            f"Entry {number}-{n} names the valve {number}-{n} of hall {n}. " * 12 for n in range(20)
        ]
        (made / f"{number:02}.txt").write_text("\n\n".join(paragraphs), "utf-8")
    return made


def _leave(disk: Path, room: int) -> Path:
    """Fill the disk with another file, up to `room` bytes."""
    filler = disk / "films.bin"
    filler.write_bytes(b"\1" * (shutil.disk_usage(disk).free - room))
    return filler


def _imported(services: Services, folder: Path) -> Iterator[Event]:
    return services.importing.import_files([folder], services.library.get_or_create("c").id)


def _until_one_is_ready(events: Iterator[Event]) -> None:
    for event in events:
        if isinstance(event, FileChanged) and event.document.state is DocumentState.READY:
            return


def _rows(services: Services) -> list[Document]:
    return services.library.documents(services.library.named("c").id)


def _equal_to_the_index(services: Services) -> None:
    """Every ready row has its passages in the index, and the index has no others."""
    ready = [row for row in _rows(services) if row.state is DocumentState.READY]
    collection = services.library.named("c").id
    state = call(services._engines.library, IndexState, DescribeIndex(collection))
    assert set(state.document_ids) == {row.id for row in ready}
    assert state.passages == sum(row.passages for row in ready)


def _goes_on(services: Services) -> None:
    """After there is room again."""
    *_, summary = services.importing.resume()
    assert isinstance(summary, ImportSummary)
    assert summary.failed == 0
    rows = _rows(services)
    assert len(rows) == FILES
    assert {row.state for row in rows} == {DocumentState.READY}
    _equal_to_the_index(services)
    hits = services.searching.search(Search(services.library.named("c").id, "valve 7-13")).hits
    assert hits[0].document == "07.txt"


def test_an_import_that_fills_the_disk(services: Services, disk: Path, folder: Path) -> None:
    events = _imported(services, folder)
    _until_one_is_ready(events)
    filler = _leave(disk, ROOM_BYTES + MEBIBYTE // 2)
    with pytest.raises(DiskFull, match="disk is full"):
        list(events)
    states = {row.state for row in _rows(services)}
    assert states == {DocumentState.READY, DocumentState.WAITING}
    _equal_to_the_index(services)
    first = next(row for row in _rows(services) if row.state is DocumentState.READY)
    hits = services.searching.search(Search(services.library.named("c").id, "Which valve is in hall 3?")).hits
    assert first.name in {hit.document for hit in hits}
    filler.unlink()
    _goes_on(services)


def test_another_program_takes_the_last_byte_in_mid_import(
    services: Services, disk: Path, folder: Path
) -> None:
    events = _imported(services, folder)
    _until_one_is_ready(events)
    filler = _leave(disk, 0)
    took = time.monotonic()
    with pytest.raises(StorageError, match="full") as caught:
        list(events)
    assert time.monotonic() - took < SECONDS_TO_TELL
    assert caught.value.todo
    assert services.searching.search(Search(services.library.named("c").id, "valve")).hits
    services.close()
    again = Services(Paths.default())  # the next start, on the disk that is still full
    try:
        assert [row for row in _rows(again) if row.state is DocumentState.READY]
        filler.unlink()
        _goes_on(again)
    finally:
        again.close()
