"""What the measurements share: the figure, medians, fresh services, and a second process to compare with."""

from __future__ import annotations

import multiprocessing
import statistics
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from multiprocessing.connection import Connection
from pathlib import Path

from desktop.core.paths import Paths
from desktop.services.all import Services


@dataclass(frozen=True)
class Figure:
    """A line of the table. `passed` is None where there is no target, or nothing was measured."""

    what: str
    target: str
    measured: str
    ratio: str = ""
    passed: bool | None = None
    note: str = ""

    def data(self) -> dict[str, object]:
        """As it travels from the process that measured it."""
        return asdict(self)


@dataclass(frozen=True)
class Options:
    """What the measurements are told. `xquad` is None where that set is not on this machine."""

    xquad: Path | None = None


def say(words: str) -> None:
    """Tell the person who waits what is going on."""
    print(f"    {words}", file=sys.stderr, flush=True)


def percentile(values: Sequence[float], share: float) -> float:
    """The value that `share` (0 to 1) of the values do not exceed, the nearest rank above."""
    ordered = sorted(values)
    return ordered[min(int(share * len(ordered)), len(ordered) - 1)]


def median(values: Sequence[float]) -> float:
    """The median; 0 of nothing."""
    return statistics.median(values) if values else 0.0


def spread(values: Sequence[float], digits: int = 2) -> str:
    """`median (lowest to highest)`."""
    return f"{median(values):.{digits}f} ({min(values):.{digits}f} to {max(values):.{digits}f})"


@contextmanager
def services() -> Iterator[Services]:
    """The real services with real engines, in the home of this process."""
    built = Services(Paths.default())
    try:
        yield built
    finally:
        built.close()


@contextmanager
def timed() -> Iterator[Callable[[], float]]:
    """Gives the seconds since it was entered; after its end the whole."""
    start = time.perf_counter()
    end: list[float] = []
    yield lambda: (end[0] if end else time.perf_counter()) - start
    end.append(time.perf_counter())


class Side:
    """A process of its own that holds the bare library: it loads once and answers one command after the other."""

    def __init__(self, serve: Callable[..., None], *arguments: object) -> None:
        """`serve(connection, *arguments)` runs in the process, until `receive` gives None."""
        context = multiprocessing.get_context("spawn")
        self._connection, theirs = context.Pipe()
        self._process = context.Process(target=serve, args=(theirs, *arguments), daemon=True)
        self._process.start()
        theirs.close()

    def ask(self, command: object) -> object:
        """Send a command and wait for its answer. Raises EOFError if the process has died."""
        self._connection.send(command)
        return self._connection.recv()

    def close(self) -> None:
        """End the process."""
        try:
            self._connection.send(None)
        except OSError:
            pass  # it has died already
        self._process.join(10)
        if self._process.is_alive():
            self._process.kill()
        self._connection.close()


def commands(connection: Connection) -> Iterator[object]:
    """The commands that a Side is sent, until its end."""
    while True:
        try:
            command = connection.recv()
        except EOFError:
            return
        if command is None:
            return
        yield command
