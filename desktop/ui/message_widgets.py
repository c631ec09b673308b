"""The messages of the open chat as widgets: their versions, the words and the source that are marked in them."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from desktop.core.conversations import Message, Role
from desktop.ui.answer_offers import offer
from desktop.ui.answer_parts import sources_of
from desktop.ui.chat_attachments import attached_names
from desktop.ui.chat_choices import offer_other
from desktop.ui.live_answer import LIVE_ID, LiveAnswer
from desktop.ui.message_list import MessageList
from desktop.ui.message_view import AnswerMessage
from desktop.ui.own_message import OwnMessage
from desktop.ui.theme import Theme

if TYPE_CHECKING:
    from desktop.services.all import Services


class MessageWidgets(QObject):
    """Makes the widgets that `list` shows, and keeps in them what belongs to the chat as a whole.

    `live` tells the answer that is being written in the open chat. `branches` are the versions of its messages,
    `source_message` is the answer whose sources the panel shows. `branch_chosen` carries a message and which arrow
    was pressed for it.
    """

    edited = Signal(str, str)
    ask_again = Signal(str)
    compare_asked = Signal(object)
    branch_chosen = Signal(str, int)
    source_asked = Signal(object, int)
    search_words = Signal(str, bool)
    model_changed = Signal()
    failed = Signal(object)

    def __init__(
        self, services: Services, theme: Theme, live: Callable[[], LiveAnswer | None], parent: QObject
    ) -> None:
        super().__init__(parent)
        self._services, self._theme, self._live = services, theme, live
        self.list = MessageList(theme, self._make)
        self.branches: dict[str, tuple[str, ...]] = {}
        self.source_message = ""
        self._marked, self._open_number = "", 0

    def forget_marks(self) -> None:
        """Another chat is opened."""
        self.source_message, self._open_number, self._marked = "", 0, ""

    def answer_stored(self, message_id: str) -> None:
        """The answer that was on its way has this id from now on."""
        if self.source_message == LIVE_ID:
            self.source_message = message_id

    def show_open_number(self, number: int) -> None:
        """Mark the source that the panel shows in the answer it belongs to."""
        self._open_number = number
        for entry in self.list.entries:
            if isinstance(entry.widget, AnswerMessage):
                own = entry.message.id == self.source_message
                entry.widget.set_open_number(number if own else 0)

    def mark_words(self, words: str) -> None:
        """Mark words in all messages; '' marks none."""
        self._marked = words
        for entry in self.list.entries:
            if isinstance(entry.widget, OwnMessage | AnswerMessage):
                entry.widget.mark_words(words)

    def settle(self) -> None:
        """What depends on whether an answer is on its way, and on which message is the last."""
        for entry in self.list.entries:
            if isinstance(entry.widget, OwnMessage):
                entry.widget.set_editable(self._live() is None)
            elif isinstance(entry.widget, AnswerMessage):
                self._set_last(entry.widget)
            if isinstance(entry.widget, OwnMessage | AnswerMessage):
                self._show_branches(entry.widget, entry.message)

    def _make(self, message: Message) -> QWidget:
        made = self._make_own(message) if message.role is Role.USER else self._make_answer(message)
        made.resized.connect(self.list.arrange_soon)
        switch = made.switch
        switch.chosen.connect(lambda chosen: self.branch_chosen.emit(chosen, switch.held_step(chosen)))
        self._show_branches(made, message)
        made.mark_words(self._marked)
        return made

    def _make_own(self, message: Message) -> OwnMessage:
        own = OwnMessage(self._theme, message, attached_names(self._services.library, message))
        own.edited.connect(self.edited)
        own.set_editable(self._live() is None)
        return own

    def _make_answer(self, message: Message) -> AnswerMessage:
        answer = AnswerMessage(self._theme, message)
        live = self._live()
        if message.id == LIVE_ID and live is not None:
            answer.follow(live)
        answer.ask_again.connect(lambda: self.ask_again.emit(answer.message.id))
        answer.compare_asked.connect(lambda: self.compare_asked.emit(answer.message))
        answer.source_opened.connect(lambda number: self._source_clicked(answer, number))
        answer.search_words.connect(self.search_words)
        offer(answer, self._services, self._theme, self.failed.emit)
        self._set_last(answer)
        if message.id == self.source_message:
            answer.set_open_number(self._open_number)
        return answer

    def _show_branches(self, widget: OwnMessage | AnswerMessage, message: Message) -> None:
        widget.set_branches(self.branches.get(message.id, ()))
        widget.switch.set_free(self._live() is None)

    def _set_last(self, answer: AnswerMessage) -> None:
        """Let the last answer be asked again, and another model in the place of one that failed."""
        free, entries = self._live() is None, self.list.entries
        answer.end.set_last(bool(entries) and entries[-1].message.id == answer.message.id and free, free)
        offer_other(answer, self._services.models, self.model_changed.emit, self.ask_again.emit)

    def _source_clicked(self, answer: AnswerMessage, number: int) -> None:
        if answer.grounding is not None:
            self.source_message = answer.message.id
            self.source_asked.emit(sources_of(answer.message), number)
