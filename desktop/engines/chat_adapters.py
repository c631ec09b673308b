"""LoRA adapters of a loaded model: read once, then switched on and off between two turns."""

from __future__ import annotations

import ctypes
from pathlib import Path
from typing import Any

from desktop.core.chat_requests import AdapterUse
from desktop.core.errors import ModelError
from desktop.engines.adapter_check import halves, mismatch
from desktop.engines.gguf_file import GgufHeader, read_header


class Adapters:
    """The adapters of one model. What the model has read with others on must be forgotten after `use`."""

    def __init__(self, llama: Any, base: Path, header: GgufHeader) -> None:
        self._llama = llama
        self._base = base
        self._header = header
        self._read: dict[str, Any] = {}
        self.on: tuple[AdapterUse, ...] = ()

    def use(self, wanted: tuple[AdapterUse, ...]) -> None:
        """Have these on and no others. Raises ModelError where one is missing, damaged or for another model."""
        import llama_cpp

        if wanted == self.on:
            return
        pointers = [self._pointer(one.path) for one in wanted]
        count = len(pointers)
        array = (llama_cpp.llama_adapter_lora_p_ctypes * max(count, 1))(*pointers)
        scales = (ctypes.c_float * max(count, 1))(*(one.strength for one in wanted))
        if llama_cpp.llama_set_adapters_lora(self._llama._ctx.ctx, array, count, scales) != 0:
            raise ModelError("The adapter could not be switched on.", "Switch it off, and ask again.")
        self.on = wanted

    def _pointer(self, path: str) -> Any:
        import llama_cpp

        if path not in self._read:
            file = Path(path)
            if not file.is_file():
                raise ModelError(
                    f"The adapter {file.name} is not there any more.", "Switch it off, and ask again."
                )
            header = read_header(file)
            # llama.cpp says no more of an adapter that does not fit than that there is none.
            why = mismatch(header, self._header, halves(file.name, header))
            made = None if why else llama_cpp.llama_adapter_lora_init(self._llama._model.model, path.encode())
            if not made:
                raise ModelError(
                    f"The adapter {file.name} was made for another model than {self._base.name}.",
                    "Switch it off, or choose the model that it belongs to.",
                    why,
                )
            self._read[path] = made
        return self._read[path]
