"""A page whose work comes later: says honestly what will be here, and offers what can be done today."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QVBoxLayout, QWidget

from desktop.ui.cards import EmptyState
from desktop.ui.rail import ICONS
from desktop.ui.theme import Theme


class PlaceholderPage(QFrame):
    """One of topics, images, train. `next_step` names the page its button leads to."""

    next_step = Signal(str)

    def __init__(self, theme: Theme, page: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("kind", "page")
        self.setObjectName(f"{page}_page")
        title, words, action, leads_to = self._texts()[page]
        column = QVBoxLayout(self)
        self.empty = EmptyState(theme, ICONS[page], title, words, action, name=f"{page}_empty")
        self.empty.acted.connect(lambda: self.next_step.emit(leads_to))
        column.addWidget(self.empty)

    def _texts(self) -> dict[str, tuple[str, str, str, str]]:
        """For each page: title, words, the button, and the page that the button opens."""
        library, chat = self.tr("Open the library"), self.tr("Open the chat")
        return {
            "topics": (
                self.tr("Topics are not here yet"),
                self.tr(
                    "Here your files will be grouped by what they are about, on a map you can rename and export. "
                    "Files that you add now will be ready for it."
                ),
                library,
                "library",
            ),
            "images": (
                self.tr("Images are not here yet"),
                self.tr(
                    "Here pictures will be described and found by words. "
                    "Until then, the library reads documents, web pages and tables."
                ),
                library,
                "library",
            ),
            "train": (
                self.tr("Training is not here yet"),
                self.tr(
                    "Here you will teach a model from your own examples, on this computer. "
                    "Until then, the chat answers from your files without any training."
                ),
                chat,
                "chat",
            ),
        }
