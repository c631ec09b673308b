"""Models at other addresses: added, tested and switched on by the person, and every connection in the ledger."""

from __future__ import annotations

import time
import uuid
from collections.abc import Generator
from dataclasses import dataclass, replace

from desktop.core.cancel import CancelToken
from desktop.core.chat_requests import Generate
from desktop.core.endpoints import CONTEXT_SIZE, PREFIX, Endpoint, EndpointPurpose, checked_address
from desktop.core.errors import UserError
from desktop.core.ledger import LedgerEntry
from desktop.core.remote_requests import ListRemoteModels, RemoteModel, RemoteModels
from desktop.core.requests import Request
from desktop.engines.process import URGENT, EngineLink, call
from desktop.services.keys import Keys
from desktop.store.endpoints import EndpointStore
from desktop.store.ledger import LedgerStore


@dataclass(frozen=True)
class Endpoints:
    """What a person can do with addresses. Nothing is connected to before `models_at` or a question asks for it."""

    store: EndpointStore
    ledger: LedgerStore
    keys: Keys
    remote: EngineLink

    def list(self) -> list[Endpoint]:
        """All that were added, switched on or not."""
        return self.store.list()

    def add(
        self,
        address: str,
        model: str,
        *,
        name: str = "",
        key: str = "",
        context_size: int = CONTEXT_SIZE,
        purpose: EndpointPurpose = EndpointPurpose.CHAT,
    ) -> Endpoint:
        """Keep an address, switched off. Raises UserError where it is none."""
        if not model.strip():
            raise UserError("Which model is to answer there?", "Choose one of the list, or write its name.")
        checked = checked_address(address)
        made = Endpoint(uuid.uuid4().hex, "", checked, model.strip(), context_size, added=time.time())
        made = replace(
            made, name=self._own_name(name.strip() or f"{made.model} at {made.host}"), purpose=purpose
        )
        self.store.save(made)
        self.keys.set(made.id, key.strip())
        return made

    def switch(self, endpoint_id: str, enabled: bool) -> Endpoint:
        """Let an address answer, or no more."""
        changed = replace(self._there(endpoint_id), enabled=enabled)
        self.store.save(changed)
        return changed

    def remove(self, endpoint_id: str) -> None:
        """Forget an address and its key."""
        self.store.remove(endpoint_id)
        self.keys.forget(endpoint_id)

    def models_at(self, address: str, key: str = "", cancel: CancelToken | None = None) -> tuple[str, ...]:
        """Ask an address for its models. Raises UserError and ModelError."""
        checked = checked_address(address)
        self.ledger.add(checked, "Asked for its list of models")
        return call(self.remote, RemoteModels, ListRemoteModels(checked, key.strip()), cancel).names

    def embedders(self) -> tuple[Endpoint, ...]:
        """Those that are switched on and embed."""
        return tuple(
            one for one in self.store.list() if one.enabled and one.purpose is EndpointPurpose.EMBEDDING
        )

    def chosen(self, setting: str) -> Endpoint | None:
        """The endpoint that the setting of the chat model means, if it is there and switched on."""
        found = self.store.get(setting.removeprefix(PREFIX)) if setting.startswith(PREFIX) else None
        return found if found is not None and found.enabled else None

    def to_ask(self, endpoint: Endpoint) -> RemoteModel:
        """How the engine is to ask it, with its key."""
        key, sees = self.keys.get(endpoint.id), endpoint.purpose is EndpointPurpose.VISION
        return RemoteModel(endpoint.address, endpoint.model, endpoint.context_size, key, sees)

    def connections(self, limit: int = 1000) -> tuple[LedgerEntry, ...]:
        """What the program has connected to, the newest first."""
        return tuple(self.ledger.entries(limit))

    def _own_name(self, name: str) -> str:
        """The name, with a number where another address has it: collections are kept by an embedder's name."""
        taken = {one.name for one in self.store.list()}
        numbered = [name, *(f"{name} {number}" for number in range(2, len(taken) + 2))]
        return next(one for one in numbered if one not in taken)

    def _there(self, endpoint_id: str) -> Endpoint:
        found = self.store.get(endpoint_id)
        if found is None:
            raise UserError("This address is not in the list any more.")
        return found


@dataclass(frozen=True)
class ChatLink:
    """The way to the model: requests for a file go to the engine of this computer, those for an address to the other.

    What goes to an address is written into the ledger first.
    """

    local: EngineLink
    remote: EngineLink
    ledger: LedgerStore

    def request(
        self,
        request: Request,
        cancel: CancelToken | None = None,
        *,
        silence: float | None = None,
        memory_mb: int | None = None,
        priority: int = URGENT,
    ) -> Generator[object]:
        """See EngineLink."""
        model = getattr(request, "model", None)
        if not isinstance(model, RemoteModel):
            return self.local.request(
                request, cancel, silence=silence, memory_mb=memory_mb, priority=priority
            )
        if isinstance(request, Generate):
            sent = sum(len(turn.content.encode("utf-8", "replace")) for turn in request.turns)
            sent += sum(len(picture.pixels) for picture in request.pictures)
            count = len(request.pictures)
            shown = f", with {count} picture{'s' if count > 1 else ''}" if count else ""
            self.ledger.add(model.address, f"Asked {model.model}{shown}", sent)
        return self.remote.request(request, cancel, silence=silence, memory_mb=memory_mb, priority=priority)

    def stop(self) -> None:
        """End both."""
        self.local.stop()
        self.remote.stop()
