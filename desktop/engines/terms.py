"""How many passages of a collection each word stands in: what tells a rare word from a common one."""

from __future__ import annotations

import logging
import math
import sqlite3
from collections import Counter
from collections.abc import Iterable, Mapping
from pathlib import Path

from desktop.core.text import stems

log = logging.getLogger(__name__)


class TermStatistics:
    """Document frequencies in a small SQLite file beside the index, kept up to date by its only writer.

    They are statistics: after a crash between the two, or on a full disk, they may be off by a few documents, which
    changes nothing that a person could see.
    """

    def __init__(self, path: Path) -> None:
        self._connection = sqlite3.connect(path)
        self._connection.executescript(
            "PRAGMA journal_mode=WAL; PRAGMA synchronous=OFF;"
            "CREATE TABLE IF NOT EXISTS term (collection TEXT, word TEXT, passages INTEGER,"
            " PRIMARY KEY (collection, word)) WITHOUT ROWID;"
            "CREATE TABLE IF NOT EXISTS size (collection TEXT PRIMARY KEY, passages INTEGER);"
        )

    def add(self, collection: str, texts: Iterable[str], sign: int = 1) -> None:
        """Count passages in (`sign` 1) or out (-1)."""
        counted: Counter[str] = Counter()
        number = 0
        for text in texts:
            counted.update(set(stems(text)))
            number += 1
        try:
            self._count(collection, {word: sign * times for word, times in counted.items()}, sign * number)
        except sqlite3.OperationalError:
            log.warning("the passages were written, their words were not counted", exc_info=True)

    def _count(self, collection: str, words: Mapping[str, int], passages: int) -> None:
        with self._connection:
            self._connection.executemany(
                "INSERT INTO term VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET passages = passages + excluded.passages",
                [(collection, word, times) for word, times in words.items()],
            )
            self._connection.execute(
                "INSERT INTO size VALUES (?, ?) ON CONFLICT DO UPDATE SET passages = passages + excluded.passages",
                (collection, passages),
            )

    def drop(self, collection: str) -> None:
        """Forget a collection."""
        with self._connection:
            self._connection.execute("DELETE FROM term WHERE collection = ?", (collection,))
            self._connection.execute("DELETE FROM size WHERE collection = ?", (collection,))

    def weights(self, collection: str, stemmed: Iterable[str]) -> dict[str, float]:
        """The inverse document frequency of each stem: log((N + 1) / (df + 0.5)), never below 0."""
        row = self._connection.execute(
            "SELECT passages FROM size WHERE collection = ?", (collection,)
        ).fetchone()
        total = row[0] if row else 0
        weights: dict[str, float] = {}
        for word in stemmed:
            row = self._connection.execute(
                "SELECT passages FROM term WHERE collection = ? AND word = ?", (collection, word)
            ).fetchone()
            frequency = max(row[0], 0) if row else 0
            weights[word] = max(math.log((total + 1) / (frequency + 0.5)), 0.0)
        return weights
