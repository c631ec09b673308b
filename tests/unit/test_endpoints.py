"""Addresses of models elsewhere: what a person may type, switched off at first, and every connection in the ledger."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import keyring
import pytest
from keyring.backend import KeyringBackend
from keyring.errors import PasswordDeleteError

from desktop.core.endpoints import PREFIX, Endpoint, checked_address
from desktop.core.errors import StorageError, UserError
from desktop.core.remote_requests import ListRemoteModels, RemoteModel
from desktop.engines.fake import FakeEngine
from desktop.services.all import Services
from desktop.services.keys import Keys
from tests.support import InProcess, make_services


class Ring(KeyringBackend):
    """A keyring in memory."""

    priority = 1  # type: ignore[assignment]

    def __init__(self) -> None:
        self.kept: dict[tuple[str, str], str] = {}

    def get_password(self, service: str, username: str) -> str | None:
        return self.kept.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self.kept[service, username] = password

    def delete_password(self, service: str, username: str) -> None:
        if self.kept.pop((service, username), None) is None:
            raise PasswordDeleteError("not there")


@pytest.fixture
def ring() -> Iterator[Ring]:
    before, made = keyring.get_keyring(), Ring()
    keyring.set_keyring(made)
    yield made
    keyring.set_keyring(before)


@pytest.mark.parametrize(
    ("typed", "address"),
    [
        ("https://llm.example.org/v1", "https://llm.example.org/v1"),
        (" llm.example.org ", "https://llm.example.org/v1"),
        ("localhost:11434", "http://localhost:11434/v1"),
        ("127.0.0.1:8080/v1/chat/completions", "http://127.0.0.1:8080/v1"),
        ("[::1]:8000", "http://[::1]:8000/v1"),
        ("http://gate.example.org/llm/v1/", "http://gate.example.org/llm/v1"),
    ],
)
def test_an_address_as_a_person_types_it(typed: str, address: str) -> None:
    assert checked_address(typed) == address


@pytest.mark.parametrize(
    "typed",
    ["", "   ", "ftp://a/v1", "file:///etc/passwd", "https://", "http://a b/v1", "https://me:secret@a.org/v1",
     "https://a.org/v1?key=1", "http://a:99999/v1", "http://[::1/v1", "https://a.org/\nv1"],
)  # fmt: skip
def test_what_is_no_address_is_refused_in_a_sentence(typed: str) -> None:
    with pytest.raises(UserError):
        checked_address(typed)


@pytest.mark.parametrize(
    ("address", "leaves", "readable"),
    [
        ("http://localhost:1/v1", False, False),
        ("http://127.8.9.1:1/v1", False, False),
        ("http://[::1]:1/v1", False, False),
        ("http://127.0.0.1.example.org/v1", True, True),
        ("http://192.168.1.5:8080/v1", True, True),
        ("https://llm.example.org/v1", True, False),
    ],
)
def test_what_leaves_this_computer(address: str, leaves: bool, readable: bool) -> None:
    endpoint = Endpoint("1", "", address, "m")
    assert (endpoint.leaves, endpoint.readable) == (leaves, readable)


def test_it_is_off_until_it_is_switched_on(home: Path) -> None:
    services = make_services(home)
    added = services.endpoints.add("https://llm.example.org", "big", key="secret")
    services.settings.change(chat_model=PREFIX + added.id)
    assert [model.name for model in services.models.chat_models()] == [services.models.current().name]
    assert services.models.current().starter
    services.endpoints.switch(added.id, True)
    assert services.models.current().host == "llm.example.org"
    assert services.models.to_load() == RemoteModel("https://llm.example.org/v1", "big", 8192, "secret")
    assert not services.models.is_small()
    services.endpoints.remove(added.id)
    assert services.models.current().starter
    services.close()


def _asked(services: Services) -> list[tuple[str, str, bool]]:
    return [(one.address, one.purpose, one.sent > 0) for one in services.endpoints.connections()]


def test_every_connection_stands_in_the_ledger_and_only_the_question_goes_to_the_address(home: Path) -> None:
    remote, chat = InProcess(FakeEngine(says="From far away.")), InProcess(FakeEngine(says="From here."))
    services = make_services(home, chat=chat, remote=remote)
    added = services.endpoints.add("https://llm.example.org", "big")
    conversation = services.conversations.create("")
    list(services.answering.ask(conversation.id, "Who are you?"))
    assert not remote.requests
    assert _asked(services) == []
    services.endpoints.switch(added.id, True)
    services.settings.change(chat_model=PREFIX + added.id)
    asked = len(chat.requests)
    list(services.answering.ask(conversation.id, "And who are you?"))
    assert len(chat.requests) == asked
    assert _asked(services) == [("https://llm.example.org/v1", "Asked big", True)]
    assert services.conversations.messages(conversation.id)[-1].text == "From far away."
    services.close()


def test_what_cannot_be_written_into_the_ledger_is_not_connected_to(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    remote = InProcess(FakeEngine())
    services = make_services(home, remote=remote)

    def full(*_: object) -> None:
        raise StorageError("The disk is full.")

    monkeypatch.setattr("desktop.store.ledger.LedgerStore.add", full)
    with pytest.raises(StorageError):
        services.endpoints.models_at("https://llm.example.org")
    assert not remote.asked(ListRemoteModels)
    services.close()


def test_a_key_lies_in_the_keyring_and_goes_with_its_address(home: Path, ring: Ring) -> None:
    services = make_services(home)
    added = services.endpoints.add("https://llm.example.org", "big", key=" secret ")
    assert list(ring.kept.values()) == ["secret"]
    services.close()
    again = make_services(home)
    assert again.endpoints.to_ask(added).key == "secret"
    again.endpoints.remove(added.id)
    assert not ring.kept
    again.close()
    assert not any(b"secret" in path.read_bytes() for path in home.rglob("*") if path.is_file())


def test_without_a_keyring_a_key_is_kept_until_the_end_and_that_is_told() -> None:
    keys = Keys()
    assert not keys.set("1", "secret")
    assert keys.get("1") == "secret"
    assert Keys().get("1") == ""
    assert "secret" not in repr(keys)
    keys.forget("1")
    assert keys.get("1") == ""
