"""What a chat shows of the model's memory: the bar, the choice behind it, and the line where it ends."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QPoint, Signal
from PySide6.QtGui import QAction, QActionGroup

from desktop.core.conversations import ContextUse, Message
from desktop.core.errors import DesksideError
from desktop.ui.memory_bar import MemoryBar
from desktop.ui.memory_end import MemoryEnd
from desktop.ui.message_list import MessageList
from desktop.ui.theme import Theme
from desktop.ui.widgets import menu

if TYPE_CHECKING:
    from desktop.services.models import Models
    from desktop.services.settings import SettingsService

TOKENS_A_CHARACTER = 0.27
"""Of English text with the starter model's tokenizer; measured anew on each answer of the chat."""


class ChatMemory(QObject):
    """Follows the messages of one chat and what is being written; it counts nothing itself, so typing never waits."""

    failed = Signal(object)

    def __init__(
        self, theme: Theme, settings: SettingsService, models: Models, bar: MemoryBar, shown: MessageList
    ) -> None:
        super().__init__(shown)
        self._theme, self._settings, self._models, self._bar, self._list = theme, settings, models, bar, shown
        self._last: Message | None = None
        self._ratio = TOKENS_A_CHARACTER
        bar.clicked.connect(self.open_choice)

    def show_messages(self, messages: Sequence[Message]) -> None:
        """The last answer tells what the memory was filled with, and where it began."""
        answers = [message for message in messages if message.timings.prompt_tokens]
        self._last = answers[-1] if answers else None
        self.show_model()
        self._ratio = _measured(answers)
        self._show_end(answers[-1].timings.context if answers else ContextUse())

    def show_model(self) -> None:
        """The model that answers next may be another one, with a memory of another size."""
        whole, last = self._settings.current.context_size, self._last
        timings = last.timings if last is not None else None
        if last is not None and timings is not None and (size := self._size_of_other(last.model)):
            timings = replace(timings, context=replace(timings.context, size=size))
        self._bar.show_turn(timings, whole)

    def _size_of_other(self, before: str) -> int:
        """The tokens that the chosen model is to see at once, where it is not the one that answered before; else 0."""
        try:
            current = self._models.current()
        except DesksideError:
            return 0  # no model is there: told where it is asked
        if not before or before == current.name:
            return 0
        return self._models.settings_of(current).context_size or self._settings.current.context_size

    def show_draft(self, characters: int) -> None:
        """So much is written or attached, and not sent yet."""
        self._bar.show_draft(round(characters * self._ratio), self._settings.current.context_size)

    def _show_end(self, use: ContextUse) -> None:
        shown = self._list.divider
        if isinstance(shown, MemoryEnd) and shown.use == use:
            return
        if not use.first_seen:
            self._list.set_divider("", None)
            return
        made = MemoryEnd(self._theme, use)
        made.resized.connect(self._list.arrange_soon)
        self._list.set_divider(use.first_seen, made)

    def open_choice(self) -> None:
        """What is to become of the oldest turns once there is no room for them."""
        made = menu(self._bar, "overflow_menu")
        made.addSection(self.tr("When the chat is longer than the memory"))
        group = QActionGroup(made)
        for value, words in (
            ("leave_out", self.tr("Leave out the oldest turns")),
            ("summarise", self.tr("Summarise the oldest turns, with the model")),
        ):
            action = QAction(words, made)
            action.setCheckable(True)
            action.setChecked(self._settings.current.overflow == value)
            action.triggered.connect(lambda _=False, chosen=value: self._choose(chosen))
            group.addAction(action)
            made.addAction(action)
        made.popup(self._bar.mapToGlobal(QPoint(0, -made.sizeHint().height() - 4)))

    def _choose(self, value: str) -> None:
        try:
            self._settings.change(overflow=value)
        except DesksideError as error:
            self.failed.emit(error)


def _measured(answers: Sequence[Message]) -> float:
    """Tokens a character, by the tokens that the model wrote itself."""
    tokens = sum(answer.timings.answer_tokens for answer in answers)
    characters = sum(len(answer.text) for answer in answers if answer.timings.answer_tokens)
    return tokens / characters if characters > 200 else TOKENS_A_CHARACTER
