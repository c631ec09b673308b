"""The tables of batch runs: a statement each, for the migration that makes them."""

from __future__ import annotations

BATCH_TABLES = (
    "CREATE TABLE batches (id TEXT PRIMARY KEY, name TEXT NOT NULL, plan TEXT NOT NULL, created REAL NOT NULL)",
    """CREATE TABLE batch_items (
        batch_id TEXT NOT NULL REFERENCES batches (id) ON DELETE CASCADE,
        number INTEGER NOT NULL,
        title TEXT NOT NULL,
        document_id TEXT NOT NULL,
        record_id TEXT NOT NULL,
        text TEXT NOT NULL,
        state TEXT NOT NULL,
        answer TEXT NOT NULL,
        note TEXT NOT NULL,
        seconds REAL NOT NULL,
        PRIMARY KEY (batch_id, number)
    ) WITHOUT ROWID""",
)
