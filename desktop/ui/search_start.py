"""The search page before the first word: what it can do, an example, and what was searched last."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from desktop.ui.cards import EmptyState
from desktop.ui.theme import Theme
from desktop.ui.widgets import Button, Label

MOST = 6
_LONGEST = 60


class SearchStart(EmptyState):
    """`again` carries the text of an earlier search."""

    again = Signal(str)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(theme, "magnifying-glass", "", "", name="search_start", width=480, parent=parent)
        self._theme = theme
        self._buttons: list[Button] = []
        self.title.setText(self.tr("Search everything your files say"))
        self.words.set_text(
            self.tr(
                "Type it in your own words: what means the same is found, too. "
                "For example: notice period of the office, or who pays for repairs."
            )
        )
        layout = self.layout()
        assert isinstance(layout, QVBoxLayout)
        self._rows = QVBoxLayout()
        self._rows.setSpacing(2)
        self._head = Label(self.tr("Searched before"), "label", "text3")
        self._head.hide()
        self._rows.addWidget(self._head, 0, Qt.AlignmentFlag.AlignHCenter)
        layout.insertLayout(layout.count() - 1, self._rows)

    def set_recent(self, texts: Sequence[str]) -> None:
        """Offer what was searched before, the last one first."""
        for button in self._buttons:
            button.hide()
            self._rows.removeWidget(button)
            button.deleteLater()
        self._buttons = []
        for number, text in enumerate(texts[:MOST], 1):
            shown = text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"
            button = Button(
                self._theme,
                shown.replace("&", "&&"),
                "plain",
                icon="clock-counter-clockwise",
                name=f"search_again_{number}",
            )
            button.setAccessibleName(self.tr("Search again: {words}").replace("{words}", text))
            button.clicked.connect(lambda _on=False, words=text: self.again.emit(words))
            self._rows.addWidget(button, 0, Qt.AlignmentFlag.AlignHCenter)
            self._buttons.append(button)
        self._head.setVisible(bool(texts))
