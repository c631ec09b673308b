"""How much memory a model needs, whether that fits this computer, and how fast it may be.

Weights are what the file weighs. The KV cache follows from the file's own metadata: for each layer
context * kv heads * (key length + value length) values, with sliding-window layers only as far as they see
(llama.cpp keeps window + batch there). The buffer in which it computes is estimated from its largest parts: the
scores of attention and of the vocabulary for one batch.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from desktop.core.chat_requests import ALL_THAT_FIT
from desktop.core.machine import Machine
from desktop.core.models import Shape

BATCH = 512
"""Tokens that llama.cpp reads at once."""
CELLS = 256
"""llama.cpp rounds the cells of the KV cache up to a multiple of this."""
CACHE_BYTES = {"f32": 4.0, "f16": 2.0, "bf16": 2.0, "q8_0": 34 / 32, "q5_1": 24 / 32, "q5_0": 22 / 32,
               "q4_1": 20 / 32, "q4_0": 18 / 32}  # fmt: skip
"""Bytes a value of the KV cache: the quantized kinds have a scale, or a scale and an offset, for each 32."""
OVERHEAD = 60_000_000
"""What a process of the engine takes beside the model."""
SPARE_GRAPHICS = 600_000_000
"""Of a graphics card's memory, for the buffers in which it computes and for what else is drawn."""
KEEP_FREE_SHARE, KEEP_FREE = 0.08, 700_000_000
"""So much of the memory should stay free for other programs, in all at least."""


class Verdict(StrEnum):
    """Whether a model fits."""

    WELL = "fits well"
    TIGHT = "tight"
    NOT = "does not fit"


@dataclass(frozen=True)
class Fit:
    """What a model needs at a context of so many tokens, in bytes, and what that means here.

    `free_after` is what stays free of what is free now (negative where other programs must make room);
    `lacking` is how much more memory this computer would have to have. `share` of the layers, with their weights and
    their part of the conversation, is in a graphics card's own memory.
    """

    verdict: Verdict
    weights: int
    cache: int
    buffers: int
    context: int
    free_after: int
    lacking: int
    share: float = 0.0

    @property
    def needed(self) -> int:
        return self.weights + self.cache + self.buffers

    @property
    def on_card(self) -> int:
        return int((self.weights + self.cache) * self.share)


def cache_bytes(shape: Shape, context: int, kind: str = "f16") -> int:
    """The KV cache for a context of so many tokens."""
    values = sum(shape.kv_heads) * (shape.key_length + shape.value_length)
    if not shape.layers:
        return 0
    context = _cells(context)
    seen = min(context, _cells(shape.window + BATCH)) if shape.window else context
    # Which layers have the window is told as a number only: the average is exact where all layers are alike.
    full = (shape.layers - shape.window_layers) * context + shape.window_layers * seen
    return int(values / shape.layers * full * CACHE_BYTES[kind])


def _cells(context: int) -> int:
    return -(-context // CELLS) * CELLS


def buffer_bytes(shape: Shape, context: int, *, flash_attention: bool = False) -> int:
    """What is computed in, for one batch, in numbers of four bytes."""
    batch = min(BATCH, context)
    # One score for each head, and the mask of them all.
    scores = 0 if flash_attention else (shape.heads + 1) * _cells(context) * batch
    layer = batch * (4 * shape.embedding + 3 * shape.feed_forward)
    return 4 * (max(scores, batch * shape.vocabulary) + layer)


def fit(
    weights: int,
    shape: Shape,
    context: int,
    machine: Machine,
    kind: str = "f16",
    *,
    flash_attention: bool = False,
    gpu_layers: int = ALL_THAT_FIT,
) -> Fit:
    """Whether a model of so many bytes fits."""
    cache = cache_bytes(shape, context, kind)
    buffers = buffer_bytes(shape, context, flash_attention=flash_attention) + OVERHEAD
    needed = weights + cache + buffers
    share = _share_on_card(weights, cache, shape.layers, machine.graphics, gpu_layers)
    in_memory = needed - int((weights + cache) * share)
    keep = max(int(machine.memory * KEEP_FREE_SHARE), KEEP_FREE)
    lacking = max(0, in_memory + keep - machine.memory)
    free_after = machine.available - in_memory
    if lacking:
        verdict = Verdict.NOT
    else:
        verdict = Verdict.WELL if free_after >= keep else Verdict.TIGHT
    return Fit(verdict, weights, cache, buffers, context, free_after, lacking, share)


def layers_that_fit(layers: int, model_bytes: int, free: int) -> int:
    """As many of a model's layers, and its output as one more, as fit so many free bytes of a graphics card."""
    room = free - SPARE_GRAPHICS
    if room <= 0 or model_bytes <= 0:
        return 0
    return min(layers + 1, int((layers + 1) * room / model_bytes))


def _share_on_card(weights: int, cache: int, layers: int, graphics: int, wanted: int) -> float:
    """The part of a model that a graphics card takes, of weights and KV cache alike: both lie with their layer."""
    if not layers or not graphics:
        return 0.0
    put_there = layers_that_fit(layers, weights, graphics) if wanted == ALL_THAT_FIT else wanted
    room = max(0, graphics - SPARE_GRAPHICS) / max(weights + cache, 1)
    return min(put_there / (layers + 1), room, 1.0)


def expected_speed(active_bytes: float, measured: Sequence[tuple[float, float]]) -> float:
    """Tokens a second to expect of a model that reads so many bytes for each token; 0 where nothing was measured.

    Writing is bound by how fast the weights come out of the memory, so bytes a second are taken from the measured
    model nearest in size: `measured` has its bytes a token and its tokens a second.
    """
    usable = [(size, speed) for size, speed in measured if size > 0 and speed > 0]
    if not usable or active_bytes <= 0:
        return 0.0
    size, speed = min(usable, key=lambda one: max(one[0], active_bytes) / min(one[0], active_bytes))
    return size * speed / active_bytes
