"""The chat model's child process: llama.cpp behind three requests, with cancel at any moment."""

from __future__ import annotations

import codecs
import functools
import os
import re
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from desktop.core.cancel import CancelToken
from desktop.core.chat_requests import (
    CountTokens,
    Generate,
    Generated,
    GeneratedText,
    LoadModel,
    PromptRead,
    Sampling,
    TokenCounts,
)
from desktop.core.errors import Cancelled, InternalError, ModelError
from desktop.core.requests import Ping, Request
from desktop.engines.chat_grammar import Stops, compiled

BATCH = 256
"""Prompt tokens evaluated at once: between two batches a prompt can be stopped even without the callback."""


SEND_SECONDS = 0.03
"""Text goes out this often at most, as a window draws it: each message wakes the parent on a core that the model uses,
which costs 4 % of the speed when every token is one."""


class ChatEngine:
    """Serves the requests of core/chat_requests.py; keeps one model loaded."""

    def __init__(self) -> None:
        self._loaded: _Model | None = None

    def handle(self, request: Request, cancel: CancelToken) -> Iterator[object]:
        """See Engine."""
        match request:
            case CountTokens(LoadModel() as model, texts):
                loaded = self._load(model)
                yield TokenCounts(tuple(loaded.count(text) for text in texts), loaded.context_size)
            case Generate(LoadModel() as model):
                yield from self._load(model).generate(request, cancel)
            case Ping():
                yield f"chat {os.getpid()}"
            case _:
                raise InternalError(f"The chat engine does not know {type(request).__name__}.")

    def _load(self, model: LoadModel) -> _Model:
        if self._loaded is None or self._loaded.source != model:
            if self._loaded is not None:
                self._loaded.close()
                self._loaded = None
            self._loaded = _Model(model)
        return self._loaded


class _Model:
    """A loaded GGUF model with its chat template."""

    def __init__(self, source: LoadModel) -> None:
        """Raises ModelError where the file is missing, broken, or holds no chat model."""
        self.source = source
        self._llama = _open(source)
        self.context_size = int(self._llama.n_ctx())
        self._template = _template(self._llama, source)
        self._marks = _marks(self._llama)
        self._abort = _Abort(self._llama)

    def close(self) -> None:
        """Free the memory. Nothing may be called afterwards: llama.cpp would crash."""
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
        reused = self._reusable(prompt)
        start = time.perf_counter()
        self._llama.set_seed(request.sampling.seed)
        with self._abort.watching(cancel):
            self._read(prompt, cancel)
        yield PromptRead(len(prompt), reused)
        limit = min(request.sampling.max_tokens, room)
        count = 0
        decoder = codecs.getincrementaldecoder("utf-8")("replace")
        reason = "length" if limit < room or limit == request.sampling.max_tokens else "context"
        text, sent, stops = "", 0.0, Stops(request.sampling.stop)
        for token in self._tokens(prompt, request.sampling, grammar):
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

    def _prompt(self, request: Generate) -> list[int]:
        turns = [{"role": turn.role, "content": self._as_words(turn.content)} for turn in request.turns]
        rendered = self._template(messages=turns)
        has_bos = rendered.prompt.startswith(self._bos_text())
        encoded = rendered.prompt.encode("utf-8")
        return list(self._llama.tokenize(encoded, add_bos=not has_bos, special=True))

    def _as_words(self, text: str) -> str:
        """The text with the marks of the chat template broken up: quoted files must not end a turn or begin one."""
        return self._marks.sub(lambda mark: f"{mark.group()[0]} {mark.group()[1:]}", text)

    def _bos_text(self) -> str:
        token = self._llama.token_bos()
        return self._llama._model.token_get_text(token) if token >= 0 else "\0"

    def _reusable(self, prompt: list[int]) -> int:
        """How many tokens of the prompt are already in the model from the turn before."""
        known = self._llama.input_ids[: self._llama.n_tokens].tolist()
        same = 0
        for old, new in zip(known, prompt[:-1], strict=False):
            if old != new:
                break
            same += 1
        return same

    def _read(self, prompt: list[int], cancel: CancelToken) -> None:
        """Bring the prompt into the model, all but its last token, and stop within milliseconds when asked."""
        same = self._reusable(prompt)
        self._llama.n_tokens = same
        self._llama._ctx.kv_cache_seq_rm(-1, same, -1)
        try:
            for first in range(same, len(prompt) - 1, BATCH):
                cancel.check()
                self._llama.eval(prompt[first : min(first + BATCH, len(prompt) - 1)])
        except RuntimeError as error:
            # "llama_decode returned 2": the abort callback said stop; what is half done must not be built upon.
            self._llama.reset()
            self._llama._ctx.kv_cache_clear()
            if cancel.cancelled:
                raise Cancelled from None
            raise ModelError(
                "The model could not read the question.", "Try a shorter one.", str(error)
            ) from error

    def _tokens(self, prompt: list[int], sampling: Sampling, grammar: Any) -> Iterator[int]:
        return self._llama.generate(
            prompt,
            temp=sampling.temperature,
            top_k=sampling.top_k,
            top_p=sampling.top_p,
            min_p=sampling.min_p,
            typical_p=sampling.typical_p,
            repeat_penalty=sampling.repeat_penalty,
            presence_penalty=sampling.presence_penalty,
            frequency_penalty=sampling.frequency_penalty,
            grammar=grammar,
        )

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


def _open(source: LoadModel) -> Any:
    import llama_cpp

    path = Path(source.path)
    if not path.is_file():
        raise ModelError(
            f"The model file {path.name} is not there.",
            "Run the set-up again, or choose another model in Settings.",
        )
    threads = source.threads or default_threads()
    try:
        return llama_cpp.Llama(
            model_path=str(path),
            n_ctx=_context(path, source.context_size),
            n_batch=BATCH,
            n_threads=threads,
            n_threads_batch=threads,
            verbose=False,
        )
    except (ValueError, RuntimeError, OSError) as error:
        raise ModelError(
            f"{path.name} is not a model that can be loaded.",
            "It may be damaged; choose or download another.",
            repr(error),
        ) from error


def _context(path: Path, wanted: int) -> int:
    """The context asked for, but not more than the model was trained with: beyond it the answers fall apart."""
    import llama_cpp

    parameters = llama_cpp.llama_model_default_params()
    parameters.vocab_only = True
    model = llama_cpp.llama_model_load_from_file(str(path).encode("utf-8"), parameters)
    if not model:
        raise ValueError("not a GGUF model")
    trained = int(llama_cpp.llama_model_n_ctx_train(model))
    llama_cpp.llama_model_free(model)
    return min(wanted, trained) if trained > 0 else wanted


def _template(llama: Any, source: LoadModel) -> Any:
    """The model's own chat template, rendered in jinja's sandbox."""
    from llama_cpp.llama_chat_format import Jinja2ChatFormatter

    template = llama.metadata.get("tokenizer.chat_template")
    if not template:
        raise ModelError(
            f"{Path(source.path).name} is not a chat model: it has no chat template.", "Choose another."
        )
    names = {}
    for name, token in (("eos", llama.token_eos()), ("bos", llama.token_bos())):
        names[f"{name}_token"] = llama._model.token_get_text(token) if token >= 0 else ""
    return Jinja2ChatFormatter(template=template, **names)


def _marks(llama: Any) -> re.Pattern[str]:
    """What matches the model's control tokens, such as the one that ends a turn, where they are written out."""
    import llama_cpp

    vocab = llama._model.vocab
    found = [
        llama._model.token_get_text(token)
        for token in range(llama.n_vocab())
        if llama_cpp.llama_vocab_get_attr(vocab, token) & llama_cpp.LLAMA_TOKEN_ATTR_CONTROL
    ]
    longest_first = sorted((text for text in found if len(text) > 1), key=len, reverse=True)
    return re.compile("|".join(map(re.escape, longest_first)) or r"(?!)")


def default_threads() -> int:
    """All processors up to two; beyond, one is left free: with another process busy, spinning threads starve."""
    cores = os.cpu_count() or 1
    return cores if cores <= 2 else cores - 1


def create(options: Mapping[str, object]) -> ChatEngine:
    """No options: each request names its model."""
    return ChatEngine()
