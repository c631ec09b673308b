"""Ctrl-C on the command line: long work is asked to stop and puts things in order, all else ends at once."""

from __future__ import annotations

import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType

from desktop.core.cancel import CancelToken
from desktop.core.events import Event

PATIENCE_SECONDS = 5.0
"""So long work may take to stop before another Ctrl-C ends it wherever it is."""


def stoppable(work: Callable[[CancelToken], Iterator[Event]]) -> Iterator[Event]:
    """Yield the events of a service's work. Raises Cancelled after Ctrl-C, when the work has put things in order."""
    cancel = CancelToken()
    pressed = 0.0

    def ask(number: int, frame: FrameType | None) -> None:
        nonlocal pressed
        if cancel.cancelled and time.monotonic() - pressed > PATIENCE_SECONDS:
            raise KeyboardInterrupt
        if not cancel.cancelled:
            pressed = time.monotonic()
            cancel.cancel()

    before = signal.signal(signal.SIGINT, ask)
    try:
        yield from work(cancel)
        cancel.check()
    finally:
        signal.signal(signal.SIGINT, signal.SIG_IGN if cancel.cancelled else before)


@contextmanager
def ended_once() -> Iterator[None]:
    """Let the first Ctrl-C end a block; more of them must not disturb how the program then comes to its end."""

    def end(number: int, frame: FrameType | None) -> None:
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGINT, end)
    try:
        yield
    finally:
        if signal.getsignal(signal.SIGINT) is end:
            signal.signal(signal.SIGINT, before)
