"""Collections and their documents: list, make, rename, remove."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from desktop.core.attention import AttentionGroup
from desktop.core.cancel import CancelToken
from desktop.core.check_up import CheckUp, check_up
from desktop.core.documents import Collection, Document, DocumentState
from desktop.core.errors import UserError
from desktop.core.events import Event, Progress
from desktop.core.languages import knows_only_english
from desktop.core.library_requests import DropCollection, IndexState, RemoveDocuments
from desktop.core.similar import groups
from desktop.engines.process import EngineLink, call
from desktop.store.attention import AttentionStore
from desktop.store.catalogue import Catalogue, Order

REMOVED_AT_ONCE = 200
FIRST_NAMED = 3
"""Files of a group that needs attention that are named without opening it."""


class Library:
    """The catalogue in front of the index: what is removed leaves the index first, then the table."""

    def __init__(
        self, catalogue: Catalogue, attention: AttentionStore, engine: EngineLink, embedder: str
    ) -> None:
        """`embedder` is the name of the model for collections that have no other."""
        self._catalogue, self._attention = catalogue, attention
        self._engine, self._embedder = engine, embedder

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
        only: Sequence[str] | None = None,
    ) -> list[Document]:
        """Some rows of the table of files, filtered by name and, with `only`, by id, and sorted."""
        return self._catalogue.documents(collection_id, text, order, descending, offset, limit, only)

    def count(self, collection_id: str, text: str = "", only: Sequence[str] | None = None) -> int:
        return self._catalogue.count(collection_id, text, only)

    def counts_by_state(self, collection_id: str) -> dict[DocumentState, int]:
        return self._catalogue.counts_by_state(collection_id)

    def document(self, document_id: str) -> Document | None:
        return self._catalogue.document(document_id)

    # --- what needs attention

    def attention(self, collection_id: str, without: Sequence[str] = ()) -> tuple[AttentionGroup, ...]:
        """What needs attention, by reason, with the number of files in the whole collection.

        `without` are files that a person is about to remove.
        """
        return tuple(self._attention.groups(collection_id, FIRST_NAMED, without))

    def attention_ids(self, collection_id: str, reason: str) -> list[str]:
        """All files of a group of `attention`."""
        return self._attention.ids(collection_id, reason)

    def ignore(self, document_ids: Sequence[str]) -> list[Document]:
        """Leave documents as they are: they need no attention any more. Returns them as they were before."""
        return self._attention.ignore(document_ids)

    def restore(self, documents: Sequence[Document]) -> None:
        """Take `ignore` back: the documents have the state and the reason that they had."""
        self._attention.restore(documents)

    def check_up(self, collection_id: str) -> CheckUp:
        """What to know of a collection before the first question; as slow as `near_duplicates`."""
        collection = self._catalogue.collection(collection_id)
        embedder = (collection.embedder if collection else "") or self._embedder
        facts = self._attention.facts(collection_id)
        return check_up(facts, knows_only_english(embedder), self.near_duplicates(collection_id))

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
