"""The side column of the chat page: new chat, search, the chats with their folders, and the trash."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QPoint, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QHBoxLayout,
    QLineEdit,
    QListView,
    QVBoxLayout,
    QWidget,
)

from desktop.core.conversations import Conversation, FoundMessage
from desktop.ui.conversation_delegate import ConversationDelegate
from desktop.ui.conversation_model import ConversationModel, Heading, Index
from desktop.ui.theme import Theme
from desktop.ui.tokens import SIDE_WIDTH
from desktop.ui.widgets import Button, IconButton, Label, menu


class _List(QListView):
    """The view; Delete asks for the chat to be deleted, F2 renames, Enter opens."""

    delete_pressed = Signal()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
            self.delete_pressed.emit()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.activated.emit(self.currentIndex())
        else:
            super().keyPressEvent(event)


class ConversationList(QFrame):
    """Signals carry a conversation's id. What they ask for is done by the page."""

    new_chat = Signal()
    chosen = Signal(str)
    found_chosen = Signal(str, str)
    renamed = Signal(str, str)
    delete_asked = Signal(str)
    searched = Signal(str)
    menu_asked = Signal(object, object)
    import_asked = Signal()
    trash_asked = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self.model = ConversationModel(self)
        self.setObjectName("conversations")
        self.setProperty("kind", "side")
        self._widen()
        theme.changed.connect(self._widen)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 12, 0, 8)
        column.setSpacing(0)
        column.addLayout(self._make_top())
        column.addWidget(self._make_search())
        column.addSpacing(4)
        column.addWidget(self._make_list(), 1)
        column.addLayout(self._make_bottom())
        self._nothing = Label(self.tr("No chat has these words."), "secondary", "text3")
        self._nothing.setContentsMargins(18, 12, 8, 0)
        self._nothing.setObjectName("no_chat_found")
        self._nothing.hide()
        column.insertWidget(3, self._nothing)
        theme.changed.connect(self._refresh_rows)

    def set_conversations(
        self, conversations: list[Conversation], current: str, found: Sequence[FoundMessage] = ()
    ) -> None:
        """Show these chats, and below them the messages that a search found, and select the open one."""
        if self.search_text:
            self.model.set_found(conversations, found)
        else:
            self.model.set_conversations(conversations)
        self._nothing.setVisible(not conversations and bool(self.search_text))
        self.select(current)

    def select(self, conversation_id: str) -> None:
        """Mark the open chat; '' marks none."""
        index = self.model.index_of(conversation_id)
        selection = self.view.selectionModel()
        selection.blockSignals(True)
        if index.isValid():
            self.view.setCurrentIndex(index)
        else:
            self.view.clearSelection()
            self.view.setCurrentIndex(index)
        selection.blockSignals(False)
        self.view.viewport().update()

    @property
    def search_text(self) -> str:
        """What is searched for; '' while the field is closed."""
        return "" if self._search_holder.isHidden() else self._search.text().strip()

    def open_search(self) -> None:
        """Show the search field and go there."""
        self._search_holder.show()
        self._search_button.setChecked(True)
        self._search.setFocus()
        self._search.selectAll()

    def close_search(self) -> None:
        """Hide the search field and show all chats again."""
        self._search.clear()
        self._search_holder.hide()
        self._search_button.setChecked(False)
        self.searched.emit("")

    def rename(self, conversation_id: str) -> None:
        """Open the field for a new name in the chat's row."""
        index = self.model.index_of(conversation_id)
        if index.isValid():
            self.view.setCurrentIndex(index)
            self.view.edit(index)

    def rename_folder(self, folder: str) -> None:
        """Open the field for a folder's name in its heading."""
        index = self.model.index_of_folder(folder)
        if index.isValid():
            self.view.edit(index)

    def eventFilter(self, watched: object, event: QEvent) -> bool:
        if watched is self._search and isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            if event.key() == Qt.Key.Key_Escape:
                self.close_search()
                return True
            if event.key() == Qt.Key.Key_Down:
                self.view.setFocus()
                return True
        return False

    def _make_top(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setContentsMargins(10, 0, 10, 0)
        row.setSpacing(8)
        new = Button(self._theme, self.tr("New chat"), icon="note-pencil", name="new_chat")
        new.setSizePolicy(new.sizePolicy().Policy.Expanding, new.sizePolicy().Policy.Fixed)
        new.setStyleSheet("text-align: left;")
        new.setToolTip(self.tr("New chat (Ctrl+N)"))
        new.clicked.connect(self.new_chat)
        self._search_button = IconButton(
            self._theme,
            "magnifying-glass",
            self.tr("Search your chats (Ctrl+F)"),
            name="search_chats",
            checkable=True,
        )
        self._search_button.clicked.connect(self._toggle_search)
        row.addWidget(new, 1)
        row.addWidget(self._search_button)
        return row

    def _make_search(self) -> QWidget:
        holder = self._search_holder = QWidget()
        column = QVBoxLayout(holder)
        column.setContentsMargins(10, 8, 10, 0)
        self._search = QLineEdit()
        self._search.setObjectName("chat_search")
        self._search.setProperty("size", "small")
        self._search.setPlaceholderText(self.tr("Words in your chats"))
        self._search.setAccessibleName(self.tr("Search your chats"))
        self._search.installEventFilter(self)
        self._search_holder.hide()
        column.addWidget(self._search)
        self._wait = QTimer(self)
        self._wait.setSingleShot(True)
        self._wait.setInterval(150)
        self._wait.timeout.connect(lambda: self.searched.emit(self.search_text))
        self._search.textChanged.connect(lambda: self._wait.start())
        return holder

    def _make_list(self) -> QListView:
        view = _List()
        view.setObjectName("chat_list")
        view.setAccessibleName(self.tr("Your chats"))
        view.setModel(self.model)
        view.setItemDelegate(ConversationDelegate(self._theme, view))
        view.setMouseTracking(True)
        view.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        view.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        view.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        view.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        view.customContextMenuRequested.connect(self._open_menu)
        view.clicked.connect(self._choose)
        view.activated.connect(self._choose)
        view.delete_pressed.connect(self._delete_current)
        view.setDragDropMode(QAbstractItemView.DragDropMode.DragDrop)
        view.setDefaultDropAction(Qt.DropAction.CopyAction)
        view.setDropIndicatorShown(False)
        view.viewport().setAutoFillBackground(False)
        self.model.renamed.connect(self.renamed)
        self.view = view
        return view

    def _choose(self, index: Index) -> None:
        row = self.model.row_at(index)
        if isinstance(row, FoundMessage):
            self.found_chosen.emit(row.conversation_id, row.message_id)
        elif isinstance(row, Conversation):
            self.chosen.emit(row.id)
        elif isinstance(row, Heading) and row.folder:
            self.model.toggle(row.folder)

    def _delete_current(self) -> None:
        conversation = self.model.at(self.view.currentIndex())
        if conversation is not None:
            self.delete_asked.emit(conversation.id)

    def _open_menu(self, place: QPoint) -> None:
        row = self.model.row_at(self.view.indexAt(place))
        made = menu(self, "chat_menu")
        if isinstance(row, Conversation):
            self.menu_asked.emit(made, row)
        elif isinstance(row, Heading) and row.folder:
            rename = made.addAction(self._theme.icon("pencil-simple"), self.tr("Rename the folder"))
            rename.triggered.connect(lambda: self.rename_folder(row.folder))
        else:
            return
        made.popup(self.view.viewport().mapToGlobal(place))

    def _make_bottom(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setContentsMargins(10, 6, 10, 0)
        row.setSpacing(4)
        trash = Button(self._theme, self.tr("Trash"), "plain", icon="trash", name="open_trash", size="small")
        trash.setToolTip(self.tr("Deleted chats, kept for thirty days"))
        trash.clicked.connect(self.trash_asked)
        bring = Button(
            self._theme, self.tr("Import"), "plain", icon="upload-simple", name="import_chats", size="small"
        )
        bring.setToolTip(self.tr("Add chats that were exported as JSON"))
        bring.clicked.connect(self.import_asked)
        row.addWidget(trash)
        row.addWidget(bring)
        row.addStretch(1)
        return row

    def _widen(self) -> None:
        """Larger letters get half as much more room."""
        self.setFixedWidth(round(SIDE_WIDTH * (1 + (self._theme.text_size - 100) / 200)))

    def _toggle_search(self) -> None:
        if self._search_holder.isHidden():
            self.open_search()
        else:
            self.close_search()

    def _refresh_rows(self) -> None:
        self.view.scheduleDelayedItemsLayout()
        self.view.viewport().update()
