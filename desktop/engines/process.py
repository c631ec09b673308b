"""The parent's end of an engine process: it starts, serialises, cancels, limits and restarts a child."""

from __future__ import annotations

import heapq
import itertools
import multiprocessing
import signal
import threading
import time
from collections.abc import Generator, Iterator, Mapping
from contextlib import contextmanager
from multiprocessing import resource_tracker
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Protocol, TypeVar

import psutil

from desktop.core.cancel import CancelToken
from desktop.core.errors import Cancelled, EngineCrashed, EngineOutOfMemory, EngineTimeout, StorageError
from desktop.core.requests import Request
from desktop.engines import host

T = TypeVar("T")

CANCEL_SECONDS = 3.0
TERMINATE_SECONDS = 1.0
POLL_SECONDS = 0.05

URGENT = 0
"""Somebody waits for the answer: it goes before background work in an engine's queue."""
BACKGROUND = 10


class EngineLink(Protocol):
    """What services need of an engine: EngineProcess, or an in-process stand-in in fast tests."""

    def request(
        self,
        request: Request,
        cancel: CancelToken | None = None,
        *,
        silence: float | None = None,
        memory_mb: int | None = None,
        priority: int = URGENT,
    ) -> Generator[object]:
        """Serve a request; see EngineProcess.request."""
        ...

    def stop(self) -> None:
        """End the engine."""
        ...


def call(
    engine: EngineLink,
    kind: type[T],
    request: Request,
    cancel: CancelToken | None = None,
    *,
    priority: int = URGENT,
) -> T:
    """Serve a request that has one answer, and return it; `kind` is the answer's type."""
    answer: object = None
    for message in engine.request(request, cancel, priority=priority):
        answer = message
    if not isinstance(answer, kind):
        raise EngineCrashed("The answer did not arrive.", "Please try again.", f"{kind.__name__}: {answer!r}")
    return answer


class EngineProcess:
    """One child process and the queue before it. Requests from any thread are served one at a time, urgent first."""

    def __init__(
        self,
        name: str,
        module: str,
        options: Mapping[str, object] | None = None,
        logs: Path | None = None,
        *,
        background: bool = False,
    ) -> None:
        """`name` stands in sentences ("The model"); `options` goes to the `create` of the engine's `module`.

        In the `background` the child has less right to the processor than the others.
        """
        self.name = name
        self._background = background
        self._module = module
        self._options = dict(options or {})
        self._log = str(logs / f"{name.lower().replace(' ', '-')}.log") if logs else ""
        self._turns = _Turns()
        self._ids = itertools.count(1)
        self._process: BaseProcess | None = None
        self._connection: Connection | None = None
        self._stopped = False

    @property
    def pid(self) -> int | None:
        """The child's process id while it runs."""
        process = self._process
        return process.pid if process is not None and process.is_alive() else None

    def request(
        self,
        request: Request,
        cancel: CancelToken | None = None,
        *,
        silence: float | None = None,
        memory_mb: int | None = None,
        priority: int = URGENT,
    ) -> Generator[object]:
        """Yield the messages of a request, starting the child where needed.

        `silence` is the longest time in seconds without a message, `memory_mb` the most resident memory the child
        may take: beyond either it is killed. Closing the generator cancels the request.
        Raises Cancelled, EngineCrashed, EngineTimeout, EngineOutOfMemory, or what the engine itself raised.
        """
        cancel = cancel or CancelToken()
        with self._turns.taken(priority, cancel):
            connection = self._ensure()
            request_id = next(self._ids)
            try:
                connection.send(host.Ask(request_id, request))
            except (BrokenPipeError, OSError):
                raise self._crashed() from None
            finished = False
            try:
                for message in self._messages(connection, request_id, cancel, silence, memory_mb):
                    if isinstance(message, host.Item):
                        yield message.value
                        continue
                    finished = True
                    if isinstance(message, host.Failed):
                        raise message.error
            except (EngineCrashed, EngineTimeout, EngineOutOfMemory):
                finished = True
                raise
            finally:
                if not finished:
                    self._cancel(connection, request_id)

    def stop(self) -> None:
        """End the child and refuse further requests. Called once, when the application ends."""
        self._stopped = True
        self._end()

    def outcome(self) -> str:
        """How the child died, in one sentence that a person understands."""
        return outcome(self.name, self._process.exitcode if self._process else None)

    def _messages(
        self,
        connection: Connection,
        request_id: int,
        cancel: CancelToken,
        silence: float | None,
        memory_mb: int | None,
    ) -> Iterator[host.Item | host.Done | host.Failed]:
        """The child's messages about this request, up to its last one."""
        heard = weighed = time.monotonic()
        while True:
            if cancel.cancelled:
                raise Cancelled
            readable = self._readable(connection)
            if memory_mb and time.monotonic() - weighed > POLL_SECONDS:
                # Also while it talks: a child whose messages are taken slowly always has one more.
                weighed = time.monotonic()
                if self._memory_mb() > memory_mb:
                    self._end()
                    raise EngineOutOfMemory(
                        f"{self.name} needed more than {memory_mb:,} MB of memory and was stopped."
                    )
            if not readable:
                if silence and time.monotonic() - heard > silence:
                    self._end()
                    raise EngineTimeout(
                        f"{self.name} took longer than {silence:.0f} seconds and was stopped."
                    )
                continue
            try:
                message = connection.recv()
            except (EOFError, OSError):
                raise self._crashed() from None
            if message.id != request_id:
                continue  # of a request that was given up
            yield message
            if not isinstance(message, host.Item):
                return
            heard = (
                time.monotonic()
            )  # the time that our side took over the message is not the child's silence

    def _readable(self, connection: Connection) -> bool:
        try:
            return connection.poll(POLL_SECONDS)
        except (EOFError, OSError):
            return True  # let recv tell how it ended

    def _ensure(self) -> Connection:
        """The connection to a living child."""
        if self._stopped:
            raise Cancelled
        if self._process is not None and self._process.is_alive() and self._connection is not None:
            return self._connection
        self._end()
        context = multiprocessing.get_context("spawn")
        ours, theirs = context.Pipe()
        arguments = (theirs, self._module, self._options, self._log, self._background)
        process = context.Process(target=host.run, args=arguments, name=f"deskside-{self.name}", daemon=True)
        try:
            with _ctrl_c_later():
                process.start()
        except OSError as error:
            raise StorageError(
                f"{self.name} could not be started.", "Close some programs and try again.", str(error)
            ) from error
        theirs.close()  # so that the child's death is heard as the end of the pipe
        self._process, self._connection = process, ours
        return ours

    def _cancel(self, connection: Connection, request_id: int) -> None:
        """Ask the child to stop, wait, then end it."""
        deadline = time.monotonic() + CANCEL_SECONDS
        try:
            connection.send(host.Cancel(request_id))
            while time.monotonic() < deadline:
                if connection.poll(POLL_SECONDS):
                    message = connection.recv()
                    if message.id == request_id and not isinstance(message, host.Item):
                        return
        except (EOFError, OSError):
            pass  # it is dead already
        self._end()

    def _crashed(self) -> EngineCrashed | Cancelled:
        if self._stopped:
            return Cancelled()
        if self._process is not None:
            self._process.join(TERMINATE_SECONDS)
        sentence, details = self.outcome(), self._log_tail()
        self._end()
        return EngineCrashed(sentence, "What it had done is kept. Please try again.", details)

    def _end(self) -> None:
        process, connection = self._process, self._connection
        self._process = self._connection = None
        if connection is not None:
            connection.close()
        if process is None:
            return
        if process.is_alive():
            process.terminate()
            process.join(TERMINATE_SECONDS)
        if process.is_alive():
            process.kill()
        process.join()

    def _memory_mb(self) -> float:
        try:
            return psutil.Process(self.pid).memory_info().rss / 2**20 if self.pid else 0.0
        except psutil.Error:
            return 0.0

    def _log_tail(self) -> str:
        if not self._log:
            return ""
        try:
            return Path(self._log).read_text("utf-8", "replace")[-2000:]
        except OSError:
            return ""


def outcome(name: str, exit_code: int | None) -> str:
    """Say in one sentence how a process died. A negative exit code is a POSIX signal, as in `subprocess`."""
    if exit_code is None or exit_code == 0:
        return f"{name} ended before it was done."
    if exit_code > 0:
        return f"{name} stopped with an error (code {exit_code})."
    number = -exit_code
    if number == getattr(signal, "SIGKILL", 9):
        return f"{name} was ended by the system, often because memory ran out."
    if number in (signal.SIGSEGV, signal.SIGABRT, getattr(signal, "SIGBUS", 7), signal.SIGILL, signal.SIGFPE):
        return f"{name} crashed ({signal.Signals(number).name})."
    known = number in set(signal.Signals)  # signals for real time have numbers only
    return f"{name} was ended from outside ({signal.Signals(number).name if known else f'signal {number}'})."


@contextmanager
def _ctrl_c_later() -> Iterator[None]:
    """Hold Ctrl-C back while a child is started; the child inherits that, and never says that it was interrupted."""
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    # multiprocessing starts this helper of its own with the first child, and lets Ctrl-C through again afterwards.
    resource_tracker.ensure_running()
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


class _Turns:
    """A queue of those who wait for the engine: lower priority numbers first, then in order of arrival."""

    def __init__(self) -> None:
        self._condition = threading.Condition()
        self._waiting: list[tuple[int, int]] = []
        self._arrivals = itertools.count()
        self._busy = False

    @contextmanager
    def taken(self, priority: int, cancel: CancelToken) -> Iterator[None]:
        """Hold the engine for the length of the block."""
        ticket = (priority, next(self._arrivals))
        with self._condition:
            heapq.heappush(self._waiting, ticket)
            try:
                while self._busy or self._waiting[0] != ticket:
                    self._condition.wait(POLL_SECONDS)
                    cancel.check()
            except BaseException:  # also Ctrl-C: a ticket that is left behind would block all who come later
                self._waiting.remove(ticket)
                heapq.heapify(self._waiting)
                self._condition.notify_all()
                raise
            heapq.heappop(self._waiting)
            self._busy = True
        try:
            yield
        finally:
            with self._condition:
                self._busy = False
                self._condition.notify_all()
