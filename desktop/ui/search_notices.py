"""What the search says above its results: that it takes long, what it compares with, and that files are being read."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from desktop.core.errors import DesksideError
from desktop.core.found import FoundPassage
from desktop.ui.cards import Banner, BusyCard
from desktop.ui.theme import Theme

LIKE, READING, READY, RERANKER = "like", "reading", "ready", "reranker"
_LONGEST = 160


class SearchNotices(QWidget):
    """`back` leaves "more like this", `again` repeats the search, `cancelled` gives it up."""

    back = Signal()
    again = Signal()
    cancelled = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._about = ""
        self._refused = False
        self.busy = BusyCard(theme, self.tr("Searching"))
        self.busy.setObjectName("search_busy")
        self.busy.bar.set_share(None)
        self.busy.hide()
        self.busy.cancelled.connect(self.cancelled)
        self.banner = Banner(theme, "info", "")
        self.banner.setObjectName("search_banner")
        self.banner.hide()
        self.banner.acted.connect(self._act)
        self.banner.dismissed.connect(self._dismiss)
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 12, 24, 0)
        column.setSpacing(8)
        column.addWidget(self.busy)
        column.addWidget(self.banner)
        self._fit()

    @property
    def about(self) -> str:
        """What the banner is about: LIKE, READING, READY, RERANKER, or '' while it is away."""
        return self._about

    def show_busy(self, words: str) -> None:
        """The search takes long; `words` say why, if that is known."""
        self.busy.set_words(words)
        self.busy.show()
        self._fit()

    def hide_busy(self) -> None:
        """The search has ended."""
        self.busy.hide()
        self._fit()

    def say_like(self, passage: FoundPassage) -> None:
        """The results are what is like a passage."""
        title = self.tr("Like this passage of {file}").replace("{file}", passage.source.document)
        text = passage.excerpt
        words = text if len(text) < _LONGEST else text[: _LONGEST - 1] + "…"
        self._say(LIKE, title, words, self.tr("Back to your search"))

    def say_reading(self) -> None:
        """Files are being read meanwhile. Said once: who closes it does not see it again before it is withdrawn."""
        if self._about or self._refused:
            return
        title = self.tr("Your files are still being read")
        self._say(READING, title, self.tr("What is ready is found already, the rest as it comes."))

    def say_ready(self) -> None:
        """Files have come since the search."""
        title = self.tr("New files are ready")
        self._say(READY, title, self.tr("These results are from before."), self.tr("Search again"))

    def say_no_reranker(self, folder: str) -> None:
        """A reranker was asked for; `folder` is where one belongs."""
        words = self.tr("Put the folder of a cross-encoder into {folder}, then choose this again.")
        title = self.tr("No reranker is installed, so the order stays as it is.")
        self._say(RERANKER, title, words.replace("{folder}", folder))

    def say_not_reranked(self, error: DesksideError) -> None:
        """The results are there, but the reranker could not put them in order."""
        self._say(RERANKER, error.what, error.todo)

    def withdraw(self, *about: str) -> None:
        """Take the banner away if it is about one of these."""
        self._refused = self._refused and READING not in about
        if self._about in about:
            self._about = ""
            self.banner.hide()
            self._fit()

    def _say(self, about: str, title: str, words: str, action: str = "") -> None:
        self._about = about
        self.banner.set_words(title, words, action)
        self.banner.show()
        self._fit()

    def _act(self) -> None:
        about = self._about
        self.withdraw(about)
        if about == LIKE:
            self.back.emit()
        elif about == READY:
            self.again.emit()

    def _dismiss(self) -> None:
        about, self._about = self._about, ""
        self._refused = self._refused or about == READING
        self._fit()
        if about == LIKE:
            self.back.emit()

    def _fit(self) -> None:
        """The cards take room only while one of them says something."""
        self.setVisible(not self.busy.isHidden() or bool(self._about))
