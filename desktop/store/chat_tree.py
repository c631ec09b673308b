"""How conversations in a line, with the replaced messages hidden, become trees in which nothing is hidden."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from itertools import groupby

from desktop.store.fulltext import searchable

_COLUMNS = (
    "ALTER TABLE messages ADD COLUMN parent_id TEXT NOT NULL DEFAULT ''",
    "ALTER TABLE messages ADD COLUMN model TEXT NOT NULL DEFAULT ''",
    "ALTER TABLE messages ADD COLUMN sampling TEXT",
    "CREATE INDEX messages_by_parent ON messages (parent_id)",
    "ALTER TABLE conversations ADD COLUMN leaf_id TEXT NOT NULL DEFAULT ''",
    "ALTER TABLE conversations ADD COLUMN pinned INTEGER NOT NULL DEFAULT 0",
    "ALTER TABLE conversations ADD COLUMN folder TEXT NOT NULL DEFAULT ''",
)


def migrate(connection: sqlite3.Connection) -> None:
    """`parent_id` is the message before, '' for none; `leaf_id` the last message of the branch that is shown.

    A parent always has a smaller `seq` than its children.
    """
    for statement in _COLUMNS:
        connection.execute(statement)
    rows = connection.execute(
        "SELECT seq, id, conversation_id, role, hidden FROM messages ORDER BY conversation_id, seq"
    ).fetchall()
    for conversation_id, group in groupby(rows, key=lambda row: row["conversation_id"]):
        messages = list(group)
        connection.executemany("UPDATE messages SET parent_id = ? WHERE id = ?", _parents(messages))
        shown = [row for row in messages if not row["hidden"]] or messages
        connection.execute(
            "UPDATE conversations SET leaf_id = ? WHERE id = ?", (shown[-1]["id"], conversation_id)
        )
    _find_hidden_again(connection)
    connection.execute("ALTER TABLE messages DROP COLUMN hidden")


def _parents(messages: Sequence[sqlite3.Row]) -> list[tuple[str, str]]:
    """The parent of each message, and the message.

    What was hidden had followed the last message before it that is still shown: only all that came after a message
    could be hidden. Among hidden ones an answer behind an answer was written in its place; the rest went on.
    """
    parents: dict[str, str] = {}
    shown, last = "", None
    for row in messages:
        if not row["hidden"]:
            parents[row["id"]] = shown
            shown, last = row["id"], None
        else:
            again = last is not None and last["role"] == row["role"] == "assistant"
            before = last["id"] if last is not None else shown
            parents[row["id"]] = parents[before] if again else before
            last = row
    return [(parent, message_id) for message_id, parent in parents.items()]


def _find_hidden_again(connection: sqlite3.Connection) -> None:
    """What was hidden was not found by search."""
    hidden = connection.execute("SELECT seq, text FROM messages WHERE hidden = 1").fetchall()
    connection.executemany(
        "INSERT INTO messages_fts (rowid, text) VALUES (?, ?)",
        [(row["seq"], searchable(row["text"])) for row in hidden],
    )
