"""The chat models' child process: llama.cpp behind three requests, with as many models as their memory allows."""

from __future__ import annotations

import ctypes
import gc
import os
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

from desktop.core.cancel import CancelToken
from desktop.core.chat_requests import CountTokens, Generate, LoadModel, TokenCounts
from desktop.core.errors import InternalError
from desktop.core.machine import this_machine
from desktop.core.requests import Ping, Request
from desktop.engines.chat_model import ChatModel


class ChatEngine:
    """Serves the requests of core/chat_requests.py; keeps the models of the last requests loaded."""

    def __init__(self) -> None:
        self._loaded: dict[LoadModel, ChatModel] = {}  # the most recently used last

    def handle(self, request: Request, cancel: CancelToken) -> Iterator[object]:
        """See Engine."""
        match request:
            case CountTokens(LoadModel() as model, texts):
                loaded = self._load(model)
                yield TokenCounts(tuple(loaded.count(text) for text in texts), loaded.context_size)
            case Generate(LoadModel() as model):
                yield from self._load(model).generate(request, cancel)
                self._make_room(model.budget_mb, 0)
            case Ping():
                yield f"chat {os.getpid()}"
            case _:
                raise InternalError(f"The chat engine does not know {type(request).__name__}.")

    def _load(self, model: LoadModel) -> ChatModel:
        """The model, loaded. The same file with other settings takes the place of itself."""
        found = self._loaded.pop(model, None)
        if found is None:
            for other in [one for one in self._loaded if one.path == model.path]:
                self._unload(other)
            path = Path(model.path)
            self._make_room(model.budget_mb, path.stat().st_size if path.is_file() else 0)
            found = ChatModel(model)
        self._loaded[model] = found
        self._make_room(model.budget_mb, 0)
        return found

    def _make_room(self, budget_mb: int, needed: int) -> None:
        """Unload the least recently used until the rest and `needed` bytes are within the budget.

        The last one stays where nothing else is needed: a model larger than the budget works, alone.
        """
        budget = budget_mb * 2**20 or this_machine().memory // 2
        keep = 0 if needed else 1
        while len(self._loaded) > keep and needed + sum(one.size for one in self._loaded.values()) > budget:
            self._unload(next(iter(self._loaded)))

    def _unload(self, model: LoadModel) -> None:
        self._loaded.pop(model).close()
        give_back()


def give_back() -> None:
    """Hand freed memory back to the system; glibc keeps small pieces, such as a vocabulary's, for itself."""
    gc.collect()
    if sys.platform == "linux":
        trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
        if trim is not None:
            trim(0)


def create(options: Mapping[str, object]) -> ChatEngine:
    """No options: each request names its model."""
    return ChatEngine()
