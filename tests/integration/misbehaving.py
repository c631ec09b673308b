"""An engine for tests that sleeps, takes memory, or dies when asked to read a file of that name."""

from __future__ import annotations

import ctypes
import os
import signal
import time
from collections.abc import Iterator, Mapping

from desktop.core.cancel import CancelToken
from desktop.core.documents import Page
from desktop.core.reading_requests import FileRead, PagesRead, ReadFile
from desktop.core.requests import Request


class Misbehaving:
    """Reads one page, then does what the path says."""

    def handle(self, request: Request, cancel: CancelToken) -> Iterator[object]:
        """Serve ReadFile."""
        assert isinstance(request, ReadFile)
        yield PagesRead((Page(1, "words"),), 1, 2)
        if request.path == "sleeps":
            time.sleep(600)
        elif request.path == "stuck in native code":
            ctypes.PyDLL(None).sleep(600)  # it holds the lock of Python: no thread of the child can answer
        elif request.path == "grows":
            held = []
            while True:
                held.append(bytearray(os.urandom(2**20)) * 20)
                time.sleep(0.01)
        elif request.path == "grows while it talks":
            held = []
            while True:
                held.append(bytearray(os.urandom(2**18)) * 20)
                yield PagesRead((Page(1, "words"),), 1, 2)
        elif request.path == "thinks":
            time.sleep(1.5)
        elif request.path == "dies":
            os.kill(os.getpid(), signal.SIGSEGV)
        yield FileRead("txt", "", 1)


def create(options: Mapping[str, object]) -> Misbehaving:
    """Make the engine."""
    return Misbehaving()
