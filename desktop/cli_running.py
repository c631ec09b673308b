"""What the options lead to that say how a model runs, and which of its adapters are on."""

from __future__ import annotations

import argparse
from collections.abc import Sequence

from pydantic import ValidationError

from desktop.core.chat_requests import AdapterUse
from desktop.core.errors import UserError
from desktop.core.model_settings import ModelSettings
from desktop.core.models import ModelSpec
from desktop.services.all import Services

STRONGEST = 4.0


def asked_settings(options: argparse.Namespace, before: ModelSettings) -> ModelSettings:
    """The settings of before with what the options change. Raises UserError."""
    given = {name: getattr(options, name) for name in ModelSettings.model_fields}
    changes = {name: value for name, value in given.items() if value is not None}
    try:
        return ModelSettings.model_validate({**before.model_dump(), **changes})
    except ValidationError as error:
        name = str(error.errors()[0]["loc"][0])
        raise UserError(
            f"{name.replace('_', ' ')} cannot be {changes[name]}.", error.errors()[0]["msg"]
        ) from error


def run_so_for_now(built: Services, options: argparse.Namespace) -> None:
    """Let the model that answers run as the options say, in this process only."""
    current = built.models.current()
    before = built.models.settings_of(current)
    if (wanted := asked_settings(options, before)) != before:
        built.models.set_settings(current, wanted, only_now=True)


def adapters_named(built: Services, wanted: Sequence[str]) -> tuple[AdapterUse, ...]:
    """The adapters of the model that answers, as NAME or NAME=STRENGTH. Raises UserError."""
    known = built.models.adapters() if wanted else []
    return tuple(_adapter(known, one) for one in wanted)


def _adapter(known: Sequence[ModelSpec], wanted: str) -> AdapterUse:
    name, separator, strength = wanted.rpartition("=")
    if not separator:
        name, strength = wanted, "1"
    found = next(
        (one for one in known if name in (one.id, one.path) or name.casefold() == one.name.casefold()), None
    )
    if found is None:
        others = ", ".join(one.name for one in known)
        raise UserError(
            f"The model that answers has no adapter named “{name}”.",
            f"It has {others}." if others else "`deskside models import` brings one in.",
        )
    try:
        number = float(strength)
    except ValueError:
        number = -1.0
    if not 0 <= number <= STRONGEST:
        raise UserError(
            f"{strength} is no strength of an adapter.", f"It is a number from 0 to {STRONGEST:.0f}."
        )
    return AdapterUse(found.path, number)


def settings_words(own: ModelSettings) -> str:
    """What differs for a model, for people: 'context size 8192, threads 4'."""
    return ", ".join(f"{name.replace('_', ' ')} {_word(value)}" for name, value in own.own.items())


def _word(value: object) -> str:
    return str(value) if not isinstance(value, bool) else "on" if value else "off"
