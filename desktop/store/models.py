"""The registry of models: what is installed, checked and measured."""

from __future__ import annotations

import json
import sqlite3
import time
import uuid
from dataclasses import asdict, replace
from functools import cache

from pydantic import TypeAdapter, ValidationError

from desktop.core.errors import StorageError
from desktop.core.models import ModelSpec, Purpose
from desktop.store.codec import clean, encode_name
from desktop.store.database import Database


class ModelStore:
    """Models by id; a path is there once."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def put(self, spec: ModelSpec) -> ModelSpec:
        """Add a model, or replace what is known of the one at the same path. Returns it with its id."""
        with self._database.transaction() as connection:
            known = connection.execute(
                "SELECT * FROM models WHERE path = ?", (encode_name(spec.path),)
            ).fetchone()
            before = _spec(known) if known else None
            kept = replace(
                spec,
                id=before.id if before else uuid.uuid4().hex,
                added=before.added if before else time.time(),
                tokens_per_second=spec.tokens_per_second or (before.tokens_per_second if before else 0.0),
            )
            connection.execute(
                """INSERT INTO models (id, path, purpose, spec, tokens_per_second, added) VALUES (?, ?, ?, ?, ?, ?)
                   ON CONFLICT (path) DO UPDATE SET purpose = excluded.purpose, spec = excluded.spec,
                       tokens_per_second = excluded.tokens_per_second""",
                (
                    kept.id,
                    encode_name(kept.path),
                    kept.purpose.value,
                    clean(json.dumps(asdict(kept))),
                    kept.tokens_per_second,
                    kept.added,
                ),
            )
        return kept

    def all(self, purpose: Purpose | None = None) -> list[ModelSpec]:
        """The models in the order in which they were added."""
        where, values = ("WHERE purpose = ?", (purpose.value,)) if purpose else ("", ())
        return [
            _spec(row) for row in self._database.rows(f"SELECT * FROM models {where} ORDER BY seq", values)
        ]

    def get(self, model_id: str) -> ModelSpec | None:
        row = self._database.row("SELECT * FROM models WHERE id = ?", (model_id,))
        return _spec(row) if row else None

    def at(self, path: str) -> ModelSpec | None:
        """The model with this path."""
        row = self._database.row("SELECT * FROM models WHERE path = ?", (encode_name(path),))
        return _spec(row) if row else None

    def set_speed(self, model_id: str, tokens_per_second: float) -> None:
        """Keep what was measured."""
        with self._database.transaction() as connection:
            connection.execute(
                "UPDATE models SET tokens_per_second = ? WHERE id = ?", (tokens_per_second, model_id)
            )

    def remove(self, model_id: str) -> None:
        """Forget a model; its file is not touched."""
        with self._database.transaction() as connection:
            connection.execute("DELETE FROM models WHERE id = ?", (model_id,))


@cache
def _adapter() -> TypeAdapter[ModelSpec]:
    return TypeAdapter(ModelSpec)


def _spec(row: sqlite3.Row) -> ModelSpec:
    """The model of a row; fields that an older version did not write get their defaults."""
    try:
        spec = _adapter().validate_python(json.loads(row["spec"]))
    except (ValueError, ValidationError) as error:
        raise StorageError("What is stored of a model is damaged.", details=str(error)) from error
    return replace(spec, tokens_per_second=float(row["tokens_per_second"]))
