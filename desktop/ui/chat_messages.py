"""What a chat shows while an answer is on its way: the stored messages with the answer in its place."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import replace

from desktop.core.conversations import Message, Role
from desktop.core.manner import Manner
from desktop.ui.live_answer import LIVE_ID, LiveAnswer

PENDING_ID = "pending"


def with_live(stored: Sequence[Message], live: LiveAnswer | None) -> list[Message]:
    """The stored messages; with an answer on its way, that one behind its question and without what it replaces."""
    found = list(stored)
    if live is None:
        return found
    ids = [message.id for message in found]
    if live.edited in ids:
        # Nothing of the new branch is stored yet.
        found = found[: ids.index(live.edited)]
    # The question may be stored already while the word of it is still on its way here.
    asked = any(m.role is Role.USER and m.id not in live.before for m in found)
    asked = asked or live.asked is not None or not live.question
    while asked and found and found[-1].role is Role.ASSISTANT:
        found.pop()
    if not asked:
        found.append(Message(PENDING_ID, live.conversation_id, Role.USER, live.question))
    return [*found, live.snapshot()]


def pending(
    conversation_id: str, question: str, attached: tuple[str, ...] = (), manner: Manner | None = None
) -> Message:
    """A question that is not stored yet, with the documents that are attached to it and the prompt that it runs."""
    made = Message(PENDING_ID, conversation_id, Role.USER, question, created=time.time())
    return replace(made, document_ids=attached, manner=manner)


def place_to_answer(messages: Sequence[Message], answer_id: str) -> tuple[int, str]:
    """Where the question of an answer stands, of the last one where none is named, and the answer's id if it is stored.

    The place is -1 where there is no question.
    """
    end = next((n for n, message in enumerate(messages) if message.id == answer_id), len(messages) - 1)
    last = max((n for n, message in enumerate(messages[: end + 1]) if message.role is Role.USER), default=-1)
    stored = end > last and messages[end].id != LIVE_ID
    return last, messages[end].id if stored else ""


def asked_alone(messages: Sequence[Message]) -> str:
    """The id of the one file that a chat asks, or ''."""
    asked = [one.document_ids for one in messages if one.role is Role.USER]
    # Among other questions, one of a single file was for its summary.
    return asked[-1][0] if asked and len(asked[-1]) == 1 and asked[0] == asked[-1] else ""
