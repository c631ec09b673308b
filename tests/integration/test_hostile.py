"""More than eighty broken and hostile files beside good ones, in one real import: each is a row, within its budget."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from desktop.core.paths import Paths
from desktop.core.settings import Settings, save_settings
from tests import hostile_set

READ_SECONDS = 15
SECRET = "The secret word is marzipan."
LEAST_BAD = 80


@pytest.mark.skipif(sys.platform == "win32", reason="pipes, sockets and such names are POSIX")
def test_every_hostile_file_is_a_row_and_every_good_one_is_ready(home: Path, tmp_path: Path) -> None:
    folder, outside = tmp_path / "in", tmp_path / "out" / "secret.txt"
    folder.mkdir()
    outside.parent.mkdir()
    outside.write_text(SECRET, "utf-8")
    good = [f"{letter} good.txt" for letter in "amz"]  # before, between and after the others
    for name in good:
        (folder / name).write_text(f"The spare pump {name[0]} stands in hall {name[0]}.", "utf-8")
    contents = hostile_set.contents(outside)
    for name, content in contents.items():
        (folder / name).write_bytes(content)
    bad = {*contents, *hostile_set.places(folder, outside), "growing.txt", "way out"}
    assert len(bad) >= LEAST_BAD
    save_settings(
        Paths.default().settings,
        Settings(read_seconds=READ_SECONDS, read_memory_mb=1024, read_scans=False),
    )
    rows, err = _imported(folder)
    assert "Traceback" not in err
    outer = {os.fsencode(row["file"]): row for row in rows if "!/" not in row["file"]}
    expected = {os.fsencode(folder / name) for name in bad | set(good)}
    assert expected <= set(outer), sorted(expected - set(outer))
    for name in good:
        assert outer[os.fsencode(folder / name)]["state"] == "ready"
    for row in outer.values():
        assert row["state"] in ("ready", "failed", "skipped"), row
        assert row["state"] == "ready" or row["error"], row
        assert row["seconds"] < 3 * READ_SECONDS, row
        assert "Something went wrong inside" not in row["error"], row
    assert outside.read_text("utf-8") == SECRET
    assert b"marzipan" not in b"".join(
        path.read_bytes() for path in Paths.default().index.rglob("*") if path.is_file()
    )
    assert not list(tmp_path.rglob("evil*"))


def _imported(folder: Path) -> tuple[list[dict[str, object]], str]:
    """Import in a process of its own, while one of the files grows."""
    stop = threading.Event()
    growing = threading.Thread(target=_grow, args=(folder / "growing.txt", stop))
    growing.start()
    command = [sys.executable, "-m", "desktop", "import", str(folder), "--collection", "c", "--json"]
    try:
        done = subprocess.run(command, capture_output=True, timeout=240, check=False)
    finally:
        stop.set()
        growing.join()
    err = done.stderr.decode("utf-8", "replace")
    assert done.returncode == 3, err
    rows = [json.loads(line) for line in done.stdout.decode("utf-8").splitlines()]
    return [row for row in rows if "file" in row], err


def _grow(path: Path, stop: threading.Event) -> None:
    with path.open("w", encoding="utf-8") as file:
        while not stop.wait(0.01) and file.tell() < 30_000:
            file.write("Another line of a log that grows.\n")
            file.flush()
