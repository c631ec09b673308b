"""The commands about other programs and computers: `addresses`, `connections` and `serve`."""

from __future__ import annotations

import argparse
import getpass
import os
import time

from desktop.cli_ask import choose_model
from desktop.cli_commands import DONE, services
from desktop.cli_interrupt import stoppable
from desktop.cli_output import emit, tell
from desktop.core.endpoints import CONTEXT_SIZE, Endpoint, EndpointPurpose
from desktop.core.errors import UserError
from desktop.core.events import Note
from desktop.services.endpoints import Endpoints


def addresses(options: argparse.Namespace) -> int:
    """List, add, switch, remove, or ask an address for the names of its models."""
    with services() as built:
        known = built.endpoints
        if options.action == "list":
            for one in known.list():
                _emit(options, one)
        elif options.action == "models":
            for name in known.models_at(_address(options), _key(options)):
                emit(options, {"model": name}, name)
        elif options.action == "add":
            size = options.context or CONTEXT_SIZE
            added = known.add(
                _address(options),
                options.model,
                name=options.name,
                key=_key(options),
                context_size=size,
                purpose=EndpointPurpose(options.purpose),
            )
            _emit(options, added)
            does = "embed" if added.purpose is EndpointPurpose.EMBEDDING else "answer"
            tell(f"It is off. `deskside addresses on “{added.name}”` lets it {does}.")
        else:
            found = _named(known, options.address)
            if options.action == "remove":
                known.remove(found.id)
            else:
                found = known.switch(found.id, options.action == "on")
                if found.enabled and found.leaves:
                    embeds = found.purpose is EndpointPurpose.EMBEDDING
                    what = "All passages of the collections that it keeps" if embeds else "Quoted passages"
                    if found.purpose is EndpointPurpose.VISION:
                        what = "Quoted passages, pictures that you attach"
                    tell(f"{what}, and questions, will be sent to {found.host}.")
            _emit(options, found)
    return DONE


def connections(options: argparse.Namespace) -> int:
    """The ledger, the newest first."""
    with services() as built:
        for entry in built.endpoints.connections():
            when = time.strftime("%Y-%m-%d %H:%M:%S", time.localtime(entry.at))
            data = {"at": entry.at, "address": entry.address, "purpose": entry.purpose, "sent": entry.sent}
            emit(options, data, f"{when}  {entry.address}  {entry.purpose}, {entry.sent:,} bytes sent")
    return DONE


def serve(options: argparse.Namespace) -> int:
    """Serve until Ctrl-C."""
    with services() as built:
        choose_model(built, options.model)
        for event in stoppable(lambda cancel: built.serving.run(options.port, _key(options), cancel)):
            if isinstance(event, Note):
                emit(options, {"address": event.words.rsplit(" ", 1)[-1]}, event.words)
                for name in built.serving.names():
                    tell(f"  {name}")
    return DONE


def _emit(options: argparse.Namespace, one: Endpoint) -> None:
    state = "on" if one.enabled else "off"
    where = "leaves this computer" if one.leaves else "on this computer"
    data = {
        "name": one.name,
        "address": one.address,
        "model": one.model,
        "enabled": one.enabled,
        "leaves": one.leaves,
    }
    emit(options, data, f"{one.name}: {one.model} at {one.address}, {state}, {where}")


def _address(options: argparse.Namespace) -> str:
    if not options.address:
        raise UserError("Which address?", "Write one such as https://llm.example.org/v1.")
    return str(options.address)


def _key(options: argparse.Namespace) -> str:
    """Never from the command line itself, which other programs and the shell's history can read."""
    if not options.key:
        return ""
    return os.environ.get("DESKSIDE_KEY") or getpass.getpass("Key: ")


def _named(known: Endpoints, name: str) -> Endpoint:
    found = next((one for one in known.list() if name and name in (one.name, one.address, one.id)), None)
    if found is None:
        raise UserError(
            f"There is no address named “{name}”.", "`deskside addresses list` shows those there are."
        )
    return found
