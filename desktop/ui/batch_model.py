"""The results of a batch run as a table: a row for each document or row, with its state and its answer by column."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from desktop.core.answer_table import rows_of
from desktop.core.batches import Batch, BatchItem, ItemState
from desktop.core.errors import UserError
from desktop.ui.tooltips import plain_tip

_NO_INDEX = QModelIndex()


class BatchModel(QAbstractTableModel):
    """Answers are taken apart when they are shown: ten thousand rows open at once."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._batch: Batch | None = None
        self._items: list[BatchItem] = []
        self._places: dict[int, int] = {}

    def show(self, batch: Batch, items: Sequence[BatchItem]) -> None:
        """Show another run."""
        self.beginResetModel()
        self._batch, self._items = batch, list(items)
        self._places = {item.number: place for place, item in enumerate(self._items)}
        self.endResetModel()

    def put(self, item: BatchItem) -> None:
        """Take what became of one."""
        place = self._places.get(item.number, -1)
        if place >= 0:
            self._items[place] = item
            self.dataChanged.emit(self.index(place, 0), self.index(place, self.columnCount() - 1))

    def first_failure(self) -> str:
        """The name of the first that failed and why, in a sentence; '' where none did."""
        found = next((one for one in self._items if one.state is ItemState.FAILED), None)
        return f"{found.title}: {found.note}" if found is not None else ""

    def rowCount(self, parent: QModelIndex | QPersistentModelIndex = _NO_INDEX) -> int:
        return 0 if parent.isValid() else len(self._items)

    def columnCount(self, parent: QModelIndex | QPersistentModelIndex = _NO_INDEX) -> int:
        return 0 if parent.isValid() else len(self._head())

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> object:
        if role == Qt.ItemDataRole.DisplayRole and orientation == Qt.Orientation.Horizontal:
            return self._head()[section]
        return None

    def data(
        self, index: QModelIndex | QPersistentModelIndex, role: int = Qt.ItemDataRole.DisplayRole
    ) -> object:
        if role not in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole):
            return None
        item = self._items[index.row()]
        last = self.columnCount() - 1
        if index.column() == 0:
            words = item.title
        elif index.column() == 1:
            words = self._state(item.state)
        elif index.column() == last:
            words = item.note
        else:
            words = self._cells(item)[index.column() - 2]
        # A cell is one line; all of it is in its tooltip.
        return (
            plain_tip(words[:2000]) if role == Qt.ItemDataRole.ToolTipRole else " ".join(words[:400].split())
        )

    def _head(self) -> tuple[str, ...]:
        form = self._batch.plan.form if self._batch else None
        names = form.names if form else (self.tr("Answer"),)
        return (self.tr("Name"), self.tr("State"), *names, self.tr("Note"))

    def _state(self, state: ItemState) -> str:
        return {
            ItemState.WAITING: self.tr("Waiting"),
            ItemState.DONE: self.tr("Done"),
            ItemState.FAILED: self.tr("Failed"),
        }[state]

    def _cells(self, item: BatchItem) -> tuple[str, ...]:
        """The answer by column; of several rows all values of a column, with semicolons between."""
        form = self._batch.plan.form if self._batch else None
        if form is None:
            return (item.answer,)
        empty = ("",) * (len(form.names) - 1)
        if item.state is not ItemState.DONE:
            return (item.answer, *empty)
        try:
            rows = rows_of(item.answer, form)
        except UserError:
            return (item.answer, *empty)
        return tuple("; ".join(row[place] for row in rows) for place in range(len(form.names)))
