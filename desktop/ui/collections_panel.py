"""The side column of the library: the collections, with add, rename, delete and ask."""

from __future__ import annotations

from collections.abc import Callable, Iterator
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
    Signal,
)
from PySide6.QtGui import QAction, QFontMetrics, QKeySequence, QPainter
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

from desktop.core.cancel import CancelToken
from desktop.core.documents import Collection
from desktop.core.errors import DesksideError
from desktop.core.events import Event
from desktop.ui.paint import draw_box
from desktop.ui.tasks import TaskList
from desktop.ui.theme import Theme
from desktop.ui.tokens import RADIUS_CONTROL, SIDE_WIDTH
from desktop.ui.tooltips import plain_tip
from desktop.ui.widgets import IconButton, Label, menu

if TYPE_CHECKING:
    from desktop.services.all import Services

COLLECTION_ROLE = int(Qt.ItemDataRole.UserRole)
Index = QModelIndex | QPersistentModelIndex


class CollectionsModel(QAbstractListModel):
    """All collections by name. `failed` tells why a name was not taken."""

    failed = Signal(object)
    renamed = Signal()

    def __init__(self, services: Services, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._services = services
        self._shown: list[Collection] = []
        self.hidden: set[str] = set()

    def reload(self) -> None:
        """Read the collections; only a change of which there are resets the list."""
        found = [c for c in self._services.library.collections() if c.id not in self.hidden]
        if [c.id for c in found] == [c.id for c in self._shown]:
            self._shown = found
            if found:
                self.dataChanged.emit(self.index(0), self.index(len(found) - 1))
            return
        self.beginResetModel()
        self._shown = found
        self.endResetModel()

    def row_of(self, collection_id: str) -> int:
        """The row of a collection, or -1."""
        return next((row for row, c in enumerate(self._shown) if c.id == collection_id), -1)

    def collection(self, row: int) -> Collection | None:
        """The collection in a row."""
        return self._shown[row] if 0 <= row < len(self._shown) else None

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008  Qt's own signature
        return 0 if parent.isValid() else len(self._shown)

    def flags(self, index: Index) -> Qt.ItemFlag:
        return super().flags(index) | Qt.ItemFlag.ItemIsEditable

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        collection = self.collection(index.row())
        if collection is None:
            return None
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.EditRole):
            return collection.name
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return (
                self.tr("{name}, {n} files")
                .replace("{name}", collection.name)
                .replace("{n}", str(collection.documents))
            )
        if role == Qt.ItemDataRole.ToolTipRole:
            return plain_tip(collection.name)
        return collection if role == COLLECTION_ROLE else None

    def setData(self, index: Index, value: object, role: int = Qt.ItemDataRole.EditRole) -> bool:
        collection = self.collection(index.row())
        name = str(value).strip()
        if collection is None or not name or name == collection.name:
            return False
        try:
            self._services.library.rename_collection(collection.id, name)
        except DesksideError as error:
            self.failed.emit(error)
            return False
        # Not at once: the editor that told the name is still open, and the order may change.
        QTimer.singleShot(0, self, self.renamed.emit)
        return True


class CollectionsDelegate(QStyledItemDelegate):
    """A name, elided, and how many files it has."""

    def __init__(self, theme: Theme, view: QListView) -> None:
        super().__init__(view)
        self._theme = theme
        self._view = view

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(100, self._theme.px(36))

    def createEditor(self, parent: QWidget, option: QStyleOptionViewItem, index: Index) -> QWidget:
        editor = QLineEdit(parent)
        editor.setObjectName("collection_name")
        editor.setAccessibleName(self.tr("Name of the collection"))
        editor.setProperty("extent", "small")
        editor.setMaxLength(120)
        return editor

    def updateEditorGeometry(self, editor: QWidget, option: QStyleOptionViewItem, index: Index) -> None:
        editor.setGeometry(option.rect)  # type: ignore[attr-defined, unused-ignore]

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        collection = index.data(COLLECTION_ROLE)
        if not isinstance(collection, Collection):
            return
        rect: QRect = option.rect  # type: ignore[attr-defined, unused-ignore]
        state = option.state  # type: ignore[attr-defined, unused-ignore]
        chosen = bool(state & QStyle.StateFlag.State_Selected)
        painter.save()
        if chosen or state & QStyle.StateFlag.State_MouseOver:
            ground = self._theme.colour("accent_soft" if chosen else "fill")
            draw_box(painter, QRectF(rect), ground, None, RADIUS_CONTROL)
        if state & QStyle.StateFlag.State_HasFocus and state & QStyle.StateFlag.State_KeyboardFocusChange:
            clear = self._theme.colour("accent", 0.0)
            draw_box(painter, QRectF(rect), clear, self._theme.colour("accent"), RADIUS_CONTROL, 2)
        count = self._theme.number(collection.documents)
        small = self._theme.font("rail" if chosen else "caption", tabular=True)
        inside = rect.adjusted(10, 0, -10, 0)
        painter.setPen(self._theme.colour("accent" if chosen else "text2"))
        painter.setFont(small)
        middle = Qt.AlignmentFlag.AlignVCenter
        painter.drawText(inside, int(Qt.AlignmentFlag.AlignRight | middle), count)
        font = self._theme.font("control" if chosen else "body")
        painter.setFont(font)
        painter.setPen(self._theme.colour("accent" if chosen else "text"))
        width = inside.width() - QFontMetrics(small).horizontalAdvance(count) - 8
        shown = QFontMetrics(font).elidedText(collection.name, Qt.TextElideMode.ElideRight, width)
        painter.drawText(inside, int(Qt.AlignmentFlag.AlignLeft | middle), shown)
        painter.restore()


class CollectionsPanel(QFrame):
    """`chosen` carries the id of the collection that is shown ('' for none); `message` asks for a toast."""

    chosen = Signal(str)
    renamed = Signal()
    ask = Signal(str)
    test = Signal(str)
    check_up = Signal(str)
    keeping = Signal(str)
    message = Signal(str, object, object)
    failed = Signal(object)

    def __init__(
        self, services: Services, theme: Theme, tasks: TaskList, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._services = services
        self._theme = theme
        self._tasks = tasks
        self.setProperty("kind", "side")
        self.setObjectName("collections_panel")
        self.model = CollectionsModel(services, self)
        self.model.failed.connect(self.failed)
        self.model.renamed.connect(self._renamed)
        self.add_button = IconButton(theme, "plus", self.tr("New collection"), name="collection_add")
        self.add_button.clicked.connect(self.add)
        self.view = self._make_view()
        column = QVBoxLayout(self)
        column.setContentsMargins(8, 14, 9, 12)
        column.setSpacing(6)
        head = QHBoxLayout()
        head.setContentsMargins(10, 0, 0, 0)
        head.addWidget(Label(self.tr("Collections"), "head"), 1)
        head.addWidget(self.add_button)
        column.addLayout(head)
        column.addWidget(self.view, 1)
        self._column = column
        self._current = ""
        self._scale()
        theme.changed.connect(self._scale)
        self.reload()

    def _make_view(self) -> QListView:
        view = QListView(self)
        view.setObjectName("collections_list")
        view.setAccessibleName(self.tr("Collections"))
        view.setModel(self.model)
        view.setItemDelegate(CollectionsDelegate(self._theme, view))
        view.setMouseTracking(True)
        view.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        view.setEditTriggers(QAbstractItemView.EditTrigger.EditKeyPressed)
        view.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        view.customContextMenuRequested.connect(self._open_menu)
        view.selectionModel().currentChanged.connect(self._current_changed)
        delete = QAction(self.tr("Delete"), view)
        delete.setShortcut(QKeySequence(Qt.Key.Key_Delete))
        delete.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)
        delete.triggered.connect(lambda: self.delete(self._current))
        view.addAction(delete)
        return view

    def add_below(self, widget: QWidget) -> None:
        """Put a widget under the list."""
        self._column.addWidget(widget)

    # --- what is chosen

    @property
    def current(self) -> str:
        """The id of the shown collection, or ''."""
        return self._current

    def show_collection(self, collection_id: str) -> None:
        """Choose a collection; one that is not there changes nothing."""
        self.model.reload()
        row = self.model.row_of(collection_id)
        if row >= 0:
            self.view.setCurrentIndex(self.model.index(row))

    def reload(self) -> None:
        """Read names and counts again; the same collection stays chosen if it is still there."""
        before = self._current
        self.model.reload()
        row = self.model.row_of(before)
        if row < 0 and self.model.rowCount():
            row = 0
        if row >= 0 and self.view.currentIndex().row() != row:
            self.view.setCurrentIndex(self.model.index(row))
        if row < 0:
            self._set_current("")

    def _current_changed(self, now: QModelIndex) -> None:
        collection = self.model.collection(now.row())
        if collection is not None:
            self._set_current(collection.id)

    def _set_current(self, collection_id: str) -> None:
        if collection_id != self._current:
            self._current = collection_id
            self.chosen.emit(collection_id)

    def _renamed(self) -> None:
        self.reload()
        self.renamed.emit()

    # --- what can be done

    def add(self) -> None:
        """Make a collection and let the person name it at once."""
        taken = {c.name.lower() for c in self._services.library.collections()}
        base = self.tr("New collection")
        name, number = base, 2
        while name.lower() in taken:
            name, number = f"{base} {number}", number + 1
        try:
            made = self._services.library.create_collection(name)
        except DesksideError as error:
            self.failed.emit(error)
            return
        self.show_collection(made.id)
        self.rename()

    def rename(self) -> None:
        """Edit the name of the chosen collection in place."""
        self.view.setFocus()
        self.view.edit(self.view.currentIndex())

    def delete(self, collection_id: str) -> None:
        """Take a collection away; it is deleted when the message with Undo has gone."""
        collection = self._services.library.collection(collection_id)
        if collection is None:
            return
        self.model.hidden.add(collection_id)
        self.reload()

        def undo() -> None:
            self.model.hidden.discard(collection_id)
            self.show_collection(collection_id)

        def commit() -> None:
            self._tasks.run(doing(lambda: self._services.library.delete_collection(collection_id)), keep=True)

        words = self.tr("{name} deleted. Your files themselves stay where they are.")
        self.message.emit(words.replace("{name}", collection.name), undo, commit)

    def _open_menu(self, where: QPoint) -> None:
        index = self.view.indexAt(where)
        collection = self.model.collection(index.row())
        if collection is None:
            return
        self.view.setCurrentIndex(index)
        opened = menu(self, "collection_menu")
        ask = opened.addAction(
            self._theme.icon("chat-circle-text", "text2"), self.tr("Ask about this collection")
        )
        ask.triggered.connect(lambda: self.ask.emit(collection.id))
        check = opened.addAction(self._theme.icon("clipboard-text", "text2"), self.tr("Check-up"))
        check.triggered.connect(lambda: self.check_up.emit(collection.id))
        test = opened.addAction(
            self._theme.icon("check-square-offset", "text2"), self.tr("Test on my documents")
        )
        test.triggered.connect(lambda: self.test.emit(collection.id))
        keeping = opened.addAction(self._theme.icon("database", "text2"), self.tr("How it is kept"))
        keeping.triggered.connect(lambda: self.keeping.emit(collection.id))
        rename = opened.addAction(self._theme.icon("pencil-simple", "text2"), self.tr("Rename") + "\tF2")
        rename.triggered.connect(self.rename)
        opened.addSeparator()
        delete = opened.addAction(self._theme.icon("trash", "bad"), self.tr("Delete"))
        delete.triggered.connect(lambda: self.delete(collection.id))
        opened.popup(self.view.viewport().mapToGlobal(where))

    def _scale(self) -> None:
        self.setFixedWidth(max(SIDE_WIDTH, self._theme.px(SIDE_WIDTH * 0.85)))


def doing(work: Callable[[], object]) -> Callable[[CancelToken], Iterator[Event]]:
    """A generator for work that is one call and tells nothing while it runs."""

    def run(cancel: CancelToken) -> Iterator[Event]:
        cancel.check()
        work()
        yield from ()

    return run
