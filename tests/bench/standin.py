"""The library's engine with a stand-in for the encoder: vectors of the same shape, some near each other, at once.

For measuring what grows with the number of passages where embedding them for real would take hours.
"""

from __future__ import annotations

import zlib
from collections.abc import Mapping
from pathlib import Path

import numpy as np

from desktop.engines.embedders import Embedders
from desktop.engines.embedding import Embedder, Vectors
from desktop.engines.library import LibraryEngine

CENTRES = 800
NOISE = 0.3


class StandIn(Embedder):
    """Counts tokens with the real tokenizer; a text's vector hangs on its words only by chance."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self._centres = np.random.default_rng(7).normal(size=(CENTRES, self.dimensions)).astype(np.float32)

    def encode(self, texts: list[str]) -> Vectors:
        if not hasattr(self, "_centres"):  # the real one asks for its size
            return super().encode(texts)
        rows = []
        for text in texts:
            chance = np.random.default_rng(zlib.crc32(text.encode("utf-8", "replace")))
            row = self._centres[chance.integers(CENTRES)] + NOISE * chance.normal(size=self.dimensions)
            rows.append(row / np.linalg.norm(row))
        return np.array(rows, np.float32).reshape(len(texts), self.dimensions)


class _StandIns(Embedders):
    def _load(self, place: Path) -> Embedder:
        return StandIn(place)


class StandInEngine(LibraryEngine):
    """The engine, with the stand-in where it embeds."""

    def __init__(self, index: Path, embedder: Path) -> None:
        super().__init__(index, embedder)
        self._embedders = _StandIns(embedder)


def create(options: Mapping[str, object]) -> StandInEngine:
    """Options as those of desktop.engines.library."""
    return StandInEngine(Path(str(options["index"])), Path(str(options["embedder"])))
