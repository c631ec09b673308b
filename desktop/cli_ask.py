"""The commands that answer: ask, chat, demo."""

from __future__ import annotations

import argparse
import sys
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from desktop.cli_commands import print_import, services
from desktop.cli_interrupt import stoppable
from desktop.cli_output import ProgressLine, emit, printable, tell
from desktop.cli_running import adapters_named, run_so_for_now
from desktop.core.chat_requests import AdapterUse
from desktop.core.conversations import Coverage, Grounding, Message, MessageState, Reading
from desktop.core.documents import DocumentState, Source
from desktop.core.endpoints import PREFIX
from desktop.core.errors import UserError
from desktop.core.evaluation import read_queries
from desktop.core.events import Answer, Event, FileChanged, Found, ImportSummary, Token
from desktop.services.all import Services
from desktop.services.importing import SAMPLES

DONE, USER_ERROR, PARTLY = 0, 1, 3
FILES_COLLECTION = "Asked from the terminal"
DEMO_QUESTION = "How long is the notice period?"


@dataclass(frozen=True)
class _Result:
    grounding: Grounding | None
    message: Message | None


def ask(options: argparse.Namespace) -> int:
    """One question, or a file of them in one process."""
    if bool(options.question) == bool(options.questions):
        raise UserError("Give a question, or --questions with a file.")
    with services() as built:
        choose_model(built, options.model)
        run_so_for_now(built, options)
        adapters = adapters_named(built, options.adapter)
        collection, only = _where(built, options)
        failed = False
        asked = list(read_queries(options.questions)) if options.questions else [("", options.question)]
        for question_id, text in asked:
            result = _answered(built, collection, only, text, options, adapters)
            data: dict[str, object] = {"question_id": question_id} if question_id else {}
            emit(options, {**data, **_data(result)}, _words(result))
            failed = failed or _has_failed(result)
    if failed:
        return PARTLY if options.questions else USER_ERROR
    return DONE


def summarise(options: argparse.Namespace) -> int:
    """Summarise one file, or one document of the library, as a whole."""
    if bool(options.file) == bool(options.document):
        raise UserError("Give a file, or --document with its id.")
    with services() as built:
        choose_model(built, options.model)
        document = built.library.document(options.document) if options.document else None
        if options.document and document is None:
            raise UserError("There is no document with this id.", "`deskside import --json` tells the ids.")
        only: tuple[str, ...]
        if document is not None:
            collection, only = document.collection_id, (document.id,)
        else:
            collection, only = _where(built, argparse.Namespace(collection="", files=[options.file]))
        if len(only) != 1:
            raise UserError("This is not one file.", "Name a single file to summarise.")
        quiet = argparse.Namespace(quotes_only=False)
        result = _answered(built, collection, only, "Summarise this document", quiet)
        emit(options, _data(result), _words(result))
    return USER_ERROR if _has_failed(result) else DONE


def _where(built: Services, options: argparse.Namespace) -> tuple[str, tuple[str, ...]]:
    """The collection to ask, and the documents in it to ask alone (none: all)."""
    if options.collection:
        return built.library.named(options.collection).id, ()
    if getattr(options, "attach", None):
        return _attached(built, options.attach)
    if not options.files:
        return "", ()
    collection = built.library.get_or_create(FILES_COLLECTION)
    importing = built.importing.import_files
    events = list(stoppable(lambda cancel: importing(options.files, collection.id, cancel=cancel)))
    summary = next(event for event in events if isinstance(event, ImportSummary))
    documents = {event.document.id for event in events if hasattr(event, "document")}
    ready = tuple(one for one in documents if (row := built.library.document(one)) and row.passages)
    if summary.failed:
        tell(f"{summary.failed} of the files could not be read.")
    if not ready:
        reasons = {row.reason for one in documents if (row := built.library.document(one)) and row.reason}
        raise UserError("None of these files could be read.", " ".join(sorted(reasons)))
    return collection.id, ready


def _attached(built: Services, paths: list[Path]) -> tuple[str, tuple[str, ...]]:
    """What is attached to the question alone, as `_where`; it goes when the question's chat is removed for good."""
    draft, reasons = built.attaching.begin(), []
    for path in paths:
        try:
            for event in stoppable(partial(built.attaching.attach, draft, path)):
                if isinstance(event, FileChanged) and event.document.state is DocumentState.FAILED:
                    reasons.append(f"{event.document.name}: {event.document.reason}")
        except UserError as error:
            reasons.append(str(error))
    for reason in reasons:
        tell(reason)
    ready = tuple(one.id for one in built.attaching.ready(draft))
    if not ready:
        built.attaching.discard(draft)
        raise UserError("None of these files could be read.", " ".join(reasons))
    return draft, ready


def _answered(
    built: Services,
    collection: str,
    only: tuple[str, ...],
    text: str,
    options: argparse.Namespace,
    adapters: tuple[AdapterUse, ...] = (),
) -> _Result:
    if options.quotes_only:
        if not collection:
            raise UserError("Quotes come from files.", "Name a collection or files.")
        k = built.settings.current.passages
        return _Result(built.searching.ground(collection, text, "", k, document_ids=only), None)
    conversation = built.conversations.create(collection)
    built.conversations.set_adapters(conversation.id, adapters)
    message: Message | None = None
    line = ProgressLine()
    try:
        for event in stoppable(partial(built.answering.ask, conversation.id, text, document_ids=only)):
            line.show(event)
            if isinstance(event, Answer):
                message = event.message
    finally:
        line.clear()
        built.conversations.delete(conversation.id)  # a question of a script is not a chat to come back to
    return _Result(message.grounding if message else None, message)


def _has_failed(result: _Result) -> bool:
    return result.message is not None and result.message.state is MessageState.FAILED


def _data(result: _Result) -> dict[str, object]:
    grounding, message = result.grounding, result.message
    quotes = grounding.quotes if grounding else ()
    sources = grounding.sources() if grounding else ()
    coverage = grounding.coverage if grounding else None
    return {
        "found": grounding.found if grounding else None,
        **({"searched": grounding.searched} if grounding and grounding.searched else {}),
        "quotes": [_quote(source) for source in quotes],
        "answer": message.text if message else "",
        "sentences": [
            {"text": one.text, "supported": one.supported, "source": one.source or None}
            for one in (message.sentences if message else ())
        ],
        "sources": [{"number": one.number, "path": one.path, **_quote(one)} for one in sources],
        **({"instructing": list(grounding.instructing)} if grounding and grounding.instructing else {}),
        "coverage": {
            "files_read": coverage.files_read,
            "files_total": coverage.files_total,
            "passages": coverage.passages,
            "files_failed": coverage.files_failed,
            "files": list(coverage.files),
            "reading": coverage.reading.value,
            "pages": coverage.pages,
            "pages_total": coverage.pages_total,
            "parts": coverage.parts,
            "parts_total": coverage.parts_total,
            "files_waiting": coverage.files_waiting,
            "failed": [{"file": one.name, "error": one.reason} for one in coverage.failed],
        }
        if coverage
        else {},
        "timings": _timings(message),
        **({"error": message.note} if message is not None and _has_failed(result) else {}),
    }


def _quote(source: Source) -> dict[str, object]:
    return {
        "text": source.text,
        "document": source.document,
        "id": source.record_id or source.document_id,
        "page": source.page,
        "boxes": [[round(edge, 4) for edge in (b.x0, b.y0, b.x1, b.y1)] for b in source.boxes],
    }


def _timings(message: Message | None) -> dict[str, object]:
    if message is None:
        return {}
    names = (
        "search",
        "first_token",
        "total",
        "tokens_per_second",
        "prompt_tokens",
        "reused_tokens",
        "answer_tokens",
    )
    return {name: round(getattr(message.timings, name), 3) for name in names}


def _words(result: _Result) -> str:
    lines: list[str] = []
    grounding, message = result.grounding, result.message
    counted = grounding is not None and grounding.coverage.reading is Reading.EVERY
    if grounding is not None and not counted:
        lines.append("In your files:" if grounding.found else "Your files do not say this. Nearest passages:")
        for one in grounding.quotes:
            lines.append(
                f"  [{one.number}] {' '.join(one.text.split())}\n      {one.document}, page {one.page}"
            )
    if message is not None and (grounding is None or grounding.found or counted):
        head = "In the model's words:" if grounding and not counted else ""
        lines.extend(["", head, f"  {_marked(message)}"])
    if message is not None and message.note:
        lines.append(message.note)
    if grounding is not None:
        lines.extend(["", _coverage_words(grounding.coverage)])
        lines.extend(
            f"A passage of {name} tries to give the model instructions. It was treated as text."
            for name in grounding.instructing
        )
    return "\n".join(lines).strip("\n")


def _coverage_words(read: Coverage) -> str:
    """What was read, and how."""
    pages = f", {read.pages} pages" if read.pages_total > 1 else ""
    words = {
        Reading.PASSAGES: f"Read {read.files_read} of {read.files_total} files, {read.passages} passages.",
        Reading.WHOLE: f"Read the whole file{pages}.",
        Reading.PARTS: f"Read {read.pages} of {read.pages_total} pages, {read.passages} of {read.passages_total} "
        f"passages, {read.parts} of {read.parts_total} parts.",
        Reading.EVERY: f"Looked through all {read.passages} passages of {read.files_total} files.",
    }[read.reading]
    return f"{words} {read.files_failed} could not be read." if read.files_failed else words


def _marked(message: Message) -> str:
    """The answer with the numbers of its sources, and a word where a sentence has none."""
    text, shift = message.text, 0
    for sentence in message.sentences:
        if not sentence.checked:
            continue
        mark = f" [{sentence.source}]" if sentence.supported else " (not in your files)"
        place = sentence.end + shift
        text = text[:place] + mark + text[place:]
        shift += len(mark)
    return text.strip()


def chat(options: argparse.Namespace) -> int:
    """A conversation: a line is a question, an empty line or the end of input ends it."""
    with services() as built:
        choose_model(built, options.model)
        run_so_for_now(built, options)
        adapters = adapters_named(built, options.adapter)
        collection = built.library.named(options.collection).id if options.collection else ""
        conversation = built.conversations.create(collection)
        built.conversations.set_adapters(conversation.id, adapters)
        while question := _question():
            for event in stoppable(
                partial(built.answering.ask, conversation.id, question, system=options.system)
            ):
                _print_as_it_comes(event, options)
    return DONE


def _print_as_it_comes(event: Event, options: argparse.Namespace) -> None:
    if isinstance(event, Answer):
        result = _Result(event.message.grounding, event.message)
        emit(options, _data(result), f"\n{event.message.note}")
    elif options.json:
        return
    elif isinstance(event, Found) and event.grounding is not None:
        print(printable(_words(_Result(event.grounding, None))), end="\n\n", flush=True)
    elif isinstance(event, Token):
        print(printable(event.text), end="", flush=True)


def _question() -> str:
    if sys.stdin.isatty():
        print("> ", end="", file=sys.stderr, flush=True)
    return sys.stdin.readline().strip()


def demo(options: argparse.Namespace) -> int:
    """The main job once, on the terminal: import the samples, ask, show the answer with its sources."""
    with services() as built:
        tell("Importing the sample files ...")
        print_import(options, built.importing.samples)
        collection = built.library.named(SAMPLES)
        tell(f"\nAsking: {DEMO_QUESTION}\n")
        quiet = argparse.Namespace(json=options.json, quotes_only=False)
        result = _answered(built, collection.id, (), DEMO_QUESTION, quiet)
        emit(options, _data(result), _words(result))
    return USER_ERROR if _has_failed(result) else DONE


def choose_model(built: Services, wanted: str | None) -> None:
    """Use another model for this process only."""
    if wanted:
        built.settings.use(chat_model=chosen_model(built, wanted))


def chosen_model(built: Services, wanted: str) -> str:
    """What Settings hold for a model: its address or its path. Raises UserError."""
    named = {model.name: model.path for model in built.models.chat_models()}
    if named.get(wanted, "").startswith(PREFIX):
        return named[wanted]
    path = Path(named.get(wanted, wanted))
    if not path.is_file():
        raise UserError(
            f"There is no model named “{wanted}”.", "`deskside models list` shows those there are."
        )
    return str(path.absolute())
