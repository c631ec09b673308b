"""The rail at the left: one button a page, and the tasks with a ring that shows how far they are."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFontMetrics, QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import (
    QAbstractButton,
    QButtonGroup,
    QFrame,
    QScrollArea,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from desktop.ui.icons import draw_icon
from desktop.ui.paint import draw_box, draw_ring
from desktop.ui.tasks import TaskList
from desktop.ui.theme import Theme
from desktop.ui.tokens import RADIUS_CARD, RAIL_WIDTH
from desktop.ui.widgets import frame

ICONS = {
    "chat": "chat-circle-text",
    "library": "books",
    "search": "magnifying-glass",
    "topics": "circles-three-plus",
    "images": "image-square",
    "train": "graduation-cap",
    "models": "cube",
    "settings": "gear-six",
}


class RailButton(QAbstractButton):
    """An icon with a word under it; filled and on a soft ground when its page is shown."""

    def __init__(self, theme: Theme, icon: str, text: str, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._icon = icon
        self.setText(text)
        self.setObjectName(name)
        self.setAccessibleName(text)
        self.setToolTip("")
        self.setProperty("ring", True)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        # It may shrink to its minimum, but does not grow.
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)
        theme.changed.connect(self.updateGeometry)

    def sizeHint(self) -> QSize:
        words = QFontMetrics(self._theme.font("label")).horizontalAdvance(self.text()) + 8
        return QSize(max(67, words), self._theme.px(16) + 18 + self._icon_side())

    def minimumSizeHint(self) -> QSize:
        """Less air where the window is low and the text large."""
        return QSize(self.sizeHint().width(), self._theme.px(16) + self._icon_side() + 8)

    def _icon_side(self) -> int:
        """22, and a little more beside large text: nine of them have to fit a low window."""
        return min(max(self._theme.px(22), 22), 24)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        active = self.isChecked()
        if active or self.underMouse() or self.isDown():
            ground = "accent_soft" if active or self.isDown() else "fill"
            draw_box(painter, QRectF(self.rect()), self._theme.colour(ground), None, RADIUS_CARD)
        colour = self._theme.colour("accent" if active else "text2")
        side = self._icon_side()
        line = self._theme.px(16)
        top = (self.height() - side - line - 2) / 2
        self._paint_icon(painter, QRectF((self.width() - side) / 2, top, side, side), active)
        painter.setFont(self._theme.font("label" if active else "rail"))
        painter.setPen(colour)
        words = QRectF(0, top + side + 2, self.width(), line)
        painter.drawText(words, int(Qt.AlignmentFlag.AlignCenter), self.text())

    def _paint_icon(self, painter: QPainter, box: QRectF, active: bool) -> None:
        name = f"{self._icon}-fill" if active else self._icon
        draw_icon(painter, box, name, self._theme.colour("accent" if active else "text2"))


class TasksButton(RailButton):
    """Shows how many tasks run and how far they are together."""

    def __init__(self, theme: Theme, tasks: TaskList, text: str, parent: QWidget | None = None) -> None:
        super().__init__(theme, "check-circle", text, "rail_tasks", parent)
        self._tasks = tasks
        tasks.changed.connect(self._refresh)

    def _refresh(self) -> None:
        count = len(self._tasks.running)
        self.setAccessibleDescription(self.tr("{n} running").replace("{n}", str(count)))
        self.update()

    def _paint_icon(self, painter: QPainter, box: QRectF, active: bool) -> None:
        running = self._tasks.running
        if not running:
            super()._paint_icon(painter, box, active)
            return
        known = [e.progress.done / e.progress.total for e in running if e.progress and e.progress.total]
        share = sum(known) / len(known) if known else 0.25
        track = self._theme.colour("line")
        draw_ring(painter, box, self._theme.colour("accent"), track, share, 3)
        painter.setFont(self._theme.font("label"))
        painter.setPen(self._theme.colour("text"))
        painter.drawText(box, int(Qt.AlignmentFlag.AlignCenter), str(len(running)))


class Rail(QFrame):
    """Pages at the top, tasks and settings at the bottom. Arrow keys move along it."""

    chosen = Signal(str)
    tasks_asked = Signal()

    def __init__(self, theme: Theme, tasks: TaskList, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("kind", "side")
        self.setObjectName("rail")
        self.setAccessibleName(self.tr("Pages"))
        self._theme = theme
        self._group = QButtonGroup(self)
        self._buttons: dict[str, RailButton] = {}
        self._lay_out(tasks)
        self._scale()
        theme.changed.connect(self._scale)

    def _lay_out(self, tasks: TaskList) -> None:
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 1, 0)
        area = QScrollArea(self)
        area.setWidgetResizable(True)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        outer.addWidget(area)
        inside = frame("scroll", "rail_inside")
        area.setWidget(inside)
        column = QVBoxLayout(inside)
        column.setContentsMargins(8, 12, 8, 12)
        column.setSpacing(4)
        words = self._words()
        for page in ("chat", "library", "search", "topics", "images", "train", "models"):
            column.addWidget(self._button(page, words[page]))
        column.addStretch(1)
        # Made here: the order in which widgets are made is the order of the Tab key.
        self.tasks_button = TasksButton(self._theme, tasks, self.tr("Tasks"), self)
        self.tasks_button.clicked.connect(self.tasks_asked)
        column.addWidget(self.tasks_button)
        column.addWidget(self._button("settings", words["settings"]))

    def _words(self) -> dict[str, str]:
        return {
            "chat": self.tr("Chat"),
            "library": self.tr("Library"),
            "search": self.tr("Search"),
            "topics": self.tr("Topics"),
            "images": self.tr("Images"),
            "train": self.tr("Train"),
            "models": self.tr("Models"),
            "settings": self.tr("Settings"),
        }

    def _button(self, page: str, words: str) -> RailButton:
        button = RailButton(self._theme, ICONS[page], words, f"rail_{page}", self)
        button.setCheckable(True)
        button.clicked.connect(lambda: self.chosen.emit(page))
        self._group.addButton(button)
        self._buttons[page] = button
        return button

    def button(self, page: str) -> RailButton:
        """The button of a page."""
        return self._buttons[page]

    def set_page(self, page: str) -> None:
        """Show which page is open."""
        self._buttons[page].setChecked(True)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Down, Qt.Key.Key_Up):
            self.focusNextPrevChild(event.key() == Qt.Key.Key_Down)
            return
        super().keyPressEvent(event)

    def _scale(self) -> None:
        widest = max(button.sizeHint().width() for button in self._buttons.values())
        self.setFixedWidth(max(RAIL_WIDTH, widest + 17))
