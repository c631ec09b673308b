"""The page of a source with the passage marked, or the words around it where its file has no page pictures."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Protocol

from PySide6.QtCore import QUrl, Signal
from PySide6.QtGui import QDesktopServices, QPixmap, QResizeEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from desktop.core.documents import PICTURES, Document, Source
from desktop.core.errors import DesksideError, ReadError
from desktop.ui.cards import Banner
from desktop.ui.page_picture import PageKey, PagePicture, PageStore, Renderer
from desktop.ui.password_field import LockedCard
from desktop.ui.source_text import SourceText, TextReader
from desktop.ui.tasks import TaskList
from desktop.ui.theme import Theme
from desktop.ui.widgets import IconButton, Spinner, frame

_PICTURED = ("pdf", *PICTURES, "jpeg", "jpe", "jfif", "tiff", "heif", "hif")


class Pages(Renderer, TextReader, Protocol):
    """`services.pages`."""


def file_changed(documents: Callable[[str], Document | None], source: Source) -> bool:
    """Whether a source's file has another size or time than when it was read: its places are not sure then.

    `documents` gives the document of an id. A file inside another one has changed when that one has.
    """
    document = documents(source.document_id)
    while document is not None and document.parent_id:
        document = documents(document.parent_id)
    if document is None or not document.modified:
        return False
    try:
        now = Path(source.path).stat()
    except OSError:
        return False
    return now.st_size != document.size or abs(now.st_mtime - document.modified) > 2


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
        inset: int = 10,
    ) -> None:
        """`changed` tells that the file is not as it was when it was read: then no place is marked.

        `inset` is the width of the ground around the page.
        """
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
        inside.setContentsMargins(inset, inset, inset, inset)
        self.picture = PagePicture(theme)
        inside.addWidget(self.picture)
        self._busy = Spinner(theme, 24, self.picture)
        column.addWidget(ground)
        self.banner = Banner(theme, "bad", "", closable=False)
        self.banner.hide()
        column.addWidget(self.banner)
        self.locked = LockedCard(theme)
        self.locked.unlock.connect(self._unlock)
        self.locked.hide()
        self._given = False
        column.addWidget(self.locked)
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
        self.locked.hide()
        self._ground.show()
        kept = self._store.ask(key)
        self._busy.setVisible(kept is None)
        self._centre_busy()
        if kept is not None:
            self._show(key, *kept)
        elif not self.picture.has_picture or self.pages:
            self.picture.set_page(None, ())
        self._update_tools()

    def forget(self) -> None:
        """Nobody looks any more: stop drawing."""
        if self._key is not None:
            self._store.forget(self._key)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._centre_busy()

    def _centre_busy(self) -> None:
        self._busy.move(self.picture.width() // 2 - 12, min(self.picture.height() // 2, 200) - 12)

    def _show(self, key: PageKey, pixmap: QPixmap, pages: int) -> None:
        if key != self._key:
            return
        self.pages = pages
        self._given = False
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
        if isinstance(error, ReadError) and error.reason == "encrypted":
            self._ask_password()
            return
        self.banner.set_words(error.what, error.todo or self.tr("The quoted words above are kept."))
        self.banner.show()
        self.settled.emit()

    def _ask_password(self) -> None:
        """In the page's place; the one that was just given, if any, was wrong."""
        self.locked.show()
        if self._given:
            self.locked.refuse()
        self._given = False
        self.settled.emit()

    def _unlock(self, password: str) -> None:
        self._given = True
        self._store.know_password(password)
        self._key = None
        self.load()

    def _update_tools(self) -> None:
        if hasattr(self, "_back"):
            self._back.setEnabled(self.page > 1)
            self._forth.setEnabled(not self.pages or self.page < self.pages)


class SourceBody(QWidget):
    """What an open source shows. `settled` tells that page or text are there, or why they are not."""

    settled = Signal()
    enlarge = Signal(int)
    page_changed = Signal(int, int)

    def __init__(
        self,
        theme: Theme,
        source: Source,
        pages: Pages,
        store: PageStore,
        tasks: TaskList,
        changed: bool = False,
        inset: int = 10,
        parent: QWidget | None = None,
    ) -> None:
        """`changed` tells that the file is not as it was when it was read; `inset` is the page's distance."""
        super().__init__(parent)
        self._theme = theme
        self.source = source
        self.page: PageBody | None = None
        self.text: SourceText | None = None
        self._text_ground: QWidget | None = None
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        if has_pictures(source):
            self.page = PageBody(theme, source, store, changed, inset=inset)
            self.page.page_changed.connect(self.page_changed)
            self.page.enlarge.connect(self.enlarge)
            self.page.settled.connect(self.settled)
            column.addWidget(self.page)
            if changed:
                column.addWidget(self._changed_banner())
        else:
            column.addWidget(self._make_text(pages, tasks))
        self.missing = Banner(theme, "bad", "", closable=False)
        self.missing.hide()
        column.addWidget(self.missing)

    def tools(self) -> list[IconButton]:
        """Previous page, next page and a larger view; none where there are no page pictures."""
        return self.page.tools() if self.page is not None else []

    def load(self) -> None:
        """Draw the page when its width is known."""
        if self.page is not None:
            self.page.load()

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
        self.missing.set_words(title, words.replace("{path}", str(path)))
        self.missing.show()

    def _changed_banner(self) -> Banner:
        title = self.tr("This file has changed since it was read.")
        words = self.tr(
            "The passage may stand elsewhere now, so it is not marked. Add the file again to read it."
        )
        return Banner(self._theme, "warn", title, words, closable=False)

    def _make_text(self, pages: Pages, tasks: TaskList) -> QWidget:
        ground = self._text_ground = frame("sunken", "text_ground")
        column = QVBoxLayout(ground)
        column.setContentsMargins(8, 8, 8, 8)
        self.text = SourceText(self._theme)
        self.text.ready.connect(self.settled)
        self.text.failed.connect(self._text_failed)
        self.text.load(pages, self.source, tasks)
        column.addWidget(self.text)
        return ground

    def _text_failed(self, error: DesksideError) -> None:
        if self._text_ground is not None:
            self._text_ground.hide()
        self.missing.set_words(error.what, error.todo)
        self.missing.show()
        self.settled.emit()
