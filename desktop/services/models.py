"""Which chat models are on this computer, and which one answers."""

from __future__ import annotations

from pathlib import Path

from desktop.core.chat_requests import LoadModel
from desktop.core.models import ModelSpec, installed_reranker
from desktop.core.paths import Paths
from desktop.services.settings import SettingsService

SMALL_MODEL_BYTES = 800_000_000
"""Below this a model is better with the few best sentences than with whole passages."""


class Models:
    """The starter model and the GGUF files in the models folder."""

    def __init__(self, paths: Paths, settings: SettingsService) -> None:
        self._paths = paths
        self._settings = settings

    def chat_models(self) -> list[ModelSpec]:
        """The starter model first, then the person's own by name."""
        own = sorted(self._paths.models.glob("*.gguf")) if self._paths.models.is_dir() else []
        return [self._starter(), *(_spec(path) for path in own)]

    def current(self) -> ModelSpec:
        """The model that answers: the one chosen in Settings while its file is there, else the starter."""
        chosen = self._settings.current.chat_model
        if chosen and Path(chosen).is_file():
            return _spec(Path(chosen))
        return self._starter()

    def to_load(self) -> LoadModel:
        """How the chat engine is to load the current model."""
        settings = self._settings.current
        return LoadModel(self.current().path, settings.context_size, settings.threads)

    def reranker(self) -> ModelSpec | None:
        """The reranker that searches may use; None where the person has installed none."""
        return installed_reranker(self._paths.models)

    def is_small(self) -> bool:
        """Whether the current model is better with the few best sentences than with whole passages."""
        return self.current().size_bytes < SMALL_MODEL_BYTES

    def _starter(self) -> ModelSpec:
        path = self._paths.starter_chat_model
        return ModelSpec("SmolLM2 135M (starter)", str(path), _size(path), starter=True)


def _spec(path: Path) -> ModelSpec:
    return ModelSpec(path.stem, str(path), _size(path))


def _size(path: Path) -> int:
    return path.stat().st_size if path.is_file() else 0
