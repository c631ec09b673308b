"""The command about batch runs: start one, go on with it, list, show, export, remove."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterator
from pathlib import Path

from desktop.cli_commands import DONE, PARTLY, services
from desktop.cli_interrupt import stoppable
from desktop.cli_output import ProgressLine, emit
from desktop.cli_prompts import values_of
from desktop.core.answer_schema import form_of
from desktop.core.batches import Batch, BatchItem, BatchPlan, ItemEnded, LongText
from desktop.core.cancel import CancelToken
from desktop.core.documents import TableColumns
from desktop.core.errors import UserError
from desktop.core.events import Event
from desktop.services.all import Services
from desktop.services.batching import text_variable

_SHORT_ID = 8


def batch(options: argparse.Namespace) -> int:
    """Run a prompt over many texts; 3 where some of them failed."""
    actions: dict[str, Callable[[Services, argparse.Namespace], int]] = {
        "run": _run,
        "list": _list,
        "resume": _resume,
        "retry": _retry,
        "show": _show,
        "export": _export,
        "remove": _remove,
    }
    with services() as built:
        return actions[options.action](built, options)


def _run(built: Services, options: argparse.Namespace) -> int:
    prompt = built.prompting.named(_what(options, "Which prompt?"))
    variable = text_variable(prompt, options.into)
    form = form_of(options.columns or "", rows=options.rows)
    plan = BatchPlan(prompt, values_of(built, prompt, options), variable, form, LongText(options.long))
    if bool(options.collection) == bool(options.table):
        raise UserError("Run it over what?", "Name a collection or a table.")
    if options.collection:
        collection = built.library.named(options.collection)
        made = built.batching.over_collection(collection.id, f"{prompt.name}: {collection.name}", plan)
    else:
        table = TableColumns(options.text_column, options.id_column, options.title_column)
        made = built.batching.over_table(options.table, table, f"{prompt.name}: {options.table.name}", plan)
    return _go_on(built, options, made)


def _resume(built: Services, options: argparse.Namespace) -> int:
    return _go_on(built, options, _named(built, options))


def _retry(built: Services, options: argparse.Namespace) -> int:
    found = _named(built, options)
    built.batching.retry_failed(found.id)
    return _go_on(built, options, found)


def _go_on(built: Services, options: argparse.Namespace, made: Batch) -> int:
    """Ask what waits; a line for each, and the run with its counts last."""
    line = ProgressLine()

    def work(cancel: CancelToken) -> Iterator[Event]:
        return built.batching.run(made.id, cancel)

    for event in stoppable(work):
        if isinstance(event, ItemEnded):
            line.clear()
            emit(options, _item_row(event.item), _item_words(event.item))
        else:
            line.show(event)
    line.clear()
    ended = built.batching.store.get(made.id)
    emit(options, {"batch": _row(ended)}, _words(ended))
    return PARTLY if ended.failed else DONE


def _list(built: Services, options: argparse.Namespace) -> int:
    for one in built.batching.store.all():
        emit(options, _row(one), _words(one))
    return DONE


def _show(built: Services, options: argparse.Namespace) -> int:
    for item in built.batching.store.items(_named(built, options).id):
        emit(options, _item_row(item), _item_words(item))
    return DONE


def _export(built: Services, options: argparse.Namespace) -> int:
    from desktop.services.batch_export import export

    found = _named(built, options)
    path = options.out or Path("results.csv")
    export(found, built.batching.store.items(found.id), path)
    emit(options, {**_row(found), "path": str(path)}, f"Wrote {path}")
    return DONE


def _remove(built: Services, options: argparse.Namespace) -> int:
    found = _named(built, options)
    built.batching.store.remove(found.id)
    emit(options, _row(found), f"Removed {found.name}")
    return DONE


def _what(options: argparse.Namespace, question: str) -> str:
    if not options.what:
        raise UserError(question, "`deskside prompts list` and `deskside batch list` name them.")
    return " ".join(options.what)


def _named(built: Services, options: argparse.Namespace) -> Batch:
    """A run by the beginning of its id, or the newest where none is named."""
    runs = built.batching.store.all()
    wanted = " ".join(options.what)
    found = [one for one in runs if one.id.startswith(wanted)] if wanted else runs[:1]
    if len(found) != 1:
        raise UserError("There is no such batch run.", "`deskside batch list` names them.")
    return found[0]


def _row(one: Batch) -> dict[str, object]:
    return {
        "id": one.id,
        "name": one.name,
        "total": one.total,
        "done": one.done,
        "failed": one.failed,
        "waiting": one.waiting,
    }


def _words(one: Batch) -> str:
    parts = [f"{one.done} of {one.total} done"]
    parts += [f"{one.failed} failed"] if one.failed else []
    parts += [f"{one.waiting} waiting: `deskside batch resume`"] if one.waiting else []
    return f"{one.id[:_SHORT_ID]}  {one.name}: {', '.join(parts)}"


def _item_row(item: BatchItem) -> dict[str, object]:
    return {
        "number": item.number,
        "name": item.title,
        "id": item.record_id or item.document_id,
        "state": item.state.value,
        "answer": item.answer,
        "note": item.note,
        "seconds": round(item.seconds, 2),
    }


def _item_words(item: BatchItem) -> str:
    note = f" ({item.note})" if item.note else ""
    return f"{item.state.value:8} {item.title}{note}\n{item.answer}\n"
