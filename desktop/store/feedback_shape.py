"""The tables of feedback."""

from __future__ import annotations

FEEDBACK_TABLES = (
    """CREATE TABLE feedback (
        message_id TEXT PRIMARY KEY REFERENCES messages (id) ON DELETE CASCADE,
        rating INTEGER NOT NULL,
        correction TEXT NOT NULL,
        seen TEXT NOT NULL,
        created REAL NOT NULL
    )""",
    """CREATE TABLE preferences (
        chosen_id TEXT NOT NULL REFERENCES messages (id) ON DELETE CASCADE,
        rejected_id TEXT NOT NULL REFERENCES messages (id) ON DELETE CASCADE,
        seen TEXT NOT NULL,
        created REAL NOT NULL,
        PRIMARY KEY (chosen_id, rejected_id)
    )""",
)
