"""Ends the whole application in the middle of an import, and lets the next start go on."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

from desktop.core.documents import DocumentState
from desktop.core.library_requests import DescribeIndex, IndexState, Search
from desktop.core.paths import Paths
from desktop.engines.process import call
from desktop.services.all import Services

FILES = 90
KILLS = 10


def _write(folder: Path) -> None:
    folder.mkdir()
    for number in range(FILES):
        sentences = [
            f"Report {number} says that valve {number}-{n} was changed in week {n}." for n in range(60)
        ]
        (folder / f"report {number:02}.txt").write_text("\n\n".join(sentences), "utf-8")


def _start(folder: Path) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "desktop", "import", str(folder), "--collection", "c", "--json"]
    return subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, start_new_session=True
    )


@pytest.mark.skipif(not hasattr(os, "killpg"), reason="process groups are POSIX")
def test_kill_9_at_ten_moments_loses_nothing(tmp_path: Path) -> None:
    folder = tmp_path / "reports"
    _write(folder)
    chance = random.Random(7)
    seen: set[int] = set()
    for turn in range(KILLS):
        process = _start(folder)
        if turn % 2:  # in the middle of the work
            assert process.stdout is not None
            process.stdout.readline()
            time.sleep(0.4 * chance.random())
        else:  # at any moment of the start
            time.sleep(2.5 * chance.random())
        os.killpg(process.pid, signal.SIGKILL)
        process.communicate()
        seen.add(_ready())
    assert len(seen) > 1, "no kill fell into the middle of the import"
    last = _start(folder)
    last.communicate(timeout=120)
    assert last.returncode == 0
    services = Services(Paths.default())
    try:
        collection = services.library.named("c")
        assert services.library.counts_by_state(collection.id)[DocumentState.READY] == FILES
        rows = services.library.documents(collection.id)
        state = call(services._engines.library, IndexState, DescribeIndex(collection.id))
        assert set(state.document_ids) == {row.id for row in rows}
        assert state.passages == sum(row.passages for row in rows)
        hits = services.searching.search(Search(collection.id, "valve 31-7")).hits
        assert "valve 31-7 " in hits[0].passage.text
    finally:
        services.close()


def _ready() -> int:
    services = Services(Paths.default())
    try:
        collections = services.library.collections()
        return services.library.counts_by_state(collections[0].id)[DocumentState.READY] if collections else 0
    finally:
        services.close()


def test_children_end_with_a_killed_parent(tmp_path: Path) -> None:
    folder = tmp_path / "reports"
    _write(folder)
    process = _start(folder)
    children: list[psutil.Process] = []
    deadline = time.monotonic() + 20
    while len(children) < 2 and time.monotonic() < deadline:
        time.sleep(0.05)
        children = psutil.Process(process.pid).children(recursive=True)
    assert len(children) >= 2
    process.kill()  # the parent alone: nobody tells the children
    process.communicate()
    gone, alive = psutil.wait_procs(children, timeout=10)
    assert not alive, alive
    assert gone
