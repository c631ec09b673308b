"""Attaching in memory, for the window's tests: a file's name says what becomes of it."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

from desktop.core.cancel import CancelToken
from desktop.core.documents import ATTACHED, Document, DocumentState
from desktop.core.errors import ReadError
from desktop.core.events import Event, FileChanged
from tests.ui.fake_library import FakeLibrary


class FakeAttaching:
    """'slow' waits for `go`, 'locked' is read to a failure, 'gone' is not there; anything else is ready."""

    def __init__(self, library: FakeLibrary) -> None:
        self.library = library
        self.go = threading.Event()
        self.drafts: dict[str, list[Document]] = {}
        self.removed: list[str] = []

    def begin(self) -> str:
        draft = f"{ATTACHED}{len(self.drafts)}"
        self.drafts[draft] = []
        return draft

    def attach(self, draft: str, path: Path, cancel: CancelToken) -> Iterator[Event]:
        if "gone" in path.name:
            raise ReadError(f"{path.name} is not there any more.", "Choose it again.")
        row = Document(f"d-{path.name}", draft, str(path), path.name, state=DocumentState.READING)
        yield FileChanged(row)
        while "slow" in path.name and not self.go.is_set():
            cancel.check()
            self.go.wait(0.01)
        bad = "locked" in path.name
        done = self._read(row, bad)
        self.drafts[draft].append(done)
        self.library.rows[done.id] = done
        yield FileChanged(done)

    def unlock(self, document_id: str, password: str, cancel: CancelToken) -> Iterator[Event]:
        row = self.library.rows[document_id]
        done = self._read(row, bad=password != "right")
        self.drafts[row.collection_id] = [
            done if one.id == done.id else one for one in self.drafts[row.collection_id]
        ]
        self.library.rows[done.id] = done
        yield FileChanged(done)

    def _read(self, row: Document, bad: bool) -> Document:
        return Document(
            row.id,
            row.collection_id,
            row.path,
            row.name,
            "pdf",
            DocumentState.FAILED if bad else DocumentState.READY,
            "This file is locked with a password." if bad else "",
            pages=0 if bad else 4,
            passages=0 if bad else 9,
            characters=0 if bad else 8000,
            reason_kind="encrypted" if bad else "",
        )

    def ready(self, draft: str) -> list[Document]:
        return [one for one in self.drafts[draft] if one.state is DocumentState.READY]

    def remove(self, draft: str, document_id: str) -> None:
        self.removed.append(document_id)
        self.drafts[draft] = [one for one in self.drafts[draft] if one.id != document_id]

    def sent(self, draft: str) -> None:
        """Nothing to forget."""

    def discard(self, draft: str) -> None:
        self.drafts.pop(draft)

    def tidy(self) -> Iterator[Event]:
        yield from ()
