"""The command about models: list, import, remove."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterator

from desktop.cli_commands import DONE, services
from desktop.cli_interrupt import stoppable
from desktop.cli_output import ProgressLine, emit
from desktop.core.cancel import CancelToken
from desktop.core.errors import InternalError, UserError
from desktop.core.events import Event
from desktop.core.model_events import ModelAdded
from desktop.core.models import ModelSpec
from desktop.services.all import Services


def models(options: argparse.Namespace) -> int:
    """List the models on this computer, bring one in, or remove one."""
    with services() as built:
        actions: dict[str, Callable[[Services, argparse.Namespace], None]] = {
            "list": _list,
            "import": _import,
            "remove": _remove,
        }
        actions[options.action](built, options)
    return DONE


def _list(built: Services, options: argparse.Namespace) -> None:
    current = built.models.current().path
    for spec in built.models.installed():
        emit(options, model_row(spec, current), model_words(spec, current))


def _import(built: Services, options: argparse.Namespace) -> None:
    if options.path is None:
        raise UserError("There is nothing to import.", "Name a model file or a model's folder.")
    added = follow(lambda cancel: built.model_import.bring(options.path, cancel, copy=options.copy))
    emit(options, model_row(added, built.models.current().path), f"Added {model_words(added, '')}")


def _remove(built: Services, options: argparse.Namespace) -> None:
    if options.path is None:
        raise UserError("There is nothing to remove.", "Name a model as `deskside models list` does.")
    spec = built.models.named(str(options.path))
    built.models.remove(spec)
    kept = " Its file stays where it is." if spec.linked else ""
    emit(
        options,
        {"removed": spec.name, "path": spec.path, "file_kept": spec.linked},
        f"Removed {spec.name}.{kept}",
    )


def follow(work: Callable[[CancelToken], Iterator[Event]]) -> ModelSpec:
    """Show the progress of an import or a download; returns the model. Raises Cancelled after Ctrl-C."""
    line = ProgressLine()
    added: ModelSpec | None = None
    for event in stoppable(work):
        line.show(event)
        if isinstance(event, ModelAdded):
            added = event.spec
    line.clear()
    if added is None:
        raise InternalError("The model was not added.")
    return added


def model_row(spec: ModelSpec, current: str) -> dict[str, object]:
    """What a line of JSON tells of a model."""
    return {
        "id": spec.id,
        "name": spec.name,
        "path": spec.path,
        "purpose": spec.purpose.value,
        "format": spec.format.value,
        "bytes": spec.size_bytes,
        "parameters": spec.parameters,
        "quantization": spec.quantization,
        "architecture": spec.architecture,
        "context": spec.context,
        "licence": spec.licence,
        "sha256": spec.sha256,
        "source": spec.source,
        "linked": spec.linked,
        "tokens_per_second": round(spec.tokens_per_second, 1),
        "note": spec.note,
        "in_use": spec.path == current,
    }


def model_words(spec: ModelSpec, current: str) -> str:
    """The same for people."""
    parts = [spec.purpose.value, spec.quantization, f"{spec.size_bytes / 1e6:,.0f} MB"]
    if spec.tokens_per_second:
        parts.append(f"{spec.tokens_per_second:.0f} tokens/s here")
    words = f"{spec.name} ({', '.join(part for part in parts if part)})"
    return f"{words}{' in use' if spec.path == current else ''}{f'. {spec.note}' if spec.note else ''}"
