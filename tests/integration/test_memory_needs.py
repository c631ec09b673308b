"""What the models page says that a model needs, held against what llama.cpp allocates for it."""

from __future__ import annotations

import ctypes
import re
from collections.abc import Iterator
from contextlib import contextmanager

import llama_cpp
import pytest
from llama_cpp import _logger

from desktop.core.fit import buffer_bytes, cache_bytes
from desktop.core.models import Shape
from desktop.core.paths import Paths
from desktop.engines.gguf_facts import spec_of
from desktop.engines.gguf_split import read_model_header

KINDS = {"f16": 1, "q4_0": 2, "q8_0": 8}
MODEL = Paths.default().starter_chat_model


@pytest.fixture(scope="module")
def shape() -> Shape:
    return spec_of(MODEL, read_model_header(MODEL)).shape


@contextmanager
def _log() -> Iterator[list[str]]:
    """What llama.cpp says meanwhile; nowhere else does it tell how much it has allocated."""
    lines: list[str] = []

    @llama_cpp.llama_log_callback
    def keep(_level: int, text: bytes, _data: object) -> None:
        lines.append(text.decode("utf-8", "replace"))

    llama_cpp.llama_log_set(keep, ctypes.c_void_p(0))
    try:
        yield lines
    finally:
        llama_cpp.llama_log_set(_logger.llama_log_callback, ctypes.c_void_p(0))


def _allocated(context: int, kind: str, flash_attention: bool) -> tuple[float, float]:
    """Bytes of the KV cache and of the buffers to compute in."""
    with _log() as lines:
        model = llama_cpp.llama_model_load_from_file(
            str(MODEL).encode(), llama_cpp.llama_model_default_params()
        )
        settings = llama_cpp.llama_context_default_params()
        settings.n_ctx, settings.n_batch, settings.n_ubatch = context, 512, 512
        settings.type_k = settings.type_v = KINDS[kind]
        settings.flash_attn_type = int(flash_attention)
        made = llama_cpp.llama_init_from_model(model, settings)
        assert made
        llama_cpp.llama_free(made)
        llama_cpp.llama_model_free(model)
    said = "".join(lines)
    cache = re.findall(r"KV buffer size = +([\d.]+) MiB", said)
    buffers = re.findall(r"compute buffer size = +([\d.]+) MiB", said)
    assert cache
    assert buffers
    return sum(map(float, cache)) * 2**20, float(buffers[-1]) * 2**20


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("context", [512, 2048, 4000, 8192])
def test_the_cache_is_what_llama_cpp_allocates(shape: Shape, context: int, kind: str) -> None:
    cache, buffers = _allocated(context, kind, flash_attention=True)
    assert cache_bytes(shape, context, kind) == pytest.approx(cache, rel=0.002)
    assert buffers * 0.97 < buffer_bytes(shape, context, flash_attention=True) < buffers * 1.25


@pytest.mark.parametrize("context", [2048, 8192])
def test_without_flash_attention_the_scores_need_room_too(shape: Shape, context: int) -> None:
    _cache, buffers = _allocated(context, "f16", flash_attention=False)
    assert buffers * 0.97 < buffer_bytes(shape, context) < buffers * 1.25
