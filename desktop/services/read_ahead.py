"""The reading half of an import: a thread that hashes and reads one file after the other, some pages ahead."""

from __future__ import annotations

import hashlib
import os
import queue
import threading
import time
import traceback
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path

from desktop.core.cancel import CancelToken
from desktop.core.documents import Document, DocumentState, TableColumns
from desktop.core.errors import Cancelled, DesksideError, EngineTimeout, InternalError, ReadError
from desktop.core.reading_requests import FileRead, Member, MembersFound, PagesRead, ReadFile
from desktop.core.settings import Settings
from desktop.engines.process import BACKGROUND, EngineLink
from desktop.services.passwords import Passwords
from desktop.store.catalogue import Catalogue

SAMPLED_FROM = 4 * 2**30
SAMPLE_BYTES = 16 * 2**20
BATCHES = 4
"""Batches of pages that may wait for the embedder: enough to keep it busy, little enough to keep memory small."""


@dataclass(frozen=True)
class Begun:
    """This document's turn has come."""

    document: Document


@dataclass(frozen=True)
class Unchanged:
    """The file has the bytes that the index knows."""

    document: Document


@dataclass(frozen=True)
class SameAs:
    """The file has the bytes of another document, which is ready or was begun in this run."""

    document: Document
    other: Document


@dataclass(frozen=True)
class Failed:
    """The file cannot be read; `same` tells whether its bytes are those that the row knows, None if it is not clear."""

    document: Document
    error: DesksideError
    same: bool | None = None


@dataclass(frozen=True)
class Pages:
    """Some pages of the file; the document now carries the hash of its content."""

    document: Document
    batch: PagesRead


@dataclass(frozen=True)
class Inside:
    """Files inside the file."""

    document: Document
    members: tuple[Member, ...]


@dataclass(frozen=True)
class Whole:
    """The end of the file."""

    document: Document
    read: FileRead


Item = Begun | Unchanged | SameAs | Failed | Pages | Inside | Whole


class ReadAhead:
    """Reads documents of one collection on a thread of its own; `items` gets what it finds, None at the end."""

    def __init__(
        self,
        documents: Sequence[Document],
        reader: EngineLink,
        catalogue: Catalogue,
        settings: Settings,
        passwords: Passwords,
        pause: threading.Event,
        *,
        find_twins: bool,
        ocr: bool,
    ) -> None:
        """`find_twins`: whether files of the same content in `documents` are told as SameAs; `ocr`: see ReadFile."""
        self.items: queue.Queue[Item | None] = queue.Queue(BATCHES)
        self._documents, self._reader, self._catalogue = documents, reader, catalogue
        self._settings, self._passwords, self._pause = settings, passwords, pause
        self._ocr = ocr
        self._seen: dict[tuple[str, TableColumns], Document] | None = {} if find_twins else None
        self._stop = CancelToken()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """End the thread; what it has read is dropped."""
        self._stop.cancel()
        while self._thread.is_alive():
            self._drain()
            self._thread.join(0.02)

    def _drain(self) -> None:
        try:
            while True:
                self.items.get_nowait()
        except queue.Empty:
            pass

    def _run(self) -> None:
        try:
            for document in self._documents:
                self._hold()
                self._one(document)
        except Cancelled:
            pass  # the consumer has left, or is about to hear of it
        finally:
            self.items.put(None)

    def _hold(self) -> None:
        """Wait while a person pauses the work."""
        while self._pause.is_set() and not self._stop.wait(0.1):
            pass
        self._stop.check()

    def _one(self, document: Document) -> None:
        self.items.put(Begun(document))
        same: bool | None = None
        try:
            # That of a file inside another one was taken when the outer one was listed.
            digest = document.sha256 if document.member else sha256(Path(document.path), self._stop)
            same = digest == document.sha256
            self._read(document, digest)
        except Cancelled:
            raise
        except DesksideError as error:
            self.items.put(Failed(document, error, same))
        except Exception as error:  # noqa: BLE001 - our bug: it costs this file, and the rest goes on
            sentence = f"Something went wrong inside Deskside ({type(error).__name__})."
            self.items.put(Failed(document, InternalError(sentence, details=traceback.format_exc())))

    def _read(self, document: Document, digest: str) -> None:
        fresh = replace(document, sha256=digest)
        if document.state is DocumentState.READY and digest == document.sha256:
            self.items.put(Unchanged(fresh))
            return
        other = self._twin(fresh)
        if other is not None:
            self.items.put(SameAs(fresh, other))
            return
        locked: ReadError | None = None
        for password in self._passwords.to_try(document.place):
            try:
                self._read_with(fresh, password)
            except ReadError as error:
                if error.reason != "encrypted":
                    raise
                locked = error
            else:
                self._passwords.fits(document.place, password)
                return
        if locked is not None:
            raise locked

    def _read_with(self, document: Document, password: str) -> None:
        request = ReadFile(document.path, document.columns, password, document.member, self._ocr)
        messages = self._reader.request(
            request,
            self._stop,
            silence=float(self._settings.read_seconds),
            memory_mb=self._settings.read_memory_mb,
            priority=BACKGROUND,
        )
        with closing(messages):
            for message in self._in_time(messages):
                if isinstance(message, PagesRead):
                    self.items.put(Pages(document, message))
                elif isinstance(message, MembersFound):
                    self.items.put(Inside(document, message.members))
                elif isinstance(message, FileRead):
                    self.items.put(Whole(document, message))

    def _in_time(self, messages: Iterator[object]) -> Iterator[object]:
        """The messages, as long as waiting for them stays within the budget of a file.

        OCR has a budget for each page only: the silence. Raises EngineTimeout.
        """
        budget = float("inf") if self._ocr else float(self._settings.read_total_seconds)
        while True:
            self._hold()
            begin = time.monotonic()
            message = next(messages, None)
            budget -= time.monotonic() - begin
            if message is None:
                return
            if budget < 0:
                seconds = self._settings.read_total_seconds
                raise EngineTimeout(f"Reading took longer than {seconds:,} seconds and was stopped.")
            yield message

    def _twin(self, document: Document) -> Document | None:
        """Another document of the same content and columns: a ready one, or the first of this run."""
        ready = self._catalogue.same_content(document.collection_id, document.sha256, document.id)
        if ready is not None and ready.columns == document.columns:
            return ready
        if self._seen is None:
            return None
        first = self._seen.setdefault((document.sha256, document.columns), document)
        return first if first.id != document.id else None


def sha256(path: Path, stop: CancelToken) -> str:
    """The hash of a file's content, hexadecimal. Raises ReadError, Cancelled.

    Of a file above SAMPLED_FROM its size, time, beginning and end count: reading terabytes of holes would take hours.
    """
    digest = hashlib.sha256()
    try:
        if not path.is_file():
            raise _no_file(path)
        with path.open("rb") as file:
            status = os.fstat(file.fileno())
            left = status.st_size  # a file may grow as fast as it is read
            if left > SAMPLED_FROM:
                digest.update(f"{left} {status.st_mtime_ns}".encode() + file.read(SAMPLE_BYTES))
                left = SAMPLE_BYTES
                file.seek(-left, os.SEEK_END)
            while left > 0 and (block := file.read(min(left, 1 << 20))):
                stop.check()
                digest.update(block)
                left -= len(block)
    except FileNotFoundError:
        raise ReadError("The file is no longer there.", reason="missing") from None
    except PermissionError:
        raise ReadError("You are not allowed to read this file.", reason="not allowed") from None
    except OSError as error:
        raise ReadError("The file could not be read from its disk.", details=str(error)) from error
    return digest.hexdigest()


def _no_file(path: Path) -> Exception:
    if path.is_symlink() and path.is_dir():
        return ReadError(
            "This is a link to a folder elsewhere, which is not followed.",
            "Add that folder itself.",
            reason="unsupported",
        )
    if path.is_dir():
        return ReadError("You are not allowed to look into this folder.", reason="not allowed")
    if path.exists():
        return ReadError("This is not an ordinary file.", reason="unsupported")
    return FileNotFoundError()
