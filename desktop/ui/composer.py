"""Where a question is written: a field that grows, the collection it asks, and Send or Stop."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QSize, Qt, Signal
from PySide6.QtGui import (
    QAction,
    QActionGroup,
    QDragEnterEvent,
    QDragLeaveEvent,
    QDropEvent,
    QResizeEvent,
)
from PySide6.QtWidgets import QFrame, QHBoxLayout, QMenu, QVBoxLayout, QWidget

from desktop.core.documents import Collection
from desktop.ui.attachment_shelf import AttachmentShelf
from desktop.ui.memory_bar import MemoryBar
from desktop.ui.menu_button import MenuButton
from desktop.ui.question_field import QuestionField
from desktop.ui.theme import Theme
from desktop.ui.tokens import READING_WIDTH
from desktop.ui.widgets import Button, IconButton, menu, restyle

_ROOM_FOR_MEMORY = 480
_CHIPS_SHARE = 0.35
_FILES_WIDTH = 180
_BUTTONS_WIDTH = 170


class Composer(QFrame):
    """`sent` carries the question, `drafted` how many characters of the next one there are.

    Text may be typed while an answer streams; it is sent afterwards.
    """

    sent = Signal(str)
    stopped = Signal()
    prompts_asked = Signal()
    attach = Signal()
    files_given = Signal(list)
    collection_chosen = Signal(str)
    open_library = Signal()
    drafted = Signal(int)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._busy = False
        self._collections: list[Collection] = []
        self._collection_id = ""
        self._only_file = ""
        self._attached = False
        self._together = False
        self.setObjectName("composer")
        self.setProperty("kind", "field")
        self._room = 0
        self._column = column = QVBoxLayout(self)
        column.setContentsMargins(8, 12, 10, 9)
        column.setSpacing(8)
        self.field = QuestionField(theme)
        self.field.setAccessibleName(self.tr("Your question"))
        self.field.sent.connect(self._send)
        self.field.slash.connect(self.prompts_asked)
        self.field.files_given.connect(self.files_given)
        self.field.document().contentsChanged.connect(self._tell_draft)
        self.field.focused.connect(lambda on: restyle(self, focused="true" if on else "false"))
        words = QHBoxLayout()
        words.setContentsMargins(6, 0, 4, 0)
        words.addWidget(self.field)
        self.attachments = AttachmentShelf()
        column.addWidget(self.attachments)
        column.addLayout(words)
        self._row = self._make_row()
        column.addLayout(self._row)
        self.setAcceptDrops(True)
        self.set_collections([], "")

    @property
    def collection_id(self) -> str:
        return self._collection_id

    def set_collections(self, collections: list[Collection], chosen: str, only_file: str = "") -> None:
        """What can be asked, and what is asked now ('' for no files). `only_file` names the one file that is asked."""
        self._collections = collections
        current = self._named(chosen)
        self._together = self._together and chosen == self._collection_id
        self._collection_id = current.id if current else ""
        self._only_file = only_file if current else ""
        self._tell_asked()

    @property
    def together(self) -> bool:
        """Whether the collection is asked together with what is attached."""
        return self._together and self._can_join()

    def set_attached(self, attached: bool) -> None:
        """Whether anything is attached: it is asked alone, unless the person wants the collection, too."""
        if attached != self._attached:
            self._attached = attached
            self._tell_asked()

    def _named(self, collection_id: str) -> Collection | None:
        return next((one for one in self._collections if one.id == collection_id), None)

    def _can_join(self) -> bool:
        return self._attached and bool(self._collection_id) and not self._only_file

    def _join(self, together: bool) -> None:
        self._together = together
        self._tell_asked()

    def _asked_words(self) -> str:
        """Which files are asked now."""
        current = self._named(self._collection_id)
        name = self._only_file or (current.name if current else self.tr("No files"))
        if self.together:
            return self.tr("Attached, {name}").replace("{name}", name)
        return self.tr("Only attached") if self._attached else name

    def _tell_asked(self) -> None:
        current, words = self._named(self._collection_id), self._asked_words()
        metrics = self._files.fontMetrics()
        self._files.set_icon("file" if self._only_file else "paperclip" if self._attached else "books")
        room = min(self._theme.px(_FILES_WIDTH), max(self.width() - self._theme.px(_BUTTONS_WIDTH), 60))
        how = Qt.TextElideMode.ElideRight if self.together else Qt.TextElideMode.ElideMiddle
        self._files.setText(metrics.elidedText(words, how, room))
        self._files.setAccessibleName(self.tr("Files to ask: {name}").replace("{name}", words))
        self._files.setToolTip(self.tr("Choose which files are asked"))
        if self._only_file:
            hint = self.tr("Ask about this file")
        else:
            hint = self.tr("Ask about these files") if current else self.tr("Ask anything")
        self.field.setPlaceholderText(hint)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.memory.set_room(self.width() >= self._theme.px(_ROOM_FOR_MEMORY))
        self._tell_asked()

    def set_room(self, room: int) -> None:
        """How high it may become: what is written and what is attached scroll then."""
        self._room = room
        self.attachments.set_room(round(room * _CHIPS_SHARE))
        self.fit()

    def fit(self) -> None:
        """Share its room anew, after something was attached or taken away."""
        margins, lines = self._column.contentsMargins(), 2
        taken = margins.top() + margins.bottom() + lines + self._column.spacing()
        taken += self._row.sizeHint().height()
        if not self.attachments.isHidden():
            taken += self.attachments.height() + self._column.spacing()
        self.field.set_room(max(self._room - taken, 1))

    def set_busy(self, busy: bool) -> None:
        """Show Stop while an answer is being written, else Send."""
        self._busy = busy
        self._send_button.setVisible(not busy)
        self.stop_button.setVisible(busy)

    def take_text(self) -> str:
        """The question, and an empty field."""
        words = self.field.toPlainText().strip()
        self.field.clear()
        return words

    def _tell_draft(self) -> None:
        self.drafted.emit(self.characters)

    @property
    def characters(self) -> int:
        """How long what is being written is."""
        return self.field.document().characterCount() - 1

    def set_reading(self, reading: bool) -> None:
        """What is attached is still being read: the question waits for it."""
        self._send_button.setEnabled(not reading)
        words = self.tr("Reading what is attached") if reading else self.tr("Send (Enter)")
        self._send_button.setToolTip(words)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if self.field.canInsertFromMimeData(event.mimeData()):
            event.acceptProposedAction()
            restyle(self, focused="true")

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        restyle(self, focused="true" if self.field.hasFocus() else "false")

    def dropEvent(self, event: QDropEvent) -> None:
        event.acceptProposedAction()
        self.field.insertFromMimeData(event.mimeData())
        self.field.setFocus()

    def _send(self) -> None:
        if self._busy or not self._send_button.isEnabled():
            return
        if self.field.toPlainText().strip():
            self.sent.emit(self.take_text())
        self.field.setFocus()

    def _make_row(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(4)
        attach = IconButton(
            self._theme, "paperclip", self.tr("Attach files to this message"), name="attach", side=30
        )
        attach.clicked.connect(self.attach)
        self.prompts_button = IconButton(
            self._theme, "lightning", self.tr("Prompts ( / )"), name="prompts", side=30
        )
        self.prompts_button.clicked.connect(self.prompts_asked)
        self._files = MenuButton(self._theme, self.tr("No files"), icon="books", name="choose_collection")
        self._files.clicked.connect(self._open_collections)
        self.memory = MemoryBar(self._theme)
        self._send_button = Button(self._theme, "", "primary", name="send")
        self._send_button.setAccessibleName(self.tr("Send"))
        self._send_button.setToolTip(self.tr("Send (Enter)"))
        self._send_button.setIcon(self._theme.icon("arrow-up", "on_accent"))
        self._send_button.setStyleSheet("padding: 0;")
        self._send_button.clicked.connect(self._send)
        self.stop_button = Button(self._theme, self.tr("Stop"), icon="stop", name="stop")
        self.stop_button.setToolTip(self.tr("Stop writing (Esc)"))
        self.stop_button.clicked.connect(self.stopped)
        self.stop_button.hide()
        self._scale_send()
        self._theme.changed.connect(self._scale_send)
        row.addWidget(attach)
        row.addWidget(self.prompts_button)
        row.addWidget(self._files)
        row.addStretch(1)
        row.addWidget(self.memory)
        row.addSpacing(12)
        row.addWidget(self._send_button)
        row.addWidget(self.stop_button)
        return row

    def _scale_send(self) -> None:
        side = self._theme.px(32)
        self._send_button.setFixedSize(side, side)
        self._send_button.setIconSize(QSize(self._theme.px(20), self._theme.px(20)))

    def _open_collections(self) -> None:
        made = menu(self, "collection_menu")
        group = QActionGroup(made)
        if self._can_join():
            self._offer_joining(made)
        if self._only_file:
            words = self.tr("Only {file}").replace("{file}", self._only_file)
            only = QAction(words.replace("&", "&&"), made)
            only.setCheckable(True)
            only.setChecked(True)
            group.addAction(only)
            made.addAction(only)
        none = Collection("", self.tr("No files"))
        for collection in [none, *self._collections]:
            action = QAction(collection.name.replace("&", "&&"), made)
            action.setCheckable(True)
            action.setChecked(collection.id == self._collection_id and not self._only_file)
            action.triggered.connect(lambda _=False, c=collection: self.collection_chosen.emit(c.id))
            group.addAction(action)
            made.addAction(action)
        made.addSeparator()
        library = made.addAction(self._theme.icon("books"), self.tr("Open the library"))
        library.triggered.connect(self.open_library)
        size = made.sizeHint()
        made.popup(self._files.mapToGlobal(QPoint(0, -size.height() - 4)))

    def _offer_joining(self, made: QMenu) -> None:
        """Let the person choose whether the collection is asked together with what is attached."""
        made.addSection(self.tr("For this message"))
        group = QActionGroup(made)
        current = self._named(self._collection_id)
        both = self.tr("What is attached, and {name}").replace("{name}", current.name if current else "")
        for words, together in ((self.tr("Only what is attached"), False), (both, True)):
            action = QAction(words.replace("&", "&&"), made)
            action.setCheckable(True)
            action.setChecked(self._together == together)
            action.triggered.connect(lambda _=False, on=together: self._join(on))
            group.addAction(action)
            made.addAction(action)
        made.addSection(self.tr("For this chat"))


def in_reading_column(composer: Composer) -> QHBoxLayout:
    """The row that keeps the composer in line with the messages above it."""
    composer.setMaximumWidth(READING_WIDTH)
    row = QHBoxLayout()
    row.setContentsMargins(28, 8, 28, 16)
    row.addStretch(1)
    row.addWidget(composer, 1000)
    row.addStretch(1)
    return row
