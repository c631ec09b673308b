"""What a person sees first: three things to do, and sample files to try it with."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QFrame, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from desktop.ui.cards import IconLabel
from desktop.ui.icons import file_icon
from desktop.ui.theme import Theme
from desktop.ui.widgets import Button, ElidedLabel, Label, frame
from desktop.ui.wrapped_text import WrappedText

_WIDTH = 840
_SHOWN = 5
_NARROW = 700


class VerbCard(QFrame):
    """An icon, a verb, what it means, and its button."""

    def __init__(self, theme: Theme, icon: str, title: str, words: str, button: Button) -> None:
        super().__init__()
        self.setProperty("kind", "card")
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 24, 24, 20)
        column.setSpacing(0)
        column.addWidget(IconLabel(theme, icon, "accent", theme.px(28)))
        column.addSpacing(14)
        column.addWidget(Label(title, "section"))
        column.addSpacing(4)
        column.addWidget(WrappedText(theme, words, "body", "text2"))
        column.addStretch(1)
        column.addSpacing(14)
        column.addWidget(button)


class SampleList(QFrame):
    """The first names of the sample files with their sizes, and how many more there are."""

    def __init__(self, theme: Theme, files: list[Path]) -> None:
        super().__init__()
        self.setProperty("kind", "card")
        self.setObjectName("sample_list")
        self.setMaximumWidth(344)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 14, 16, 12)
        column.setSpacing(6)
        for file in files[:_SHOWN]:
            row = QHBoxLayout()
            row.setSpacing(8)
            row.addWidget(IconLabel(theme, file_icon(file.name), "text2", 18))
            row.addWidget(ElidedLabel(file.name, "secondary"), 1)
            row.addWidget(Label(self._size(file), "secondary", "text3"))
            column.addLayout(row)
        if len(files) > _SHOWN:
            more = self.tr("and {n} more").replace("{n}", str(len(files) - _SHOWN))
            column.addWidget(Label(more, "secondary", "text2"))

    def _size(self, file: Path) -> str:
        kilobytes = max(1, round(file.stat().st_size / 1000))
        return self.tr("{n} kB").replace("{n}", f"{kilobytes:,}")


class FirstStart(QScrollArea):
    """Shown while there is no chat and no collection."""

    start_chat = Signal()
    add_files = Signal()
    see_models = Signal()
    try_samples = Signal()

    def __init__(self, theme: Theme, samples: Path, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self.setObjectName("first_start")
        self.setWidgetResizable(True)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.viewport().setAutoFillBackground(False)
        board = QWidget()
        board.setProperty("kind", "scroll")
        outer = QHBoxLayout(board)
        outer.setContentsMargins(28, 0, 28, 0)
        outer.addStretch(1)
        self._middle = QWidget()
        self._middle.setMaximumWidth(_WIDTH)
        outer.addWidget(self._middle, 1000)
        outer.addStretch(1)
        column = QVBoxLayout(self._middle)
        column.setContentsMargins(0, 16, 0, 8)
        column.setSpacing(0)
        column.addStretch(2)
        column.addWidget(Label(self.tr("Ask your own files"), "display"))
        column.addSpacing(6)
        lead = self.tr(
            "Chat with a model that runs on this computer. Every answer shows where it comes from."
        )
        column.addWidget(WrappedText(theme, lead, "lead", "text2"))
        column.addSpacing(24)
        column.addLayout(self._make_verbs())
        column.addSpacing(16)
        self._samples = self._make_samples(_files(samples))
        column.addWidget(self._samples)
        column.addSpacing(20)
        self._add_promises(column)
        column.addStretch(2)
        self.setWidget(board)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        narrow = self.viewport().width() < _NARROW
        direction = QBoxLayout.Direction.TopToBottom if narrow else QBoxLayout.Direction.LeftToRight
        self._verbs.setDirection(direction)
        self._sample_row.setDirection(direction)

    def _make_verbs(self) -> QBoxLayout:
        theme = self._theme
        chat = Button(theme, self.tr("Start a chat"), name="start_chat")
        chat.clicked.connect(self.start_chat)
        files = Button(theme, self.tr("Choose files"), name="choose_files")
        files.clicked.connect(self.add_files)
        models = Button(theme, self.tr("See what fits"), name="see_models")
        models.clicked.connect(self.see_models)
        self._verbs = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._verbs.setSpacing(16)
        cards = (
            (
                "chat-circle-text",
                self.tr("Chat"),
                self.tr("Ask anything. The small starter model is already here."),
                chat,
            ),
            (
                "file-plus",
                self.tr("Add files"),
                self.tr("PDF, Word, web pages, text, tables, or a whole folder."),
                files,
            ),
            (
                "cube",
                self.tr("Get a better model"),
                self.tr("Download one that fits this computer, then use it offline."),
                models,
            ),
        )
        for icon, title, words, button in cards:
            self._verbs.addWidget(VerbCard(theme, icon, title, words, button), 1)
        return self._verbs

    def _make_samples(self, files: list[Path]) -> QFrame:
        box = frame("quiet-card", "samples")
        row = self._sample_row = QBoxLayout(QBoxLayout.Direction.LeftToRight, box)
        row.setContentsMargins(24, 24, 24, 24)
        row.setSpacing(24)
        left = QVBoxLayout()
        left.setSpacing(0)
        left.addStretch(1)
        left.addWidget(Label(self.tr("Nothing at hand? Use our sample files"), "section"))
        left.addSpacing(4)
        words = self.tr(
            "{n} short documents about a shared house. They are ready in about ten seconds, with no download."
        )
        left.addWidget(WrappedText(self._theme, words.replace("{n}", str(len(files))), "body", "text2"))
        left.addSpacing(20)
        button = Button(
            self._theme, self.tr("Try it with the sample files"), "primary", size="large", name="try_samples"
        )
        button.clicked.connect(self.try_samples)
        left.addWidget(button, 0, Qt.AlignmentFlag.AlignLeft)
        left.addStretch(1)
        row.addLayout(left, 1)
        row.addWidget(SampleList(self._theme, files), 1)
        if not files:
            box.hide()
        return box

    def _add_promises(self, column: QVBoxLayout) -> None:
        promises = (
            (
                "lock-simple",
                self.tr(
                    "Your files and chats stay on this computer. Deskside goes online only when you ask for a download."
                ),
            ),
            ("tray", self.tr("You can drop files or folders anywhere in this window, at any time.")),
        )
        for icon, words in promises:
            row = QHBoxLayout()
            row.setSpacing(8)
            row.addWidget(IconLabel(self._theme, icon, "text2", 18), 0, Qt.AlignmentFlag.AlignTop)
            row.addWidget(WrappedText(self._theme, words, "secondary", "text2"), 1)
            column.addLayout(row)
            column.addSpacing(10)


def _files(folder: Path) -> list[Path]:
    """The sample files that are there, PDFs first, then by name."""
    if not folder.is_dir():
        return []
    found = [path for path in folder.iterdir() if path.is_file() and not path.name.startswith((".", "_"))]
    return sorted(found, key=lambda path: (path.suffix.lower() != ".pdf", path.name.lower()))
