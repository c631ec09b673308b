"""How full the model's memory is, and by what: instructions, files, earlier turns, the question, the answer."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QHBoxLayout, QWidget

from desktop.core.conversations import Timings
from desktop.ui.paint import draw_bar
from desktop.ui.theme import Theme
from desktop.ui.widgets import Label

_BAR_WIDTH = 96


class MemoryBar(QAbstractButton):
    """How much of what the model can see at once the last turn has filled, and what is being written adds to that.

    Its tooltip tells by what. It is a button: behind it is the choice of what becomes of what does not fit.
    """

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._known = False
        self._room = True
        self._parts: list[tuple[str, int]] = []
        self._draft = 0
        self._whole = 0
        self.setObjectName("memory")
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setProperty("ring", True)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        self.words = Label("", "secondary", "text2")
        row.addWidget(self.words)
        row.addSpacing(_BAR_WIDTH + 4)
        self.hide()

    def show_turn(self, timings: Timings | None, whole: int) -> None:
        """Show what an answer has filled of `whole` tokens; None hides the bar."""
        known = timings is not None and timings.prompt_tokens > 0
        self._whole = (timings.context.size or whole) if timings else whole
        self._known = known and self._whole > 0
        self._parts = self._parts_of(timings) if timings is not None and self._known else []
        self._tell()

    def show_draft(self, tokens: int, whole: int) -> None:
        """About so many `tokens` come with the next question."""
        self._whole = self._whole or whole
        if tokens != self._draft:
            self._draft = tokens
            self._tell()

    def _shown(self) -> bool:
        """Before the first answer it is there for a draft that counts."""
        return self._room and (self._known or (self._whole > 0 and self._draft * 100 >= self._whole))

    def _all_parts(self) -> list[tuple[str, int]]:
        return [*self._parts, (self.tr("What you are writing, about"), self._draft)]

    def _tell(self) -> None:
        parts = self._all_parts()
        share = sum(count for _, count in parts) / self._whole if self._whole else 0.0
        words = self.tr("Memory {n}% full").replace("{n}", str(round(min(share, 1.0) * 100)))
        self.words.setText(words)
        lines = [f"{name}: {count:,}" for name, count in parts if count]
        if share > 1.0:
            lines.append(self.tr("The oldest turns will have no room."))
        tip = self.tr("What the model can see at once: {whole} tokens.").replace(
            "{whole}", f"{self._whole:,}"
        )
        self.setToolTip("\n".join([tip, *lines]))
        self.setAccessibleName(words)
        self.setAccessibleDescription(". ".join(lines))
        self.setVisible(self._shown())
        self.update()

    def set_room(self, room: bool) -> None:
        """Hide it where the composer is too narrow for it."""
        self._room = room
        self.setVisible(self._shown())

    def _parts_of(self, timings: Timings) -> list[tuple[str, int]]:
        """Each part with its tokens. What the template adds, and all of an older answer, counts as instructions."""
        use = timings.context
        rest = max(timings.prompt_tokens - use.files - use.history - use.question, 0)
        return [
            (self.tr("Instructions"), rest),
            (self.tr("From your files"), use.files),
            (self.tr("Earlier in this chat"), use.history),
            (self.tr("Your question"), use.question),
            (self.tr("The answer"), timings.answer_tokens),
        ]

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        theme = self._theme
        rect = QRectF(self.width() - _BAR_WIDTH, self.height() / 2 - 3, _BAR_WIDTH, 6)
        track = theme.colour("sunken" if not theme.dark else "line")
        draw_bar(painter, rect, track, theme.colour("accent", 0.0), 0, 0)
        clear, begin = theme.colour("accent", 0.0), 0.0
        for number, (_, count) in enumerate(self._all_parts()):
            end = min(begin + count / max(self._whole, 1), 1.0)
            if end > begin:
                draw_bar(painter, rect, clear, QColor(theme.tokens.series[number]), begin, end)
            begin = end
