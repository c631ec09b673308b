"""The rows of the card "On this computer": installed models, and those that are being checked or downloaded."""

from __future__ import annotations

from PySide6.QtCore import QPoint, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from desktop.core.downloads import Download, DownloadState
from desktop.core.model_parts import part_names
from desktop.core.models import ModelFormat, ModelSpec, Purpose
from desktop.ui.cards import time_left
from desktop.ui.fact_line import FactLine
from desktop.ui.model_words import fact_words, purpose_words, size_words, speed_words
from desktop.ui.tasks import ListedTask
from desktop.ui.theme import Theme
from desktop.ui.widgets import Button, Chip, ElidedLabel, IconButton, Label, ProgressBar, menu

NAME_WIDTH, SIZE_WIDTH, SPEED_WIDTH, STATE_WIDTH = 208, 84, 156, 92
NARROW = 760
"""Width of a row, at normal text size, below which it has no columns."""


class ModelRow(QWidget):
    """An installed model. It tells what was asked for; the page does it."""

    use = Signal(object)
    measure = Signal(object)
    details = Signal(object)
    settings = Signal(object)
    remove = Signal(object)

    def __init__(
        self,
        theme: Theme,
        spec: ModelSpec,
        *,
        in_use: bool,
        usable: bool,
        searches: bool = False,
        base: str = "",
        needs: int = 0,
        missing: bool = False,
    ) -> None:
        """`usable` says that the chat can use it, `searches` that collections can; `base` names the model of an
        adapter; `needs` is memory in bytes."""
        super().__init__()
        self._theme, self.spec, self._usable, self._missing = theme, spec, usable, missing
        self._searches = searches
        self.setObjectName("model_row")
        self.setAccessibleName(spec.name)
        self._sizes = (size_words(spec.size_bytes), speed_words(spec.tokens_per_second))
        self._facts = fact_words(spec, needs)
        self.setMinimumHeight(theme.px(56))
        row = QHBoxLayout(self)
        row.setContentsMargins(16, 6, 10, 6)
        row.setSpacing(0)
        name = ElidedLabel(spec.name, "head")
        name.setFixedWidth(theme.px(NAME_WIDTH) - 12)
        row.addWidget(name)
        row.addSpacing(12)
        what = self._gone() if missing else purpose_words(spec, base)
        row.addLayout(self._about(what, "warn" if missing else "text2"), 1)
        row.addSpacing(12)
        self._columns = [
            self._column(words, width)
            for words, width in zip(self._sizes, (SIZE_WIDTH, SPEED_WIDTH), strict=True)
        ]
        for column in self._columns:
            row.addWidget(column)
        row.addWidget(self._state(in_use))
        self.more = IconButton(
            theme,
            "dots-three",
            self.tr("More for {name}").replace("{name}", spec.name),
            name="model_more",
            icon_side=18,
        )
        self.more.clicked.connect(self._open_menu)
        row.addWidget(self.more)

    def _gone(self) -> str:
        if len(part_names(self.spec.path)) > 1:
            return self.tr("Not all of its files are there now")
        return self.tr("Its file is not there now")

    def _about(self, what: str, tone: str) -> QVBoxLayout:
        """What it is for, and in small letters what is known of it."""
        column = QVBoxLayout()
        column.setSpacing(0)
        column.addStretch(1)
        column.addWidget(ElidedLabel(what, "body", tone))
        self.facts = FactLine()
        self.facts.set_facts(self._facts)
        self.facts.setVisible(bool(self._facts))
        column.addWidget(self.facts)
        column.addStretch(1)
        return column

    def _column(self, words: str, width: int) -> Label:
        label = Label(words, "body", "text2")
        label.setFont(self._theme.font("body", tabular=True))
        label.setFixedWidth(self._theme.px(width))
        return label

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Where there is no room for columns, size and speed stand before the other facts."""
        super().resizeEvent(event)
        narrow = self.width() < self._theme.px(NARROW)
        for column in self._columns:
            column.setVisible(not narrow)
        self.facts.set_facts((*self._sizes, *self._facts) if narrow else self._facts)
        self.facts.setVisible(bool(self.facts.text()))

    def _state(self, in_use: bool) -> QWidget:
        """Of one width in all rows, so that the columns stand under each other."""
        column = QWidget(self)
        column.setFixedWidth(self._theme.px(STATE_WIDTH))
        holder = QHBoxLayout(column)
        holder.setContentsMargins(0, 0, 0, 0)
        holder.addStretch(1)
        self.use_button = Button(
            self._theme, self.tr("Use"), "plain", size="small", name="model_use", parent=self
        )
        self.use_button.setAccessibleName(self.tr("Use {name}").replace("{name}", self.spec.name))
        self.use_button.clicked.connect(lambda: self.use.emit(self.spec))
        self.use_button.setVisible((self._usable or self._searches) and not in_use)
        holder.addWidget(self.use_button)
        if in_use:
            holder.addWidget(Chip(self._theme, "ready", self.tr("In use")))
        holder.addSpacing(6)
        return column

    def _open_menu(self) -> None:
        made = menu(self, "model_menu")
        details = made.addAction(self._theme.icon("info"), self.tr("What is it?"))
        details.triggered.connect(lambda: self.details.emit(self.spec))
        if self._usable and not self._missing:
            runs = made.addAction(self._theme.icon("faders"), self.tr("How it runs"))
            runs.triggered.connect(lambda: self.settings.emit(self.spec))
            again = made.addAction(self._theme.icon("gauge"), self.tr("Measure how fast it writes"))
            again.triggered.connect(lambda: self.measure.emit(self.spec))
        if not self.spec.starter:
            made.addSeparator()
            words = self.tr("Take it off the list") if self.spec.linked else self.tr("Delete")
            remove = made.addAction(self._theme.icon("trash", "bad"), words)
            remove.triggered.connect(lambda: self.remove.emit(self.spec))
        made.popup(
            self.more.mapToGlobal(QPoint(self.more.width() - made.sizeHint().width(), self.more.height() + 4))
        )


class StoppedRow(QWidget):
    """A download that is not running: how much of it is here, why it stopped, go on or delete."""

    resume = Signal(object)
    discard = Signal(object)

    def __init__(self, theme: Theme, download: Download, have: int) -> None:
        super().__init__()
        self.download = download
        self.setObjectName("model_stopped_row")
        name = download.wanted.name
        self.setAccessibleName(name)
        row = QHBoxLayout(self)
        row.setContentsMargins(16, 8, 10, 8)
        row.setSpacing(0)
        self.setMinimumHeight(theme.px(56))
        title = ElidedLabel(name, "head")
        title.setFixedWidth(theme.px(NAME_WIDTH) - 12)
        row.addWidget(title)
        row.addSpacing(12)
        column = QVBoxLayout()
        column.setSpacing(4)
        failed = download.state is DownloadState.FAILED
        self.words = ElidedLabel(self._words(have), "caption", "bad" if failed else "text2")
        self.bar = ProgressBar(theme)
        size = download.plan.size if download.plan else 0
        self.bar.set_share(have / size if size else 0.0)
        self.bar.set_tone("bad" if failed else "text3")
        column.addStretch(1)
        column.addWidget(self.words)
        column.addWidget(self.bar)
        column.addStretch(1)
        row.addLayout(column, 1)
        row.addSpacing(24)
        self.resume_button = Button(theme, self.tr("Go on"), "plain", icon="play", name="model_resume")
        self.resume_button.setAccessibleName(self.tr("Go on with {name}").replace("{name}", name))
        self.resume_button.clicked.connect(lambda: self.resume.emit(download))
        self.discard_button = Button(theme, self.tr("Delete"), "plain", name="model_discard")
        self.discard_button.setAccessibleName(
            self.tr("Delete what has come of {name}").replace("{name}", name)
        )
        self.discard_button.clicked.connect(lambda: self.discard.emit(download))
        row.addWidget(self.resume_button)
        row.addWidget(self.discard_button)

    def _words(self, have: int) -> str:
        plan = self.download.plan
        here = self.tr("Not begun yet")
        if plan is not None:
            here = self.tr("{n} of {all} are here").replace("{n}", size_words(have))
            here = here.replace("{all}", size_words(plan.size))
        return f"{here}. {self.download.reason}" if self.download.reason else here


class WorkRow(QWidget):
    """A model on its way: what is being done, a bar, the time left, pause and cancel."""

    cancelled = Signal()

    def __init__(self, theme: Theme, entry: ListedTask, name: str) -> None:
        super().__init__()
        self.entry = entry
        self.setObjectName("model_work_row")
        self.setAccessibleName(name)
        row = QHBoxLayout(self)
        row.setContentsMargins(16, 8, 10, 8)
        row.setSpacing(0)
        self.setMinimumHeight(theme.px(56))
        title = ElidedLabel(name, "head")
        title.setFixedWidth(theme.px(NAME_WIDTH) - 12)
        row.addWidget(title)
        row.addSpacing(12)
        column = QVBoxLayout()
        column.setSpacing(4)
        top = QHBoxLayout()
        self.words = ElidedLabel("", "caption", "text2")
        self.left = Label("", "caption", "text2")
        top.addWidget(self.words, 1)
        top.addWidget(self.left)
        self.bar = ProgressBar(theme)
        column.addStretch(1)
        column.addLayout(top)
        column.addWidget(self.bar)
        column.addStretch(1)
        row.addLayout(column, 1)
        row.addSpacing(24)
        self.pause_button = Button(
            theme, self.tr("Pause"), "plain", icon="pause", name="model_pause", parent=self
        )
        self.pause_button.clicked.connect(lambda: entry.set_paused(not entry.paused))
        self.pause_button.setVisible(entry.pause_flag is not None)
        self.cancel_button = Button(theme, self.tr("Cancel"), "plain", name="model_cancel", parent=self)
        self.cancel_button.clicked.connect(self.cancelled)
        self.cancel_button.clicked.connect(entry.cancel)
        row.addWidget(self.pause_button)
        row.addWidget(self.cancel_button)
        entry.changed.connect(self.refresh)
        self.refresh()

    def refresh(self) -> None:
        """Show how far it is."""
        progress, paused = self.entry.progress, self.entry.paused
        words = progress.words if progress else self.tr("Starting")
        if self.entry.task.token.cancelled:
            words = self.tr("Stopping")
        self.words.set_text(self.tr("Paused: {words}").replace("{words}", words) if paused else words)
        self.left.setText("" if paused or progress is None else time_left(self, progress.seconds_left))
        self.bar.set_share(progress.done / progress.total if progress and progress.total else None)
        self.bar.set_tone("text3" if paused else "accent")
        self.pause_button.set_icon("play" if paused else "pause")
        self.pause_button.set_words(self.tr("Go on") if paused else self.tr("Pause"))


def sorts_before(spec: ModelSpec) -> tuple[int, bool]:
    """The order of the rows: chat first, then what searches; the starters last of their kind."""
    order = (
        Purpose.CHAT, Purpose.ADAPTER, Purpose.VISION, Purpose.CAPTIONING, Purpose.EMBEDDING, Purpose.RERANKING
    )  # fmt: skip
    return order.index(spec.purpose), spec.starter


def can_search(spec: ModelSpec) -> bool:
    """Whether collections can be kept by it, or what they find be sorted."""
    return spec.format is ModelFormat.SENTENCE_TRANSFORMERS or (spec.purpose, spec.format) in (
        (Purpose.RERANKING, ModelFormat.HF),
        (Purpose.EMBEDDING, ModelFormat.GGUF),
    )
