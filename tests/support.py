"""Services with the fake engine in this process, and small helpers that the tests of several rooms share."""

from __future__ import annotations

import os
import pickle
import shutil
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

import psutil
import pytest

from desktop.core.cancel import CancelToken
from desktop.core.errors import Cancelled
from desktop.core.events import Event
from desktop.core.paths import Paths, program_folder
from desktop.core.requests import Request
from desktop.engines.fake import FakeEngine
from desktop.engines.host import Engine
from desktop.engines.process import URGENT, EngineLink
from desktop.services.all import Engines, Services

T = TypeVar("T")


class InProcess:
    """An engine without a child: serialised, cancelled and pickled as if there was one.

    `before(request)` runs before a request is served and `during(request, message)` before each message is given on:
    tests raise in them what a child would have died of, cancel, or note what was asked.
    """

    def __init__(self, engine: Engine | None = None) -> None:
        self.engine = engine or FakeEngine()
        self.requests: list[Request] = []
        self.before: Callable[[Request], None] = _nothing
        self.during: Callable[[Request, object], None] = _nothing
        self.stopped = False
        self._busy = threading.RLock()

    def request(
        self,
        request: Request,
        cancel: CancelToken | None = None,
        *,
        silence: float | None = None,
        memory_mb: int | None = None,
        priority: int = URGENT,
    ) -> Iterator[object]:
        """See EngineLink."""
        cancel = cancel or CancelToken()
        with self._busy:
            if self.stopped:
                raise Cancelled
            self.requests.append(request)
            self.before(request)
            for message in self.engine.handle(_piped(request), cancel):
                self.during(request, message)
                cancel.check()
                yield _piped(message)

    def stop(self) -> None:
        """Refuse what comes later."""
        self.stopped = True

    def asked(self, kind: type[T]) -> list[T]:
        """The requests of a kind, in order."""
        return [request for request in self.requests if isinstance(request, kind)]


def _nothing(*_: object) -> None:
    """Let everything pass."""


def _piped(value: T) -> T:
    """What arrives at the other end of a pipe."""
    copy: T = pickle.loads(pickle.dumps(value))
    return copy


def make_services(
    home: Path,
    engine: FakeEngine | None = None,
    *,
    reader: EngineLink | None = None,
    library: EngineLink | None = None,
    chat: EngineLink | None = None,
    remote: EngineLink | None = None,
    checker: EngineLink | None = None,
    downloads: EngineLink | None = None,
    topics: EngineLink | None = None,
) -> Services:
    """Services in a folder of the test, with fake engines; the same `home` again is the next start."""
    engine = engine or FakeEngine()
    engines = Engines(
        chat=chat or InProcess(engine),
        remote=remote or InProcess(engine),
        library=library or InProcess(engine),
        search=library or InProcess(engine),
        reader=reader or InProcess(engine),
        viewer=InProcess(engine),
        checker=checker or InProcess(engine),
        downloads=downloads or InProcess(engine),
        topics=topics or InProcess(engine),
    )
    made = Services(Paths(home, program_folder()), lambda _: engines)
    made.model_import.is_busy = lambda: False  # other tests run beside this one
    return made


def of_kind(events: Iterator[Event] | list[Event], kind: type[T]) -> list[T]:
    """The events of a kind; the iterator is read to its end."""
    return [event for event in events if isinstance(event, kind)]


def write_files(folder: Path, **texts: str) -> list[Path]:
    """Text files named after the arguments, with a text each."""
    folder.mkdir(parents=True, exist_ok=True)
    paths = [folder / f"{name}.txt" for name in texts]
    for path, text in zip(paths, texts.values(), strict=True):
        path.write_text(text, "utf-8")
    return paths


def wait_until(condition: Callable[[], bool], seconds: float = 10.0) -> bool:
    """Whether `condition` became true in time."""
    ends = time.monotonic() + seconds
    while time.monotonic() < ends:
        if condition():
            return True
        time.sleep(0.01)
    return condition()


def children() -> set[int]:
    """The process ids of this process's children that serve or run something of ours."""
    return {child.pid for child in psutil.Process().children(recursive=True) if not _is_tracker(child)}


def _is_tracker(process: psutil.Process) -> bool:
    """multiprocessing's own helper lives as long as its parent."""
    try:
        return "multiprocessing.resource_tracker" in " ".join(process.cmdline())
    except psutil.Error:
        return True  # it has ended meanwhile


@contextmanager
def open_folder() -> Iterator[Path]:
    """A folder that another user can reach; pytest's own are closed to others."""
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o777)
        yield Path(folder)


@contextmanager
def closed(path: Path) -> Iterator[None]:
    """Run a block while nobody may read a file or look into a folder."""
    mode = path.stat().st_mode
    path.chmod(0)
    try:
        yield
    finally:
        path.chmod(mode)


def without_rights(command: Sequence[str]) -> list[str]:
    """The command so that permissions hold for it, also where the tests run as root."""
    if not hasattr(os, "geteuid") or os.geteuid() != 0:
        return list(command)
    setpriv = shutil.which("setpriv")
    if setpriv is None:
        pytest.skip("root's rights can only be taken away with setpriv")
    return [setpriv, "--bounding-set=-dac_override,-dac_read_search", *command]


@contextmanager
def unprivileged(uid: int = 65534) -> Iterator[None]:
    """Run a block without the rights of root, where the tests run as root; permissions do not hold for root."""
    if not hasattr(os, "seteuid") or os.geteuid() != 0:
        yield
        return
    os.seteuid(uid)
    try:
        yield
    finally:
        os.seteuid(0)
