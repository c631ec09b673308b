"""One document as a whole: its passages in order, what the model is shown of it, and whether that fits."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import PurePath

from desktop.core.cancel import CancelToken
from desktop.core.chat_requests import ChatTurn
from desktop.core.conversations import Coverage, Reading
from desktop.core.documents import Document, DocumentState, Hit
from desktop.core.library_requests import DocumentPassages, PassageList
from desktop.core.prompts import TURN_OVERHEAD, WHOLE_FILE_READ, whole_file
from desktop.engines.process import call
from desktop.services.searching import Searching
from desktop.services.writing import Writer

CHARACTERS_A_TOKEN = 8
"""More than any tokenizer packs into a token: a file with more characters than this a token is not worth counting."""
SAME_NAMES = 50
ROOM_TO_TALK = 400
"""Tokens left beside a whole file for the question, its quotes and what was said before."""


@dataclass(frozen=True)
class WholeFile:
    """A document that the model can see as a whole: its passages, and the turns that show it."""

    document: Document
    hits: tuple[Hit, ...]
    turns: tuple[ChatTurn, ...]

    @property
    def coverage(self) -> Coverage:
        """Every passage of the one file."""
        total, unread = page_counts(self.document, self.hits)
        return Coverage(
            files_read=1,
            files_total=1,
            passages=len(self.hits),
            files=(self.document.name,),
            pages=total - unread,
            pages_total=total,
            reading=Reading.WHOLE,
        )


@dataclass(frozen=True)
class Scope:
    """Finds the one document that is meant, and reads it."""

    searching: Searching
    writer: Writer

    def only_document(self, collection_id: str, document_ids: Sequence[str]) -> Document | None:
        """The document that is asked alone: the one that was named, or the only one that there is."""
        catalogue = self.searching.catalogue
        if len(document_ids) == 1:
            return catalogue.document(document_ids[0])
        if document_ids or catalogue.counts_by_state(collection_id)[DocumentState.READY] != 1:
            return None
        rows = catalogue.documents(collection_id, limit=2)
        return (
            next((row for row in rows if row.state is DocumentState.READY), None) if len(rows) == 1 else None
        )

    def named(self, collection_id: str, name: str) -> Document | None:
        """The document of this name, with or without its ending; or the only one with all these words in its name."""
        words = re.sub(r"^(?:(?:the|this|that|my|our)\s+)+", "", name.strip(), flags=re.IGNORECASE)
        if not words:
            return None
        rows = self.searching.catalogue.documents(collection_id, words, limit=SAME_NAMES)
        rows = [row for row in rows if row.state is DocumentState.READY]
        wanted = words.casefold()
        exact = [row for row in rows if wanted in (row.name.casefold(), PurePath(row.name).stem.casefold())]
        found = exact or rows
        return found[0] if len(found) == 1 else None

    def passages(self, document: Document, cancel: CancelToken) -> tuple[Hit, ...]:
        """All passages of a document, in its order."""
        request = DocumentPassages(document.collection_id, document.id)
        found = call(self.searching.engine, PassageList, request, cancel)
        return tuple(
            Hit(passage, 1.0, document.path, document.name, document.member) for passage in found.passages
        )

    def whole(self, document: Document, cancel: CancelToken) -> WholeFile | None:
        """The document as a whole, or None where that is more than the model can see at once."""
        if document.characters > CHARACTERS_A_TOKEN * self.writer.models.to_load().context_size:
            return None
        hits = self.passages(document, cancel)
        if not hits:
            return None
        shown = whole_file(document.name, list(_pages(hits)))
        counts, room = self.writer.count([shown], cancel)
        if counts[0] + 2 * TURN_OVERHEAD + ROOM_TO_TALK > room:
            return None
        return WholeFile(document, hits, (ChatTurn("user", shown), ChatTurn("assistant", WHOLE_FILE_READ)))


def page_counts(document: Document, hits: Sequence[Hit]) -> tuple[int, int]:
    """How many pages a document has, and how many of them hold no text that could be read; (0, 0) for a table."""
    if hits[0].passage.record_id:
        return 0, 0
    total = max(document.pages, hits[-1].passage.page)
    return total, min(document.unread, total - 1)


def _pages(hits: Sequence[Hit]) -> list[tuple[int, str]]:
    """The text of each page, from its passages."""
    grouped = groupby(hits, key=lambda hit: hit.passage.page)
    return [(page, "\n".join(hit.passage.text for hit in there)) for page, there in grouped]
