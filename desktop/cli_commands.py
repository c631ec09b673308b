"""The commands import and doctor, and what all commands share."""

from __future__ import annotations

import argparse
import getpass
import importlib.metadata
import os
import platform
import shutil
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from desktop import __version__
from desktop.cli_interrupt import stoppable
from desktop.cli_output import ProgressLine, emit, tell
from desktop.core.cancel import CancelToken
from desktop.core.documents import Document, DocumentState, TableColumns
from desktop.core.errors import UserError
from desktop.core.events import Event, FileChanged, ImportSummary
from desktop.core.paths import Paths
from desktop.services.all import Services

DONE, PARTLY = 0, 3
PASSWORD_VARIABLE = "DESKSIDE_PASSWORD"
"""Tried on locked files. There is no option for it: other programs can see the words of a command."""
_RESTS = {DocumentState.READY, DocumentState.SKIPPED, DocumentState.FAILED}


@contextmanager
def services() -> Iterator[Services]:
    """The services, ended with the command."""
    built = Services(Paths.default())
    built.importing.know_password(os.environ.get(PASSWORD_VARIABLE, ""))
    try:
        yield built
    finally:
        built.close()


def import_files(options: argparse.Namespace) -> int:
    """A line per file, and a summary last; 3 if some files failed."""
    if not options.paths and not options.resume:
        raise UserError("There is nothing to import.", "Name files or folders, or use --resume.")
    columns = TableColumns(options.text_column, options.id_column, options.title_column)
    with services() as built:
        collection = built.library.get_or_create(options.collection)
        if options.password:
            built.importing.know_password(getpass.getpass("Password of the locked files: "))

        def work(cancel: CancelToken) -> Iterator[Event]:
            if options.resume:
                return built.importing.resume(collection.id, cancel)
            return built.importing.import_files(options.paths, collection.id, columns, cancel)

        summary = print_import(options, work)
        locked = len(built.library.attention_ids(collection.id, "encrypted"))
    if locked:
        number = "1 file is" if locked == 1 else f"{locked:,} files are"
        given = f"{number} still locked: the password does not fit."
        tell(given if options.password else f"{number} locked. Give their password with --password.")
    return PARTLY if summary.failed else DONE


def print_import(
    options: argparse.Namespace, work: Callable[[CancelToken], Iterator[Event]]
) -> ImportSummary:
    """Print the lines of an import; returns its summary. Raises Cancelled after Ctrl-C."""
    line = ProgressLine()
    summary = ImportSummary(0, 0, 0, 0, 0.0)
    for event in stoppable(work):
        if isinstance(event, FileChanged) and is_at_rest(event.document):
            line.clear()
            emit(options, file_row(event.document), file_words(event.document))
        elif isinstance(event, ImportSummary):
            summary = event
        else:
            line.show(event)
    line.clear()
    data = {name: getattr(summary, name) for name in ("ready", "skipped", "failed", "passages")}
    words = f"{summary.ready} ready, {summary.skipped} skipped, {summary.failed} failed; {summary.passages} passages"
    seconds = round(summary.seconds, 2)
    emit(options, {"summary": {**data, "seconds": seconds}}, f"{words} in {seconds} seconds")
    return summary


def is_at_rest(document: Document) -> bool:
    """Whether a file has come to where it stays: ready, skipped or failed."""
    return document.state in _RESTS


def file_row(document: Document) -> dict[str, object]:
    """What a line of JSON tells of a file."""
    return {
        "file": "!/".join((document.path, *document.member)),
        "id": document.id,
        "state": document.state.value,
        "pages": document.pages,
        "passages": document.passages,
        "error": document.reason,
        "seconds": round(document.seconds, 3),
    }


def file_words(document: Document) -> str:
    """The same for people."""
    return f"{document.state.value:8} {document.name}" + (f": {document.reason}" if document.reason else "")


def doctor(options: argparse.Namespace) -> int:
    """What is installed, where it is, and what is missing; 1 if the main job cannot run."""
    paths = Paths.default()
    missing = [str(path) for path in (paths.starter_chat_model, paths.starter_embedder) if not path.exists()]
    disk = paths.home if paths.home.exists() else paths.home.parent
    data: dict[str, object] = {
        "deskside": __version__,
        "python": platform.python_version(),
        "system": platform.platform(),
        "cores": os.cpu_count(),
        "home": str(paths.home),
        "models": str(paths.starter_models),
        "free_disk_gb": round(shutil.disk_usage(disk if disk.exists() else ".").free / 1e9, 1),
        "libraries": {name: _version(name) for name in _LIBRARIES},
        "missing": missing,
    }
    begin = time.monotonic()
    if not missing:
        with services() as built:
            data["engines"] = built.check()
    data["seconds"] = round(time.monotonic() - begin, 1)
    emit(options, data, "\n".join(f"{name}: {value}" for name, value in data.items()))
    if missing:
        tell("The starter models are missing. Run the set-up again (`make setup`).")
    return int(bool(missing))


_LIBRARIES = (
    "PySide6-Essentials",
    "llama-cpp-python",
    "lancedb",
    "openvino",
    "torch",
    "sentence-transformers",
    "pypdfium2",
)


def _version(name: str) -> str:
    try:
        return importlib.metadata.version(name)
    except importlib.metadata.PackageNotFoundError:
        return "not installed"


if __name__ == "__main__":
    sys.exit("Use `deskside COMMAND`.")
