"""The side column of the chat page: new chat, search, and the chats to open, rename and delete."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPoint, QRect, QRectF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QFontMetrics, QKeyEvent, QPainter
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QHBoxLayout,
    QLineEdit,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from desktop.core.conversations import Conversation
from desktop.ui.conversation_model import GROUP_ROLE, ConversationModel, Index
from desktop.ui.paint import draw_box
from desktop.ui.theme import Theme
from desktop.ui.tokens import SIDE_WIDTH
from desktop.ui.widgets import Button, IconButton, Label, menu

_ROW = 34
_GROUP = 30
_INSET = 8


class ConversationDelegate(QStyledItemDelegate):
    """Paints a chat or a heading from the tokens."""

    def __init__(self, theme: Theme, view: QListView) -> None:
        super().__init__(view)
        self._theme = theme
        self._view = view

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        height = _GROUP if index.data(GROUP_ROLE) else _ROW
        return QSize(100, self._theme.px(height))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        rect: QRect = option.rect
        words = str(index.data() or "")
        if index.data(GROUP_ROLE):
            self._paint_words(painter, rect.adjusted(18, 6, -_INSET, 0), words, "label", "text3")
            return
        state: QStyle.StateFlag = option.state
        selected = bool(state & QStyle.StateFlag.State_Selected)
        hovered = bool(state & QStyle.StateFlag.State_MouseOver)
        box = QRectF(rect).adjusted(_INSET, 0, -_INSET, 0)
        if selected or hovered:
            ground = self._theme.colour("accent_soft" if selected else "hover")
            draw_box(painter, box, ground, None, 6)
        if state & QStyle.StateFlag.State_HasFocus and self._view.hasFocus():
            clear = self._theme.colour("accent", 0.0)
            draw_box(painter, box, clear, self._theme.colour("accent"), 6, 2)
        role, tone = ("control", "accent") if selected else ("body", "text")
        self._paint_words(painter, rect.adjusted(18, 0, -18, 0), words, role, tone)

    def createEditor(self, parent: QWidget, option: QStyleOptionViewItem, index: Index) -> QWidget:
        editor = QLineEdit(parent)
        editor.setObjectName("rename_field")
        editor.setAccessibleName(self.tr("New name of the chat"))
        editor.setProperty("size", "small")
        editor.setMaxLength(200)
        return editor

    def updateEditorGeometry(self, editor: QWidget, option: QStyleOptionViewItem, index: Index) -> None:
        rect: QRect = option.rect
        editor.setGeometry(rect.adjusted(_INSET, 0, -_INSET, 0))

    def _paint_words(self, painter: QPainter, rect: QRect, words: str, role: str, tone: str) -> None:
        font = self._theme.font(role)
        painter.setFont(font)
        painter.setPen(self._theme.colour(tone))
        shown = QFontMetrics(font).elidedText(words, Qt.TextElideMode.ElideRight, rect.width())
        painter.drawText(rect, int(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft), shown)


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
    renamed = Signal(str, str)
    delete_asked = Signal(str)
    searched = Signal(str)

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
        self._nothing = Label(self.tr("No chat has these words."), "secondary", "text3")
        self._nothing.setContentsMargins(18, 12, 8, 0)
        self._nothing.setObjectName("no_chat_found")
        self._nothing.hide()
        column.insertWidget(3, self._nothing)
        theme.changed.connect(self._refresh_rows)

    def set_conversations(self, conversations: list[Conversation], current: str) -> None:
        """Show these chats and select the open one."""
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
        view.viewport().setAutoFillBackground(False)
        self.model.renamed.connect(self.renamed)
        self.view = view
        return view

    def _choose(self, index: Index) -> None:
        conversation = self.model.at(index)
        if conversation is not None:
            self.chosen.emit(conversation.id)

    def _delete_current(self) -> None:
        conversation = self.model.at(self.view.currentIndex())
        if conversation is not None:
            self.delete_asked.emit(conversation.id)

    def _open_menu(self, place: QPoint) -> None:
        conversation = self.model.at(self.view.indexAt(place))
        if conversation is None:
            return
        made = menu(self, "chat_menu")
        rename = made.addAction(self._theme.icon("pencil-simple"), self.tr("Rename"))
        rename.setShortcut("F2")
        rename.triggered.connect(lambda: self.rename(conversation.id))
        made.addSeparator()
        delete = made.addAction(self._theme.icon("trash", "bad"), self.tr("Delete"))
        delete.triggered.connect(lambda: self.delete_asked.emit(conversation.id))
        made.popup(self.view.viewport().mapToGlobal(place))

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
