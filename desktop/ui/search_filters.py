"""The row of filters under the search field: collection, folder, type, date, and exact phrase only."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import PurePath
from typing import TYPE_CHECKING

from PySide6.QtCore import QLocale, QPoint, Signal
from PySide6.QtGui import QAction, QActionGroup
from PySide6.QtWidgets import QWidget

from desktop.core.documents import SearchFilter
from desktop.ui.filter_chip import FilterChip
from desktop.ui.flow_row import FlowRow
from desktop.ui.switches import CheckBox
from desktop.ui.theme import Theme
from desktop.ui.widgets import menu

if TYPE_CHECKING:
    from desktop.services.all import Services

_DAY = 86_400
_YEARS_BACK = 4
Choice = tuple[str, bool, Callable[[], None]]


class SearchFilters(FlowRow):
    """`changed` tells that something else is to be searched. The menus are filled when they open."""

    changed = Signal()

    def __init__(self, services: Services, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(gap=8, parent=parent)
        self._services = services
        self._theme = theme
        self.collection_id = ""
        self.filter = SearchFilter()
        self._date_words = ""
        self.setObjectName("search_filters")
        self.collection = FilterChip(theme, "search_collection", "books", self.tr("Collection"))
        self.folder = FilterChip(theme, "search_folder", "folder", self.tr("Folder"))
        self.kind = FilterChip(theme, "search_type", "file", self.tr("Type"))
        self.date = FilterChip(theme, "search_date", "calendar-blank", self.tr("Date of the file"))
        self.exact = CheckBox(theme, self.tr("Exact phrase only"), "search_exact")
        for chip in (self.collection, self.folder, self.kind, self.date):
            self.add(chip)
        self.add_right(self.exact)
        self.collection.asked.connect(self._open_collections)
        self.collection.cleared.connect(lambda: self.set_collection(""))
        self.folder.asked.connect(self._open_folders)
        self.folder.cleared.connect(lambda: self._set_folder(""))
        self.kind.asked.connect(self._open_kinds)
        self.kind.cleared.connect(lambda: self._set_kinds(()))
        self.date.asked.connect(self._open_dates)
        self.date.cleared.connect(lambda: self._set_dates("", 0.0, 0.0))
        self.exact.toggled.connect(lambda _on: self.changed.emit())
        self.show_values()

    @property
    def narrows(self) -> bool:
        """Whether anything but the collection is filtered."""
        return bool(self.filter) or self.exact.isChecked()

    def collection_ids(self) -> tuple[str, ...]:
        """The chosen collection, or none for all of them."""
        return (self.collection_id,) if self.collection_id else ()

    def set_collection(self, collection_id: str) -> None:
        """Search another collection; '' searches all. Its folders are not those of the one before."""
        if collection_id != self.collection_id:
            self.collection_id = collection_id
            self._set_folder("")

    def clear(self) -> None:
        """Let everything through but the collection."""
        self.exact.blockSignals(True)
        self.exact.setChecked(False)
        self.exact.blockSignals(False)
        self._date_words = ""
        self._set(SearchFilter())

    def show_values(self) -> None:
        """Say on each chip what it lets through; a collection that is gone is chosen no more."""
        found = self._services.library.collection(self.collection_id) if self.collection_id else None
        if found is None:
            self.collection_id = ""
        self.collection.show_value(found.name if found else self.tr("All collections"), found is not None)
        folder = self.filter.folder
        self.folder.show_value(
            PurePath(folder).name or folder if folder else self.tr("All folders"), bool(folder)
        )
        kinds = self.filter.kinds
        self.kind.show_value(
            ", ".join(self._kind_words(kind) for kind in kinds) or self.tr("Any type"), bool(kinds)
        )
        self.date.show_value(self._date_words or self.tr("Any date"), bool(self._date_words))
        self.arrange()

    def _set(self, changed: SearchFilter) -> None:
        self.filter = changed
        self.show_values()
        self.changed.emit()

    def _set_folder(self, folder: str) -> None:
        self._set(replace(self.filter, folder=folder))

    def _set_kinds(self, kinds: Sequence[str]) -> None:
        self._set(replace(self.filter, kinds=tuple(kinds)))

    def _set_dates(self, words: str, after: float, before: float) -> None:
        self._date_words = words
        self._set(replace(self.filter, after=after, before=before))

    # --- the menus

    def _open_collections(self) -> None:
        choices: list[Choice] = [
            (self.tr("All collections"), not self.collection_id, lambda: self.set_collection(""))
        ]
        for one in self._services.library.collections():
            chosen = one.id == self.collection_id
            choices.append((one.name, chosen, lambda key=one.id: self.set_collection(key)))  # type: ignore[misc]
        self._open(self.collection, choices)

    def _open_folders(self) -> None:
        chosen = self.filter.folder
        choices: list[Choice] = [(self.tr("All folders"), not chosen, lambda: self._set_folder(""))]
        if chosen:
            choices.append((chosen, True, lambda: self._set_folder(chosen)))
        for folder, number in self._services.finding.folders(self.collection_ids(), chosen):
            words = self._counted(PurePath(folder).name or folder, number)
            choices.append((words, False, lambda key=folder: self._set_folder(key)))  # type: ignore[misc]
        self._open(self.folder, choices)

    def _open_kinds(self) -> None:
        chosen = self.filter.kinds
        choices: list[Choice] = [(self.tr("Any type"), not chosen, lambda: self._set_kinds(()))]
        for kind, number in self._services.finding.kinds(self.collection_ids()):
            words = self._counted(self._kind_words(kind), number)
            choices.append((words, kind in chosen, lambda key=kind: self._toggle_kind(key)))  # type: ignore[misc]
        self._open(self.kind, choices)

    def _toggle_kind(self, kind: str) -> None:
        kinds = self.filter.kinds
        self._set_kinds([k for k in kinds if k != kind] if kind in kinds else [*kinds, kind])

    def _open_dates(self) -> None:
        now = time.time()
        year = time.localtime(now).tm_year
        spans = [
            (self.tr("Past 7 days"), now - 7 * _DAY, 0.0),
            (self.tr("Past 30 days"), now - 30 * _DAY, 0.0),
        ]
        january = QLocale().standaloneMonthName(1)
        for back in range(_YEARS_BACK):
            words = self.tr("Since {month} {year}").replace("{month}", january)
            spans.append((words.replace("{year}", str(year - back)), _new_year(year - back), 0.0))
        words = self.tr("Before {year}")
        spans.extend(
            (words.replace("{year}", str(year - back)), 0.0, _new_year(year - back)) for back in range(3)
        )
        choices: list[Choice] = [
            (self.tr("Any date"), not self._date_words, lambda: self._set_dates("", 0.0, 0.0))
        ]
        for words, after, before in spans:
            span = (words, after, before)
            choices.append(
                (words, words == self._date_words, lambda one=span: self._set_dates(*one))  # type: ignore[misc]
            )
        self._open(self.date, choices)

    def _open(self, chip: FilterChip, choices: Sequence[Choice]) -> None:
        made = menu(self, f"{chip.objectName()}_menu")
        group = QActionGroup(made)
        group.setExclusive(False)
        for words, checked, choose in choices:
            action = QAction(words.replace("&", "&&"), made)
            action.setCheckable(True)
            action.setChecked(checked)
            action.triggered.connect(lambda _on=False, act=choose: act())
            group.addAction(action)
            made.addAction(action)
        made.popup(chip.mapToGlobal(QPoint(0, chip.height() + 4)))

    def _counted(self, words: str, number: int) -> str:
        return f"{words} ({self._theme.number(number)})"

    def _kind_words(self, kind: str) -> str:
        words = {
            "docx": self.tr("Word"),
            "pptx": self.tr("PowerPoint"),
            "xlsx": self.tr("Excel"),
            "html": self.tr("Web page"),
            "md": self.tr("Markdown"),
            "txt": self.tr("Text"),
            "text": self.tr("Text"),
            "eml": self.tr("Mail"),
            "msg": self.tr("Outlook message"),
            "mbox": self.tr("Mailbox"),
            "image": self.tr("Image"),
            "code": self.tr("Source code"),
        }
        return words.get(kind, kind.upper())


def _new_year(year: int) -> float:
    return time.mktime((year, 1, 1, 0, 0, 0, 0, 0, -1))
