"""Paints a row of the library: name with its icon, state as a chip with its reason, numbers, and when it came."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetrics, QMouseEvent, QPainter
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QWidget,
)

from desktop.core.documents import Document, DocumentState
from desktop.ui.icons import draw_icon, file_icon
from desktop.ui.library_model import ADDED, DOCUMENT_ROLE, NAME, PAGES, PASSAGES, STATE, LibraryModel
from desktop.ui.paint import CHIP_HEIGHT, chip_width, draw_chip
from desktop.ui.theme import Theme

ROW_HEIGHT = 40
_PAD = 12
Index = QModelIndex | QPersistentModelIndex


class LibraryDelegate(QStyledItemDelegate):
    """Draws from the tokens; a row's ground and focus go through all its cells."""

    def __init__(self, theme: Theme, view: LibraryTable, model: LibraryModel) -> None:
        super().__init__(view)
        self._theme = theme
        self._view = view
        self._model = model

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(80, self._theme.px(ROW_HEIGHT))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        document = index.data(DOCUMENT_ROLE)
        rect = option.rect  # type: ignore[attr-defined, unused-ignore]
        painter.save()
        self._paint_ground(painter, rect, index)
        if isinstance(document, Document):
            self._paint_cell(painter, rect, index, document)
        painter.restore()

    def _paint_ground(self, painter: QPainter, rect: QRect, index: Index) -> None:
        if self._view.selectionModel().isRowSelected(index.row(), QModelIndex()):
            painter.fillRect(rect, self._theme.colour("accent_soft"))
        elif index.row() == self._view.hovered_row:
            painter.fillRect(rect, self._theme.colour("hover"))
        bottom = QRect(rect.left(), rect.bottom(), rect.width(), 1)
        painter.fillRect(bottom, self._theme.colour("line"))
        if (
            self._view.hasFocus()
            and self._view.by_keyboard
            and index.row() == self._view.currentIndex().row()
        ):
            self._paint_focus(painter, rect, index.column())

    def _paint_focus(self, painter: QPainter, rect: QRect, column: int) -> None:
        accent = self._theme.colour("accent")
        painter.fillRect(QRect(rect.left(), rect.top(), rect.width(), 2), accent)
        painter.fillRect(QRect(rect.left(), rect.bottom() - 1, rect.width(), 2), accent)
        if column == NAME:
            painter.fillRect(QRect(rect.left(), rect.top(), 2, rect.height()), accent)
        if column == self._view.last_column():
            painter.fillRect(QRect(rect.right() - 1, rect.top(), 2, rect.height()), accent)

    def _paint_cell(self, painter: QPainter, rect: QRect, index: Index, document: Document) -> None:
        column = index.column()
        if column == NAME:
            self._paint_name(painter, rect, document)
        elif column == STATE:
            self._paint_state(painter, rect, document)
        else:
            right = column in (PAGES, PASSAGES)
            align = Qt.AlignmentFlag.AlignRight if right else Qt.AlignmentFlag.AlignLeft
            role = "body" if right else "secondary"
            painter.setFont(self._theme.font(role, tabular=True))
            painter.setPen(self._theme.colour("text2"))
            inside = rect.adjusted(_PAD if right else 4, 0, -_PAD, 0)
            painter.drawText(inside, int(align | Qt.AlignmentFlag.AlignVCenter), str(index.data() or ""))

    def _paint_name(self, painter: QPainter, rect: QRect, document: Document) -> None:
        failed = document.state is DocumentState.FAILED
        side = self._theme.px(18)
        box = QRectF(rect.left() + _PAD, rect.top() + (rect.height() - side) / 2, side, side)
        draw_icon(painter, box, file_icon(document.name), self._theme.colour("text2"))
        font = self._theme.font("body")
        painter.setFont(font)
        painter.setPen(self._theme.colour("text3" if failed else "text"))
        words = rect.adjusted(_PAD + side + 8, 0, -_PAD, 0)
        shown = QFontMetrics(font).elidedText(document.name, Qt.TextElideMode.ElideMiddle, words.width())
        painter.drawText(words, int(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft), shown)

    def _paint_state(self, painter: QPainter, rect: QRect, document: Document) -> None:
        words = self._model.state_words(document)
        width = chip_width(self._theme, words.chip, words.word)
        height = self._theme.px(CHIP_HEIGHT)
        chip = QRectF(rect.left() + _PAD, rect.top() + (rect.height() - height) / 2, width, height)
        draw_chip(painter, self._theme, chip, words.chip, words.word, self._model.reading_share(document))
        if not words.reason:
            return
        font = self._theme.font("caption")
        painter.setFont(font)
        painter.setPen(self._theme.colour("text2"))
        left = round(chip.right()) + 8
        inside = QRect(left, rect.top(), rect.right() - left - 4, rect.height())
        shown = QFontMetrics(font).elidedText(words.reason, Qt.TextElideMode.ElideRight, inside.width())
        painter.drawText(inside, int(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft), shown)


class LibraryHeader(QHeaderView):
    """Quiet column names; the sorted one carries an arrow."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        self._theme = theme
        self.setObjectName("library_header")
        self.setSectionsClickable(True)
        self.setHighlightSections(False)
        self.setMinimumSectionSize(40)
        self.setSortIndicatorShown(True)

    def sizeHint(self) -> QSize:
        return QSize(super().sizeHint().width(), self._theme.px(33))

    def paintSection(self, painter: QPainter, rect: QRect, logical: int) -> None:
        painter.save()
        text = str(self.model().headerData(logical, Qt.Orientation.Horizontal, Qt.ItemDataRole.DisplayRole))
        font = self._theme.font("label")
        painter.setFont(font)
        painter.setPen(self._theme.colour("text2"))
        right = logical in (PAGES, PASSAGES)
        align = Qt.AlignmentFlag.AlignRight if right else Qt.AlignmentFlag.AlignLeft
        inside = rect.adjusted(4 if logical == ADDED else _PAD, 0, -_PAD, 0)
        painter.drawText(inside, int(align | Qt.AlignmentFlag.AlignVCenter), text)
        if self.sortIndicatorSection() == logical and self.isSortIndicatorShown():
            self._paint_arrow(painter, inside, QFontMetrics(font).horizontalAdvance(text), right)
        painter.fillRect(QRect(rect.left(), rect.bottom(), rect.width(), 1), self._theme.colour("line"))
        painter.restore()

    def _paint_arrow(self, painter: QPainter, rect: QRect, width: int, right: bool) -> None:
        up = self.sortIndicatorOrder() == Qt.SortOrder.DescendingOrder
        x = rect.right() - width - 18 if right else rect.left() + width + 4
        box = QRectF(x, rect.center().y() - 6, 13, 13)
        draw_icon(painter, box, "arrow-up" if up else "arrow-down", self._theme.colour("text2"))


class LibraryTable(QTableView):
    """The table's view: whole rows, no grid, columns that leave when it gets narrow."""

    def __init__(self, theme: Theme, model: LibraryModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self.hovered_row = -1
        self.by_keyboard = False
        self.setObjectName("library_table")
        self.setAccessibleName(self.tr("Files"))
        self.setModel(model)
        self.setHorizontalHeader(LibraryHeader(theme, self))
        self.verticalHeader().hide()
        self.setItemDelegate(LibraryDelegate(theme, self, model))
        self.setShowGrid(False)
        self.setMouseTracking(True)
        self.setTabKeyNavigation(False)
        self.setWordWrap(False)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        # Always there, so that the rows do not change their width when there are more of them.
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOn)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.setSortingEnabled(True)
        self.sortByColumn(NAME, Qt.SortOrder.AscendingOrder)
        self._columns()
        self._scale()
        theme.changed.connect(self._scale)

    def _columns(self) -> None:
        header = self.horizontalHeader()
        header.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        header.setSectionResizeMode(NAME, QHeaderView.ResizeMode.Stretch)

    def _scale(self) -> None:
        for column, width in ((STATE, 228), (PAGES, 80), (PASSAGES, 92), (ADDED, 128)):
            self.setColumnWidth(column, self._theme.px(width))
        vertical = self.verticalHeader()
        vertical.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        vertical.setMinimumSectionSize(24)
        vertical.setDefaultSectionSize(self._theme.px(ROW_HEIGHT))

    def show_columns(self, *, passages: bool, added: bool) -> None:
        """Leave out columns that there is no room for."""
        self.setColumnHidden(PASSAGES, not passages)
        self.setColumnHidden(ADDED, not added)

    def last_column(self) -> int:
        """The rightmost shown column."""
        return max(column for column in range(ADDED + 1) if not self.isColumnHidden(column))

    def selected_rows(self) -> list[int]:
        """The selected rows, in order."""
        selection = self.selectionModel().selection()
        parts = (selection.at(number) for number in range(selection.count()))
        return sorted({row for part in parts for row in range(part.top(), part.bottom() + 1)})

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._hover(self.indexAt(event.position().toPoint()).row())
        super().mouseMoveEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self.by_keyboard = False
        super().mousePressEvent(event)

    def keyPressEvent(self, event: object) -> None:
        self.by_keyboard = True
        super().keyPressEvent(event)  # type: ignore[arg-type]
        self.viewport().update()

    def focusInEvent(self, event: object) -> None:
        reason = event.reason()  # type: ignore[attr-defined]
        self.by_keyboard = reason in (Qt.FocusReason.TabFocusReason, Qt.FocusReason.BacktabFocusReason)
        super().focusInEvent(event)  # type: ignore[arg-type]
        if self.by_keyboard and not self.currentIndex().isValid() and self.model().rowCount():
            self.setCurrentIndex(self.model().index(0, 0))
        self.viewport().update()

    def focusOutEvent(self, event: object) -> None:
        super().focusOutEvent(event)  # type: ignore[arg-type]
        self.viewport().update()

    def leaveEvent(self, event: object) -> None:
        self._hover(-1)
        super().leaveEvent(event)  # type: ignore[arg-type]

    def _hover(self, row: int) -> None:
        if row == self.hovered_row:
            return
        self.hovered_row = row
        self.viewport().update()
