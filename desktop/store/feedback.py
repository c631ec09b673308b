"""Thumbs, corrections and choices between answers, kept with the messages that they are about."""

from __future__ import annotations

import sqlite3
import time

from desktop.core.chat_requests import ChatTurn
from desktop.core.feedback import Feedback, Preferred, Rated, Rating
from desktop.store.codec import clean
from desktop.store.database import Database
from desktop.store.sent_turns import decoded, encoded


class FeedbackStore:
    """Safe from any thread; each method is one transaction. All raise StorageError if the disk fails."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def put(self, feedback: Feedback) -> None:
        """Keep it in the place of what was said before; one that says nothing takes that away."""
        with self._database.transaction() as connection:
            connection.execute("DELETE FROM feedback WHERE message_id = ?", (feedback.message_id,))
            if feedback:
                connection.execute(
                    "INSERT INTO feedback (message_id, rating, correction, seen, created) VALUES (?, ?, ?, ?, ?)",
                    (
                        feedback.message_id,
                        int(feedback.rating),
                        clean(feedback.correction),
                        encoded(feedback.seen),
                        feedback.created,
                    ),
                )

    def get(self, message_id: str) -> Feedback:
        """What was said of an answer; one that says nothing where nothing was."""
        rows = self._database.rows("SELECT * FROM feedback WHERE message_id = ?", (message_id,))
        return _feedback(rows[0]) if rows else Feedback(message_id)

    def rated(self) -> list[Rated]:
        """All of it, the oldest first; of chats in the trash nothing."""
        rows = self._database.rows(
            """SELECT f.*, coalesce(nullif(s.wrote, ''), m.text) AS text, m.model, m.parent_id
               FROM feedback f JOIN messages m ON m.id = f.message_id
               LEFT JOIN sent_turns s ON s.message_id = m.id
               JOIN conversations c ON c.id = m.conversation_id WHERE c.deleted = 0 ORDER BY f.created, f.rowid"""
        )
        return [Rated(_feedback(row), row["text"], row["model"], row["parent_id"]) for row in rows]

    def prefer(self, chosen_id: str, rejected_id: str, seen: tuple[ChatTurn, ...]) -> None:
        """Keep that one answer was chosen before another; the other way round is taken away."""
        with self._database.transaction() as connection:
            connection.execute(
                "DELETE FROM preferences WHERE (chosen_id, rejected_id) IN (VALUES (?, ?), (?, ?))",
                (chosen_id, rejected_id, rejected_id, chosen_id),
            )
            connection.execute(
                "INSERT INTO preferences (chosen_id, rejected_id, seen, created) VALUES (?, ?, ?, ?)",
                (chosen_id, rejected_id, encoded(seen), time.time()),
            )

    def forget_preference(self, chosen_id: str, rejected_id: str) -> None:
        """Undo `prefer`."""
        with self._database.transaction() as connection:
            connection.execute(
                "DELETE FROM preferences WHERE chosen_id = ? AND rejected_id = ?", (chosen_id, rejected_id)
            )

    def preferred(self) -> list[Preferred]:
        """All choices, the oldest first; of chats in the trash nothing."""
        rows = self._database.rows(
            """SELECT p.seen, coalesce(nullif(s.wrote, ''), a.text) AS chosen,
               coalesce(nullif(t.wrote, ''), b.text) AS rejected FROM preferences p
               JOIN messages a ON a.id = p.chosen_id JOIN messages b ON b.id = p.rejected_id
               LEFT JOIN sent_turns s ON s.message_id = a.id LEFT JOIN sent_turns t ON t.message_id = b.id
               JOIN conversations c ON c.id = a.conversation_id WHERE c.deleted = 0 ORDER BY p.created, p.rowid"""
        )
        return [Preferred(decoded(row["seen"]), row["chosen"], row["rejected"]) for row in rows]


def _feedback(row: sqlite3.Row) -> Feedback:
    return Feedback(
        row["message_id"], Rating(row["rating"]), row["correction"], decoded(row["seen"]), row["created"]
    )
