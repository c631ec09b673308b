"""Collections and their documents: list, make, rename, remove."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from desktop.core.cancel import CancelToken
from desktop.core.documents import Collection, Document, DocumentState
from desktop.core.errors import UserError
from desktop.core.events import Event, Progress
from desktop.core.library_requests import DropCollection, IndexState, RemoveDocuments
from desktop.core.similar import groups
from desktop.engines.process import EngineLink, call
from desktop.store.catalogue import Catalogue, Order

REMOVED_AT_ONCE = 200


class Library:
    """The catalogue in front of the index: what is removed leaves the index first, then the table."""

    def __init__(self, catalogue: Catalogue, engine: EngineLink) -> None:
        self._catalogue = catalogue
        self._engine = engine

    def collections(self) -> list[Collection]:
        return self._catalogue.collections()

    def collection(self, collection_id: str) -> Collection | None:
        return self._catalogue.collection(collection_id)

    def named(self, name: str) -> Collection:
        """The collection of that name. Raises UserError."""
        found = self._catalogue.collection_named(name)
        if found is None:
            raise UserError(f"There is no collection named “{name}”.", "`deskside collections` lists them.")
        return found

    def get_or_create(self, name: str) -> Collection:
        """The collection of that name, made where there is none."""
        return self._catalogue.collection_named(name) or self._catalogue.create_collection(name)

    def create_collection(self, name: str) -> Collection:
        """Raises UserError if the name is taken or empty."""
        return self._catalogue.create_collection(name)

    def rename_collection(self, collection_id: str, name: str) -> None:
        self._catalogue.rename_collection(collection_id, name)

    def delete_collection(self, collection_id: str) -> None:
        """Delete a collection with its passages. The files themselves are not touched."""
        call(self._engine, IndexState, DropCollection(collection_id))
        self._catalogue.delete_collection(collection_id)

    def documents(
        self,
        collection_id: str,
        text: str = "",
        order: Order = "name",
        descending: bool = False,
        offset: int = 0,
        limit: int = 200,
    ) -> list[Document]:
        """Some rows of the table of files, filtered by name and sorted."""
        return self._catalogue.documents(collection_id, text, order, descending, offset, limit)

    def count(self, collection_id: str, text: str = "") -> int:
        return self._catalogue.count(collection_id, text)

    def counts_by_state(self, collection_id: str) -> dict[DocumentState, int]:
        return self._catalogue.counts_by_state(collection_id)

    def document(self, document_id: str) -> Document | None:
        return self._catalogue.document(document_id)

    def ignore(self, document_ids: Sequence[str]) -> list[Document]:
        """Leave documents that cannot be read as they are: they do not need attention any more."""
        return [
            self._catalogue.update(
                document_id, state=DocumentState.SKIPPED, reason="Ignored", reason_kind="ignored"
            )
            for document_id in document_ids
        ]

    def near_duplicates(self, collection_id: str) -> list[list[Document]]:
        """Groups of documents whose texts are nearly the same, in each the last changed one first.

        50,000 documents take a second or two; see core/similar.py for what counts as nearly the same.
        """
        rows = self._catalogue.fingerprints(collection_id)
        if len(rows) < 2:
            return []
        found = []
        for places in groups([row[1] for row in rows], [row[2] for row in rows]):
            known = (self._catalogue.document(rows[place][0]) for place in places)
            alike = sorted((one for one in known if one is not None), key=lambda one: -one.modified)
            if len(alike) > 1:
                found.append(alike)
        return found

    def remove(self, document_ids: Sequence[str], cancel: CancelToken | None = None) -> Iterator[Event]:
        """Take documents out of the library; their files are not touched. Yields Progress, raises Cancelled.

        A file that was skipped because it is the same as one of these waits to be imported itself.
        """
        cancel = cancel or CancelToken()
        done = 0
        by_collection: dict[str, list[str]] = {}
        every = self._catalogue.with_members(document_ids)
        for document_id in every:
            document = self._catalogue.document(document_id)
            if document is not None:
                by_collection.setdefault(document.collection_id, []).append(document_id)
        for collection_id, ids in by_collection.items():
            for first in range(0, len(ids), REMOVED_AT_ONCE):
                cancel.check()  # between two portions only: a row must not outlive its passages
                part = ids[first : first + REMOVED_AT_ONCE]
                call(self._engine, IndexState, RemoveDocuments(collection_id, tuple(part)))
                self._catalogue.remove(part)
                done += len(part)
                yield Progress(done, len(every), f"{done} of {len(every)} removed")
