"""One window a home folder: the second start hands over its files; a dead first one is taken over from."""

from __future__ import annotations

import os
import subprocess
import sys
import textwrap
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtNetwork import QLocalSocket
from pytestqt.qtbot import QtBot

from desktop.ui.single import SingleInstance, server_name

_SECOND = """
import sys
from pathlib import Path
from PySide6.QtCore import QCoreApplication
from desktop.ui.single import SingleInstance
app = QCoreApplication([])
home = Path(sys.argv[1])
single = SingleInstance(home, home / "window.lock")
if single.claim():
    print("first")
    if "--die" in sys.argv:
        import os, signal
        os.kill(os.getpid(), signal.SIGKILL)
else:
    print("told" if single.hand_over([Path(p) for p in sys.argv[2:]], 5) else "no answer")
"""


@pytest.fixture
def first(home: Path, qtbot: QtBot) -> Iterator[SingleInstance]:
    made = SingleInstance(home, home / "window.lock")
    assert made.claim()
    yield made
    made.release()
    made.deleteLater()


def _start(home: Path, *arguments: str) -> subprocess.Popen[str]:
    root = Path(__file__).resolve().parents[2]
    path = os.pathsep.join(part for part in (os.environ.get("PYTHONPATH", ""), str(root)) if part)
    return subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(_SECOND), str(home), *arguments],
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": path},
    )


def test_a_second_start_hands_its_files_to_the_first(first: SingleInstance, home: Path, qtbot: QtBot) -> None:
    first.listen()
    with qtbot.waitSignal(first.asked, timeout=20_000) as asked:
        second = _start(home, "/f/a.pdf", "/f/b c.pdf")
    assert asked.args == [[Path("/f/a.pdf"), Path("/f/b c.pdf")]]
    out, _err = second.communicate(timeout=20)
    assert (out.strip(), second.returncode) == ("told", 0)


def test_a_first_that_does_not_answer_is_said(first: SingleInstance, home: Path) -> None:
    second = SingleInstance(home, home / "window.lock")
    assert not second.hand_over([], seconds=0.2)


def test_a_killed_first_is_taken_over_from(home: Path, qtbot: QtBot) -> None:
    dead = _start(home, "--die")
    dead.communicate(timeout=20)
    assert dead.returncode != 0
    assert (home / "window.lock").exists()
    next_one = SingleInstance(home, home / "window.lock")
    assert next_one.claim()
    next_one.listen()
    next_one.release()


@pytest.mark.parametrize("sent", [b"not json\n", b'{"a": 1}\n', b"x" * 2_000_000])
def test_what_others_send_does_no_harm(first: SingleInstance, home: Path, qtbot: QtBot, sent: bytes) -> None:
    first.listen()
    asked: list[object] = []
    first.asked.connect(asked.append)
    socket = QLocalSocket()
    socket.connectToServer(server_name(home))
    assert socket.waitForConnected(2000)
    socket.write(sent)
    socket.flush()
    qtbot.wait(50)
    assert all(paths == [] for paths in asked)
    socket.abort()


def test_each_home_folder_has_its_own_window(tmp_path: Path) -> None:
    assert server_name(tmp_path / "a") != server_name(tmp_path / "b")
    assert server_name(tmp_path / "a") == server_name(tmp_path / "b" / ".." / "a")
