"""Importing files: rows first, then reading and embedding, resumable at any moment."""

from __future__ import annotations

import threading
import time
from collections.abc import Generator, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import filelock

from desktop.core.cancel import CancelToken
from desktop.core.documents import Document, DocumentState, TableColumns
from desktop.core.errors import StorageError, UserError
from desktop.core.events import Event, FileChanged, ImportSummary, Note
from desktop.core.library_requests import IndexState, Optimize
from desktop.core.paths import Paths
from desktop.core.settings import Settings
from desktop.engines.process import BACKGROUND, EngineLink, call
from desktop.services.discover import FoundFile, files
from desktop.services.estimate import Estimate
from desktop.services.import_steps import with_more_time
from desktop.services.passwords import Passwords
from desktop.services.pipeline import Pipeline
from desktop.services.settings import SettingsService
from desktop.store.catalogue import Catalogue, NewDocument
from desktop.store.document_rows import DocumentFields

SAMPLES = "Sample files"
PROGRESS_SECONDS = 1.0
"""How often the estimate is told while a long file is read."""


class Importing:
    """One import runs at a time; another waits for its turn, its rows already in the table."""

    def __init__(
        self,
        paths: Paths,
        catalogue: Catalogue,
        reader: EngineLink,
        library: EngineLink,
        settings: SettingsService,
        passwords: Passwords,
        lock: Path | None = None,
    ) -> None:
        """`lock` is the file that keeps others of its kind away, also those of other processes."""
        self._paths, self._catalogue = paths, catalogue
        self._reader, self._library, self._settings = reader, library, settings
        self._passwords = passwords
        self._lock = lock or paths.import_lock
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
        found = list(_while_wanted(files(paths), cancel or CancelToken()))
        if not found:
            raise UserError("There are no files in there.", "Choose a folder with files in it.")
        listed = [
            NewDocument(str(one.path), one.path.name, one.columns(columns), one.size, one.modified)
            for one in found
        ]
        rows = self._catalogue.add_documents(collection_id, listed)
        work, skipped = [], 0
        for row, one in zip(rows, found, strict=True):
            if _rests(row) and (row.size, row.modified) == (one.size, one.modified):
                skipped += 1
                yield FileChanged(replace(row, state=DocumentState.SKIPPED, reason="Unchanged"))
                continue
            if row.state in (DocumentState.FAILED, DocumentState.SKIPPED):
                row = self._catalogue.update(row.id, state=DocumentState.WAITING, reason="", reason_kind="")
            work.append(replace(row, size=one.size, modified=one.modified))
            yield FileChanged(row)
        yield from self._run(work, skipped, cancel, pause, self._settings.current)

    def resume(
        self,
        collection_id: str | None = None,
        cancel: CancelToken | None = None,
        pause: threading.Event | None = None,
    ) -> Iterator[Event]:
        """Go on with every document that is not ready, as after a crash; the same events as `import_files`."""
        waiting = [
            document
            if document.state is DocumentState.WAITING
            else self._catalogue.update(document.id, state=DocumentState.WAITING)
            for document in self._catalogue.pending(collection_id)
        ]
        work = [_asked(document) for document in waiting]
        yield from self._run(work, 0, cancel, pause, self._settings.current)

    def retry(
        self,
        document_ids: Sequence[str],
        cancel: CancelToken | None = None,
        pause: threading.Event | None = None,
        *,
        read_scans: bool = False,
        patient: bool = False,
    ) -> Iterator[Event]:
        """Try some documents again, with `read_scans` by OCR whatever the settings say, `patient` with more time."""
        rows = []
        for document_id in document_ids:
            if self._catalogue.document(document_id) is not None:
                rows.append(
                    self._catalogue.update(
                        document_id, state=DocumentState.WAITING, reason="", reason_kind=""
                    )
                )
                yield FileChanged(rows[-1])
        settings = self._settings.current
        if read_scans:
            settings = settings.changed(read_scans=True)
        if patient:
            settings = with_more_time(settings)
        yield from self._run([_asked(row) for row in rows], 0, cancel, pause, settings)

    def unlock(
        self,
        document_ids: Sequence[str],
        password: str,
        cancel: CancelToken | None = None,
        pause: threading.Event | None = None,
    ) -> Iterator[Event]:
        """Try locked documents with a password, which is kept in memory and tried on all that come later."""
        self.know_password(password)
        yield from self.retry(document_ids, cancel, pause)

    def know_password(self, password: str) -> None:
        """Try a password on every locked file from now on; it is kept in memory only."""
        self._passwords.add(password)

    def read(
        self,
        document_ids: Sequence[str],
        cancel: CancelToken | None = None,
        pause: threading.Event | None = None,
    ) -> Iterator[Event]:
        """Read documents that are new or whose files may have changed: one with the same bytes stays as it is."""
        found = (self._catalogue.document(document_id) for document_id in document_ids)
        rows = [_asked(row) for row in found if row is not None]
        yield from self._run(rows, 0, cancel, pause, self._settings.current)

    def pending(self) -> int:
        """How many documents are not ready and wait for `resume`."""
        return len(self._catalogue.pending())

    def drop_waiting(self, collection_id: str) -> int:
        """Take the rows that were never read out of the table, after a person cancelled; returns how many."""
        waiting = [one for one in self._catalogue.pending(collection_id) if not one.passages]
        for parent_id in {one.parent_id for one in waiting if one.parent_id}:
            # What it holds is listed anew when it is imported again, unchanged as it is.
            if self._catalogue.document(parent_id) is not None:
                self._catalogue.update(parent_id, sha256="", modified=0.0)
        self._catalogue.remove(one.id for one in waiting)
        return len(waiting)

    def samples(self, cancel: CancelToken | None = None) -> Iterator[Event]:
        """Import the sample files that come with the program."""
        known = self._catalogue.collection_named(SAMPLES)
        collection = known or self._catalogue.create_collection(SAMPLES)
        yield from self.import_files([self._paths.samples], collection.id, cancel=cancel)

    def _run(
        self,
        work: list[Document],
        skipped: int,
        cancel: CancelToken | None,
        pause: threading.Event | None,
        settings: Settings,
    ) -> Iterator[Event]:
        begin = told = time.monotonic()
        cancel, pause = cancel or CancelToken(), pause or threading.Event()
        counts = {DocumentState.READY: 0, DocumentState.SKIPPED: skipped, DocumentState.FAILED: 0}
        passages = 0
        if work:
            waited = yield from self._wait_for_turn(cancel)
            try:
                with self._alone():
                    work = [one for one in work if not (waited and self._was_done(one))]
                    estimate = Estimate(work, pause.is_set)
                    yield estimate.progress()
                    for event in self._with_orphans(work, cancel, pause, settings):
                        yield event
                        estimate.saw(event)
                        document = event.document
                        if document.state in counts:
                            counts[document.state] += 1
                            passages += document.passages if document.state is DocumentState.READY else 0
                        if document.state in counts or time.monotonic() - told > PROGRESS_SECONDS:
                            yield estimate.progress()
                            told = time.monotonic()
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
        self, work: list[Document], cancel: CancelToken, pause: threading.Event, settings: Settings
    ) -> Iterator[FileChanged]:
        """The pipelines, once more for files that were skipped as the same as one that has changed since."""
        tried: set[str] = set()
        while work:
            yield from self._pipelines(work, cancel, pause, settings)
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
        self, work: list[Document], cancel: CancelToken, pause: threading.Event, settings: Settings
    ) -> Iterator[FileChanged]:
        for collection_id in dict.fromkeys(document.collection_id for document in work):
            pipeline = Pipeline(
                self._reader, self._library, self._catalogue, settings, self._passwords, cancel, pause
            )
            of_it = [document for document in work if document.collection_id == collection_id]
            for event in pipeline.events(of_it):
                assert isinstance(event, FileChanged)
                yield event

    def _wait_for_turn(self, cancel: CancelToken) -> Generator[Event, None, bool]:
        """Returns whether another import was waited for."""
        if self._turn.acquire(blocking=False):
            return False
        yield Note("Waiting for the other import to end.")
        while not self._turn.acquire(timeout=0.1):
            cancel.check()
        return True

    def _was_done(self, document: Document) -> bool:
        """Whether another import has read the file as it is now."""
        row = self._catalogue.document(document.id)
        asked = (document.size, document.modified)
        return row is None or (_rests(row) and (row.size, row.modified) == asked)

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """A lock against an import of another process, such as the command line beside the window."""
        lock = filelock.FileLock(self._lock, timeout=0)
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


def _rests(row: Document) -> bool:
    """Whether nothing is to be done for a file as long as it stays as it is."""
    return row.state is DocumentState.READY or (
        row.state is DocumentState.SKIPPED and row.reason_kind in ("duplicate", "ignored")
    )


def _while_wanted(found: Iterator[FoundFile], cancel: CancelToken) -> Iterator[FoundFile]:
    """Looking through a large folder takes long enough to change one's mind."""
    for one in found:
        cancel.check()
        yield one


def _asked(document: Document) -> Document:
    """The document with the file's size and time as they are now; a file inside another one keeps what it was told."""
    if document.member:
        return document
    try:
        status = Path(document.path).stat()
    except OSError:
        return document
    return replace(document, size=status.st_size, modified=status.st_mtime)
