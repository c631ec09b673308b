"""A page of a document as a picture with the quoted passage marked."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

from PySide6.QtCore import QObject, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QImage, QPainter, QPaintEvent, QPen, QPixmap
from PySide6.QtWidgets import QScrollArea, QSizePolicy, QWidget

from desktop.core.cancel import CancelToken
from desktop.core.documents import Box
from desktop.core.errors import DesksideError
from desktop.core.events import Event
from desktop.ui.tasks import TaskList
from desktop.ui.theme import Theme
from desktop.ui.tokens import LIGHT
from desktop.ui.worker import Task

_CACHED = 24
_A4 = 842 / 595


class Picture(Protocol):
    """What `services.pages.render` gives: RGB pixels without padding."""

    @property
    def width(self) -> int: ...
    @property
    def height(self) -> int: ...
    @property
    def pixels(self) -> bytes: ...
    @property
    def pages(self) -> int: ...


class Renderer(Protocol):
    """The part of `services.pages` that draws."""

    def render(
        self, path: str, page: int, width_px: int, cancel: CancelToken, member: tuple[str, ...] = ()
    ) -> Picture: ...
    def know_password(self, password: str) -> None: ...


@dataclass(frozen=True)
class PageKey:
    """A page of a file at a width in device pixels."""

    path: str
    page: int
    width: int
    member: tuple[str, ...] = ()


@dataclass(frozen=True)
class _Drawn(Event):
    key: PageKey
    image: QImage
    pages: int


@dataclass(frozen=True)
class _NotDrawn(Event):
    key: PageKey
    error: DesksideError


class PageStore(QObject):
    """Renders pages off the window's thread, one at a time, and keeps the last ones.

    `ready` tells a key's picture, `failed` a key and why; a new `ask` drops what is not needed any more.
    """

    ready = Signal(object, object, int)
    failed = Signal(object, object)

    def __init__(self, renderer: Renderer, tasks: TaskList, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._renderer = renderer
        self._tasks = tasks
        self._kept: OrderedDict[PageKey, tuple[QPixmap, int]] = OrderedDict()
        self._running: dict[PageKey, Task] = {}

    def ask(self, key: PageKey) -> tuple[QPixmap, int] | None:
        """The picture and the document's number of pages, if it is there; else it is on its way."""
        kept = self._kept.get(key)
        if kept is not None:
            self._kept.move_to_end(key)
            return kept
        if key not in self._running:
            self._start(key)
        return None

    def know_password(self, password: str) -> None:
        """Try a password on the locked files that are asked for from now on."""
        self._renderer.know_password(password)

    def forget(self, key: PageKey) -> None:
        """Stop drawing a page that nobody looks at any more."""
        task = self._running.pop(key, None)
        if task is not None:
            task.cancel()

    def _start(self, key: PageKey) -> None:
        renderer = self._renderer

        def draw(cancel: CancelToken) -> Iterator[Event]:
            try:
                made = renderer.render(key.path, key.page, key.width, cancel, key.member)
            except DesksideError as error:
                yield _NotDrawn(key, error)
                return
            image = QImage(made.pixels, made.width, made.height, 3 * made.width, QImage.Format.Format_RGB888)
            yield _Drawn(key, image.convertToFormat(QImage.Format.Format_RGB32), made.pages)

        task = self._tasks.run(draw)
        self._running[key] = task
        task.happened.connect(self._take)
        task.failed.connect(self._unforeseen)

    def _take(self, event: object) -> None:
        if isinstance(event, _NotDrawn):
            if self._running.pop(event.key, None) is not None:
                self.failed.emit(event.key, event.error)
        elif isinstance(event, _Drawn):
            self._running.pop(event.key, None)
            self._kept[event.key] = (QPixmap.fromImage(event.image), event.pages)
            while len(self._kept) > _CACHED:
                self._kept.popitem(last=False)
            self.ready.emit(event.key, *self._kept[event.key])

    def _unforeseen(self, error: DesksideError) -> None:
        """A fault of ours: it is not known of which page, so all that wait are told."""
        waiting, self._running = self._running, {}
        for key in waiting:
            self.failed.emit(key, error)


class PagePicture(QWidget):
    """Paints a page at its own width, with marks. Without a picture it keeps the page's place, in white."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._pixmap: QPixmap | None = None
        self._shape = _A4
        self._boxes: tuple[Box, ...] = ()
        self.setObjectName("page_picture")
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    def set_page(self, pixmap: QPixmap | None, boxes: Sequence[Box]) -> None:
        """Show a page, or none yet; `boxes` are fractions of its width and height."""
        self._pixmap = pixmap
        self._boxes = tuple(boxes)
        if pixmap is not None and pixmap.width() > 0:
            self._shape = pixmap.height() / pixmap.width()
        self.updateGeometry()
        self.update()

    @property
    def has_picture(self) -> bool:
        return self._pixmap is not None

    def marks(self) -> list[QRectF]:
        """The marked rectangles in the widget's own pixels."""
        width, height = self.width(), self.height()
        return [
            QRectF(b.x0 * width, b.y0 * height, (b.x1 - b.x0) * width, (b.y1 - b.y0) * height)
            for b in self._boxes
        ]

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        return round(width * self._shape)

    def sizeHint(self) -> QSize:
        width = self.width() or 316
        return QSize(width, self.heightForWidth(width))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        page = QRectF(self.rect())
        painter.fillRect(page, Qt.GlobalColor.white)
        if self._pixmap is not None:
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
            painter.drawPixmap(page, self._pixmap, QRectF(self._pixmap.rect()))
            self._draw_marks(painter)
        painter.setPen(QPen(self._theme.colour("line"), 1))
        painter.drawRect(page.adjusted(0.5, 0.5, -0.5, -0.5))

    def _draw_marks(self, painter: QPainter) -> None:
        """Multiplied onto the page, as a felt pen would: the letters stay black. Light in dark, too."""
        painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_Multiply)
        for mark in self.marks():
            painter.fillRect(mark.adjusted(-1.5, -1, 1.5, 1), QColor(LIGHT.mark))
        painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_SourceOver)


def show_mark(area: QScrollArea, board: QWidget, picture: PagePicture, beside: int = 0) -> None:
    """Scroll an area, whose widget is `board`, to the first mark of a page, a third from the edges."""
    marks = picture.marks()
    if marks:
        place = picture.mapTo(board, marks[0].center().toPoint())
        area.ensureVisible(place.x(), place.y(), beside, area.height() // 3)
