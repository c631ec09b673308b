"""A source in the panel: closed one line, open the page with the passage marked and the tools for it."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from desktop.core.documents import Source
from desktop.ui.cards import IconLabel
from desktop.ui.flow_row import FlowRow
from desktop.ui.icons import file_icon
from desktop.ui.instructions_notice import tries_to_instruct, warning_chip
from desktop.ui.page_picture import PageStore
from desktop.ui.quote_card import NumberMark, place_words
from desktop.ui.source_body import PageBody, Pages, SourceBody
from desktop.ui.source_text import SourceText
from desktop.ui.tasks import TaskList
from desktop.ui.theme import Theme
from desktop.ui.widgets import Button, ElidedLabel, IconButton, Label, restyle


class SourceCard(QFrame):
    """A source. `toggled` asks to open or close it; `enlarge` for a larger page; `summarise` for its file's summary."""

    toggled = Signal(int)
    enlarge = Signal(object, int)
    summarise = Signal(object)
    settled = Signal()

    def __init__(
        self,
        theme: Theme,
        source: Source,
        pages: Pages,
        store: PageStore,
        tasks: TaskList,
        changed: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.source = source
        self._theme = theme
        self._pages = pages
        self._store = store
        self._tasks = tasks
        self.changed = changed
        self.opened: SourceBody | None = None
        self._inside: QWidget | None = None
        self.setObjectName(f"source_{source.number}")
        self.setProperty("kind", "card")
        self.setProperty("ring", True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 11, 12, 11)
        column.setSpacing(10)
        column.addWidget(self._make_head())
        self._column = column
        self._name()

    @property
    def is_open(self) -> bool:
        return self._inside is not None

    def set_open(self, is_open: bool) -> None:
        """Show the page, or only the line."""
        if is_open == self.is_open:
            return
        self._number.set_filled(is_open)
        self._caret.setVisible(not is_open)
        restyle(self, open="true" if is_open else "false")
        if is_open:
            self._inside = self._make_inside()
            self._column.addWidget(self._inside)
        elif self._inside is not None:
            self._inside.hide()
            self._column.removeWidget(self._inside)
            self._inside.deleteLater()
            self._inside = self.opened = None
            self._place.setText(place_words(self, self.source))
        self._name()

    @property
    def body(self) -> PageBody | None:
        """The page while it is open, of a file that has pictures."""
        return self.opened.page if self.opened is not None else None

    @property
    def text(self) -> SourceText | None:
        """The words around the passage while it is open, of any other file."""
        return self.opened.text if self.opened is not None else None

    def load(self) -> None:
        """Draw the page when its width is known."""
        if self.opened is not None:
            self.opened.load()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = event.key()
        if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            self.toggled.emit(self.source.number)
        elif self.body is not None and key in (Qt.Key.Key_PageDown, Qt.Key.Key_Right):
            self.body.turn(1)
        elif self.body is not None and key in (Qt.Key.Key_PageUp, Qt.Key.Key_Left):
            self.body.turn(-1)
        else:
            super().keyPressEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if (
            event.button() == Qt.MouseButton.LeftButton
            and event.position().y() <= self._head.geometry().bottom() + 8
        ):
            self.toggled.emit(self.source.number)

    def _make_head(self) -> QWidget:
        self._head = QWidget()
        self._head.setCursor(Qt.CursorShape.PointingHandCursor)
        row = QHBoxLayout(self._head)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        self._number = NumberMark(self._theme, self.source.number)
        row.addWidget(self._number)
        row.addWidget(IconLabel(self._theme, file_icon(self.source.path), "text2", 18))
        row.addWidget(ElidedLabel(self.source.document, "control"), 1)
        self._place = Label(place_words(self, self.source), "secondary", "text3")
        row.addWidget(self._place)
        self._caret = IconLabel(self._theme, "caret-down", "text2", 16)
        row.addWidget(self._caret)
        return self._head

    def _make_inside(self) -> QWidget:
        inside = QWidget()
        column = QVBoxLayout(inside)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        body = SourceBody(self._theme, self.source, self._pages, self._store, self._tasks, self.changed)
        body.page_changed.connect(self._show_place)
        body.enlarge.connect(lambda page: self.enlarge.emit(self.source, page))
        body.settled.connect(self.settled)
        self.opened = body
        if tries_to_instruct(self.source):
            column.addWidget(warning_chip(self._theme, self))
        column.addWidget(body)
        column.addWidget(self._make_tools(body))
        return inside

    def _make_tools(self, body: SourceBody) -> FlowRow:
        row = FlowRow(gap=0)
        for tool in body.tools():
            row.add(tool)
        whole = IconButton(
            self._theme,
            "list-bullets",
            self.tr("Summarise this file"),
            name="source_summarise",
            side=28,
            icon_side=18,
        )
        whole.clicked.connect(lambda: self.summarise.emit(self.source))
        row.add(whole)
        opener = Button(self._theme, self.tr("Open the file") + "\u2002", "quiet", name="open_file")
        opener.setAccessibleName(self.tr("Open the file"))
        opener.setIcon(self._theme.icon("arrow-square-out", "accent"))
        opener.setIconSize(QSize(self._theme.px(18), self._theme.px(18)))
        opener.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
        opener.clicked.connect(body.open_file)
        row.add_right(opener)
        return row

    def _show_place(self, page: int, pages: int) -> None:
        words = self.tr("page {page} of {pages}").replace("{page}", str(page)).replace("{pages}", str(pages))
        self._place.setText(words)

    def _name(self) -> None:
        words = self.tr("Source {n}, {file}, {place}, {state}")
        state = self.tr("open") if self.is_open else self.tr("closed")
        self.setAccessibleName(
            words.replace("{n}", str(self.source.number))
            .replace("{file}", self.source.document)
            .replace("{place}", place_words(self, self.source))
            .replace("{state}", state)
        )
