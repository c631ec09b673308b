"""The results of a search as rows of a list: each file, and under it its passages."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from desktop.core.found import FoundDocument, FoundPassage
from desktop.ui.quote_card import place_words

Index = QModelIndex | QPersistentModelIndex
ROW_ROLE = Qt.ItemDataRole.UserRole + 1
BEST, NEWEST, NAME = "best", "newest", "name"


class SearchModel(QAbstractListModel):
    """A row is a FoundDocument (a heading) or a FoundPassage (what can be chosen)."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._found: tuple[FoundDocument, ...] = ()
        self._rows: list[FoundDocument | FoundPassage] = []
        self._order = BEST

    def set_found(self, found: Sequence[FoundDocument]) -> None:
        """Show other results."""
        self._found = tuple(found)
        self._fill()

    def set_order(self, order: str) -> None:
        """BEST match first, NEWEST file first or by NAME; passages of a file stay together."""
        self._order = order
        self._fill()

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

    def next_passage(self, row: int, step: int) -> QModelIndex:
        """The nearest passage beyond `row`, forwards (`step` 1) or backwards (-1); invalid at the end."""
        row += step
        while 0 <= row < len(self._rows):
            if isinstance(self._rows[row], FoundPassage):
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
            return f"{place_words(self, row.source)}: {row.excerpt}"
        return None

    def flags(self, index: Index) -> Qt.ItemFlag:
        if self.passage(index) is None:
            return Qt.ItemFlag.NoItemFlags
        return Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable

    def count_words(self, found: FoundDocument) -> str:
        """'3 passages', or '3 rows' of a table."""
        number = len(found.passages)
        if any(passage.source.record_id for passage in found.passages):
            words = self.tr("1 row") if number == 1 else self.tr("{n} rows")
        else:
            words = self.tr("1 passage") if number == 1 else self.tr("{n} passages")
        return words.replace("{n}", str(number))

    def _fill(self) -> None:
        orders = {
            BEST: lambda found: 0.0,  # as they came
            NEWEST: lambda found: -(found.document.modified or found.document.added),
            NAME: lambda found: found.document.name.casefold(),
        }
        self.beginResetModel()
        self._rows = []
        for found in sorted(self._found, key=orders[self._order]):
            self._rows.extend((found, *found.passages))
        self.endResetModel()
