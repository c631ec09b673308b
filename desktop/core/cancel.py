"""The token with which a person's wish to stop travels from the window to a child process."""

from __future__ import annotations

import threading

from desktop.core.errors import Cancelled


class CancelToken:
    """Set once from any thread; long work asks it between its steps."""

    def __init__(self) -> None:
        self._event = threading.Event()

    def cancel(self) -> None:
        """Ask the work that holds this token to stop."""
        self._event.set()

    @property
    def cancelled(self) -> bool:
        return self._event.is_set()

    def check(self) -> None:
        """Raise `Cancelled` if the person has asked to stop."""
        if self._event.is_set():
            raise Cancelled

    def wait(self, seconds: float) -> bool:
        """Sleep at most `seconds`; true as soon as the person has asked to stop."""
        return self._event.wait(seconds)
