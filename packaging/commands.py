"""Run other programs: their output goes to the log, the person sees how long it takes, failures are explained."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import machine
from failures import explain

BEAT_SECONDS = 60


def clean_environment(environment: dict[str, str]) -> dict[str, str]:
    """The environment for everything we start: bytecode is kept, no other Python leaks in."""
    unwanted = ("PYTHONDONTWRITEBYTECODE", "PYTHONHOME", "VIRTUAL_ENV", "PIP_USER", "PIP_TARGET")
    kept = {name: value for name, value in environment.items() if name not in unwanted}
    kept["PIP_DISABLE_PIP_VERSION_CHECK"] = "1"
    kept["PIP_NO_INPUT"] = "1"
    return kept


class Runner:
    """Runs one command after the other with its output appended to one log."""

    def __init__(self, log: Path, temporary: Path) -> None:
        self.log = log
        self.environment = clean_environment(dict(os.environ))
        if os.name == "posix":
            # On the disk whose room was checked; /tmp is often a small one. (Windows would get paths too long.)
            self.environment["TMPDIR"] = str(temporary)

    def run(self, command: Sequence[str], doing: str) -> str:
        """Run `command` to its end and return its output. Raises SetupFailed that explains a failure."""
        code, output = self.attempt(command)
        if code != 0:
            raise explain(output, doing, machine.compiler_advice())
        return output

    def attempt(self, command: Sequence[str]) -> tuple[int, str]:
        """Run `command` to its end and return its exit code and output."""
        with self.log.open("ab") as log:
            log.write(f"\n$ {' '.join(command)}\n".encode())
            log.flush()
            start = log.tell()
            child = subprocess.Popen(
                list(command),
                stdout=log,
                stderr=subprocess.STDOUT,
                stdin=subprocess.DEVNULL,
                env=self.environment,
            )
            try:
                code = _wait(child)
            except BaseException:
                _end(child)
                raise
        with self.log.open("rb") as log:
            log.seek(start)
            return code, log.read().decode("utf-8", "replace")


def _wait(child: subprocess.Popen[bytes]) -> int:
    """Wait for `child`; on a terminal a running clock, elsewhere a line a minute, says that it still works."""
    started, clock, told = time.monotonic(), False, 0.0
    while True:
        try:
            code = child.wait(timeout=1.0)
            break
        except subprocess.TimeoutExpired:
            passed = time.monotonic() - started
        if sys.stdout.isatty():
            clock = True
            print(f"\r    {duration(passed)} ", end="", flush=True)
        elif passed - told >= BEAT_SECONDS:
            told = passed
            print(f"    still at it, {duration(passed)}", flush=True)
    if clock:
        print("\r" + " " * 30 + "\r", end="", flush=True)
    return code


def _end(child: subprocess.Popen[bytes]) -> None:
    child.terminate()
    try:
        child.wait(timeout=5.0)
    except subprocess.TimeoutExpired:
        child.kill()
        child.wait()


def duration(seconds: float) -> str:
    """`75.3` as `1 min 15 s`."""
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes} min {rest} s" if minutes else f"{rest} s"
