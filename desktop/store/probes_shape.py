"""The tables of questions written from a collection's own passages, and of what asking them found."""

from __future__ import annotations

STATEMENTS = (
    """CREATE TABLE probes (
        seq INTEGER PRIMARY KEY AUTOINCREMENT,
        id TEXT NOT NULL UNIQUE,
        collection_id TEXT NOT NULL REFERENCES collections (id) ON DELETE CASCADE,
        question TEXT NOT NULL,
        sentence TEXT NOT NULL,
        document_id TEXT NOT NULL,
        record_id TEXT NOT NULL,
        page INTEGER NOT NULL,
        start INTEGER NOT NULL,
        "end" INTEGER NOT NULL,
        by_model INTEGER NOT NULL
    )""",
    "CREATE INDEX probes_of_collection ON probes (collection_id, seq)",
    """CREATE TABLE probe_runs (
        id TEXT PRIMARY KEY,
        collection_id TEXT NOT NULL REFERENCES collections (id) ON DELETE CASCADE,
        taken REAL NOT NULL,
        setup TEXT NOT NULL,
        ranks TEXT NOT NULL,
        first TEXT NOT NULL
    )""",
    "CREATE INDEX probe_runs_of_collection ON probe_runs (collection_id, taken)",
)
