"""The line in a chat above which the model sees nothing any more, or only a summary."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from desktop.core.conversations import ContextUse
from desktop.ui.theme import Theme
from desktop.ui.widgets import Button, ElidedLabel, line
from desktop.ui.wrapped_text import WrappedText


class MemoryEnd(QWidget):
    """Stands between two messages. The summary is shown when it is asked for; `resized` tells that."""

    resized = Signal()

    def __init__(self, theme: Theme, use: ContextUse, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.use = use
        self.setObjectName("memory_end")
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 4, 0, 4)
        column.setSpacing(8)
        words = (
            self.tr("Above, the model sees only a summary")
            if use.summary
            else self.tr("The model no longer sees what stands above")
        )
        self.setAccessibleName(words)
        row = QHBoxLayout()
        row.setSpacing(12)
        row.addWidget(line(self), 1, Qt.AlignmentFlag.AlignVCenter)
        label = ElidedLabel(words, "secondary", "text2")
        row.addWidget(label)
        self.button = Button(theme, self.tr("Show it"), "plain", size="small", name="show_summary")
        self.button.setVisible(bool(use.summary))
        self.button.clicked.connect(self._toggle)
        row.addWidget(self.button)
        row.addWidget(line(self), 1, Qt.AlignmentFlag.AlignVCenter)
        column.addLayout(row)
        self.summary = WrappedText(theme, use.summary, "secondary", "text")
        self.summary.setObjectName("summary_of_earlier")
        self.summary.hide()
        column.addWidget(self.summary)

    def _toggle(self) -> None:
        shown = self.summary.isHidden()
        self.summary.setVisible(shown)
        self.button.setText(self.tr("Hide it") if shown else self.tr("Show it"))
        self.resized.emit()
