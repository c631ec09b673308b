"""The catalogue of models that a person may download: what each is for, and what it takes."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from desktop.core.errors import InternalError
from desktop.core.models import ModelFormat, Purpose, Shape

BITS = {"Q4_K_M": 4.9, "Q8_0": 8.5, "MXFP4": 4.65, "F16": 16.0, "BF16": 16.0, "F32": 32.0}
"""Bits a weight in a whole file, on average. The hub tells the exact size before a download."""


@dataclass(frozen=True)
class CatalogueEntry:
    """A model on the hub. `file` is the GGUF file, '' for a folder; `projector` the picture part of a vision model.

    `active_parameters` take part in each token (of a mixture of experts only some do), 0 for all. `quality` orders
    the models of a purpose, the best highest. Sizes and hashes are not kept here: the hub has them, for the revision
    that is downloaded. `aside` is the size of the projector in parameters.
    """

    id: str
    name: str
    purpose: Purpose
    repo: str
    quantization: str
    parameters: int
    licence: str
    context: int
    languages: str
    about: str
    quality: int
    file: str = ""
    projector: str = ""
    aside: int = 0
    active_parameters: int = 0
    format: ModelFormat = ModelFormat.GGUF
    layers: int = 0
    kv_heads: int = 0
    heads: int = 0
    head_length: int = 0
    embedding: int = 0
    feed_forward: int = 0
    vocabulary: int = 0
    window: int = 0
    window_layers: int = 0

    @property
    def size_bytes(self) -> int:
        """About how large the download is."""
        return int(self.parameters * BITS[self.quantization] / 8 + self.aside * 2)

    @property
    def shape(self) -> Shape:
        share = self.active_parameters / self.parameters if self.active_parameters else 1.0
        return Shape(
            kv_heads=(self.kv_heads,) * self.layers,
            heads=self.heads,
            key_length=self.head_length,
            value_length=self.head_length,
            embedding=self.embedding,
            feed_forward=self.feed_forward,
            vocabulary=self.vocabulary,
            window=self.window,
            window_layers=self.window_layers,
            active_bytes=int(self.parameters * BITS[self.quantization] / 8 * share),
        )


def read_catalogue(path: Path) -> tuple[CatalogueEntry, ...]:
    """The entries of the file that comes with the program. Raises InternalError."""
    try:
        found = TypeAdapter(tuple[CatalogueEntry, ...]).validate_python(json.loads(path.read_text("utf-8")))
    except (OSError, ValueError, ValidationError) as error:
        raise InternalError(
            "The list of models could not be read.", "Install Deskside again.", str(error)
        ) from error
    return found
