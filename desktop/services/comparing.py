"""The same question to two models, prompts or settings: each answer a branch, and the better one goes on."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from desktop.core.cancel import CancelToken
from desktop.core.chat_requests import Sampling
from desktop.core.conversations import Message, MessageState
from desktop.core.errors import UserError
from desktop.core.events import Answer, Event
from desktop.core.sampling import PRESETS
from desktop.services.answering import Answering
from desktop.services.feedback import FeedbackService

_NUMBERS = frozenset(Sampling.__dataclass_fields__)


@dataclass(frozen=True)
class Side:
    """What answers: a model by what Settings hold ('' is the one in use), instructions, and a preset of sampling."""

    name: str
    model: str | None = None
    system: str = ""
    preset: str = ""


@dataclass(frozen=True)
class SideEvent(Event):
    """An event of one side, counted from 0."""

    side: int
    event: Event


@dataclass(frozen=True)
class Comparing:
    """Asks one side after the other: they share one queue, and two models at once would only slow each other."""

    answering: Answering
    feedback: FeedbackService

    def compare(
        self, conversation_id: str, question: str, sides: Sequence[Side], cancel: CancelToken | None = None
    ) -> Iterator[SideEvent]:
        """Ask each side; every event tells its side. The answers become branches of the conversation.

        A side that fails tells so in its answer, and the next one is asked; after a cancel no further one is. Raises
        UserError for fewer than two sides, an unknown preset or an empty question.
        """
        if len(sides) < 2:
            raise UserError("There is nothing to compare.", "Name two models, instructions or presets.")
        cancel = cancel or CancelToken()
        for side in sides:
            self._sampling(side)
        first = ""
        for number, side in enumerate(sides):
            for event in self.one(conversation_id, question, side, cancel, beside=first, same_manner=False):
                if isinstance(event, Answer):
                    first = first or event.message.id
                yield SideEvent(number, event)
            if cancel.cancelled:
                return

    def one(
        self,
        conversation_id: str,
        question: str,
        side: Side,
        cancel: CancelToken,
        *,
        beside: str = "",
        same_manner: bool = True,
        document_ids: Sequence[str] = (),
        with_collection: bool = False,
    ) -> Iterator[Event]:
        """One side's answer: to a new question, or to that of the answer `beside`, as a branch next to it.

        A side without instructions has those of the answer beside it, without `same_manner` the usual ones.

        Events and errors as in `Answering.ask`; UserError for an unknown preset, too.
        """
        sampling = self._sampling(side)
        answering = self.answering if side.model is None else self.answering.using(side.model)
        if beside:
            yield from answering.regenerate(
                conversation_id,
                cancel,
                answer_id=beside,
                system=side.system,
                sampling=sampling,
                same_manner=same_manner,
            )
        else:
            yield from answering.ask(
                conversation_id,
                question,
                cancel,
                document_ids=document_ids,
                with_collection=with_collection,
                system=side.system,
                sampling=sampling,
            )

    def choose(self, better: Message, others: Sequence[Message]) -> None:
        """Go on with the better answer, and keep that it was chosen before the whole ones among the others."""
        self.answering.store.show_branch(better.id)
        for other in others:
            if other.state is MessageState.COMPLETE and other.text.strip() and other.text != better.text:
                self.feedback.prefer(better.id, other.id)

    def _sampling(self, side: Side) -> Sampling:
        """The numbers of the settings, or of the side's preset; the same seed on each side."""
        current = self.answering.writer.sampling()
        if not side.preset:
            return current
        preset = next((one for one in PRESETS if one.name == side.preset), None)
        if preset is None:
            names = ", ".join(one.name for one in PRESETS)
            raise UserError(f"There is no preset “{side.preset}”.", f"Choose one of {names}.")
        numbers = {name: value for name, value in preset.values().items() if name in _NUMBERS}
        return replace(current, **numbers)  # type: ignore[arg-type]
