"""The results of a search as rows of a list: each file, and under it its passages."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from desktop.core.found import FoundDocument, FoundPassage
from desktop.ui.quote_card import is_row, place_words

Index = QModelIndex | QPersistentModelIndex
ROW_ROLE = Qt.ItemDataRole.UserRole + 1
SHOWN = 3
"""Passages of a file that are shown before the person asks for all."""
BEST, NEWEST, NAME = "best", "newest", "name"


@dataclass(frozen=True)
class More:
    """The row under a file of which only the best passages are shown."""

    document_id: str
    number: int


class SearchModel(QAbstractListModel):
    """A row is a FoundDocument (a heading), a FoundPassage, or More: the last two can be chosen."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._found: tuple[FoundDocument, ...] = ()
        self._rows: list[FoundDocument | FoundPassage | More] = []
        self._order = BEST
        self._unfolded: set[str] = set()

    def set_found(self, found: Sequence[FoundDocument]) -> None:
        """Show other results."""
        self._found = tuple(found)
        self._unfolded.clear()
        self._fill()

    def set_order(self, order: str) -> None:
        """BEST match first, NEWEST file first or by NAME; passages of a file stay together."""
        self._order = order
        self._fill()

    def unfold(self, index: Index) -> bool:
        """Show all passages of a file in place of its row More; false for any other row."""
        row = self._rows[index.row()] if index.isValid() else None
        if not isinstance(row, More):
            return False
        found = next(one for one in self._found if one.document.id == row.document_id)
        rest = found.passages[SHOWN:]
        at = index.row()
        self._unfolded.add(row.document_id)
        self._rows[at] = rest[0]
        self.dataChanged.emit(index, index)
        self.beginInsertRows(QModelIndex(), at + 1, at + len(rest) - 1)
        self._rows[at + 1 : at + 1] = rest[1:]
        self.endInsertRows()
        return True

    @property
    def order(self) -> str:
        return self._order

    @property
    def found(self) -> tuple[FoundDocument, ...]:
        return self._found

    def passage(self, index: Index) -> FoundPassage | None:
        """The passage of a row; None for a heading."""
        row = self._rows[index.row()] if index.isValid() and index.row() < len(self._rows) else None
        return row if isinstance(row, FoundPassage) else None

    def is_heading(self, index: Index) -> bool:
        """Whether a row is a file's own line."""
        return isinstance(self._rows[index.row()], FoundDocument)

    def document(self, index: Index) -> FoundDocument | None:
        """The file of a row, whichever of its rows that is."""
        if not index.isValid():
            return None
        return next((row for row in self._rows[index.row() :: -1] if isinstance(row, FoundDocument)), None)

    def index_of(self, passage_id: str) -> QModelIndex:
        """The row of a passage, invalid if it is not shown."""
        for number, row in enumerate(self._rows):
            if isinstance(row, FoundPassage) and row.id == passage_id:
                return self.index(number)
        return QModelIndex()

    def next_row(self, row: int, step: int) -> QModelIndex:
        """The next row that can be chosen, forwards (`step` 1) or backwards (-1) from `row`; invalid at the end."""
        row += step
        while 0 <= row < len(self._rows):
            if not isinstance(self._rows[row], FoundDocument):
                return self.index(row)
            row += step
        return QModelIndex()

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self._rows)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        row = self._rows[index.row()]
        if role == ROW_ROLE:
            return row
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            if isinstance(row, FoundDocument):
                return f"{row.document.name}, {self.count_words(row)}"
            if isinstance(row, More):
                return self.more_words(row)
            return f"{place_words(self, row.source)}: {row.excerpt}"
        return None

    def flags(self, index: Index) -> Qt.ItemFlag:
        if isinstance(self._rows[index.row()], FoundDocument):
            return Qt.ItemFlag.NoItemFlags
        return Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable

    def count_words(self, found: FoundDocument) -> str:
        """'3 passages', or '3 rows' of a table."""
        number = len(found.passages)
        if is_row(found.passages[0].source):
            words = self.tr("1 row") if number == 1 else self.tr("{n} rows")
        else:
            words = self.tr("1 passage") if number == 1 else self.tr("{n} passages")
        return words.replace("{n}", str(number))

    def more_words(self, more: More) -> str:
        """'Show 12 more'."""
        return self.tr("Show {n} more").replace("{n}", str(more.number))

    def _fill(self) -> None:
        orders = {
            BEST: lambda found: 0.0,  # as they came
            NEWEST: lambda found: -(found.document.modified or found.document.added),
            NAME: lambda found: found.document.name.casefold(),
        }
        self.beginResetModel()
        self._rows = []
        for found in sorted(self._found, key=orders[self._order]):
            self._rows.append(found)
            shown = len(found.passages) if found.document.id in self._unfolded else SHOWN
            if shown + 1 >= len(found.passages):  # a row More for one passage would save nothing
                shown = len(found.passages)
            self._rows.extend(found.passages[:shown])
            if hidden := len(found.passages) - shown:
                self._rows.append(More(found.document.id, hidden))
        self.endResetModel()
