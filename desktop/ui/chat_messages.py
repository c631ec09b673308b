"""What a chat shows while an answer is on its way: the stored messages with the answer in its place."""

from __future__ import annotations

from collections.abc import Sequence

from desktop.core.conversations import Message, Role
from desktop.ui.live_answer import LiveAnswer

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
