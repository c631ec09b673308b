"""The chats as rows of a list, newest first, under Today, This week and Earlier."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import replace

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, Qt, Signal

from desktop.core.conversations import Conversation

Index = QModelIndex | QPersistentModelIndex
GROUP_ROLE = Qt.ItemDataRole.UserRole + 1
ID_ROLE = Qt.ItemDataRole.UserRole + 2


class ConversationModel(QAbstractListModel):
    """Rows are headings (str) and conversations. `renamed` tells what the person typed."""

    renamed = Signal(str, str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._rows: list[str | Conversation] = []

    def set_conversations(self, conversations: Sequence[Conversation], now: float | None = None) -> None:
        """Show these, in this order; the headings follow from when they were last used."""
        self.beginResetModel()
        self._rows = []
        last = ""
        for conversation in conversations:
            group = self._group(conversation.updated, time.time() if now is None else now)
            if group != last:
                self._rows.append(group)
                last = group
            self._rows.append(conversation)
        self.endResetModel()

    def conversations(self) -> list[Conversation]:
        """Without the headings."""
        return [row for row in self._rows if isinstance(row, Conversation)]

    def at(self, index: Index) -> Conversation | None:
        """The conversation of a row; None for a heading."""
        row = self._rows[index.row()] if index.isValid() else None
        return row if isinstance(row, Conversation) else None

    def index_of(self, conversation_id: str) -> QModelIndex:
        """The row of a conversation, invalid if it is not shown."""
        for number, row in enumerate(self._rows):
            if isinstance(row, Conversation) and row.id == conversation_id:
                return self.index(number)
        return QModelIndex()

    def set_title(self, conversation_id: str, title: str) -> None:
        """Show another title."""
        index = self.index_of(conversation_id)
        found = self.at(index)
        if found is not None:
            self._rows[index.row()] = replace(found, title=title)
            self.dataChanged.emit(index, index)

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self._rows)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        row = self._rows[index.row()]
        if role == GROUP_ROLE:
            return isinstance(row, str)
        if isinstance(row, str):
            return row if role == Qt.ItemDataRole.DisplayRole else None
        if role == ID_ROLE:
            return row.id
        if role in (
            Qt.ItemDataRole.DisplayRole,
            Qt.ItemDataRole.EditRole,
            Qt.ItemDataRole.AccessibleTextRole,
        ):
            return row.title or self.tr("New chat")
        return None

    def flags(self, index: Index) -> Qt.ItemFlag:
        if self.at(index) is None:
            return Qt.ItemFlag.NoItemFlags
        return Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemIsEditable

    def setData(self, index: Index, value: object, role: int = Qt.ItemDataRole.EditRole) -> bool:
        """A new title by the person; an empty one changes nothing."""
        conversation = self.at(index)
        title = " ".join(str(value).split())
        if conversation is None or not title or title == conversation.title:
            return False
        self.set_title(conversation.id, title)
        self.renamed.emit(conversation.id, title)
        return True

    def _group(self, updated: float, now: float) -> str:
        today = time.localtime(now)
        midnight = time.mktime((today.tm_year, today.tm_mon, today.tm_mday, 0, 0, 0, 0, 0, -1))
        if updated >= midnight:
            return self.tr("Today")
        if updated >= midnight - 6 * 86400:
            return self.tr("This week")
        return self.tr("Earlier")
