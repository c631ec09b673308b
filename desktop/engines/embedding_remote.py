"""Embeds at an OpenAI-compatible address: the texts leave this program, which the person has agreed to.

Interface: the embeddings of the OpenAI API, which vLLM, llama.cpp's server, Ollama and gateways serve, too.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from desktop.core.errors import ModelError
from desktop.core.remote_requests import RemoteModel
from desktop.engines.embedder_facts import EmbedderFacts, words_of_family
from desktop.engines.embedding import Embedder, Vectors
from desktop.engines.openai_client import client_of, host_of, in_words

AT_ONCE = 32
RETRIES = 3
"""A server that is busy for a moment must not fail a file of a long import."""
MOST_DIMENSIONS = 16_384


class RemoteEmbedder(Embedder):
    """An embedder that answers elsewhere. `count` is another one's tokenizer: the server's is not known."""

    def __init__(self, model: RemoteModel, count: Callable[[list[str]], list[int]]) -> None:
        """Asks for one vector, to know how long they are. Raises ModelError."""
        self.name, self.model, self._count = model.model, model, count
        query, passage = words_of_family(model.model)
        self.facts = EmbedderFacts(query, passage)
        self._client = client_of(model.address, model.key, RETRIES)
        self._floor = None
        self._at_once, self.dimensions = AT_ONCE, 0
        try:
            self.dimensions = int(self.encode(["size"]).shape[1])
        except BaseException:
            self.close()
            raise

    def count(self, texts: list[str]) -> list[int]:
        """About the number of tokens of each text."""
        return self._count(texts)

    def _encoded(self, texts: list[str], before: str) -> Vectors:
        step = self._at_once
        parts = [texts[first : first + step] for first in range(0, len(texts), step)]
        found = [self._asked([before + text for text in part]) for part in parts]
        return np.concatenate(found) if found else np.zeros((0, self.dimensions), np.float32)

    def _asked(self, texts: list[str]) -> Vectors:
        model = self.model
        with in_words(model.address, model.model):
            # Numbers, not base64, which not every server knows.
            answer = self._client.embeddings.create(model=model.model, input=texts, encoding_format="float")
            rows = sorted(answer.data, key=lambda one: int(one.index))
            vectors = np.stack([self._vector(one.embedding) for one in rows])
        width = self.dimensions or vectors.shape[-1]
        lengths = np.linalg.norm(vectors, axis=-1, keepdims=True)
        fits = vectors.shape == (len(texts), width) and 0 < width <= MOST_DIMENSIONS
        if not fits or not (np.isfinite(lengths) & (lengths > 0)).all():
            raise ModelError(
                f"{host_of(model.address)} did not send the vectors of an embedding model.",
                "Choose a model that is made for embedding.",
                f"{len(texts)} texts, vectors {vectors.shape}",
            )
        return np.asarray(vectors / lengths, np.float32)

    def _vector(self, numbers: Any) -> Vectors:
        """One vector. A server that does not pool sends one for each token: their mean is the usual pooling.

        llama-cpp-python's (0.3.36) then mixes up the texts of a batch, so each goes alone.
        """
        vector = np.asarray(numbers, np.float32)
        if vector.ndim != 2:
            return vector
        self._at_once = 1
        return np.asarray(vector.mean(axis=0), np.float32)

    def close(self) -> None:
        """Let go of the connection."""
        self._client.close()
