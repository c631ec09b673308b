"""The nouns of the chat: conversations, messages, and an answer with its quotes, sentences and coverage."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from desktop.core.documents import Source


class Role(StrEnum):
    USER = "user"
    ASSISTANT = "assistant"


class MessageState(StrEnum):
    """WRITING while it streams; a message found in WRITING at start-up was interrupted."""

    WRITING = "writing"
    COMPLETE = "complete"
    STOPPED = "stopped"
    FAILED = "failed"


@dataclass(frozen=True)
class AnswerSentence:
    """One sentence of the model's words: characters `start:end` of the answer's text.

    `source` is the number of the source that supports it, or 0. `checked` is false where there was nothing
    to check against (a chat without files) or the sentence claims nothing (a greeting, a heading).
    """

    start: int
    end: int
    text: str
    supported: bool
    source: int = 0
    checked: bool = True


@dataclass(frozen=True)
class UnreadFile:
    """A file that could not be read, and why, in a sentence."""

    name: str
    reason: str


@dataclass(frozen=True)
class Coverage:
    """What an answer has read: files it saw passages of, of how many; and how many could not be read.

    `failed` names the first of those that could not be read.
    """

    files_read: int = 0
    files_total: int = 0
    passages: int = 0
    files_failed: int = 0
    files: tuple[str, ...] = ()
    failed: tuple[UnreadFile, ...] = ()


@dataclass(frozen=True)
class Timings:
    """Seconds from the question on, and counts of tokens."""

    search: float = 0.0
    first_token: float = 0.0
    total: float = 0.0
    prompt_tokens: int = 0
    reused_tokens: int = 0
    answer_tokens: int = 0
    tokens_per_second: float = 0.0


@dataclass(frozen=True)
class Grounding:
    """What the files gave to an answer. `found` is false where they do not contain it: then `quotes` are
    only the nearest passages. `more` are the other passages that the answer saw, numbered on from the quotes.
    `None` instead of a Grounding means that no files were asked."""

    found: bool
    quotes: tuple[Source, ...]
    coverage: Coverage
    more: tuple[Source, ...] = ()


@dataclass(frozen=True)
class Message:
    """One turn. `prompt` is exactly what the model was given for a user's turn (the question with quoted
    passages), kept so that the next turn's prompt starts with the same tokens."""

    id: str
    conversation_id: str
    role: Role
    text: str
    state: MessageState = MessageState.COMPLETE
    created: float = 0.0
    prompt: str = ""
    grounding: Grounding | None = None
    sentences: tuple[AnswerSentence, ...] = ()
    timings: Timings = field(default_factory=Timings)
    note: str = ""


@dataclass(frozen=True)
class Conversation:
    """A chat. `collection_id` is the collection it asks, or '' for a chat without files."""

    id: str
    title: str
    collection_id: str = ""
    created: float = 0.0
    updated: float = 0.0
    deleted: bool = False
    named_by_person: bool = False
