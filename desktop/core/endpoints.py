"""A model that answers at an address: an OpenAI-compatible server in this computer, in the house, or far away."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass
from enum import StrEnum
from urllib.parse import urlsplit

from desktop.core.errors import UserError

PREFIX = "endpoint:"
"""Before an endpoint's id, where it stands in the place of a model's path."""
CONTEXT_SIZE = 8192
"""What is assumed of a model's context where nobody says: most servers do not tell."""


class EndpointPurpose(StrEnum):
    """What a model at an address is asked for; a VISION model answers, too, and is shown pictures."""

    CHAT = "chat"
    VISION = "vision"
    EMBEDDING = "embedding"


@dataclass(frozen=True)
class Endpoint:
    """An address that a person has added. Off until they switch it on: what is asked of it leaves this program.

    `address` is the base of the interface, such as "https://llm.example.org/v1"; `model` is the model's name there.
    The key is not here: it lies in the system's keyring, under `id`.
    """

    id: str
    name: str
    address: str
    model: str
    context_size: int = CONTEXT_SIZE
    enabled: bool = False
    added: float = 0.0
    purpose: EndpointPurpose = EndpointPurpose.CHAT

    @property
    def host(self) -> str:
        """The name of the computer that it reaches."""
        return urlsplit(self.address).hostname or ""

    @property
    def leaves(self) -> bool:
        """Whether what is sent there leaves this computer."""
        return not is_this_computer(self.host)

    @property
    def readable(self) -> bool:
        """Whether others on the way could read what is sent."""
        return self.leaves and urlsplit(self.address).scheme == "http"


def is_this_computer(host: str) -> bool:
    """Whether a host's name or number is that of this computer itself, told without asking the network."""
    if host.lower() == "localhost" or host.lower().endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def checked_address(text: str) -> str:
    """A base address as a person may type it: a scheme is added where there is none, ends are trimmed.

    Raises UserError where it is no address of a server, or holds a password, which would be shown and stored in plain.
    """
    address = text.strip()
    if "://" not in address:
        address = ("http://" if is_this_computer(_host_of(f"//{address}")) else "https://") + address
    address = address.rstrip("/")
    for ending in ("/chat/completions", "/completions", "/embeddings", "/models"):
        address = address.removesuffix(ending)
    try:
        parts = urlsplit(address)
        good = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        good = False
    if not good or any(letter.isspace() or ord(letter) < 32 for letter in address):
        raise UserError(
            "This is not the address of a server.", "Write one such as https://llm.example.org/v1."
        )
    if parts.username or parts.password:
        raise UserError("The address holds a password.", "Leave it out there and put the key into its field.")
    if parts.query or parts.fragment:
        raise UserError("The address has more than a path.", "Write one such as https://llm.example.org/v1.")
    return address if parts.path.strip("/") else f"{address.rstrip('/')}/v1"


def _host_of(address: str) -> str:
    try:
        return urlsplit(address).hostname or ""
    except ValueError:
        return ""
