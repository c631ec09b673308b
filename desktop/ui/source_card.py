"""A source in the panel: closed one line, open the page with the passage marked and the tools for it."""

from __future__ import annotations

from pathlib import Path
from typing import Protocol

from PySide6.QtCore import QSize, Qt, QUrl, Signal
from PySide6.QtGui import QDesktopServices, QKeyEvent, QMouseEvent, QPixmap, QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from desktop.core.documents import PICTURES, Source
from desktop.core.errors import DesksideError
from desktop.ui.cards import Banner, IconLabel
from desktop.ui.icons import file_icon
from desktop.ui.page_picture import PageKey, PagePicture, PageStore, Renderer
from desktop.ui.quote_card import NumberMark, place_words
from desktop.ui.source_text import SourceText, TextReader
from desktop.ui.tasks import TaskList
from desktop.ui.theme import Theme
from desktop.ui.widgets import Button, ElidedLabel, IconButton, Label, Spinner, frame, restyle

_PICTURED = ("pdf", *PICTURES, "jpeg", "jpe", "jfif", "tiff", "heif", "hif")


class Pages(Renderer, TextReader, Protocol):
    """`services.pages`."""


def has_pictures(source: Source) -> bool:
    """Whether the pages of the source's file can be shown as pictures."""
    return bool(source.boxes) or source.path.lower().rpartition(".")[2] in _PICTURED


class PageBody(QWidget):
    """The open part of a source with page pictures: the page, and what to do with it."""

    page_changed = Signal(int, int)
    enlarge = Signal(int)
    settled = Signal()

    def __init__(
        self,
        theme: Theme,
        source: Source,
        store: PageStore,
        changed: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        """`changed` tells that the file is not as it was when it was read: then no place is marked."""
        super().__init__(parent)
        self._theme = theme
        self._source = source
        self._boxes = () if changed else source.boxes
        self._store = store
        self.page = source.page
        self.pages = 0
        self._key: PageKey | None = None
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        ground = frame("sunken", "page_ground")
        inside = QVBoxLayout(ground)
        inside.setContentsMargins(10, 10, 10, 10)
        self.picture = PagePicture(theme)
        inside.addWidget(self.picture)
        self._busy = Spinner(theme, 24, self.picture)
        column.addWidget(ground)
        self.banner = Banner(theme, "bad", "", closable=False)
        self.banner.hide()
        column.addWidget(self.banner)
        column.addStretch(1)
        self._ground = ground
        store.ready.connect(self._show)
        store.failed.connect(self._fail)

    def tools(self) -> list[IconButton]:
        """Previous page, next page, and a larger view."""
        back = IconButton(
            self._theme, "caret-left", self.tr("Previous page"), name="page_back", side=28, icon_side=18
        )
        forth = IconButton(
            self._theme, "caret-right", self.tr("Next page"), name="page_forth", side=28, icon_side=18
        )
        zoom = IconButton(
            self._theme, "magnifying-glass-plus", self.tr("Enlarge"), name="page_zoom", side=28, icon_side=18
        )
        back.clicked.connect(lambda: self.turn(-1))
        forth.clicked.connect(lambda: self.turn(1))
        zoom.clicked.connect(lambda: self.enlarge.emit(self.page))
        self._back, self._forth = back, forth
        self._update_tools()
        return [back, forth, zoom]

    def turn(self, by: int) -> None:
        """Show the page `by` pages on, if there is one."""
        page = self.page + by
        if page >= 1 and (not self.pages or page <= self.pages):
            self.page = page
            self.load()

    def load(self) -> None:
        """Ask for the page at the width it has now."""
        width = round(self.picture.width() * self.devicePixelRatioF())
        key = PageKey(self._source.path, self.page, max(64, width), self._source.member)
        if key == self._key:
            return
        if self._key is not None:
            self._store.forget(self._key)
        self._key = key
        self.banner.hide()
        self._ground.show()
        kept = self._store.ask(key)
        self._busy.setVisible(kept is None)
        self._centre_busy()
        if kept is not None:
            self._show(key, *kept)
        elif not self.picture.has_picture or self.pages:
            self.picture.set_page(None, ())
        self._update_tools()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._centre_busy()

    def _centre_busy(self) -> None:
        self._busy.move(self.picture.width() // 2 - 12, min(self.picture.height() // 2, 200) - 12)

    def _show(self, key: PageKey, pixmap: QPixmap, pages: int) -> None:
        if key != self._key:
            return
        self.pages = pages
        self._busy.hide()
        pixmap.setDevicePixelRatio(1.0)
        self.picture.set_page(pixmap, self._boxes if self.page == self._source.page else ())
        self.page_changed.emit(self.page, pages)
        self._update_tools()
        self.settled.emit()

    def _fail(self, key: PageKey, error: DesksideError) -> None:
        if key != self._key:
            return
        self._busy.hide()
        self._ground.hide()
        self.banner.set_words(error.what, error.todo or self.tr("The quoted words above are kept."))
        self.banner.show()
        self.settled.emit()

    def _update_tools(self) -> None:
        if hasattr(self, "_back"):
            self._back.setEnabled(self.page > 1)
            self._forth.setEnabled(not self.pages or self.page < self.pages)


class SourceCard(QFrame):
    """A source. `toggled` asks to open or close it; `enlarge` to show a page larger."""

    toggled = Signal(int)
    enlarge = Signal(object, int)
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
        self.body: PageBody | None = None
        self.text: SourceText | None = None
        self._inside: QWidget | None = None
        self._text_ground: QWidget | None = None
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
            self._inside = self.body = self.text = None
            self._place.setText(place_words(self, self.source))
        self._name()

    def load(self) -> None:
        """Draw the page when its width is known."""
        if self.body is not None:
            self.body.load()

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
        self._missing = Banner(self._theme, "bad", "", closable=False)
        self._missing.hide()
        tools: list[IconButton] = []
        if has_pictures(self.source):
            self.body = PageBody(self._theme, self.source, self._store, self.changed)
            self.body.page_changed.connect(self._show_place)
            self.body.enlarge.connect(lambda page: self.enlarge.emit(self.source, page))
            self.body.settled.connect(self.settled)
            tools = self.body.tools()
            column.addWidget(self.body)
            if self.changed:
                column.addWidget(self._changed_banner())
        else:
            column.addWidget(self._make_text())
        column.addWidget(self._missing)
        column.addLayout(self._make_tools(tools))
        return inside

    def _changed_banner(self) -> Banner:
        title = self.tr("This file has changed since it was read.")
        words = self.tr(
            "The passage may stand elsewhere now, so it is not marked. Add the file again to read it."
        )
        return Banner(self._theme, "warn", title, words, closable=False)

    def _make_text(self) -> QWidget:
        ground = self._text_ground = frame("sunken", "text_ground")
        column = QVBoxLayout(ground)
        column.setContentsMargins(8, 8, 8, 8)
        self.text = SourceText(self._theme)
        self.text.ready.connect(self.settled)
        self.text.failed.connect(self._text_failed)
        self.text.load(self._pages, self.source, self._tasks)
        column.addWidget(self.text)
        return ground

    def _make_tools(self, tools: list[IconButton]) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(0)
        for tool in tools:
            row.addWidget(tool)
        row.addStretch(1)
        opener = Button(self._theme, self.tr("Open the file") + "\u2002", "quiet", name="open_file")
        opener.setAccessibleName(self.tr("Open the file"))
        opener.setIcon(self._theme.icon("arrow-square-out", "accent"))
        opener.setIconSize(QSize(self._theme.px(18), self._theme.px(18)))
        opener.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
        opener.clicked.connect(self.open_file)
        row.addWidget(opener)
        return row

    def open_file(self) -> None:
        """Open the file in the program that the system has for it."""
        path = Path(self.source.path)
        if path.is_file() and QDesktopServices.openUrl(QUrl.fromLocalFile(str(path))):
            return
        if path.is_file():
            title, words = self.tr("The system has no program for this file."), str(path)
        else:
            title = self.tr("The file is not where it was.")
            words = self.tr("It was here: {path}. What was read from it can still be asked.")
        self._missing.set_words(title, words.replace("{path}", str(path)))
        self._missing.show()

    def _text_failed(self, error: DesksideError) -> None:
        if self._text_ground is not None:
            self._text_ground.hide()
        self._missing.set_words(error.what, error.todo)
        self._missing.show()
        self.settled.emit()

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
