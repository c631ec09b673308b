"""What a model of the catalogue needs, in numbers, before it is downloaded."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QDialog, QHBoxLayout, QVBoxLayout, QWidget

from desktop.core.fit import Verdict
from desktop.core.machine import Machine
from desktop.services.model_catalogue import Offer
from desktop.ui.model_details import detail_grid
from desktop.ui.model_words import need_rows, parameter_words, size_words, speed_words
from desktop.ui.theme import Theme
from desktop.ui.widgets import Button, Label, Paragraph


class ModelNeeds(QDialog):
    """`download` tells that the person wants it."""

    download = Signal(object)

    def __init__(self, theme: Theme, offer: Offer, machine: Machine, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._offer = offer
        entry = offer.entry
        self.setObjectName("model_needs")
        self.setWindowTitle(entry.name)
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 20, 24, 20)
        column.setSpacing(12)
        column.addWidget(Label(entry.name, "section"))
        column.addWidget(Paragraph(theme, entry.about, "body", "text2"))
        tokens = self.tr("{n} tokens").replace("{n}", theme.number(entry.context))
        rows = [
            (self.tr("Download"), self.tr("about {size}").replace("{size}", size_words(entry.size_bytes))),
            *need_rows(offer.fit, machine),
            (self.tr("Speed"), self._speed()),
            (self.tr("Parameters"), parameter_words(entry.parameters)),
            (self.tr("Quantization"), entry.quantization),
            (self.tr("Longest context"), tokens),
            (self.tr("Languages"), entry.languages),
            (self.tr("Licence"), entry.licence),
            (self.tr("From"), entry.repo),
        ]
        column.addLayout(detail_grid(theme, rows))
        words = self.tr(
            "The numbers are computed from the model's shape; the exact size and the SHA-256 come from the hub when "
            "you download it."
        )
        column.addWidget(Paragraph(theme, words, "caption", "text2"))
        column.addLayout(self._buttons(theme))

    def _speed(self) -> str:
        if not self._offer.tokens_per_second:
            return ""
        words = self.tr("about {words}; an estimate, until it is measured")
        if self._offer.installed is not None and self._offer.installed.tokens_per_second:
            words = self.tr("{words}, measured on this computer")
        return words.replace("{words}", speed_words(self._offer.tokens_per_second))

    def _buttons(self, theme: Theme) -> QHBoxLayout:
        row = QHBoxLayout()
        row.addStretch(1)
        self.close_button = Button(theme, self.tr("Close"), name="model_needs_close")
        self.close_button.clicked.connect(self.reject)
        row.addWidget(self.close_button)
        if self._offer.installed is None and self._offer.fit.verdict is not Verdict.NOT:
            self.download_button = Button(
                theme, self.tr("Download"), "primary", icon="download-simple", name="model_needs_download"
            )
            self.download_button.clicked.connect(self._take)
            row.addWidget(self.download_button)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        return row

    def _take(self) -> None:
        self.download.emit(self._offer)
        self.accept()
