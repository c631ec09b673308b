"""How a collection is kept: by which embedder and where. A change copies it while searches go on in the old one."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from desktop.core.cancel import CancelToken
from desktop.core.errors import UserError
from desktop.core.events import Event, Note, Progress
from desktop.core.library_requests import ChangeCollection, CollectionSetup, DescribeSetup, RowsCopied
from desktop.core.models import ModelFormat, ModelSpec, Purpose
from desktop.engines.process import BACKGROUND, EngineLink, call
from desktop.services.models import Models
from desktop.store.catalogue import Catalogue


@dataclass(frozen=True)
class Keeping:
    """The embedder and the place of each collection."""

    catalogue: Catalogue
    library: EngineLink
    models: Models

    def embedders(self) -> list[ModelSpec]:
        """The models that a collection can be kept by: the starter first, those at addresses last."""
        here = [
            spec
            for spec in self.models.installed()
            if spec.purpose is Purpose.EMBEDDING
            and spec.format in (ModelFormat.SENTENCE_TRANSFORMERS, ModelFormat.GGUF)
            and Path(spec.path).exists()
        ]
        return [*here, *self.models.remote_embedders()]

    def setup(self, collection_id: str) -> CollectionSetup:
        """How a collection is kept now. Starts the engine where it does not run; blocks."""
        return call(self.library, CollectionSetup, DescribeSetup(collection_id))

    def change(
        self, collection_id: str, embedder: ModelSpec, place: str, cancel: CancelToken | None = None
    ) -> Iterator[Event]:
        """Keep a collection by another embedder or at another place, '' for the program's own folder.

        Yields Progress; cancelled, nothing has changed. Raises UserError while files are read, ModelError and
        StorageError.
        """
        collection = self.catalogue.collection(collection_id)
        if collection is None:
            raise UserError("This collection is not there any more.")
        begin = time.monotonic()
        request = ChangeCollection(
            collection_id, "" if embedder.starter else embedder.path, checked_place(place)
        )
        for message in self.library.request(request, cancel, priority=BACKGROUND):
            if isinstance(message, RowsCopied):
                seconds = (time.monotonic() - begin) / max(message.done, 1) * (message.total - message.done)
                words = f"{message.done:,} of {message.total:,} passages"
                yield Progress(message.done, message.total, words, seconds)
        kept_by = "" if embedder.starter else embedder.name
        self.catalogue.set_keeping(collection_id, kept_by, request.place)
        yield Note(f"{collection.name} is kept by {embedder.name} now.")


def checked_place(text: str) -> str:
    """A place as a person writes it: an address such as s3://bucket/library or db://name, or a whole path.

    Raises UserError for a path that does not say from where it begins.
    """
    place = text.strip()
    if place and "://" not in place:
        path = Path(place).expanduser()
        if not path.is_absolute():
            raise UserError("Where is this folder?", "Write the whole path, or choose it.")
        return str(path)
    return place
