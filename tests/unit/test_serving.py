"""The interface for other programs on this computer: what it answers, and whom it refuses."""

from __future__ import annotations

import http.client
import json
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from desktop.core.cancel import CancelToken
from desktop.core.chat_requests import Generate
from desktop.core.errors import Cancelled, UserError
from desktop.core.events import Note
from desktop.core.openai_interface import read_chat
from desktop.engines.fake import FakeEngine
from desktop.services.all import Services
from tests.support import InProcess, make_services, wait_until, write_files


@contextmanager
def serving(services: Services, key: str = "") -> Iterator[int]:
    """The port of the interface while it listens."""
    cancel, told = CancelToken(), threading.Event()
    notes: list[str] = []

    def run() -> None:
        try:
            for event in services.serving.run(0, key, cancel):
                assert isinstance(event, Note)
                notes.append(event.words)
                told.set()
        except Cancelled:
            pass

    thread = threading.Thread(target=run)
    thread.start()
    try:
        assert told.wait(10)
        yield int(notes[0].rsplit(":", 1)[1].removesuffix("/v1"))
    finally:
        cancel.cancel()
        thread.join(10)
        assert not thread.is_alive()


def _asked(
    port: int, method: str, path: str, body: object = None, **headers: str
) -> tuple[int, dict[str, Any]]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    sent = body if isinstance(body, bytes) else json.dumps(body).encode() if body is not None else None
    names = {name.replace("_", "-"): value for name, value in headers.items()}
    connection.request(method, path, sent, {"Content-Type": "application/json", **names})
    answer = connection.getresponse()
    data = json.loads(answer.read())
    connection.close()
    return answer.status, data


def _question(text: str = "Where is the key?", **more: object) -> dict[str, object]:
    return {"messages": [{"role": "user", "content": text}], **more}


@pytest.fixture
def services(home: Path) -> Iterator[Services]:
    made = make_services(home, FakeEngine(says="The key hangs beside the door."))
    yield made
    made.close()


def test_an_answer_from_a_collection_comes_with_its_sources(services: Services, tmp_path: Path) -> None:
    collection = services.library.create_collection("House")
    paths = write_files(tmp_path, a="The key hangs beside the door of the cellar.")
    list(services.importing.import_files(paths, collection.id))
    with serving(services) as port:
        status, data = _asked(port, "GET", "/v1/models")
        assert [one["id"] for one in data["data"]][:2] == ["deskside", "deskside/House"]
        body = _question(model="deskside/House")
        status, data = _asked(port, "POST", "/v1/chat/completions", body)
    assert status == 200
    text = data["choices"][0]["message"]["content"]
    assert text.startswith("The key hangs beside the door.")
    assert "(a.txt, page 1)" in text
    assert data["deskside"]["quotes"][0]["document"] == "a.txt"
    assert data["deskside"]["sentences"][0]["supported"]
    assert services.conversations.list() == []


def test_what_a_program_wants_of_the_sampling_is_used_and_the_rest_is_as_the_person_set_it(
    services: Services,
) -> None:
    usual = services.answering.writer.sampling()
    body = _question(temperature=1.5, seed=-1, max_completion_tokens=7, logit_bias={})
    sampling = read_chat(json.dumps(body).encode()).sampling(usual)
    assert (sampling.temperature, sampling.seed, sampling.max_tokens) == (1.5, 2**31 - 1, 7)
    assert (sampling.top_p, sampling.min_p) == (usual.top_p, usual.min_p)


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b"{", "Invalid JSON"),
        (b"[]", "object"),
        ({"messages": []}, "messages"),
        ({"messages": [{"role": "tool", "content": "x"}]}, "role"),
        (_question(n=2), "n"),
        (_question(tools=[{"type": "function"}]), "tools"),
        (_question(model="deskside/Not there"), "no collection named"),
        ({"messages": [{"role": "assistant", "content": "x"}]}, "no question"),
        ({"messages": [{"role": "user", "content": [{"type": "image_url"}]}]}, "content"),
        (b'{"messages": "' + b"x" * 9_000_000 + b'"}', "longer than 8 MB"),
    ],
)
def test_what_is_not_served_is_refused_in_a_sentence(services: Services, body: object, words: str) -> None:
    with serving(services) as port:
        status, data = _asked(port, "POST", "/v1/chat/completions", body)
    assert status == 400
    assert words in data["error"]["message"]


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Host": "evil.example"}, 403),
        ({"Host": "127.0.0.1.evil.example:80"}, 403),
        ({"Origin": "https://evil.example"}, 403),
        ({"Content_Type": "text/plain"}, 415),
        ({}, 401),
        ({"Authorization": "Bearer wrong"}, 401),
        ({"Authorization": "Bearer right", "Host": "localhost"}, 200),
    ],
)
def test_a_page_in_a_browser_or_a_program_without_the_key_gets_nothing(
    services: Services, headers: dict[str, str], status: int
) -> None:
    with serving(services, key="right") as port:
        told, data = _asked(port, "POST", "/v1/chat/completions", _question(), **headers)
    assert told == status
    assert ("error" in data) == (status != 200)


def test_two_programs_at_once_both_get_their_whole_answer(home: Path) -> None:
    services = make_services(home, FakeEngine(says="word " * 50))
    answers: list[str] = []
    with serving(services) as port:

        def ask(stream: bool) -> None:
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
            body = json.dumps(_question(stream=stream))
            connection.request("POST", "/v1/chat/completions", body, {"Content-Type": "application/json"})
            answers.append(connection.getresponse().read().decode())
            connection.close()

        threads = [threading.Thread(target=ask, args=(bool(number % 2),)) for number in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(20)
        assert not any(thread.is_alive() for thread in threads)
    assert [answer.count("word") for answer in answers] == [50] * 4
    services.close()


def test_a_page_of_the_web_gets_no_leave_to_read(services: Services) -> None:
    with serving(services) as port:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
        asks = {"Origin": "https://evil.example", "Access-Control-Request-Method": "POST"}
        connection.request("OPTIONS", "/v1/chat/completions", headers=asks)
        answer = connection.getresponse()
        answer.read()
        connection.close()
    assert answer.status >= 400
    assert answer.getheader("Access-Control-Allow-Origin") is None


def test_a_port_that_is_taken(services: Services) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        with pytest.raises(UserError, match="is taken"):
            next(services.serving.run(taken.getsockname()[1]))


def test_who_hangs_up_stops_the_answer(home: Path) -> None:
    seen: list[str] = []

    def slowly(request: object, message: object) -> None:
        if isinstance(request, Generate):
            seen.append(type(message).__name__)
            threading.Event().wait(0.05)

    chat = InProcess(FakeEngine(says="word " * 2000))
    chat.during = slowly
    services = make_services(home, chat=chat)
    with serving(services) as port:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
        body = json.dumps(_question(stream=True))
        connection.request("POST", "/v1/chat/completions", body, {"Content-Type": "application/json"})
        assert connection.getresponse().readline().startswith(b"data: ")
        connection.sock.shutdown(socket.SHUT_RDWR)
        connection.close()
        assert wait_until(lambda: _still(seen), 10)
    assert len(seen) < 1500
    services.close()


def _still(seen: list[str]) -> bool:
    """Whether nothing more comes."""
    before = len(seen)
    threading.Event().wait(0.4)
    return len(seen) == before
