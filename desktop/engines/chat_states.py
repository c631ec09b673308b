"""What models have read, kept aside by branch: going back to it costs a copy, not the reading again.

llama.cpp holds the keys and values of one conversation. Before it goes over to another, or to another branch of the
same, they are copied out; the copy whose beginning is that of the next prompt is copied in again.
"""

from __future__ import annotations

import ctypes
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from desktop.core.chat_requests import AdapterUse

MOST_BYTES = 1_000_000_000
"""Of all copies of one model together; the least recently used go first."""
WORTH = 16
"""Fewer tokens than these are read again sooner than copied."""

Adapters = tuple[AdapterUse, ...]


@dataclass(frozen=True)
class _State:
    tokens: list[int]
    adapters: Adapters
    data: ctypes.Array[ctypes.c_uint8]


class States:
    """The copies of one loaded model, the most recently used last."""

    def __init__(self, llama: Any, most_bytes: int = MOST_BYTES) -> None:
        self._llama = llama
        self._most = most_bytes
        self._kept: list[_State] = []

    @property
    def size(self) -> int:
        """Bytes of all copies."""
        return sum(len(state.data) for state in self._kept)

    def go_to(self, prompt: Sequence[int], adapters: Adapters, before: Adapters) -> int:
        """Bring back what is known of a prompt's beginning; how many of its tokens that are.

        The last token of a prompt is always read anew: what comes next follows from it. `before` are the adapters
        with which the model has read what it holds now: what was read with others is worth nothing.
        """
        held = self._held()
        same = common(held, prompt) if adapters == before else 0
        found, length = self._longest(prompt, adapters)
        if len(held) - same >= WORTH:
            self._keep(held, before)
        if found is not None and length >= same + WORTH and self._restore(found):
            same = length
        same = min(same, len(prompt) - 1)
        return same if self._cut(same) else 0

    def drop(self) -> None:
        """Free the copies."""
        self._kept.clear()

    def _held(self) -> list[int]:
        held: list[int] = self._llama.input_ids[: self._llama.n_tokens].tolist()
        return held

    def _longest(self, prompt: Sequence[int], adapters: Adapters) -> tuple[_State | None, int]:
        best: tuple[_State | None, int] = (None, 0)
        for state in self._kept:
            length = common(state.tokens, prompt) if state.adapters == adapters else 0
            if length > best[1]:
                best = (state, length)
        return best

    def _keep(self, tokens: list[int], adapters: Adapters) -> None:
        """Copy out what the model holds; a copy that is only its beginning is not needed any more."""
        import llama_cpp

        for state in self._kept:
            if state.adapters == adapters and state.tokens[: len(tokens)] == tokens:
                self._touch(state)
                return
        context = self._llama._ctx.ctx
        size = llama_cpp.llama_state_seq_get_size(context, 0)
        if size > self._most:
            return
        self._kept = [
            state
            for state in self._kept
            if state.adapters != adapters or tokens[: len(state.tokens)] != state.tokens
        ]
        while self.size + size > self._most:
            del self._kept[0]
        data = (ctypes.c_uint8 * size)()
        if llama_cpp.llama_state_seq_get_data(context, data, size, 0) == size:
            self._kept.append(_State(tokens, adapters, data))

    def _restore(self, state: _State) -> bool:
        import llama_cpp

        self._touch(state)
        self.clear()
        context = self._llama._ctx.ctx
        if not llama_cpp.llama_state_seq_set_data(context, state.data, len(state.data), 0):
            self.clear()
            return False
        self._llama.input_ids[: len(state.tokens)] = state.tokens
        self._llama.n_tokens = len(state.tokens)
        return True

    def _touch(self, state: _State) -> None:
        self._kept = [*(one for one in self._kept if one is not state), state]

    def _cut(self, length: int) -> bool:
        """Let the model forget all behind so many tokens. Some kinds of model can only forget everything."""
        if length and self._llama._ctx.kv_cache_seq_rm(-1, length, -1):
            self._llama.n_tokens = length
            return True
        self.clear()
        return False

    def clear(self) -> None:
        """Let the model forget what it holds; the copies stay."""
        self._llama.reset()
        self._llama._ctx.kv_cache_clear()


def common(one: Sequence[int], other: Sequence[int]) -> int:
    """How many tokens two texts begin with alike."""
    for number, (left, right) in enumerate(zip(one, other, strict=False)):
        if left != right:
            return number
    return min(len(one), len(other))
