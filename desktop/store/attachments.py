"""The collections that hold the attachments of one message each; no page lists them."""

from __future__ import annotations

import time
import uuid

from desktop.core.documents import ATTACHED
from desktop.store.database import Database


class AttachmentStore:
    """They are rows of the table of collections, told by the beginning of their id."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def create(self) -> str:
        """A new one; its id is its name."""
        made = ATTACHED + uuid.uuid4().hex
        with self._database.transaction() as connection:
            connection.execute(
                "INSERT INTO collections (id, name, name_key, created) VALUES (?, ?, ?, ?)",
                (made, made, made, time.time()),
            )
        return made

    def unused(self, older_than_seconds: float) -> list[str]:
        """Those of which no message names a document, made at least so long ago: another program may be at one."""
        rows = self._database.rows(
            """SELECT id FROM collections c WHERE c.id GLOB ? AND c.created <= ? AND NOT EXISTS
                   (SELECT 1 FROM messages m, json_each(m.document_ids) named
                    JOIN documents d ON d.id = named.value WHERE d.collection_id = c.id)""",
            (ATTACHED + "*", time.time() - older_than_seconds),
        )
        return [row["id"] for row in rows]
