"""Files that are nearly the same: a notice in the library, and a dialog in which a person picks which to keep."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QDialog, QFrame, QHBoxLayout, QRadioButton, QScrollArea, QVBoxLayout, QWidget

from desktop.core.cancel import CancelToken
from desktop.core.documents import Document
from desktop.core.events import Event
from desktop.ui.cards import Banner
from desktop.ui.tasks import TaskList
from desktop.ui.theme import Theme
from desktop.ui.widgets import Button, ElidedLabel, Label, Paragraph, frame

if TYPE_CHECKING:
    from desktop.services.all import Services

_MOST_SHOWN = 50
Groups = list[list[Document]]


class SimilarBanner(Banner):
    """Says how many files are nearly the same as others; `remove` carries the ids of those that a person lets go."""

    remove = Signal(list)
    shown = Signal()

    def __init__(self, services: Services, theme: Theme, tasks: TaskList, parent: QWidget) -> None:
        super().__init__(theme, "info", "", parent=parent)
        self.setObjectName("similar_banner")
        self._services, self._theme, self._tasks = services, theme, tasks
        self._collection = ""
        self._dismissed: dict[str, int] = {}
        self.groups: Groups = []
        self.hide()
        self.acted.connect(self.compare)
        self.dismissed.connect(lambda: self._dismissed.update({self._collection: self._number()}))

    def look(self, collection_id: str) -> None:
        """Compare the files of a collection, on a thread of its own."""
        self._collection = collection_id
        found: Groups = []

        def compare(cancel: CancelToken) -> Iterator[Event]:
            found.extend(self._services.library.near_duplicates(collection_id) if collection_id else [])
            yield from ()

        task = self._tasks.run(compare)
        task.finished.connect(lambda: self.show_groups(collection_id, found))

    def _number(self) -> int:
        return sum(map(len, self.groups))

    def show_groups(self, collection_id: str, groups: Groups) -> None:
        """Say how many files are in these groups, unless another collection is shown by now."""
        if collection_id != self._collection:
            return
        self.groups = groups
        number = self._number()
        title = self.tr("{n} files are nearly the same as others").replace("{n}", self._theme.number(number))
        words = self.tr("An answer may quote an old version. Pick which to keep.")
        self.set_words(title, words, self.tr("Compare"))
        self.setVisible(bool(groups) and self._dismissed.get(collection_id) != number)
        self.shown.emit()

    def compare(self) -> None:
        """Let a person pick which of them to keep."""
        dialog = SimilarDialog(self._theme, self.groups[:_MOST_SHOWN], self)
        if dialog.exec() and dialog.let_go:
            self.remove.emit(list(dialog.let_go))
            gone = set(dialog.let_go)
            left = [[one for one in group if one.id not in gone] for group in self.groups]
            self.show_groups(self._collection, [group for group in left if len(group) > 1])
        dialog.deleteLater()


class SimilarDialog(QDialog):
    """Groups of files; in each one is kept, or all. `let_go` are the ids of the others when it was accepted."""

    def __init__(
        self, theme: Theme, groups: Sequence[Sequence[Document]], parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._theme = theme
        self.let_go: list[str] = []
        self.choices: list[list[tuple[Document | None, QRadioButton]]] = []
        self._groups = groups
        self.setObjectName("similar_dialog")
        title = self.tr("Files that are nearly the same")
        self.setWindowTitle(title)
        self.setMinimumSize(560, 420)
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 20, 24, 20)
        column.setSpacing(8)
        column.addWidget(Label(title, "section"))
        words = self.tr(
            "What you do not keep leaves this collection. Your files themselves stay where they are."
        )
        column.addWidget(Paragraph(theme, words, "secondary"))
        area = QScrollArea(self)
        area.setWidgetResizable(True)
        inside = frame("scroll", "similar_groups")
        rows = QVBoxLayout(inside)
        rows.setContentsMargins(0, 0, 8, 0)
        rows.setSpacing(12)
        for group in groups:
            rows.addWidget(self._card(group))
        rows.addStretch(1)
        area.setWidget(inside)
        column.addWidget(area, 1)
        column.addLayout(self._buttons())

    def _card(self, group: Sequence[Document]) -> QFrame:
        card = frame("card", "similar_group")
        column = QVBoxLayout(card)
        column.setContentsMargins(14, 10, 14, 10)
        column.setSpacing(4)
        head = self.tr("{n} files are nearly the same").replace("{n}", str(len(group)))
        column.addWidget(Label(head, "head"))
        every = QRadioButton(self.tr("Keep all of them"), card)
        every.setChecked(True)
        choices: list[tuple[Document | None, QRadioButton]] = [(None, every)]
        column.addWidget(every)
        for place, document in enumerate(group):
            name = document.name.replace("&", "&&")
            button = QRadioButton(self.tr("Keep only {name}").replace("{name}", name), card)
            column.addWidget(button)
            when = f"{datetime.fromtimestamp(document.modified):%Y-%m-%d %H:%M}" if document.modified else ""
            newest = self.tr("changed last") if place == 0 else ""
            details = ", ".join(part for part in (os.path.dirname(document.path), when, newest) if part)
            label = ElidedLabel(details, "caption", "text2")
            label.setContentsMargins(26, 0, 0, 0)
            column.addWidget(label)
            choices.append((document, button))
        self.choices.append(choices)
        return card

    def _buttons(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.addStretch(1)
        cancel = Button(self._theme, self.tr("Cancel"), name="similar_cancel")
        cancel.clicked.connect(self.reject)
        self.keep_button = Button(self._theme, self.tr("Keep what I picked"), "primary", name="similar_keep")
        self.keep_button.clicked.connect(self._take)
        row.addWidget(cancel)
        row.addWidget(self.keep_button)
        return row

    def _take(self) -> None:
        for group, choices in zip(self._groups, self.choices, strict=True):
            kept = next(document for document, button in choices if button.isChecked())
            if kept is not None:
                self.let_go += [one.id for one in group if one.id != kept.id]
        self.accept()
