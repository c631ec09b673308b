"""The passwords that a person gave for locked files: in memory only, until the program ends."""

from __future__ import annotations

import threading

Place = tuple[str, tuple[str, ...]]
"""A file's path, and where in it, as in Document."""


class Passwords:
    """Each is tried on every locked file, because people give the same one to all statements of their bank."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._given: list[str] = []
        self._fitting: dict[Place, str] = {}

    def add(self, password: str) -> None:
        """Remember a password."""
        with self._lock:
            if password and password not in self._given:
                self._given.insert(0, password)

    def fits(self, place: Place, password: str) -> None:
        """Remember which one opened a file."""
        if password:
            with self._lock:
                self._fitting[place] = password

    def of(self, place: Place) -> str:
        """The one that opened this file, or ''."""
        with self._lock:
            return self._fitting.get(place, "")

    def to_try(self, place: Place) -> list[str]:
        """What may open a file, the likeliest first; always with '', for a file that is not locked."""
        with self._lock:
            return list(dict.fromkeys([self._fitting.get(place, ""), "", *self._given]))
