"""Brings waiting documents into the index: one file is read while the one before is embedded."""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Unpack

from desktop.core.cancel import CancelToken
from desktop.core.documents import PICTURES, Document, DocumentState
from desktop.core.errors import (
    Cancelled,
    DesksideError,
    DiskFull,
    EngineCrashed,
    EngineOutOfMemory,
    EngineTimeout,
    InternalError,
    StorageError,
)
from desktop.core.events import Event, FileChanged
from desktop.core.library_requests import (
    AddPages,
    CommitDocuments,
    DiscardDocument,
    DocumentsCommitted,
    IndexState,
    PassagesAdded,
    RemoveDocuments,
)
from desktop.core.reading_requests import FileRead, Member, PagesRead
from desktop.core.settings import Settings
from desktop.core.text import clean
from desktop.engines.process import BACKGROUND, EngineLink, call
from desktop.services.import_steps import about, no_text, portions, read_later, row_inside, unread, unreadable
from desktop.services.passwords import Passwords
from desktop.services.read_ahead import (
    Begun,
    Failed,
    Inside,
    Item,
    Pages,
    ReadAhead,
    SameAs,
    Unchanged,
    Whole,
)
from desktop.store.catalogue import Catalogue
from desktop.store.document_rows import DocumentFields

COMMIT_PASSAGES = 128  # the more are embedded together, the less is padded
COMMIT_DOCUMENTS = 16
COMMIT_SECONDS = 2.0  # what is read does not wait longer behind a file that takes long
WAIT_SECONDS = 0.1

_DIED = (EngineCrashed, EngineTimeout, EngineOutOfMemory, InternalError)


class _Gone(Exception):
    """The document was taken out of the library while it was imported."""


class Pipeline:
    """One run over documents of one collection. `events` is the whole of it; nothing is shared between runs."""

    def __init__(
        self,
        reader: EngineLink,
        library: EngineLink,
        catalogue: Catalogue,
        settings: Settings,
        passwords: Passwords,
        cancel: CancelToken,
        pause: threading.Event,
    ) -> None:
        self._reader, self._library, self._catalogue = reader, library, catalogue
        self._settings, self._passwords = settings, passwords
        self._cancel, self._pause = cancel, pause
        self._passages: dict[str, int] = {}
        self._characters: dict[str, int] = {}
        self._listed: dict[str, set[str]] = {}
        self._inside: list[Document] = []
        self._scans: list[Document] = []
        self._ocr = False
        self._to_commit: list[tuple[Document, FileRead]] = []
        self._waits_since = 0.0
        self._begun: dict[str, float] = {}
        self._again: list[Document] = []
        self._twins: list[SameAs] = []
        self._given_up: set[str] = set()

    def events(self, documents: Sequence[Document]) -> Iterator[Event]:
        """Yield FileChanged for every step of every document, and of those that are found inside them.

        Files with scanned pages come last, because OCR takes seconds a page and nobody should wait behind it. A file
        that fails has its row say so and the rest goes on; what the death of the library's child cost is done once
        more. Raises Cancelled (what is not ready is waiting again) and StorageError (nothing can be written).
        """
        self._inside = list(documents)
        while self._inside or self._scans or self._again:
            if self._inside:
                inside, self._inside = self._inside, []
                yield from self._pass(inside, retry=True, ocr=False)
            elif self._scans:
                scans, self._scans = self._scans, []
                yield from self._pass(scans, retry=True, ocr=True)
            else:
                again, self._again = self._again, []
                self._given_up.clear()
                yield from self._pass(again, retry=False, ocr=self._settings.read_scans)

    def _pass(self, documents: Sequence[Document], *, retry: bool, ocr: bool) -> Iterator[Event]:
        self._ocr = ocr
        reading = ReadAhead(
            documents,
            self._reader,
            self._catalogue,
            self._settings,
            self._passwords,
            self._pause,
            find_twins=retry,
            ocr=ocr,
        )
        try:
            while True:
                self._cancel.check()
                try:
                    item = reading.items.get(timeout=WAIT_SECONDS)
                except queue.Empty:  # while the reader is busy, what is read is committed
                    yield from self._guarded(self._commit(), None, retry)
                    continue
                if item is None:
                    break
                if item.document.id not in self._given_up:
                    yield from self._guarded(self._handle(item), item.document, retry)
                if not retry:  # one of these kills the child: the others must not share its commit
                    yield from self._guarded(self._commit(), None, retry)
            yield from self._guarded(self._commit(), None, retry)
            yield from self._resolve_twins()
        finally:
            reading.stop()
            self._put_back()

    def _guarded(self, steps: Iterator[Event], document: Document | None, retry: bool) -> Iterator[Event]:
        """Take steps; what goes wrong in them costs their documents, not the import."""
        try:
            yield from steps
        except _Gone:
            if document is not None:
                self._given_up.add(document.id)
                self._begun.pop(document.id, None)
                self._discard(document.id)
        except _DIED as error:
            yield from self._library_died(document, error, retry)

    def _handle(self, item: Item) -> Iterator[Event]:
        match item:
            case Begun(document):
                self._begun[document.id] = time.monotonic()
                if document.state is not DocumentState.READY:
                    yield FileChanged(self._update(document, state=DocumentState.READING, reason=""))
            case Unchanged(document):
                unchanged = self._update(document, modified=document.modified, size=document.size)
                yield FileChanged(replace(unchanged, state=DocumentState.SKIPPED, reason="Unchanged"))
            case SameAs():
                self._twins.append(item)
            case Failed(document, error, same):
                yield from self._failed(document, error, same)
            case Pages(document, batch):
                yield from self._add(document, batch)
            case Inside(document, members):
                yield from self._members(document, members)
            case Whole(document, read):
                yield from self._whole(document, read)

    def _add(self, document: Document, batch: PagesRead) -> Iterator[Event]:
        for pages in portions(batch.pages):
            self._cancel.check()
            if self._to_commit and time.monotonic() - self._waits_since > COMMIT_SECONDS:
                yield from self._guarded(self._commit(), None, retry=True)
            limit = self._settings.passage_tokens
            title = clean(Path(document.name).stem)
            held, known = self._passages.get(document.id, 0), document.passages > 0
            request = AddPages(document.collection_id, document.id, title, pages, limit, held, known)
            added = call(self._library, PassagesAdded, request, self._cancel, priority=BACKGROUND)
            self._passages[document.id] = added.passages
            read = self._characters.get(document.id, 0)
            self._characters[document.id] = read + sum(len(page.text) for page in pages)
        reading = replace(document, state=DocumentState.READING, pages=batch.done)
        yield FileChanged(reading, page=batch.done, pages=batch.total)

    def _members(self, document: Document, members: Sequence[Member]) -> Iterator[Event]:
        """Rows for the files inside a file; those that are new or changed are read after this pass."""
        listed = self._listed.setdefault(document.id, set())
        rows = self._catalogue.add_documents(
            document.collection_id, [row_inside(document, member) for member in members]
        )
        for row, member in zip(rows, members, strict=True):
            listed.add(row.id)
            if row.sha256 == member.sha256 and row.state in (DocumentState.READY, DocumentState.SKIPPED):
                yield FileChanged(replace(row, state=DocumentState.SKIPPED, reason="Unchanged"))
                continue
            if (row.sha256, row.state) != (member.sha256, DocumentState.WAITING):
                row = self._update(
                    row,
                    state=DocumentState.WAITING,
                    reason="",
                    reason_kind="",
                    sha256=member.sha256,
                    size=member.size,
                    modified=member.modified,
                )
            self._inside.append(row)
            yield FileChanged(row)

    def _later(self, document: Document, read: FileRead) -> Iterator[Event]:
        """Put a file with scanned pages behind those that need no OCR."""
        self._discard(document.id)
        self._begun.pop(document.id, None)
        self._scans.append(replace(unread(document), unread=read.unread))
        yield FileChanged(
            self._update(
                document,
                state=DocumentState.WAITING,
                reason=read_later(read),
                kind=read.kind,
                pages=read.pages,
                unread=read.unread,
            )
        )

    def _whole(self, document: Document, read: FileRead) -> Iterator[Event]:
        if read.unread and not self._ocr and self._settings.read_scans:
            yield from self._later(document, read)
            return
        self._drop_unlisted(document)
        bare = read.kind in PICTURES or bool(self._listed.get(document.id))
        if not self._passages.get(document.id) and not bare:
            yield from self._failed(document, no_text(read))
            return
        embedding = self._update(document, state=DocumentState.EMBEDDING, pages=read.pages, kind=read.kind)
        self._waits_since = self._waits_since if self._to_commit else time.monotonic()
        self._to_commit.append((document, read))
        yield FileChanged(embedding)
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
            # Not to be cancelled: what the index has written, the rows must know.
            done = call(self._library, DocumentsCommitted, request, priority=BACKGROUND)
        except DiskFull:
            raise  # all that come later would fail likewise: they wait until there is room
        except StorageError as error:
            self._to_commit.clear()
            for document, _ in group:
                yield from self._guarded(self._failed(document, error), document, retry=False)
            return
        if list(done.passages) != [self._passages.get(document.id, 0) for document, _ in group]:
            raise EngineCrashed("The search index was started again meanwhile.", "Please try again.")
        self._to_commit.clear()
        for (document, read), passages, fingerprint in zip(
            group, done.passages, done.fingerprints, strict=True
        ):
            ready = self._ready(document, read, passages, fingerprint)
            yield from self._guarded(ready, document, retry=False)

    def _ready(self, document: Document, read: FileRead, passages: int, fingerprint: int) -> Iterator[Event]:
        self._passages.pop(document.id, None)
        seconds = time.monotonic() - self._begun.pop(document.id, time.monotonic())
        try:
            ready = self._update(
                document,
                state=DocumentState.READY,
                reason=about(read, passages, len(self._listed.pop(document.id, ()))),
                reason_kind="",
                sha256=document.sha256,
                kind=read.kind,
                title=clean(read.title),
                language=read.language,
                pages=read.pages,
                scanned=read.scanned,
                unread=read.unread,
                passages=passages,
                characters=self._characters.pop(document.id, 0),
                fingerprint=fingerprint,
                size=document.size,
                modified=document.modified,
                seconds=seconds,
            )
        except _Gone:
            self._remove(document)
            raise
        yield FileChanged(ready)

    def _resolve_twins(self) -> Iterator[Event]:
        """What is the same as another file is skipped if that one is ready, else it is read itself."""
        twins, self._twins = self._twins, []
        for twin in twins:
            other = self._catalogue.document(twin.other.id)
            if other is None or other.state is not DocumentState.READY:
                self._again.append(unread(twin.document))
            else:
                yield from self._guarded(self._skipped(twin.document, other), twin.document, retry=False)

    def _skipped(self, document: Document, other: Document) -> Iterator[Event]:
        self._begun.pop(document.id, None)
        if document.passages:  # of what stood in it before
            self._remove(document)
        yield FileChanged(
            self._update(
                document,
                state=DocumentState.SKIPPED,
                reason=f"The same as {other.name}",
                reason_kind="duplicate",
                sha256=document.sha256,
                size=document.size,
                modified=document.modified,
                passages=0,
            )
        )

    def _failed(self, document: Document, error: DesksideError, same: bool | None = None) -> Iterator[Event]:
        """A file of the same content, which could not be read once more (as with OCR), stays as it was read before."""
        self._discard(document.id)
        self._begun.pop(document.id, None)
        if same is False and document.passages:  # of what stood in it before
            self._remove(document)
        yield FileChanged(self._update(document, **unreadable(document, error, same)))

    def _library_died(self, current: Document | None, error: DesksideError, retry: bool) -> Iterator[Event]:
        """The child took the passages it held with it: those documents are read again, or failed."""
        lost = {document.id: document for document, _ in self._to_commit}
        if current is not None:
            lost[current.id] = current
        self._to_commit.clear()
        self._given_up.update(lost)
        for document in lost.values():
            self._passages.pop(document.id, None)
            if retry:
                self._again.append(unread(document))
            else:
                yield from self._guarded(self._failed(document, error), document, retry=False)

    def _update(self, document: Document, **fields: Unpack[DocumentFields]) -> Document:
        """Change the document's row. Raises _Gone if a person has removed it meanwhile."""
        try:
            return self._catalogue.update(document.id, **fields)
        except InternalError:
            if self._catalogue.document(document.id) is None:
                raise _Gone from None
            raise

    def _drop_unlisted(self, document: Document) -> None:
        """Take out what was inside the file when it was read before and is not any more."""
        listed = self._listed.get(document.id, set())
        gone = [child.id for child in self._catalogue.children(document.id) if child.id not in listed]
        if gone:
            gone = self._catalogue.with_members(gone)
            request = RemoveDocuments(document.collection_id, tuple(gone))
            call(self._library, IndexState, request, priority=BACKGROUND)
            self._catalogue.remove(gone)

    def _remove(self, document: Document) -> None:
        request = RemoveDocuments(document.collection_id, (document.id,))
        call(self._library, IndexState, request, priority=BACKGROUND)

    def _discard(self, document_id: str) -> None:
        self._characters.pop(document_id, None)
        if self._passages.pop(document_id, 0):
            try:
                call(self._library, PassagesAdded, DiscardDocument(document_id), priority=BACKGROUND)
            except (DesksideError, Cancelled):
                pass  # its child is gone, and with it what it held

    def _put_back(self) -> None:
        """What was begun and is neither ready nor failed waits again."""
        for document_id in list(self._begun):
            document = self._catalogue.document(document_id)
            if document is not None and document.state in (DocumentState.READING, DocumentState.EMBEDDING):
                self._catalogue.update(document_id, state=DocumentState.WAITING)
            self._discard(document_id)
