"""The strip over the table of files that says which of them alone are shown, and brings the others back."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QWidget

from desktop.ui.cards import IconLabel
from desktop.ui.theme import Theme
from desktop.ui.widgets import Button, ElidedLabel


class OnlyStrip(QFrame):
    """`cleared` says that all files are to be shown again."""

    cleared = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.ids: list[str] | None = None
        self.setObjectName("only_strip")
        self.setProperty("kind", "banner")
        self.setProperty("mood", "info")
        row = QHBoxLayout(self)
        row.setContentsMargins(14, 6, 8, 6)
        row.setSpacing(10)
        row.addWidget(IconLabel(theme, "funnel", "accent", 18))
        self.words = ElidedLabel("", "head")
        row.addWidget(self.words, 1)
        self.all_button = Button(theme, self.tr("Show all files"), size="small", name="only_clear")
        self.all_button.clicked.connect(self.cleared)
        row.addWidget(self.all_button)
        self.hide()

    def show_only(self, ids: list[str] | None, words: str = "") -> None:
        """Say what the shown files are; None hides the strip."""
        self.ids = ids
        self.words.set_text(words)
        self.setAccessibleName(words)
        self.setVisible(ids is not None)
