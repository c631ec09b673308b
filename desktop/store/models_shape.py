"""The tables of models and downloads, as the migration that brings them makes them."""

from __future__ import annotations

STATEMENTS = (
    """CREATE TABLE models (
        seq INTEGER PRIMARY KEY AUTOINCREMENT,
        id TEXT NOT NULL UNIQUE,
        path TEXT NOT NULL UNIQUE,
        purpose TEXT NOT NULL,
        spec TEXT NOT NULL,
        tokens_per_second REAL NOT NULL DEFAULT 0,
        added REAL NOT NULL
    )""",
    """CREATE TABLE downloads (
        seq INTEGER PRIMARY KEY AUTOINCREMENT,
        id TEXT NOT NULL UNIQUE,
        state TEXT NOT NULL,
        plan TEXT NOT NULL,
        reason TEXT NOT NULL DEFAULT '',
        started REAL NOT NULL
    )""",
)
