"""The front door itself: a second start ends with 0 while the first runs, and both end in order."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


def _start(home: Path, *arguments: str) -> subprocess.Popen[str]:
    path = os.pathsep.join(part for part in (os.environ.get("PYTHONPATH", ""), str(ROOT)) if part)
    return subprocess.Popen(
        [
            sys.executable,
            "-c",
            "import sys; from desktop.app import main; sys.exit(main(sys.argv[1:]))",
            *arguments,
        ],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": path, "DESKSIDE_HOME": str(home), "QT_QPA_PLATFORM": "offscreen"},
    )


def test_a_second_start_ends_well_while_the_first_goes_on(home: Path) -> None:
    first = _start(home)
    try:
        ends = time.monotonic() + 20
        while not (home / "window.lock").exists() and time.monotonic() < ends:
            time.sleep(0.02)
        second = _start(home)
        out, err = second.communicate(timeout=20)
        assert (second.returncode, out) == (0, ""), err
        assert first.poll() is None
    finally:
        first.send_signal(signal.SIGKILL)
        first.communicate(timeout=20)
    third = _start(home)
    try:
        time.sleep(1.5)
        assert third.poll() is None, third.communicate(timeout=5)[1]
    finally:
        third.kill()
        third.communicate(timeout=20)


@pytest.mark.skipif(os.geteuid() == 0, reason="the administrator may write everywhere")
def test_a_home_that_cannot_be_written_is_said_in_a_sentence(tmp_path: Path) -> None:
    locked = tmp_path / "locked"
    locked.mkdir(mode=0o500)
    process = _start(locked / "home")
    _out, err = process.communicate(timeout=20)
    assert process.returncode == 1
    assert "cannot write" in err
    assert "Traceback" not in err


def test_a_home_that_is_a_file_is_said_in_a_sentence(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_text("x", "utf-8")
    process = _start(file)
    _out, err = process.communicate(timeout=20)
    assert process.returncode == 1
    assert "cannot write" in err
    assert "Traceback" not in err


def test_nothing_heavy_is_loaded_for_the_window() -> None:
    code = (
        "import sys, desktop.app, desktop.ui.main_window, desktop.ui.chat_page, desktop.ui.library_page;"
        "print([n for n in ('torch','transformers','sentence_transformers','llama_cpp','lancedb','numpy','onnxruntime',"
        "'openvino','qtawesome','qtpy') if n in sys.modules])"
    )
    path = os.pathsep.join(part for part in (os.environ.get("PYTHONPATH", ""), str(ROOT)) if part)
    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONPATH": path},
        timeout=60,
    )
    assert done.stdout.strip() == "[]", done.stderr
