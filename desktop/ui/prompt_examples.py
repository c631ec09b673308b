"""The few-shot examples of a prompt while it is written: what was asked, and how it was answered."""

from __future__ import annotations

from PySide6.QtWidgets import QHBoxLayout, QPlainTextEdit, QVBoxLayout, QWidget

from desktop.core.prompt_library import Example
from desktop.ui.theme import Theme
from desktop.ui.widgets import Button, IconButton, Label

MOST = 20


class PromptExamples(QWidget):
    """Rows of two fields. One in which both are empty is none."""

    def __init__(self, theme: Theme, examples: tuple[Example, ...], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self.rows: list[tuple[QWidget, QPlainTextEdit, QPlainTextEdit]] = []
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(6)
        self._column.addWidget(Label(self.tr("Examples of how it should answer (may be none)"), "control"))
        self.add_button = Button(
            theme, self.tr("Add an example"), icon="plus", size="small", name="editor_add_example"
        )
        self.add_button.clicked.connect(lambda: self.add(Example("", "")))
        foot = QHBoxLayout()
        foot.addWidget(self.add_button)
        foot.addStretch(1)
        self._column.addLayout(foot)
        for example in examples:
            self.add(example)

    @property
    def examples(self) -> tuple[Example, ...]:
        """What stands in the rows."""
        pairs = ((asked.toPlainText().strip(), said.toPlainText().strip()) for _, asked, said in self.rows)
        return tuple(Example(*pair) for pair in pairs if any(pair))

    def add(self, example: Example) -> None:
        """A row more."""
        holder = QWidget(self)
        row = QHBoxLayout(holder)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(6)
        number = len(self.rows) + 1
        asked = self._field(self.tr("Example {n}: asked"), number, "asked", example.asked)
        said = self._field(self.tr("Example {n}: answered"), number, "answered", example.answered)
        remove = IconButton(
            self._theme, "trash", self.tr("Remove this example"), name="editor_remove_example"
        )
        remove.clicked.connect(lambda: self._remove(holder))
        for widget in (asked, said):
            row.addWidget(widget, 1)
        row.addWidget(remove)
        self.rows.append((holder, asked, said))
        self._column.insertWidget(self._column.count() - 1, holder)
        self.add_button.setEnabled(len(self.rows) < MOST)

    def _remove(self, holder: QWidget) -> None:
        self.rows = [row for row in self.rows if row[0] is not holder]
        holder.hide()
        holder.deleteLater()
        self.add_button.setEnabled(True)

    def _field(self, title: str, number: int, name: str, words: str) -> QPlainTextEdit:
        field = QPlainTextEdit(words)
        field.setObjectName(f"editor_example_{name}_{number}")
        field.setAccessibleName(title.replace("{n}", str(number)))
        field.setPlaceholderText(self.tr("Asked") if name == "asked" else self.tr("Answered"))
        field.setProperty("kind", "field")
        field.setTabChangesFocus(True)
        field.setFixedHeight(2 * self._theme.line_height("body") + self._theme.px(20))
        return field
