"""An engine for fast tests: it serves the requests of all engines, deterministically and without a model."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from hashlib import sha256
from pathlib import Path

from desktop.core.cancel import CancelToken
from desktop.core.chat_requests import (
    ChatTurn,
    CountTokens,
    Generate,
    Generated,
    GeneratedText,
    PromptRead,
    TokenCounts,
)
from desktop.core.chunking import passages
from desktop.core.documents import Box, Hit, Page, Passage, TableColumns, WordBox, pack_boxes
from desktop.core.errors import EngineCrashed, InternalError, ReadError
from desktop.core.library_requests import (
    AddPages,
    ChosenSentence,
    ChosenSentences,
    CommitDocuments,
    Compare,
    DescribeIndex,
    DiscardDocument,
    DocumentPassages,
    DocumentsCommitted,
    DropCollection,
    FindMentions,
    IndexState,
    KeySentences,
    Mentions,
    Optimize,
    PassageList,
    PassagesAdded,
    RankedSentence,
    RemoveDocuments,
    Retrieve,
    Retrieved,
    Search,
    SearchMany,
    SearchResult,
    SearchResults,
    Similarities,
)
from desktop.core.matching import phrase_ranges
from desktop.core.reading_requests import (
    FileRead,
    Member,
    MembersFound,
    PagePicture,
    PagesRead,
    ReadFile,
    RenderPage,
)
from desktop.core.remote_requests import EmbeddersKnown, RemoteEmbedders
from desktop.core.requests import Ping, Request
from desktop.core.similar import fingerprint
from desktop.core.text import sentences, stems
from desktop.engines.mentions import Count, Terms

FOUND_FROM = 0.5
"""Share of a question's content words that must stand in one passage."""


@dataclass
class FakeEngine:
    """All engines in one. `says` is the answer of the model; without it the model repeats the first quote."""

    says: str = ""
    held: dict[str, list[Passage]] = field(default_factory=dict)
    kept: dict[str, dict[str, list[Passage]]] = field(default_factory=dict)
    prompt: list[str] = field(default_factory=list)

    def handle(self, request: Request, cancel: CancelToken) -> Iterator[object]:
        """See Engine."""
        match request:
            case RemoteEmbedders():
                yield EmbeddersKnown()
            case Ping():
                yield "fake"
            case ReadFile() | RenderPage():
                yield from _read(request, cancel)
            case CountTokens(model, texts):
                yield TokenCounts(tuple(len(text.split()) for text in texts), model.context_size)
            case Generate():
                yield from self._generate(request, cancel)
            case Compare(left, right):
                yield Similarities(tuple(tuple(_similarity(one, other) for other in right) for one in left))
            case _:
                yield self._library(request)

    # --- the library -------------------------------------------------------------------------------------------

    def _library(self, request: Request) -> object:
        match request:
            case AddPages():
                return self._add(request)
            case CommitDocuments(collection, documents):
                table = self.kept.setdefault(collection, {})
                table.update({document: self.held.pop(document, []) for document in documents})
                passages_now = tuple(len(table[document]) for document in documents)
                prints = (fingerprint(one.text for one in table[document]) for document in documents)
                return DocumentsCommitted(passages_now, tuple(prints))
            case DiscardDocument(document):
                self.held.pop(document, None)
                return PassagesAdded(0)
            case RemoveDocuments(collection, documents):
                for document in documents:
                    self.kept.get(collection, {}).pop(document, None)
                return IndexState(0)
            case DropCollection(collection):
                self.kept.pop(collection, None)
                return IndexState(0)
            case Optimize(collection) | DescribeIndex(collection):
                table = {name: held for name, held in self.kept.get(collection, {}).items() if held}
                return IndexState(sum(len(held) for held in table.values()), tuple(sorted(table)))
            case DocumentPassages(collection, document):
                kept = self.kept.get(collection, {}).get(document, [])
                return PassageList(tuple(sorted(kept, key=lambda one: (one.page, one.start))))
            case KeySentences(collection, document, number):
                return self._key_sentences(self.kept.get(collection, {}).get(document, []), number)
            case FindMentions():
                return self._mentions(request)
            case Search():
                return self._search(request)
            case SearchMany(searches):
                return SearchResults(tuple(self._search(search) for search in searches))
            case Retrieve():
                return self._retrieve(request)
            case _:
                raise InternalError(f"The fake engine does not know {type(request).__name__}.")

    def _key_sentences(self, kept: Sequence[Passage], number: int) -> ChosenSentences:
        """The first sentence of each passage."""
        ordered = sorted(kept, key=lambda one: (one.page, one.start))[:number]
        firsts = [(one, *next(sentences(one.text))) for one in ordered]
        return ChosenSentences(tuple(ChosenSentence(*first) for first in firsts))

    def _mentions(self, request: FindMentions) -> Mentions:
        table = self.kept.get(request.collection_id, {})
        count = Count(Terms(request.terms, request.exact, request.together))
        inside = [
            one
            for name, held in table.items()
            if not request.document_ids or name in request.document_ids
            for one in held
        ]
        for one in inside:
            count.add(one.id, one.document_id, one.page, one.record_id, one.text)
        best = {one.id: one for one in inside}
        documents = tuple(
            replace(tally.result(document), best=best[tally.best]) for document, tally in count.ranked()
        )
        return Mentions(documents, count.forms(), len(inside), 0.0)

    def _add(self, request: AddPages) -> PassagesAdded:
        held = self.held.setdefault(request.document_id, [])
        if len(held) != request.held:
            raise EngineCrashed("The passages of this file were lost.", "Please try again.")
        held.extend(
            passages(request.document_id, request.title, request.pages, request.passage_tokens, _count)
        )
        return PassagesAdded(len(held))

    def _search(self, request: Search) -> SearchResult:
        text = request.query or request.phrase
        hits: list[Hit] = []
        for collection in (request.collection_id, *request.more_collections):
            hits.extend(self._hits(collection, text, request.document_ids))
        if request.phrase:
            hits = [hit for hit in hits if phrase_ranges(hit.passage.text, request.phrase)]
        hits.sort(key=lambda hit: -hit.score)
        return SearchResult(tuple(hits[: request.k]), 0.0)

    def _hits(self, collection: str, text: str, documents: Sequence[str]) -> list[Hit]:
        table = self.kept.get(collection, {})
        inside = [one for name, held in table.items() if not documents or name in documents for one in held]
        hits = [
            Hit(one, _share(text, f"{one.title}\n{one.heading}\n{one.text}"))
            for one in sorted(inside, key=lambda one: (one.title, one.page, one.start))
        ]
        return sorted((hit for hit in hits if hit.score > 0), key=lambda hit: -hit.score)

    def _retrieve(self, request: Retrieve) -> Retrieved:
        hits = self._hits(request.collection_id, request.question, request.document_ids)[: request.k]
        ranked = [
            RankedSentence(number, start, end, hit.passage.text[start:end], score, score, score)
            for number, hit in enumerate(hits)
            for start, end in sentences(hit.passage.text)
            if (score := _share(request.question, hit.passage.text[start:end]) + hit.score / 10)
        ]
        ranked.sort(key=lambda one: -one.score)
        confidence = hits[0].score if hits else 0.0
        return Retrieved(tuple(hits), tuple(ranked), confidence >= FOUND_FROM, confidence, 0.0)

    # --- the model ---------------------------------------------------------------------------------------------

    def _generate(self, request: Generate, cancel: CancelToken) -> Iterator[object]:
        prompt = [word for turn in request.turns for word in (f"<{turn.role}>", *turn.content.split())]
        same = 0
        while same < min(len(prompt) - 1, len(self.prompt)) and prompt[same] == self.prompt[same]:
            same += 1
        self.prompt = prompt
        yield PromptRead(len(prompt), same)
        words = (self.says or _echo(request.turns[-1])).split(" ")
        limit = request.sampling.max_tokens
        for number, word in enumerate(words[:limit]):
            cancel.check()
            yield GeneratedText(word if number == 0 else f" {word}")
        yield Generated(min(len(words), limit), "length" if len(words) > limit else "stop", 0.001)


def _echo(turn: ChatTurn) -> str:
    """The first quote of the question, or the question."""
    before, mark, rest = turn.content.partition("«")
    return rest.partition("»")[0] if mark else f"You said: {before}"


def _count(texts: list[str]) -> list[int]:
    return [len(text.split()) for text in texts]


def _share(question: str, text: str) -> float:
    asked = set(stems(question))
    return len(asked & set(stems(text))) / len(asked) if asked else 0.0


def _similarity(left: str, right: str) -> float:
    one, other = set(stems(left)), set(stems(right))
    return len(one & other) / len(one | other) if one | other else 0.0


# --- the reader -------------------------------------------------------------------------------------------------


def _read(request: ReadFile | RenderPage, cancel: CancelToken) -> Iterator[object]:
    """A form feed ends a page. A file that begins with `!damaged` is; one with `!slow` waits to be cancelled.

    `!locked WORD` needs WORD as its password, `!scan` is a page for OCR, and `!holds` goes on with a JSON object: the
    names and texts of the files inside.
    """
    text = _text_of(request)
    if text.startswith("!locked ") and request.password != text.split()[1]:
        raise ReadError("This file is locked with a password.", reason="encrypted")
    if text.startswith("!damaged"):
        raise ReadError("This file is damaged.", "Get another copy of it.")
    if isinstance(request, RenderPage):
        yield PagePicture(request.width, 2, b"\xff" * (request.width * 2 * 3), text.count("\f") + 1)
        return
    while text.startswith("!slow"):
        cancel.check()
        cancel.wait(0.01)
    if text.startswith("!holds"):
        held = json.loads(text.removeprefix("!holds"))
        yield MembersFound(
            tuple(Member(name, len(one), 0.0, sha256(one.encode()).hexdigest()) for name, one in held.items())
        )
        yield FileRead("zip", "", 0)
        return
    if text.startswith("!scan") and not request.ocr:
        yield FileRead("pdf", "", 1, unread=1)
        return
    pages = list(_pages(request, text))
    for done, page in enumerate(pages, 1):
        cancel.check()
        yield PagesRead((page,), done, len(pages))
    name = request.member[-1] if request.member else request.path
    scanned = len(pages) if text.startswith("!scan") else 0
    yield FileRead(Path(name).suffix.lstrip(".") or "txt", "", len(pages), scanned)


def _text_of(request: ReadFile | RenderPage) -> str:
    try:
        text = Path(request.path).read_text("utf-8", "replace")
    except OSError as error:
        raise ReadError("The file is no longer there.", details=str(error), reason="missing") from error
    for name in request.member:
        text = json.loads(text.removeprefix("!holds"))[name]
    return text


def _pages(request: ReadFile, text: str) -> Iterator[Page]:
    columns, suffix = request.columns, Path(request.path).suffix
    if not columns.text or suffix not in (".csv", ".jsonl"):
        for number, part in enumerate(text.split("\f"), 1):
            if part.strip():
                yield Page(number, part, _boxes(part))
        return
    lines = text.splitlines()
    rows = csv.DictReader(lines) if suffix == ".csv" else (json.loads(line) for line in lines)
    for number, row in enumerate(rows, 1):
        yield _row_page(number, row, columns)


def _row_page(number: int, row: Mapping[str, object], columns: TableColumns) -> Page:
    record, title = str(row.get(columns.id, "")), str(row.get(columns.title, ""))
    return Page(number, str(row[columns.text]), record_id=record, title=title)


def _boxes(text: str) -> bytes:
    """Each word in a line of its own, one below the other."""
    boxes, place = [], 0
    words = text.split()
    for line, word in enumerate(words):
        place = text.index(word, place)
        top = line / len(words)
        boxes.append(WordBox(place, place + len(word), Box(0.1, top, 0.9, top + 0.5 / len(words))))
        place += len(word)
    return pack_boxes(boxes)


def create(options: Mapping[str, object]) -> FakeEngine:
    """Options: `says`, what the model answers (else it repeats the first quote)."""
    return FakeEngine(str(options.get("says", "")))
