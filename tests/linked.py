"""A folder that is linked to a collection of services with fake engines, and what the tests ask about it."""

from __future__ import annotations

import os
from pathlib import Path

from desktop.core.documents import Document, DocumentState
from desktop.core.events import Event, ScanSummary
from desktop.core.folders import LinkedFolder
from desktop.core.reading_requests import ReadFile
from desktop.engines.fake import FakeEngine
from desktop.services.all import Services
from tests.support import InProcess, make_services, of_kind


class Linked:
    """Services with engines that note what they are asked, a collection, and a folder to link."""

    def __init__(self, home: Path, folder: Path) -> None:
        self.engine = FakeEngine()
        self.reader, self.library = InProcess(self.engine), InProcess(self.engine)
        self.services: Services = make_services(home, self.engine, reader=self.reader, library=self.library)
        self.services.syncing.rest_seconds = 0.0
        self.collection = self.services.library.create_collection("Papers").id
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True)

    def write(self, name: str, text: str, folder: Path | None = None) -> Path:
        path = (folder or self.folder) / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
        return path

    def link(self, folder: Path | None = None, collection: str = "", **options: object) -> LinkedFolder:
        return self.services.syncing.link(
            folder or self.folder,
            collection or self.collection,
            **options,  # type: ignore[arg-type]
        )

    def sync(self, *folders: LinkedFolder) -> ScanSummary:
        """Scan and read; what the scan found."""
        self.events: list[Event] = list(
            self.services.syncing.sync([one.id for one in folders] if folders else None)
        )
        (summary,) = of_kind(self.events, ScanSummary)
        return summary

    def rows(self, collection: str = "") -> dict[str, Document]:
        """The rows by the path of their file, below the folder where it is."""
        rows = self.services.library.documents(collection or self.collection, limit=10_000)
        below = os.path.join(self.folder, "")
        return {row.path.removeprefix(below): row for row in rows}

    def states(self) -> dict[str, DocumentState]:
        return {name: row.state for name, row in self.rows().items()}

    def read(self) -> list[str]:
        """The names of the files that were read so far."""
        return [Path(request.path).name for request in self.reader.asked(ReadFile)]

    def equal_to_the_index(self) -> None:
        """The catalogue and the index name the same documents with the same number of passages."""
        held = {
            document: len(passages)
            for kept in self.engine.kept.values()
            for document, passages in kept.items()
            if passages
        }
        rows = [
            row
            for collection in self.services.library.collections()
            for row in self.services.library.documents(collection.id, limit=10_000)
        ]
        assert {row.id: row.passages for row in rows if row.passages} == held
