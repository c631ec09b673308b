"""The card of models that other programs have on this computer, each with a button that puts it to use."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from desktop.services.model_found import FoundModel
from desktop.ui.model_words import size_words
from desktop.ui.models_rows import NAME_WIDTH, SIZE_WIDTH
from desktop.ui.theme import Theme
from desktop.ui.widgets import Button, ElidedLabel, Label, line

_SHOWN = 5


class FoundModels(QFrame):
    """`use` carries the model that the person wants to have on the list."""

    use = Signal(object)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._all: tuple[FoundModel, ...] = ()
        self._show_all = False
        self.setObjectName("models_found")
        self.setProperty("kind", "card")
        column = QVBoxLayout(self)
        column.setContentsMargins(1, 0, 1, 0)
        column.setSpacing(0)
        head = QHBoxLayout()
        head.setContentsMargins(16, 12, 10, 12)
        head.setSpacing(8)
        head.addWidget(Label(self.tr("Found on this computer"), "head"))
        words = self.tr("used where they are, nothing is copied")
        head.addWidget(ElidedLabel(words, "body", "text2"), 1)
        self.all_button = Button(
            theme, self.tr("Show all"), "quiet", size="small", name="found_all", parent=self
        )
        self.all_button.clicked.connect(self._open)
        head.addWidget(self.all_button)
        column.addLayout(head)
        self._rows = QVBoxLayout()
        self._rows.setSpacing(0)
        column.addLayout(self._rows)
        self.hide()

    def show_models(self, found: tuple[FoundModel, ...]) -> None:
        """Show what was found; the card is not there where that is nothing."""
        self._all = found
        self._fill()
        self.setVisible(bool(found))

    def _open(self) -> None:
        self._show_all = True
        self._fill()

    def _fill(self) -> None:
        while (item := self._rows.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.setParent(None)
                widget.deleteLater()
        shown = self._all if self._show_all else self._all[:_SHOWN]
        self.all_button.setVisible(len(shown) < len(self._all))
        for model in shown:
            self._rows.addWidget(line())
            self._rows.addWidget(self._row(model))

    def _row(self, model: FoundModel) -> QWidget:
        holder = QWidget(self)
        holder.setObjectName("found_row")
        holder.setMinimumHeight(self._theme.px(48))
        row = QHBoxLayout(holder)
        row.setContentsMargins(16, 0, 10, 0)
        row.setSpacing(12)
        name = ElidedLabel(model.name, "head")
        name.setFixedWidth(self._theme.px(NAME_WIDTH) - 12)
        row.addWidget(name)
        row.addWidget(
            ElidedLabel(self.tr("from {name}").replace("{name}", model.program), "body", "text2"), 1
        )
        size = Label(size_words(model.size_bytes), "body", "text2")
        size.setFixedWidth(self._theme.px(SIZE_WIDTH))
        row.addWidget(size)
        use = Button(self._theme, self.tr("Add"), size="small", name="found_use")
        use.setAccessibleName(self.tr("Add {name}").replace("{name}", model.name))
        use.clicked.connect(lambda: self.use.emit(model))
        row.addWidget(use)
        return holder
