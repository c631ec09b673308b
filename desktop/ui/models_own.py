"""The button by which a person brings in a model of their own."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFileDialog, QWidget

from desktop.ui.theme import Theme
from desktop.ui.widgets import Button, menu


class OwnModels(Button):
    """`chosen` carries the paths of files, or of one folder."""

    chosen = Signal(object)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(theme, "", icon="folder-open", name="models_own", parent=parent)
        self._theme = theme
        self.set_words(self.tr("Use a model file"))
        self.clicked.connect(self._open)

    def _open(self) -> None:
        made = menu(self, "models_own_menu")
        actions: list[tuple[str, str, Callable[[], None]]] = [
            ("file", self.tr("Choose a GGUF file"), self._choose_file),
            ("folder", self.tr("Choose a model's folder"), self._choose_folder),
        ]
        for icon, words, what in actions:
            made.addAction(self._theme.icon(icon), words).triggered.connect(what)
        corner = self.mapToGlobal(self.rect().bottomRight())
        corner.setX(corner.x() - made.sizeHint().width())
        made.popup(corner)

    def _choose_file(self) -> None:
        title, kinds = (
            self.tr("Choose a GGUF file"),
            f"{self.tr('Models')} (*.gguf);;{self.tr('All files')} (*)",
        )
        names, _kind = QFileDialog.getOpenFileNames(self, title, "", kinds)
        self.chosen.emit([Path(name) for name in names])

    def _choose_folder(self) -> None:
        name = QFileDialog.getExistingDirectory(self, self.tr("Choose a model's folder"))
        self.chosen.emit([Path(name)] if name else [])
