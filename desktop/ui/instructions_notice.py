"""What is said where a passage of a file tries to give the model instructions."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QWidget

from desktop.core.documents import Source
from desktop.core.injections import gives_instructions
from desktop.core.text import shown
from desktop.ui.theme import Theme
from desktop.ui.widgets import Chip
from desktop.ui.wrapped_text import WrappedText

_NAMED = 2
_LONGEST_NAME = 60


class InstructionsNotice(QWidget):
    """A chip that warns, and a plain line that names the files."""

    def __init__(self, theme: Theme, documents: Sequence[str], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("instructions_notice")
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 4, 0, 4)
        row.setSpacing(8)
        row.addWidget(warning_chip(theme, self), 0, Qt.AlignmentFlag.AlignTop)
        self.words = WrappedText(theme, self._sentence(documents), "secondary", "text2")
        row.addWidget(self.words, 1)
        self.setAccessibleName(self._sentence(documents))

    def _sentence(self, documents: Sequence[str]) -> str:
        """Names are those of files: anything may stand in them."""
        if len(documents) > _NAMED:
            words = self.tr(
                "Passages of {n} files try to give the model instructions. They were treated as text."
            )
            return words.replace("{n}", f"{len(documents):,}")
        names = self.tr(" and ").join(_short(name) for name in documents)
        one = self.tr("A passage of {names} tries to give the model instructions. It was treated as text.")
        both = self.tr("Passages of {names} try to give the model instructions. They were treated as text.")
        return (one if len(documents) == 1 else both).replace("{names}", names)


def warning_chip(theme: Theme, parent: QWidget) -> Chip:
    """The chip at a passage that tries it."""
    chip = Chip(theme, "warn", parent.tr("Gives instructions"))
    chip.setObjectName("gives_instructions")
    chip.setToolTip(parent.tr("This passage tries to give the model instructions. It was treated as text."))
    return chip


def tries_to_instruct(source: Source) -> bool:
    """Whether a source's passage, or the name of its file, does."""
    return gives_instructions(source.passage or source.text) or gives_instructions(source.document)


def _short(name: str) -> str:
    name = shown(name)
    return name if len(name) <= _LONGEST_NAME else f"{name[:_LONGEST_NAME]}…"
