"""The noun of the models page: a model file and what is known of it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class ModelSpec:
    """A chat model on the disk. `starter` is the small one that comes with the program.

    `host` is the computer that it answers on, where that is not told by a path: then `path` only names it.
    """

    name: str
    path: str
    size_bytes: int
    starter: bool = False
    host: str = ""


def installed_reranker(models: Path) -> ModelSpec | None:
    """The reranker in the folder of the person's models, the first by name; None if there is none."""
    folders = sorted(path for path in models.iterdir() if path.is_dir()) if models.is_dir() else []
    for folder in folders:
        if _is_reranker(folder):
            size = sum(path.stat().st_size for path in folder.glob("*.safetensors"))
            return ModelSpec(folder.name, str(folder), size)
    return None


def _is_reranker(folder: Path) -> bool:
    """Whether a folder holds a cross-encoder: a classifier of text with one score, weights and a tokenizer."""
    try:
        config = json.loads((folder / "config.json").read_text("utf-8"))
        kinds = config.get("architectures") or [""]
        scores = len(config.get("id2label") or {}) or int(config.get("num_labels", 2))
    except (OSError, ValueError, TypeError, AttributeError):
        return False
    one_score = str(kinds[0]).endswith("ForSequenceClassification") and scores == 1
    return one_score and (folder / "tokenizer.json").is_file() and any(folder.glob("*.safetensors"))
