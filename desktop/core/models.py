"""The noun of the models page: a model file and what is known of it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class ModelSpec:
    """A chat model on the disk. `starter` is the small one that comes with the program."""

    name: str
    path: str
    size_bytes: int
    starter: bool = False
