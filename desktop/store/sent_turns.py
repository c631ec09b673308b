"""The turns that a model was really sent for an answer, and its own words, kept beside it.

They cannot be put together again later: a question that is answered again gets another prompt, a chat that outgrows
the model's memory loses its beginning, and the instructions of the program change with its versions.
"""

from __future__ import annotations

import json
import sqlite3
import zlib
from dataclasses import asdict

from desktop.core.chat_requests import ChatTurn
from desktop.store.codec import clean

TABLE = """CREATE TABLE sent_turns (
    message_id TEXT PRIMARY KEY REFERENCES messages (id) ON DELETE CASCADE,
    turns BLOB NOT NULL
) WITHOUT ROWID"""
WROTE = "ALTER TABLE sent_turns ADD COLUMN wrote TEXT NOT NULL DEFAULT ''"
"""The model's own words where the answer shows others: a table of its JSON, a summary with those of its parts."""


def keep(connection: sqlite3.Connection, message_id: str, turns: tuple[ChatTurn, ...], wrote: str) -> None:
    """Keep what an answer was sent, in place of what was kept before: a summary of many parts sends its last turns
    at its end. Packed, because each answer of a long chat was sent most of what the one before was."""
    connection.execute(
        "INSERT INTO sent_turns (message_id, turns, wrote) VALUES (?, ?, ?)"
        " ON CONFLICT (message_id) DO UPDATE SET turns = excluded.turns, wrote = excluded.wrote",
        (message_id, zlib.compress(encoded(turns).encode()), clean(wrote)),
    )


def unpacked(turns: bytes) -> tuple[ChatTurn, ...]:
    """What `keep` was given."""
    return decoded(zlib.decompress(turns).decode())


def encoded(turns: tuple[ChatTurn, ...]) -> str:
    """Turns as JSON, without characters that no file can hold."""
    return clean(json.dumps([asdict(turn) for turn in turns], ensure_ascii=False))


def decoded(column: str) -> tuple[ChatTurn, ...]:
    """What `encoded` was given."""
    return tuple(ChatTurn(one["role"], one["content"]) for one in json.loads(column))
