"""What the files of some collections can be filtered by: their kinds and their folders, with numbers."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Sequence

from desktop.store.codec import decode_name
from desktop.store.database import Database


class Facets:
    """Counts READY documents. Without collections it counts those of all. Raises StorageError if the disk fails."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def kinds(self, collection_ids: Sequence[str] = ()) -> list[tuple[str, int]]:
        """The kinds of file, the most frequent first."""
        rows = self._database.rows(
            f"SELECT kind, count(*) AS number FROM documents WHERE {_where(collection_ids)} AND kind != ''"
            " GROUP BY kind ORDER BY number DESC, kind",
            list(collection_ids),
        )
        return [(decode_name(row["kind"]), int(row["number"])) for row in rows]

    def folders(self, collection_ids: Sequence[str] = ()) -> dict[str, int]:
        """How many documents lie directly in each folder."""
        rows = self._database.rows(
            f"SELECT path FROM documents WHERE {_where(collection_ids)}", list(collection_ids)
        )
        return dict(Counter(os.path.dirname(decode_name(row["path"])) for row in rows))


def _where(collection_ids: Sequence[str]) -> str:
    among = f" AND collection_id IN ({', '.join('?' * len(collection_ids))})" if collection_ids else ""
    return "state = 'ready'" + among
