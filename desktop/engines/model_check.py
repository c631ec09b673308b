"""The engine that looks at model files: it reads their heads, and tries them where a crash costs only this process."""

from __future__ import annotations

import os
import statistics
import time
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from desktop.core.cancel import CancelToken
from desktop.core.errors import InternalError, ModelError
from desktop.core.model_requests import (
    CheckModel,
    CheckProgress,
    CheckStage,
    GraphicsFound,
    LookForGraphics,
    Measured,
    ModelChecked,
    TryModel,
)
from desktop.core.models import PROJECTOR, ModelSpec, Purpose
from desktop.core.requests import Ping, Request
from desktop.engines.adapter_check import matching_base
from desktop.engines.chat_open import default_threads
from desktop.engines.gguf_facts import spec_of
from desktop.engines.gguf_file import GgufHeader
from desktop.engines.gguf_split import read_model_header
from desktop.engines.gpu import free_bytes
from desktop.engines.model_copy import read_all
from desktop.engines.model_folder import folder_spec
from desktop.engines.template_check import check_template

CONTEXT, WORDS, FEWEST = 256, 48, 4
MEASURE_SECONDS = 1.5


class ModelCheck:
    """Serves CheckModel, TryModel and LookForGraphics. Nothing stays loaded between two requests."""

    def handle(self, request: Request, cancel: CancelToken) -> Iterator[object]:
        if isinstance(request, CheckModel):
            yield from _check(request, cancel)
        elif isinstance(request, TryModel):
            yield from _try(request, cancel)
        elif isinstance(request, LookForGraphics):
            yield GraphicsFound(free_bytes())
        elif isinstance(request, Ping):
            yield f"model check, process {os.getpid()}"
        else:
            raise InternalError(
                "The checker of models was asked something it does not know.", details=repr(request)
            )


def _describe(path: Path) -> tuple[ModelSpec, GgufHeader | None]:
    try:
        if path.is_dir():
            return folder_spec(path), None
    except OSError as error:
        raise ModelError(f"{path.name} cannot be read.", "Check that you may read it.", str(error)) from error
    header = read_model_header(path)
    return spec_of(path, header), header


def _check(request: CheckModel, cancel: CancelToken) -> Iterator[CheckProgress | ModelChecked]:
    path = Path(request.path)
    yield CheckProgress(CheckStage.HEADER)
    spec, header = _describe(path)
    if header is not None:
        if spec.purpose is Purpose.ADAPTER:
            base = matching_base(path, header, request.bases)
            spec = replace(spec, base=str(base))
        elif spec.purpose in (Purpose.CHAT, Purpose.VISION) and spec.architecture != PROJECTOR:
            _check_tokenizer(path, header)
            yield from _template(path, header)
    target = Path(request.copy_to) if request.copy_to else None
    digest = request.sha256
    for progress in read_all(path, target, cancel) if not digest else ():
        if isinstance(progress, str):
            digest = progress
        else:
            yield progress
    yield ModelChecked(replace(spec, sha256=digest, path=str(target or path)))


def _check_tokenizer(path: Path, header: GgufHeader) -> None:
    if not (header.text("tokenizer.ggml.model") and header.lengths.get("tokenizer.ggml.tokens")):
        raise ModelError(
            f"{path.name} cannot be used: there is no tokenizer in it.",
            "Download it again, or choose another.",
        )


def _template(path: Path, header: GgufHeader) -> Iterator[CheckProgress]:
    template = header.text("tokenizer.chat_template")
    if not template:
        raise ModelError(
            f"{path.name} is not a chat model: it has no chat template.",
            "Choose an “instruct” or “chat” version.",
        )
    yield CheckProgress(CheckStage.TEMPLATE)
    check_template(path.name, template)


def _try(request: TryModel, cancel: CancelToken) -> Iterator[CheckProgress | Measured]:
    yield CheckProgress(CheckStage.LOAD)
    speed = 0.0
    with _Loaded(Path(request.base or request.path)) as loaded:
        if request.base:
            loaded.adapter(Path(request.path))
        elif request.measure:
            yield CheckProgress(CheckStage.SPEED)
            speed = loaded.speed(cancel)
    yield Measured(speed)


class _Loaded:
    """A model in llama.cpp for as long as the block lasts. Raises ModelError if it does not load."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._threads = default_threads()
        self._llama: Any = None

    def __enter__(self) -> _Loaded:
        import llama_cpp

        try:
            self._llama = llama_cpp.Llama(
                model_path=str(self._path),
                n_ctx=CONTEXT,
                n_batch=64,
                n_threads=self._threads,
                n_threads_batch=self._threads,
                verbose=False,
            )
        except (ValueError, RuntimeError, OSError, AssertionError, UnicodeDecodeError) as error:
            raise ModelError(
                f"{self._path.name} cannot be used: the language engine does not load it.",
                "It may be damaged, or of a kind that is newer than this program.",
                repr(error),
            ) from error
        return self

    def __exit__(self, *_: object) -> None:
        self._llama.close()

    def adapter(self, path: Path) -> None:
        """Load an adapter into the model. Raises ModelError."""
        import llama_cpp

        adapter = llama_cpp.llama_adapter_lora_init(self._llama._model.model, str(path).encode("utf-8"))
        if not adapter:
            raise ModelError(
                f"{path.name} cannot be used: the language engine does not load this adapter.",
                "Export it again.",
            )
        llama_cpp.llama_adapter_lora_free(adapter)

    def speed(self, cancel: CancelToken) -> float:
        """Tokens a second, written one by one: the median, so that a hiccup of the computer does not count."""
        prompt = self._llama.tokenize(b"A letter to the whole office about the new opening hours.")
        vocabulary = self._llama.n_vocab()
        prompt = [token for token in prompt if 0 <= token < vocabulary] or [0]
        self._llama.eval(prompt[: CONTEXT // 2])
        took: list[float] = []
        ends = time.perf_counter() + MEASURE_SECONDS
        while len(took) < WORDS and (len(took) < FEWEST or time.perf_counter() < ends):
            cancel.check()
            begin = time.perf_counter()
            self._llama.eval([self._llama.sample(temp=0.0)])
            took.append(time.perf_counter() - begin)
        return 1 / max(statistics.median(took), 1e-6)


def create(options: Mapping[str, object]) -> ModelCheck:
    """No options: each request names its file."""
    return ModelCheck()
