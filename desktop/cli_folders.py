"""The commands about linked folders: link, unlink, sync."""

from __future__ import annotations

import argparse
import os
import queue
from collections.abc import Callable, Iterator
from dataclasses import asdict
from functools import partial

from desktop.cli_commands import DONE, PARTLY, file_row, file_words, is_at_rest, services
from desktop.cli_interrupt import stoppable
from desktop.cli_output import ProgressLine, emit, tell
from desktop.core.cancel import CancelToken
from desktop.core.errors import UserError
from desktop.core.events import Event, FileChanged, FileMoved, FileRemoved, ImportSummary, ScanSummary
from desktop.core.folders import DEFAULT_IGNORE, LinkedFolder
from desktop.core.text import shown
from desktop.services.all import Services

_COUNTED = ("new", "changed", "moved", "removed", "unchanged", "writing", "away")


def link(options: argparse.Namespace) -> int:
    """Link a folder to a collection; `sync` then reads it."""
    with services() as built:
        collection = built.library.get_or_create(options.collection)
        folder = built.syncing.link(options.path, collection.id, (*DEFAULT_IGNORE, *options.ignore))
        data = {**_folder_data(folder), "collection": collection.name}
        emit(
            options,
            data,
            f"{folder.path} is linked to {collection.name}. `deskside sync` reads what is in it.",
        )
    return DONE


def unlink(options: argparse.Namespace) -> int:
    """Follow a folder no more; its documents stay, or go with --remove."""
    with services() as built:
        path = os.path.abspath(options.path.expanduser())
        found = [one for one in _chosen(built, options.collection) if one.path == path]
        if not found:
            raise UserError(f"{path} is not linked.", "`deskside sync` lists the linked folders.")
        for folder in found:
            for _ in built.syncing.unlink(folder.id, keep=not options.remove):
                pass
            kept = 0 if options.remove else folder.documents
            words = f"{path} is not linked any more; {kept} of its {folder.documents} documents are kept."
            emit(options, {**_folder_data(folder), "kept": kept}, words)
    return DONE


def sync(options: argparse.Namespace) -> int:
    """Follow what has happened in linked folders, once or until Ctrl-C; 3 if files failed or folders are away."""
    with services() as built:
        folders = _chosen(built, options.collection)
        if not folders:
            raise UserError("There is no linked folder.", "`deskside link` links one.")
        if not options.watch:
            for folder in folders:
                tell(f"{folder.path} ({folder.documents} documents)")
            chosen = [folder.id for folder in folders]
            return _print(options, partial(built.syncing.sync, chosen))
        return _watch(options, built, frozenset(folder.id for folder in folders))


def _watch(options: argparse.Namespace, built: Services, chosen: frozenset[str]) -> int:
    waiting: queue.SimpleQueue[frozenset[str]] = queue.SimpleQueue()
    watcher = built.syncing.watcher(waiting.put)
    tell("Watching. Ctrl-C ends it.")
    watcher.start()
    try:
        while True:
            due = waiting.get() & chosen
            if due:
                _print(options, partial(built.syncing.sync, due))
    finally:
        watcher.stop()


def _chosen(built: Services, collection: str | None) -> list[LinkedFolder]:
    return built.syncing.folders(built.library.named(collection).id if collection else None)


def _print(options: argparse.Namespace, work: Callable[[CancelToken], Iterator[Event]]) -> int:
    """A line per file that something happened to, and a summary last. Raises Cancelled after Ctrl-C."""
    line = ProgressLine()
    scan, read = ScanSummary(), ImportSummary(0, 0, 0, 0, 0.0)
    for event in stoppable(work):
        if isinstance(event, ScanSummary):
            scan = event
        elif isinstance(event, ImportSummary):
            read = event
        elif not _print_file(options, line, event):
            line.show(event)
    line.clear()
    for path in scan.away:
        tell(f"{path} is away; nothing of it was removed.")
    data = {name: value for name, value in asdict(scan).items() if name in _COUNTED}
    more = {name: getattr(read, name) for name in ("ready", "skipped", "failed", "passages")}
    seconds = round(scan.seconds + read.seconds, 2)
    emit(options, {"summary": {**data, **more, "seconds": seconds}}, _summary_words(scan, read, seconds))
    return PARTLY if read.failed or scan.away else DONE


def _print_file(options: argparse.Namespace, line: ProgressLine, event: Event) -> bool:
    if isinstance(event, FileMoved):
        data = {**file_row(event.document), "state": "moved", "before": event.before}
        words = f"{'moved':8} {shown(event.before)} to {shown(event.document.path)}"
    elif isinstance(event, FileRemoved):
        data = {**file_row(event.document), "state": "removed"}
        words = f"{'removed':8} {shown(event.document.path)}"
    elif isinstance(event, FileChanged) and is_at_rest(event.document):
        data, words = file_row(event.document), file_words(event.document)
    else:
        return False
    line.clear()
    emit(options, data, words)
    return True


def _summary_words(scan: ScanSummary, read: ImportSummary, seconds: float) -> str:
    counts = (
        f"{scan.new} new, {scan.changed} changed, {scan.moved} moved, {scan.removed} removed, "
        f"{scan.unchanged} unchanged; {read.ready} ready, {read.skipped} skipped, {read.failed} failed"
    )
    later = f"; {scan.writing} still being written, left to the next time" if scan.writing else ""
    return f"{counts}{later}, in {seconds} seconds"


def _folder_data(folder: LinkedFolder) -> dict[str, object]:
    return {
        "folder": folder.path,
        "id": folder.id,
        "state": folder.state.value,
        "documents": folder.documents,
        "ignore": list(folder.ignore),
    }
