"""Conversations and their messages, kept and searched."""

from __future__ import annotations

import builtins
import sqlite3
import time
import uuid
from collections.abc import Sequence
from dataclasses import replace

from desktop.core.chat_requests import AdapterUse, ChatTurn
from desktop.core.chat_words import excerpt_around
from desktop.core.conversations import Conversation, FoundMessage, Message, Role
from desktop.core.errors import InternalError
from desktop.store import codec, sent_turns
from desktop.store.database import Database
from desktop.store.fulltext import match_expression, searchable
from desktop.store.message_rows import SAVE, conversation_of, message_of, values_of

_PATH = """WITH RECURSIVE path (id, parent_id) AS (
    SELECT id, parent_id FROM messages WHERE id = ?
    UNION SELECT m.id, m.parent_id FROM messages m JOIN path ON m.id = path.parent_id
)"""
_BELOW = """WITH RECURSIVE below (id) AS (
    SELECT id FROM messages WHERE id = ?
    UNION SELECT m.id FROM messages m JOIN below ON m.parent_id = below.id
)"""
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

    def add(self, conversation: Conversation, messages: Sequence[Message], shown: str) -> Conversation:
        """Add a whole conversation from elsewhere, all or nothing; `shown` is the last message of its shown branch.

        Its collection is kept where there is one of that id.
        """
        with self._database.transaction() as connection:
            there = connection.execute(
                "SELECT 1 FROM collections WHERE id = ?", (conversation.collection_id,)
            ).fetchone()
            made = self.create(conversation.collection_id if there else "")
            self.rename(made.id, conversation.title, by_person=conversation.named_by_person)
            self.move(made.id, conversation.folder)
            for message in messages:
                self.save(replace(message, conversation_id=made.id))
            if shown:
                self._set(made.id, "leaf_id", shown)
        return self.get(made.id) or made

    def get(self, conversation_id: str) -> Conversation | None:
        """The conversation, also a deleted one (`deleted` tells), or None if there is none of this id."""
        row = self._database.row("SELECT * FROM conversations WHERE id = ?", (conversation_id,))
        return conversation_of(row) if row else None

    def list(self, text: str = "", limit: int = 500) -> builtins.list[Conversation]:
        """Those that are not deleted, the newest first.

        With `text`, those with all its words in the title or in one message of any branch, the last word as a
        prefix; accents and case do not count. Text without any letter, digit or symbol leaves nothing out.
        """
        query = match_expression(text)
        rows = self._database.rows(
            "SELECT * FROM conversations WHERE deleted = 0"
            f"{_MATCHES if query else ''} ORDER BY updated DESC, seq DESC LIMIT ?",
            (query, query, limit) if query else (limit,),
        )
        return [conversation_of(row) for row in rows]

    def find(self, text: str, limit: int = 200) -> builtins.list[FoundMessage]:
        """The messages of all branches that have all words of `text`, as in `list`; the newest first."""
        query = match_expression(text)
        if not query:
            return []
        rows = self._database.rows(
            """SELECT m.id, m.conversation_id, c.title, m.role, m.text FROM messages_fts
               JOIN messages m ON m.seq = messages_fts.rowid JOIN conversations c ON c.id = m.conversation_id
               WHERE messages_fts MATCH ? AND c.deleted = 0 ORDER BY m.seq DESC LIMIT ?""",
            (query, limit),
        )
        return [
            FoundMessage(
                row["id"],
                row["conversation_id"],
                row["title"],
                Role(row["role"]),
                *excerpt_around(row["text"], text),
            )
            for row in rows
        ]

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
        self._set(conversation_id, "collection_id", collection_id)

    def set_adapters(self, conversation_id: str, adapters: tuple[AdapterUse, ...]) -> None:
        """Keep which adapters are on for it, and how strongly."""
        self._set(conversation_id, "adapters", codec.encode_adapters(adapters))

    def delete(self, conversation_id: str) -> None:
        """Take it out of the list; `restore` brings it back until `purge_deleted` has removed it."""
        self._set(conversation_id, "deleted", time.time())

    def restore(self, conversation_id: str) -> None:
        """Undo `delete`; it returns to its old place in the list."""
        self._set(conversation_id, "deleted", 0)

    def trash(self) -> builtins.list[Conversation]:
        """What was deleted and can still be restored, the last deleted first."""
        rows = self._database.rows(
            "SELECT * FROM conversations WHERE deleted > 0 ORDER BY deleted DESC, seq DESC"
        )
        return [conversation_of(row) for row in rows]

    def purge(self, conversation_id: str) -> None:
        """Remove a deleted conversation for good; one that is not deleted stays."""
        self._purge("deleted > 0 AND id = ?", conversation_id)

    def purge_deleted(self, older_than_seconds: float) -> int:
        """Remove for good what was deleted at least so long ago, with its messages; how many those were."""
        return self._purge("deleted > 0 AND deleted <= ?", time.time() - older_than_seconds)

    def pin(self, conversation_id: str, pinned: bool) -> None:
        """Keep it above all others, or no more."""
        self._set(conversation_id, "pinned", pinned)

    def move(self, conversation_id: str, folder: str) -> None:
        """Put it into the folder of this name, '' for none; a folder is there as long as something is in it."""
        self._set(conversation_id, "folder", codec.clean(folder))

    def rename_folder(self, folder: str, name: str) -> None:
        """Give a folder another name; with the name of another one, both become one."""
        with self._database.transaction() as connection:
            connection.execute(
                "UPDATE conversations SET folder = ? WHERE folder = ?", (codec.clean(name), folder)
            )

    def messages(self, conversation_id: str) -> builtins.list[Message]:
        """The branch that is shown: from the first message to the one that was chosen or added last."""
        row = self._database.row("SELECT leaf_id FROM conversations WHERE id = ?", (conversation_id,))
        return self.path_to(row["leaf_id"]) if row else []

    def path_to(self, message_id: str) -> builtins.list[Message]:
        """The message and all before it in its branch, the first one first; none for ''."""
        rows = self._database.rows(
            f"{_PATH} SELECT m.* FROM messages m JOIN path USING (id) ORDER BY m.seq", (message_id,)
        )
        return [message_of(row) for row in rows]

    def all_messages(self, conversation_id: str) -> builtins.list[Message]:
        """The messages of all branches, each behind its parent."""
        rows = self._database.rows(
            "SELECT * FROM messages WHERE conversation_id = ? ORDER BY seq", (conversation_id,)
        )
        return [message_of(row) for row in rows]

    def branches(self, conversation_id: str) -> dict[str, tuple[str, ...]]:
        """For each message that has others in its place: all of that place, the oldest first."""
        places: dict[str, builtins.list[str]] = {}
        for row in self._database.rows(
            "SELECT id, parent_id FROM messages WHERE conversation_id = ? ORDER BY seq", (conversation_id,)
        ):
            places.setdefault(row["parent_id"], []).append(row["id"])
        return {one: tuple(place) for place in places.values() if len(place) > 1 for one in place}

    def show_branch(self, message_id: str) -> None:
        """Make the branch of a message the one that is shown, up to the newest message that came after it."""
        with self._database.transaction() as connection:
            leaf = connection.execute(
                f"{_BELOW} SELECT m.id, m.conversation_id FROM messages m JOIN below USING (id)"
                " ORDER BY m.seq DESC LIMIT 1",
                (message_id,),
            ).fetchone()
            if leaf is None:
                raise InternalError("The message is not there any more.", details=message_id)
            connection.execute(
                "UPDATE conversations SET leaf_id = ? WHERE id = ?", (leaf["id"], leaf["conversation_id"])
            )

    def message(self, message_id: str) -> Message | None:
        """The message, of whatever branch, or None if there is none of this id."""
        row = self._database.row("SELECT * FROM messages WHERE id = ?", (message_id,))
        return message_of(row) if row else None

    def save(self, message: Message, sent: tuple[ChatTurn, ...] = (), wrote: str = "") -> None:
        """Add the message behind its parent and show its branch, or replace the one with its id in its place.

        `sent` are the turns that its model was sent, none where it was not asked yet or there was none;
        `wrote` is what it answered, where that is not what the message shows.
        Characters that no file can hold are replaced. Raises InternalError if the conversation or the parent is gone.
        """
        with self._database.transaction() as connection:
            _conversation_row(connection, message.conversation_id)
            known = connection.execute("SELECT 1 FROM messages WHERE id = ?", (message.id,)).fetchone()
            if known is None:
                _check_parent(connection, message)
            connection.execute(SAVE, values_of(message))
            if sent:
                own = wrote if wrote.strip() != message.text.strip() else ""
                sent_turns.keep(connection, message.id, sent, own)
            seq = connection.execute("SELECT seq FROM messages WHERE id = ?", (message.id,)).fetchone()["seq"]
            connection.execute("DELETE FROM messages_fts WHERE rowid = ?", (seq,))
            connection.execute(
                "INSERT INTO messages_fts (rowid, text) VALUES (?, ?)", (seq, searchable(message.text))
            )
            connection.execute(
                "UPDATE conversations SET updated = ?, leaf_id = iif(?, leaf_id, ?) WHERE id = ?",
                (time.time(), known is not None, message.id, message.conversation_id),
            )

    def sent(self, message_id: str) -> tuple[ChatTurn, ...]:
        """The turns that an answer's model was sent; none where that was not kept, as of an imported chat."""
        row = self._database.row("SELECT turns FROM sent_turns WHERE message_id = ?", (message_id,))
        return sent_turns.unpacked(row["turns"]) if row else ()

    def draft(self, conversation_id: str) -> str:
        """What was begun in it and not sent; '' for a chat that is not there any more."""
        row = self._database.row("SELECT draft FROM conversations WHERE id = ?", (conversation_id,))
        return str(row["draft"]) if row else ""

    def keep_draft(self, conversation_id: str, text: str) -> None:
        """Keep what was begun, in place of what was kept before; nothing for a chat that is gone."""
        with self._database.transaction() as connection:
            connection.execute(
                "UPDATE conversations SET draft = ? WHERE id = ?", (codec.clean(text), conversation_id)
            )

    def mark_interrupted(self) -> int:
        """Messages left WRITING by a program that ended in the middle become STOPPED; how many those were."""
        with self._database.transaction() as connection:
            return connection.execute(
                "UPDATE messages SET state = 'stopped' WHERE state = 'writing'"
            ).rowcount

    def _set(self, conversation_id: str, column: str, value: str | float) -> None:
        with self._database.transaction() as connection:
            row = _conversation_row(connection, conversation_id)
            connection.execute(f"UPDATE conversations SET {column} = ? WHERE seq = ?", (value, row["seq"]))

    def _purge(self, condition: str, value: str | float) -> int:
        with self._database.transaction() as connection:
            gone = connection.execute(
                f"SELECT seq, id FROM conversations WHERE {condition}", (value,)
            ).fetchall()
            for row in gone:
                connection.execute(
                    "DELETE FROM messages_fts WHERE rowid IN (SELECT seq FROM messages WHERE conversation_id = ?)",
                    (row["id"],),
                )
                connection.execute("DELETE FROM titles_fts WHERE rowid = ?", (row["seq"],))
                connection.execute("DELETE FROM conversations WHERE seq = ?", (row["seq"],))
        return len(gone)


def _conversation_row(connection: sqlite3.Connection, conversation_id: str) -> sqlite3.Row:
    row: sqlite3.Row | None = connection.execute(
        "SELECT * FROM conversations WHERE id = ?", (conversation_id,)
    ).fetchone()
    if row is None:
        raise InternalError("The conversation is not there any more.", details=conversation_id)
    return row


def _check_parent(connection: sqlite3.Connection, message: Message) -> None:
    """A message follows one of its own conversation."""
    if message.parent_id == "":
        return
    found = connection.execute(
        "SELECT 1 FROM messages WHERE id = ? AND conversation_id = ?",
        (message.parent_id, message.conversation_id),
    ).fetchone()
    if found is None:
        raise InternalError("The message before this one is not there any more.", details=message.parent_id)
