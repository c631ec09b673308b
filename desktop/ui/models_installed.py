"""The card "On this computer" of the models page."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from desktop.core.models import ModelSpec
from desktop.ui.model_words import size_words
from desktop.ui.theme import Theme
from desktop.ui.widgets import Label, line


class InstalledModels(QFrame):
    """A head that counts, and a row for each model."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("kind", "card")
        self.setObjectName("models_installed")
        column = QVBoxLayout(self)
        column.setContentsMargins(1, 0, 1, 0)
        column.setSpacing(0)
        head = QHBoxLayout()
        head.setContentsMargins(16, 12, 16, 12)
        head.setSpacing(8)
        head.addWidget(Label(self.tr("On this computer"), "head"))
        self.total = Label("", "body", "text2")
        head.addWidget(self.total)
        head.addStretch(1)
        column.addLayout(head)
        self._rows = QVBoxLayout()
        self._rows.setSpacing(0)
        column.addLayout(self._rows)

    def clear(self) -> None:
        """Take all rows out."""
        while (item := self._rows.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.setParent(None)
                widget.deleteLater()

    def add(self, row: QWidget) -> None:
        """Add a row at the end."""
        self._rows.addWidget(line())
        self._rows.addWidget(row)

    def count(self, specs: Sequence[ModelSpec]) -> None:
        """Say how many there are and how much room they take."""
        words = self.tr("1 model, {size}") if len(specs) == 1 else self.tr("{n} models, {size}")
        size = size_words(sum(spec.size_bytes for spec in specs))
        self.total.setText(words.replace("{n}", str(len(specs))).replace("{size}", size))
