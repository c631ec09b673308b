"""The catalogue of the library: collections, and the files in them with their states."""

from __future__ import annotations

import json
import os
import sqlite3
import time
import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Literal, Unpack

from desktop.core.documents import ATTACHED, Collection, Document, DocumentState, SearchFilter, TableColumns
from desktop.core.errors import InternalError, UserError
from desktop.core.text import shown
from desktop.store.codec import decode_name, encode_name, encode_names
from desktop.store.database import Database, Value
from desktop.store.document_rows import DocumentFields, columns_of, document_of, name_key, table_columns

Order = Literal["name", "state", "pages", "passages", "added"]


@dataclass(frozen=True)
class NewDocument:
    """A file to add; the fields are those of Document."""

    path: str
    name: str
    columns: TableColumns = field(default_factory=TableColumns)
    size: int = 0
    modified: float = 0.0
    member: tuple[str, ...] = ()
    parent_id: str = ""
    folder_id: str = ""
    sha256: str = ""


# Each has an index; `seq`, the order of adding, makes every order complete, so that pages never overlap.
_ORDERS: dict[str, tuple[str, ...]] = {
    "name": ("name_key", "seq"),
    "state": ("state", "name_key", "seq"),
    "pages": ("pages", "name_key", "seq"),
    "passages": ("passages", "name_key", "seq"),
    "added": ("seq",),
}

_COLLECTIONS = """
    SELECT c.*, count(d.seq) AS documents, coalesce(sum(d.passages), 0) AS passages
    FROM collections c LEFT JOIN documents d ON d.collection_id = c.id
"""

_ADD = """
    INSERT INTO documents (id, collection_id, path, member, text_column, id_column, title_column,
                           name, name_key, size, modified, parent_id, folder_id, sha256, added)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING
"""

_KNOWN = """
    SELECT * FROM documents
    WHERE collection_id = ? AND path = ? AND member = ?
          AND text_column = ? AND id_column = ? AND title_column = ?
"""


class Catalogue:
    """Safe from any thread; each method is one transaction. All raise StorageError if the disk fails."""

    def __init__(self, database: Database) -> None:
        self._database = database

    # --- collections

    def create_collection(self, name: str) -> Collection:
        """A new, empty collection. Raises UserError if the name is empty or taken (in any case)."""
        name = _collection_name(name)
        collection = Collection(uuid.uuid4().hex, name, created=time.time())
        with self._database.transaction() as connection:
            _check_free(connection, name, "")
            connection.execute(
                "INSERT INTO collections (id, name, name_key, created) VALUES (?, ?, ?, ?)",
                (collection.id, name, name_key(name), collection.created),
            )
        return collection

    def collections(self) -> list[Collection]:
        """All collections by name, each with the number of its documents (in any state) and passages.

        Those of attachments are not among them.
        """
        return [
            _collection(row)
            for row in self._database.rows(
                f"{_COLLECTIONS} WHERE c.id NOT GLOB ? GROUP BY c.id ORDER BY c.name_key", (ATTACHED + "*",)
            )
        ]

    def collection(self, collection_id: str) -> Collection | None:
        """The collection, or None if there is none of this id."""
        row = self._database.row(f"{_COLLECTIONS} WHERE c.id = ? GROUP BY c.id", (collection_id,))
        return _collection(row) if row else None

    def collection_named(self, name: str) -> Collection | None:
        """The collection of this name, in any case of its letters, or None."""
        row = self._database.row(f"{_COLLECTIONS} WHERE c.name_key = ? GROUP BY c.id", (name_key(name),))
        return _collection(row) if row else None

    def rename_collection(self, collection_id: str, name: str) -> None:
        """Give it another name. Raises UserError if that is empty or taken, InternalError if it is gone."""
        name = _collection_name(name)
        with self._database.transaction() as connection:
            _check_free(connection, name, collection_id)
            changed = connection.execute(
                "UPDATE collections SET name = ?, name_key = ? WHERE id = ?",
                (name, name_key(name), collection_id),
            )
            if not changed.rowcount:
                raise _collection_gone(collection_id)

    def set_keeping(self, collection_id: str, embedder: str, place: str) -> None:
        """Note by which model and where its passages are kept. Raises InternalError if the collection is gone."""
        with self._database.transaction() as connection:
            changed = connection.execute(
                "UPDATE collections SET embedder = ?, place = ? WHERE id = ?",
                (embedder, place, collection_id),
            )
            if not changed.rowcount:
                raise _collection_gone(collection_id)

    def kept_elsewhere(self) -> dict[str, tuple[str, str, str]]:
        """Name, embedder and place of the collections that are not kept as usual, by their ids."""
        rows = self._database.rows(
            "SELECT id, name, embedder, place FROM collections WHERE embedder != '' OR place != ''"
        )
        return {row["id"]: (row["name"], row["embedder"], row["place"]) for row in rows}

    def delete_collection(self, collection_id: str) -> None:
        """Remove it with all its rows; chats that asked it are then without files. No file is touched."""
        with self._database.transaction() as connection:
            connection.execute("DELETE FROM collections WHERE id = ?", (collection_id,))
            connection.execute(
                "UPDATE conversations SET collection_id = '' WHERE collection_id = ?", (collection_id,)
            )

    # --- documents

    def add_document(
        self,
        collection_id: str,
        path: str,
        name: str,
        columns: TableColumns = TableColumns(),  # noqa: B008 (frozen)
        size: int = 0,
        modified: float = 0.0,
    ) -> Document:
        """A new row in the state WAITING, or, unchanged, the row that this path and columns have already."""
        return self.add_documents(collection_id, [NewDocument(path, name, columns, size, modified)])[0]

    def add_documents(self, collection_id: str, files: Iterable[NewDocument]) -> list[Document]:
        """As `add_document`, for many in one transaction; the result is in the order of `files`.

        Raises InternalError if the collection is gone.
        """
        added = time.time()
        with self._database.transaction() as connection:
            if not connection.execute("SELECT 1 FROM collections WHERE id = ?", (collection_id,)).fetchone():
                raise _collection_gone(collection_id)
            return [_add(connection, collection_id, file, added) for file in files]

    def document(self, document_id: str) -> Document | None:
        """The document, or None if there is none of this id."""
        row = self._database.row("SELECT * FROM documents WHERE id = ?", (document_id,))
        return document_of(row) if row else None

    def children(self, document_id: str) -> list[Document]:
        """The documents that lie directly in this one, in the order of adding."""
        rows = self._database.rows(
            "SELECT * FROM documents WHERE parent_id = ? AND parent_id != '' ORDER BY seq", (document_id,)
        )
        return [document_of(row) for row in rows]

    def document_ids(self, collection_id: str, limits: SearchFilter) -> list[str]:
        """The READY documents that a filter lets through."""
        where = ["collection_id = ?", "state = 'ready'"]
        values: list[Value] = [collection_id]
        if limits.kinds:
            where.append(f"kind IN ({', '.join('?' * len(limits.kinds))})")
            values += limits.kinds
        if limits.after:
            where.append("modified >= ?")
            values.append(limits.after)
        if limits.before:
            where.append("modified < ?")
            values.append(limits.before)
        rows = self._database.rows(f"SELECT id, path FROM documents WHERE {' AND '.join(where)}", values)
        if not limits.folder:
            return [row["id"] for row in rows]
        folder = os.path.join(os.path.abspath(limits.folder), "")
        return [row["id"] for row in rows if decode_name(row["path"]).startswith(folder)]

    def update(self, document_id: str, **fields: Unpack[DocumentFields]) -> Document:
        """Change some fields, and give the document as it is then. Raises InternalError if it is gone."""
        columns = columns_of(fields)
        # Not worth a flush of the disk for each file: after a power failure its state before is as good.
        with self._database.transaction(flushed=False) as connection:
            if columns:
                connection.execute(
                    f"UPDATE documents SET {', '.join(f'{name} = ?' for name in columns)} WHERE id = ?",
                    (*columns.values(), document_id),
                )
            row = connection.execute("SELECT * FROM documents WHERE id = ?", (document_id,)).fetchone()
            if row is None:
                raise InternalError("The file is not in the library any more.", details=document_id)
            return document_of(row)

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
        """One page of the table of files; `text` keeps those with each of its words somewhere in the name, `only`
        those of these ids."""
        if order not in _ORDERS:
            raise InternalError("The files cannot be sorted like this.", details=order)
        where, values = _filter(collection_id, text, only)
        # All terms run in one direction: then the same index serves both.
        by = ", ".join(f"{column} {'DESC' if descending else 'ASC'}" for column in _ORDERS[order])
        rows = self._database.rows(
            f"SELECT * FROM documents WHERE {where} ORDER BY {by} LIMIT ? OFFSET ?", (*values, limit, offset)
        )
        return [document_of(row) for row in rows]

    def count(self, collection_id: str, text: str = "", only: Sequence[str] | None = None) -> int:
        """How many rows `documents` has in all."""
        where, values = _filter(collection_id, text, only)
        return int(self._database.rows(f"SELECT count(*) FROM documents WHERE {where}", values)[0][0])

    def counts_by_state(self, collection_id: str) -> dict[DocumentState, int]:
        """How many documents are in each state; every state is there, also with 0."""
        counts = dict.fromkeys(DocumentState, 0)
        for state, number in self._database.rows(
            "SELECT state, count(*) FROM documents WHERE collection_id = ? GROUP BY state", (collection_id,)
        ):
            counts[DocumentState(state)] = number
        return counts

    def same_content(self, collection_id: str, sha256: str, not_id: str) -> Document | None:
        """Another READY document of the collection with the same bytes, the first added; or None."""
        if not sha256:
            return None
        row = self._database.row(
            """SELECT * FROM documents
               WHERE collection_id = ? AND sha256 = ? AND id != ? AND state = 'ready' ORDER BY seq LIMIT 1""",
            (collection_id, sha256, not_id),
        )
        return document_of(row) if row else None

    def orphans(self, collection_id: str) -> list[Document]:
        """Files that were skipped as the same as another one, where no READY document has their content any more."""
        rows = self._database.rows(
            """SELECT * FROM documents d
               WHERE collection_id = ? AND state = 'skipped' AND reason_kind = 'duplicate' AND NOT EXISTS
                   (SELECT 1 FROM documents o WHERE o.collection_id = d.collection_id
                    AND o.sha256 = d.sha256 AND o.state = 'ready')
               ORDER BY seq""",
            (collection_id,),
        )
        return [document_of(row) for row in rows]

    def failed(self, collection_id: str, limit: int) -> list[Document]:
        """The first documents by name that could not be read."""
        rows = self._database.rows(
            """SELECT * FROM documents WHERE collection_id = ? AND state = 'failed'
               ORDER BY name_key, seq LIMIT ?""",
            (collection_id, limit),
        )
        return [document_of(row) for row in rows]

    def fingerprints(self, collection_id: str) -> list[tuple[str, int, int]]:
        """Id, fingerprint and characters of the READY documents that have one, in the order of adding."""
        rows = self._database.rows(
            """SELECT id, fingerprint, characters FROM documents
               WHERE collection_id = ? AND state = 'ready' AND fingerprint != 0 ORDER BY seq""",
            (collection_id,),
        )
        return [(row["id"], row["fingerprint"] % 2**64, row["characters"]) for row in rows]

    def pending(self, collection_id: str | None = None) -> list[Document]:
        """What an import has still to do (WAITING, READING, EMBEDDING), in the order of adding."""
        rows = self._database.rows(
            """SELECT * FROM documents
               WHERE state IN ('waiting', 'reading', 'embedding') AND (? IS NULL OR collection_id = ?)
               ORDER BY seq""",
            (collection_id, collection_id),
        )
        return [document_of(row) for row in rows]

    def remove(self, ids: Iterable[str]) -> None:
        """Remove rows, and those of the files inside them; ids that are not there are passed over.

        The files stay untouched.

        Files that were skipped as the same as one of these go back to WAITING.
        """
        with self._database.transaction() as connection:
            for document_id in self.with_members(ids):
                connection.execute(
                    """UPDATE documents SET state = 'waiting', reason = '', reason_kind = ''
                       WHERE state = 'skipped' AND reason_kind = 'duplicate' AND (collection_id, sha256) IN
                           (SELECT collection_id, sha256 FROM documents WHERE id = ? AND state = 'ready')""",
                    (document_id,),
                )
                connection.execute("DELETE FROM documents WHERE id = ?", (document_id,))

    def with_members(self, ids: Iterable[str]) -> list[str]:
        """The ids, each followed by those of all files inside it, and inside those."""
        found = dict.fromkeys(ids)
        level = list(found)
        while level:
            level = [child.id for one in level for child in self.children(one) if child.id not in found]
            found.update(dict.fromkeys(level))
        return list(found)


def _collection_name(name: str) -> str:
    name = shown(" ".join(name.split()))
    if not name:
        raise UserError("A collection needs a name.", "Type one and try again.")
    return name


def _collection_gone(collection_id: str) -> InternalError:
    return InternalError("The collection is not there any more.", details=collection_id)


def _check_free(connection: sqlite3.Connection, name: str, own_id: str) -> None:
    """Raise UserError if a collection other than `own_id` has this name."""
    taken = connection.execute(
        "SELECT name FROM collections WHERE name_key = ? AND id != ?", (name_key(name), own_id)
    )
    if row := taken.fetchone():
        raise UserError(f"There is already a collection named “{row['name']}”.", "Choose another name.")


def _filter(collection_id: str, text: str, only: Sequence[str] | None) -> tuple[str, list[Value]]:
    words = name_key(text).split()
    where = "collection_id = ?" + " AND instr(name_key, ?)" * len(words)
    values: list[Value] = [collection_id, *words]
    if only is None:
        return where, values
    # As one value: there may be more of them than a statement takes.
    return f"{where} AND id IN (SELECT value FROM json_each(?))", [*values, json.dumps(list(only))]


def _add(connection: sqlite3.Connection, collection_id: str, file: NewDocument, added: float) -> Document:
    place = (encode_name(file.path), encode_names(file.member))
    known_by = (collection_id, *place, *table_columns(file.columns).values())
    name = shown(file.name)
    named = (name, name_key(name), file.size, file.modified)
    values = (uuid.uuid4().hex, *known_by, *named, file.parent_id, file.folder_id, file.sha256, added)
    connection.execute(_ADD, values)
    return document_of(connection.execute(_KNOWN, known_by).fetchone())


def _collection(row: sqlite3.Row) -> Collection:
    return Collection(
        row["id"], row["name"], row["documents"], row["passages"], row["embedder"], row["created"]
    )
