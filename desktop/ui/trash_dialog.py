"""The trash: deleted chats, to be restored or removed for good."""

from __future__ import annotations

import time
from collections.abc import Callable

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QDialog, QHBoxLayout, QListWidget, QListWidgetItem, QVBoxLayout, QWidget

from desktop.core.conversations import Conversation
from desktop.services.conversations import TRASH_SECONDS
from desktop.ui.theme import Theme
from desktop.ui.widgets import Button, Label, Paragraph

_DAY = 86400


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
        self.list = QListWidget()
        self.list.setObjectName("trash_list")
        self.list.setAccessibleName(self.tr("Deleted chats"))
        self.list.setFont(theme.font("body"))
        self.list.setMinimumHeight(theme.px(220))
        self.list.currentItemChanged.connect(lambda *_: self._settle())
        column.addWidget(self.list)
        column.addLayout(self._buttons())
        self.fill()

    def fill(self) -> None:
        """Read the trash anew."""
        place = max(self.list.currentRow(), 0)
        self.list.clear()
        for chat in self._read():
            item = QListWidgetItem(f"{chat.title or self.tr('New chat')} ({self._left(chat.deleted_at)})")
            item.setData(Qt.ItemDataRole.UserRole, chat.id)
            item.setSizeHint(QSize(0, self._theme.px(34)))
            self.list.addItem(item)
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
