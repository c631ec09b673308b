"""The command about models: list, import, download, remove."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterator
from pathlib import Path

from desktop.cli_commands import DONE, services
from desktop.cli_interrupt import stoppable
from desktop.cli_output import ProgressLine, emit
from desktop.cli_running import asked_settings, settings_words
from desktop.core.cancel import CancelToken
from desktop.core.downloads import Wanted
from desktop.core.errors import InternalError, UserError
from desktop.core.events import Event
from desktop.core.model_events import ModelAdded
from desktop.core.model_settings import ModelSettings
from desktop.core.models import ModelSpec, Purpose
from desktop.services.all import Services
from desktop.services.model_catalogue import Offer
from desktop.services.models import can_answer


def models(options: argparse.Namespace) -> int:
    """List the models on this computer, bring one in, download one, or remove one."""
    with services() as built:
        actions: dict[str, Callable[[Services, argparse.Namespace], None]] = {
            "list": _list,
            "import": _import,
            "download": _download,
            "remove": _remove,
            "settings": _settings,
        }
        actions[options.action](built, options)
    return DONE


def _list(built: Services, options: argparse.Namespace) -> None:
    if options.catalogue:
        _list_catalogue(built, options)
        return
    current = built.models.current().path
    for spec in built.models.installed():
        own = built.models.settings_of(spec)
        words = f". Runs with {settings_words(own)}" if own.own else ""
        row = {**model_row(spec, current), "settings": own.own}
        emit(options, row, model_words(spec, current) + words)


def _settings(built: Services, options: argparse.Namespace) -> None:
    """Show how a model runs, after changing it where an option says so; and the memory that this takes."""
    if options.path is None:
        raise UserError("No model is named.", "Name one as `deskside models list` does.")
    spec = built.models.named(str(options.path))
    if not can_answer(spec):
        raise UserError(f"{spec.name} does not answer.", "Only models that chat have such settings.")
    before = built.models.settings_of(spec)
    wanted = asked_settings(options, ModelSettings() if options.reset else before)
    if wanted != before:
        built.models.set_settings(spec, wanted)
    runs, fit = built.model_catalogue.settings_for(spec), built.model_catalogue.fit_of(spec)
    decided = {name: getattr(runs, name) for name in ModelSettings.model_fields if name not in wanted.own}
    row = {"name": spec.name, "settings": wanted.own, "decided_by_deskside": decided, "memory": fit.needed}
    by_us = settings_words(ModelSettings.model_validate(decided))
    words = f"{spec.name}: {settings_words(wanted) or 'nothing of its own'}. Decided by Deskside: {by_us or 'nothing'}."
    emit(options, row, f"{words} Needs {fit.needed / 1e9:.1f} GB of memory: {fit.verdict.value}.")


def _import(built: Services, options: argparse.Namespace) -> None:
    if options.path is None:
        raise UserError("There is nothing to import.", "Name a model file or a model's folder.")
    added = follow(lambda cancel: built.model_import.bring(Path(options.path), cancel, copy=options.copy))
    emit(options, model_row(added, built.models.current().path), f"Added {model_words(added, '')}")


def _list_catalogue(built: Services, options: argparse.Namespace) -> None:
    for purpose in Purpose:
        for offer in built.model_catalogue.offers(purpose):
            emit(options, offer_row(offer), offer_words(offer))


def _download(built: Services, options: argparse.Namespace) -> None:
    """A model of the catalogue by its id or name, or OWNER/NAME with the name of a GGUF file behind a colon."""
    wanted = _wanted(built, str(options.path or ""))
    download = built.downloading.begin(wanted)
    added = follow(lambda cancel: built.downloading.run(download.id, cancel))
    emit(options, model_row(added, built.models.current().path), f"Downloaded {model_words(added, '')}")


def _wanted(built: Services, text: str) -> Wanted:
    for entry in built.model_catalogue.entries:
        if text.casefold() in (entry.id, entry.name.casefold(), entry.repo.casefold()):
            return Wanted.of(entry)
    repo, _, file = text.partition(":")
    if repo.count("/") != 1 or not all(repo.split("/")):
        raise UserError(
            f"There is no model “{text}” in the catalogue." if text else "There is nothing to download.",
            "`deskside models list --catalogue` shows those there are; OWNER/NAME:FILE.gguf takes another.",
        )
    return Wanted(file.removesuffix(".gguf") or repo.rpartition("/")[2], repo, file)


def offer_row(offer: Offer) -> dict[str, object]:
    """What a line of JSON tells of a model of the catalogue."""
    entry, fit = offer.entry, offer.fit
    return {
        "id": entry.id,
        "name": entry.name,
        "purpose": entry.purpose.value,
        "repo": entry.repo,
        "file": entry.file,
        "bytes": entry.size_bytes,
        "parameters": entry.parameters,
        "quantization": entry.quantization,
        "licence": entry.licence,
        "context": entry.context,
        "languages": entry.languages,
        "about": entry.about,
        "fit": fit.verdict.value,
        "memory": {
            "weights": fit.weights,
            "cache": fit.cache,
            "buffers": fit.buffers,
            "context": fit.context,
        },
        "expected_tokens_per_second": round(offer.tokens_per_second, 1),
        "recommended": offer.recommended,
        "installed": offer.installed is not None,
    }


def offer_words(offer: Offer) -> str:
    """The same for people."""
    entry = offer.entry
    best = ", the best fit for this computer" if offer.recommended else ""
    size = f"about {entry.size_bytes / 1e9:.1f} GB"
    return f"{entry.id:24} {entry.purpose.value:11} {size}, {offer.fit.verdict.value}{best}"


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
