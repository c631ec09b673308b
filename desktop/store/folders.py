"""The linked folders of collections, and what their scans need to know of the rows of their files."""

from __future__ import annotations

import os
import sqlite3
import time
import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TypedDict, Unpack

from desktop.core.documents import Document, DocumentState
from desktop.core.errors import InternalError, UserError
from desktop.core.folders import FolderState, LinkedFolder
from desktop.store.catalogue import Catalogue
from desktop.store.codec import decode_name, decode_names, encode_name, encode_names
from desktop.store.database import Database, Value

_FOLDERS = """
    SELECT f.*, (SELECT count(*) FROM documents d WHERE d.folder_id = f.id AND d.folder_id != '') AS documents
    FROM folders f
"""
_PENDING = "('waiting', 'reading', 'embedding')"


@dataclass(frozen=True)
class KnownFile:
    """The part of a document's row that a scan compares with its file."""

    id: str
    path: str
    size: int
    modified: float
    sha256: str
    state: DocumentState
    folder_id: str


@dataclass(frozen=True)
class MovedFile:
    """A document, and where its file is now."""

    id: str
    path: str
    size: int
    modified: float
    folder_id: str


class FolderFields(TypedDict, total=False):
    """What `FolderStore.update` can change."""

    ignore: tuple[str, ...]
    state: FolderState
    scanned_at: float
    identity: str


class FolderStore:
    """Safe from any thread; each method is one transaction. All raise StorageError if the disk fails."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._catalogue = Catalogue(database)

    # --- folders

    def add(self, collection_id: str, path: str, ignore: tuple[str, ...], identity: str) -> LinkedFolder:
        """Link a folder. Raises UserError if the collection has it already, InternalError if that is gone."""
        folder_id = uuid.uuid4().hex
        values = (folder_id, collection_id, encode_name(path), encode_names(ignore), FolderState.IN_SYNC)
        with self._database.transaction() as connection:
            if not connection.execute("SELECT 1 FROM collections WHERE id = ?", (collection_id,)).fetchone():
                raise InternalError("The collection is not there any more.", details=collection_id)
            added = connection.execute(
                """INSERT INTO folders (id, collection_id, path, ignore, state, identity, added)
                   VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING""",
                (*values, identity, time.time()),
            )
            if not added.rowcount:
                raise UserError("This folder is linked to the collection already.")
        return self.get(folder_id)

    def get(self, folder_id: str) -> LinkedFolder:
        """The folder. Raises UserError if it is not linked any more."""
        row = self._database.row(f"{_FOLDERS} WHERE f.id = ?", (folder_id,))
        if row is None:
            raise UserError("This folder is not linked any more.")
        return _folder(row)

    def all(self, collection_id: str | None = None) -> list[LinkedFolder]:
        """The folders of a collection, or all, in the order of linking."""
        rows = self._database.rows(
            f"{_FOLDERS} WHERE ? IS NULL OR f.collection_id = ? ORDER BY f.added, f.rowid",
            (collection_id, collection_id),
        )
        return [_folder(row) for row in rows]

    def update(self, folder_id: str, **fields: Unpack[FolderFields]) -> LinkedFolder:
        """Change some fields, and give the folder as it is then. Raises UserError if it is not linked any more."""
        columns: dict[str, Value] = {}
        for name in ("state", "scanned_at", "identity"):
            if name in fields:
                columns[name] = fields[name]
        if "ignore" in fields:
            columns["ignore"] = encode_names(fields["ignore"])
        with self._database.transaction() as connection:
            connection.execute(
                f"UPDATE folders SET {', '.join(f'{name} = ?' for name in columns)} WHERE id = ?",
                (*columns.values(), folder_id),
            )
        return self.get(folder_id)

    def remove(self, folder_id: str) -> None:
        """Unlink a folder; the rows that it still has belong to no folder then."""
        with self._database.transaction() as connection:
            connection.execute("UPDATE documents SET folder_id = '' WHERE folder_id = ?", (folder_id,))
            connection.execute("DELETE FROM folders WHERE id = ?", (folder_id,))

    # --- the rows of their files

    def known(self, folder: LinkedFolder) -> list[KnownFile]:
        """The rows of a folder's files, and those that others brought into the collection from below it."""
        below = os.path.join(folder.path, "")
        rows = self._database.rows(
            """SELECT id, path, size, modified, sha256, state, folder_id FROM documents
               WHERE collection_id = ? AND parent_id = '' ORDER BY seq""",
            (folder.collection_id,),
        )
        known = (_known(row) for row in rows)
        return [one for one in known if one.folder_id == folder.id or one.path.startswith(below)]

    def document_ids(self, folder_id: str) -> list[str]:
        """The documents of a folder, in the order of adding, without those inside others."""
        rows = self._database.rows(
            "SELECT id FROM documents WHERE folder_id = ? AND folder_id != '' AND parent_id = '' ORDER BY seq",
            (folder_id,),
        )
        return [row["id"] for row in rows]

    def pending(self, folder_id: str) -> list[str]:
        """The documents of a folder that wait to be read, in the order of adding."""
        rows = self._database.rows(
            f"SELECT id FROM documents WHERE folder_id = ? AND folder_id != '' AND state IN {_PENDING} ORDER BY seq",
            (folder_id,),
        )
        return [row["id"] for row in rows]

    def adopt(self, document_ids: Sequence[str], folder_id: str) -> None:
        """Let documents be those of a folder."""
        with self._database.transaction() as connection:
            connection.executemany(
                "UPDATE documents SET folder_id = ? WHERE id = ?", [(folder_id, one) for one in document_ids]
            )

    def move(self, moves: Iterable[MovedFile]) -> list[Document]:
        """Note where the files of documents are now, in this order; what was read of them, and in them, stays.

        All in one transaction. Raises InternalError if a document is gone.
        """
        moved = []
        with self._database.transaction() as connection:
            for one in moves:
                _move(connection, one.id, encode_name(one.path))
                moved.append(
                    self._catalogue.update(
                        one.id,
                        name=os.path.basename(one.path),
                        size=one.size,
                        modified=one.modified,
                        folder_id=one.folder_id,
                    )
                )
        return moved

    def twin(self, document: KnownFile) -> KnownFile | None:
        """A file that was skipped because it is the same as this document, the first added; or None."""
        if document.state is not DocumentState.READY or not document.sha256:
            return None
        row = self._database.row(
            """SELECT d.id, d.path, d.size, d.modified, d.sha256, d.state, d.folder_id
               FROM documents d, documents o
               WHERE o.id = ? AND d.collection_id = o.collection_id AND d.sha256 = o.sha256
                     AND d.state = 'skipped' AND d.reason_kind = 'duplicate' AND d.parent_id = ''
                     AND (d.text_column, d.id_column, d.title_column)
                         = (o.text_column, o.id_column, o.title_column)
               ORDER BY d.seq LIMIT 1""",
            (document.id,),
        )
        return _known(row) if row else None


def _move(connection: sqlite3.Connection, document_id: str, path: str | bytes) -> None:
    connection.execute("UPDATE documents SET path = ? WHERE id = ?", (path, document_id))
    for row in connection.execute("SELECT id FROM documents WHERE parent_id = ?", (document_id,)).fetchall():
        _move(connection, row["id"], path)


def _known(row: sqlite3.Row) -> KnownFile:
    return KnownFile(
        row["id"],
        decode_name(row["path"]),
        row["size"],
        row["modified"],
        row["sha256"],
        DocumentState(row["state"]),
        row["folder_id"],
    )


def _folder(row: sqlite3.Row) -> LinkedFolder:
    return LinkedFolder(
        id=row["id"],
        collection_id=row["collection_id"],
        path=decode_name(row["path"]),
        ignore=decode_names(row["ignore"] or "[]"),
        state=FolderState(row["state"] or FolderState.IN_SYNC),
        scanned_at=row["scanned_at"],
        added=row["added"],
        identity=row["identity"],
        documents=row["documents"],
    )
