"""What graphics card llama.cpp can compute on here, and how many layers of a model fit its free memory."""

from __future__ import annotations

import ctypes

from desktop.core.chat_requests import ALL_THAT_FIT
from desktop.core.fit import layers_that_fit

_GPU_KINDS = (1, 2)
"""ggml's numbers for graphics cards of their own, and those that share the computer's memory."""


def free_bytes() -> int:
    """Free memory of all graphics cards that llama.cpp can use, 0 where it can use none."""
    import llama_cpp
    from llama_cpp._ggml import libggml

    if not llama_cpp.llama_supports_gpu_offload():
        return 0
    libggml.ggml_backend_dev_count.restype = ctypes.c_size_t
    libggml.ggml_backend_dev_get.restype = ctypes.c_void_p
    libggml.ggml_backend_dev_get.argtypes = [ctypes.c_size_t]
    libggml.ggml_backend_dev_type.argtypes = [ctypes.c_void_p]
    size = ctypes.POINTER(ctypes.c_size_t)
    libggml.ggml_backend_dev_memory.argtypes = [ctypes.c_void_p, size, size]
    whole = 0
    for number in range(libggml.ggml_backend_dev_count()):
        device = libggml.ggml_backend_dev_get(number)
        if libggml.ggml_backend_dev_type(device) in _GPU_KINDS:
            free, total = ctypes.c_size_t(), ctypes.c_size_t()
            libggml.ggml_backend_dev_memory(device, ctypes.byref(free), ctypes.byref(total))
            whole += free.value
    return whole


def layers_to_put_there(wanted: int, layers: int, model_bytes: int) -> int:
    """How many of a model's layers the card is to compute: those wanted, or as many as fit."""
    free = free_bytes()
    if not free:
        return 0
    return layers_that_fit(layers, model_bytes, free) if wanted == ALL_THAT_FIT else min(wanted, layers + 1)
