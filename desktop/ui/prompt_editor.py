"""Writes a prompt of the person's own: its words with blanks in {{ }}, and what each blank is."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace

from PySide6.QtWidgets import (
    QDialog,
    QGridLayout,
    QHBoxLayout,
    QLineEdit,
    QPlainTextEdit,
    QVBoxLayout,
    QWidget,
)

from desktop.core.errors import DesksideError
from desktop.core.prompt_library import Kind, Prompt, Step, Variable, used_variables
from desktop.ui.theme import Theme
from desktop.ui.widgets import Button, ComboBox, Label, Paragraph

_WIDTH = 600
_NEXT_STEP = re.compile(r"^\s*---\s*$", re.MULTILINE)


class PromptEditor(QDialog):
    """`save` keeps the prompt; what it raises is shown, and the dialog stays open."""

    def __init__(
        self, theme: Theme, prompt: Prompt, save: Callable[[Prompt], object], parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._theme, self._prompt, self._save = theme, prompt, save
        self._known = {one.name: one for one in prompt.variables}
        self.rows: dict[str, tuple[QLineEdit, ComboBox, QLineEdit]] = {}
        self.setObjectName("prompt_editor")
        self.setWindowTitle(self.tr("A prompt of your own"))
        self.setMinimumWidth(theme.px(_WIDTH))
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 20, 24, 20)
        column.setSpacing(5)
        column.addWidget(Label(self.tr("A prompt of your own"), "section"))
        self.name = self._line(column, self.tr("Name"), "editor_name", prompt.name)
        self.about = self._line(column, self.tr("What it is for"), "editor_about", prompt.about)
        self.persona = self._line(
            column, self.tr("Who the model is, and how it works"), "editor_persona", prompt.persona
        )
        title = self.tr("What is asked")
        column.addWidget(Label(title, "control"))
        self.text = QPlainTextEdit("\n---\n".join(step.text for step in prompt.steps))
        self.text.setObjectName("editor_text")
        self.text.setAccessibleName(title)
        self.text.setProperty("kind", "field")
        self.text.setTabChangesFocus(True)
        self.text.setMinimumHeight(theme.px(110))
        self.text.textChanged.connect(self._list_variables)
        column.addWidget(self.text, 1)
        hint = self.tr(
            "Write a blank as {{name}}. A line with --- begins a next message; it may use {{result1}}, {{result2}} …, "
            "the answers so far."
        )
        column.addWidget(Paragraph(theme, hint, "caption"))
        self._grid = QGridLayout()
        self._grid.setColumnStretch(1, 1)
        column.addLayout(self._grid)
        self.problem = Paragraph(theme, "", "secondary", "bad")
        self.problem.setObjectName("editor_problem")
        self.problem.hide()
        column.addWidget(self.problem)
        row = QHBoxLayout()
        row.addStretch(1)
        cancel = Button(theme, self.tr("Cancel"), name="editor_cancel")
        cancel.clicked.connect(self.reject)
        keep = Button(theme, self.tr("Save"), "primary", name="editor_save")
        keep.setDefault(True)
        keep.clicked.connect(self.accept)
        row.addWidget(cancel)
        row.addWidget(keep)
        column.addLayout(row)
        self._list_variables()

    def accept(self) -> None:
        """Keep the prompt, or say what is wrong with it."""
        try:
            self._save(self.prompt())
        except DesksideError as error:
            self.problem.set_text(str(error))
            self.problem.show()
            return
        super().accept()

    def prompt(self) -> Prompt:
        """The prompt as it stands in the fields; results keep the names that they had."""
        texts = self._texts()
        named = [step.result for step in self._prompt.steps]
        steps = [
            Step(text, self._result(place, named) if place < len(texts) - 1 else "")
            for place, text in enumerate(texts)
        ]
        return replace(
            self._prompt,
            name=self.name.text().strip(),
            about=self.about.text().strip(),
            persona=self.persona.text().strip(),
            steps=tuple(steps),
            variables=tuple(self._variable(name) for name in self.rows),
        )

    def _texts(self) -> list[str]:
        return [part.strip() for part in _NEXT_STEP.split(self.text.toPlainText())]

    def _result(self, place: int, named: list[str]) -> str:
        return (named[place] if place < len(named) else "") or f"result{place + 1}"

    def _variable(self, name: str) -> Variable:
        label, kind, choices = self.rows[name]
        listed = tuple(filter(None, (one.strip() for one in choices.text().split("|"))))
        before = self._known.get(name, Variable(name))
        default = before.default if before.kind.value == kind.currentData() else ""
        return replace(
            before, label=label.text().strip(), kind=Kind(kind.currentData()), choices=listed, default=default
        )

    def _list_variables(self) -> None:
        """A row for each blank; those that are there keep what was entered."""
        named = [step.result for step in self._prompt.steps]
        texts = self._texts()
        results = {self._result(place, named) for place in range(len(texts) - 1)}
        names = [
            one
            for one in dict.fromkeys(n for text in texts for n in used_variables(text))
            if one not in results
        ]
        if names == list(self.rows):
            return
        for name in self.rows:
            self._known[name] = self._variable(name)
        while (item := self._grid.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.hide()
                widget.deleteLater()
        self.rows = {}
        for row, name in enumerate(names):
            self._add_row(row, self._known.get(name, Variable(name)))

    def _add_row(self, row: int, variable: Variable) -> None:
        name = variable.name
        label = self._field(f"editor_label_{name}", self.tr("Question for {name}").replace("{name}", name))
        label.setText(variable.label or name.replace("_", " ").capitalize())
        words = self.tr("Kind of {name}").replace("{name}", name)
        kind = ComboBox(self._theme, f"editor_kind_{name}", words, self)
        for value, shown in (
            (Kind.TEXT, self.tr("A line")),
            (Kind.LONG, self.tr("A longer text")),
            (Kind.FILE, self.tr("Text of a file")),
            (Kind.CHOICE, self.tr("A choice")),
        ):
            kind.addItem(shown, value.value)
        kind.setCurrentIndex(kind.findData(variable.kind.value))
        choices = self._field(f"editor_choices_{name}", self.tr("Choices for {name}").replace("{name}", name))
        choices.setPlaceholderText(self.tr("formal | friendly"))
        choices.setText(" | ".join(variable.choices))
        choices.setVisible(variable.kind is Kind.CHOICE)
        kind.currentIndexChanged.connect(
            lambda _: choices.setVisible(kind.currentData() == Kind.CHOICE.value)
        )
        for place, widget in enumerate((Label(f"{{{{{name}}}}}", "secondary"), label, kind, choices)):
            self._grid.addWidget(widget, row, place)
        self.rows[name] = (label, kind, choices)

    def _field(self, name: str, title: str) -> QLineEdit:
        field = QLineEdit(self)
        field.setObjectName(name)
        field.setAccessibleName(title)
        return field

    def _line(self, column: QVBoxLayout, title: str, name: str, words: str) -> QLineEdit:
        label, field = Label(title, "control"), self._field(name, title)
        field.setText(words)
        label.setBuddy(field)
        column.addWidget(label)
        column.addWidget(field)
        return field
