"""How each collection is kept: by which embedder, and where its table lies. One small file a collection.

The file is the truth for both processes that have the index open, and for the next start; it is put in place whole, so
that a change of embedder or place is there for the next search, all at once.
"""

from __future__ import annotations

import json
import os
from dataclasses import asdict, dataclass
from pathlib import Path

from desktop.engines.candidates import safe


@dataclass(frozen=True)
class Setup:
    """`embedder` is the folder of the model, '' for the starter. `place` is what LanceDB opens (a folder, an object
    store, a server), '' for the index folder of the program. `table` is the name of the table there."""

    embedder: str = ""
    place: str = ""
    table: str = ""


class Setups:
    """The setups in the index folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._read: dict[str, tuple[int, Setup]] = {}

    def of(self, collection: str) -> Setup:
        """The setup of a collection; one that nobody has changed is as usual."""
        path = self._path(collection)
        try:
            changed = path.stat().st_mtime_ns
        except OSError:
            return Setup(table=usual_table(collection))
        known = self._read.get(collection)
        if known is None or known[0] != changed:
            known = self._read[collection] = (changed, _setup(path, collection))
        return known[1]

    def write(self, collection: str, setup: Setup) -> None:
        """Put a setup in the place of the one before."""
        path = self._path(collection)
        beside = path.with_suffix(".new")
        beside.write_text(json.dumps(asdict(setup)), "utf-8")
        os.replace(beside, path)
        self._read.pop(collection, None)

    def drop(self, collection: str) -> None:
        """Forget a setup."""
        self._path(collection).unlink(missing_ok=True)

    def _path(self, collection: str) -> Path:
        return self._folder / f"{safe(collection)}.setup.json"


def usual_table(collection: str) -> str:
    """The name of a collection's table where none was chosen."""
    return f"passages_{safe(collection)}"


def _setup(path: Path, collection: str) -> Setup:
    stored = json.loads(path.read_text("utf-8"))
    values = {name: str(stored.get(name, "")) for name in ("embedder", "place", "table")}
    return Setup(**{**values, "table": values["table"] or usual_table(collection)})
