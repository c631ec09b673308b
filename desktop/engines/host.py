"""The child's end of an engine process: a loop that serves one request after the other until its parent is gone."""

from __future__ import annotations

import importlib
import logging
import os
import queue
import signal
import sys
import threading
import traceback
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from multiprocessing.connection import Connection
from typing import Protocol

from desktop.core.cancel import CancelToken
from desktop.core.errors import Cancelled, DesksideError, EngineOutOfMemory, InternalError
from desktop.core.requests import Request


class Engine(Protocol):
    """What an engine module's `create(options)` returns."""

    def handle(self, request: Request, cancel: CancelToken) -> Iterator[object]:
        """Serve a request: yield its messages. Raises DesksideError or Cancelled."""
        ...


@dataclass(frozen=True)
class Ask:
    """Parent to child: serve this."""

    id: int
    request: Request


@dataclass(frozen=True)
class Cancel:
    """Parent to child: stop serving this."""

    id: int


@dataclass(frozen=True)
class Item:
    """Child to parent: one message of a request."""

    id: int
    value: object


@dataclass(frozen=True)
class Done:
    """Child to parent: the request is served."""

    id: int


@dataclass(frozen=True)
class Failed:
    """Child to parent: the request failed, with the error to raise in the parent."""

    id: int
    error: DesksideError | Cancelled


def run(
    connection: Connection, module: str, options: Mapping[str, object], log: str, background: bool
) -> None:
    """Serve requests from `connection` with the engine of `module`; the child's main function.

    In the `background` it takes what others leave of the processor: a search or an answer comes before an import.
    """
    signal.signal(
        signal.SIGINT, signal.SIG_IGN
    )  # Ctrl-C is the parent's affair; it tells us by closing the pipe
    _redirect_output(log)
    if background:
        _step_back()
    asks: queue.Queue[Ask] = queue.Queue()
    tokens = _Tokens()
    threading.Thread(target=_listen, args=(connection, asks, tokens), daemon=True).start()
    engine: Engine | None = None
    while True:
        ask = asks.get()
        try:
            if engine is None:
                engine = importlib.import_module(module).create(options)
            for value in engine.handle(ask.request, tokens.of(ask.id)):
                connection.send(Item(ask.id, value))
                tokens.of(ask.id).check()
            connection.send(Done(ask.id))
        except BrokenPipeError:
            os._exit(0)
        except (DesksideError, Cancelled) as error:
            connection.send(Failed(ask.id, error))
        except MemoryError:
            connection.send(Failed(ask.id, EngineOutOfMemory("There was not enough memory for this.")))
        except Exception as error:  # noqa: BLE001 - our bug or a library's: told to the parent, the child lives on
            wrapped = InternalError(
                f"Something went wrong inside Deskside ({type(error).__name__}).",
                "You can go on; please report it with the details.",
                traceback.format_exc(),
            )
            connection.send(Failed(ask.id, wrapped))
        finally:
            tokens.forget(ask.id)


class _Tokens:
    """The cancel tokens by request id; a cancel may arrive before its request is begun."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._tokens: dict[int, CancelToken] = {}

    def of(self, request_id: int) -> CancelToken:
        with self._lock:
            return self._tokens.setdefault(request_id, CancelToken())

    def forget(self, request_id: int) -> None:
        with self._lock:
            self._tokens.pop(request_id, None)


def _listen(connection: Connection, asks: queue.Queue[Ask], tokens: _Tokens) -> None:
    """Take messages off the pipe, so that a cancel is heard while the engine works; end with the parent."""
    while True:
        try:
            message = connection.recv()
        except (EOFError, OSError):
            os._exit(0)  # the parent is gone: nobody is left to answer to
        if isinstance(message, Cancel):
            tokens.of(message.id).cancel()
        else:
            asks.put(message)


def _step_back() -> None:
    """Run with less right to the processor than the window and the engines that somebody waits for."""
    import psutil

    try:
        psutil.Process().nice(getattr(psutil, "BELOW_NORMAL_PRIORITY_CLASS", 10))
    except (psutil.Error, OSError):
        logging.getLogger(__name__).warning("the priority could not be lowered", exc_info=True)


def _opened(log: str) -> int:
    """The log's descriptor; where it cannot be written, as on a full disk, nothing is logged."""
    flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC
    try:
        return os.open(log, flags, 0o600)
    except OSError:
        return os.open(os.devnull, flags)


def _redirect_output(log: str) -> None:
    """Send what native libraries print to the log: standard output belongs to `--json`."""
    target = _opened(log or os.devnull)
    os.dup2(target, 1)
    os.dup2(target, 2)
    # A windowed program has no standard streams, and libraries that print would fail.
    sys.stdout = open(1, "w", encoding="utf-8", errors="replace", buffering=1, closefd=False)  # noqa: SIM115
    sys.stderr = open(2, "w", encoding="utf-8", errors="replace", buffering=1, closefd=False)  # noqa: SIM115
