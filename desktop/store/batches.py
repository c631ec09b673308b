"""Batch runs and their results, each kept as soon as it is there."""

from __future__ import annotations

import json
import sqlite3
import time
import uuid
from collections.abc import Sequence
from dataclasses import asdict
from functools import cache

from pydantic import TypeAdapter, ValidationError

from desktop.core.batches import Batch, BatchItem, BatchPlan, ItemState
from desktop.core.errors import StorageError, UserError
from desktop.store.codec import clean
from desktop.store.database import Database

_COUNTED = """SELECT batches.*, count(batch_items.number) AS total,
    sum(batch_items.state = 'done') AS done, sum(batch_items.state = 'failed') AS failed
    FROM batches LEFT JOIN batch_items ON batch_items.batch_id = batches.id"""
KEPT_SECONDS = 86_400.0
"""So long a run that was taken away can be brought back."""


class BatchStore:
    """Raises StorageError where something cannot be read or kept."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, name: str, plan: BatchPlan, items: Sequence[BatchItem]) -> Batch:
        """Keep a new run with all that it will ask."""
        batch_id = uuid.uuid4().hex
        with self._database.transaction() as connection:
            connection.execute(
                "INSERT INTO batches (id, name, plan, created) VALUES (?, ?, ?, ?)",
                (batch_id, clean(name), clean(json.dumps(asdict(plan))), time.time()),
            )
            connection.executemany(_INSERT, [_values(batch_id, item) for item in items])
            oldest = time.time() - KEPT_SECONDS
            connection.execute("DELETE FROM batches WHERE deleted > 0 AND deleted < ?", (oldest,))
        return self.get(batch_id)

    def all(self) -> list[Batch]:
        """The newest first."""
        return [_batch(row) for row in self._database.rows(_ALL)]

    def get(self, batch_id: str) -> Batch:
        """Raises UserError where it is not there."""
        row = self._database.row(
            f"{_COUNTED} WHERE batches.id = ? AND deleted = 0 GROUP BY batches.id", (batch_id,)
        )
        if row is None:
            raise UserError("This batch run is not there any more.")
        return _batch(row)

    def items(self, batch_id: str, state: ItemState | None = None) -> list[BatchItem]:
        """What a run asks, in order, in one state where it is given."""
        sql, values = "SELECT * FROM batch_items WHERE batch_id = ?", [batch_id]
        if state is not None:
            sql, values = f"{sql} AND state = ?", [batch_id, state.value]
        return [_item(row) for row in self._database.rows(f"{sql} ORDER BY number", values)]

    def put(self, batch_id: str, item: BatchItem) -> None:
        """Keep what became of one."""
        with self._database.transaction() as connection:
            connection.execute(
                """UPDATE batch_items SET state = ?, answer = ?, note = ?, seconds = ?
                   WHERE batch_id = ? AND number = ?""",
                (item.state.value, clean(item.answer), clean(item.note), item.seconds, batch_id, item.number),
            )

    def wait_again(self, batch_id: str) -> int:
        """Let those that failed wait again; returns how many."""
        with self._database.transaction() as connection:
            done = connection.execute(
                "UPDATE batch_items SET state = 'waiting', note = '' WHERE batch_id = ? AND state = 'failed'",
                (batch_id,),
            )
        return done.rowcount

    def remove(self, batch_id: str) -> None:
        """Take a run away; `restore` brings it back, and a day later it is deleted with the next run that is made."""
        self._set_deleted(batch_id, time.time())

    def restore(self, batch_id: str) -> None:
        """Bring a run back."""
        self._set_deleted(batch_id, 0.0)

    def _set_deleted(self, batch_id: str, at: float) -> None:
        with self._database.transaction() as connection:
            connection.execute("UPDATE batches SET deleted = ? WHERE id = ?", (at, batch_id))


_ALL = f"{_COUNTED} WHERE deleted = 0 GROUP BY id ORDER BY created DESC"
_INSERT = "INSERT INTO batch_items VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"


def _values(batch_id: str, item: BatchItem) -> tuple[str | int | float, ...]:
    return (
        batch_id,
        item.number,
        clean(item.title),
        item.document_id,
        clean(item.record_id),
        clean(item.text),
        item.state.value,
        clean(item.answer),
        clean(item.note),
        item.seconds,
    )


@cache
def _adapter() -> TypeAdapter[BatchPlan]:
    return TypeAdapter(BatchPlan)


def _batch(row: sqlite3.Row) -> Batch:
    try:
        plan = _adapter().validate_python(json.loads(row["plan"]))
    except (ValueError, ValidationError) as error:
        raise StorageError("What is stored of a batch run is damaged.", details=str(error)) from error
    counts = (row["total"] or 0, row["done"] or 0, row["failed"] or 0)
    return Batch(row["id"], row["name"], plan, row["created"], *counts)


def _item(row: sqlite3.Row) -> BatchItem:
    return BatchItem(
        row["number"],
        row["title"],
        row["document_id"],
        row["record_id"],
        row["text"],
        ItemState(row["state"]),
        row["answer"],
        row["note"],
        row["seconds"],
    )
