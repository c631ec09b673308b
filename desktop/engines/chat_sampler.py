"""Chooses the next token. A grammar is asked about the token that was chosen, before it must look at all the others."""

from __future__ import annotations

import ctypes
import math
from collections.abc import Iterator
from typing import Any

from desktop.core.chat_requests import Sampling


def tokens(llama: Any, prompt: list[int], sampling: Sampling, grammar: Any) -> Iterator[int]:
    """Endlessly, the tokens that follow a prompt, of which `llama` holds the beginning but not the last token."""
    # llama_cpp's own order of samplers, and its freeing of them; its grammar stands before them all, and is left out.
    chain = llama._init_sampler(
        temp=sampling.temperature,
        top_k=sampling.top_k,
        top_p=sampling.top_p,
        min_p=sampling.min_p,
        typical_p=sampling.typical_p,
        repeat_penalty=sampling.repeat_penalty,
        presence_penalty=sampling.presence_penalty,
        frequency_penalty=sampling.frequency_penalty,
    )
    guard = None if grammar is None else _Guard(llama, chain, grammar)
    unread = prompt[llama.n_tokens :]
    while True:
        llama.eval(unread)
        token = chain.sample(llama._ctx) if guard is None else guard.sample()
        yield token
        unread = [token]


class _Guard:
    """A chain of samplers whose choice a grammar must allow.

    Holding every token of a vocabulary against a grammar takes longer than computing the next token with a small model,
    and the choice is nearly always allowed. Choosing again among the allowed ones where it is not leaves their
    probabilities as they are. The way is that of llama.cpp's own programs (common_sampler_sample).
    """

    def __init__(self, llama: Any, chain: Any, grammar: Any) -> None:
        import numpy as np
        from llama_cpp import _internals as internals

        self._llama = llama
        self._chain = chain
        self._grammar = internals.LlamaSampler()
        self._grammar.add_grammar(llama._model, grammar)
        kinds = [("id", np.int32), ("logit", np.float32), ("p", np.float32)]
        self._all = np.zeros(llama.n_vocab(), dtype=kinds)
        self._one = np.zeros(1, dtype=kinds)

    def sample(self) -> int:
        """The next token, which counts from now on as written."""
        self._fill()
        token = self._chosen()
        if not self._allows(token):
            self._fill()  # the samplers have sorted, cut and changed what was there
            self._apply(self._grammar, self._all)
            token = self._chosen()
        self._grammar.accept(token)
        self._chain.accept(token)
        return token

    def _fill(self) -> None:
        import numpy as np

        logits = self._llama._ctx.get_logits_ith(-1)
        self._all["id"] = np.arange(len(self._all), dtype=np.int32)
        self._all["logit"] = np.ctypeslib.as_array(logits, shape=self._all.shape)
        self._all["p"] = 0

    def _chosen(self) -> int:
        candidates = self._apply(self._chain, self._all)
        return int(candidates.data[candidates.selected].id)

    def _allows(self, token: int) -> bool:
        self._one["id"], self._one["logit"] = token, 1.0
        self._apply(self._grammar, self._one)
        return not math.isinf(self._one["logit"][0])

    def _apply(self, samplers: Any, tokens: Any) -> Any:
        import llama_cpp

        candidates = llama_cpp.llama_token_data_array(
            data=tokens.ctypes.data_as(llama_cpp.llama_token_data_p),
            size=len(tokens),
            selected=-1,
            sorted=False,
        )
        llama_cpp.llama_sampler_apply(samplers.sampler, ctypes.byref(candidates))
        return candidates
