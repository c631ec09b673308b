"""One chat: its messages, its composer, and the answers that are on their way, also those of other chats."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, Signal
from PySide6.QtGui import QHideEvent, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QStackedLayout, QVBoxLayout, QWidget

from desktop.core.cancel import CancelToken
from desktop.core.conversations import Conversation, Message
from desktop.core.documents import Document, Source
from desktop.core.errors import DesksideError, InternalError
from desktop.core.events import Event
from desktop.core.manner import Manner
from desktop.core.questions import SUMMARISE
from desktop.ui.answer_parts import sources_of
from desktop.ui.asked_files import AskedFiles
from desktop.ui.chat_attachments import ChatAttachments, only_document
from desktop.ui.chat_drafts import ChatDrafts
from desktop.ui.chat_empty import EmptyChat
from desktop.ui.chat_memory import ChatMemory
from desktop.ui.chat_messages import PENDING_ID, pending, place_to_answer, with_live
from desktop.ui.composer import Composer, in_reading_column
from desktop.ui.live_answer import LIVE_ID, LiveAnswer
from desktop.ui.message_view import AnswerMessage
from desktop.ui.message_widgets import MessageWidgets
from desktop.ui.own_message import OwnMessage
from desktop.ui.tasks import TaskList
from desktop.ui.theme import Theme
from desktop.ui.worker import Factory

if TYPE_CHECKING:
    from desktop.services.all import Services
    from desktop.ui.prompt_runs import Ask


class ChatView(QWidget):
    """Asks, shows and stops. `sources_offered` tells the sources of an answer that came or was opened;
    `source_asked` a source that the person wants to see."""

    started = Signal(object)
    renamed = Signal(str, str)
    used = Signal()
    model_changed = Signal()
    busy_changed = Signal()
    sources_offered = Signal(object)
    source_asked = Signal(object, int)
    search_words = Signal(str, str, bool)
    attach = Signal()
    compare_asked = Signal(object)
    open_library = Signal()
    failed = Signal(object)

    def __init__(
        self, services: Services, theme: Theme, tasks: TaskList, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._services = services
        self._theme = theme
        self.tasks = tasks
        self.conversation: Conversation | None = None
        self._live: dict[str, LiveAnswer] = {}
        self.setObjectName("chat_view")
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        self._stack = QStackedLayout()
        self.widgets = MessageWidgets(services, theme, lambda: self.live, self)
        self.list = self.widgets.list
        self.empty = EmptyChat(theme)
        self.empty.acted.connect(self.attach)
        self._stack.addWidget(self.empty)
        self._stack.addWidget(self.list)
        column.addLayout(self._stack, 1)
        column.addLayout(self._make_composer())
        self._connect_widgets()
        self.asked = AskedFiles(services.library, self.composer, self.empty)
        self.memory = ChatMemory(theme, services.settings, services.models, self.composer.memory, self.list)
        self.memory.failed.connect(self.failed)
        self.attachments = ChatAttachments(services, theme, tasks, self.composer)
        self.attachments.failed.connect(self.failed)
        self.attachments.drafted.connect(self.memory.show_draft)
        self.drafts = ChatDrafts(services.conversations, self.composer, self.attachments)
        self.drafts.failed.connect(self.failed)

    # --- what is shown

    @property
    def conversation_id(self) -> str:
        return self.conversation.id if self.conversation else ""

    @property
    def live(self) -> LiveAnswer | None:
        """The answer that is being written in this chat."""
        return self._live.get(self.conversation_id)

    def open(self, conversation: Conversation | None, collection_id: str = "") -> None:
        """Show a chat at its end, or with None an empty one that asks a collection."""
        self.conversation = conversation
        self.drafts.open(self.conversation_id)
        self.widgets.forget_marks()
        messages = self._messages()
        self.asked.only = only_document(self._services.library, messages)
        self.asked.show(conversation.collection_id if conversation else collection_id)
        self.list.set_messages(messages)
        self._settle()
        answers = [entry.message for entry in self.list.entries if entry.message.grounding]
        self._offer(answers[-1] if answers else None)
        self.composer.field.setFocus()

    def reload(self) -> None:
        """Read the open chat anew, after its messages were changed from elsewhere."""
        if self.conversation is not None:
            self.open(self._services.conversations.get(self.conversation_id))
            self.used.emit()

    # --- what is done

    def summarise(self, document: Document) -> None:
        """Ask for the summary of a file, wherever else this chat looks."""
        self.ask(SUMMARISE.replace("{file}", document.name), document)

    def ask(self, question: str, document: Document | None = None) -> None:
        """Send a question, of one file alone if it is named; the first question makes the chat."""
        if self.live is not None:
            return
        together = self.composer.together and document is None
        attached = () if document else self.attachments.take()
        only = attached or self.asked.ids(document)
        ask = self._services.answering.ask
        together = together and bool(attached)

        def answer(chat: str, cancel: CancelToken) -> Iterator[Event]:
            return ask(chat, question, cancel, document_ids=only, with_collection=together)

        self.send(question, answer, "", attached)

    def send(
        self,
        question: str,
        ask: Ask,
        chat: str = "",
        attached: tuple[str, ...] = (),
        manner: Manner | None = None,
    ) -> LiveAnswer | None:
        """Send a message whose answer comes from `ask`, in the open chat or in the one that is named."""
        shown = not chat or chat == self.conversation_id
        if (chat or self.conversation_id) in self._live or (shown and not self.ensure_chat()):
            return None
        if shown:
            self.list.append(pending(self.conversation_id, question, attached, manner))
        key = chat or self.conversation_id
        return self._start(lambda cancel: ask(key, cancel), question, chat=key)

    def answer_again(self, answer_id: str = "") -> None:
        """Answer a question again beside the answer that it has, the last one where none is named.

        One that was never stored is asked anew.
        """
        if self.live is not None or not self.list.entries:
            return
        messages = [entry.message for entry in self.list.entries]
        last, before = place_to_answer(messages, answer_id)
        if last < 0:
            return
        asked = messages[last]
        if asked.id == PENDING_ID:
            self.list.remove_from(last)
            self.ask(asked.text)
            return
        self.list.remove_from(last + 1)
        chat, regenerate = self.conversation_id, self._services.answering.regenerate
        self._start(lambda cancel: regenerate(chat, cancel, answer_id=before), "", edited=before)

    def edit(self, message_id: str, question: str) -> None:
        """Ask an earlier question in other words, in a branch beside it."""
        place = next((i for i, e in enumerate(self.list.entries) if e.message.id == message_id), -1)
        if self.live is not None or place < 0:
            return
        attached = self.list.entries[place].message.document_ids
        self.list.remove_from(place)
        if message_id == PENDING_ID:
            self.ask(question)
            return
        self.list.append(pending(self.conversation_id, question, attached))
        answering = self._services.answering
        self._start(lambda cancel: answering.edit(message_id, question, cancel), question, edited=message_id)

    def show_branch(self, message_id: str, step: int = 0) -> None:
        """Go over to another version of a message; what stands before it stays where it is.

        `step` says which of its arrows was pressed, and has the focus afterwards: -1, 1, or 0 for none.
        """
        try:
            self._services.conversations.show_branch(message_id)
        except DesksideError as error:
            self.failed.emit(error)
            return
        self.list.change_to(self._messages())
        self._settle()
        shown = self.list.widget_of(message_id)
        if step and isinstance(shown, OwnMessage | AnswerMessage):
            shown.switch.take_focus(step)

    def show_message(self, message_id: str, words: str) -> None:
        """Go to a message, and mark the words that were looked for."""
        self.widgets.mark_words(words)
        self.list.scroll_to(message_id)

    def stop(self, conversation_id: str = "") -> None:
        """Stop the answer of this chat or of another one."""
        if (live := self._live.get(conversation_id or self.conversation_id)) is not None:
            live.stop()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.composer.set_room(self.height() // 2)

    def hideEvent(self, event: QHideEvent) -> None:
        """Another page is shown, or the window closes: nothing that was begun is lost."""
        super().hideEvent(event)
        self.drafts.keep()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self.list.arrange_soon()

    def ensure_chat(self) -> bool:
        """Store the open chat if it is a new one; false where that failed."""
        if self.conversation is not None:
            return True
        try:
            self.conversation = self._services.conversations.create(self.composer.collection_id)
        except DesksideError as error:
            self.failed.emit(error)
            return False
        self.drafts.became(self.conversation.id)
        self.started.emit(self.conversation)
        return True

    def _start(self, factory: Factory, question: str, edited: str = "", chat: str = "") -> LiveAnswer:
        shown, chat = chat in ("", self.conversation_id), chat or self.conversation_id
        live = LiveAnswer(self.tasks, factory, chat, question, bool(self.composer.collection_id), edited)
        live.before = frozenset(one.id for one in self._services.conversations.messages(chat))
        self._live[chat] = live
        live.changed.connect(self._follow)
        live.found.connect(self._found)
        live.renamed.connect(self.renamed)
        live.failed.connect(self._broke)
        live.ended.connect(self._ended)
        if shown:
            self.list.append(live.snapshot())
            self._follow(live)
            self._settle()
        self.busy_changed.emit()
        return live

    # --- the answer on its way

    def _live_widget(self, live: LiveAnswer) -> AnswerMessage | None:
        if live.conversation_id != self.conversation_id:
            return None
        widget = self.list.widget_of(LIVE_ID)
        return widget if isinstance(widget, AnswerMessage) else None

    def _follow(self, live: LiveAnswer) -> None:
        widget = self._live_widget(live)
        if widget is not None and live.running:
            widget.follow(live)
            self.list.touch(widget)

    def _found(self, live: LiveAnswer) -> None:
        """The question is stored: from now on it has its own id."""
        self.used.emit()
        if live.conversation_id != self.conversation_id or live.asked is None:
            return
        for entry in self.list.entries:
            if entry.message.id == PENDING_ID:
                entry.message = live.asked
                if isinstance(entry.widget, OwnMessage):
                    entry.widget.set_message(live.asked)
        if live.grounding is not None:
            self._offer(live.snapshot())

    def _broke(self, live: LiveAnswer, error: DesksideError) -> None:
        if isinstance(error, InternalError):
            self.failed.emit(error)

    def _ended(self, live: LiveAnswer) -> None:
        self._live.pop(live.conversation_id, None)
        widget = self._live_widget(live)
        if live.conversation_id == self.conversation_id:
            for entry in self.list.entries:
                if entry.message.id == LIVE_ID and live.message is not None:
                    entry.message = live.message
            if widget is not None and live.message is not None:
                self.widgets.answer_stored(live.message.id)
                widget.set_message(live.message)
            stored = self._messages()
            if live.message is None:
                self.list.set_messages(stored)
            self._settle()
            self.list.arrange_soon()
        live.deleteLater()
        self.used.emit()
        self.busy_changed.emit()

    # --- inside

    def _messages(self) -> list[Message]:
        """The stored messages of the chat, with the answer on its way in place of what it replaces."""
        if self.conversation is None:
            return []
        try:
            found = self._services.conversations.messages(self.conversation.id)
            self.widgets.branches = self._services.conversations.branches(self.conversation.id)
        except DesksideError as error:
            self.failed.emit(error)
            return []
        return with_live(found, self.live)

    def _offer(self, message: Message | None) -> None:
        quotes: tuple[Source, ...] = ()
        if message is not None and message.grounding is not None:
            self.widgets.source_message = message.id
            quotes = sources_of(message)
        self.sources_offered.emit((quotes, bool(message and message.grounding and message.grounding.found)))

    def _settle(self) -> None:
        """What depends on whether there are messages and whether an answer is on its way."""
        self._stack.setCurrentWidget(self.list if self.list.entries else self.empty)
        self.composer.set_busy(self.live is not None)
        self.widgets.settle()
        self.memory.show_messages([entry.message for entry in self.list.entries])

    def _make_composer(self) -> QHBoxLayout:
        self.composer = Composer(self._theme)
        self.composer.sent.connect(self.ask)
        self.composer.stopped.connect(lambda: self.stop())
        self.composer.open_library.connect(self.open_library)
        self.composer.collection_chosen.connect(self._choose_collection)
        return in_reading_column(self.composer)

    def _connect_widgets(self) -> None:
        self.widgets.edited.connect(self.edit)
        self.widgets.ask_again.connect(self.answer_again)
        self.widgets.branch_chosen.connect(self.show_branch)
        self.widgets.source_asked.connect(self.source_asked)
        self.widgets.compare_asked.connect(self.compare_asked)
        self.widgets.search_words.connect(self._search_words)
        self.widgets.model_changed.connect(self.model_changed)
        self.widgets.failed.connect(self.failed)

    def _search_words(self, words: str, exact: bool) -> None:
        self.search_words.emit(words, self.conversation.collection_id if self.conversation else "", exact)

    def _choose_collection(self, collection_id: str) -> None:
        try:
            if self.conversation is not None:
                self._services.conversations.set_collection(self.conversation.id, collection_id)
                self.conversation = self._services.conversations.get(self.conversation.id)
        except DesksideError as error:
            self.failed.emit(error)
            return
        self.asked.only = None
        self.asked.show(collection_id)
        self.composer.field.setFocus()
