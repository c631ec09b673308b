"""The library and its imports in memory, for the window's tests."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from desktop.core.attention import ATTENTION_REASONS, UNREAD, AttentionGroup
from desktop.core.cancel import CancelToken
from desktop.core.check_up import CheckUp, DocumentFacts, check_up
from desktop.core.documents import Collection, Document, DocumentState, TableColumns
from desktop.core.errors import Cancelled, UserError
from desktop.core.events import Event, FileChanged, ImportSummary, Progress
from desktop.core.library_requests import CollectionSetup
from desktop.core.models import ModelSpec

START = 1_774_000_000.0
_PENDING = (DocumentState.WAITING, DocumentState.READING, DocumentState.EMBEDDING)


class FakeLibrary:
    def __init__(self) -> None:
        self.rows: dict[str, Document] = {}
        self.named: dict[str, Collection] = {}
        self.fetches = 0
        self.removed: list[str] = []
        self.counted: dict[str, int] = {}
        self.similar: list[list[str]] = []
        self._next = 0

    def collections(self) -> list[Collection]:
        made = [self._counted(c) for c in self.named.values()]
        return sorted(made, key=lambda c: c.name.lower())

    def collection(self, collection_id: str) -> Collection | None:
        found = self.named.get(collection_id)
        return self._counted(found) if found else None

    def _counted(self, collection: Collection) -> Collection:
        rows = [d for d in self.rows.values() if d.collection_id == collection.id]
        count = self.counted.get(collection.id, len(rows))
        return replace(collection, documents=count, passages=sum(d.passages for d in rows))

    def get_or_create(self, name: str) -> Collection:
        known = (one for one in self.named.values() if one.name == name)
        return next(known, None) or self.create_collection(name)

    def create_collection(self, name: str) -> Collection:
        self._check(name)
        self._next += 1
        made = Collection(f"k{self._next}", name, created=START)
        self.named[made.id] = made
        return made

    def rename_collection(self, collection_id: str, name: str) -> None:
        if name.lower() != self.named[collection_id].name.lower():
            self._check(name)
        self.named[collection_id] = replace(self.named[collection_id], name=name)

    def _check(self, name: str) -> None:
        if not name.strip():
            raise UserError("A collection needs a name.", "Type one.")
        if any(c.name.lower() == name.lower() for c in self.named.values()):
            raise UserError(f"There is already a collection named {name}.", "Choose another name.")

    def delete_collection(self, collection_id: str) -> None:
        del self.named[collection_id]
        self.rows = {i: d for i, d in self.rows.items() if d.collection_id != collection_id}

    def add(
        self, collection_id: str, name: str, state: DocumentState = DocumentState.READY, **values: object
    ) -> Document:
        """Put a row into the catalogue (for tests)."""
        self._next += 1
        made = Document(
            f"d{self._next}", collection_id, f"/home/you/{name}", name, name.rpartition(".")[2], state,
            added=START + self._next,
        )  # fmt: skip
        made = replace(made, **values)
        self.rows[made.id] = made
        return made

    def set(self, document_id: str, **values: object) -> Document:
        self.rows[document_id] = replace(self.rows[document_id], **values)
        return self.rows[document_id]

    def _chosen(self, collection_id: str, text: str, only: Sequence[str] | None = None) -> list[Document]:
        words = text.lower()
        rows = [d for d in self.rows.values() if d.collection_id == collection_id and words in d.name.lower()]
        return rows if only is None else [d for d in rows if d.id in only]

    def documents(
        self,
        collection_id: str,
        text: str = "",
        order: str = "name",
        descending: bool = False,
        offset: int = 0,
        limit: int = 200,
        only: Sequence[str] | None = None,
    ) -> list[Document]:
        self.fetches += 1
        keys: dict[str, Callable[[Document], tuple[object, ...]]] = {
            "name": lambda d: (d.name.lower(),),
            "state": lambda d: (d.state.value, d.name.lower()),
            "pages": lambda d: (d.pages, d.name.lower()),
            "passages": lambda d: (d.passages, d.name.lower()),
            "added": lambda d: (d.added,),
        }
        rows = sorted(self._chosen(collection_id, text, only), key=keys[order], reverse=descending)
        return rows[offset : offset + limit]

    def near_duplicates(self, collection_id: str) -> list[list[Document]]:
        groups = [[self.rows[one] for one in group if one in self.rows] for group in self.similar]
        return [group for group in groups if len(group) > 1 and group[0].collection_id == collection_id]

    def count(self, collection_id: str, text: str = "", only: Sequence[str] | None = None) -> int:
        return len(self._chosen(collection_id, text, only))

    def _needing(self, collection_id: str) -> dict[str, list[Document]]:
        found: dict[str, list[Document]] = {reason: [] for reason in ATTENTION_REASONS}
        for row in sorted(self._chosen(collection_id, ""), key=lambda d: d.name):
            if row.state is DocumentState.FAILED:
                found[row.reason_kind if row.reason_kind in found else ""].append(row)
            elif row.state is DocumentState.READY and row.unread and not row.scanned and not row.reason_kind:
                found[UNREAD].append(row)
        return {reason: rows for reason, rows in found.items() if rows}

    def attention(self, collection_id: str, without: Sequence[str] = ()) -> tuple[AttentionGroup, ...]:
        left = {
            reason: [row for row in rows if row.id not in without]
            for reason, rows in self._needing(collection_id).items()
        }
        return tuple(AttentionGroup(r, len(rows), tuple(rows[:3])) for r, rows in left.items() if rows)

    def attention_ids(self, collection_id: str, reason: str) -> list[str]:
        return [row.id for row in self._needing(collection_id).get(reason, [])]

    def ignore(self, document_ids: Sequence[str]) -> list[Document]:
        before = [self.rows[one] for one in document_ids]
        for row in before:
            state = DocumentState.SKIPPED if row.state is DocumentState.FAILED else row.state
            self.set(row.id, state=state, reason_kind="ignored")
        return before

    def restore(self, documents: Sequence[Document]) -> None:
        self.rows.update({row.id: row for row in documents})

    def check_up(self, collection_id: str) -> CheckUp:
        facts = [
            DocumentFacts(
                d.id, d.state, d.reason_kind, d.kind, d.language, d.pages, d.scanned, d.unread, d.characters
            )
            for d in sorted(self._chosen(collection_id, ""), key=lambda d: d.name)
        ]
        return check_up(facts, True, self.near_duplicates(collection_id))

    def counts_by_state(self, collection_id: str) -> dict[DocumentState, int]:
        counts = dict.fromkeys(DocumentState, 0)
        for row in self._chosen(collection_id, ""):
            counts[row.state] += 1
        return counts

    def document(self, document_id: str) -> Document | None:
        return self.rows.get(document_id)

    def remove(self, document_ids: Sequence[str], cancel: CancelToken) -> Iterator[Event]:
        for number, document_id in enumerate(document_ids, 1):
            cancel.check()
            self.rows.pop(document_id, None)
            self.removed.append(document_id)
            yield Progress(number, len(document_ids))


class FakeImporting:
    """Imports by writing rows. `hold` (when cleared) stops it before each file, so that a test sees it busy."""

    def __init__(self, library: FakeLibrary) -> None:
        self.library = library
        self.calls: list[tuple[list[Path], str, TableColumns]] = []
        self.retried: list[str] = []
        self.retried_how: list[tuple[bool, bool]] = []
        self.passwords: dict[str, str] = {}
        self.bad: dict[str, tuple[str, str]] = {}
        self.hold = threading.Event()
        self.hold.set()
        self.error: Exception | None = None

    def import_files(
        self,
        paths: Sequence[Path],
        collection_id: str,
        columns: TableColumns = TableColumns(),  # noqa: B008  frozen
        cancel: CancelToken | None = None,
        pause: threading.Event | None = None,
    ) -> Iterator[Event]:
        self.calls.append((list(paths), collection_id, columns))
        if self.error is not None:
            raise self.error
        rows = [self.library.add(collection_id, path.name, DocumentState.WAITING) for path in paths]
        yield from self._work(rows, cancel or CancelToken(), pause)

    def _work(
        self, rows: list[Document], cancel: CancelToken, pause: threading.Event | None
    ) -> Iterator[Event]:
        ready = failed = 0
        for row in rows:
            yield FileChanged(row)
        self._wait(cancel, pause)
        for number, row in enumerate(rows, 1):
            yield Progress(
                number - 1,
                len(rows),
                f"{number - 1} of {len(rows)} are ready",
                2.0 * (len(rows) - number + 1),
            )
            self._wait(cancel, pause)
            yield FileChanged(self.library.set(row.id, state=DocumentState.READING), 1, 3)
            if row.name in self.bad:
                reason, kind = self.bad[row.name]
                changed = self.library.set(
                    row.id, state=DocumentState.FAILED, reason=reason, reason_kind=kind
                )
                failed += 1
            else:
                changed = self.library.set(
                    row.id, state=DocumentState.READY, reason="", reason_kind="", pages=3, passages=9
                )
                ready += 1
            yield FileChanged(changed)
        yield Progress(len(rows), len(rows), f"{len(rows)} of {len(rows)} are ready")
        yield ImportSummary(ready, 0, failed, ready * 9, 0.1)

    def _wait(self, cancel: CancelToken, pause: threading.Event | None) -> None:
        cancel.check()
        while not self.hold.is_set() or (pause is not None and pause.is_set()):
            if cancel.wait(0.005):
                raise Cancelled
        cancel.check()

    def resume(
        self,
        collection_id: str | None = None,
        cancel: CancelToken | None = None,
        pause: threading.Event | None = None,
    ) -> Iterator[Event]:
        waiting = [d for d in self.library.rows.values() if d.state in _PENDING]
        rows = [d for d in waiting if collection_id in (None, d.collection_id)]
        yield from self._work(rows, cancel or CancelToken(), pause)

    def read(
        self, document_ids: Sequence[str], cancel: CancelToken, pause: threading.Event
    ) -> Iterator[Event]:
        rows = [self.library.rows[one] for one in document_ids]
        yield from self._work(rows, cancel, pause)

    def retry(
        self,
        document_ids: Sequence[str],
        cancel: CancelToken | None = None,
        pause: threading.Event | None = None,
        *,
        read_scans: bool = False,
        patient: bool = False,
    ) -> Iterator[Event]:
        self.retried.extend(document_ids)
        self.retried_how.append((read_scans, patient))
        rows = [self.library.set(i, state=DocumentState.WAITING, reason="") for i in document_ids]
        if read_scans:
            for row in rows:
                self.bad.pop(row.name, None)
                self.library.set(row.id, scanned=max(row.unread, 1))
        yield from self._work(rows, cancel or CancelToken(), pause)

    def unlock(
        self,
        document_ids: Sequence[str],
        password: str,
        cancel: CancelToken | None = None,
        pause: threading.Event | None = None,
    ) -> Iterator[Event]:
        for document_id in document_ids:
            name = self.library.rows[document_id].name
            if self.passwords.get(name) == password:
                self.bad.pop(name, None)
            else:
                self.bad[name] = ("It is locked.", "encrypted")
        yield from self.retry(document_ids, cancel, pause)

    def pending(self) -> int:
        return sum(1 for d in self.library.rows.values() if d.state in _PENDING)

    def drop_waiting(self, collection_id: str) -> int:
        rows = [
            d.id
            for d in self.library.rows.values()
            if d.collection_id == collection_id and d.state in _PENDING
        ]
        for document_id in rows:
            del self.library.rows[document_id]
        return len(rows)

    def samples(self, cancel: CancelToken | None = None) -> Iterator[Event]:
        named = next((c for c in self.library.named.values() if c.name == "Sample files"), None)
        collection = named or self.library.create_collection("Sample files")
        paths = [
            Path(f"/samples/{name}")
            for name in ("Tenancy agreement.pdf", "House rules.md", "Repairs 2025.csv")
        ]
        yield from self.import_files(paths, collection.id, cancel=cancel)


class FakeKeeping:
    """How collections are kept, in memory; `setups` are by the id of the collection."""

    def __init__(self) -> None:
        self.models = [
            ModelSpec("all-MiniLM-L6-v2", "/models/starter", 90_000_000, starter=True),
            ModelSpec("multilingual-e5-small", "/models/e5", 470_000_000),
            ModelSpec("bge-m3 at llm.example.org", "endpoint:e1", 0, host="llm.example.org"),
        ]
        self.setups: dict[str, CollectionSetup] = {}
        self.asked: list[tuple[str, str, str]] = []

    def embedders(self) -> list[ModelSpec]:
        return self.models

    def setup(self, collection_id: str) -> CollectionSetup:
        return self.setups.get(collection_id, CollectionSetup("", ""))

    def change(
        self, collection_id: str, embedder: ModelSpec, place: str, cancel: CancelToken
    ) -> Iterator[Event]:
        self.asked.append((collection_id, embedder.name, place))
        yield Progress(1, 1, "1 of 1 passages")
