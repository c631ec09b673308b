"""Where the chips of what is attached stand: in lines that wrap, and scroll where there are many."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QScrollArea, QWidget

from desktop.ui.flow_row import FlowRow


class AttachmentShelf(QScrollArea):
    """Takes no more height than `set_room` gives it."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._room = 0
        self._flow = FlowRow(6)
        self._flow.setProperty("kind", "scroll")
        self.setObjectName("attachments")
        self.setAccessibleName(self.tr("Attached to this message"))
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.viewport().setAutoFillBackground(False)
        self.setWidget(self._flow)
        self.setWidgetResizable(True)
        self._flow.setAutoFillBackground(False)

    def add(self, chip: QWidget) -> None:
        """Append a chip."""
        self._flow.add(chip)

    def remove(self, chip: QWidget) -> None:
        """Take a chip away for good."""
        self._flow.remove(chip)

    def set_room(self, room: int) -> None:
        """How high it may become."""
        self._room = room
        self.arrange()

    def arrange(self) -> None:
        """Give each chip its place; called when one has come, gone or changed its width."""
        self._flow.arrange()
        wanted = self._flow.heightForWidth(self.viewport().width())
        self._flow.setMinimumHeight(wanted)
        self.setFixedHeight(min(wanted, self._room) if self._room else wanted)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self.arrange()
