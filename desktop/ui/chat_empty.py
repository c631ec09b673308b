"""What stands in a chat without messages: what is asked, and how to begin."""

from __future__ import annotations

from PySide6.QtWidgets import QSizePolicy

from desktop.core.documents import Collection, Document
from desktop.ui.cards import EmptyState
from desktop.ui.theme import Theme


class EmptyChat(EmptyState):
    """Its button adds files; it is there where the collection has none."""

    def __init__(self, theme: Theme) -> None:
        super().__init__(theme, "chat-circle-text", "", "", self.tr("Add files"), name="empty_chat")
        # What is written below it needs the room more.
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Ignored)

    def hasHeightForWidth(self) -> bool:
        return False

    def tell(self, chosen: Collection | None, only: Document | None) -> None:
        """Name the collection, or the one file, that is asked."""
        self.button.setVisible(chosen is not None and chosen.documents == 0)
        self.say(*self._words(chosen, only))

    def _words(self, chosen: Collection | None, only: Document | None) -> tuple[str, str]:
        if chosen is None:
            return self.tr("Ask anything"), self.tr(
                "The model answers from what it knows. Choose files below, and it answers from those."
            )
        if chosen.documents == 0:
            title = self.tr("No files in {name} yet").replace("{name}", chosen.name)
            return title, self.tr("Add some, and ask them anything.")
        if only is not None:
            words = self.tr("Answers come from {file} alone, each with the sentences that it comes from.")
            return self.tr("Ask this file"), words.replace("{file}", only.name)
        words = self.tr("{n} files. Every answer shows the sentences that it comes from.")
        title = self.tr("Ask {name}").replace("{name}", chosen.name)
        return title, words.replace("{n}", f"{chosen.documents:,}")
