"""Thumbs and corrections at answers: kept with what the model saw, taken back, and written as training data."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from desktop.core.chat_requests import ChatTurn
from desktop.core.conversations import Message, Role
from desktop.core.errors import StorageError, UserError
from desktop.core.feedback import (
    Feedback,
    Rating,
    Row,
    preference_of,
    preference_row,
    preferences_of,
    supervised_row,
)
from desktop.core.manner import Manner
from desktop.core.prompts import CHAT_SYSTEM, FILES_SYSTEM
from desktop.core.text import clean
from desktop.store.conversations import ConversationStore
from desktop.store.feedback import FeedbackStore

SHAPES = ("supervised", "preference")


class FeedbackService:
    """What a person says of answers. Each change gives what was said before, for an undo with `put`."""

    def __init__(self, store: FeedbackStore, conversations: ConversationStore) -> None:
        self._store = store
        self._conversations = conversations

    def get(self, message_id: str) -> Feedback:
        """What was said of an answer."""
        return self._store.get(message_id)

    def rate(self, message_id: str, rating: Rating) -> Feedback:
        """Thumbs up, down, or neither. Raises UserError where the answer is gone."""
        return self._change(message_id, rating=rating)

    def correct(self, message_id: str, correction: str) -> Feedback:
        """What it should have said, '' for nothing; a corrected answer was not good."""
        words = clean(correction).strip()
        before = self._store.get(message_id)
        rating = Rating.DOWN if words else before.rating
        return self._change(message_id, correction=words, rating=rating)

    def put(self, feedback: Feedback) -> None:
        """Bring back what was said before."""
        self._store.put(feedback)

    def prefer(self, chosen_id: str, rejected_id: str) -> None:
        """Keep which of two answers to the same question is the better one."""
        self._store.prefer(chosen_id, rejected_id, self._seen(self._answer(chosen_id)))

    def rows(self, shape: str) -> Iterator[Row]:
        """The training data in one of SHAPES. Raises UserError for another one."""
        if shape not in SHAPES:
            raise UserError(f"There is no shape “{shape}”.", f"Choose {' or '.join(SHAPES)}.")
        rated = self._store.rated()
        if shape == "supervised":
            yield from filter(None, map(supervised_row, rated))
            return
        corrected = filter(None, map(preference_of, rated))
        chosen = dict.fromkeys((*corrected, *self._store.preferred(), *preferences_of(rated)))
        yield from map(preference_row, chosen)

    def export(self, path: Path, shape: str) -> int:
        """Write them as JSON lines, whole or not at all; how many. Raises StorageError if it cannot be written."""
        lines = [json.dumps(row, ensure_ascii=False) for row in self.rows(shape)]
        beside = path.with_name(f".{path.name}.{os.getpid()}.part")
        try:
            beside.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
            beside.replace(path)
        except OSError as error:
            beside.unlink(missing_ok=True)
            raise StorageError(
                f"{path.name} could not be written.", "Check the folder and the free space.", str(error)
            ) from error
        return len(lines)

    def _change(self, message_id: str, **values: object) -> Feedback:
        answer, before = self._answer(message_id), self._store.get(message_id)
        seen = before.seen or self._seen(answer)
        self._store.put(replace(before, seen=seen, created=time.time(), **values))  # type: ignore[arg-type]
        return before

    def _answer(self, message_id: str) -> Message:
        message = self._conversations.message(message_id)
        if message is None or message.role is not Role.ASSISTANT:
            raise UserError("This answer is not there any more.")
        return message

    def _seen(self, answer: Message) -> tuple[ChatTurn, ...]:
        """What the model was sent; what comes nearest to it where no model was asked, or that was not kept."""
        return self._conversations.sent(answer.id) or self._nearest(answer)

    def _nearest(self, answer: Message) -> tuple[ChatTurn, ...]:
        """The instructions, examples, and the turns before an answer, as far as its messages tell them."""
        usual = FILES_SYSTEM if answer.grounding is not None else CHAT_SYSTEM
        manner = answer.manner or Manner(usual, alone=False)
        before = self._conversations.path_to(answer.parent_id)
        left_out = answer.timings.context.left_out
        shown = [message for message in before if message.text]
        shown = shown[-1:] if manner.alone else shown[left_out:]
        turns = (ChatTurn(message.role.value, message.prompt or message.text) for message in shown)
        return (ChatTurn("system", manner.system or usual), *manner.opening, *turns)
