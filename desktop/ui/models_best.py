"""The model that suits this computer best, with the memory it would take."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPainterPath, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QFrame, QHBoxLayout, QVBoxLayout, QWidget

from desktop.core.fit import Fit
from desktop.core.machine import Machine
from desktop.services.model_catalogue import Offer
from desktop.ui.cards import IconLabel
from desktop.ui.model_words import pace_words, size_words
from desktop.ui.theme import Theme
from desktop.ui.widgets import Button, Chip, ElidedLabel, Label, Paragraph

_SIDE, _WORDS = 360, 400


class MemoryBar(QWidget):
    """The memory of this computer by part: what is taken, the model, the conversation, what stays free."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._total = 1
        self._parts: list[tuple[str, int, str]] = []
        self._free = 0
        self.setObjectName("memory_bar")
        self.setFixedHeight(theme.px(42))

    def show_fit(self, fit: Fit, machine: Machine) -> None:
        """Show what a model would take."""
        self._total = machine.memory
        self._free = max(0, machine.available - fit.needed + fit.on_card)
        self._parts = [
            (self.tr("system"), machine.memory - machine.available, "edge"),
            (self.tr("model"), round(fit.weights * (1 - fit.share)), "accent"),
            (self.tr("conversation"), round(fit.cache * (1 - fit.share)) + fit.buffers, "series"),
        ]
        told = ", ".join(f"{name} {size_words(size)}" for name, size, _tone in self._parts)
        self.setAccessibleName(f"{told}, {self._free_words()}")
        self.update()

    def _free_words(self) -> str:
        return self.tr("{size} free").replace("{size}", size_words(self._free))

    def sizeHint(self) -> QSize:
        return QSize(self._theme.px(_SIDE), self._theme.px(42))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        bar = QRectF(0, 0, self.width(), self._theme.px(14))
        path = QPainterPath()
        path.addRoundedRect(bar, 4, 4)
        painter.save()
        painter.setClipPath(path)
        painter.fillRect(bar, self._theme.colour("sunken" if not self._theme.dark else "fill"))
        x = 0.0
        for _name, size, tone in self._parts:
            width = bar.width() * size / self._total
            painter.fillRect(QRectF(x, 0, max(width - 2, 0), bar.height()), self._colour(tone))
            x += width
        painter.restore()
        self._draw_legend(painter)

    def _colour(self, tone: str) -> QColor:
        return QColor(self._theme.tokens.series[2]) if tone == "series" else self._theme.colour(tone)

    def _draw_legend(self, painter: QPainter) -> None:
        font = self._theme.font("caption")
        painter.setFont(font)
        metrics, top = QFontMetrics(font), self._theme.px(22)
        x = 0.0
        for name, size, tone in self._parts:
            words = f"{name} {size / 1e9:.1f}"
            painter.fillRect(QRectF(x, top + (self._theme.px(16) - 8) / 2, 8, 8), self._colour(tone))
            painter.setPen(self._theme.colour("text2"))
            painter.drawText(
                QRectF(x + 12, top, 200, self._theme.px(16)), Qt.AlignmentFlag.AlignVCenter, words
            )
            x += 12 + metrics.horizontalAdvance(words) + 12
        free = self._free_words()
        if x + metrics.horizontalAdvance(free) <= self.width():
            where = QRectF(0, top, self.width(), self._theme.px(16))
            painter.setPen(self._theme.colour("text2"))
            painter.drawText(where, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight, free)


class BestModel(QFrame):
    """One offer, large. It tells what was asked for; the page does it."""

    download = Signal(object)
    needs = Signal(object)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._offer: Offer | None = None
        self.setObjectName("models_best")
        self.setProperty("kind", "quiet-card")
        self._sides = QBoxLayout(QBoxLayout.Direction.LeftToRight, self)
        self._sides.setContentsMargins(24, 20, 24, 20)
        self._sides.setSpacing(24)
        self._sides.addLayout(self._words_side(), 1)
        self._sides.addLayout(self._memory_side())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Where there is no room for both beside each other, the memory stands below the words."""
        super().resizeEvent(event)
        narrow = self.width() < self._theme.px(_SIDE + _WORDS)
        self._sides.setDirection(
            QBoxLayout.Direction.TopToBottom if narrow else QBoxLayout.Direction.LeftToRight
        )

    def _words_side(self) -> QVBoxLayout:
        column = QVBoxLayout()
        column.setSpacing(4)
        chip = Chip(self._theme, "info", self.tr("Best fit for this computer"))
        column.addWidget(chip, 0, Qt.AlignmentFlag.AlignLeft)
        column.addSpacing(6)
        self.name = Label("", "section")
        column.addWidget(self.name)
        self.about = Paragraph(self._theme, "", "body", "text2")
        column.addWidget(self.about)
        column.addSpacing(8)
        buttons = QHBoxLayout()
        buttons.setSpacing(12)
        self.download_button = Button(
            self._theme, "", "primary", icon="download-simple", size="large", name="best_download"
        )
        self.download_button.clicked.connect(lambda: self.download.emit(self._offer))
        self.needs_button = Button(self._theme, self.tr("What does it need?"), "link", name="best_needs")
        self.needs_button.clicked.connect(lambda: self.needs.emit(self._offer))
        buttons.addWidget(self.download_button)
        buttons.addWidget(self.needs_button)
        buttons.addStretch(1)
        column.addLayout(buttons)
        column.addStretch(1)
        return column

    def _memory_side(self) -> QVBoxLayout:
        column = QVBoxLayout()
        column.setSpacing(8)
        head = QHBoxLayout()
        head.addWidget(Label(self.tr("Memory of this computer"), "label"))
        head.addStretch(1)
        self.machine = Label("", "caption", "text2")
        head.addWidget(self.machine)
        column.addLayout(head)
        self.bar = MemoryBar(self._theme)
        self.bar.setMinimumWidth(self._theme.px(_SIDE))
        column.addWidget(self.bar)
        speed = QHBoxLayout()
        speed.setSpacing(8)
        self._gauge = IconLabel(self._theme, "gauge", "text2", 18)
        speed.addWidget(self._gauge)
        self.speed = ElidedLabel("", "body", "text2")
        speed.addWidget(self.speed, 1)
        column.addLayout(speed)
        column.addStretch(1)
        return column

    def show_offer(self, offer: Offer, machine: Machine) -> None:
        """Show another offer."""
        self._offer = offer
        entry = offer.entry
        self.name.setText(entry.name)
        free = self.tr("{about} Free to use, {licence}.").replace("{about}", entry.about)
        self.about.set_text(free.replace("{licence}", entry.licence))
        size = self.tr("Download {size}").replace("{size}", size_words(entry.size_bytes))
        self.download_button.set_words(size)
        self.machine.setText(size_words(machine.memory))
        self.bar.show_fit(offer.fit, machine)
        known = bool(offer.tokens_per_second)
        self.speed.set_text(
            pace_words(offer.tokens_per_second) if known else self.tr("How fast is not measured yet")
        )
