"""The list of long work: how far each task is, with pause and cancel, and what has ended."""

from __future__ import annotations

from PySide6.QtCore import QPoint
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from desktop.ui.cards import IconLabel, Popover, time_left
from desktop.ui.tasks import ListedTask, TaskList
from desktop.ui.theme import Theme
from desktop.ui.widgets import Button, ElidedLabel, IconButton, Label, ProgressBar, line
from desktop.ui.worker import Outcome

WIDTH = 344


class TaskRow(QWidget):
    """One task. It follows its entry until that is dismissed."""

    def __init__(
        self, theme: Theme, tasks: TaskList, entry: ListedTask, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.entry = entry
        self.setObjectName("task_row")
        self.setAccessibleName(entry.title)
        outer = QHBoxLayout(self)
        outer.setContentsMargins(16, 12, 10, 12)
        outer.setSpacing(8)
        self.icon = IconLabel(theme, entry.icon, "text2", 18)
        beside = QVBoxLayout()
        beside.setContentsMargins(0, 5, 0, 0)
        beside.addWidget(self.icon)
        beside.addStretch(1)
        outer.addLayout(beside)
        column = QVBoxLayout()
        column.setSpacing(4)
        outer.addLayout(column, 1)
        top = QHBoxLayout()
        top.setSpacing(0)
        top.addWidget(ElidedLabel(entry.title, "body"), 1)
        self.pause_button = IconButton(
            theme, "pause", self.tr("Pause"), name="task_pause", side=28, icon_side=18
        )
        self.pause_button.clicked.connect(lambda: entry.set_paused(not entry.paused))
        self.cancel_button = IconButton(
            theme, "x", self.tr("Cancel"), name="task_cancel", side=28, icon_side=18
        )
        self.cancel_button.clicked.connect(self._stop)
        self.show_button = Button(theme, self.tr("Show"), "quiet", size="small", name="task_show")
        self.show_button.clicked.connect(self._show_result)
        for button in (self.show_button, self.pause_button, self.cancel_button):
            top.addWidget(button)
        column.addLayout(top)
        self.bar = ProgressBar(theme)
        self.bar.setFixedHeight(4)
        column.addWidget(self.bar)
        self.words = Label("", "caption", "text2")
        self.words.setWordWrap(True)
        column.addWidget(self.words)
        self._tasks = tasks
        entry.changed.connect(self.refresh)
        self.refresh()

    def refresh(self) -> None:
        """Show how the task stands now."""
        task = self.entry.task
        running = task.running
        self.bar.setVisible(running)
        self.pause_button.setVisible(running and self.entry.pause_flag is not None)
        paused = self.entry.paused
        self.pause_button.set_icon("play" if paused else "pause")
        self.pause_button.set_label(self.tr("Go on") if paused else self.tr("Pause"))
        self.cancel_button.set_label(self.tr("Cancel") if running else self.tr("Take off the list"))
        self.show_button.setVisible(not running and self.entry.show_result is not None)
        if not running:
            failed = task.outcome is Outcome.FAILED
            self.icon.set_icon("warning-circle" if failed else "check-circle", "bad" if failed else "ok")
        words = self._words()
        self.words.setText(words)
        self.words.setVisible(bool(words))

    def _words(self) -> str:
        task, progress = self.entry.task, self.entry.progress
        if task.outcome is Outcome.FAILED and task.error is not None:
            return str(task.error)
        if not task.running:
            return ""
        if progress is None:
            self.bar.set_share(None)
            return self.entry.note or self.tr("Starting")
        self.bar.set_share(progress.done / progress.total if progress.total else None)
        if task.token.cancelled:
            return self.tr("Stopping, what is done is kept")
        if self.entry.paused:
            return self.tr("Paused: {words}").replace("{words}", progress.words)
        return ", ".join(part for part in (progress.words, time_left(self, progress.seconds_left)) if part)

    def _stop(self) -> None:
        if self.entry.task.running:
            self.entry.cancel()
        else:
            self._tasks.dismiss(self.entry)

    def _show_result(self) -> None:
        if self.entry.show_result is not None:
            self.entry.show_result()
        self._tasks.dismiss(self.entry)
        self.window().close()


class TasksPopover(Popover):
    """Opens beside the rail's Tasks button."""

    def __init__(self, theme: Theme, tasks: TaskList, parent: QWidget) -> None:
        super().__init__(theme, "tasks_popover", WIDTH, parent)
        self._theme = theme
        self._window = parent
        self._tasks = tasks
        self.setAccessibleName(self.tr("Tasks"))
        head = QHBoxLayout()
        head.setContentsMargins(16, 10, 16, 10)
        head.addWidget(Label(self.tr("Tasks"), "head"))
        head.addStretch(1)
        self.count = Label("", "caption", "text3")
        head.addWidget(self.count)
        self.body.addLayout(head)
        self._list = QVBoxLayout()
        self._list.setSpacing(0)
        self.body.addLayout(self._list)
        self._shown: list[ListedTask] | None = None
        tasks.changed.connect(self._refresh)

    def rows(self) -> list[TaskRow]:
        """The rows shown now."""
        return [row for row in self.card.findChildren(TaskRow) if row.parent() is not None]

    def show_at(self, corner: QPoint) -> None:
        """Open with the lower left corner at a point of the screen."""
        self._shown = None
        self.card.setFixedWidth(min(self._theme.px(WIDTH), self._most()))
        self.open_at(corner, above=True)
        self._refresh()

    def _most(self) -> int:
        """As wide as the window beside the rail allows."""
        return max(WIDTH, self._window.width() - 160)

    def _refresh(self) -> None:
        if not self.isVisible():
            return
        listed = self._tasks.listed
        running = len(self._tasks.running)
        parts = [(running, self.tr("{n} running")), (len(listed) - running, self.tr("{n} done"))]
        self.count.setText(", ".join(words.replace("{n}", str(n)) for n, words in parts if n))
        self.count.setVisible(bool(listed))
        if listed == self._shown:
            return
        self._shown = listed
        self._fill(listed)

    def _fill(self, listed: list[ListedTask]) -> None:
        while (item := self._list.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.setParent(None)
                widget.deleteLater()
        for entry in listed:
            self._list.addWidget(line(self.card))
            self._list.addWidget(TaskRow(self._theme, self._tasks, entry, self.card))
        if not listed:
            self._list.addWidget(line(self.card))
            nothing = Label(self.tr("Nothing is running. Long work shows up here."), "secondary", "text2")
            nothing.setContentsMargins(16, 14, 16, 16)
            self._list.addWidget(nothing)
