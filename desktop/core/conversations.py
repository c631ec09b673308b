"""The nouns of the chat: conversations, messages, and an answer with its quotes, sentences and coverage."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from desktop.core.chat_requests import AdapterUse, Sampling
from desktop.core.documents import Source
from desktop.core.manner import Manner


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


class Reading(StrEnum):
    """How an answer has read the files: the nearest passages, one file as a whole, one file part by part, or every
    passage for certain words."""

    PASSAGES = "passages"
    WHOLE = "whole"
    PARTS = "parts"
    EVERY = "every"


@dataclass(frozen=True)
class UnreadFile:
    """A file that could not be read, and why, in a sentence."""

    name: str
    reason: str


@dataclass(frozen=True)
class Coverage:
    """What an answer has read: files it saw passages of, of how many; and how many could not be read.

    `failed` names the first of those that could not be read.
    `pages` of `pages_total` were read where one file was, in `parts` of `parts_total`, and `passages` of
    `passages_total`; `files_waiting` were not read into the library yet.
    """

    files_read: int = 0
    files_total: int = 0
    passages: int = 0
    files_failed: int = 0
    files: tuple[str, ...] = ()
    failed: tuple[UnreadFile, ...] = ()
    pages: int = 0
    pages_total: int = 0
    files_waiting: int = 0
    reading: Reading = Reading.PASSAGES
    parts: int = 0
    parts_total: int = 0
    passages_total: int = 0


@dataclass(frozen=True)
class ContextUse:
    """What filled the model's context when it wrote an answer, in tokens, as far as it was counted beforehand.

    `size` is all that it can see at once, `reserve` what was kept free for the answer. `left_out` is how many of the
    oldest messages were not shown to it, because there was no room; `first_seen` is the id of the first message that
    was, '' where all were, and `summary` what stood in the place of the others. `whole_question` is how long the
    question is of which only a beginning and an end were shown, 0 for one that was shown as it is. Of the quotes and
    passages that were found `passages` were shown, and for `passages_left_out` there was no room.
    """

    size: int = 0
    instructions: int = 0
    files: int = 0
    history: int = 0
    question: int = 0
    reserve: int = 0
    left_out: int = 0
    first_seen: str = ""
    summary: str = ""
    whole_question: int = 0
    passages: int = 0
    passages_left_out: int = 0


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
    context: ContextUse = field(default_factory=ContextUse)


@dataclass(frozen=True)
class Grounding:
    """What the files gave to an answer. `found` is false where they do not contain it: then `quotes` are
    only the nearest passages. `more` are the other passages that the answer saw, numbered on from the quotes.
    `proofs` are the sentences that support the answer's own and are no quotes; the first one of a passage of `more`
    has its number. `searched` is what was searched for, where that was not the question as it stands: a follow-up with
    the question before it. `counted` are the words that were counted, `exact` if only as they are written. `None`
    instead of a Grounding means that no files were asked. `instructing` are the names of the documents of which a
    passage that was shown to the model tries to give it instructions. `beside` is what was read of the collection
    of the chat where that was asked together with what is attached; `coverage` is then about what is attached."""

    found: bool
    quotes: tuple[Source, ...]
    coverage: Coverage
    more: tuple[Source, ...] = ()
    proofs: tuple[Source, ...] = ()
    searched: str = ""
    counted: tuple[str, ...] = ()
    exact: bool = False
    instructing: tuple[str, ...] = ()
    beside: Coverage | None = None

    def sources(self) -> tuple[Source, ...]:
        """All by their numbers; a proof stands for the passage that it is from."""
        numbered = {source.number: source for source in (*self.quotes, *self.more, *self.proofs)}
        return tuple(numbered[number] for number in sorted(numbered))


@dataclass(frozen=True)
class Message:
    """One turn. `prompt` is exactly what the model was given for a user's turn (the question with quoted
    passages), kept so that the next turn's prompt starts with the same tokens. `document_ids` are the documents that
    a user's turn asks alone; none asks the whole collection.

    `parent_id` is the message that it follows, '' for a first one: messages with the same parent are branches.
    `model` and `sampling` are what wrote an answer and how, '' and None where no model did or it is not known;
    `manner` is how it was asked where that was not as usual.
    `with_collection` says that a user's turn asks the chat's collection together with what is attached to it.
    """

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
    document_ids: tuple[str, ...] = ()
    parent_id: str = ""
    model: str = ""
    sampling: Sampling | None = None
    manner: Manner | None = None
    with_collection: bool = False


@dataclass(frozen=True)
class FoundMessage:
    """A message with the words that were searched for. `excerpt` is a part of it, `marks` are the words' places there;
    `title` is its conversation's."""

    message_id: str
    conversation_id: str
    title: str
    role: Role
    excerpt: str
    marks: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True)
class Conversation:
    """A chat. `collection_id` is the collection it asks, or '' for a chat without files.

    `folder` is the name of the folder that the person has put it into, or ''. `deleted_at` is when it came into the
    trash, 0 while it is not there. `adapters` are those that the person has switched on for it, of whatever model.
    """

    id: str
    title: str
    collection_id: str = ""
    created: float = 0.0
    updated: float = 0.0
    deleted: bool = False
    named_by_person: bool = False
    pinned: bool = False
    folder: str = ""
    deleted_at: float = 0.0
    adapters: tuple[AdapterUse, ...] = ()
