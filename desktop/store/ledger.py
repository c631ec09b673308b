"""The ledger of connections: written before each one, read by the person, never changed."""

from __future__ import annotations

import time

from desktop.core.ledger import LedgerEntry
from desktop.store.codec import clean
from desktop.store.database import Database

_KEPT = 10_000


class LedgerStore:
    """The newest connections; of very many the oldest are dropped. Raises StorageError."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, address: str, purpose: str, sent: int = 0) -> None:
        """Write that a connection is about to be made. What cannot be written must not be connected to."""
        with self._database.transaction() as connection:
            added = connection.execute(
                "INSERT INTO ledger (at, address, purpose, sent) VALUES (?, ?, ?, ?)",
                (time.time(), clean(address), clean(purpose), sent),
            )
            connection.execute("DELETE FROM ledger WHERE seq <= ?", ((added.lastrowid or 0) - _KEPT,))

    def entries(self, limit: int = 1000) -> list[LedgerEntry]:
        """The newest first."""
        rows = self._database.rows("SELECT * FROM ledger ORDER BY seq DESC LIMIT ?", (limit,))
        return [LedgerEntry(row["at"], row["address"], row["purpose"], row["sent"]) for row in rows]
