"""What the checker of models is asked and what it answers."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from desktop.core.models import ModelSpec
from desktop.core.requests import Request


class CheckStage(StrEnum):
    """What the checker is about to do: where it dies, this tells why."""

    HEADER = "header"
    HASH = "hash"
    TEMPLATE = "template"
    LOAD = "load"
    SPEED = "speed"


@dataclass(frozen=True)
class CheckModel(Request):
    """Read a model file or folder as data, without a word to the libraries that would run it.

    An adapter is compared with the GGUF files `bases`. With `copy_to` the file or folder is copied there while it is
    read, beside its final name until it is whole. With a known `sha256` the bytes are not read.
    Yields CheckProgress, then ModelChecked. Raises ModelError.
    """

    path: str
    bases: tuple[str, ...] = ()
    copy_to: str = ""
    sha256: str = ""


@dataclass(frozen=True)
class TryModel(Request):
    """Load a GGUF file that was checked, or an adapter into its `base`, with a tiny context.

    With `measure` it writes a few words. Yields CheckProgress, then Measured (0 where nothing was). Raises ModelError.
    """

    path: str
    base: str = ""
    measure: bool = False


@dataclass(frozen=True)
class CheckProgress:
    """Before each stage and during it: bytes done of all, 0 where there is nothing to count."""

    stage: CheckStage
    done: int = 0
    total: int = 0


@dataclass(frozen=True)
class ModelChecked:
    """What is known of the model now; its `path` is the copy where there is one."""

    spec: ModelSpec


@dataclass(frozen=True)
class Measured:
    """Tokens a second, written one by one after a short prompt."""

    tokens_per_second: float


@dataclass(frozen=True)
class LookForGraphics(Request):
    """How much memory of graphics cards is free that llama.cpp can use. Answered with GraphicsFound."""


@dataclass(frozen=True)
class GraphicsFound:
    """Bytes, 0 where there is no such card."""

    free: int
