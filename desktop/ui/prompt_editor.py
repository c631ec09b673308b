"""Writes a prompt of the person's own: its words with blanks in {{ }}, and what each blank is."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QDialog,
    QGridLayout,
    QHBoxLayout,
    QLineEdit,
    QPlainTextEdit,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from desktop.core.errors import DesksideError
from desktop.core.prompt_library import Kind, Prompt, Step, Variable, used_variables
from desktop.ui.prompt_examples import PromptExamples
from desktop.ui.switches import Toggle
from desktop.ui.theme import Theme
from desktop.ui.widgets import Button, ComboBox, Label, Paragraph, fit_dialog

_WIDTH, _HEIGHT = 600, 640
_NEXT_STEP = re.compile(r"^\s*---\s*$", re.MULTILINE)


@dataclass(frozen=True)
class Row:
    """What is said of one blank."""

    label: QLineEdit
    kind: ComboBox
    choices: QLineEdit
    default: QLineEdit
    optional: Toggle


class PromptEditor(QDialog):
    """`save` keeps the prompt; what it raises is shown, and the dialog stays open."""

    def __init__(
        self, theme: Theme, prompt: Prompt, save: Callable[[Prompt], object], parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._theme, self._prompt, self._save = theme, prompt, save
        self._known = {one.name: one for one in prompt.variables}
        self.rows: dict[str, Row] = {}
        self.setObjectName("prompt_editor")
        self.setWindowTitle(self.tr("A prompt of your own"))
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 20, 24, 20)
        column.setSpacing(5)
        column.addWidget(Label(self.tr("A prompt of your own"), "section"))
        outer, column = column, self._scrolled(column)
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
        column.addSpacing(6)
        self.examples = PromptExamples(theme, prompt.examples, self)
        column.addWidget(self.examples)
        column.addStretch(1)
        column = outer
        self.problem = Paragraph(theme, "", "secondary", "bad")
        self.problem.setObjectName("editor_problem")
        self.problem.hide()
        column.addWidget(self.problem)
        row = QHBoxLayout()
        self.steps = Toggle(theme, self.tr("Think step by step"), "editor_steps", self)
        self.steps.setChecked(prompt.step_by_step)
        row.addWidget(self.steps)
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
        fit_dialog(self, theme, _WIDTH + 60, _HEIGHT)

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
            examples=self.examples.examples,
            step_by_step=self.steps.isChecked(),
        )

    def _texts(self) -> list[str]:
        return [part.strip() for part in _NEXT_STEP.split(self.text.toPlainText())]

    def _result(self, place: int, named: list[str]) -> str:
        return (named[place] if place < len(named) else "") or f"result{place + 1}"

    def _variable(self, name: str) -> Variable:
        row = self.rows[name]
        listed = tuple(filter(None, (one.strip() for one in row.choices.text().split("|"))))
        return replace(
            self._known.get(name, Variable(name)),
            label=row.label.text().strip(),
            kind=Kind(row.kind.currentData()),
            choices=listed,
            default=row.default.text(),
            required=not row.optional.isChecked(),
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
        for place, name in enumerate(names):
            self._add_row(2 * place, self._known.get(name, Variable(name)))

    def _add_row(self, line: int, variable: Variable) -> None:
        """Two lines of the grid: what is asked for and its kind, and below what is put in at first."""
        name = variable.name
        label = self._field(f"editor_label_{name}", self.tr("Question for {name}").replace("{name}", name))
        label.setText(variable.label or name.replace("_", " ").capitalize())
        kind = self._kind(variable)
        choices = self._field(f"editor_choices_{name}", self.tr("Choices for {name}").replace("{name}", name))
        choices.setPlaceholderText(self.tr("formal | friendly"))
        choices.setText(" | ".join(variable.choices))
        choices.setVisible(variable.kind is Kind.CHOICE)
        kind.currentIndexChanged.connect(
            lambda _: choices.setVisible(kind.currentData() == Kind.CHOICE.value)
        )
        default = self._field(
            f"editor_default_{name}", self.tr("Put in at first for {name}").replace("{name}", name)
        )
        default.setPlaceholderText(self.tr("Put in at first (may be nothing)"))
        default.setText(variable.default)
        optional = Toggle(self._theme, self.tr("May be empty"), f"editor_optional_{name}", self)
        optional.setChecked(not variable.required)
        for place, widget in enumerate((Label(f"{{{{{name}}}}}", "secondary"), label, kind)):
            self._grid.addWidget(widget, line, place)
        self._grid.addWidget(default, line + 1, 1)
        self._grid.addWidget(optional, line + 1, 2)
        self._grid.addWidget(choices, line, 3)
        self.rows[name] = Row(label, kind, choices, default, optional)

    def _kind(self, variable: Variable) -> ComboBox:
        words = self.tr("Kind of {name}").replace("{name}", variable.name)
        kind = ComboBox(self._theme, f"editor_kind_{variable.name}", words, self)
        for value, shown in (
            (Kind.TEXT, self.tr("A line")),
            (Kind.LONG, self.tr("A longer text")),
            (Kind.FILE, self.tr("Text of files")),
            (Kind.CHOICE, self.tr("A choice")),
        ):
            kind.addItem(shown, value.value)
        kind.setCurrentIndex(kind.findData(variable.kind.value))
        return kind

    def _scrolled(self, column: QVBoxLayout) -> QVBoxLayout:
        """A column inside an area that scrolls, in the place of the dialog's own."""
        inside, area = QWidget(), QScrollArea(self)
        made = QVBoxLayout(inside)
        made.setContentsMargins(2, 2, 8, 2)
        made.setSpacing(5)
        area.setObjectName("editor_fields")
        area.setFrameShape(QScrollArea.Shape.NoFrame)
        area.setWidgetResizable(True)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setWidget(inside)
        area.viewport().setAutoFillBackground(False)
        inside.setAutoFillBackground(False)
        column.addWidget(area, 1)
        return made

    def _field(self, name: str, title: str) -> QLineEdit:
        field = QLineEdit(self)
        field.setObjectName(name)
        field.setAccessibleName(title)
        return field

    def _line(self, column: QVBoxLayout, title: str, name: str, words: str) -> QLineEdit:
        label, field = Label(title, "control"), self._field(name, title)
        field.setText(words)
        field.setCursorPosition(0)
        label.setBuddy(field)
        column.addWidget(label)
        column.addWidget(field)
        return field
