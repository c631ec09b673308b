"""Asks models at OpenAI-compatible addresses; the only engine that speaks to a network, in a child of its own.

Interface: the chat completions of the OpenAI API, which vLLM, llama.cpp's server, Ollama and gateways serve, too.
"""

from __future__ import annotations

import base64
import io
import json
import os
import time
from collections.abc import Iterator, Mapping
from typing import Any

from desktop.core.cancel import CancelToken
from desktop.core.chat_requests import (
    CountTokens,
    Generate,
    Generated,
    GeneratedText,
    Picture,
    PromptRead,
    TokenCounts,
)
from desktop.core.errors import InternalError, ModelError
from desktop.core.prompt_marks import without_marks
from desktop.core.remote_requests import ListRemoteModels, RemoteModel, RemoteModels
from desktop.core.requests import Ping, Request
from desktop.engines.openai_client import client_of, host_of, in_words

BYTES_A_TOKEN = 3
"""Tokens are only estimated, on the safe side: English has four bytes or more in one."""
MOST_NAMES = 500
LONGEST_ANSWER = 1_000_000
"""Characters; a server that never ends must not fill the memory."""


class RemoteEngine:
    """Serves the requests of core/chat_requests.py with a RemoteModel in them, and ListRemoteModels."""

    def handle(self, request: Request, cancel: CancelToken) -> Iterator[object]:
        """See Engine."""
        match request:
            case CountTokens(RemoteModel() as model, texts):
                counts = tuple(-(-len(text.encode("utf-8", "replace")) // BYTES_A_TOKEN) for text in texts)
                yield TokenCounts(counts, model.context_size)
            case Generate(RemoteModel() as model):
                yield from _generate(model, request, cancel)
            case ListRemoteModels(address, key):
                yield RemoteModels(_names(address, key))
            case Ping():
                yield f"remote {os.getpid()}"
            case _:
                raise InternalError(f"The engine for addresses does not know {type(request).__name__}.")


def _generate(model: RemoteModel, request: Generate, cancel: CancelToken) -> Iterator[object]:
    client = client_of(model.address, model.key)
    start = time.perf_counter()
    pieces = length = 0
    reason = "stop"
    with in_words(model.address, model.model), _stream(client, model, request) as stream:
        for chunk in stream:
            cancel.check()
            if not pieces:
                yield PromptRead(_prompt_tokens(request), 0)
            choice = chunk.choices[0] if chunk.choices else None
            if choice is None:
                continue
            text = (choice.delta.content if choice.delta else "") or ""
            if text:
                pieces += 1
                length += len(text)
                yield GeneratedText(text)
            if choice.finish_reason:
                reason = "length" if choice.finish_reason == "length" else "stop"
            if length > LONGEST_ANSWER:
                reason = "length"
                break
    if not pieces:
        raise ModelError(f"{host_of(model.address)} sent no answer.", "Ask again, or choose another model.")
    yield Generated(pieces, reason, time.perf_counter() - start)


def _stream(client: Any, model: RemoteModel, request: Generate) -> Any:
    """The answer's stream. Newer servers call the limit `max_completion_tokens` and refuse the old name."""
    import openai

    sampling = request.sampling
    settings: dict[str, Any] = {
        "model": model.model,
        "messages": _messages(request),
        "temperature": sampling.temperature,
        "top_p": sampling.top_p,
        "seed": sampling.seed,
        "presence_penalty": sampling.presence_penalty,
        "frequency_penalty": sampling.frequency_penalty,
        "stream": True,
    }
    if sampling.stop:
        settings["stop"] = list(sampling.stop)
    if request.schema:
        form = {"name": "answer", "schema": json.loads(request.schema), "strict": True}
        settings["response_format"] = {"type": "json_schema", "json_schema": form}
    try:
        return client.chat.completions.create(**settings, max_tokens=sampling.max_tokens)
    except openai.BadRequestError as error:
        if "max_completion_tokens" not in str(error):
            raise
    return client.chat.completions.create(**settings, max_completion_tokens=sampling.max_tokens)


def _messages(request: Generate) -> list[dict[str, Any]]:
    """The turns, and with the last one its pictures as JPEG in data URLs."""
    # Servers read the marks of their model's template out of any text: none of ours is to end a turn there.
    messages: list[dict[str, Any]] = [
        {"role": turn.role, "content": without_marks(turn.content)} for turn in request.turns
    ]
    if request.pictures:
        seen = [{"type": "image_url", "image_url": {"url": _data_url(one)}} for one in request.pictures]
        messages[-1]["content"] = [{"type": "text", "text": messages[-1]["content"]}, *seen]
    return messages


def _data_url(picture: Picture) -> str:
    from PIL import Image  # only where a picture is sent

    out = io.BytesIO()
    Image.frombytes("RGB", (picture.width, picture.height), picture.pixels).save(out, "JPEG", quality=85)
    return f"data:image/jpeg;base64,{base64.b64encode(out.getvalue()).decode('ascii')}"


def _names(address: str, key: str) -> tuple[str, ...]:
    with in_words(address, ""):
        listed = client_of(address, key).models.list().data
    names = [str(one.id) for one in listed or [] if str(getattr(one, "id", "") or "").strip()]
    return tuple(dict.fromkeys(names))[:MOST_NAMES]


def _prompt_tokens(request: Generate) -> int:
    return sum(-(-len(turn.content.encode("utf-8", "replace")) // BYTES_A_TOKEN) for turn in request.turns)


def create(options: Mapping[str, object]) -> RemoteEngine:
    """No options. What the environment says for other programs (keys, addresses) is not for this one."""
    for name in [one for one in os.environ if one.startswith("OPENAI_")]:
        del os.environ[name]
    return RemoteEngine()
