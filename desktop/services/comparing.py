"""The same question to two models, prompts or settings: each answer a branch, and the better one goes on."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace

from desktop.core.cancel import CancelToken
from desktop.core.chat_requests import Sampling
from desktop.core.conversations import Message, MessageState
from desktop.core.errors import UserError
from desktop.core.events import Answer, Event
from desktop.core.sampling import PRESETS
from desktop.services.answering import Answering
from desktop.services.feedback import FeedbackService
from desktop.services.settings import SettingsService

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
    settings: SettingsService
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
        how = [self._sampling(side) for side in sides]
        first = ""
        for number, side in enumerate(sides):
            with self._using(side):
                if first:
                    events = self.answering.regenerate(
                        conversation_id, cancel, answer_id=first, system=side.system, sampling=how[number]
                    )
                else:
                    events = self.answering.ask(
                        conversation_id, question, cancel, system=side.system, sampling=how[number]
                    )
                for event in events:
                    if isinstance(event, Answer):
                        first = first or event.message.id
                    yield SideEvent(number, event)
            if cancel.cancelled:
                return

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

    @contextmanager
    def _using(self, side: Side) -> Iterator[None]:
        """Within it, the side's model answers; what is saved as the person's choice stays."""
        if side.model is None:
            yield
            return
        before = self.settings.current.chat_model
        self.settings.use(chat_model=side.model)
        try:
            yield
        finally:
            self.settings.use(chat_model=before)
