"""A loaded chat model: it counts, reads prompts, of which it knows the beginnings, and writes."""

from __future__ import annotations

import codecs
import functools
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from desktop.core.cancel import CancelToken
from desktop.core.chat_requests import (
    ChatTurn,
    Generate,
    Generated,
    GeneratedText,
    LoadModel,
    PromptRead,
)
from desktop.core.errors import Cancelled, ModelError
from desktop.engines.chat_adapters import Adapters
from desktop.engines.chat_grammar import Stops, compiled
from desktop.engines.chat_open import BATCH, cache_bytes, marks_of, open_model, template_of
from desktop.engines.chat_sampler import tokens
from desktop.engines.chat_states import States

SEND_SECONDS = 0.03
"""Text goes out this often at most, as a window draws it: each message wakes the parent on a core that the model uses,
which costs 4 % of the speed when every token is one."""


class ChatModel:
    """A GGUF model with its chat template, its adapters and what it has read."""

    def __init__(self, source: LoadModel) -> None:
        """Raises ModelError where the file is missing, broken, or holds no chat model."""
        self.source = source
        self._llama, header = open_model(source)
        self.context_size = int(self._llama.n_ctx())
        try:
            self._template = template_of(self._llama, source)
        except ModelError:
            self._llama.close()
            raise
        self._marks = marks_of(self._llama)
        self._abort = _Abort(self._llama)
        self._adapters = Adapters(self._llama, Path(source.path), header)
        self._states = States(self._llama)
        self._weights = Path(source.path).stat().st_size

    @property
    def size(self) -> int:
        """Bytes of memory that it takes: weights, KV cache, and the copies of what it has read."""
        return self._weights + cache_bytes(self._llama, self.source.cache_type) + self._states.size

    def close(self) -> None:
        """Free the memory. Nothing may be called afterwards: llama.cpp would crash."""
        self._states.drop()
        self._llama.close()

    def count(self, text: str) -> int:
        return len(self._llama.tokenize(text.encode("utf-8"), add_bos=False, special=False))

    def generate(
        self, request: Generate, cancel: CancelToken
    ) -> Iterator[PromptRead | GeneratedText | Generated]:
        """Yield the events of Generate. Raises ModelError if the prompt does not fit the context."""
        prompt = self._prompt(request)
        room = self.context_size - len(prompt)
        if room < 1:
            raise ModelError(
                f"The conversation is longer than the model's memory ({len(prompt):,} tokens).",
                "Start a new chat, or set a larger context in Settings.",
            )
        grammar = compiled(self._llama, request.schema, request.grammar)
        before = self._adapters.on
        self._adapters.use(request.adapters)
        start = time.perf_counter()
        reused = self._states.go_to(prompt, request.adapters, before)
        self._llama.set_seed(request.sampling.seed)
        with self._abort.watching(cancel):
            self._read(prompt, reused, cancel)
        yield PromptRead(len(prompt), reused)
        limit = min(request.sampling.max_tokens, room)
        count = 0
        decoder = codecs.getincrementaldecoder("utf-8")("replace")
        reason = "length" if limit < room or limit == request.sampling.max_tokens else "context"
        text, sent, stops = "", 0.0, Stops(request.sampling.stop)
        for token in tokens(self._llama, prompt, request.sampling, grammar):
            cancel.check()
            if self._is_end(token):
                reason = "stop"
                break
            count += 1
            text += stops.add(decoder.decode(self._llama.detokenize([token], special=False)))
            if stops.stopped:
                reason = "stop"
                break
            if text and time.perf_counter() - sent >= SEND_SECONDS:
                yield GeneratedText(text)
                text, sent = "", time.perf_counter()
            if count >= limit:
                break
        text += "" if stops.stopped else stops.add(decoder.decode(b"", final=True)) + stops.rest()
        if text:
            yield GeneratedText(text)
        yield Generated(count, reason, time.perf_counter() - start)
        if count and count >= limit < room:
            self._llama.eval([token])  # it was only chosen; the next turn would have to read it

    def _prompt(self, request: Generate) -> list[int]:
        turns = [ChatTurn(turn.role, self._as_words(turn.content)) for turn in request.turns]
        rendered = self._template.render(turns)
        has_bos = rendered.startswith(self._bos_text())
        return list(self._llama.tokenize(rendered.encode("utf-8"), add_bos=not has_bos, special=True))

    def _as_words(self, text: str) -> str:
        """The text with the marks of the chat template broken up: quoted files must not end a turn or begin one."""
        return self._marks.sub(lambda mark: f"{mark.group()[0]} {mark.group()[1:]}", text)

    def _bos_text(self) -> str:
        token = self._llama.token_bos()
        return self._llama._model.token_get_text(token) if token >= 0 else "\0"

    def _read(self, prompt: list[int], known: int, cancel: CancelToken) -> None:
        """Bring the prompt into the model, all but its last token, and stop within milliseconds when asked."""
        try:
            for first in range(known, len(prompt) - 1, BATCH):
                cancel.check()
                self._llama.eval(prompt[first : min(first + BATCH, len(prompt) - 1)])
        except RuntimeError as error:
            # "llama_decode returned 2": the abort callback said stop; what is half done must not be built upon.
            self._states.clear()
            if cancel.cancelled:
                raise Cancelled from None
            raise ModelError(
                "The model could not read the question.", "Try a shorter one.", str(error)
            ) from error

    def _is_end(self, token: int) -> bool:
        import llama_cpp

        return bool(llama_cpp.llama_vocab_is_eog(self._llama._model.vocab, token))


class _Abort:
    """llama.cpp's abort callback, which is asked between the nodes of the graph while a prompt is read.

    Set for that long only: while tokens are written one by one, some hundred questions for each cost 2 % of the speed,
    and between two tokens the engine looks itself.
    """

    def __init__(self, llama: Any) -> None:
        import llama_cpp

        self._token: CancelToken | None = None
        self._set = functools.partial(llama_cpp.llama_set_abort_callback, llama._ctx.ctx)
        self._callback = llama_cpp.ggml_abort_callback(self._asked)  # kept: ctypes does not hold a reference
        self._none = llama_cpp.ggml_abort_callback()

    @contextmanager
    def watching(self, token: CancelToken) -> Iterator[None]:
        """Within it, `token` stops the model."""
        self._token = token
        self._set(self._callback, None)
        try:
            yield
        finally:
            self._set(self._none, None)
            self._token = None

    def _asked(self, _: object) -> bool:
        return self._token is not None and self._token.cancelled
