"""The honest estimate of an import's remaining time: from what it has done so far, applied to what is left."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable

from desktop.core.documents import Document, DocumentState
from desktop.core.events import FileChanged, Progress

FILE_WEIGHT = 30_000
"""What a file costs besides its bytes, in bytes."""
SCAN_SECONDS = 8.0
"""What a scanned page is taken to cost until the first ones have been measured."""
RESTING = (DocumentState.READY, DocumentState.SKIPPED, DocumentState.FAILED)


class Estimate:
    """Two kinds of work are told apart, because one costs a thousand times the other: files with text, by their bytes,
    and scanned pages, which come after all files with text."""

    def __init__(
        self,
        work: Iterable[Document],
        paused: Callable[[], bool],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """`paused` tells whether the work stands still because a person wants it so; that time does not count."""
        self._paused, self._clock = paused, clock
        self._last = clock()
        self._left = {document.id: _weight(document) for document in work}
        self._files = len(self._left)
        self._scans: dict[str, int] = {}
        self._read_weight = self._read_seconds = 0.0
        self._scanned, self._scan_seconds = 0, 0.0

    def saw(self, event: FileChanged) -> None:
        """Take note of a file's new state."""
        document = event.document
        self._pass_time()
        if document.id not in self._left and document.id not in self._scans and document.state not in RESTING:
            self._left[document.id] = _weight(document)  # found inside another file
            self._files += 1
        if document.state in RESTING:
            self._read_weight += self._left.pop(document.id, 0.0)
            self._scanned += self._scans.pop(document.id, 0)
        elif document.state is DocumentState.WAITING and document.unread:
            self._read_weight += self._left.pop(document.id, 0.0)
            self._scans[document.id] = document.unread
        elif event.pages and document.id in self._left:
            self._part(document, event.page / event.pages)
        elif (
            document.id in self._scans
            and document.state is DocumentState.READING
            and self._scans[document.id] > 1
        ):
            self._scans[document.id] -= 1
            self._scanned += 1

    def progress(self) -> Progress:
        """How far it is, with the seconds left, None as long as nothing was measured."""
        self._pass_time()
        finished = self._files - len(self._left) - len(self._scans)
        words = f"{finished:,} of {self._files:,} files are done"
        return Progress(finished, self._files, words, self._seconds_left())

    def _seconds_left(self) -> float | None:
        left = sum(self._left.values())
        if left and not self._read_weight:
            return None
        seconds = self._read_seconds * left / self._read_weight if left else 0.0
        a_page = self._scan_seconds / self._scanned if self._scanned else SCAN_SECONDS
        return seconds + a_page * sum(self._scans.values())

    def _part(self, document: Document, share: float) -> None:
        """A part of a long file is done: the first estimate must not wait for its end."""
        rest = _weight(document) * (1.0 - share)
        done = self._left[document.id] - rest
        if done > 0:
            self._left[document.id] = rest
            self._read_weight += done

    def _pass_time(self) -> None:
        now = self._clock()
        if not self._paused():
            if self._left:
                self._read_seconds += now - self._last
            else:
                self._scan_seconds += now - self._last
        self._last = now


def _weight(document: Document) -> float:
    return float(document.size + FILE_WEIGHT)
