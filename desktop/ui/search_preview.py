"""The right panel of the search: the chosen passage on its page, and what to do with its file."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QDateTime, QEvent, QLocale, QMargins, QTimer, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from desktop.core.documents import Document, Source
from desktop.ui.cards import IconLabel
from desktop.ui.icons import file_icon
from desktop.ui.page_picture import PageStore
from desktop.ui.page_view import PageWindow
from desktop.ui.panel_area import PanelArea
from desktop.ui.quote_card import place_words
from desktop.ui.source_body import Pages, SourceBody
from desktop.ui.tasks import TaskList
from desktop.ui.theme import Theme
from desktop.ui.widgets import Button, ElidedLabel, IconButton, frame

PREVIEW_WIDTH = 440
_MARGIN = 20
_INSET = 24


class SearchPreview(QFrame):
    """`ask` carries the id of the file to ask; `closed` that the person wants the panel away."""

    ask = Signal(str)
    closed = Signal()

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
        self._place = ""
        self._rest = ""
        self.store = PageStore(pages, tasks, self)
        self.source: Source | None = None
        self.body: SourceBody | None = None
        self.setObjectName("search_preview")
        self.setProperty("kind", "panel")
        self.setAccessibleName(self.tr("The page"))
        self._widen()
        theme.changed.connect(self._widen)
        column = QVBoxLayout(self)
        column.setContentsMargins(_MARGIN + 1, 14, 0, 16)
        column.setSpacing(0)
        column.addLayout(self._make_head())
        column.addSpacing(10)
        self._area = PanelArea("preview_area", QMargins(0, 0, _MARGIN, 0))
        column.addWidget(self._area, 1)
        column.addSpacing(12)
        column.addWidget(self._make_foot())
        self._later = QTimer(self, interval=0, singleShot=True)
        self._later.timeout.connect(self._settle)

    def show_passage(self, source: Source, document: Document, collection: str) -> None:
        """Show the page of a passage; `collection` is the name of its file's collection."""
        if source == self.source:
            return
        self.source = source
        self._icon.set_icon(file_icon(source.document))
        self._name.set_text(source.document)
        added = QLocale().toString(QDateTime.fromSecsSinceEpoch(int(document.added)).date(), "d MMMM yyyy")
        words = self.tr("added {date}").replace("{date}", added)
        self._rest = " · ".join(part for part in (collection, words) if part)
        self._show_place(place_words(self, source))
        self._replace_body(source)

    def clear(self) -> None:
        """Show nothing: there is no result."""
        self.source = None
        self._drop_body()

    def enlarge(self, page: int = 0) -> None:
        """Open the page in a window of its own; a file without page pictures opens in its own program."""
        if self.source is None or self.body is None:
            return
        if self.body.page is None:
            self.open_file()
            return
        changed = self._has_changed(self.source)
        page = page or self.body.page.page
        PageWindow(self._theme, self.source, page, self.store, changed, self.window()).open()

    def open_file(self) -> None:
        """Open the file in the program that the system has for it."""
        if self.body is not None:
            self.body.open_file()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._later.start()

    def showEvent(self, event: QEvent) -> None:
        super().showEvent(event)  # type: ignore[arg-type]
        self._later.start()

    def _widen(self) -> None:
        """Larger letters get half as much more room."""
        self.setFixedWidth(round(PREVIEW_WIDTH * (1 + max(self._theme.text_size - 100, 0) / 200)))

    def _make_head(self) -> QVBoxLayout:
        column = QVBoxLayout()
        column.setContentsMargins(0, 0, _MARGIN - 6, 0)
        column.setSpacing(4)
        row = QHBoxLayout()
        row.setSpacing(8)
        self._icon = IconLabel(self._theme, "file", "text2", 20)
        self._name = ElidedLabel("", "answer")
        self._name.setStyleSheet("font-weight: 600;")
        self.close_button = IconButton(
            self._theme, "x", self.tr("Close the page (Esc)"), name="close_preview", side=28, icon_side=18
        )
        self.close_button.clicked.connect(self.closed)
        row.addStrut(self._theme.px(28))
        row.addWidget(self._icon)
        row.addWidget(self._name, 1)
        row.addWidget(self.close_button)
        self._about = ElidedLabel("", "body", "text2")
        column.addLayout(row)
        column.addWidget(self._about)
        return column

    def _make_foot(self) -> QWidget:
        foot = frame("scroll", "preview_foot")
        row = QHBoxLayout(foot)
        row.setContentsMargins(0, 0, _MARGIN, 0)
        row.setSpacing(8)
        self._ask = Button(self._theme, self.tr("Ask this file"), "primary", name="preview_ask")
        self._ask.clicked.connect(self._ask_file)
        self._open = Button(self._theme, self.tr("Open the page"), name="preview_open")
        self._open.clicked.connect(lambda: self.enlarge())
        row.addWidget(self._ask)
        row.addWidget(self._open)
        row.addStretch(1)
        self._tools = QHBoxLayout()
        self._tools.setSpacing(8)
        row.addLayout(self._tools)
        return foot

    def _ask_file(self) -> None:
        if self.source is not None:
            self.ask.emit(self.source.document_id)

    def _replace_body(self, source: Source) -> None:
        self._drop_body()
        body = SourceBody(
            self._theme, source, self._pages, self.store, self._tasks, self._has_changed(source), _INSET
        )
        body.page_changed.connect(self._page_turned)
        body.settled.connect(self._later.start)
        for tool in body.tools()[:2]:
            self._tools.addWidget(tool)
        self._open.set_words(self.tr("Open the page") if body.page is not None else self.tr("Open the file"))
        self._area.add(body)
        self.body = body
        self._later.start()

    def _drop_body(self) -> None:
        while (item := self._tools.takeAt(0)) is not None:
            if (tool := item.widget()) is not None:
                tool.hide()
                tool.deleteLater()
        if self.body is not None:
            if self.body.page is not None:
                self.body.page.forget()
            self._area.remove(self.body)
            self.body = None

    def _page_turned(self, page: int, pages: int) -> None:
        words = self.tr("Page {page} of {pages}").replace("{page}", str(page)).replace("{pages}", str(pages))
        self._show_place(words)
        self._open.set_words(self.tr("Open page {n}").replace("{n}", str(page)))

    def _show_place(self, words: str) -> None:
        self._about.set_text(" · ".join(part for part in (words[:1].upper() + words[1:], self._rest) if part))

    def _settle(self) -> None:
        """Draw the page at its width, and bring its mark into view."""
        if self.body is None or not self.isVisible():
            return
        self._area.settle()
        self.body.load()
        if self.body.text is not None:
            self.body.text.setFixedHeight(max(self._area.height() - _INSET, self._theme.px(200)))
        if self.body.page is not None:
            self._area.show_mark(self.body.page.picture)
