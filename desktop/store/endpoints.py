"""The addresses of models elsewhere. Their keys are not here but in the system's keyring."""

from __future__ import annotations

import sqlite3
from dataclasses import replace

from desktop.core.endpoints import Endpoint, EndpointPurpose
from desktop.store.codec import clean
from desktop.store.database import Database


class EndpointStore:
    """Endpoints by id. All methods raise StorageError if the disk fails."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def list(self) -> list[Endpoint]:
        """All, by name."""
        return [_endpoint(row) for row in self._database.rows("SELECT * FROM endpoints ORDER BY name, id")]

    def get(self, endpoint_id: str) -> Endpoint | None:
        """The endpoint, or None."""
        row = self._database.row("SELECT * FROM endpoints WHERE id = ?", (endpoint_id,))
        return _endpoint(row) if row else None

    def save(self, endpoint: Endpoint) -> None:
        """Add it, or put it in the place of the one with its id."""
        one = replace(endpoint, name=clean(endpoint.name), model=clean(endpoint.model))
        with self._database.transaction() as connection:
            connection.execute(
                """INSERT INTO endpoints (id, name, address, model, context_size, enabled, added, purpose)
                   VALUES (?, ?, ?, ?, ?, ?, ?, ?)
                   ON CONFLICT (id) DO UPDATE SET name = excluded.name, address = excluded.address,
                       model = excluded.model, context_size = excluded.context_size, enabled = excluded.enabled""",
                (
                    one.id,
                    one.name,
                    one.address,
                    one.model,
                    one.context_size,
                    one.enabled,
                    one.added,
                    one.purpose.value,
                ),
            )

    def remove(self, endpoint_id: str) -> None:
        """Forget it."""
        with self._database.transaction() as connection:
            connection.execute("DELETE FROM endpoints WHERE id = ?", (endpoint_id,))


def _endpoint(row: sqlite3.Row) -> Endpoint:
    return Endpoint(
        row["id"],
        row["name"],
        row["address"],
        row["model"],
        row["context_size"],
        bool(row["enabled"]),
        row["added"],
        EndpointPurpose(row["purpose"]),
    )
