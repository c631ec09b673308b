"""A chat as it is exported for people: its turns in order, with every source as a numbered footnote."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache

from markdown_it import MarkdownIt

from desktop.core.conversations import Conversation, Message, MessageState, Role
from desktop.core.documents import Source
from desktop.core.text import clean

# Stand for a footnote's number inside a text; both are for private use, so no text of ours has them.
NOTE_OPEN, NOTE_CLOSE = "\ue000", "\ue001"
_NO_MARKS = str.maketrans("", "", NOTE_OPEN + NOTE_CLOSE)


@dataclass(frozen=True)
class Quote:
    """A sentence of a file that stands before an answer, and its footnote's number."""

    text: str
    note: int


@dataclass(frozen=True)
class Turn:
    """A message. `text` is Markdown with NOTE_OPEN number NOTE_CLOSE where a footnote belongs; `remark` says what to
    know of it, such as that it was stopped."""

    role: Role
    model: str
    created: float
    text: str
    quotes: tuple[Quote, ...]
    remark: str


@dataclass(frozen=True)
class ExportText:
    """The whole: `notes` are the footnotes, the first one has the number 1."""

    title: str
    created: float
    turns: tuple[Turn, ...]
    notes: tuple[str, ...]


def export_text(
    conversation: Conversation, messages: Iterable[Message], attached: Mapping[str, str]
) -> ExportText:
    """The messages of one branch as text with footnotes; each source of an answer has one number in all of it.

    `attached` are the names of attachments, by their ids.
    """
    notes: list[str] = []
    turns = [_turn(message, notes, attached) for message in messages]
    title = plain(conversation.title) or "Chat"
    return ExportText(title, conversation.created, tuple(turns), tuple(notes))


@lru_cache(maxsize=1)
def parser() -> MarkdownIt:
    """Reads an answer's Markdown. Without pictures and links an address stays the text that it is: there is nothing to
    load and nothing hidden."""
    made = MarkdownIt("commonmark", {"html": False, "linkify": False, "maxNesting": 40})
    return made.enable(["table", "strikethrough"]).disable(
        ["image", "link", "autolink", "reference", "html_block", "html_inline"]
    )


def plain(text: str) -> str:
    """Text on one line, without what marks a footnote or cannot be written."""
    return " ".join(clean(text).translate(_NO_MARKS).split())


def note_words(source: Source) -> str:
    """What stands in a footnote: file, page, and the sentence."""
    page = f", page {source.page}" if source.page > 0 else ""
    return f"{plain(source.document)}{page}: “{plain(source.text)}”"


def _turn(message: Message, notes: list[str], attached: Mapping[str, str]) -> Turn:
    grounding = message.grounding
    numbers: dict[int, int] = {}
    quotes = []
    for quote in grounding.quotes if grounding else ():
        notes.append(note_words(quote))
        numbers[quote.number] = len(notes)
        quotes.append(Quote(plain(quote.text), len(notes)))
    sources = {source.number: source for source in grounding.sources()} if grounding else {}
    for sentence in message.sentences:
        if sentence.source in sources and sentence.source not in numbers:
            notes.append(note_words(sources[sentence.source]))
            numbers[sentence.source] = len(notes)
    return Turn(
        message.role,
        plain(message.model),
        message.created,
        _marked(message, numbers),
        tuple(quotes),
        _remark(message, [plain(attached[one]) for one in message.document_ids if one in attached]),
    )


def _marked(message: Message, numbers: dict[int, int]) -> str:
    """The text with a mark behind each sentence that a source supports."""
    text = clean(message.text).replace(NOTE_OPEN, " ").replace(NOTE_CLOSE, " ")
    for sentence in sorted(message.sentences, key=lambda one: one.end, reverse=True):
        number = numbers.get(sentence.source)
        if number and sentence.supported and 0 < sentence.end <= len(text):
            text = f"{text[: sentence.end]}{NOTE_OPEN}{number}{NOTE_CLOSE}{text[sentence.end :]}"
    return text.strip("\n")


def _remark(message: Message, attached: list[str]) -> str:
    words = {
        MessageState.STOPPED: "Stopped.",
        MessageState.WRITING: "Not finished.",
        MessageState.FAILED: "Failed.",
    }.get(message.state, "")
    with_it = f"Attached: {', '.join(attached)}." if attached else ""
    return " ".join(part for part in (words, with_it, plain(message.note)) if part)
