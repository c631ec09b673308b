"""Models at an address: llama.cpp's own server, for real, and servers that do everything wrong."""

from __future__ import annotations

import base64
import io
import json
import os
import socket
import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from PIL import Image

from desktop.core.cancel import CancelToken
from desktop.core.chat_requests import ChatTurn, Generate, Generated, GeneratedText, Sampling
from desktop.core.conversations import MessageState
from desktop.core.endpoints import PREFIX, EndpointPurpose
from desktop.core.errors import Cancelled, ModelError
from desktop.core.paths import Paths
from desktop.core.remote_requests import ListRemoteModels, RemoteModel, RemoteModels
from desktop.engines.process import EngineProcess, call
from desktop.services.all import Services
from tests.llama_server import llama_server


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    """The address of llama-cpp-python's server with the starter model, in a process of its own."""
    with llama_server("--n_ctx", "2048") as address:
        yield address


@pytest.fixture(scope="module")
def remote() -> Iterator[EngineProcess]:
    os.environ["OPENAI_API_KEY"] = "of another program"
    process = EngineProcess("The connection", "desktop.engines.remote")
    yield process
    process.stop()
    del os.environ["OPENAI_API_KEY"]


def _ask(address: str, model: str = "smol", question: str = "Say hello.", tokens: int = 12) -> Generate:
    sampling = Sampling(temperature=0.0, max_tokens=tokens)
    return Generate(RemoteModel(address, model, 2048, "key"), (ChatTurn("user", question),), sampling)


def test_a_real_server_tells_its_models_and_answers_in_pieces(server: str, remote: EngineProcess) -> None:
    assert call(remote, RemoteModels, ListRemoteModels(server)).names == ("smol",)
    messages = list(remote.request(_ask(server)))
    texts = [one.text for one in messages if isinstance(one, GeneratedText)]
    assert len(texts) > 2
    assert "hello" in "".join(texts).lower()
    assert isinstance(messages[-1], Generated)
    assert messages[-1].tokens == len(texts)


def test_an_answer_from_a_real_server_is_checked_against_the_files_like_any_other(
    server: str, home: Path
) -> None:
    services = Services(Paths(home, Paths.default().program))
    note = home / "note.txt"
    note.write_text("The key of the bicycle cellar hangs beside the door of the caretaker.", "utf-8")
    collection = services.library.create_collection("Notes")
    list(services.importing.import_files([note], collection.id))
    added = services.endpoints.add(server, "smol")
    services.endpoints.switch(added.id, True)
    services.settings.use(chat_model=PREFIX + added.id)
    conversation = services.conversations.create(collection.id)
    list(services.answering.ask(conversation.id, "Where is the key of the bicycle cellar?"))
    answer = services.conversations.messages(conversation.id)[-1]
    assert answer.state is MessageState.COMPLETE
    assert answer.grounding is not None
    assert answer.grounding.found
    assert answer.sentences
    (entry,) = services.endpoints.connections()
    assert entry.address == server
    assert entry.sent > 100
    services.close()


# --- servers that do it wrong


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    seen: list[tuple[str, str]]
    body: bytes
    reply: Callable[[BaseHTTPRequestHandler], None]


class _Handler(BaseHTTPRequestHandler):
    server: _Server

    def do_GET(self) -> None:
        self._serve()

    def do_POST(self) -> None:
        self.server.body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        self._serve()

    def _serve(self) -> None:
        self.server.seen.append((self.path, self.headers.get("Authorization", "")))
        self.server.reply(self)

    def log_message(self, *_: object) -> None:
        pass


def _sent(handler: BaseHTTPRequestHandler, status: int, body: bytes, kind: str = "application/json") -> None:
    handler.send_response(status)
    handler.send_header("Content-Type", kind)
    handler.send_header("Content-Length", str(len(body)))
    handler.end_headers()
    handler.wfile.write(body)


def _redirected(handler: BaseHTTPRequestHandler) -> None:
    handler.send_response(307)
    handler.send_header("Location", "/elsewhere")
    handler.send_header("Content-Length", "0")
    handler.end_headers()


def _broken_off(handler: BaseHTTPRequestHandler) -> None:
    handler.send_response(200)
    handler.send_header("Content-Type", "text/event-stream")
    handler.send_header("Content-Length", "100000")
    handler.end_headers()
    handler.wfile.write(b'data: {"choices":[{"index":0,"delta":{"content":"Half"}}]}\n\n')
    handler.wfile.flush()
    handler.connection.shutdown(socket.SHUT_RDWR)


@pytest.fixture
def wrong() -> Iterator[_Server]:
    server = _Server(("127.0.0.1", 0), _Handler)
    server.seen = []
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield server
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.mark.parametrize(
    ("reply", "words"),
    [
        (lambda h: _sent(h, 401, b'{"error":{"message":"no"}}'), "does not accept the key"),
        (lambda h: _sent(h, 404, b'{"error":{"message":"no"}}'), "does not know the model"),
        (lambda h: _sent(h, 429, b"{}"), "takes no more questions"),
        (lambda h: _sent(h, 400, b'{"error":{"message":"too\\nlong"}}'), "refused: too long"),
        (lambda h: _sent(h, 500, b"<html>oh</html>", "text/html"), "refused: error 500"),
        (lambda h: _sent(h, 200, b"<html>a page</html>", "text/html"), "sent no answer|did not answer"),
        (lambda h: _sent(h, 200, b"data: {not json\n\n", "text/event-stream"), "did not answer"),
        (lambda h: _sent(h, 200, b"data: [DONE]\n\n", "text/event-stream"), "sent no answer"),
        (lambda h: _sent(h, 200, b'data: {"choices":7}\n\n', "text/event-stream"), "did not answer"),
        (_broken_off, "could not be reached|did not answer"),
        (_redirected, "refused"),
    ],
)
def test_what_servers_do_wrong_is_said_in_a_sentence(
    wrong: _Server, remote: EngineProcess, reply: Callable[[BaseHTTPRequestHandler], None], words: str
) -> None:
    wrong.reply = reply
    with pytest.raises(ModelError, match=words):
        list(remote.request(_ask(f"http://127.0.0.1:{wrong.server_port}/v1")))
    assert {path for path, _ in wrong.seen} == {"/v1/chat/completions"}
    assert {key for _, key in wrong.seen} == {"Bearer key"}


def _says_red(handler: BaseHTTPRequestHandler) -> None:
    chunk = b'{"choices":[{"index":0,"delta":{"content":"It is red."},"finish_reason":null}]}'
    end = b'{"choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}'
    _sent(
        handler, 200, b"data: " + chunk + b"\n\ndata: " + end + b"\n\ndata: [DONE]\n\n", "text/event-stream"
    )


@pytest.mark.parametrize("purpose", [EndpointPurpose.VISION, EndpointPurpose.CHAT])
def test_an_attached_picture_is_shown_to_an_address_that_sees_and_to_no_other(
    wrong: _Server, home: Path, purpose: EndpointPurpose
) -> None:
    wrong.reply, address = _says_red, f"http://127.0.0.1:{wrong.server_port}/v1"
    picture = home / "square.png"
    Image.new("RGB", (2000, 1000), (250, 10, 10)).save(picture)
    services = Services(Paths(home, Paths.default().program))
    added = services.endpoints.add(address, "eyes", purpose=purpose)
    services.endpoints.switch(added.id, True)
    services.settings.use(chat_model=PREFIX + added.id)
    draft = services.attaching.begin()
    list(services.attaching.attach(draft, picture))
    (attached,) = services.attaching.ready(draft)
    chat = services.conversations.create()
    list(services.answering.ask(chat.id, "What colour is it?", document_ids=(attached.id,)))
    answer = services.conversations.messages(chat.id)[-1]
    assert answer.state is MessageState.COMPLETE
    assert "It is red." in answer.text
    content = json.loads(wrong.body)["messages"][-1]["content"]
    (entry,) = services.endpoints.connections()
    if purpose is EndpointPurpose.CHAT:
        assert isinstance(content, str)
        assert "a model for pictures is missing" in answer.note
        assert "picture" not in entry.purpose
    else:
        words, seen = content
        assert "What colour is it?" in words["text"]
        kind, _, data = seen["image_url"]["url"].partition(",")
        assert kind == "data:image/jpeg;base64"
        shown = Image.open(io.BytesIO(base64.b64decode(data)))
        assert shown.size == (1024, 512)
        assert shown.getpixel((500, 200))[0] > 230  # type: ignore[index]
        assert answer.note == ""
        assert entry.purpose == "Asked eyes, with 1 picture"
        assert entry.sent > 1024 * 512
    services.close()


def test_nobody_there(remote: EngineProcess) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        address = f"http://127.0.0.1:{free.getsockname()[1]}/v1"
    with pytest.raises(ModelError, match="could not be reached"):
        list(remote.request(_ask(address)))


def test_a_server_that_says_nothing_is_left_within_seconds(wrong: _Server, remote: EngineProcess) -> None:
    wrong.reply = lambda _: time.sleep(8)
    cancel = CancelToken()
    threading.Timer(0.5, cancel.cancel).start()
    begin = time.monotonic()
    with pytest.raises(Cancelled):
        list(remote.request(_ask(f"http://127.0.0.1:{wrong.server_port}/v1"), cancel))
    assert time.monotonic() - begin < 6
    wrong.reply = lambda h: _sent(h, 200, b'{"data":[{"id":"a"},{"id":"a"},{"id":"b"}]}')
    found = call(remote, RemoteModels, ListRemoteModels(f"http://127.0.0.1:{wrong.server_port}/v1"))
    assert found.names == ("a", "b")
    assert wrong.seen[-1] == ("/v1/models", "Bearer none")
