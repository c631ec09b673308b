"""Conversations and their messages, kept and searched."""

from __future__ import annotations

import builtins
import sqlite3
import time
import uuid

from desktop.core.conversations import Conversation, Message, MessageState, Role
from desktop.core.errors import InternalError
from desktop.store import codec
from desktop.store.database import Database
from desktop.store.fulltext import match_expression, searchable

_MATCHES = """ AND seq IN (
    SELECT rowid FROM titles_fts WHERE titles_fts MATCH ?
    UNION
    SELECT c.seq FROM messages_fts
    JOIN messages m ON m.seq = messages_fts.rowid JOIN conversations c ON c.id = m.conversation_id
    WHERE messages_fts MATCH ?
)"""


class ConversationStore:
    """Safe from any thread; each method is one transaction. All raise StorageError if the disk fails."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def create(self, collection_id: str = "") -> Conversation:
        """A new conversation without a title; `collection_id` is the collection that it asks, '' for none."""
        now = time.time()
        conversation = Conversation(uuid.uuid4().hex, "", collection_id, now, now)
        with self._database.transaction() as connection:
            added = connection.execute(
                "INSERT INTO conversations (id, title, collection_id, created, updated)"
                " VALUES (?, '', ?, ?, ?)",
                (conversation.id, collection_id, now, now),
            )
            connection.execute("INSERT INTO titles_fts (rowid, text) VALUES (?, '')", (added.lastrowid,))
        return conversation

    def get(self, conversation_id: str) -> Conversation | None:
        """The conversation, also a deleted one (`deleted` tells), or None if there is none of this id."""
        row = self._database.row("SELECT * FROM conversations WHERE id = ?", (conversation_id,))
        return _conversation(row) if row else None

    def list(self, text: str = "", limit: int = 500) -> builtins.list[Conversation]:
        """Those that are not deleted, the newest first.

        With `text`, those with all its words in the title or in one visible message, the last word as a
        prefix; accents and case do not count. Text without any letter, digit or symbol leaves nothing out.
        """
        query = match_expression(text)
        rows = self._database.rows(
            "SELECT * FROM conversations WHERE deleted = 0"
            f"{_MATCHES if query else ''} ORDER BY updated DESC, seq DESC LIMIT ?",
            (query, query, limit) if query else (limit,),
        )
        return [_conversation(row) for row in rows]

    def rename(self, conversation_id: str, title: str, by_person: bool) -> None:
        """Give it a title. A title that the person gave is never replaced by one that they did not."""
        title = codec.clean(title)
        with self._database.transaction() as connection:
            row = _conversation_row(connection, conversation_id)
            if row["named_by_person"] and not by_person:
                return
            connection.execute(
                "UPDATE conversations SET title = ?, named_by_person = ? WHERE seq = ?",
                (title, by_person, row["seq"]),
            )
            connection.execute(
                "UPDATE titles_fts SET text = ? WHERE rowid = ?", (searchable(title), row["seq"])
            )

    def set_collection(self, conversation_id: str, collection_id: str) -> None:
        """Choose the collection that it asks from now on, '' for none."""
        with self._database.transaction() as connection:
            row = _conversation_row(connection, conversation_id)
            connection.execute(
                "UPDATE conversations SET collection_id = ? WHERE seq = ?", (collection_id, row["seq"])
            )

    def delete(self, conversation_id: str) -> None:
        """Take it out of the list; `restore` brings it back until `purge_deleted` has removed it."""
        self._set_deleted(conversation_id, time.time())

    def restore(self, conversation_id: str) -> None:
        """Undo `delete`; it returns to its old place in the list."""
        self._set_deleted(conversation_id, 0)

    def purge_deleted(self, older_than_seconds: float) -> int:
        """Remove for good what was deleted at least so long ago, with its messages; how many those were."""
        with self._database.transaction() as connection:
            gone = [
                (row["seq"], row["id"])
                for row in connection.execute(
                    "SELECT seq, id FROM conversations WHERE deleted > 0 AND deleted <= ?",
                    (time.time() - older_than_seconds,),
                ).fetchall()
            ]
            for seq, conversation_id in gone:
                _forget_text(connection, conversation_id, 0)
                connection.execute("DELETE FROM titles_fts WHERE rowid = ?", (seq,))
                connection.execute("DELETE FROM conversations WHERE seq = ?", (seq,))
        return len(gone)

    def messages(self, conversation_id: str) -> builtins.list[Message]:
        """Its visible messages, in the order in which they were first saved."""
        rows = self._database.rows(
            "SELECT * FROM messages WHERE conversation_id = ? AND hidden = 0 ORDER BY seq", (conversation_id,)
        )
        return [_message(row) for row in rows]

    def message(self, message_id: str) -> Message | None:
        """The message, also a hidden one, or None if there is none of this id."""
        row = self._database.row("SELECT * FROM messages WHERE id = ?", (message_id,))
        return _message(row) if row else None

    def save(self, message: Message) -> None:
        """Add the message at the end of its conversation, or replace the one with its id in its place.

        Characters that no file can hold are replaced. Raises InternalError if the conversation is gone.
        """
        with self._database.transaction() as connection:
            _conversation_row(connection, message.conversation_id)
            connection.execute(
                """INSERT INTO messages (id, conversation_id, role, text, state, created, prompt,
                                         grounding, sentences, timings, note, document_ids)
                   VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                   ON CONFLICT (id) DO UPDATE SET
                       role = excluded.role, text = excluded.text, state = excluded.state,
                       created = excluded.created, prompt = excluded.prompt, grounding = excluded.grounding,
                       sentences = excluded.sentences, timings = excluded.timings, note = excluded.note,
                       document_ids = excluded.document_ids""",
                _columns(message),
            )
            row = connection.execute(
                "SELECT seq, hidden FROM messages WHERE id = ?", (message.id,)
            ).fetchone()
            connection.execute("DELETE FROM messages_fts WHERE rowid = ?", (row["seq"],))
            if not row["hidden"]:
                connection.execute(
                    "INSERT INTO messages_fts (rowid, text) VALUES (?, ?)",
                    (row["seq"], searchable(message.text)),
                )
            connection.execute(
                "UPDATE conversations SET updated = ? WHERE id = ?", (time.time(), message.conversation_id)
            )

    def hide_from(self, message_id: str) -> None:
        """Take this message and all later ones out of their conversation; they stay in the table, hidden."""
        with self._database.transaction() as connection:
            row = connection.execute(
                "SELECT seq, conversation_id FROM messages WHERE id = ?", (message_id,)
            ).fetchone()
            if row is None:
                raise InternalError("The message to change is not there any more.", details=message_id)
            _forget_text(connection, row["conversation_id"], row["seq"])
            connection.execute(
                "UPDATE messages SET hidden = 1 WHERE conversation_id = ? AND seq >= ?",
                (row["conversation_id"], row["seq"]),
            )

    def mark_interrupted(self) -> int:
        """Messages left WRITING by a program that ended in the middle become STOPPED; how many those were."""
        with self._database.transaction() as connection:
            return connection.execute(
                "UPDATE messages SET state = 'stopped' WHERE state = 'writing'"
            ).rowcount

    def _set_deleted(self, conversation_id: str, when: float) -> None:
        with self._database.transaction() as connection:
            row = _conversation_row(connection, conversation_id)
            connection.execute("UPDATE conversations SET deleted = ? WHERE seq = ?", (when, row["seq"]))


def _conversation_row(connection: sqlite3.Connection, conversation_id: str) -> sqlite3.Row:
    row: sqlite3.Row | None = connection.execute(
        "SELECT * FROM conversations WHERE id = ?", (conversation_id,)
    ).fetchone()
    if row is None:
        raise InternalError("The conversation is not there any more.", details=conversation_id)
    return row


def _forget_text(connection: sqlite3.Connection, conversation_id: str, first: int) -> None:
    """Messages from `seq` `first` on are no longer found by search."""
    connection.execute(
        """DELETE FROM messages_fts
           WHERE rowid IN (SELECT seq FROM messages WHERE conversation_id = ? AND seq >= ?)""",
        (conversation_id, first),
    )


def _conversation(row: sqlite3.Row) -> Conversation:
    return Conversation(
        id=row["id"],
        title=row["title"],
        collection_id=row["collection_id"],
        created=row["created"],
        updated=row["updated"],
        deleted=row["deleted"] > 0,
        named_by_person=bool(row["named_by_person"]),
    )


def _message(row: sqlite3.Row) -> Message:
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
    )


def _columns(message: Message) -> tuple[str | float | None, ...]:
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
    )
