"""The front door itself: a second start ends with 0 while the first runs, and both end in order."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.support import without_rights

ROOT = Path(__file__).resolve().parents[2]


START = "import sys; from desktop.app import main; sys.exit(main(sys.argv[1:]))"
MINIMISED = """
import sys
from PySide6.QtCore import QEvent
from desktop import app
from desktop.ui.main_window import MainWindow

class Window(MainWindow):
    told = False

    def showEvent(self, event):
        super().showEvent(event)
        if not self.told:
            self.told = True
            self.showMinimized()
            print("minimised", self.isMinimized(), flush=True)

    def changeEvent(self, event):
        super().changeEvent(event)
        if event.type() == QEvent.Type.WindowStateChange and not self.isMinimized():
            print("in front", self.isVisible(), flush=True)

app.MainWindow = Window
sys.exit(app.main([]))
"""


def _start(home: Path, code: str = START, *, rights: bool = True) -> subprocess.Popen[str]:
    path = os.pathsep.join(part for part in (os.environ.get("PYTHONPATH", ""), str(ROOT)) if part)
    command = [sys.executable, "-c", code]
    return subprocess.Popen(
        command if rights else without_rights(command),
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


@pytest.mark.skipif(sys.platform == "win32", reason="permissions are POSIX")
def test_a_home_that_cannot_be_written_is_said_in_a_sentence(tmp_path: Path) -> None:
    locked = tmp_path / "locked"
    locked.mkdir(mode=0o500)
    process = _start(locked / "home", rights=False)
    _out, err = process.communicate(timeout=20)
    assert process.returncode == 1
    assert "cannot write" in err
    assert "Traceback" not in err


def test_a_second_start_brings_the_first_window_to_the_front(home: Path) -> None:
    first = _start(home, MINIMISED)
    assert first.stdout is not None
    try:
        assert first.stdout.readline() == "minimised True\n"
        second = _start(home)
        _, err = second.communicate(timeout=20)
        assert second.returncode == 0, err
        assert first.stdout.readline() == "in front True\n"
    finally:
        first.kill()
        first.communicate(timeout=20)


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
