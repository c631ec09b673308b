"""Downloads that are not done, kept over a restart."""

from __future__ import annotations

import json
import sqlite3
from dataclasses import asdict
from functools import cache

from pydantic import TypeAdapter, ValidationError

from desktop.core.downloads import Download
from desktop.core.errors import StorageError
from desktop.store.codec import clean
from desktop.store.database import Database


class DownloadStore:
    """Downloads by id, in the order in which they were started."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def put(self, download: Download) -> None:
        """Add or replace one."""
        with self._database.transaction() as connection:
            connection.execute(
                """INSERT INTO downloads (id, state, plan, reason, started) VALUES (?, ?, ?, ?, ?)
                   ON CONFLICT (id) DO UPDATE SET state = excluded.state, plan = excluded.plan,
                       reason = excluded.reason""",
                (
                    download.id,
                    download.state.value,
                    clean(json.dumps(asdict(download))),
                    clean(download.reason),
                    download.started,
                ),
            )

    def all(self) -> list[Download]:
        return [_download(row) for row in self._database.rows("SELECT * FROM downloads ORDER BY seq")]

    def get(self, download_id: str) -> Download | None:
        row = self._database.row("SELECT * FROM downloads WHERE id = ?", (download_id,))
        return _download(row) if row else None

    def remove(self, download_id: str) -> None:
        """Forget one; its bytes are the caller's."""
        with self._database.transaction() as connection:
            connection.execute("DELETE FROM downloads WHERE id = ?", (download_id,))


@cache
def _adapter() -> TypeAdapter[Download]:
    return TypeAdapter(Download)


def _download(row: sqlite3.Row) -> Download:
    try:
        return _adapter().validate_python(json.loads(row["plan"]))
    except (ValueError, ValidationError) as error:
        raise StorageError("What is stored of a download is damaged.", details=str(error)) from error
