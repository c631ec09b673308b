"""Opens a GGUF file as a chat model: checked, with its template, its control tokens and the context that it can see."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from desktop.core.chat_requests import LoadModel
from desktop.core.errors import ModelError
from desktop.core.fit import CACHE_BYTES
from desktop.engines.chat_template import ChatTemplate
from desktop.engines.gguf_file import GgufHeader, read_header
from desktop.engines.gpu import layers_to_put_there

BATCH = 256
"""Prompt tokens evaluated at once: between two batches a prompt can be stopped even without the callback."""


def open_model(source: LoadModel) -> tuple[Any, GgufHeader]:
    """The loaded model, and the head of its file. Raises ModelError where it is missing, broken or too large."""
    import llama_cpp

    path = Path(source.path)
    if not path.is_file():
        raise ModelError(
            f"The model file {path.name} is not there.",
            "Run the set-up again, or choose another model in Settings.",
        )
    header = read_header(path)
    layers = header.number(f"{header.text('general.architecture')}.block_count")
    threads = source.threads or default_threads()
    packed = source.cache_type != "f16"
    cache_type = llama_cpp.GGML_TYPE_Q8_0 if packed else None
    try:
        with templates_unread():
            llama = llama_cpp.Llama(
                model_path=str(path),
                n_ctx=context_to_use(header, source.context_size),
                n_batch=BATCH,
                n_threads=threads,
                n_threads_batch=threads,
                n_gpu_layers=layers_to_put_there(source.gpu_layers, layers, path.stat().st_size),
                flash_attn=source.flash_attention or packed,
                type_k=cache_type,
                type_v=cache_type,
                verbose=False,
            )
    except (ValueError, RuntimeError, OSError) as error:
        raise ModelError(
            f"{path.name} is not a model that can be loaded.",
            "It may be damaged, or there is not enough memory free; choose another.",
            repr(error),
        ) from error
    return llama, header


@contextmanager
def templates_unread() -> Iterator[None]:
    """Keep llama_cpp from compiling the file's chat templates: it would compute what stands in them without any limit.

    The one that is used is compiled by ChatTemplate.
    """
    from llama_cpp import llama_chat_format

    theirs = llama_chat_format.Jinja2ChatFormatter
    llama_chat_format.Jinja2ChatFormatter = _Unread
    try:
        yield
    finally:
        llama_chat_format.Jinja2ChatFormatter = theirs


class _Unread:
    """Stands where llama_cpp would have a compiled template."""

    def __init__(self, **_: object) -> None:
        pass

    def to_chat_handler(self) -> None:
        return None


def context_to_use(header: GgufHeader, wanted: int) -> int:
    """The context asked for, but not more than the model was trained with: beyond it the answers fall apart."""
    trained = header.number(f"{header.text('general.architecture')}.context_length")
    return min(wanted, trained) if trained > 0 else wanted


def template_of(llama: Any, source: LoadModel) -> ChatTemplate:
    """The model's own chat template. Raises ModelError where it has none, or one that does not work."""
    name = Path(source.path).name
    template = llama.metadata.get("tokenizer.chat_template")
    if not template:
        raise ModelError(f"{name} is not a chat model: it has no chat template.", "Choose another.")
    bos, eos = (
        llama._model.token_get_text(token) if token >= 0 else ""
        for token in (llama.token_bos(), llama.token_eos())
    )
    return ChatTemplate(name, template, bos=bos, eos=eos)


def cache_bytes(llama: Any, cache_type: str) -> int:
    """The KV cache of a loaded model; windows of attention, which make it smaller, are left out of account."""
    import llama_cpp

    model = llama._model.model
    width = llama_cpp.llama_model_n_embd(model) // max(llama_cpp.llama_model_n_head(model), 1)
    values = 2 * llama_cpp.llama_model_n_layer(model) * llama_cpp.llama_model_n_head_kv(model) * width
    return int(llama.n_ctx() * values * CACHE_BYTES[cache_type])


def marks_of(llama: Any) -> re.Pattern[str]:
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
