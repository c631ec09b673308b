"""Starts the watched window on the platforms that this machine has: in memory, and on a virtual X server."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

MEGABYTE = 2**20


@contextmanager
def platforms() -> Iterator[dict[str, dict[str, str]]]:
    """The environment for each platform by its name: 'offscreen', and 'xcb' where Xvfb is installed."""
    found = {"offscreen": {"QT_QPA_PLATFORM": "offscreen"}}
    server = shutil.which("Xvfb")
    if server is None:
        yield found
        return
    reading, writing = os.pipe()
    command = [server, "-displayfd", str(writing), "-screen", "0", "1400x900x24", "-nolisten", "tcp"]
    child = subprocess.Popen(command, pass_fds=[writing], stderr=subprocess.DEVNULL)
    os.close(writing)
    try:
        with os.fdopen(reading) as told:
            number = told.readline().strip()
        if number:
            found["xcb"] = {"QT_QPA_PLATFORM": "xcb", "DISPLAY": f":{number}"}
        yield found
    finally:
        child.terminate()
        child.wait()


def watched(home: Path, environment: dict[str, str], seconds: float, pdf: Path | None = None) -> Any:
    """Run the window in a home of its own and return its report, with `seconds` from the process's start to `shown`."""
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "report.json"
        command = [sys.executable, "-m", "tests.bench.window", str(report), str(seconds)]
        command += [str(pdf)] if pdf else []
        began = time.time()
        subprocess.run(
            command, env={**os.environ, "DESKSIDE_HOME": str(home), **environment}, check=True, timeout=900
        )
        data = json.loads(report.read_text("utf-8"))
    return {**data, "seconds": data["shown"] - began}
