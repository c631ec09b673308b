"""The documents that need attention, by reason, and what the check-up of a collection looks at."""

from __future__ import annotations

import json
from collections.abc import Sequence

from desktop.core.attention import ATTENTION_REASONS, UNREAD, AttentionGroup
from desktop.core.check_up import DocumentFacts
from desktop.core.documents import Document, DocumentState
from desktop.store.codec import decode_name, encode_name
from desktop.store.database import Database, Value
from desktop.store.document_rows import document_of

# Word for word the conditions of the two indices that find these rows without a look at the others; they are named,
# because SQLite would rather take the index of all states.
_FAILED = "documents INDEXED BY documents_failed WHERE state = 'failed'"
_UNREAD = (
    "documents INDEXED BY documents_unread"
    " WHERE state = 'ready' AND unread > 0 AND scanned = 0 AND reason_kind = ''"
)

_KNOWN = tuple(reason for reason in ATTENTION_REASONS if reason not in ("", UNREAD))


class AttentionStore:
    """Safe from any thread; each method is one transaction. All raise StorageError if the disk fails."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def groups(self, collection_id: str, first: int, without: Sequence[str] = ()) -> list[AttentionGroup]:
        """The reasons that there are, each with its number of documents and the `first` of them by name.

        Documents of the ids `without` count as if they were not there.
        """
        found = []
        for reason, count in self._counts(collection_id, without).items():
            source, values = _source(collection_id, reason, without)
            rows = self._database.rows(
                f"SELECT * FROM {source} ORDER BY name_key, seq LIMIT ?", (*values, first)
            )
            found.append(AttentionGroup(reason, count, tuple(map(document_of, rows))))
        return found

    def ids(self, collection_id: str, reason: str) -> list[str]:
        """All documents of a group, by name."""
        source, values = _source(collection_id, reason, ())
        rows = self._database.rows(f"SELECT id FROM {source} ORDER BY name_key, seq", values)
        return [row["id"] for row in rows]

    def facts(self, collection_id: str) -> list[DocumentFacts]:
        """What the check-up looks at, of all documents, by name."""
        rows = self._database.rows(
            """SELECT id, state, reason_kind, kind, language, pages, scanned, unread, characters
               FROM documents WHERE collection_id = ? ORDER BY name_key, seq""",
            (collection_id,),
        )
        return [
            DocumentFacts(
                row["id"],
                DocumentState(row["state"]),
                decode_name(row["reason_kind"]),
                decode_name(row["kind"]),
                row["language"],
                row["pages"],
                row["scanned"],
                row["unread"],
                row["characters"],
            )
            for row in rows
        ]

    def ignore(self, document_ids: Sequence[str]) -> list[Document]:
        """Leave documents as they are; failed ones become SKIPPED. Returns them as they were, for `restore`."""
        with self._database.transaction() as connection:
            rows = connection.execute(
                "SELECT * FROM documents WHERE id IN (SELECT value FROM json_each(?)) ORDER BY seq",
                (json.dumps(list(document_ids)),),
            ).fetchall()
            before = list(map(document_of, rows))
            failed = [(one.id,) for one in before if one.state is DocumentState.FAILED]
            ready = [(one.id,) for one in before if one.state is DocumentState.READY]
            connection.executemany(
                "UPDATE documents SET state = 'skipped', reason = 'Ignored', reason_kind = 'ignored' WHERE id = ?",
                failed,
            )
            connection.executemany("UPDATE documents SET reason_kind = 'ignored' WHERE id = ?", ready)
        return before

    def restore(self, documents: Sequence[Document]) -> None:
        """Take `ignore` back, but for those that have been read meanwhile."""
        with self._database.transaction() as connection:
            connection.executemany(
                """UPDATE documents SET state = ?, reason = ?, reason_kind = ?
                   WHERE id = ? AND reason_kind = 'ignored'""",
                [
                    (one.state.value, encode_name(one.reason), encode_name(one.reason_kind), one.id)
                    for one in documents
                ],
            )

    def _counts(self, collection_id: str, without: Sequence[str]) -> dict[str, int]:
        """By reason, in the order of ATTENTION_REASONS, without those that have none."""
        counts = dict.fromkeys(ATTENTION_REASONS, 0)
        source, values = _limited(f"{_FAILED} AND collection_id = ?", [collection_id], without)
        for reason, number in self._database.rows(
            f"SELECT reason_kind, count(*) FROM {source} GROUP BY reason_kind", values
        ):
            counts[reason if reason in _KNOWN else ""] += number
        source, values = _source(collection_id, UNREAD, without)
        counts[UNREAD] = self._database.rows(f"SELECT count(*) FROM {source}", values)[0][0]
        return {reason: number for reason, number in counts.items() if number}


def _source(collection_id: str, reason: str, without: Sequence[str]) -> tuple[str, list[Value]]:
    """Where the documents of a group are found, to stand behind FROM, and its values."""
    values: list[Value] = [collection_id]
    if reason == UNREAD:
        return _limited(f"{_UNREAD} AND collection_id = ?", values, without)
    source = f"{_FAILED} AND collection_id = ?"
    if reason:
        return _limited(f"{source} AND reason_kind = ?", [*values, reason], without)
    marks = ", ".join("?" * len(_KNOWN))
    return _limited(f"{source} AND reason_kind NOT IN ({marks})", [*values, *_KNOWN], without)


def _limited(source: str, values: list[Value], without: Sequence[str]) -> tuple[str, list[Value]]:
    if not without:
        return source, values
    return f"{source} AND id NOT IN (SELECT value FROM json_each(?))", [*values, json.dumps(list(without))]
