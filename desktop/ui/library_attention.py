"""The card of files that could not be read: grouped by reason, each group with what can be done about it."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from desktop.core.documents import Document
from desktop.ui.cards import IconLabel
from desktop.ui.icons import file_icon
from desktop.ui.reasons import file_words, group_words
from desktop.ui.theme import Theme
from desktop.ui.widgets import Button, ElidedLabel, IconButton, Label, frame, line

_SHOWN_GROUPS = 3


class AttentionCard(QFrame):
    """`retry` and `ignore` carry the ids of a group's files."""

    retry = Signal(list)
    ignore = Signal(list)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._groups: dict[str, list[Document]] = {}
        self._open = True
        self._touched = False
        self.setProperty("kind", "card")
        self.setObjectName("attention_card")
        self.setAccessibleName(self.tr("Needs attention"))
        column = QVBoxLayout(self)
        column.setContentsMargins(1, 0, 1, 0)
        column.setSpacing(0)
        head = QHBoxLayout()
        head.setContentsMargins(12, 4, 6, 4)
        head.setSpacing(8)
        head.addWidget(IconLabel(theme, "warning-circle", "warn", 20))
        head.addWidget(Label(self.tr("Needs attention"), "head"))
        self.count = Label("", "body", "text2")
        head.addWidget(self.count, 1)
        self.fold_button = IconButton(theme, "caret-up", self.tr("Fold"), name="attention_fold")
        self.fold_button.clicked.connect(self._toggle)
        head.addWidget(self.fold_button)
        column.addLayout(head)
        self._area = QScrollArea(self)
        self._area.setWidgetResizable(True)
        self._area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        column.addWidget(self._area)
        self.hide()
        theme.changed.connect(self._fill)

    def groups(self) -> dict[str, list[Document]]:
        """The shown files by reason."""
        return self._groups

    def set_documents(self, documents: list[Document], total: int) -> None:
        """Show failed files; `total` is how many there are in all. None of them hides the card."""
        groups: dict[str, list[Document]] = {}
        for document in documents:
            groups.setdefault(document.reason_kind, []).append(document)
        words = self.tr("1 file") if total == 1 else self.tr("{n} files").replace("{n}", f"{total:,}")
        self.count.setText(words)
        self.setVisible(bool(groups))
        if groups != self._groups:
            self._groups = groups
            self._fill()

    def fold(self, folded: bool) -> None:
        """Fold by itself when there is little room; a person's own choice stays."""
        if not self._touched and self._open == folded:
            self._set_open(not folded)

    def _toggle(self) -> None:
        self._touched = True
        self._set_open(not self._open)

    def _set_open(self, opened: bool) -> None:
        self._open = opened
        self._area.setVisible(opened)
        self.fold_button.set_icon("caret-up" if opened else "caret-down")
        self.fold_button.set_label(self.tr("Fold") if opened else self.tr("Show them"))

    def _fill(self) -> None:
        inside = frame("scroll", "attention_rows")
        column = QVBoxLayout(inside)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        for kind, documents in self._groups.items():
            column.addWidget(line(inside))
            column.addWidget(self._row(kind, documents, inside))
        self._area.setWidget(inside)
        shown = min(len(self._groups), _SHOWN_GROUPS)
        self._area.setFixedHeight(
            shown * (self._theme.px(28) + 16 + 1) + (8 if len(self._groups) > shown else 0)
        )

    def _row(self, kind: str, documents: list[Document], parent: QWidget) -> QWidget:
        row = QWidget(parent)
        layout = QHBoxLayout(row)
        layout.setContentsMargins(12, 8, 10, 8)
        layout.setSpacing(8)
        many = len(documents) > 1
        first = documents[0]
        layout.addWidget(IconLabel(self._theme, "files" if many else file_icon(first.name), "text2", 18))
        name = self.tr("{n} files").replace("{n}", str(len(documents))) if many else first.name
        layout.addWidget(ElidedLabel(name, "head"))
        words = group_words(kind) if many else file_words(first)
        label = ElidedLabel(words, "body", "text2")
        layout.addWidget(label, 1)
        label.setToolTip("\n".join(f"{d.name}: {d.reason}" for d in documents[:12]))
        ids = [document.id for document in documents]
        again = Button(self._theme, self.tr("Try again"), size="small", name="attention_retry")
        again.setAccessibleName(f"{self.tr('Try again')}: {name}")
        again.clicked.connect(lambda: self.retry.emit(ids))
        ignore = Button(self._theme, self.tr("Ignore"), "plain", size="small", name="attention_ignore")
        ignore.setAccessibleName(f"{self.tr('Ignore')}: {name}")
        ignore.setToolTip(self.tr("Takes them off the list. Your files themselves stay where they are."))
        ignore.clicked.connect(lambda: self.ignore.emit(ids))
        layout.addWidget(again)
        layout.addWidget(ignore)
        return row
