"""Messages and conversations as rows, and back."""

from __future__ import annotations

import sqlite3

from desktop.core.conversations import Conversation, Message, MessageState, Role
from desktop.store import codec

COLUMNS = (
    "id",
    "conversation_id",
    "role",
    "text",
    "state",
    "created",
    "prompt",
    "grounding",
    "sentences",
    "timings",
    "note",
    "document_ids",
    "parent_id",
    "model",
    "sampling",
    "manner",
    "with_collection",
)
_FIXED = ("id", "conversation_id", "parent_id")
_UPDATES = ", ".join(f"{name} = excluded.{name}" for name in COLUMNS if name not in _FIXED)
SAVE = (
    f"INSERT INTO messages ({', '.join(COLUMNS)}) VALUES ({', '.join('?' * len(COLUMNS))})"
    f" ON CONFLICT (id) DO UPDATE SET {_UPDATES}"
)


def values_of(message: Message) -> tuple[str | float | None, ...]:
    """The message as `COLUMNS`."""
    return (
        message.id,
        message.conversation_id,
        message.role,
        codec.clean(message.text),
        message.state,
        message.created,
        codec.clean(message.prompt),
        codec.encode_grounding(message.grounding),
        codec.encode_sentences(message.sentences),
        codec.encode_timings(message.timings),
        codec.clean(message.note),
        codec.encode_names(message.document_ids),
        message.parent_id,
        codec.clean(message.model),
        codec.encode_sampling(message.sampling),
        codec.encode_manner(message.manner),
        int(message.with_collection),
    )


def message_of(row: sqlite3.Row) -> Message:
    """What `values_of` was given. Raises StorageError for a damaged column."""
    return Message(
        id=row["id"],
        conversation_id=row["conversation_id"],
        role=Role(row["role"]),
        text=row["text"],
        state=MessageState(row["state"]),
        created=row["created"],
        prompt=row["prompt"],
        grounding=codec.decode_grounding(row["grounding"]),
        sentences=codec.decode_sentences(row["sentences"]),
        timings=codec.decode_timings(row["timings"]),
        note=row["note"],
        document_ids=codec.decode_names(row["document_ids"]),
        parent_id=row["parent_id"],
        model=row["model"],
        sampling=codec.decode_sampling(row["sampling"]),
        manner=codec.decode_manner(row["manner"]),
        with_collection=bool(row["with_collection"]),
    )


def conversation_of(row: sqlite3.Row) -> Conversation:
    """A conversation's row."""
    return Conversation(
        id=row["id"],
        title=row["title"],
        collection_id=row["collection_id"],
        created=row["created"],
        updated=row["updated"],
        deleted=row["deleted"] > 0,
        named_by_person=bool(row["named_by_person"]),
        pinned=bool(row["pinned"]),
        folder=row["folder"],
        deleted_at=row["deleted"],
        adapters=codec.decode_adapters(row["adapters"]),
    )
