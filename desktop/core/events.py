"""What a service's generator yields: frozen, typed events, the same for the window and the command line."""

from __future__ import annotations

from dataclasses import dataclass

from desktop.core.conversations import AnswerSentence, Grounding, Message
from desktop.core.documents import Document, Source
from desktop.core.folders import LinkedFolder
from desktop.core.found import FoundDocument


@dataclass(frozen=True)
class Event:
    """Anything that a long action tells while it runs."""


@dataclass(frozen=True)
class Progress(Event):
    """How far it is: `done` of `total` (0 where it is not known), in words, with an estimate in seconds or None."""

    done: int
    total: int
    words: str = ""
    seconds_left: float | None = None


@dataclass(frozen=True)
class Note(Event):
    """One sentence about what is going on, or what to know."""

    words: str


@dataclass(frozen=True)
class Found(Event):
    """The quotes of an answer, before the model's first word. `message` is the question as stored."""

    message: Message
    grounding: Grounding | None


@dataclass(frozen=True)
class SearchFound(Event):
    """What a search has found, by file. `reranked` tells whether a reranker has put it in order, `limited` that these
    are the best of more."""

    documents: tuple[FoundDocument, ...]
    seconds: float = 0.0
    reranked: bool = False
    limited: bool = False


@dataclass(frozen=True)
class Token(Event):
    """A piece of the model's text, to be appended."""

    text: str


@dataclass(frozen=True)
class SentenceChecked(Event):
    """A sentence of the streaming answer is complete and was matched against the passages.

    `proof` is the source that supports it, where the grounding does not have it yet.
    """

    sentence: AnswerSentence
    proof: Source | None = None


@dataclass(frozen=True)
class Answer(Event):
    """The last event of an ask: the answer as stored (complete, stopped or failed; `message.state` tells)."""

    message: Message


@dataclass(frozen=True)
class ConversationRenamed(Event):
    """The conversation got a title from its first question."""

    conversation_id: str
    title: str


@dataclass(frozen=True)
class FileChanged(Event):
    """A file's row has a new state. `page` and `pages` tell how far reading is, where it is known."""

    document: Document
    page: int = 0
    pages: int = 0


@dataclass(frozen=True)
class FileMoved(Event):
    """A file of a linked folder has another path or name than `before`; nothing of it was read again."""

    document: Document
    before: str


@dataclass(frozen=True)
class FileRemoved(Event):
    """A file of a linked folder is gone, and so is its row."""

    document: Document


@dataclass(frozen=True)
class FolderChanged(Event):
    """A linked folder was looked at, or is away."""

    folder: LinkedFolder


@dataclass(frozen=True)
class ScanSummary(Event):
    """The last event of a scan of linked folders. `to_read` are the documents that are new or changed.

    `by_folder` tells how many of them each folder has. `writing` files were still being written and are left to the
    next scan; `away` are the folders that are not there.
    """

    new: int = 0
    changed: int = 0
    moved: int = 0
    removed: int = 0
    unchanged: int = 0
    writing: int = 0
    away: tuple[str, ...] = ()
    to_read: tuple[str, ...] = ()
    by_folder: tuple[tuple[str, int], ...] = ()
    seconds: float = 0.0


@dataclass(frozen=True)
class ImportSummary(Event):
    """The last event of an import; `seconds` is the whole time."""

    ready: int
    skipped: int
    failed: int
    passages: int
    seconds: float
