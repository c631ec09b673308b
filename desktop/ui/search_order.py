"""In which order the results stand, and whether a reranker reads the best ones again: a button with a menu."""

from __future__ import annotations

from PySide6.QtCore import QPoint, Signal
from PySide6.QtGui import QAction, QActionGroup

from desktop.ui.menu_button import MenuButton
from desktop.ui.search_model import BEST, NAME, NEWEST
from desktop.ui.theme import Theme
from desktop.ui.widgets import menu


class SearchOrder(MenuButton):
    """`chosen` carries the order; `asked` tells that the menu opens, so that `closely` can be set before;
    `closely_wanted` that the reranker shall work or not."""

    asked = Signal()
    chosen = Signal(str)
    closely_wanted = Signal(bool)

    def __init__(self, theme: Theme) -> None:
        super().__init__(theme, "", name="search_order")
        self._order = BEST
        self.closely = False
        self.clicked.connect(self._open)
        self.set_order(BEST)

    def set_order(self, order: str) -> None:
        """Show the order that is in use."""
        self._order = order
        self.set_words(self._words()[order])

    def _words(self) -> dict[str, str]:
        return {
            BEST: self.tr("Best match first"),
            NEWEST: self.tr("Newest file first"),
            NAME: self.tr("By file name"),
        }

    def _open(self) -> None:
        self.asked.emit()
        made = menu(self, "search_order_menu")
        group = QActionGroup(made)
        for order, words in self._words().items():
            action = group.addAction(QAction(words, made))
            action.setCheckable(True)
            action.setChecked(order == self._order)
            action.triggered.connect(lambda _on=False, one=order: self.chosen.emit(one))
            made.addAction(action)
        made.addSeparator()
        closely = QAction(self.tr("Read the best ones closely (slower)"), made)
        closely.setCheckable(True)
        closely.setChecked(self.closely)
        closely.triggered.connect(self.closely_wanted)
        made.addAction(closely)
        made.popup(self.mapToGlobal(QPoint(self.width() - made.sizeHint().width(), self.height() + 4)))
