"""Ctrl-C at a terminal: one line, exit code 130, no child left, and the next run goes on."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

from desktop.core.documents import DocumentState
from desktop.core.paths import Paths
from desktop.core.settings import Settings, save_settings
from desktop.services.all import Services
from tests.support import wait_until

FILES = 40
pytestmark = pytest.mark.skipif(not hasattr(os, "killpg"), reason="process groups are POSIX")


def _start(*arguments: object) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "desktop", *map(str, arguments), "--json"]
    return subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True
    )


def _interrupt(process: subprocess.Popen[str], times: int = 1) -> str:
    """Press Ctrl-C, as a terminal sends it: to all processes of the group. Returns standard output."""
    left = psutil.Process(process.pid).children(recursive=True)
    assert left, "no child was at work yet"
    for _ in range(times):
        os.killpg(process.pid, signal.SIGINT)
        time.sleep(0.1)
    out, err = process.communicate(timeout=60)
    assert (process.returncode, err) == (130, "Stopped. What was done is kept.\n")
    _, alive = psutil.wait_procs(left, timeout=5)
    assert not alive
    return out


def _has_children(process: subprocess.Popen[str], cpu_seconds: float = 0.0) -> bool:
    """Whether a child of it has used so much of the processor."""
    try:
        children = psutil.Process(process.pid).children(recursive=True)
        return any(child.cpu_times().user >= cpu_seconds for child in children)
    except psutil.NoSuchProcess:
        return False


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "reports"
    made.mkdir()
    for number in range(FILES):
        sentences = [
            f"Report {number} says that valve {number}-{n} was changed in week {n}." for n in range(60)
        ]
        (made / f"{number:02}.txt").write_text("\n\n".join(sentences), "utf-8")
    return made


def _states() -> dict[DocumentState, int]:
    services = Services(Paths.default())
    try:
        counts = services.library.counts_by_state(services.library.named("c").id)
        return {state: number for state, number in counts.items() if number}
    finally:
        services.close()


def test_an_interrupted_import_goes_on_with_the_next_run(folder: Path) -> None:
    early = _start("import", folder, "--collection", "c")
    assert wait_until(lambda: _has_children(early), 30)
    assert _interrupt(early) == ""
    assert _states() == {DocumentState.WAITING: FILES}

    middle = _start("import", folder, "--collection", "c")
    assert middle.stdout is not None
    assert json.loads(middle.stdout.readline())["state"] == "ready"
    _interrupt(middle, times=3)
    states = _states()
    assert set(states) == {DocumentState.READY, DocumentState.WAITING}

    last = _start("import", "--resume", "--collection", "c")
    out, err = last.communicate(timeout=120)
    assert (last.returncode, err) == (0, "")
    assert json.loads(out.splitlines()[-1])["summary"]["ready"] == states[DocumentState.WAITING]
    assert _states() == {DocumentState.READY: FILES}


def test_an_interrupted_answer_ends_with_one_line(home: Path) -> None:
    save_settings(Paths.default().settings, Settings(answer_length=4096, temperature=1.0))
    asked = _start("ask", "Write a very long story about the keeper of a lighthouse, with many chapters.")
    assert wait_until(lambda: _has_children(asked, cpu_seconds=2.5), 60)
    assert _interrupt(asked) == ""
    services = Services(Paths.default())
    assert services.conversations.list() == []
    services.close()
