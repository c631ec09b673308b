"""The chats as rows of a list: pinned ones, folders, then by when they were last used; or what a search found."""

from __future__ import annotations

import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from PySide6.QtCore import (
    QAbstractListModel,
    QMimeData,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
    Signal,
)

from desktop.core.conversations import Conversation, FoundMessage

Index = QModelIndex | QPersistentModelIndex
ROW_ROLE = Qt.ItemDataRole.UserRole + 1
ID_ROLE = Qt.ItemDataRole.UserRole + 2
MIME = "application/x-deskside-chat"


@dataclass(frozen=True)
class Heading:
    """Above some chats. `folder` is the folder's name, '' for another group; a closed one shows only its `count`."""

    words: str
    folder: str = ""
    closed: bool = False
    count: int = 0


Row = Heading | Conversation | FoundMessage


class ConversationModel(QAbstractListModel):
    """`renamed` and `folder_renamed` tell what the person typed; `moved` that a chat was dragged into a folder."""

    renamed = Signal(str, str)
    folder_renamed = Signal(str, str)
    moved = Signal(str, str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._rows: list[Row] = []
        self._all: list[Conversation] = []
        self._closed: set[str] = set()

    def set_conversations(self, conversations: Sequence[Conversation], now: float | None = None) -> None:
        """Show these, in this order within each group."""
        self.beginResetModel()
        self._all = list(conversations)
        self._rows = []
        when = time.time() if now is None else now
        self._add_group(Heading(self.tr("Pinned")), [one for one in conversations if one.pinned])
        rest = [one for one in conversations if not one.pinned]
        for folder in sorted({one.folder for one in rest if one.folder}, key=str.casefold):
            self._add_group(Heading(folder, folder), [one for one in rest if one.folder == folder])
        last = ""
        for conversation in rest:
            if conversation.folder:
                continue
            group = self._group(conversation.updated, when)
            if group != last:
                self._rows.append(Heading(group))
                last = group
            self._rows.append(conversation)
        self.endResetModel()

    def set_found(self, conversations: Sequence[Conversation], found: Iterable[FoundMessage]) -> None:
        """Show what a search found: each chat with its messages below."""
        self.beginResetModel()
        self._all = list(conversations)
        messages: dict[str, list[FoundMessage]] = {}
        for one in found:
            messages.setdefault(one.conversation_id, []).append(one)
        self._rows = []
        for conversation in conversations:
            self._rows += [conversation, *messages.get(conversation.id, ())]
        self.endResetModel()

    def conversations(self) -> list[Conversation]:
        """All chats, also those of closed folders."""
        return list(self._all)

    def row_at(self, index: Index) -> Row | None:
        """What a row is."""
        return self._rows[index.row()] if index.isValid() else None

    def at(self, index: Index) -> Conversation | None:
        """The conversation of a row; None for a heading or a found message."""
        row = self.row_at(index)
        return row if isinstance(row, Conversation) else None

    def index_of(self, conversation_id: str) -> QModelIndex:
        """The row of a conversation, invalid if it is not shown."""
        return self._index(lambda row: isinstance(row, Conversation) and row.id == conversation_id)

    def index_of_folder(self, folder: str) -> QModelIndex:
        """The heading of a folder, invalid if there is none."""
        return self._index(lambda row: isinstance(row, Heading) and row.folder == folder != "")

    def toggle(self, folder: str) -> None:
        """Close a folder, or open it."""
        self._closed ^= {folder}
        self.set_conversations(self._all)

    def set_title(self, conversation_id: str, title: str) -> None:
        """Show another title."""
        self._all = [replace(one, title=title) if one.id == conversation_id else one for one in self._all]
        index = self.index_of(conversation_id)
        found = self.at(index)
        if found is not None:
            self._rows[index.row()] = replace(found, title=title)
            self.dataChanged.emit(index, index)

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self._rows)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        row = self._rows[index.row()]
        if role == ROW_ROLE:
            return row
        if role == ID_ROLE:
            return row.id if isinstance(row, Conversation) else None
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.EditRole):
            return self._words(row)
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return self._spoken(row)
        return None

    def flags(self, index: Index) -> Qt.ItemFlag:
        row = self.row_at(index)
        if row is None:
            # Beside all rows: what is dropped there leaves its folder.
            return Qt.ItemFlag.ItemIsDropEnabled
        drop = Qt.ItemFlag.ItemIsDropEnabled
        if isinstance(row, Heading):
            named = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsEditable
            return drop | named if row.folder else drop
        usable = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable
        if isinstance(row, FoundMessage):
            return usable
        return usable | drop | Qt.ItemFlag.ItemIsEditable | Qt.ItemFlag.ItemIsDragEnabled

    def setData(self, index: Index, value: object, role: int = Qt.ItemDataRole.EditRole) -> bool:
        """A new title, or a folder's new name, by the person; an empty one changes nothing."""
        row = self.row_at(index)
        words = " ".join(str(value).split())
        if row is None or isinstance(row, FoundMessage) or not words or words == self._words(row):
            return False
        if isinstance(row, Heading):
            self.folder_renamed.emit(row.folder, words)
        else:
            self.set_title(row.id, words)
            self.renamed.emit(row.id, words)
        return True

    # --- dragging into a folder

    def mimeTypes(self) -> list[str]:
        return [MIME]

    def mimeData(self, indexes: Sequence[QModelIndex]) -> QMimeData:
        made = QMimeData()
        chat = self.at(indexes[0]) if indexes else None
        made.setData(MIME, (chat.id if chat else "").encode())
        return made

    def supportedDropActions(self) -> Qt.DropAction:
        # A copy: with a move the view would take the row away by itself.
        return Qt.DropAction.CopyAction

    def dropMimeData(
        self, data: QMimeData, action: Qt.DropAction, row: int, column: int, parent: Index
    ) -> bool:
        """A chat dropped on a folder, or on a chat in it, goes there; anywhere else it leaves its folder."""
        target = self.row_at(parent)
        folder = target.folder if isinstance(target, Heading | Conversation) else ""
        if isinstance(target, Conversation) and target.pinned:
            folder = ""
        chat = bytes(data.data(MIME).data()).decode()
        if not chat:
            return False
        self.moved.emit(chat, folder)
        return True

    # --- inside

    def _add_group(self, heading: Heading, conversations: list[Conversation]) -> None:
        if not conversations:
            return
        closed = heading.folder in self._closed and bool(heading.folder)
        self._rows.append(replace(heading, closed=closed, count=len(conversations)))
        if not closed:
            self._rows += conversations

    def _index(self, fits: object) -> QModelIndex:
        assert callable(fits)
        return next((self.index(n) for n, row in enumerate(self._rows) if fits(row)), QModelIndex())

    def _words(self, row: Row) -> str:
        if isinstance(row, Heading):
            return row.words
        if isinstance(row, FoundMessage):
            return row.excerpt
        return row.title or self.tr("New chat")

    def _spoken(self, row: Row) -> str:
        words = self._words(row)
        if isinstance(row, Heading) and row.folder:
            kind = self.tr("Folder {name}, closed") if row.closed else self.tr("Folder {name}")
            return kind.replace("{name}", words)
        if isinstance(row, FoundMessage):
            return self.tr("Message: {words}").replace("{words}", words)
        if isinstance(row, Conversation) and row.pinned:
            return self.tr("{name}, pinned").replace("{name}", words)
        return words

    def _group(self, updated: float, now: float) -> str:
        today = time.localtime(now)
        midnight = time.mktime((today.tm_year, today.tm_mon, today.tm_mday, 0, 0, 0, 0, 0, -1))
        if updated >= midnight:
            return self.tr("Today")
        if updated >= midnight - 6 * 86400:
            return self.tr("This week")
        return self.tr("Earlier")
