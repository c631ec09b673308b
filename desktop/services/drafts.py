"""The answer while it is written, and as it is kept."""

from __future__ import annotations

import time
import uuid
from dataclasses import replace

from desktop.core.answer_table import Form, as_markdown, rows_of
from desktop.core.chat_requests import ChatTurn, Sampling
from desktop.core.conversations import (
    AnswerSentence,
    ContextUse,
    Grounding,
    Message,
    MessageState,
    Role,
    Timings,
)
from desktop.core.documents import Source
from desktop.core.errors import UserError
from desktop.core.manner import Manner


def new_message(
    conversation_id: str,
    role: Role,
    text: str,
    state: MessageState = MessageState.COMPLETE,
    parent_id: str = "",
) -> Message:
    """A message of now, behind `parent_id`."""
    return Message(
        uuid.uuid4().hex, conversation_id, role, text, state, created=time.time(), parent_id=parent_id
    )


class Draft:
    """What there is of an answer to `asked` so far; `message` is what would be kept if it ended here."""

    def __init__(self, asked: Message) -> None:
        self._message = new_message(asked.conversation_id, Role.ASSISTANT, "", MessageState.WRITING, asked.id)
        self._begin = time.monotonic()
        self._search = self._first = 0.0
        self.text = self.note = ""
        self.behind = ""
        """What is to stand behind the text that is being written; kept with it if it ends early."""
        self.state = MessageState.WRITING
        self.grounding: Grounding | None = None
        self.model = ""
        self.sampling: Sampling | None = None
        self.manner: Manner | None = None
        self.sent: tuple[ChatTurn, ...] = ()
        """The turns that the model was sent for it."""
        self.said = ""
        """What it answered to them."""
        self.sentences: list[AnswerSentence] = []
        self.proofs: list[Source] = []
        self.context = ContextUse()
        self.prompt_tokens = self.reused_tokens = self.tokens = 0

    def searched(self, grounding: Grounding | None) -> None:
        """The files were asked; a model may write now."""
        self.grounding = grounding
        self._search = time.monotonic() - self._begin

    def wrote(self, text: str) -> None:
        """Append to its text."""
        self._first = self._first or time.monotonic() - self._begin
        self.text += text

    def message(self) -> Message:
        """As it is now."""
        total = time.monotonic() - self._begin
        writing = total - self._first
        timings = Timings(
            search=self._search,
            first_token=self._first,
            total=total,
            prompt_tokens=self.prompt_tokens,
            reused_tokens=self.reused_tokens,
            answer_tokens=self.tokens,
            tokens_per_second=(self.tokens - 1) / writing if self.tokens > 1 and writing > 0 else 0.0,
            context=self.context,
        )
        proofs = (*self.grounding.proofs, *self.proofs) if self.grounding else ()
        return replace(
            self._message,
            text=self.text + self.behind if self.text else self.behind.lstrip(),
            state=self.state,
            grounding=replace(self.grounding, proofs=proofs) if self.grounding else None,
            sentences=tuple(self.sentences),
            timings=timings,
            note=" ".join(filter(None, (self.manner.note if self.manner else "", self.note))),
            model=self.model,
            sampling=self.sampling,
            manner=self.manner,
        )


def as_table(message: Message, form: Form) -> Message:
    """An answer in JSON as a table that a person reads; one that is none stays, and its note says why."""
    try:
        rows = rows_of(message.text, form)
    except UserError as error:
        return replace(message, note=" ".join(filter(None, (message.note, str(error)))))
    return replace(message, text=as_markdown(form.names, rows), sentences=())
