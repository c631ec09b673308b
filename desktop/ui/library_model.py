"""The table of a collection's files: fetched page by page as rows are shown, changed row by row."""

from __future__ import annotations

from bisect import bisect_left, bisect_right, insort
from collections import OrderedDict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Literal

from PySide6.QtCore import (
    QAbstractTableModel,
    QDate,
    QLocale,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
)

from desktop.core.documents import Document, DocumentState
from desktop.core.events import FileChanged
from desktop.core.text import shown
from desktop.ui.reasons import short_reason
from desktop.ui.theme import Theme
from desktop.ui.tooltips import plain_tip

if TYPE_CHECKING:
    from desktop.services.all import Services

NAME, STATE, PAGES, PASSAGES, ADDED = range(5)
Order = Literal["name", "state", "pages", "passages", "added"]
ORDERS: tuple[Order, ...] = ("name", "state", "pages", "passages", "added")
DOCUMENT_ROLE = int(Qt.ItemDataRole.UserRole)
PAGE_ROWS = 200
KEPT_PAGES = 40
_ONE_BY_ONE = 200
_STEP = 5000
Index = QModelIndex | QPersistentModelIndex


@dataclass(frozen=True)
class StateWords:
    """How a row's state is shown: a chip and the short reason beside it."""

    chip: str
    word: str
    reason: str


class LibraryModel(QAbstractTableModel):
    """Rows of one collection in one order. Rows whose removal can still be undone are left out (`hide`)."""

    def __init__(self, services: Services, theme: Theme, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._services = services
        self._collection = ""
        self._text = ""
        self._only: tuple[str, ...] | None = None
        self._order, self._descending = NAME, False
        self._count = 0
        self._pages: OrderedDict[int, list[Document]] = OrderedDict()
        self._reading: dict[str, tuple[int, int]] = {}
        self._hidden_ids: set[str] = set()
        self._hidden_rows: list[int] = []
        self._gaps: list[int] = []
        self._theme = theme
        self._locale = QLocale()

    # --- what is shown

    def show(self, collection_id: str, text: str = "", only: Sequence[str] | None = None) -> None:
        """Show another collection or search, or `only` the files of some ids; nothing else resets the table."""
        self.beginResetModel()
        self._collection, self._text = collection_id, text
        self._only = None if only is None else tuple(only)
        self._reload()
        self.endResetModel()

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        self.beginResetModel()
        self._order, self._descending = column, order == Qt.SortOrder.DescendingOrder
        self._reload()
        self.endResetModel()

    def refresh(self) -> None:
        """Rows were added or removed elsewhere: count again and fetch what is shown anew."""
        count = self._count_all()
        hidden = self._find_hidden(count)
        old, new = self.rowCount(), count - len(hidden)
        # First only the number of rows, at the end; then what stands in them.
        if new > old:
            self.beginInsertRows(QModelIndex(), old, new - 1)
            self._count += new - old
            self.endInsertRows()
        elif new < old:
            self.beginRemoveRows(QModelIndex(), new, old - 1)
            self._count += new - old
            self.endRemoveRows()
        self._pages.clear()
        self._count = count
        self._set_hidden(hidden)
        if new:
            self.dataChanged.emit(self.index(0, 0), self.index(new - 1, ADDED))

    def _reload(self) -> None:
        self._pages.clear()
        self._count = self._count_all()
        self._set_hidden(self._find_hidden(self._count))

    def _count_all(self) -> int:
        if not self._collection:
            return 0
        return self._services.library.count(self._collection, self._text, self._only)

    def update_rows(self, changes: Iterable[FileChanged]) -> bool:
        """Show the files' new states; true when one may be new, so that rows are to be counted again."""
        places = {d.id: (page, at) for page, rows in self._pages.items() for at, d in enumerate(rows)}
        unknown = False
        for change in changes:
            document = change.document
            if change.pages and document.state is DocumentState.READING:
                self._reading[document.id] = (change.page, change.pages)
            else:
                self._reading.pop(document.id, None)
            # A waiting file may have been fetched before the rows were counted again.
            unknown = unknown or document.state is DocumentState.WAITING
            place = places.get(document.id)
            if place is None:
                unknown = True
                continue
            page, at = place
            self._pages[page][at] = document
            row = self._shown(page * PAGE_ROWS + at)
            if 0 <= row < self.rowCount():
                self.dataChanged.emit(self.index(row, 0), self.index(row, ADDED))
        return unknown

    # --- rows and their documents

    def document(self, row: int) -> Document | None:
        """The file in a shown row; fetches its page of rows if need be."""
        source = self._source(row)
        number, at = divmod(source, PAGE_ROWS)
        rows = self._pages.get(number)
        if rows is None:
            rows = self._fetch(number * PAGE_ROWS, PAGE_ROWS)
            self._pages[number] = rows
            while len(self._pages) > KEPT_PAGES:
                self._pages.popitem(last=False)
        else:
            self._pages.move_to_end(number)
        return rows[at] if at < len(rows) else None

    def documents(self, rows: Iterable[int]) -> list[Document]:
        """The files in shown rows."""
        found = (self.document(row) for row in rows)
        return [document for document in found if document is not None]

    def row_of(self, document_id: str) -> int:
        """The shown row of a file that has been fetched, or -1."""
        for page, rows in self._pages.items():
            for at, document in enumerate(rows):
                if document.id == document_id:
                    return self._shown(page * PAGE_ROWS + at)
        return -1

    # --- removal that can be undone

    def hide(self, rows: Iterable[int]) -> list[str]:
        """Leave shown rows out until `show_hidden` or `drop_hidden`; returns the ids of their files."""
        chosen = sorted(set(rows))
        if len(chosen) > _ONE_BY_ONE:
            wanted = {self._source(row) for row in chosen}
            ids = [document.id for row, document in self._all(self._count) if row in wanted]
            self.hide_ids(ids)
            return ids
        ids = [document.id for document in self.documents(chosen)]
        sources = [self._source(row) for row in chosen]
        self._hidden_ids.update(ids)
        for row, source in reversed(list(zip(chosen, sources, strict=True))):
            self.beginRemoveRows(QModelIndex(), row, row)
            hidden = list(self._hidden_rows)
            insort(hidden, source)
            self._set_hidden(hidden)
            self.endRemoveRows()
        return ids

    def show_hidden(self, ids: Iterable[str]) -> None:
        """The removal was undone: the rows are back."""
        self._hidden_ids.difference_update(ids)
        self.refresh()

    def drop_hidden(self, ids: Iterable[str]) -> None:
        """The removal was carried out."""
        self._hidden_ids.difference_update(ids)
        self.refresh()

    @property
    def hidden_ids(self) -> list[str]:
        """The files whose removal can still be undone."""
        return sorted(self._hidden_ids)

    def hide_ids(self, ids: Iterable[str]) -> None:
        """As `hide`, for files that may not be among the fetched rows."""
        self._hidden_ids.update(ids)
        self.refresh()

    def _find_hidden(self, count: int) -> list[int]:
        """The rows of the hidden files in the present order."""
        if not self._hidden_ids or not self._collection:
            return []
        found: list[int] = []
        for row, document in self._all(count):
            if document.id in self._hidden_ids:
                found.append(row)
                if len(found) == len(self._hidden_ids):
                    break
        return found

    def _all(self, count: int) -> Iterator[tuple[int, Document]]:
        """Every file in the catalogue's order with its row, in large steps and without keeping them."""
        for offset in range(0, count, _STEP):
            yield from enumerate(self._fetch(offset, _STEP), offset)

    def _fetch(self, offset: int, limit: int) -> list[Document]:
        return self._services.library.documents(
            self._collection,
            self._text,
            ORDERS[self._order],
            self._descending,
            offset,
            limit,
            self._only,
        )

    def _source(self, row: int) -> int:
        """The row in the catalogue's order of a shown row."""
        return row + bisect_right(self._gaps, row)

    def _set_hidden(self, rows: list[int]) -> None:
        self._hidden_rows = rows
        # How many shown rows stand before each hidden one: finds the source of a shown row by halving.
        self._gaps = [row - place for place, row in enumerate(rows)]

    def _shown(self, source: int) -> int:
        """The shown row of a row in the catalogue's order, or -1 where it is hidden."""
        place = bisect_left(self._hidden_rows, source)
        if place < len(self._hidden_rows) and self._hidden_rows[place] == source:
            return -1
        return source - place

    # --- what Qt asks

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008  Qt's own signature
        return 0 if parent.isValid() else self._count - len(self._hidden_rows)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(ORDERS)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = 0) -> Any:
        if orientation != Qt.Orientation.Horizontal or role != Qt.ItemDataRole.DisplayRole:
            return None
        return (
            self.tr("Name"),
            self.tr("State"),
            self.tr("Pages"),
            self.tr("Passages"),
            self.tr("Added"),
        )[section]

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        wanted = (
            Qt.ItemDataRole.DisplayRole,
            Qt.ItemDataRole.ToolTipRole,
            Qt.ItemDataRole.AccessibleTextRole,
            DOCUMENT_ROLE,
        )
        if role not in wanted or not index.isValid():
            return None
        document = self.document(index.row())
        if document is None or role == DOCUMENT_ROLE:
            return document
        if role == Qt.ItemDataRole.ToolTipRole:
            return plain_tip(self._tooltip(document, index.column()) or "")
        return self._text_of(document, index.column())

    def _text_of(self, document: Document, column: int) -> str:
        if column == NAME:
            return document.name
        if column == STATE:
            words = self.state_words(document)
            return f"{words.word}: {words.reason}" if words.reason else words.word
        if column == PAGES:
            return self._number(document.pages)
        if column == PASSAGES:
            return self._number(document.passages)
        return self.added_words(document)

    def _tooltip(self, document: Document, column: int) -> str | None:
        if column == NAME:
            return shown(document.path)
        if column == STATE:
            return document.reason or None
        return None

    def _number(self, number: int) -> str:
        return self._theme.number(number) if number else ""

    def state_words(self, document: Document) -> StateWords:
        """The chip and the reason of a file's state, in words."""
        state = document.state
        if state is DocumentState.READY:
            return StateWords("ready", self.tr("Ready"), document.reason)
        if state is DocumentState.SKIPPED:
            if document.reason_kind == "ignored":
                return StateWords("unchanged", self.tr("Ignored"), "")
            is_twin = document.reason_kind == "duplicate"
            word = self.tr("Duplicate") if is_twin else self.tr("Unchanged")
            return StateWords("unchanged", word, document.reason)
        if state is DocumentState.FAILED:
            reason = short_reason(document.reason_kind) or document.reason
            return StateWords("failed", self.tr("Failed"), reason)
        if state is DocumentState.WAITING:
            return StateWords("waiting", self.tr("Waiting"), "")
        if state is DocumentState.EMBEDDING:
            return StateWords("reading", self.tr("Reading"), self.tr("Making it searchable"))
        return StateWords("reading", self.tr("Reading"), self._page_words(document))

    def _page_words(self, document: Document) -> str:
        page, pages = self._reading.get(document.id, (0, 0))
        if not pages:
            return ""
        return self.tr("Page {n} of {m}").replace("{n}", str(page)).replace("{m}", str(pages))

    def reading_share(self, document: Document) -> float:
        """How far the reading of a file is, 0 to 1 (0.65 where it is not known)."""
        page, pages = self._reading.get(document.id, (0, 0))
        return page / pages if pages else 0.65

    def added_words(self, document: Document) -> str:
        """When a file was added: 'Today 10:42', or the date."""
        if not document.added:
            return ""
        when = datetime.fromtimestamp(document.added)
        today = datetime.now().date()
        clock = f"{when:%H:%M}"
        if when.date() == today:
            return self.tr("Today {time}").replace("{time}", clock)
        if (today - when.date()).days == 1:
            return self.tr("Yesterday {time}").replace("{time}", clock)
        return self._locale.toString(QDate(when.year, when.month, when.day), QLocale.FormatType.ShortFormat)
