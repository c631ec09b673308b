"""Importing files: rows first, then reading and embedding, resumable at any moment."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import filelock

from desktop.core.cancel import CancelToken
from desktop.core.documents import Document, DocumentState, TableColumns
from desktop.core.errors import StorageError, UserError
from desktop.core.events import Event, FileChanged, ImportSummary, Note, Progress
from desktop.core.paths import Paths
from desktop.core.requests import IndexState, Optimize
from desktop.engines.process import BACKGROUND, EngineLink, call
from desktop.services.discover import files
from desktop.services.pipeline import Pipeline
from desktop.services.settings import SettingsService
from desktop.store.catalogue import Catalogue, DocumentFields, NewDocument

SAMPLES = "Sample files"
FILE_WEIGHT = 30_000
"""What a file costs besides its bytes, in bytes, for the estimate of the time left."""


class Importing:
    """One import runs at a time; another waits for its turn, its rows already in the table."""

    def __init__(
        self,
        paths: Paths,
        catalogue: Catalogue,
        reader: EngineLink,
        library: EngineLink,
        settings: SettingsService,
    ) -> None:
        self._paths, self._catalogue = paths, catalogue
        self._reader, self._library, self._settings = reader, library, settings
        self._turn = threading.Lock()

    def import_files(
        self,
        paths: Sequence[Path],
        collection_id: str,
        columns: TableColumns = TableColumns(),  # noqa: B008 - frozen
        cancel: CancelToken | None = None,
        pause: threading.Event | None = None,
    ) -> Iterator[Event]:
        """Import files and folders; yields FileChanged, Progress and Note, and ImportSummary last.

        `columns` applies to tables (CSV, TSV, JSONL), whose rows then are documents. `pause` holds the work while it
        is set. Raises UserError (no such collection, nothing to import), Cancelled: what is not ready stays waiting.
        """
        if self._catalogue.collection(collection_id) is None:
            raise UserError("This collection is not there any more.", "Choose another one.")
        found = list(files(paths))
        if not found:
            raise UserError("There are no files in there.", "Choose a folder with files in it.")
        listed = [
            NewDocument(str(one.path), one.path.name, one.columns(columns), one.size, one.modified)
            for one in found
        ]
        rows = self._catalogue.add_documents(collection_id, listed)
        work, skipped = [], 0
        for row, one in zip(rows, found, strict=True):
            if row.state is DocumentState.READY and (row.size, row.modified) == (one.size, one.modified):
                skipped += 1
                yield FileChanged(replace(row, state=DocumentState.SKIPPED, reason="Unchanged"))
                continue
            if row.state in (DocumentState.FAILED, DocumentState.SKIPPED):
                row = self._catalogue.update(row.id, state=DocumentState.WAITING, reason="", reason_kind="")
            work.append(replace(row, size=one.size, modified=one.modified))
            yield FileChanged(row)
        yield from self._run(work, skipped, cancel or CancelToken(), pause)

    def resume(self, collection_id: str | None = None, cancel: CancelToken | None = None) -> Iterator[Event]:
        """Go on with every document that is not ready, as after a crash; the same events as `import_files`."""
        waiting = [
            document
            if document.state is DocumentState.WAITING
            else self._catalogue.update(document.id, state=DocumentState.WAITING)
            for document in self._catalogue.pending(collection_id)
        ]
        yield from self._run([_asked(document) for document in waiting], 0, cancel or CancelToken(), None)

    def retry(self, document_ids: Sequence[str], cancel: CancelToken | None = None) -> Iterator[Event]:
        """Try some documents again."""
        rows = []
        for document_id in document_ids:
            if self._catalogue.document(document_id) is not None:
                rows.append(
                    self._catalogue.update(
                        document_id, state=DocumentState.WAITING, reason="", reason_kind=""
                    )
                )
                yield FileChanged(rows[-1])
        yield from self._run([_asked(row) for row in rows], 0, cancel or CancelToken(), None)

    def read(
        self,
        document_ids: Sequence[str],
        cancel: CancelToken | None = None,
        pause: threading.Event | None = None,
    ) -> Iterator[Event]:
        """Read documents that are new or whose files may have changed: one with the same bytes stays as it is."""
        found = (self._catalogue.document(document_id) for document_id in document_ids)
        rows = [_asked(row) for row in found if row is not None]
        yield from self._run(rows, 0, cancel or CancelToken(), pause)

    def pending(self) -> int:
        """How many documents are not ready and wait for `resume`."""
        return len(self._catalogue.pending())

    def drop_waiting(self, collection_id: str) -> int:
        """Take the rows that were never read out of the table, after a person cancelled; returns how many."""
        waiting = [
            document.id for document in self._catalogue.pending(collection_id) if not document.passages
        ]
        self._catalogue.remove(waiting)
        return len(waiting)

    def samples(self, cancel: CancelToken | None = None) -> Iterator[Event]:
        """Import the sample files that come with the program."""
        known = self._catalogue.collection_named(SAMPLES)
        collection = known or self._catalogue.create_collection(SAMPLES)
        yield from self.import_files([self._paths.samples], collection.id, cancel=cancel)

    def _run(
        self, work: list[Document], skipped: int, cancel: CancelToken, pause: threading.Event | None
    ) -> Iterator[Event]:
        begin = time.monotonic()
        counts = {DocumentState.READY: 0, DocumentState.SKIPPED: skipped, DocumentState.FAILED: 0}
        passages = 0
        if work:
            yield from self._wait_for_turn(cancel)
            try:
                with self._alone():
                    clock = _Clock(work)
                    yield clock.progress()
                    for event in self._with_orphans(work, cancel, pause or threading.Event()):
                        yield event
                        document = event.document
                        if document.state in counts:
                            counts[document.state] += 1
                            passages += document.passages if document.state is DocumentState.READY else 0
                            clock.done(document)
                            yield clock.progress()
                    self._optimize({document.collection_id for document in work}, cancel)
            finally:
                self._turn.release()
        yield ImportSummary(
            counts[DocumentState.READY],
            counts[DocumentState.SKIPPED],
            counts[DocumentState.FAILED],
            passages,
            time.monotonic() - begin,
        )

    def _with_orphans(
        self, work: list[Document], cancel: CancelToken, pause: threading.Event
    ) -> Iterator[FileChanged]:
        """The pipelines, once more for files that were skipped as the same as one that has changed since."""
        tried: set[str] = set()
        while work:
            yield from self._pipelines(work, cancel, pause)
            tried.update(document.id for document in work)
            orphans = [
                orphan
                for collection_id in {document.collection_id for document in work}
                for orphan in self._catalogue.orphans(collection_id)
                if orphan.id not in tried
            ]
            fields: DocumentFields = {"state": DocumentState.WAITING, "reason": "", "reason_kind": ""}
            work = [_asked(self._catalogue.update(orphan.id, **fields)) for orphan in orphans]

    def _pipelines(
        self, work: list[Document], cancel: CancelToken, pause: threading.Event
    ) -> Iterator[FileChanged]:
        for collection_id in dict.fromkeys(document.collection_id for document in work):
            pipeline = Pipeline(
                self._reader, self._library, self._catalogue, self._settings.current, cancel, pause
            )
            of_it = [document for document in work if document.collection_id == collection_id]
            for event in pipeline.events(of_it):
                assert isinstance(event, FileChanged)
                yield event

    def _wait_for_turn(self, cancel: CancelToken) -> Iterator[Event]:
        if self._turn.acquire(blocking=False):
            return
        yield Note("Waiting for the other import to end.")
        while not self._turn.acquire(timeout=0.1):
            cancel.check()

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """A lock against an import of another process, such as the command line beside the window."""
        lock = filelock.FileLock(self._paths.import_lock, timeout=0)
        try:
            lock.acquire()
        except filelock.Timeout:
            raise UserError(
                "Another Deskside on this computer is importing files.",
                "Wait until it is done; your files stay in the list.",
            ) from None
        except OSError as error:
            raise StorageError(
                "Deskside cannot write to its folder.", "Check that the disk is not full.", str(error)
            ) from error
        try:
            yield
        finally:
            lock.release()

    def _optimize(self, collections: set[str], cancel: CancelToken) -> None:
        for collection_id in collections:
            call(self._library, IndexState, Optimize(collection_id), cancel, priority=BACKGROUND)


class _Clock:
    """The honest estimate: time per byte (and per file) so far, applied to what is left."""

    def __init__(self, work: Sequence[Document]) -> None:
        self._begin = time.monotonic()
        self._files = len(work)
        self._left = {document.id: document.size + FILE_WEIGHT for document in work}
        self._whole = sum(self._left.values())

    def done(self, document: Document) -> None:
        self._left.pop(document.id, None)

    def progress(self) -> Progress:
        finished = self._files - len(self._left)
        left = sum(self._left.values())
        passed = self._whole - left
        seconds = (time.monotonic() - self._begin) * left / passed if passed else None
        return Progress(finished, self._files, f"{finished} of {self._files} files are done", seconds)


def _asked(document: Document) -> Document:
    """The document with the file's size and time as they are now."""
    try:
        status = Path(document.path).stat()
    except OSError:
        return document
    return replace(document, size=status.st_size, modified=status.st_mtime)
