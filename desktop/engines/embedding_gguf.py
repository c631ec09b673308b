"""Embeds with a GGUF model in llama.cpp: quantized embedders need a quarter of the memory, and no conversion."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Any

import numpy as np

from desktop.core.errors import ModelError
from desktop.engines.chat_open import default_threads, templates_unread
from desktop.engines.embedder_facts import MAX_TOKENS, EmbedderFacts, words_of_family
from desktop.engines.embedding import Embedder, Vectors
from desktop.engines.gguf_split import read_model_header


class GgufEmbedder(Embedder):
    """A GGUF file as an embedder. Its memory goes with the last reference: a search may still be using it when another
    model takes its place, and a closed model ends the process."""

    def __init__(self, path: Path) -> None:
        """Raises ModelError if the file is broken or gives no vectors."""
        self.name = path.stem
        header = read_model_header(path)
        architecture = header.text("general.architecture")
        length = min(MAX_TOKENS, header.number(f"{architecture}.context_length") or MAX_TOKENS)
        self.facts = EmbedderFacts(*words_of_family(path.stem), length)
        pooled = f"{architecture}.pooling_type" in header.keys
        self._llama = _opened(path, length, pooled)
        self._one_at_a_time = threading.Lock()  # two threads on one model end the process
        self._floor: float | None = None
        self.dimensions = int(self._llama.n_embd())

    def count(self, texts: list[str]) -> list[int]:
        """The number of tokens of each text, without special ones."""
        with self._one_at_a_time:
            return [len(self._llama.tokenize(text.encode("utf-8"), add_bos=False)) for text in texts]

    def _encoded(self, texts: list[str], before: str) -> Vectors:
        vectors = np.zeros((len(texts), self.dimensions), np.float32)
        for row, text in enumerate(texts):
            said = before + text
            with self._one_at_a_time:
                if not self._llama.tokenize(said.encode("utf-8")):
                    said = "."  # llama_cpp ends the process where there is no token at all
                vectors[row] = self._llama.embed(said, normalize=True, truncate=True)
        if not np.isfinite(vectors).all() or not vectors.any(axis=1).all():
            raise ModelError(
                f"The embedding model {self.name} gives no vectors that can be compared.",
                "Choose another one.",
            )
        return vectors


def _opened(path: Path, length: int, pooled: bool) -> Any:
    """The model, loaded to give one vector a text: pooled as its file says, else the mean of its tokens."""
    import llama_cpp

    kind = llama_cpp.LLAMA_POOLING_TYPE_UNSPECIFIED if pooled else llama_cpp.LLAMA_POOLING_TYPE_MEAN
    threads = default_threads()
    try:
        with templates_unread():
            return llama_cpp.Llama(
                model_path=str(path),
                embedding=True,
                pooling_type=kind,
                n_ctx=length,
                n_batch=length,
                n_ubatch=length,  # an encoder looks at a text as a whole
                n_threads=threads,
                n_threads_batch=threads,
                verbose=False,
            )
    except (ValueError, RuntimeError, OSError) as error:
        raise ModelError(
            f"The embedding model {path.stem} could not be loaded.",
            "It may be damaged, or there is not enough memory free; choose another one.",
            repr(error),
        ) from error
