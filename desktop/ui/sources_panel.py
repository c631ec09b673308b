"""The right panel: the sources of an answer as cards, one of them open at its page."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QEvent, QMargins, QTimer, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from desktop.core.documents import Source
from desktop.ui.focus_order import chain
from desktop.ui.page_picture import PageStore
from desktop.ui.page_view import PageWindow
from desktop.ui.panel_area import PanelArea
from desktop.ui.source_body import Pages
from desktop.ui.source_card import SourceCard
from desktop.ui.tasks import TaskList
from desktop.ui.theme import Theme
from desktop.ui.tokens import PANEL_WIDTH
from desktop.ui.widgets import IconButton, Label, frame, line

_HEADER = 56
_MARGIN = 12
_MOST_CARDS = 24
"""A counted answer may have hundreds of sources: the cards are those around the open one."""


class SourcesPanel(QFrame):
    """`opened` tells the number of the source that is open, 0 for none; `closed` that the person closed it;
    `summarise` asks for a summary of a source's file."""

    opened = Signal(int)
    closed = Signal()
    summarise = Signal(object)

    def __init__(
        self,
        theme: Theme,
        pages: Pages,
        tasks: TaskList,
        has_changed: Callable[[Source], bool],
        parent: QWidget | None = None,
    ) -> None:
        """`has_changed` tells whether a source's file is not as it was when it was read."""
        super().__init__(parent)
        self._theme = theme
        self._pages = pages
        self._tasks = tasks
        self._has_changed = has_changed
        self.store = PageStore(pages, tasks, self)
        self.cards: list[SourceCard] = []
        self._sources: list[Source] = []
        self.tab_after: QWidget | None = None
        self.setObjectName("sources")
        self.setProperty("kind", "panel")
        self.setAccessibleName(self.tr("Sources"))
        self.setFixedWidth(PANEL_WIDTH)
        column = QVBoxLayout(self)
        column.setContentsMargins(1, 0, 0, 0)
        column.setSpacing(0)
        self._header = self._make_header()
        column.addWidget(self._header)
        column.addWidget(line())
        self._area = PanelArea("sources_area", QMargins(_MARGIN, _MARGIN, _MARGIN, _MARGIN))
        column.addWidget(self._area, 1)
        self._more = Label("", "caption", "text2")
        self._more.setObjectName("sources_more")
        self._more.setContentsMargins(20, 8, 12, 8)
        self._more.hide()
        column.addWidget(self._more)
        self._later = QTimer(self)
        self._later.setSingleShot(True)
        self._later.setInterval(0)
        self._later.timeout.connect(self._settle)

    @property
    def open_number(self) -> int:
        return next((card.source.number for card in self.cards if card.is_open), 0)

    def set_sources(self, sources: Sequence[Source]) -> None:
        """Show the sources of another answer, all closed."""
        if self._sources == list(sources):
            return
        self._sources = list(sources)
        self._show_cards(0)
        self._count.setText(str(len(self._sources)) if self._sources else "")

    def _show_cards(self, first: int) -> None:
        """Make the cards of the sources from an index on."""
        for card in self.cards:
            self._area.remove(card)
        self.cards = []
        for source in self._sources[first : first + _MOST_CARDS]:
            card = SourceCard(
                self._theme, source, self._pages, self.store, self._tasks, self._has_changed(source)
            )
            card.toggled.connect(self._toggle)
            card.enlarge.connect(self._enlarge)
            card.settled.connect(self._later.start)
            card.summarise.connect(self.summarise)
            self._area.add(card)
            self.cards.append(card)
        left = len(self._sources) > len(self.cards)
        self._more.setVisible(left)
        words = self.tr("{first} to {last} of {n}. A number in the answer opens its source.")
        self._more.setText(
            words.replace("{first}", f"{first + 1:,}")
            .replace("{last}", f"{first + len(self.cards):,}")
            .replace("{n}", f"{len(self._sources):,}")
        )

    def open_source(self, number: int) -> None:
        """Open one source and close the others; 0 closes all."""
        places = {source.number: place for place, source in enumerate(self._sources)}
        if number in places and all(card.source.number != number for card in self.cards):
            last = max(len(self._sources) - _MOST_CARDS, 0)
            self._show_cards(min(max(places[number] - _MOST_CARDS // 2, 0), last))
        for card in self.cards:
            card.set_open(card.source.number == number)
        self.opened.emit(self.open_number)
        self._later.start()

    def order_tabs(self) -> None:
        """Tab comes here from `tab_after`, and goes through the cards."""
        if self.tab_after is not None:
            chain(self.tab_after, [self._header, *self.cards])

    def focus_open(self) -> None:
        """Move the focus to the open card."""
        for card in self.cards:
            if card.is_open:
                card.setFocus()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._later.start()

    def showEvent(self, event: QEvent) -> None:
        super().showEvent(event)  # type: ignore[arg-type]
        self._later.start()

    def _make_header(self) -> QWidget:
        header = frame("panel-header", "sources_header")
        header.setFixedHeight(_HEADER - 1)
        row = QHBoxLayout(header)
        row.setContentsMargins(20, 0, 12, 0)
        row.setSpacing(10)
        head = Label(self.tr("Sources"), "answer")
        head.setStyleSheet("font-weight: 600;")
        row.addWidget(head)
        self._count = Label("", "body", "text3")
        row.addWidget(self._count)
        row.addStretch(1)
        close = IconButton(
            self._theme, "x", self.tr("Close the sources (Esc)"), name="close_sources", icon_side=18
        )
        close.clicked.connect(self.closed)
        row.addWidget(close)
        return header

    def _toggle(self, number: int) -> None:
        self.open_source(0 if number == self.open_number else number)

    def _settle(self) -> None:
        """Draw the open page at its width, and bring its mark into view."""
        self.order_tabs()
        card = next((card for card in self.cards if card.is_open), None)
        if card is None or not self.isVisible():
            return
        self._area.settle()
        card.load()
        self._area.ensureWidgetVisible(card, 0, 12)
        if card.body is not None:
            self._area.show_mark(card.body.picture)

    def _enlarge(self, source: Source, page: int) -> None:
        window = PageWindow(self._theme, source, page, self.store, self._has_changed(source), self.window())
        window.open()
