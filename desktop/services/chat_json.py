"""A whole chat as JSON, all branches with sources, sampling and timings, and such a file read back."""

from __future__ import annotations

import json
import math
import uuid
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field, replace
from functools import cache

from pydantic import TypeAdapter, ValidationError

from desktop.core.conversations import Conversation, Grounding, Message, MessageState
from desktop.core.documents import Source
from desktop.core.errors import UserError
from desktop.core.text import clean

FORMAT, VERSION = "deskside chat", 1
MOST_BYTES = 256 << 20
_NO_CHAT = "This file is not a chat that Deskside has exported."


@dataclass(frozen=True)
class ChatFile:
    """What is in a file: `shown` is the id of the last message of the branch that was shown, `files` the names of what
    was attached, by their ids."""

    conversation: Conversation
    messages: tuple[Message, ...]
    shown: str
    files: dict[str, str] = field(default_factory=dict)


def to_json(chat: ChatFile) -> str:
    """The file's text."""
    return json.dumps({"format": FORMAT, "version": VERSION, **asdict(chat)}, ensure_ascii=True, indent=1)


def read_json(text: str, known: Callable[[str, str], bool], place: Callable[[str, str], str]) -> ChatFile:
    """The chat of a file, under new ids. Raises UserError for anything that is not one.

    A file can claim anything. `known(document_id, path)` tells whether a source's document is in this library at this
    path; every other path is dropped, so that no click on a source opens what the file's author has chosen.
    `place(document_id, name)` gives the document here that a question asks alone, or ''; `name` is that of something
    attached, else ''.
    """
    try:
        data = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise UserError(_NO_CHAT, details=str(error)) from error
    if not isinstance(data, dict) or data.get("format") != FORMAT:
        raise UserError(_NO_CHAT)
    if not isinstance(data.get("version"), int) or data["version"] > VERSION:
        raise UserError(
            "This chat was exported by a newer version of Deskside.", "Update Deskside to open it."
        )
    try:
        chat = _adapter().validate_python(
            {key: data[key] for key in ("conversation", "messages", "shown", "files") if key in data}
        )
    except (ValidationError, RecursionError) as error:
        raise UserError(
            "Part of this chat is damaged, so nothing was imported.", details=str(error)[:2000]
        ) from error
    return _renamed(chat, known, place)


def _renamed(chat: ChatFile, known: Callable[[str, str], bool], place: Callable[[str, str], str]) -> ChatFile:
    conversation = replace(
        chat.conversation, id=uuid.uuid4().hex, title=" ".join(clean(chat.conversation.title).split())[:200]
    )
    conversation = replace(conversation, deleted=False, deleted_at=0.0)
    new: dict[str, str] = {"": ""}
    here: dict[str, str] = {}
    messages = []
    for message in chat.messages:
        if message.id in new or message.parent_id not in new:
            raise UserError(
                "Part of this chat is damaged, so nothing was imported.", details=message.id[:200]
            )
        new[message.id] = uuid.uuid4().hex
        moved = replace(
            message, id=new[message.id], conversation_id=conversation.id, parent_id=new[message.parent_id]
        )
        for one in message.document_ids:
            if one not in here:
                here[one] = place(one, " ".join(clean(chat.files.get(one, "")).split())[:200])
        asked = tuple(here[one] for one in message.document_ids if here[one])
        messages.append(_harmless(replace(moved, document_ids=asked), known))
    return ChatFile(conversation, tuple(messages), new.get(chat.shown, ""))


def _harmless(message: Message, known: Callable[[str, str], bool]) -> Message:
    """Without what the window could not show."""
    grounding = message.grounding
    if grounding is not None:
        grounding = _map_sources(grounding, lambda source: _source(source, known))
    sentences = tuple(one for one in message.sentences if 0 <= one.start <= one.end <= len(message.text))
    state = MessageState.STOPPED if message.state is MessageState.WRITING else message.state
    created = message.created if math.isfinite(message.created) else 0.0
    # Of another person's file a model is given nothing that does not stand in the chat: no instructions, and no
    # prompt, which may say anything else than the question that is shown.
    return replace(
        message,
        grounding=grounding,
        sentences=sentences,
        state=state,
        created=created,
        manner=None,
        prompt="",
    )


def _map_sources(grounding: Grounding, change: Callable[[Source], Source]) -> Grounding:
    def all_of(sources: Sequence[Source]) -> tuple[Source, ...]:
        return tuple(change(source) for source in sources)

    return replace(
        grounding,
        quotes=all_of(grounding.quotes),
        more=all_of(grounding.more),
        proofs=all_of(grounding.proofs),
    )


def _source(source: Source, known: Callable[[str, str], bool]) -> Source:
    if known(source.document_id, source.path):
        return source
    return replace(source, path="", member=(), document_id="", record_id="", boxes=())


@cache
def _adapter() -> TypeAdapter[ChatFile]:
    return TypeAdapter(ChatFile)
