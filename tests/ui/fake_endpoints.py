"""Addresses and the interface for other programs, for the window's tests: nothing is connected to."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from desktop.core.cancel import CancelToken
from desktop.core.endpoints import Endpoint, EndpointPurpose, checked_address
from desktop.core.errors import Cancelled, DesksideError
from desktop.core.events import Event, Note
from desktop.core.ledger import LedgerEntry


@dataclass
class FakeEndpoints:
    """Endpoints in memory. `names` is what every address answers, `error` what it raises, `held` lets it wait."""

    kept: dict[str, Endpoint] = field(default_factory=dict)
    names: tuple[str, ...] = ()
    error: DesksideError | None = None
    held: bool = False
    asked: list[tuple[str, str]] = field(default_factory=list)
    entries: tuple[LedgerEntry, ...] = ()

    def list(self) -> list[Endpoint]:
        return list(self.kept.values())

    def add(
        self,
        address: str,
        model: str,
        *,
        name: str = "",
        key: str = "",
        purpose: EndpointPurpose = EndpointPurpose.CHAT,
    ) -> Endpoint:
        number = f"e{len(self.kept) + 1}"
        made = Endpoint(number, name or model, checked_address(address), model, purpose=purpose)
        self.kept[number] = made
        return made

    def switch(self, endpoint_id: str, enabled: bool) -> Endpoint:
        self.kept[endpoint_id] = replace(self.kept[endpoint_id], enabled=enabled)
        return self.kept[endpoint_id]

    def remove(self, endpoint_id: str) -> None:
        if self.error is not None:
            raise self.error
        del self.kept[endpoint_id]

    def models_at(self, address: str, key: str, cancel: CancelToken) -> tuple[str, ...]:
        self.asked.append((address, key))
        while self.held:
            if cancel.wait(0.005):
                raise Cancelled
        if self.error is not None:
            raise self.error
        return self.names

    def connections(self) -> tuple[LedgerEntry, ...]:
        return self.entries


@dataclass
class FakeServing:
    """Listens to nobody, until cancelled."""

    error: DesksideError | None = None

    def run(self, *, cancel: CancelToken) -> Iterator[Event]:
        if self.error is not None:
            raise self.error
        yield Note("Listening at http://127.0.0.1:8111/v1")
        while not cancel.wait(0.005):
            pass
        raise Cancelled
