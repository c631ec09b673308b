"""Offers the chat model, and the collections with it, to other programs on this computer, as OpenAI's interface.

It speaks through the same engines as the window: one loaded model, one queue, the same checks of each sentence. That is
why it is not llama-cpp-python's own server, which would load the model a second time and knows no collections.
"""

from __future__ import annotations

import asyncio
import base64
import contextlib
import json
import secrets
import socket
import struct
import threading
import time
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from desktop.core.cancel import CancelToken
from desktop.core.conversations import Message, MessageState
from desktop.core.endpoints import is_this_computer
from desktop.core.errors import Cancelled, DesksideError, UserError
from desktop.core.events import Answer, Event, Note, Token
from desktop.core.library_requests import Embed, Embeddings
from desktop.core.openai_interface import (
    ChatAsked,
    grounding_data,
    read_chat,
    read_embeddings,
    sources_below,
)
from desktop.engines.process import EngineLink, call
from desktop.services.answering import Answering
from desktop.services.library import Library

if TYPE_CHECKING:
    from starlette.applications import Starlette
    from starlette.requests import Request
    from starlette.responses import Response

ALONE = "deskside"
"""The name of the model without files; with a collection's name behind it, answers come from that one."""
PORT = 8111
MOST_BYTES = 8_000_000
POLL_SECONDS = 0.2


@dataclass(frozen=True)
class Serving:
    """The interface, listening only to programs on this computer."""

    answering: Answering
    library: Library
    search: EngineLink
    embedder: str

    def run(self, port: int = PORT, key: str = "", cancel: CancelToken | None = None) -> Iterator[Event]:
        """Listen until cancelled; yields a Note with the address first. `port` 0 takes any that is free.

        With a `key`, programs must send it. Raises UserError where the port is taken.
        """
        import uvicorn

        cancel = cancel or CancelToken()
        with _listening(port) as listener:
            config = uvicorn.Config(self.application(key), log_config=None, access_log=False, lifespan="off")
            server = uvicorn.Server(config)
            thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
            thread.start()
            try:
                yield Note(f"Listening at http://127.0.0.1:{listener.getsockname()[1]}/v1")
                while thread.is_alive() and not cancel.wait(POLL_SECONDS):
                    pass
            finally:
                server.should_exit = server.force_exit = True
                thread.join(5)
        cancel.check()

    def application(self, key: str = "") -> Starlette:
        """The three addresses of the interface."""
        from starlette.applications import Starlette
        from starlette.routing import Route

        served = _Served(self, key)
        return Starlette(
            routes=[
                Route("/v1/models", served.models, methods=["GET"]),
                Route("/v1/chat/completions", served.chat, methods=["POST"]),
                Route("/v1/embeddings", served.embeddings, methods=["POST"]),
            ]
        )

    def names(self) -> list[str]:
        """The models that other programs can choose."""
        return [ALONE, *(f"{ALONE}/{one.name}" for one in self.library.collections()), self.embedder]

    def collection(self, model: str) -> str:
        """The id of the collection that a model's name means, '' for none. Raises UserError."""
        wanted = model.removeprefix(f"{ALONE}/")
        if wanted in ("", ALONE):
            return ""
        found = next((one for one in self.library.collections() if one.name == wanted), None)
        if found is not None:
            return found.id
        if model.startswith(f"{ALONE}/"):
            raise UserError(f"There is no collection named “{wanted}”.")
        return ""  # programs with a fixed name of a model are served with the one there is

    def events(self, asked: ChatAsked, cancel: CancelToken) -> Iterator[Event]:
        """The answer to a request."""
        sampling = asked.sampling(self.answering.writer.sampling())
        collection, turns = self.collection(asked.model), asked.turns()
        yield from self.answering.answer(collection, turns, cancel, system=asked.system(), sampling=sampling)

    def embed(self, texts: tuple[str, ...]) -> Embeddings:
        """The vectors of texts."""
        return call(self.search, Embeddings, Embed(texts))


class _Served:
    """The handlers of one application."""

    def __init__(self, serving: Serving, key: str) -> None:
        self._serving = serving
        self._key = key

    async def models(self, request: Request) -> Response:
        """GET /v1/models."""
        from starlette.concurrency import run_in_threadpool
        from starlette.responses import JSONResponse

        if (refused := self._refused(request)) is not None:
            return refused
        names = await run_in_threadpool(self._serving.names)
        data = [{"id": name, "object": "model", "created": 0, "owned_by": "deskside"} for name in names]
        return JSONResponse({"object": "list", "data": data})

    async def chat(self, request: Request) -> Response:
        """POST /v1/chat/completions."""
        from starlette.concurrency import run_in_threadpool
        from starlette.responses import JSONResponse, StreamingResponse

        if (refused := self._refused(request)) is not None:
            return refused
        try:
            asked = read_chat(await _body(request))
            await run_in_threadpool(self._serving.collection, asked.model)
        except DesksideError as error:
            return _error(400, str(error))
        cancel, reply = CancelToken(), _Reply(asked.model or ALONE)
        pieces = _pieces(self._serving.events(asked, cancel), cancel, request)
        if asked.stream:
            return StreamingResponse(_lines(pieces, reply), media_type="text/event-stream")
        text, answer = "", None
        try:
            async for piece in pieces:
                if isinstance(piece, Message):
                    answer = piece
                else:
                    text += piece
        except DesksideError as error:
            return _error(400, str(error))
        if answer is None or answer.state is MessageState.FAILED:
            return _error(500, answer.note if answer else "Stopped.")
        return JSONResponse(reply.whole(text, answer))

    async def embeddings(self, request: Request) -> Response:
        """POST /v1/embeddings."""
        from starlette.concurrency import run_in_threadpool
        from starlette.responses import JSONResponse

        if (refused := self._refused(request)) is not None:
            return refused
        try:
            asked = read_embeddings(await _body(request))
            found = await run_in_threadpool(self._serving.embed, asked.texts)
        except DesksideError as error:
            return _error(400, str(error))
        coded = asked.encoding_format == "base64"
        data = [
            {"object": "embedding", "index": number, "embedding": _coded(vector) if coded else vector}
            for number, vector in enumerate(found.vectors)
        ]
        usage = {"prompt_tokens": 0, "total_tokens": 0}
        return JSONResponse({"object": "list", "model": self._serving.embedder, "data": data, "usage": usage})

    def _refused(self, request: Request) -> Response | None:
        """A page of the web that is open in a browser here must not reach the model: it sends an origin or, by a
        name that it made point to this computer, another host."""
        host = (request.headers.get("host") or "").rsplit(":", 1)[0].strip("[]")
        if not is_this_computer(host) or request.headers.get("origin"):
            return _error(403, "Only programs on this computer are answered.")
        if request.method == "POST" and "json" not in request.headers.get("content-type", ""):
            return _error(415, "Send JSON, and say so in Content-Type.")
        given = request.headers.get("authorization", "").removeprefix("Bearer ").encode()
        if self._key and not secrets.compare_digest(given, self._key.encode()):
            return _error(401, "The key is not right.")
        return None


class _Reply:
    """The JSON of one answer, whole or in pieces."""

    def __init__(self, model: str) -> None:
        self._head = {"id": f"chatcmpl-{secrets.token_hex(12)}", "created": int(time.time()), "model": model}

    def piece(self, text: str) -> dict[str, Any]:
        """A part of the text."""
        choice = {"index": 0, "delta": {"content": text}, "finish_reason": None}
        return {**self._head, "object": "chat.completion.chunk", "choices": [choice]}

    def end(self, answer: Message) -> dict[str, Any]:
        """What comes last."""
        choice = {"index": 0, "delta": {}, "finish_reason": _reason(answer)}
        return {**self._head, "object": "chat.completion.chunk", "choices": [choice], **_more(answer)}

    def whole(self, text: str, answer: Message) -> dict[str, Any]:
        """All at once."""
        timings = answer.timings
        usage = {
            "prompt_tokens": timings.prompt_tokens,
            "completion_tokens": timings.answer_tokens,
            "total_tokens": timings.prompt_tokens + timings.answer_tokens,
        }
        message = {"role": "assistant", "content": text}
        choice = {"index": 0, "message": message, "finish_reason": _reason(answer)}
        return {
            **self._head,
            "object": "chat.completion",
            "choices": [choice],
            "usage": usage,
            **_more(answer),
        }


def _more(answer: Message) -> dict[str, Any]:
    data = grounding_data(answer)
    return {"deskside": data} if data else {}


def _reason(answer: Message) -> str:
    most = answer.sampling.max_tokens if answer.sampling else 0
    return "length" if 0 < most <= answer.timings.answer_tokens else "stop"


async def _pieces(
    events: Iterator[Event], cancel: CancelToken, request: Request
) -> AsyncIterator[str | Message]:
    """The text of an answer as it comes, its sources, and at last the answer; who hangs up stops it."""
    loop = asyncio.get_running_loop()
    waiting: asyncio.Queue[Event | DesksideError | None] = asyncio.Queue()

    def work() -> None:
        end: DesksideError | None = None
        try:
            for event in events:
                loop.call_soon_threadsafe(waiting.put_nowait, event)
        except DesksideError as error:
            end = error
        except Cancelled:
            pass  # nobody listens any more
        with contextlib.suppress(RuntimeError):  # the server has ended meanwhile
            loop.call_soon_threadsafe(waiting.put_nowait, end)

    threading.Thread(target=work, daemon=True).start()
    try:
        while True:
            try:
                event = await asyncio.wait_for(waiting.get(), POLL_SECONDS)
            except TimeoutError:
                if await request.is_disconnected():
                    cancel.cancel()
                continue
            if event is None:
                return
            if isinstance(event, DesksideError):
                raise event
            if isinstance(event, Token):
                yield event.text
            elif isinstance(event, Answer):
                if below := sources_below(event.message):
                    yield below
                yield event.message
    finally:
        cancel.cancel()


async def _lines(pieces: AsyncIterator[str | Message], reply: _Reply) -> AsyncIterator[str]:
    """The answer as server-sent events."""
    try:
        async for piece in pieces:
            if isinstance(piece, str):
                yield _line(reply.piece(piece))
            elif piece.state is MessageState.FAILED:
                yield _line({"error": {"message": piece.note, "type": "server_error"}})
            else:
                yield _line(reply.end(piece))
    except DesksideError as error:
        yield _line({"error": {"message": str(error), "type": "invalid_request_error"}})
    yield "data: [DONE]\n\n"


def _line(data: dict[str, Any]) -> str:
    return f"data: {json.dumps(data, ensure_ascii=False)}\n\n"


async def _body(request: Request) -> bytes:
    """At most MOST_BYTES. Raises UserError."""
    body = b""
    async for part in request.stream():
        body += part
        if len(body) > MOST_BYTES:
            raise UserError(f"The request is longer than {MOST_BYTES / 1e6:.0f} MB.")
    return body


def _error(status: int, words: str) -> Response:
    from starlette.responses import JSONResponse

    kind = "invalid_request_error" if status < 500 else "server_error"
    return JSONResponse({"error": {"message": words, "type": kind}}, status_code=status)


def _coded(vector: tuple[float, ...]) -> str:
    """Little-endian float32 in base64, as OpenAI's own client asks for."""
    return base64.b64encode(struct.pack(f"<{len(vector)}f", *vector)).decode()


def _listening(port: int) -> socket.socket:
    """A socket that only this computer reaches. Raises UserError."""
    made = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    try:
        if hasattr(socket, "SO_EXCLUSIVEADDRUSE"):  # on Windows another program could else take the port over
            made.setsockopt(socket.SOL_SOCKET, socket.SO_EXCLUSIVEADDRUSE, 1)
        else:
            made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        made.bind(("127.0.0.1", port))
        made.listen(64)  # at once: whoever is told of the address may ask before the server is up
    except OSError as error:
        made.close()
        raise UserError(
            f"Port {port} is taken by another program.", "Choose another one.", str(error)
        ) from error
    return made
