"""Asks whether a person's own model is used where it is, or copied."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtWidgets import QDialog, QHBoxLayout, QVBoxLayout, QWidget

from desktop.core.model_parts import parts_of, size_of, stem
from desktop.ui.model_words import size_words
from desktop.ui.theme import Theme
from desktop.ui.widgets import Button, ElidedLabel, Label, Paragraph


class ModelImportDialog(QDialog):
    """`copy` is the person's choice when the dialog was accepted."""

    def __init__(self, theme: Theme, path: Path, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.copy = False
        self.setObjectName("model_import_dialog")
        self.setWindowTitle(self.tr("Use a model file"))
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 20, 24, 20)
        column.setSpacing(8)
        name = stem(path) if len(parts_of(path)) > 1 else path.name
        column.addWidget(Label(self.tr("Use {name}?").replace("{name}", name), "section"))
        place = ElidedLabel(f"{path.parent}, {size_words(_size(path))}", "secondary", "text2")
        column.addWidget(place)
        words = Paragraph(
            theme,
            self.tr(
                "Deskside reads and tries it in a process of its own first: a broken file cannot harm anything. Used "
                "where it is it takes no further room, but it must stay there. A copy is safe from that."
            ),
        )
        words.setMinimumWidth(theme.px(460))
        column.addWidget(words)
        column.addSpacing(8)
        row = QHBoxLayout()
        self.cancel_button = Button(theme, self.tr("Cancel"), "plain", name="model_import_cancel")
        self.cancel_button.clicked.connect(self.reject)
        self.copy_button = Button(theme, self.tr("Copy it"), name="model_import_copy")
        self.copy_button.clicked.connect(lambda: self._choose(True))
        self.link_button = Button(theme, self.tr("Use it where it is"), "primary", name="model_import_link")
        self.link_button.clicked.connect(lambda: self._choose(False))
        self.link_button.setDefault(True)
        row.addWidget(self.cancel_button)
        row.addStretch(1)
        row.addWidget(self.copy_button)
        row.addWidget(self.link_button)
        column.addLayout(row)

    def _choose(self, copy: bool) -> None:
        self.copy = copy
        self.accept()


def _size(path: Path) -> int:
    try:
        return sum(one.stat().st_size for one in path.iterdir()) if path.is_dir() else size_of(path)
    except OSError:
        return 0
