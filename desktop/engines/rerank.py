"""Puts found passages in order with a cross-encoder, which reads question and passage together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from desktop.core.cancel import CancelToken
from desktop.core.errors import ModelError
from desktop.engines.candidates import Scored, searched_text

LOOKED_AT = 50
"""How many of the best passages are read again; one of six layers takes 30 ms for each on two cores."""
BATCH = 8


class Reranker:
    """A cross-encoder in sentence-transformers' folder layout, with one score. Loaded when it is made."""

    def __init__(self, folder: Path) -> None:
        """Raises ModelError if the folder does not hold one."""
        self.folder = folder
        try:
            self._model = _load(folder)
        except Exception as error:
            raise ModelError(
                f"The reranker {folder.name} could not be loaded.",
                "Search without it, or take its folder out of the models folder.",
                repr(error),
            ) from error

    def order(self, query: str, found: Sequence[Scored], number: int, cancel: CancelToken) -> list[Scored]:
        """The passages with the best first, scored between 0 and 1. Those beyond the first `LOOKED_AT` (or `number`,
        if that is more) stay behind them in their order. Raises Cancelled."""
        read, rest = found[: max(LOOKED_AT, number)], found[max(LOOKED_AT, number) :]
        scores: list[float] = []
        for first in range(0, len(read), BATCH):
            cancel.check()
            part = read[first : first + BATCH]
            scores.extend(self._scores(query, [searched_text(scored.passage) for scored in part]))
        ordered = [replace(scored, score=score) for scored, score in zip(read, scores, strict=True)]
        ordered.sort(key=lambda scored: -scored.score)
        least = ordered[-1].score if ordered else 1.0
        return [*ordered, *(replace(scored, score=scored.score * least) for scored in rest)]

    def _scores(self, query: str, texts: Sequence[str]) -> list[float]:
        import torch

        pairs = [(query, text) for text in texts]
        values = self._model.predict(
            pairs, batch_size=BATCH, activation_fn=torch.nn.Sigmoid(), show_progress_bar=False
        )
        return [float(value) for value in values]


def _load(folder: Path) -> Any:
    """Safetensors only, and no code from the folder: a model is not to be trusted more than a document."""
    from sentence_transformers import CrossEncoder

    return CrossEncoder(
        str(folder),
        device="cpu",
        local_files_only=True,
        trust_remote_code=False,
        model_kwargs={"use_safetensors": True},
    )
