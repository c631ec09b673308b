"""Goes from one branch of a conversation to another, at the message where they part: ‹ 2/3 ›."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication, QHBoxLayout, QWidget

from desktop.ui.theme import Theme
from desktop.ui.widgets import IconButton, Label


class BranchSwitch(QWidget):
    """Hidden where a message has no others in its place. `chosen` tells the id of the version to go to.

    The arrow keys work while one of its buttons has the focus.
    """

    chosen = Signal(str)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._ids: tuple[str, ...] = ()
        self._at = 0
        self.setObjectName("branch_switch")
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        self.earlier = self._button(theme, "caret-left", self.tr("Version before"), "branch_earlier", -1)
        self.later = self._button(theme, "caret-right", self.tr("Next version"), "branch_later", 1)
        self._words = Label("", "caption", "text2")
        self._words.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._words.setObjectName("branch_number")
        for part in (self.earlier, self._words, self.later):
            row.addWidget(part)
        self.hide()

    def set_branches(self, ids: Sequence[str], current: str) -> None:
        """All versions, the oldest first, and the one that is shown."""
        self._ids = tuple(ids) if current in ids else ()
        self.setVisible(len(self._ids) > 1)
        if not self._ids:
            return
        self._at = self._ids.index(current)
        count = len(self._ids)
        self._words.setText(f"{self._at + 1}/{count}")
        words = self.tr("Version {n} of {count}").replace("{n}", str(self._at + 1))
        self.setAccessibleName(words.replace("{count}", str(count)))
        self._words.setAccessibleName(self.accessibleName())
        self.earlier.setEnabled(self._at > 0)
        self.later.setEnabled(self._at < count - 1)

    def set_free(self, free: bool) -> None:
        """Whether one can go elsewhere now; not while an answer is being written."""
        self.setEnabled(free)

    def take_focus(self, step: int) -> None:
        """Give the focus to the arrow of this direction, or to the other one at the end."""
        first, second = (self.later, self.earlier) if step > 0 else (self.earlier, self.later)
        (first if first.isEnabled() else second).setFocus(Qt.FocusReason.OtherFocusReason)

    def held_step(self, message_id: str) -> int:
        """In which direction another version stands, 0 while the focus is elsewhere."""
        focus = QApplication.focusWidget()
        if focus is None or not self.isAncestorOf(focus):
            return 0
        return 1 if message_id in self._ids[self._at + 1 :] else -1

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """The arrow keys, which a button would take for going on to the next one."""
        steps = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress and event.key() in steps:
            self._go(steps[Qt.Key(event.key())])
            return True
        return False

    def _button(self, theme: Theme, icon: str, words: str, name: str, step: int) -> IconButton:
        made = IconButton(theme, icon, words, name=name, side=24, icon_side=14)
        made.clicked.connect(lambda: self._go(step))
        made.installEventFilter(self)
        return made

    def _go(self, step: int) -> None:
        place = self._at + step
        if 0 <= place < len(self._ids):
            self.chosen.emit(self._ids[place])
