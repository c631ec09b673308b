"""Answers questions that count or list from every passage there is, in code: which files mention a word, how often."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from desktop.core.cancel import CancelToken
from desktop.core.conversations import AnswerSentence, Coverage, Grounding, Reading, UnreadFile
from desktop.core.documents import Document, DocumentState, Hit, Source
from desktop.core.library_requests import DocumentMentions, FindMentions, Mentions
from desktop.core.questions import Question, Unit, Wanted
from desktop.core.text import sentences
from desktop.engines.process import call
from desktop.services.searching import FAILED_NAMED, Searching
from desktop.services.sources import source_of
from desktop.store.catalogue import Catalogue

MOST_LISTED = 500
"""Files that an answer lists by name; it says how many more there are."""
PAGES_LISTED = 12
_LIST_MARK = re.compile(r"^(\d*)([-+#>.)])")


@dataclass(frozen=True)
class Counted:
    """An answer that was counted: its text, its sentences with the sources that show them, and what was read."""

    text: str
    sentences: tuple[AnswerSentence, ...] = ()
    grounding: Grounding | None = None
    note: str = ""


@dataclass
class _Lines:
    """The text of an answer as it is put together, with the place of each line that has a source."""

    text: str
    sentences: list[AnswerSentence] = field(default_factory=list)
    sources: list[Source] = field(default_factory=list)

    def add(self, line: str, hit: Hit | None, start: int, end: int) -> None:
        """A line of the list, with the sentence around a place of its best passage."""
        begin = len(self.text) + 3
        self.text += f"\n- {line}"
        if hit is None:
            return
        number = len(self.sources) + 1
        self.sources.append(source_of(hit, number, *_sentence_around(hit.passage.text, start, end)))
        self.sentences.append(AnswerSentence(begin, len(self.text), line, supported=True, source=number))


@dataclass(frozen=True)
class Counting:
    """Counts in the passages of a collection, or of some of its documents."""

    searching: Searching

    def count(
        self,
        collection_id: str,
        question: Question,
        document_ids: Sequence[str] = (),
        cancel: CancelToken | None = None,
    ) -> Counted:
        """The answer to a question of the kinds MENTIONS, TIMES and FILES."""
        if question.wanted is Wanted.FILES:
            return self._files(collection_id)
        limited = tuple(document_ids)
        request = FindMentions(collection_id, question.terms, question.exact, document_ids=limited)
        found = call(self.searching.engine, Mentions, request, cancel)
        together = not found.documents and not question.exact and any(" " in term for term in question.terms)
        if together:
            request = FindMentions(collection_id, question.terms, together=True, document_ids=limited)
            found = call(self.searching.engine, Mentions, request, cancel)
        return self._answer(collection_id, question, limited, found, together)

    def _answer(
        self,
        collection_id: str,
        question: Question,
        limited: tuple[str, ...],
        found: Mentions,
        together: bool,
    ) -> Counted:
        catalogue = self.searching.catalogue
        there = [(one, row) for one in found.documents if (row := catalogue.document(one.document_id))]
        coverage = _coverage(catalogue, collection_id, limited, found.passages_read)
        lines = _Lines(_headline(question, [one for one, _ in there], coverage.files_total, together))
        for one, row in there[:MOST_LISTED]:
            hit = Hit(one.best, 1.0, row.path, row.name, row.member) if one.best else None
            lines.add(f"{_plain(row.name)}: {_amount(question, one, together)}", hit, one.start, one.end)
        if len(there) > MOST_LISTED:
            lines.text += f"\n\nAnd {len(there) - MOST_LISTED:,} more files."
        grounding = Grounding(
            bool(there),
            (),
            coverage,
            tuple(lines.sources),
            counted=question.terms,
            exact=question.exact,
        )
        return Counted(lines.text, tuple(lines.sentences), grounding, _note(question, found, together))

    def _files(self, collection_id: str) -> Counted:
        """How many files the collection has, by what became of them."""
        catalogue = self.searching.catalogue
        counts = catalogue.counts_by_state(collection_id)
        total, ready = sum(counts.values()), counts[DocumentState.READY]
        failed, skipped = counts[DocumentState.FAILED], counts[DocumentState.SKIPPED]
        waiting = total - ready - failed - skipped
        parts = [f"{ready:,} {'is' if ready == 1 else 'are'} ready"]
        parts += [f"{failed:,} could not be read"] if failed else []
        parts += [f"{skipped:,} {'was' if skipped == 1 else 'were'} skipped"] if skipped else []
        parts += [f"{waiting:,} {'is' if waiting == 1 else 'are'} still to be read"] if waiting else []
        text = f"There {'is 1 file' if total == 1 else f'are {total:,} files'} here: {', '.join(parts)}."
        rows = catalogue.documents(collection_id, limit=MOST_LISTED)
        text += "".join(f"\n- {_plain(row.name)}{_state(row)}" for row in rows)
        if total > len(rows):
            text += f"\n\nAnd {total - len(rows):,} more files."
        return Counted(text)


def _coverage(catalogue: Catalogue, collection_id: str, limited: tuple[str, ...], passages: int) -> Coverage:
    counts = catalogue.counts_by_state(collection_id)
    ready = len(limited) or counts[DocumentState.READY]
    waits = (DocumentState.WAITING, DocumentState.READING, DocumentState.EMBEDDING)
    failed = () if limited else catalogue.failed(collection_id, FAILED_NAMED)
    return Coverage(
        files_read=ready,
        files_total=ready,
        passages=passages,
        files_failed=0 if limited else counts[DocumentState.FAILED],
        failed=tuple(UnreadFile(row.name, row.reason) for row in failed),
        files_waiting=0 if limited else sum(counts[state] for state in waits),
        reading=Reading.EVERY,
    )


def _headline(question: Question, found: Sequence[DocumentMentions], total: int, together: bool) -> str:
    """The count, in a sentence; it ends in a colon where a list follows."""
    term = " or ".join(f"“{term}”" for term in question.terms)
    of_total = f"{len(found):,} of {total:,} {_files(total)}"
    if not found:
        return (
            f"None of the {total:,} files mentions {term}."
            if total != 1
            else f"The file does not mention {term}."
        )
    if together:
        passages = sum(one.passages for one in found)
        words = f"{passages:,} {'passage has' if passages == 1 else 'passages have'}"
        return f"No file has {term} as it stands; {words} all of these words, in {of_total}:"
    times = sum(one.times for one in found)
    if question.wanted is Wanted.TIMES:
        return f"{term} stands {_times(times)} in {of_total}:"
    if question.unit is Unit.PAGES:
        pages = sum(len(one.pages) for one in found)
        return f"{pages:,} {'page mentions' if pages == 1 else 'pages mention'} {term}, in {of_total}:"
    rows = sum(one.rows or one.passages for one in found)
    if question.unit is Unit.ROWS:
        return f"{rows:,} {'row mentions' if rows == 1 else 'rows mention'} {term}, in {of_total}:"
    return f"{of_total} {'mentions' if len(found) == 1 else 'mention'} {term}, {_times(times)} in all:"


def _amount(question: Question, one: DocumentMentions, together: bool) -> str:
    """What one file has, in the unit that was asked for."""
    if question.unit is Unit.PAGES:
        listed = ", ".join(str(page) for page in one.pages[:PAGES_LISTED])
        more = f" and {len(one.pages) - PAGES_LISTED} more" if len(one.pages) > PAGES_LISTED else ""
        return f"{'page' if len(one.pages) == 1 else 'pages'} {listed}{more}"
    if question.unit is Unit.ROWS:
        rows = one.rows or one.passages
        return "1 row" if rows == 1 else f"{rows:,} rows"
    if together:
        return "1 passage" if one.passages == 1 else f"{one.passages:,} passages"
    return _times(one.times)


def _note(question: Question, found: Mentions, together: bool) -> str:
    """What was counted, so that nobody takes it for more."""
    if question.exact:
        return "Counted exactly as written, capital letters aside."
    if not found.forms:
        return "Looked for in every form of the words; files that say it in other words are not counted."
    if together:
        return "Files that say it in other words are not counted."
    forms = ", ".join(f"“{form}”" for form in found.forms)
    return f"Counted as {forms}. Files that say it in other words are not counted."


def _files(number: int) -> str:
    return "file" if number == 1 else "files"


def _times(number: int) -> str:
    return {1: "once", 2: "twice"}.get(number, f"{number:,} times")


def _state(row: Document) -> str:
    return f" (could not be read: {row.reason})" if row.state is DocumentState.FAILED else ""


def _plain(name: str) -> str:
    """A name on one line, of which Markdown makes no mark and no list."""
    folded = " ".join(name.split())
    escaped = "".join(f"\\{character}" if character in "\\`*[]<" else character for character in folded)
    return _LIST_MARK.sub(r"\g<1>\\\g<2>", escaped)


def _sentence_around(text: str, start: int, end: int) -> tuple[int, int]:
    """The sentence that a place stands in."""
    for first, last in sentences(text):
        if first <= start < last:
            return first, max(last, end)
    return start, end
