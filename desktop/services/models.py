"""Which chat models are on this computer, and which one answers."""

from __future__ import annotations

from pathlib import Path

from desktop.core.chat_requests import LoadModel
from desktop.core.endpoints import Endpoint
from desktop.core.models import ModelSpec, installed_reranker
from desktop.core.paths import Paths
from desktop.core.remote_requests import RemoteModel
from desktop.services.endpoints import PREFIX, Endpoints
from desktop.services.settings import SettingsService

SMALL_MODEL_BYTES = 800_000_000
"""Below this a model is better with the few best sentences than with whole passages."""


class Models:
    """The starter model, the GGUF files in the models folder, and the addresses that are switched on."""

    def __init__(self, paths: Paths, settings: SettingsService, endpoints: Endpoints) -> None:
        self._paths = paths
        self._settings = settings
        self._endpoints = endpoints

    def chat_models(self) -> list[ModelSpec]:
        """The starter model first, then the person's own by name, then those at other addresses."""
        own = sorted(self._paths.models.glob("*.gguf")) if self._paths.models.is_dir() else []
        remote = [_remote(one) for one in self._endpoints.list() if one.enabled]
        return [self._starter(), *(_spec(path) for path in own), *remote]

    def current(self) -> ModelSpec:
        """The model that answers: the one chosen in Settings while it is there and switched on, else the starter."""
        chosen = self._settings.current.chat_model
        if (endpoint := self._endpoints.chosen(chosen)) is not None:
            return _remote(endpoint)
        if chosen and Path(chosen).is_file():
            return _spec(Path(chosen))
        return self._starter()

    def to_load(self) -> LoadModel | RemoteModel:
        """How an engine is to load the current model, or to ask it."""
        settings = self._settings.current
        if (endpoint := self._endpoints.chosen(settings.chat_model)) is not None:
            return self._endpoints.to_ask(endpoint)
        return LoadModel(self.current().path, settings.context_size, settings.threads)

    def reranker(self) -> ModelSpec | None:
        """The reranker that searches may use; None where the person has installed none."""
        return installed_reranker(self._paths.models)

    def is_small(self) -> bool:
        """Whether the current model is better with the few best sentences than with whole passages."""
        current = self.current()
        return not current.host and current.size_bytes < SMALL_MODEL_BYTES

    def _starter(self) -> ModelSpec:
        path = self._paths.starter_chat_model
        return ModelSpec("SmolLM2 135M (starter)", str(path), _size(path), starter=True)


def _remote(endpoint: Endpoint) -> ModelSpec:
    return ModelSpec(endpoint.name, PREFIX + endpoint.id, 0, host=endpoint.host)


def _spec(path: Path) -> ModelSpec:
    return ModelSpec(path.stem, str(path), _size(path))


def _size(path: Path) -> int:
    return path.stat().st_size if path.is_file() else 0
