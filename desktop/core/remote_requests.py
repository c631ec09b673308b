"""What the engine that asks other servers is asked, beside the requests of core/chat_requests.py."""

from __future__ import annotations

from dataclasses import dataclass, field

from desktop.core.requests import Request


@dataclass(frozen=True)
class RemoteModel:
    """A model at an OpenAI-compatible address; stands where LoadModel stands in a chat request. `sees` pictures."""

    address: str
    model: str
    context_size: int
    key: str = field(default="", repr=False)
    sees: bool = False


@dataclass(frozen=True)
class RemoteEmbedders(Request):
    """Tell the library by which addresses it may embed: all that are switched on, by their endpoint's id.

    Answered with EmbeddersKnown. Nothing is connected to.
    """

    known: tuple[tuple[str, RemoteModel], ...]


@dataclass(frozen=True)
class EmbeddersKnown:
    """They are known."""


@dataclass(frozen=True)
class ListRemoteModels(Request):
    """Ask an address which models it has. Answered with RemoteModels. Raises ModelError."""

    address: str
    key: str = field(default="", repr=False)


@dataclass(frozen=True)
class RemoteModels:
    """The names that the address knows its models by, in its order."""

    names: tuple[str, ...]
