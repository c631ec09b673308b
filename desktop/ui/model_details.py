"""Everything that is known of a model, in one dialog."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from desktop.core.model_parts import parts_of
from desktop.core.models import ModelSpec
from desktop.ui.model_words import parameter_words, purpose_words, size_words, speed_words
from desktop.ui.theme import Theme
from desktop.ui.widgets import Button, Label, Paragraph


class ModelDetails(QDialog):
    """`further` are more rows: a name and what is to be said."""

    def __init__(
        self, theme: Theme, spec: ModelSpec, further: list[tuple[str, str]], parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._theme = theme
        self.setObjectName("model_details")
        self.setWindowTitle(spec.name)
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 20, 24, 20)
        column.setSpacing(12)
        column.addWidget(Label(spec.name, "section"))
        column.addLayout(detail_grid(theme, self._rows(spec) + further))
        row = QHBoxLayout()
        row.addStretch(1)
        self.close_button = Button(theme, self.tr("Close"), "primary", name="model_details_close")
        self.close_button.clicked.connect(self.accept)
        row.addWidget(self.close_button)
        column.addSpacing(4)
        column.addLayout(row)

    def _rows(self, spec: ModelSpec) -> list[tuple[str, str]]:
        tokens = (
            self.tr("{n} tokens").replace("{n}", self._theme.number(spec.context)) if spec.context else ""
        )
        speed = speed_words(spec.tokens_per_second)
        measured = self.tr("{words}, measured on this computer").replace("{words}", speed) if speed else ""
        return [
            (self.tr("For"), purpose_words(spec)),
            (self.tr("Size"), size_words(spec.size_bytes)),
            (self.tr("Parameters"), parameter_words(spec.parameters)),
            (self.tr("Quantization"), spec.quantization),
            (self.tr("Architecture"), spec.architecture),
            (self.tr("Longest context"), tokens),
            (self.tr("Speed"), measured),
            (self.tr("Licence"), spec.licence),
            (self.tr("From"), spec.source),
            (self.tr("Files"), self._files(spec)),
            (self.tr("Place"), _breakable(spec.path)),
            (self.tr("SHA-256"), _breakable(spec.sha256)),
            (self.tr("To know"), spec.note),
        ]

    def _files(self, spec: ModelSpec) -> str:
        count = len(parts_of(Path(spec.path)))
        return self.tr("{n}, which belong together").replace("{n}", str(count)) if count > 1 else ""


def detail_grid(theme: Theme, rows: list[tuple[str, str]]) -> QGridLayout:
    """Names and what is to be said of each; rows without words are left out."""
    grid = QGridLayout()
    grid.setColumnMinimumWidth(0, theme.px(120))
    grid.setHorizontalSpacing(16)
    grid.setVerticalSpacing(6)
    for number, (name, words) in enumerate((name, words) for name, words in rows if words):
        grid.addWidget(Paragraph(theme, name, "secondary", "text2"), number, 0, Qt.AlignmentFlag.AlignTop)
        value = Paragraph(theme, words, "secondary", "text")
        value.setFixedWidth(theme.px(400))
        value.ensurePolished()
        value.setMinimumHeight(value.heightForWidth(theme.px(400)))
        value.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        grid.addWidget(value, number, 1)
    return grid


def _breakable(text: str) -> str:
    """Long words get places where a line may end; Qt breaks a line at nothing else."""
    pieces = [text[begin : begin + 32] for begin in range(0, len(text), 32)]
    return "\u200b".join(pieces)
