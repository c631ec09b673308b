"""The trash: deleted chats, to be restored or removed for good."""

from __future__ import annotations

import time
from collections.abc import Callable

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFontMetrics, QPainter
from PySide6.QtWidgets import (
    QDialog,
    QFrame,
    QHBoxLayout,
    QListWidget,
    QListWidgetItem,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from desktop.core.conversations import Conversation
from desktop.services.conversations import TRASH_SECONDS
from desktop.ui.cards import IconLabel
from desktop.ui.paint import draw_box
from desktop.ui.theme import Theme
from desktop.ui.widgets import Button, Label, Paragraph, frame

_DAY = 86400
_ROW = 40
_LEFT_ROLE = Qt.ItemDataRole.UserRole + 1


class TrashDialog(QDialog):
    """`read` gives what is in the trash. Signals carry ids; what they ask for is done by their receiver."""

    restored = Signal(str)
    purged = Signal(str)
    emptied = Signal()

    def __init__(
        self, theme: Theme, read: Callable[[], list[Conversation]], parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._theme = theme
        self._read = read
        self._sure = False
        self.setObjectName("trash_dialog")
        self.setWindowTitle(self.tr("Trash"))
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 20, 24, 20)
        column.setSpacing(12)
        column.addWidget(Label(self.tr("Deleted chats"), "section"))
        days = round(TRASH_SECONDS / _DAY)
        words = self.tr("A deleted chat stays here for {n} days. Then it is removed for good.")
        self.words = Paragraph(theme, words.replace("{n}", str(days)))
        self.words.setMinimumWidth(theme.px(460))
        column.addWidget(self.words)
        column.addWidget(self._card())
        column.addLayout(self._buttons())
        self.fill()

    def _card(self) -> QFrame:
        """The list, or what stands there when nothing is in it."""
        card = frame("card", "trash_card", self)
        card.setMinimumHeight(self._theme.px(6 * _ROW))
        column = QVBoxLayout(card)
        column.setContentsMargins(1, 6, 1, 6)
        self.list = QListWidget(card)
        self.list.setObjectName("trash_list")
        self.list.setAccessibleName(self.tr("Deleted chats"))
        self.list.setFrameShape(QFrame.Shape.NoFrame)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setVerticalScrollMode(QListWidget.ScrollMode.ScrollPerPixel)
        self.list.setMouseTracking(True)
        self.list.setItemDelegate(_Rows(self._theme, self.list))
        self.list.currentItemChanged.connect(lambda *_: self._settle())
        column.addWidget(self.list)
        self.nothing = QWidget(card)
        inside = QVBoxLayout(self.nothing)
        inside.addStretch(1)
        inside.addWidget(IconLabel(self._theme, "trash", "text3", 40), 0, Qt.AlignmentFlag.AlignHCenter)
        empty = Label(self.tr("The trash is empty."), "body", "text2")
        inside.addWidget(empty, 0, Qt.AlignmentFlag.AlignHCenter)
        inside.addStretch(1)
        column.addWidget(self.nothing)
        return card

    def fill(self) -> None:
        """Read the trash anew."""
        place = max(self.list.currentRow(), 0)
        self.list.clear()
        for chat in self._read():
            title, left = chat.title or self.tr("New chat"), self._left(chat.deleted_at)
            item = QListWidgetItem(title)
            item.setData(Qt.ItemDataRole.UserRole, chat.id)
            item.setData(_LEFT_ROLE, left)
            item.setData(Qt.ItemDataRole.AccessibleTextRole, f"{title}, {left}")
            self.list.addItem(item)
        self.list.setVisible(self.list.count() > 0)
        self.nothing.setVisible(self.list.count() == 0)
        self.list.setCurrentRow(min(place, self.list.count() - 1))
        self._ask_again()

    def _left(self, deleted_at: float) -> str:
        days = max(round((deleted_at + TRASH_SECONDS - time.time()) / _DAY), 0)
        if days == 1:
            return self.tr("1 day left")
        return self.tr("{n} days left").replace("{n}", str(days))

    def _buttons(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(8)
        self.empty_button = Button(self._theme, self.tr("Empty the trash"), "plain", name="trash_empty")
        self.empty_button.clicked.connect(self._empty)
        self.purge_button = Button(self._theme, self.tr("Remove for good"), "plain", name="trash_purge")
        self.purge_button.clicked.connect(lambda: self._tell(self.purged))
        self.restore_button = Button(self._theme, self.tr("Restore"), "primary", name="trash_restore")
        self.restore_button.clicked.connect(lambda: self._tell(self.restored))
        close = Button(self._theme, self.tr("Close"), name="trash_close")
        close.clicked.connect(self.accept)
        row.addWidget(self.empty_button)
        row.addStretch(1)
        for button in (self.purge_button, close, self.restore_button):
            row.addWidget(button)
        return row

    def _tell(self, signal: object) -> None:
        item = self.list.currentItem()
        if item is not None:
            signal.emit(str(item.data(Qt.ItemDataRole.UserRole)))  # type: ignore[attr-defined]
            self.fill()

    def _empty(self) -> None:
        """What cannot be undone is asked for twice."""
        if not self._sure:
            self._sure = True
            count = self.list.count()
            words = (
                self.tr("Remove 1 chat for good?") if count == 1 else self.tr("Remove {n} chats for good?")
            )
            self.empty_button.set_words(words.replace("{n}", str(count)))
            return
        self.emptied.emit()
        self.fill()

    def _ask_again(self) -> None:
        self._sure = False
        self.empty_button.set_words(self.tr("Empty the trash"))
        self._settle()

    def _settle(self) -> None:
        chosen = self.list.currentItem() is not None
        self.restore_button.setEnabled(chosen)
        self.purge_button.setEnabled(chosen)
        self.empty_button.setEnabled(self.list.count() > 0)


class _Rows(QStyledItemDelegate):
    """A chat's title, and at the right how long it stays."""

    def __init__(self, theme: Theme, view: QListWidget) -> None:
        super().__init__(view)
        self._theme, self._view = theme, view

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        return QSize(100, self._theme.px(_ROW))

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        rect: QRect = option.rect
        state: QStyle.StateFlag = option.state
        selected = bool(state & QStyle.StateFlag.State_Selected)
        painter.save()
        box = QRectF(rect).adjusted(8, 1, -8, -1)
        if selected or state & QStyle.StateFlag.State_MouseOver:
            draw_box(painter, box, self._theme.colour("accent_soft" if selected else "hover"), None, 6)
        if state & QStyle.StateFlag.State_HasFocus and self._view.hasFocus():
            draw_box(painter, box, self._theme.colour("accent", 0.0), self._theme.colour("accent"), 6, 2)
        inside, middle = rect.adjusted(20, 0, -20, 0), Qt.AlignmentFlag.AlignVCenter
        left = str(index.data(_LEFT_ROLE) or "")
        painter.setFont(self._theme.font("caption"))
        painter.setPen(self._theme.colour("text2"))
        painter.drawText(inside, middle | Qt.AlignmentFlag.AlignRight, left)
        inside.setRight(inside.right() - painter.fontMetrics().horizontalAdvance(left) - 16)
        font = self._theme.font("control" if selected else "body")
        painter.setFont(font)
        painter.setPen(self._theme.colour("accent" if selected else "text"))
        words = QFontMetrics(font).elidedText(str(index.data()), Qt.TextElideMode.ElideRight, inside.width())
        painter.drawText(inside, middle, words)
        painter.restore()
