"""A collection that is kept by an embedding model at an address: a real server, and servers that send nonsense."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import numpy as np
import pytest

from desktop.core.endpoints import PREFIX, EndpointPurpose
from desktop.core.errors import ModelError
from desktop.core.library_requests import CollectionSetup, Search
from desktop.core.paths import Paths
from desktop.core.remote_requests import RemoteModel
from desktop.engines.embedding_remote import AT_ONCE, RemoteEmbedder
from desktop.services.all import Services
from tests.llama_server import llama_server
from tests.support import write_files


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    with llama_server("--n_ctx", "512", "--embedding", "true") as address:
        yield address


def _lengths(texts: list[str]) -> list[int]:
    return [len(text.split()) for text in texts]


def test_a_real_server_embeds_in_the_order_of_the_texts(server: str) -> None:
    embedder = RemoteEmbedder(RemoteModel(server, "smol", 512), _lengths)
    texts = [f"Note {number} of the house." for number in range(AT_ONCE + 3)]
    vectors = embedder.encode(texts)
    assert vectors.shape == (len(texts), embedder.dimensions)
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-4)
    assert np.argmax(vectors @ embedder.encode([texts[-1]])[0]) == len(texts) - 1
    assert embedder.count(["one two"]) == [2]
    embedder.close()


def test_a_collection_is_kept_by_an_address_and_the_ledger_says_so(
    server: str, home: Path, tmp_path: Path
) -> None:
    services = Services(Paths(home, Paths.default().program))
    paths = write_files(tmp_path / "in", a="The key hangs beside the door.", b="The lift is repaired in May.")
    collection = services.library.create_collection("Notes")
    list(services.importing.import_files(paths, collection.id))
    added = services.endpoints.add(server, "smol", purpose=EndpointPurpose.EMBEDDING)
    assert [one.starter for one in services.keeping.embedders()] == [True]  # off until it is switched on
    services.endpoints.switch(added.id, True)
    assert all(spec.path != PREFIX + added.id for spec in services.models.chat_models())
    spec = services.keeping.embedders()[-1]
    assert (spec.name, spec.host, spec.leaves) == ("smol at 127.0.0.1", "127.0.0.1", False)
    assert services.endpoints.connections() == ()
    list(services.keeping.change(collection.id, spec, ""))
    assert services.keeping.setup(collection.id) == CollectionSetup(PREFIX + added.id, "")
    assert [one.purpose for one in services.endpoints.connections()] == ["Embedded all passages by smol"]

    (hit, *_) = services.searching.search(
        Search(collection.id, "The key hangs beside the door.", 2, "vector")
    ).hits
    assert hit.document == "a.txt"
    (later,) = write_files(tmp_path / "in", c="The bicycle cellar has a new lamp.")
    list(services.importing.import_files([later], collection.id))
    entries = services.endpoints.connections()
    assert [one.purpose for one in entries[:2]] == [
        "Embedded passages by smol",
        "Embedded a question by smol",
    ]
    assert [one.sent for one in entries[:2]] == [34, 30]
    assert all(one.address == server for one in entries)

    services.endpoints.switch(added.id, False)
    asked = len(services.endpoints.connections())
    with pytest.raises(ModelError, match="is switched off"):
        services.searching.search(Search(collection.id, "key", 2))
    assert len(services.endpoints.connections()) == asked
    list(services.keeping.change(collection.id, services.keeping.embedders()[0], ""))
    assert services.searching.search(Search(collection.id, "lamp", 2)).hits
    assert len(services.endpoints.connections()) == asked
    services.close()


class _Handler(BaseHTTPRequestHandler):
    answer: object = None

    def do_POST(self) -> None:
        length = int(self.headers["Content-Length"])
        asked = json.loads(self.rfile.read(length))
        vectors = self.answer(asked["input"]) if callable(self.answer) else self.answer
        data = [{"index": number, "embedding": one} for number, one in enumerate(vectors)]  # type: ignore[arg-type]
        body = json.dumps({"object": "list", "data": data, "model": "x"}).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Quiet."""


@pytest.mark.parametrize(
    "answer",
    [[], [[1.0, 2.0], [1.0, 2.0]], [[0.0, 0.0]], [[float("nan"), 1.0]], [["a", "b"]], [[]], [None], 7],
    ids=["none", "too many", "zeros", "not numbers", "words", "empty", "null", "no list"],
)
def test_vectors_that_are_none_are_refused_in_a_sentence(answer: object) -> None:
    handler = type("Handler", (_Handler,), {"answer": answer if answer != 7 else [{"x": 1}]})
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        address = f"http://127.0.0.1:{server.server_address[1]}/v1"
        with pytest.raises(ModelError, match=r"did not (send the vectors|answer as a model)"):
            RemoteEmbedder(RemoteModel(address, "x", 512), _lengths)
        server.shutdown()
