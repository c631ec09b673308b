"""The chat page: chats on the left, the open one in the middle, its sources on the right; or the first start."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QRect, Qt, Signal
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QApplication, QFrame, QMenu, QVBoxLayout, QWidget

from desktop.core.conversations import Conversation, Message
from desktop.core.documents import Source
from desktop.core.errors import DesksideError
from desktop.ui.adapter_menu import AdapterMenu
from desktop.ui.chat_actions import ChatActions
from desktop.ui.chat_choices import offered_models, usual_collection
from desktop.ui.chat_header import ChatHeader
from desktop.ui.chat_keys import add_keys
from desktop.ui.chat_sources import ChatSources
from desktop.ui.chat_view import ChatView
from desktop.ui.conversation_list import ConversationList
from desktop.ui.first_start import FirstStart
from desktop.ui.focus_order import chain
from desktop.ui.source_body import file_changed
from desktop.ui.sources_panel import SourcesPanel
from desktop.ui.tasks import TaskList
from desktop.ui.theme import Theme
from desktop.ui.tokens import NARROW_PANEL, NARROW_SIDE, PANEL_WIDTH, RAIL_WIDTH

if TYPE_CHECKING:
    from desktop.services.all import Services


class ChatPage(QFrame):
    """Everything about chats. What it cannot do itself it asks the window for."""

    open_library = Signal()
    show_page = Signal(str)
    search_words = Signal(str, str, bool)
    add_files = Signal()
    start_chat = Signal()
    see_models = Signal()
    try_samples = Signal()
    message = Signal(str, object, object)
    failed = Signal(object)

    def __init__(
        self, services: Services, theme: Theme, tasks: TaskList, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._services = services
        self._side_shown = False
        self._welcome = True
        self.setObjectName("chat_page")
        self.setProperty("kind", "page")
        self._centre = QWidget(self)
        self.header = ChatHeader(theme)
        self.view = ChatView(services, theme, tasks)
        column = QVBoxLayout(self._centre)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.header)
        column.addWidget(self.view, 1)
        self.side = ConversationList(theme, self)
        self.panel = SourcesPanel(
            theme, services.pages, tasks, partial(file_changed, services.library.document), self
        )
        self.sources = ChatSources(self.panel, self._is_wide, self._place)
        self.first_start = FirstStart(theme, services.paths.samples, self)
        self.chat_actions = ChatActions(services, theme, self)
        self.adapters = AdapterMenu(services, self.header, self.view, self)
        self._connect_side()
        self._connect_actions()
        self._connect_view()
        self._connect_first_start()
        add_keys(self)
        theme.changed.connect(self._place)
        chain(self.side.view, [self.header])
        chain(self.header.more, [self.view.composer])
        self.view.list.tab_after = self.header.more
        self.panel.tab_after = self.view.composer.stop_button
        self._open(None, usual_collection(services))
        self.refresh()

    # --- for the window

    @property
    def floor(self) -> QWidget:
        """What messages of the window must not cover."""
        return self.view.composer

    def refresh(self) -> None:
        """Read chats, collections and models anew; called when the page is shown and after imports."""
        self._fill_list()
        self.view.asked.show(self.view.composer.collection_id)
        self._show_models()
        empty = not self.side.model.conversations() and not self._services.library.collections()
        self._welcome = self._welcome and empty and not self.side.search_text
        self._place()

    def ask_collection(self, collection_id: str) -> None:
        """Open a new chat that asks a collection."""
        self._welcome = False
        self._open(None, collection_id)
        self.refresh()

    def ask_document(self, document_id: str, summary: bool = False) -> None:
        """Open a new chat that asks one file alone, and may begin with its summary."""
        document = self._services.library.document(document_id)
        if document is not None:
            self.ask_collection(document.collection_id)
            self.view.asked.set_only(document)
            if summary:
                self.view.summarise(document)

    def open_chat(self, conversation_id: str) -> None:
        """Show a stored chat."""
        found = self._services.conversations.get(conversation_id)
        if found is not None and found.id != self.view.conversation_id:
            self._open(found)
        self._side_shown = False
        self._place()

    def open_message(self, conversation_id: str, message_id: str) -> None:
        """Show a stored chat at a message, whatever branch it is in, with the words of the search marked."""
        shown = [entry.message.id for entry in self.view.list.entries]
        if conversation_id != self.view.conversation_id or message_id not in shown:
            if not self._do(lambda: self._services.conversations.show_branch(message_id)):
                return
            self._open(self._services.conversations.get(conversation_id))
        self.view.show_message(message_id, self.side.search_text)
        self._side_shown = False
        self._place()

    def new_chat(self) -> None:
        """An empty chat; it is stored with its first question. It asks what the last one asked."""
        self._open(None, self.view.composer.collection_id)

    def delete_chat(self, conversation_id: str) -> None:
        """Delete a chat; the window shows Undo."""
        was_open = conversation_id == self.view.conversation_id
        self.view.stop(conversation_id)
        if not self._do(lambda: self._services.conversations.delete(conversation_id)):
            return
        if was_open:
            self.new_chat()
        self._fill_list()
        self.message.emit(self.tr("Chat deleted"), lambda: self._restore(conversation_id, was_open), None)

    # --- layout

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._place()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() != Qt.Key.Key_Escape or not self._escape():
            super().keyPressEvent(event)

    def _escape(self) -> bool:
        """Close what lies over the page, then stop the answer, then close the sources."""
        focus = QApplication.focusWidget()
        in_panel = focus is not None and self.panel.isAncestorOf(focus)
        if self._side_shown:
            self._side_shown = False
            self._place()
        elif self.view.live is not None and not in_panel:
            self.view.stop()
        elif self.sources.shown:
            self._close_sources()
        else:
            return False
        return True

    def _is_wide(self) -> bool:
        return self.width() + RAIL_WIDTH >= NARROW_PANEL

    def _place(self) -> None:
        """Give each part its place: the panel beside or over the chat, the side column there or folded."""
        height, width = self.height(), self.width()
        folded = width + RAIL_WIDTH < NARROW_SIDE
        side = self.side.width()
        left = 0 if folded else side
        beside = self.sources.shown and self._is_wide()
        right = width - PANEL_WIDTH if beside else width
        self.first_start.setGeometry(0, 0, width, height)
        self.side.setGeometry(QRect(0, 0, side, height))
        self._centre.setGeometry(left, 0, max(right - left, 0), height)
        self.panel.setGeometry(max(width - PANEL_WIDTH, 0), 0, PANEL_WIDTH, height)
        self.first_start.setVisible(self._welcome)
        self._centre.setVisible(not self._welcome)
        self.side.setVisible(not self._welcome and (not folded or self._side_shown))
        self.panel.setVisible(not self._welcome and self.sources.shown)
        self.header.side_button.setVisible(folded)
        self.header.sources_button.setVisible(bool(self.panel.cards) and not self.sources.shown)
        if folded and self._side_shown:
            self.side.raise_()
        self.panel.raise_()
        self.first_start.raise_()

    def _close_sources(self) -> None:
        self.sources.close()
        self.view.composer.field.setFocus()

    def _compare(self, answer: Message | None) -> None:
        self.chat_actions.open_compare(self.view, answer)

    def _summarise_source(self, source: Source) -> None:
        """Summarise the file of a source, in the chat that it was found in."""
        document = self._services.library.document(source.document_id)
        if document is not None:
            self.view.summarise(document)

    # --- the chats

    def _open(self, conversation: Conversation | None, collection_id: str = "") -> None:
        self.view.open(conversation, collection_id)
        self.side.select(conversation.id if conversation else "")
        self.adapters.opened()
        self._show_title()

    def _fill_list(self) -> None:
        chats, text = self._services.conversations, self.side.search_text
        try:
            listed, found = chats.list(text), chats.find(text) if text else []
        except DesksideError as error:
            self.failed.emit(error)
            return
        self.side.set_conversations(list(listed), self.view.conversation_id, found)

    def _show_title(self) -> None:
        chat = self.view.conversation
        title = chat.title if chat and chat.title else self.tr("New chat")
        self.header.set_title(title, chat is not None)

    def _show_models(self) -> None:
        self.header.set_models(*offered_models(self._services.models))
        self.adapters.show()
        self.view.memory.show_model()

    def _choose_model(self, path: str) -> None:
        self._do(lambda: self._services.settings.change(chat_model=path))
        self._show_models()

    def _started(self, conversation: Conversation) -> None:
        self._welcome = False
        self._fill_list()
        self._show_title()

    def _renamed(self, conversation_id: str, title: str) -> None:
        self.side.model.set_title(conversation_id, title)
        self._reread(conversation_id)

    def _rename(self, conversation_id: str, title: str) -> None:
        self._do(lambda: self._services.conversations.rename(conversation_id, title))
        self._reread(conversation_id)

    def _reread(self, conversation_id: str) -> None:
        if conversation_id == self.view.conversation_id:
            self.view.conversation = self._services.conversations.get(conversation_id)
            self._show_title()

    def _restore(self, conversation_id: str, was_open: bool) -> None:
        if self._do(lambda: self._services.conversations.restore(conversation_id)):
            self._fill_list()
            if was_open:
                self.open_chat(conversation_id)

    def begin(self) -> None:
        """Go from the first start to the chats."""
        self._welcome = False
        self._place()

    def open_search(self) -> None:
        """Go to the field that searches the chats."""
        if self._welcome:
            return
        if self.side.isHidden():
            self._toggle_side()
        self.side.open_search()

    def rename_current(self) -> None:
        """Rename the chat that has the focus in the list, else the open one."""
        chosen = self.side.model.at(self.side.view.currentIndex()) if self.side.view.hasFocus() else None
        chat = chosen.id if chosen else self.view.conversation_id
        if chat:
            self._rename_chat(chat)

    def _searched(self, text: str) -> None:
        self._fill_list()
        if not text:
            self.view.widgets.mark_words("")

    def _fill_menu(self, made: QMenu, chat: Conversation | None = None) -> None:
        chosen = chat or self._services.conversations.get(self.view.conversation_id)
        if chosen is not None:
            self.chat_actions.fill(made, chosen)

    def _rename_chat(self, conversation_id: str) -> None:
        if self.side.isHidden():
            self._toggle_side()
        self.side.rename(conversation_id)

    def _do(self, action: Callable[[], object]) -> bool:
        """Run an action of the services; a failure is shown by the window."""
        try:
            action()
        except DesksideError as error:
            self.failed.emit(error)
            return False
        return True

    # --- wiring

    def _connect_side(self) -> None:
        self.side.new_chat.connect(self.new_chat)
        self.side.chosen.connect(self.open_chat)
        self.side.renamed.connect(self._rename)
        self.side.delete_asked.connect(self.delete_chat)
        self.side.searched.connect(self._searched)
        self.side.found_chosen.connect(self.open_message)
        self.header.show_side.connect(self._toggle_side)
        self.header.show_sources.connect(self.sources.show)
        self.header.model_chosen.connect(self._choose_model)
        self.header.see_models.connect(self.see_models)
        self.header.compare_asked.connect(lambda: self._compare(None))

    def _connect_actions(self) -> None:
        actions = self.chat_actions
        self.side.menu_asked.connect(self._fill_menu)
        self.side.import_asked.connect(actions.import_chats)
        self.side.trash_asked.connect(actions.open_trash)
        self.side.model.moved.connect(actions.move)
        self.side.model.folder_renamed.connect(actions.rename_folder)
        self.header.more_asked.connect(self._fill_menu)
        actions.rename.connect(self._rename_chat)
        actions.delete.connect(self.delete_chat)
        actions.changed.connect(self._fill_list)
        actions.imported.connect(self.open_chat)
        actions.new_folder.connect(self.side.rename_folder)
        actions.told.connect(lambda words: self.message.emit(words, None, None))
        actions.failed.connect(self.failed)
        self.adapters.failed.connect(self.failed)

    def _connect_view(self) -> None:
        self.view.started.connect(self._started)
        self.view.renamed.connect(self._renamed)
        self.view.used.connect(self._fill_list)
        self.view.model_changed.connect(self._show_models)
        self.view.sources_offered.connect(self.sources.offer)
        self.view.source_asked.connect(self.sources.ask)
        self.view.attach.connect(self.add_files)
        self.view.open_library.connect(self.open_library)
        self.view.failed.connect(self.failed)
        self.view.composer.prompts_asked.connect(lambda: self.chat_actions.open_prompts(self))
        self.view.compare_asked.connect(self._compare)
        self.panel.opened.connect(self.view.widgets.show_open_number)
        self.panel.closed.connect(self._close_sources)
        self.panel.summarise.connect(self._summarise_source)
        self.view.search_words.connect(self.search_words)

    def _connect_first_start(self) -> None:
        self.first_start.start_chat.connect(self._start_chat)
        self.first_start.add_files.connect(self.add_files)
        self.first_start.see_models.connect(self.see_models)
        self.first_start.try_samples.connect(self.try_samples)

    def _start_chat(self) -> None:
        self.begin()
        self.view.composer.field.setFocus()
        self.start_chat.emit()

    def _toggle_side(self) -> None:
        self._side_shown = not self._side_shown
        self._place()
        if self._side_shown:
            self.side.view.setFocus()
