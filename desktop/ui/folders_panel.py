"""The linked folders of a collection, under the collections: how each stands, and what can be done with it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import (
    QAbstractListModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QPoint,
    QRect,
    QRectF,
    QSize,
    Qt,
    QTimer,
    QUrl,
    Signal,
)
from PySide6.QtGui import QDesktopServices, QFontMetrics, QPainter
from PySide6.QtWidgets import (
    QFrame,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from desktop.core.folders import FolderState, LinkedFolder
from desktop.ui.folder_sync import FolderSync
from desktop.ui.icons import draw_icon
from desktop.ui.paint import draw_box
from desktop.ui.theme import Theme
from desktop.ui.tokens import RADIUS_CONTROL
from desktop.ui.tooltips import plain_tip
from desktop.ui.widgets import Label, menu

if TYPE_CHECKING:
    from desktop.services.all import Services

FOLDER_ROLE = int(Qt.ItemDataRole.UserRole)
Index = QModelIndex | QPersistentModelIndex
_MOST_SHOWN = 4
_REFRESH_MS = 150
_ICONS = {FolderState.AWAY: ("warning", "warn"), FolderState.PAUSED: ("pause", "text2")}


class FoldersModel(QAbstractListModel):
    """The folders of one collection in the order of linking; those in `hidden` are about to be unlinked."""

    def __init__(self, services: Services, sync: FolderSync, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._services, self._sync = services, sync
        self._shown: list[LinkedFolder] = []
        self.hidden: set[str] = set()

    def show(self, collection_id: str) -> None:
        """Read the folders; only a change of which there are resets the list."""
        linked = self._services.syncing.folders(collection_id) if collection_id else []
        found = [folder for folder in linked if folder.id not in self.hidden]
        if [folder.id for folder in found] == [folder.id for folder in self._shown]:
            self._shown = found
            if found:
                self.dataChanged.emit(self.index(0), self.index(len(found) - 1))
            return
        self.beginResetModel()
        self._shown = found
        self.endResetModel()

    def folder(self, row: int) -> LinkedFolder | None:
        """The folder in a row."""
        return self._shown[row] if 0 <= row < len(self._shown) else None

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008  Qt's own signature
        return 0 if parent.isValid() else len(self._shown)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        folder = self.folder(index.row())
        if folder is None:
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return folder_name(folder)
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return f"{folder_name(folder)}, {self.state_words(folder)}"
        if role == Qt.ItemDataRole.ToolTipRole:
            return plain_tip(self._tooltip(folder))
        return folder if role == FOLDER_ROLE else None

    def state_words(self, folder: LinkedFolder) -> str:
        """How the folder stands, in a few words."""
        if folder.state is FolderState.PAUSED:
            return self.tr("Paused")
        reading = self._sync.being_read(folder.id)
        if reading:
            return (
                self.tr("1 change being read")
                if reading == 1
                else self._number("{n} changes being read", reading)
            )
        if self._sync.is_scanning(folder.collection_id):
            return self.tr("Looking for changes")
        if folder.state is FolderState.AWAY:
            return self.tr("Folder is away")
        if not folder.scanned_at:
            return self.tr("Not looked at yet")
        return self.tr("In sync, {time}").replace("{time}", _clock(folder.scanned_at))

    def state_icon(self, folder: LinkedFolder) -> tuple[str, str]:
        """The icon of the state and its colour."""
        busy = self._sync.being_read(folder.id) or self._sync.is_scanning(folder.collection_id)
        if busy and folder.state is not FolderState.PAUSED:
            return ("arrows-clockwise", "accent")
        return _ICONS.get(folder.state, ("arrows-clockwise", "text2"))

    def _tooltip(self, folder: LinkedFolder) -> str:
        lines = [folder.path]
        if folder.state is FolderState.AWAY:
            lines.append(self.tr("It is not there, or empty where a drive was. Nothing of it was removed."))
        if folder.scanned_at:
            when = f"{datetime.fromtimestamp(folder.scanned_at):%Y-%m-%d %H:%M}"
            lines.append(self.tr("Last looked at: {time}").replace("{time}", when))
        why = self._sync.unwatched(folder.id)
        if why:
            words = self.tr("Looked at once a minute: this computer cannot watch it ({why}).")
            lines.append(words.replace("{why}", why))
        return "\n".join(lines)

    def _number(self, words: str, number: int) -> str:
        return self.tr(words).replace("{n}", str(number))


class FoldersDelegate(QStyledItemDelegate):
    """A folder's name, below it how it stands, and a sign for the same."""

    def __init__(self, theme: Theme, model: FoldersModel, view: QListView) -> None:
        super().__init__(view)
        self._theme, self._model = theme, model

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(100, self._theme.px(48))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        folder = index.data(FOLDER_ROLE)
        if not isinstance(folder, LinkedFolder):
            return
        rect: QRect = option.rect  # type: ignore[attr-defined, unused-ignore]
        state = option.state  # type: ignore[attr-defined, unused-ignore]
        painter.save()
        if state & QStyle.StateFlag.State_MouseOver:
            draw_box(painter, QRectF(rect), self._theme.colour("fill"), None, RADIUS_CONTROL)
        if state & QStyle.StateFlag.State_HasFocus and state & QStyle.StateFlag.State_KeyboardFocusChange:
            clear = self._theme.colour("accent", 0.0)
            draw_box(painter, QRectF(rect), clear, self._theme.colour("accent"), RADIUS_CONTROL, 2)
        side = self._theme.px(18)
        top = rect.center().y() - side / 2 + 1
        draw_icon(painter, QRectF(rect.left() + 10, top, side, side), "folder", self._theme.colour("text2"))
        icon, token = self._model.state_icon(folder)
        place = QRectF(rect.right() - 10 - side, top, side, side)
        draw_icon(painter, place, icon, self._theme.colour(token))
        words = rect.adjusted(18 + side, self._theme.px(6), -(18 + side), -self._theme.px(6))
        warns = folder.state is FolderState.AWAY
        self._line(painter, words, Qt.AlignmentFlag.AlignTop, "body", "text", folder_name(folder))
        state_words = self._model.state_words(folder)
        self._line(
            painter, words, Qt.AlignmentFlag.AlignBottom, "caption", "warn" if warns else "text2", state_words
        )
        painter.restore()

    def _line(
        self, painter: QPainter, rect: QRect, at: Qt.AlignmentFlag, role: str, token: str, words: str
    ) -> None:
        font = self._theme.font(role, tabular=True)
        painter.setFont(font)
        painter.setPen(self._theme.colour(token))
        shown = QFontMetrics(font).elidedText(words, Qt.TextElideMode.ElideRight, rect.width())
        painter.drawText(rect, int(Qt.AlignmentFlag.AlignLeft | at), shown)


class FoldersPanel(QFrame):
    """`edit_rules` carries a folder's id; `unlink` its id and whether its documents stay."""

    edit_rules = Signal(str)
    unlink = Signal(str, bool)
    set_paused = Signal(str, bool)

    def __init__(
        self, services: Services, theme: Theme, sync: FolderSync, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._theme, self._sync = theme, sync
        self._collection = ""
        self.setObjectName("folders_panel")
        self.model = FoldersModel(services, sync, self)
        self.view = self._make_view()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 8, 0, 0)
        column.setSpacing(4)
        head = Label(self.tr("Linked folders"), "label", "text2")
        head.setContentsMargins(10, 0, 0, 0)
        column.addWidget(head)
        column.addWidget(self.view)
        # While files are read, the number of those left changes many times a second.
        self._timer = QTimer(self, interval=_REFRESH_MS, singleShot=True)
        self._timer.timeout.connect(self.reload)
        sync.moved.connect(self._moved)
        theme.changed.connect(self._fit)
        self.hide()

    def _make_view(self) -> QListView:
        view = QListView(self)
        view.setObjectName("folders_list")
        view.setAccessibleName(self.tr("Linked folders"))
        view.setModel(self.model)
        view.setItemDelegate(FoldersDelegate(self._theme, self.model, view))
        view.setMouseTracking(True)
        view.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        view.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        view.customContextMenuRequested.connect(
            lambda where: self._open_menu(view.indexAt(where).row(), where)
        )
        # A click and the Enter key, too: what can be done with a folder is not to be found by chance.
        view.clicked.connect(self._open_at)
        view.activated.connect(self._open_at)
        return view

    def show_collection(self, collection_id: str) -> None:
        """Show the folders of a collection; without any the panel is not there."""
        self._collection = collection_id
        self.reload()

    def reload(self) -> None:
        """Read the folders again."""
        self.model.show(self._collection)
        self.setVisible(bool(self.model.rowCount()))
        self._fit()

    def _moved(self, collection_id: str) -> None:
        if collection_id == self._collection and not self._timer.isActive():
            self._timer.start()

    def _fit(self) -> None:
        rows = min(self.model.rowCount(), _MOST_SHOWN)
        self.view.setFixedHeight(rows * self._theme.px(48) + 4)

    def _open_at(self, index: QModelIndex) -> None:
        self._open_menu(index.row(), self.view.visualRect(index).bottomLeft())

    def _open_menu(self, row: int, where: QPoint) -> None:
        folder = self.model.folder(row)
        if folder is None or self.findChild(QWidget, "folder_menu") is not None:
            return
        paused = folder.state is FolderState.PAUSED
        opened = menu(self, "folder_menu")

        def add(icon: str, words: str, act: Callable[[], object], tone: str = "text2") -> None:
            action = opened.addAction(self._theme.icon(icon, tone), words)
            action.triggered.connect(act)

        add("folder-open", self.tr("Open the folder"), lambda: self._open_folder(folder))
        if not paused:
            scan = self._sync.scan
            add(
                "arrows-clockwise",
                self.tr("Look for changes now"),
                lambda: scan(folder.collection_id, [folder.id]),
            )
        add("funnel", self.tr("What is left out"), lambda: self.edit_rules.emit(folder.id))
        words = self.tr("Go on") if paused else self.tr("Pause")
        add("play" if paused else "pause", words, lambda: self.set_paused.emit(folder.id, not paused))
        opened.addSeparator()
        keep, remove = self.tr("Unlink, keep its files here"), self.tr("Unlink, remove its files here")
        add("link-break", keep, lambda: self.unlink.emit(folder.id, True))
        add("trash", remove, lambda: self.unlink.emit(folder.id, False), "bad")
        opened.popup(self.view.viewport().mapToGlobal(where))

    def _open_folder(self, folder: LinkedFolder) -> None:
        QDesktopServices.openUrl(QUrl.fromLocalFile(folder.path))


def folder_name(folder: LinkedFolder) -> str:
    """What a person calls the folder: the last part of its path, or all of it for a whole drive."""
    return Path(folder.path).name or folder.path


def _clock(seconds: float) -> str:
    """'10:42' of today, else the date."""
    when = datetime.fromtimestamp(seconds)
    return f"{when:%H:%M}" if when.date() == datetime.now().date() else f"{when:%Y-%m-%d}"
