"""The embedders that the index works with: the starter, and beside it the one other that was used last."""

from __future__ import annotations

import threading
from collections.abc import Iterable
from pathlib import Path

from desktop.core.endpoints import PREFIX
from desktop.core.errors import ModelError
from desktop.core.remote_requests import RemoteModel
from desktop.engines.embedding import Embedder
from desktop.engines.embedding_gguf import GgufEmbedder
from desktop.engines.embedding_remote import RemoteEmbedder


class Embedders:
    """Loaded when first needed, from their folders or GGUF files, or reached at the addresses that are known."""

    def __init__(self, starter: Path) -> None:
        self.starter = starter
        self._loaded: dict[Path, Embedder] = {}
        self._addresses: dict[str, RemoteModel] = {}
        self._loading = threading.RLock()

    def know(self, addresses: Iterable[tuple[str, RemoteModel]]) -> None:
        """By which addresses may be embedded: the ids of endpoints, and how to ask each."""
        self._addresses = {PREFIX + identifier: model for identifier, model in addresses}

    def at(self, place: Path) -> Embedder:
        """The embedder in a folder or a GGUF file, or at an address, where `place` is PREFIX and its id.

        Raises ModelError.
        """
        with self._loading:
            if not self._is_current(place):
                for other in [one for one in self._loaded if one != self.starter]:
                    dropped = self._loaded.pop(other)
                    if isinstance(dropped, RemoteEmbedder):
                        dropped.close()
                self._loaded[place] = self._load(place)
            return self._loaded[place]

    def _is_current(self, place: Path) -> bool:
        known = self._loaded.get(place)
        if isinstance(known, RemoteEmbedder):
            return known.model == self._addresses.get(str(place))
        return known is not None

    def _load(self, place: Path) -> Embedder:
        if str(place).startswith(PREFIX):
            model = self._addresses.get(str(place))
            if model is None:
                raise ModelError(
                    "The address that this collection is kept by is switched off.",
                    "Switch it on in Settings, or choose another embedding model for the collection.",
                )
            return RemoteEmbedder(model, self.at(self.starter).count)
        if not place.exists():
            raise ModelError(
                f"The embedding model {place.name} is not there any more.",
                "Put it back, or choose another one for this collection.",
            )
        return Embedder(place) if place.is_dir() else GgufEmbedder(place)
