"""The questions written from a collection's own passages, and what asking them found, so that "before" survives."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable
from dataclasses import asdict

from desktop.core.errors import InternalError
from desktop.core.probes import Probe, ProbeRun, SearchSetup
from desktop.store.codec import clean
from desktop.store.database import Database


class ProbeStore:
    """Probes and their runs; both go with their collection."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def replace(self, collection_id: str, probes: Iterable[Probe]) -> None:
        """Put these probes in place of those that the collection had. Its runs are kept.

        Raises InternalError if the collection is gone.
        """
        with self._database.transaction() as connection:
            _check_there(connection, collection_id)
            connection.execute("DELETE FROM probes WHERE collection_id = ?", (collection_id,))
            connection.executemany(
                """INSERT INTO probes (id, collection_id, question, sentence, document_id, record_id, page, start,
                       "end", by_model)
                   VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)""",
                [
                    (
                        one.id,
                        collection_id,
                        clean(one.question),
                        clean(one.sentence),
                        one.document_id,
                        clean(one.record_id),
                        one.page,
                        one.start,
                        one.end,
                        one.by_model,
                    )
                    for one in probes
                ],
            )

    def probes(self, collection_id: str) -> list[Probe]:
        """The collection's probes, in the order in which they were written."""
        rows = self._database.rows(
            "SELECT * FROM probes WHERE collection_id = ? ORDER BY seq", (collection_id,)
        )
        return [_probe(row) for row in rows]

    def add_run(self, run: ProbeRun) -> None:
        """Keep a run. Raises InternalError if the collection is gone."""
        with self._database.transaction() as connection:
            _check_there(connection, run.collection_id)
            connection.execute(
                "INSERT INTO probe_runs (id, collection_id, taken, setup, ranks, first) VALUES (?, ?, ?, ?, ?, ?)",
                (
                    run.id,
                    run.collection_id,
                    run.taken,
                    json.dumps(asdict(run.setup)),
                    json.dumps(dict(run.ranks)),
                    json.dumps(dict(run.first)),
                ),
            )

    def runs(self, collection_id: str, limit: int = 20) -> list[ProbeRun]:
        """The collection's runs, the newest first."""
        rows = self._database.rows(
            "SELECT * FROM probe_runs WHERE collection_id = ? ORDER BY taken DESC, rowid DESC LIMIT ?",
            (collection_id, limit),
        )
        return [_run(row) for row in rows]


def _check_there(connection: sqlite3.Connection, collection_id: str) -> None:
    if not connection.execute("SELECT 1 FROM collections WHERE id = ?", (collection_id,)).fetchone():
        raise InternalError("The collection is not there any more.", details=collection_id)


def _probe(row: sqlite3.Row) -> Probe:
    return Probe(
        id=row["id"],
        collection_id=row["collection_id"],
        question=row["question"],
        sentence=row["sentence"],
        document_id=row["document_id"],
        record_id=row["record_id"],
        page=row["page"],
        start=row["start"],
        end=row["end"],
        by_model=bool(row["by_model"]),
    )


def _run(row: sqlite3.Row) -> ProbeRun:
    return ProbeRun(
        id=row["id"],
        collection_id=row["collection_id"],
        taken=row["taken"],
        setup=SearchSetup(**json.loads(row["setup"])),
        ranks=json.loads(row["ranks"]),
        first=json.loads(row["first"]),
    )
