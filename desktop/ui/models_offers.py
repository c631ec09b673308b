"""The catalogue: a card for each model that can be downloaded, by what it is for."""

from __future__ import annotations

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtGui import QActionGroup, QResizeEvent
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from desktop.core.fit import Verdict
from desktop.core.machine import Machine
from desktop.core.models import Purpose
from desktop.services.model_catalogue import Offer
from desktop.ui.cards import IconLabel
from desktop.ui.flow_row import FlowRow
from desktop.ui.menu_button import MenuButton
from desktop.ui.model_words import fit_words, parameter_words, size_words, speed_words
from desktop.ui.switches import Segmented
from desktop.ui.theme import Theme
from desktop.ui.widgets import Button, Chip, ElidedLabel, IconButton, Label, Paragraph, ProgressBar, menu

_CARD, _CARD_HEIGHT, _GAP, _MOST_COLUMNS = 300, 168, 16, 3


class OfferCard(QFrame):
    """A model that can be downloaded: what it is good for, whether it fits, how fast it will be."""

    download = Signal(object)
    needs = Signal(object)

    def __init__(self, theme: Theme, offer: Offer, machine: Machine) -> None:
        super().__init__()
        self._theme, self.offer = theme, offer
        self.setObjectName("offer_card")
        self.setProperty("kind", "card")
        self.setAccessibleName(offer.entry.name)
        # A grid in a scroll area would press the cards together: wrapped text has no smallest height of its own.
        self.setMinimumHeight(theme.px(_CARD_HEIGHT))
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 14, 16, 12)
        column.setSpacing(4)
        column.addLayout(self._head())
        self.about = Paragraph(theme, offer.entry.about, "body", "text2")
        self.about.setMinimumHeight(2 * theme.line_height("body"))
        self.about.setAlignment(Qt.AlignmentFlag.AlignTop)
        column.addWidget(self.about, 1)
        column.addSpacing(6)
        column.addLayout(self._fit(machine))
        column.addSpacing(4)
        column.addLayout(self._foot())

    def _head(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(8)
        entry = self.offer.entry
        row.addWidget(ElidedLabel(entry.name, "head"), 0)
        if self.offer.recommended:
            row.addWidget(Chip(self._theme, "info", self.tr("Best fit")))
        row.addStretch(1)
        facts = f"{parameter_words(entry.parameters)}, {entry.licence}"
        row.addWidget(Label(facts, "caption", "text2"))
        return row

    def _fit(self, machine: Machine) -> QVBoxLayout:
        words, icon, tone = fit_words(self.offer.fit)
        column = QVBoxLayout()
        column.setSpacing(4)
        bar = ProgressBar(self._theme)
        bar.set_tone(tone)
        taken = machine.memory - machine.available + self.offer.fit.needed
        not_at_all = self.offer.fit.verdict is Verdict.NOT
        bar.set_share(1.0 if not_at_all else min(taken / machine.memory, 1.0))
        bar.setAccessibleName(words)
        column.addWidget(bar)
        row = QHBoxLayout()
        row.setSpacing(4)
        row.addWidget(IconLabel(self._theme, icon, tone, 14))
        self.fit_label = ElidedLabel(words, "label", tone)
        row.addWidget(self.fit_label, 1)
        column.addLayout(row)
        return column

    def _foot(self) -> QHBoxLayout:
        row = QHBoxLayout()
        entry, speed = self.offer.entry, self.offer.tokens_per_second
        about = self.tr("About {words}").replace("{words}", speed_words(speed)) if speed else entry.languages
        row.addWidget(ElidedLabel(about, "secondary", "text2"), 1)
        size = size_words(entry.size_bytes)
        if self.offer.installed is not None:
            row.addWidget(Chip(self._theme, "ready", self.tr("On this computer")))
        elif self.offer.fit.verdict is Verdict.NOT:
            self.why_button = Button(self._theme, self.tr("See why"), "plain", size="small", name="offer_why")
            self.why_button.clicked.connect(lambda: self.needs.emit(self.offer))
            row.addWidget(self.why_button)
        else:
            more = self.tr("More about {name}").replace("{name}", entry.name)
            self.info_button = IconButton(self._theme, "info", more, name="offer_info", side=28, icon_side=18)
            self.info_button.clicked.connect(lambda: self.needs.emit(self.offer))
            row.addWidget(self.info_button)
            self.button = Button(
                self._theme, size, icon="download-simple", size="small", name="offer_download"
            )
            words = self.tr("Download {name}, {size}").replace("{name}", entry.name).replace("{size}", size)
            self.button.setAccessibleName(words)
            self.button.clicked.connect(lambda: self.download.emit(self.offer))
            row.addWidget(self.button)
        return row


class Offers(QWidget):
    """All cards of a purpose. `purpose_chosen` asks for those of another one."""

    purpose_chosen = Signal(str)
    download = Signal(object)
    needs = Signal(object)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._columns = 0
        self._only_fitting = False
        self._shown: tuple[list[Offer], Machine] | None = None
        self.setObjectName("models_offers")
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(12)
        self._row = self._head()
        column.addWidget(self._row)
        self._grid = QGridLayout()
        self._grid.setSpacing(_GAP)
        column.addLayout(self._grid)

    def _head(self) -> FlowRow:
        row = FlowRow(20, self)
        title = Label(self.tr("More models"), "head")
        title.setMinimumHeight(self._theme.px(32))
        row.add(title)
        choices = [
            (Purpose.CHAT.value, self.tr("Chat")),
            (Purpose.VISION.value, self.tr("Pictures")),
            (Purpose.EMBEDDING.value, self.tr("Finding passages")),
            (Purpose.RERANKING.value, self.tr("Sorting results")),
            (Purpose.CAPTIONING.value, self.tr("Captions")),
        ]
        self.purposes = Segmented(self._theme, "offers_purpose", self.tr("What the models are for"), choices)
        self.purposes.set_value(Purpose.CHAT.value)
        self.purposes.chosen.connect(self.purpose_chosen)
        row.add(self.purposes)
        self.filter_button = MenuButton(self._theme, self.tr("All sizes"), name="offers_filter")
        self.filter_button.clicked.connect(self._open_filter)
        row.add_right(self.filter_button)
        return row

    def show_offers(self, offers: list[Offer], machine: Machine) -> None:
        """Show other cards."""
        self._shown = (offers, machine)
        self._fill()

    def cards(self) -> list[OfferCard]:
        """The cards shown now."""
        return self.findChildren(OfferCard)

    def set_only_fitting(self, only: bool) -> None:
        """Leave out what does not fit this computer, or show all."""
        self._only_fitting = only
        self.filter_button.set_words(self.tr("Fits this computer") if only else self.tr("All sizes"))
        self._row.arrange()
        self._fill()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if self._columns != self._fitting_columns():
            self._fill()

    def _fitting_columns(self) -> int:
        width = self._theme.px(_CARD) + _GAP
        return max(1, min(_MOST_COLUMNS, (self.width() + _GAP) // width))

    def _fill(self) -> None:
        while (item := self._grid.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.setParent(None)
                widget.deleteLater()
        if self._shown is None:
            return
        offers, machine = self._shown
        self._columns = self._fitting_columns()
        for column in range(_MOST_COLUMNS):
            self._grid.setColumnStretch(column, 1 if column < self._columns else 0)
        shown = [one for one in offers if not self._only_fitting or one.fit.verdict is not Verdict.NOT]
        for number, offer in enumerate(shown):
            card = OfferCard(self._theme, offer, machine)
            card.download.connect(self.download)
            card.needs.connect(self.needs)
            self._grid.addWidget(card, number // self._columns, number % self._columns)
        if not shown:
            nothing = Label(self.tr("None of these fits this computer."), "body", "text2")
            self._grid.addWidget(nothing, 0, 0)

    def _open_filter(self) -> None:
        made = menu(self, "offers_filter_menu")
        group = QActionGroup(made)
        for only, words in ((False, self.tr("All sizes")), (True, self.tr("Fits this computer"))):
            action = made.addAction(words)
            action.setCheckable(True)
            action.setChecked(only is self._only_fitting)
            action.triggered.connect(lambda _=False, chosen=only: self.set_only_fitting(chosen))
            group.addAction(action)
        corner = self.filter_button.rect().bottomRight()
        made.popup(self.filter_button.mapToGlobal(corner - QPoint(made.sizeHint().width(), -4)))
