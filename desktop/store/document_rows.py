"""What stands in a row of the table of documents, and the Document that it is."""

from __future__ import annotations

import sqlite3
import unicodedata
from typing import TypedDict

from desktop.core.documents import Document, DocumentState, TableColumns
from desktop.core.errors import InternalError
from desktop.core.text import shown
from desktop.store.codec import clean, decode_name, decode_names, encode_name
from desktop.store.database import Value


class DocumentFields(TypedDict, total=False):
    """What `Catalogue.update` can change of a document."""

    path: str
    name: str
    kind: str
    state: DocumentState
    reason: str
    reason_kind: str
    size: int
    modified: float
    sha256: str
    pages: int
    passages: int
    seconds: float
    columns: TableColumns
    title: str
    scanned: int
    unread: int
    characters: int
    language: str
    fingerprint: int
    folder_id: str


_SHOWN = frozenset({"name", "reason", "title"})


def name_key(name: str) -> str:
    """What a name is compared, sorted and filtered by: SQLite's own NOCASE knows only the letters A to Z."""
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", clean(name)).casefold().strip())


def table_columns(columns: TableColumns) -> dict[str, str | bytes]:
    """The columns that say which columns of a file are read."""
    return {
        "text_column": encode_name(columns.text),
        "id_column": encode_name(columns.id),
        "title_column": encode_name(columns.title),
    }


def columns_of(fields: DocumentFields) -> dict[str, Value]:
    """The columns of the table for fields of a Document."""
    columns: dict[str, Value] = {}
    for name, value in fields.items():
        if name not in DocumentFields.__annotations__:
            raise InternalError("This cannot be changed about a file.", details=name)
        if isinstance(value, TableColumns):
            columns.update(table_columns(value))
        elif isinstance(value, str):
            # What people read must not break its line; a path must come back exactly.
            columns[name] = shown(value) if name in _SHOWN else encode_name(value)
        elif name == "fingerprint" and isinstance(value, int):
            columns[name] = value - (value >> 63 << 64)  # SQLite's integers have a sign
        elif isinstance(value, int | float):
            columns[name] = value
        else:
            raise InternalError("This is not a value that a file can have.", details=f"{name}: {value!r}")
        if name == "name":
            columns["name_key"] = name_key(shown(str(value)))
    return columns


def document_of(row: sqlite3.Row) -> Document:
    """The document of a row with all columns."""
    return Document(
        id=row["id"],
        collection_id=row["collection_id"],
        path=decode_name(row["path"]),
        name=decode_name(row["name"]),
        kind=decode_name(row["kind"]),
        state=DocumentState(row["state"]),
        reason=decode_name(row["reason"]),
        reason_kind=decode_name(row["reason_kind"]),
        size=row["size"],
        modified=row["modified"],
        sha256=row["sha256"],
        pages=row["pages"],
        passages=row["passages"],
        added=row["added"],
        seconds=row["seconds"],
        columns=TableColumns(
            decode_name(row["text_column"]), decode_name(row["id_column"]), decode_name(row["title_column"])
        ),
        parent_id=row["parent_id"],
        member=decode_names(row["member"]),
        title=decode_name(row["title"]),
        scanned=row["scanned"],
        unread=row["unread"],
        characters=row["characters"],
        language=row["language"],
        fingerprint=row["fingerprint"] % 2**64,
        folder_id=row["folder_id"],
    )
