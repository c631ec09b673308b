"""Turns texts into vectors with the fastest backend that gives the right ones."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from desktop.core.errors import ModelError
from desktop.engines.convert_embedder import CONVERTED, convert
from desktop.engines.embedder_facts import read_facts

Vectors = NDArray[np.float32]
BATCH = 8
UNRELATED = (
    "The train to the coast leaves at nine.",
    "Photosynthesis turns light into sugar.",
    "Der Vertrag endet im März.",
    "He scored twice in the second half.",
    "Add two eggs and stir well.",
    "Le prix du pétrole a baissé.",
)
"""Sentences with nothing in common: how near an embedder puts them tells what its cosines mean."""
FLOOR_FROM = 0.2

log = logging.getLogger(__name__)


class Backend(Protocol):
    """Runs the encoder on lists of token ids, several batches at once where it can."""

    def encode(self, tokens: list[list[int]]) -> Vectors:
        """Vectors of length one, shape (len(tokens), dimensions), in the order of `tokens`."""
        ...


def load_tokenizer(folder: Path) -> Any:
    """The tokenizer, without the truncation and padding to 128 that is baked into some files."""
    from tokenizers import Tokenizer

    tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    tokenizer.no_padding()
    tokenizer.no_truncation()
    return tokenizer


class Embedder:
    """An encoder in sentence-transformers' folder layout. Loaded when it is first used."""

    def __init__(self, folder: Path) -> None:
        """Raises ModelError if the folder does not hold an embedder."""
        self.name = folder.name
        self.facts = read_facts(folder)
        try:
            self._tokenizer = load_tokenizer(folder)
            self._backend = _backend(folder)
        except Exception as error:
            raise ModelError(
                f"The embedding model {folder.name} could not be loaded.",
                "Run the set-up again, or choose another one.",
                repr(error),
            ) from error
        self.dimensions = int(self.encode(["size"]).shape[1])
        self._floor: float | None = None

    def encode(self, texts: list[str]) -> Vectors:
        """Vectors of length one of passages, shape (len(texts), dimensions); what is too long is cut."""
        return self._encoded(texts, self.facts.passage)

    def query(self, texts: list[str]) -> Vectors:
        """The same of questions: some embedders want other words before them."""
        return self._encoded(texts, self.facts.query)

    def likeness(self, cosines: Vectors) -> Vectors:
        """Cosines as they would be if unrelated texts had about 0: some embedders give such texts 0.8."""
        if self._floor is None:
            vectors = self.encode(list(UNRELATED))
            pairs = (vectors @ vectors.T)[np.triu_indices(len(UNRELATED), 1)]
            self._floor = float(pairs.mean()) if pairs.mean() >= FLOOR_FROM else 0.0
        return np.asarray((cosines - self._floor) / (1 - self._floor), np.float32)

    def count(self, texts: list[str]) -> list[int]:
        """The number of tokens of each text, without the two special ones."""
        return [len(item.ids) for item in self._tokenizer.encode_batch_fast(texts, add_special_tokens=False)]

    def _encoded(self, texts: list[str], before: str) -> Vectors:
        if not texts:
            return np.zeros((0, self.dimensions), np.float32)
        said = [before + text for text in texts] if before else texts
        longest = self.facts.length
        ids = [item.ids for item in self._tokenizer.encode_batch_fast(said)]
        return self._backend.encode(
            [one if len(one) <= longest else [*one[: longest - 1], one[-1]] for one in ids]
        )


def _backend(folder: Path) -> Backend:
    """OpenVINO where it is installed and proved equal, else torch."""
    try:
        converted = folder / CONVERTED
        return OpenVinoBackend(converted if converted.exists() else convert(folder))
    except Exception:
        log.warning("the fast embedder is not available, torch is used", exc_info=True)
        return TorchBackend(folder)


class OpenVinoBackend:
    """OpenVINO on the processor (in bf16 where it has that), a stream for every core or two."""

    def __init__(self, path: Path) -> None:
        import openvino

        core = openvino.Core()
        compiled = core.compile_model(str(path), "CPU", {"PERFORMANCE_HINT": "THROUGHPUT"})
        self._queue = openvino.AsyncInferQueue(compiled)
        self._dimensions = int(compiled.output(0).partial_shape[1].get_length())

    def encode(self, tokens: list[list[int]]) -> Vectors:
        """See Backend."""
        vectors = np.zeros((len(tokens), self._dimensions), np.float32)

        def keep(request: Any, rows: list[int]) -> None:
            vectors[rows] = request.get_output_tensor(0).data

        self._queue.set_callback(keep)
        for rows, ids, mask in _batches(tokens):
            self._queue.start_async({"input_ids": ids, "attention_mask": mask}, rows)
        self._queue.wait_all()
        return vectors


class TorchBackend:
    """sentence-transformers on torch, where OpenVINO is not."""

    def __init__(self, folder: Path) -> None:
        from sentence_transformers import SentenceTransformer

        self._model = SentenceTransformer(str(folder), device="cpu", local_files_only=True)

    def encode(self, tokens: list[list[int]]) -> Vectors:
        """See Backend."""
        import torch

        vectors: Vectors | None = None
        for rows, ids, mask in _batches(tokens):
            with torch.inference_mode():
                features = {"input_ids": torch.from_numpy(ids), "attention_mask": torch.from_numpy(mask)}
                out = self._model(features)["sentence_embedding"].float().numpy()
            if vectors is None:
                vectors = np.zeros((len(tokens), out.shape[1]), np.float32)
            vectors[rows] = out / np.linalg.norm(out, axis=1, keepdims=True)
        assert vectors is not None
        return vectors


def _batches(tokens: list[list[int]]) -> Any:
    """Rows, ids and mask (batch, length) of texts of similar length, so that little is padded.

    A few texts are spread over two batches: in one they would keep one stream busy and leave the other idle.
    """
    order = sorted(range(len(tokens)), key=lambda row: len(tokens[row]))
    size = min(BATCH, -(-len(order) // 2))
    for first in range(0, len(order), size or 1):
        rows = order[first : first + size]
        length = len(tokens[rows[-1]])
        ids = np.zeros((len(rows), length), np.int64)
        mask = np.zeros((len(rows), length), np.int64)
        for line, row in enumerate(rows):
            ids[line, : len(tokens[row])] = tokens[row]
            mask[line, : len(tokens[row])] = 1
        yield rows, ids, mask
