"""A long counted list in an answer: its first lines, and buttons for the rest and for the search."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from desktop.core.conversations import AnswerSentence, Grounding
from desktop.ui.theme import Theme
from desktop.ui.widgets import Button

SHOWN = 10
"""Lines of a list that is folded; one that is a little longer is shown as a whole."""
SPARED = 3


def lines_of(text: str) -> int:
    """How many lines a counted list has."""
    return text.count("\n- ")


def is_long(text: str) -> bool:
    """Whether a list is worth folding."""
    return lines_of(text) > SHOWN + SPARED


def folded(text: str, sentences: tuple[AnswerSentence, ...]) -> tuple[str, tuple[AnswerSentence, ...]]:
    """The text up to its first lines, with the sentences in it."""
    end = -1
    for _ in range(SHOWN + 1):
        end = text.index("\n- ", end + 1)
    return text[:end], tuple(one for one in sentences if one.end <= end)


class CountedListButtons(QWidget):
    """`unfold` asks for the whole list, `search` for the search page with what was counted: words, exact or not."""

    unfold = Signal()
    search = Signal(str, bool)

    def __init__(self, theme: Theme, text: str, grounding: Grounding, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("counted_buttons")
        row = QHBoxLayout(self)
        # A quiet button alone stands with its words, not with its frame, below the list.
        row.setContentsMargins(0 if is_long(text) else -12, 0, 0, 8)
        row.setSpacing(8)
        words = self.tr("Show all {n}").replace("{n}", f"{lines_of(text):,}")
        self.all_button = Button(theme, words, size="small", name="counted_all")
        self.all_button.clicked.connect(self.unfold)
        self.all_button.setVisible(is_long(text))
        row.addWidget(self.all_button)
        self.search_button = Button(
            theme,
            self.tr("See them in Search"),
            "quiet",
            icon="magnifying-glass",
            size="small",
            name="counted_search",
        )
        terms = " ".join(grounding.counted)
        self.search_button.clicked.connect(lambda: self.search.emit(terms, grounding.exact))
        self.search_button.setVisible(bool(terms and grounding.found))
        row.addWidget(self.search_button)
        row.addStretch(1)
