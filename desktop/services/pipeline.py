"""Brings waiting documents into the index: one file is read while the one before is embedded."""

from __future__ import annotations

import hashlib
import queue
import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from desktop.core.cancel import CancelToken
from desktop.core.documents import Document, DocumentState, Page
from desktop.core.errors import (
    Cancelled,
    DesksideError,
    EngineCrashed,
    EngineOutOfMemory,
    EngineTimeout,
    ReadError,
    StorageError,
)
from desktop.core.events import Event, FileChanged
from desktop.core.requests import (
    AddPages,
    CommitDocuments,
    DiscardDocument,
    DocumentsCommitted,
    FileRead,
    PagesRead,
    PassagesAdded,
    ReadFile,
)
from desktop.core.settings import Settings
from desktop.engines.process import BACKGROUND, EngineLink, call
from desktop.store.catalogue import Catalogue

READ_AHEAD = 4
"""Batches of pages that may wait for the embedder: enough to keep it busy, little enough to keep memory small."""
REQUEST_CHARACTERS = 24_000
"""Text handed to the library at once: a search waits at most for that much embedding, a third of a second."""
COMMIT_PASSAGES = 32
COMMIT_DOCUMENTS = 16


@dataclass(frozen=True)
class _Begun:
    document: Document


@dataclass(frozen=True)
class _Unchanged:
    document: Document


@dataclass(frozen=True)
class _SameAs:
    document: Document
    other: Document


@dataclass(frozen=True)
class _Failed:
    document: Document
    error: DesksideError


@dataclass(frozen=True)
class _Pages:
    document: Document
    batch: PagesRead


@dataclass(frozen=True)
class _Whole:
    document: Document
    read: FileRead


_Item = _Begun | _Unchanged | _SameAs | _Failed | _Pages | _Whole | None


class Pipeline:
    """One run over documents of one collection. `events` is the whole of it; nothing is shared between runs."""

    def __init__(
        self,
        reader: EngineLink,
        library: EngineLink,
        catalogue: Catalogue,
        settings: Settings,
        cancel: CancelToken,
        pause: threading.Event,
    ) -> None:
        self._reader, self._library, self._catalogue = reader, library, catalogue
        self._settings, self._cancel, self._pause = settings, cancel, pause
        self._passages: dict[str, int] = {}
        self._to_commit: list[tuple[Document, FileRead]] = []
        self._begun: dict[str, float] = {}
        self._again: list[Document] = []

    def events(self, documents: Sequence[Document]) -> Iterator[Event]:
        """Yield FileChanged for every step of every document.

        A file that fails has its row say so and the rest goes on; what the death of the library's child cost is done
        once more. Raises Cancelled (what is not ready is waiting again) and StorageError (nothing can be written).
        """
        yield from self._pass(documents, retry=True)
        if self._again:
            again, self._again = self._again, []
            yield from self._pass(again, retry=False)

    def _pass(self, documents: Sequence[Document], retry: bool) -> Iterator[Event]:
        items: queue.Queue[_Item] = queue.Queue(READ_AHEAD)
        stop = CancelToken()
        thread = threading.Thread(target=self._read_all, args=(documents, items, stop), daemon=True)
        thread.start()
        try:
            while (item := self._next(items)) is not None:
                try:
                    yield from self._handle(item)
                except (EngineCrashed, EngineTimeout, EngineOutOfMemory) as error:
                    yield from self._library_died(item, error, retry)
            yield from self._commit()
        finally:
            stop.cancel()
            while thread.is_alive():
                _drain(items)
                thread.join(0.02)
            self._put_back()

    # --- the reading thread ------------------------------------------------------------------------------------

    def _read_all(self, documents: Sequence[Document], items: queue.Queue[_Item], stop: CancelToken) -> None:
        try:
            for document in documents:
                while self._pause.is_set() and not stop.wait(0.1):
                    pass
                stop.check()
                self._read(document, items, stop)
        except Cancelled:
            pass  # the consumer has left, or is about to hear of it
        finally:
            items.put(None)

    def _read(self, document: Document, items: queue.Queue[_Item], stop: CancelToken) -> None:
        items.put(_Begun(document))
        try:
            digest = _sha256(Path(document.path), stop)
            fresh = replace(document, sha256=digest)
            if document.state is DocumentState.READY and digest == document.sha256:
                items.put(_Unchanged(fresh))
                return
            other = self._catalogue.same_content(document.collection_id, digest, document.id)
            if other is not None and other.columns == document.columns:
                items.put(_SameAs(fresh, other))
                return
            request = ReadFile(document.path, document.columns)
            limits = {
                "silence": float(self._settings.read_seconds),
                "memory_mb": self._settings.read_memory_mb,
            }
            for message in self._reader.request(request, stop, priority=BACKGROUND, **limits):  # type: ignore[arg-type]
                if isinstance(message, PagesRead):
                    items.put(_Pages(fresh, message))
                elif isinstance(message, FileRead):
                    items.put(_Whole(fresh, message))
        except DesksideError as error:
            items.put(_Failed(document, error))

    # --- the consumer ------------------------------------------------------------------------------------------

    def _next(self, items: queue.Queue[_Item]) -> _Item:
        """The next item; while the reader is slow, what is read is committed instead of waited with."""
        while True:
            self._cancel.check()
            try:
                return items.get(timeout=0.1)
            except queue.Empty:
                continue

    def _handle(self, item: _Item) -> Iterator[Event]:
        match item:
            case _Begun(document):
                self._begun[document.id] = time.monotonic()
                if document.state is not DocumentState.READY:
                    yield FileChanged(
                        self._catalogue.update(document.id, state=DocumentState.READING, reason="")
                    )
            case _Unchanged(document):
                modified = _modified(document.path)
                unchanged = self._catalogue.update(document.id, modified=modified)
                yield FileChanged(replace(unchanged, state=DocumentState.SKIPPED, reason="Unchanged"))
            case _SameAs(document, other):
                reason = f"The same as {other.name}"
                kind = {"reason": reason, "reason_kind": "duplicate", "sha256": document.sha256}
                yield FileChanged(self._catalogue.update(document.id, state=DocumentState.SKIPPED, **kind))  # type: ignore[arg-type]
            case _Failed(document, error):
                yield from self._failed(document, error)
            case _Pages(document, batch):
                yield from self._add(document, batch)
            case _Whole(document, read):
                yield from self._whole(document, read)

    def _add(self, document: Document, batch: PagesRead) -> Iterator[Event]:
        for pages in _portions(batch.pages):
            self._cancel.check()
            limit = self._settings.passage_tokens
            title = Path(document.name).stem
            request = AddPages(document.collection_id, document.id, title, pages, limit)
            added = call(self._library, PassagesAdded, request, self._cancel, priority=BACKGROUND)
            self._passages[document.id] = added.passages
        current = replace(document, state=DocumentState.READING, pages=batch.done)
        yield FileChanged(current, page=batch.done, pages=batch.total)

    def _whole(self, document: Document, read: FileRead) -> Iterator[Event]:
        if not self._passages.get(document.id):
            error = ReadError("There is no text in this file.", reason="empty")
            yield from self._failed(document, error)
            return
        self._to_commit.append((document, read))
        yield FileChanged(
            self._catalogue.update(
                document.id, state=DocumentState.EMBEDDING, pages=read.pages, kind=read.kind
            )
        )
        held = sum(self._passages.get(one.id, 0) for one, _ in self._to_commit)
        if held >= COMMIT_PASSAGES or len(self._to_commit) >= COMMIT_DOCUMENTS:
            yield from self._commit()

    def _commit(self) -> Iterator[Event]:
        if not self._to_commit:
            return
        group = list(self._to_commit)
        collection = group[0][0].collection_id
        request = CommitDocuments(collection, tuple(document.id for document, _ in group))
        try:
            done = call(self._library, DocumentsCommitted, request, self._cancel, priority=BACKGROUND)
        except StorageError as error:
            self._to_commit.clear()
            for document, _ in group:
                yield from self._failed(document, error)
            return
        self._to_commit.clear()
        for (document, read), passages in zip(group, done.passages, strict=True):
            self._passages.pop(document.id, None)
            seconds = time.monotonic() - self._begun.pop(document.id, time.monotonic())
            ready = self._catalogue.update(
                document.id,
                state=DocumentState.READY,
                reason="",
                reason_kind="",
                sha256=document.sha256,
                kind=read.kind,
                pages=read.pages,
                passages=passages,
                size=document.size,
                modified=document.modified,
                seconds=seconds,
            )
            yield FileChanged(ready)

    def _failed(self, document: Document, error: DesksideError) -> Iterator[Event]:
        if self._passages.pop(document.id, 0):
            call(self._library, PassagesAdded, DiscardDocument(document.id), priority=BACKGROUND)
        self._begun.pop(document.id, None)
        kind = getattr(error, "reason", "") or _reason_kind(error)
        yield FileChanged(
            self._catalogue.update(
                document.id, state=DocumentState.FAILED, reason=error.what, reason_kind=kind
            )
        )

    def _library_died(self, item: _Item, error: DesksideError, retry: bool) -> Iterator[Event]:
        """The child took the passages it held with it: those documents are read again, or failed."""
        lost = {document.id: document for document, _ in self._to_commit}
        if item is not None:
            lost[item.document.id] = item.document
        self._to_commit.clear()
        for document in lost.values():
            self._passages.pop(document.id, None)
            if retry:
                self._again.append(document)
            else:
                yield from self._failed(document, error)

    def _put_back(self) -> None:
        """What was begun and is neither ready nor failed waits again."""
        for document_id in list(self._begun):
            document = self._catalogue.document(document_id)
            if document is not None and document.state in (DocumentState.READING, DocumentState.EMBEDDING):
                self._catalogue.update(document_id, state=DocumentState.WAITING)
            if self._passages.pop(document_id, 0):
                try:
                    call(self._library, PassagesAdded, DiscardDocument(document_id), priority=BACKGROUND)
                except (DesksideError, Cancelled):
                    pass  # its child is gone, and with it what it held


def _drain(items: queue.Queue[_Item]) -> None:
    try:
        while True:
            items.get_nowait()
    except queue.Empty:
        pass


def _portions(pages: Sequence[Page]) -> Iterator[tuple[Page, ...]]:
    """Pages in groups of about REQUEST_CHARACTERS."""
    group: list[Page] = []
    size = 0
    for page in pages:
        group.append(page)
        size += len(page.text)
        if size >= REQUEST_CHARACTERS:
            yield tuple(group)
            group, size = [], 0
    if group:
        yield tuple(group)


def _sha256(path: Path, stop: CancelToken) -> str:
    """The hash of a file's content, hexadecimal. Raises ReadError, Cancelled."""
    digest = hashlib.sha256()
    try:
        if not path.is_file():
            raise (
                FileNotFoundError
                if not path.exists()
                else ReadError("This is not an ordinary file.", reason="unsupported")
            )
        with path.open("rb") as file:
            while block := file.read(1 << 20):
                stop.check()
                digest.update(block)
    except FileNotFoundError:
        raise ReadError("The file is no longer there.", reason="missing") from None
    except PermissionError:
        raise ReadError("You are not allowed to read this file.", reason="not allowed") from None
    except OSError as error:
        raise ReadError("The file could not be read from its disk.", details=str(error)) from error
    return digest.hexdigest()


def _modified(path: str) -> float:
    try:
        return Path(path).stat().st_mtime
    except OSError:
        return 0.0


def _reason_kind(error: DesksideError) -> str:
    if isinstance(error, EngineTimeout):
        return "too slow"
    if isinstance(error, EngineOutOfMemory):
        return "too large"
    return "disk" if isinstance(error, StorageError) else "damaged"
