"""The noun of the models page: a model on the disk and what is known of it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from desktop.core.endpoints import is_this_computer

PROJECTOR = "clip"
"""The architecture that the picture part of a vision model names itself by."""


class Purpose(StrEnum):
    """What a model is for."""

    CHAT = "chat"
    VISION = "vision"
    EMBEDDING = "embedding"
    RERANKING = "reranking"
    CAPTIONING = "captioning"
    ADAPTER = "adapter"


class ModelFormat(StrEnum):
    """How a model lies on the disk: one GGUF file, or a folder in one of three layouts."""

    GGUF = "gguf"
    HF = "hf"
    SENTENCE_TRANSFORMERS = "sentence-transformers"
    PEFT = "peft"


@dataclass(frozen=True)
class Shape:
    """The sizes that a model's memory follows from, as its file tells them.

    `kv_heads` has one number a layer (0 for layers without attention). `window` is the length of sliding-window
    attention and `window_layers` the number of layers that have it. `active_bytes` is what is read for each token:
    all weights, but for those experts that a token does not visit; 0 where it is not known.
    """

    kv_heads: tuple[int, ...] = ()
    heads: int = 0
    key_length: int = 0
    value_length: int = 0
    embedding: int = 0
    feed_forward: int = 0
    vocabulary: int = 0
    window: int = 0
    window_layers: int = 0
    active_bytes: int = 0

    @property
    def layers(self) -> int:
        return len(self.kv_heads)


@dataclass(frozen=True)
class ModelSpec:
    """A model on the disk. `starter` is the small one that comes with the program.

    `id` is its key in the registry, '' where it is not in it. `source` says where it came from in words ("Ollama",
    a repository, a path); `linked` that its file lies outside our models folder and is never deleted by us.
    `base` is the architecture or name that an adapter belongs to, `projector` the path of a vision model's picture
    part. `tokens_per_second` was measured on this computer, 0 where it was not.
    `host` is the computer that it answers on, where that is not told by a path: then `path` only names it.
    """

    name: str
    path: str
    size_bytes: int
    starter: bool = False
    host: str = ""
    id: str = ""
    purpose: Purpose = Purpose.CHAT
    format: ModelFormat = ModelFormat.GGUF
    parameters: int = 0
    quantization: str = ""
    architecture: str = ""
    context: int = 0
    licence: str = ""
    sha256: str = ""
    source: str = ""
    linked: bool = False
    base: str = ""
    projector: str = ""
    shape: Shape = Shape()
    tokens_per_second: float = 0.0
    added: float = 0.0
    note: str = ""

    @property
    def leaves(self) -> bool:
        """Whether what it is asked leaves this computer."""
        return bool(self.host) and not is_this_computer(self.host)


def is_one_score(config: dict[str, object]) -> bool:
    """Whether a config.json is that of a cross-encoder: a classifier of text with one score."""
    kinds, labels = config.get("architectures"), config.get("id2label")
    first = str(kinds[0]) if isinstance(kinds, list) and kinds else ""
    number = config.get("num_labels", 2)
    scores = len(labels) if isinstance(labels, dict) and labels else number
    return first.endswith("ForSequenceClassification") and scores == 1


def installed_reranker(models: Path, chosen: str = "") -> ModelSpec | None:
    """The reranker in the folder of the person's models: the one at the path chosen, else the first by name; None if
    there is none."""
    found = [path for path in models.iterdir() if path.is_dir()] if models.is_dir() else []
    folders = sorted(found, key=lambda path: (str(path) != chosen, path))
    for folder in folders:
        if _is_reranker(folder):
            size = sum(path.stat().st_size for path in folder.glob("*.safetensors"))
            return ModelSpec(folder.name, str(folder), size)
    return None


def _is_reranker(folder: Path) -> bool:
    """Whether a folder holds a cross-encoder, weights and a tokenizer."""
    try:
        config = json.loads((folder / "config.json").read_text("utf-8"))
    except (OSError, ValueError, RecursionError):
        return False
    one_score = isinstance(config, dict) and is_one_score(config)
    return one_score and (folder / "tokenizer.json").is_file() and any(folder.glob("*.safetensors"))
