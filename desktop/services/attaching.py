"""Files and pictures for one message: read and searched as a collection of their own that no page lists.

Each message with attachments has one such collection. The files are copied, so that a source still opens when the
original was moved; copies and passages go when their chat is deleted for good, and drafts that were never sent at the
next start.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from desktop.core.cancel import CancelToken
from desktop.core.documents import PICTURES, Document, DocumentState
from desktop.core.errors import StorageError, UserError
from desktop.core.events import Event, FileChanged
from desktop.core.library_requests import DropCollection, IndexState, RemoveDocuments
from desktop.core.paths import Paths
from desktop.engines.process import EngineLink, call
from desktop.services.importing import Importing
from desktop.store.attachments import AttachmentStore
from desktop.store.catalogue import Catalogue

LARGEST = 200 * 1024 * 1024
"""Bytes of one attachment: more belongs into the library, which does not copy it."""

UNSENT_SECONDS = 600.0
"""What is younger may belong to a question that another program is about to send."""


@dataclass
class Attaching:
    """`importing` is its own: an attachment does not wait for an import into the library."""

    paths: Paths
    store: AttachmentStore
    catalogue: Catalogue
    importing: Importing
    engine: EngineLink
    _drafts: set[str] = field(default_factory=set)

    def begin(self) -> str:
        """What the attachments of one message are kept under, until `discard` or the end of its chat."""
        made = self.store.create()
        self._drafts.add(made)
        return made

    def attach(self, draft: str, path: Path, cancel: CancelToken | None = None) -> Iterator[Event]:
        """Copy a file and read it; yields FileChanged, the last of each document with its state and reason.

        Raises UserError where there is nothing to read, StorageError where it cannot be copied, Cancelled.
        """
        copied = self._copy(draft, path)
        for event in self.importing.import_files([copied], draft, cancel=cancel):
            if isinstance(event, FileChanged):
                yield event

    def unlock(self, document_id: str, password: str, cancel: CancelToken | None = None) -> Iterator[Event]:
        """Read a locked one with its password; yields as `attach`. The password is kept in memory only."""
        for event in self.importing.unlock([document_id], password, cancel):
            if isinstance(event, FileChanged):
                yield event

    def ready(self, draft: str) -> list[Document]:
        """The documents of a draft that were read, also those inside others (a ZIP, a mail), and pictures."""
        rows = self.catalogue.documents(draft)
        return [
            row for row in rows if row.state is DocumentState.READY and (row.passages or row.kind in PICTURES)
        ]

    def remove(self, draft: str, document_id: str) -> None:
        """Take one file, with all that was found in it, out of a draft again."""
        document = self.catalogue.document(document_id)
        if document is not None and document.collection_id == draft:
            call(
                self.engine,
                IndexState,
                RemoveDocuments(draft, tuple(self.catalogue.with_members([document_id]))),
            )
            self.catalogue.remove([document_id])
            shutil.rmtree(Path(document.path).parent, ignore_errors=True)

    def sent(self, draft: str) -> None:
        """A message refers to it now."""
        self._drafts.discard(draft)

    def discard(self, draft: str) -> None:
        """Remove what was attached and not sent, with its copies."""
        self._drafts.discard(draft)
        self._drop(draft)

    def tidy(self) -> Iterator[Event]:
        """Remove what no message refers to any more; for the start of the window. Yields nothing."""
        for collection_id in self._unused():
            self._drop(collection_id)
        yield from ()

    def forget_copies(self) -> None:
        """Remove the copies that no message refers to any more; at once, their passages go with `tidy`."""
        for collection_id in self._unused():
            shutil.rmtree(self.paths.attachments / collection_id, ignore_errors=True)

    def _unused(self) -> list[str]:
        return [one for one in self.store.unused(UNSENT_SECONDS) if one not in self._drafts]

    def _drop(self, collection_id: str) -> None:
        call(self.engine, IndexState, DropCollection(collection_id))
        self.catalogue.delete_collection(collection_id)
        shutil.rmtree(self.paths.attachments / collection_id, ignore_errors=True)

    def _copy(self, draft: str, path: Path) -> Path:
        """The file's copy, in a folder of its own: two attachments may have one name."""
        try:
            if path.is_dir():
                raise UserError(
                    f"{path.name} is a folder.", "Attach files, or add the folder to the library."
                )
            size = path.stat().st_size
        except OSError:
            raise UserError(f"{path.name} is not there any more.", "Choose it again.") from None
        if not size:
            raise UserError(f"{path.name} is empty.", "Choose another file.")
        if size > LARGEST:
            raise UserError(
                f"{path.name} is larger than {LARGEST // 1024**2} MB.", "Add it to the library and ask there."
            )
        folder = self.paths.attachments / draft
        try:
            folder.mkdir(parents=True, exist_ok=True)
            target = Path(tempfile.mkdtemp(prefix="", dir=folder)) / path.name
            shutil.copy2(path, target)
        except OSError as error:
            raise StorageError(
                f"{path.name} cannot be copied.", "Check the file and the free disk space.", str(error)
            ) from error
        return target
