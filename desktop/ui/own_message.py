"""What the person wrote: a bubble that can be copied, and edited to ask again."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QSize, Qt, Signal
from PySide6.QtGui import QEnterEvent, QKeyEvent, QPaintEvent, QTextBlockFormat, QTextCursor
from PySide6.QtWidgets import QHBoxLayout, QPlainTextEdit, QVBoxLayout, QWidget

from desktop.core.conversations import Message
from desktop.ui.branch_switch import BranchSwitch
from desktop.ui.cards import IconLabel
from desktop.ui.plain_document import PlainDocument
from desktop.ui.text_view import TextView
from desktop.ui.theme import Theme
from desktop.ui.widgets import Button, ElidedLabel, IconButton, Label, frame

_SHARE = 0.8


class _ShyButton(IconButton):
    """An icon button that is painted only while the message has the pointer or the button the focus."""

    shown = False

    def paintEvent(self, event: QPaintEvent) -> None:
        if self.shown or self.hasFocus():
            super().paintEvent(event)


class _EditField(QPlainTextEdit):
    """The text while it is edited: Enter asks again, Escape leaves it as it was."""

    accepted = Signal()
    left = Signal()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        enter = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
        if enter and not event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
            self.accepted.emit()
        elif event.key() == Qt.Key.Key_Escape:
            self.left.emit()
        else:
            super().keyPressEvent(event)


class OwnMessage(QWidget):
    """A question. `edited` tells the message's id and the new words."""

    edited = Signal(str, str)
    resized = Signal()

    def __init__(
        self, theme: Theme, message: Message, attached: Sequence[str] = (), parent: QWidget | None = None
    ) -> None:
        """`attached` are the names of the files and pictures that came with it."""
        super().__init__(parent)
        self.message = message
        self._heads: list[ElidedLabel] = []
        self._attached = attached
        self._theme = theme
        self.setObjectName("own_message")
        self.setAccessibleName(self.tr("You: {words}").replace("{words}", message.text[:200]))
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(4)
        self._row.addStretch(1)
        self._add_buttons()
        self.switch = BranchSwitch(theme)
        self._row.addWidget(self.switch, 0, Qt.AlignmentFlag.AlignTop)
        self._add_bubble()
        self._editor: QWidget | None = None
        self._had_switch = False
        self._fitted = -1
        theme.changed.connect(self._restyle)

    def set_branches(self, ids: Sequence[str]) -> None:
        """The versions of this question, the oldest first; the arrows take room beside the bubble."""
        self.switch.set_branches(ids, self.message.id)
        self._fitted = -1

    def set_message(self, message: Message) -> None:
        """Take the message as it was stored: from then on it can be edited."""
        self.message = message
        self._edit.setEnabled(True)

    def set_editable(self, editable: bool) -> None:
        """Whether it can be edited now; not while an answer is being written."""
        self._edit.setVisible(editable)

    def mark_words(self, words: str) -> None:
        """Mark words that a person looks for; '' marks none."""
        self._view.mark_words(self._theme, words)

    def first_mark(self) -> int:
        """How far down the first marked word stands, -1 without one."""
        return self._view.first_mark()

    def heightForWidth(self, width: int) -> int:
        """The bubble takes at most four fifths of the width."""
        if self._editor is not None:
            return self._editor.sizeHint().height()
        if width != self._fitted:
            self._fitted = width
            self._fit(width)
        return self._bubble.height()

    def hasHeightForWidth(self) -> bool:
        return True

    def start_editing(self) -> None:
        """Put a field in place of the bubble."""
        if self._editor is not None:
            return
        self._editor = self._make_editor()
        self._bubble.hide()
        self._edit.hide()
        self._copy.hide()
        self._had_switch = not self.switch.isHidden()
        self.switch.hide()
        self._row.addWidget(self._editor, 100)
        self.resized.emit()
        self._field.setFocus()

    def enterEvent(self, event: QEnterEvent) -> None:
        self._show_buttons(True)

    def leaveEvent(self, event: QEvent) -> None:
        self._show_buttons(False)

    def _show_buttons(self, shown: bool) -> None:
        for button in (self._edit, self._copy):
            button.shown = shown
            button.update()

    def _add_buttons(self) -> None:
        self._copy = _ShyButton(
            self._theme, "copy", self.tr("Copy your message"), name="copy_own", icon_side=18
        )
        self._edit = _ShyButton(
            self._theme, "pencil-simple", self.tr("Edit and ask again"), name="edit_own", icon_side=18
        )
        self._copy.clicked.connect(self._copy_text)
        self._edit.clicked.connect(self.start_editing)
        top = Qt.AlignmentFlag.AlignTop
        self._row.addWidget(self._copy, 0, top)
        self._row.addWidget(self._edit, 0, top)

    def _add_bubble(self) -> None:
        self._bubble = frame("fill", "own_bubble", self)
        inside = QVBoxLayout(self._bubble)
        inside.setContentsMargins(14, 8, 14, 8)
        inside.setSpacing(6)
        document = PlainDocument()
        document.setDocumentMargin(0)
        self._view = TextView(document, "own_text")
        self._view.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self._view.setAccessibleName(self.tr("Your message"))
        manner = self.message.manner
        if manner is not None and manner.name:
            filled = [f"{label}: {value}" for label, value in manner.filled]
            inside.addLayout(self._head("lightning", "asked_prompt", " · ".join((manner.name, *filled))))
        if self._attached:
            inside.addLayout(self._head("paperclip", "attached_names", ", ".join(self._attached)))
        inside.addWidget(self._view)
        self._row.addWidget(self._bubble)
        self._fill()

    def _head(self, icon: str, name: str, words: str) -> QHBoxLayout:
        """A line above the words: the prompt that was run and what it was filled with, or what is attached."""
        label = ElidedLabel(words, "caption", "text2")
        label.setObjectName(name)
        label.setToolTip(words)
        self._heads.append(label)
        row = QHBoxLayout()
        row.setSpacing(6)
        row.addWidget(IconLabel(self._theme, icon, "text2", 14))
        row.addWidget(label, 1)
        return row

    def _fill(self) -> None:
        document = self._view.document()
        document.setDefaultFont(self._theme.font("quote"))
        document.setPlainText(self.message.text)
        cursor = QTextCursor(document)
        cursor.select(QTextCursor.SelectionType.Document)
        block = QTextBlockFormat()
        fixed = QTextBlockFormat.LineHeightTypes.FixedHeight.value
        block.setLineHeight(self._theme.line_height("quote"), fixed)
        cursor.mergeBlockFormat(block)

    def _fit(self, width: int) -> None:
        """Give the bubble the width of its words, up to its share of the column."""
        document = self._view.document()
        beside = self.switch.sizeHint().width() + 2 * self._copy.width() + 4 * self._row.spacing()
        most = round(width * _SHARE) if self.switch.isHidden() else min(round(width * _SHARE), width - beside)
        most -= 28
        document.setTextWidth(most)
        hints = [head.sizeHint() + QSize(self._theme.px(14) + 8, 6) for head in self._heads]
        above = QSize(max((one.width() for one in hints), default=0), sum(one.height() for one in hints))
        words = min(most, max(round(document.idealWidth() + 1), above.width()))
        self._view.setFixedSize(words, self._view.heightForWidth(words))
        self._bubble.setFixedSize(words + 28, self._view.height() + 16 + above.height())

    def _make_editor(self) -> QWidget:
        made = QWidget(self)
        column = QVBoxLayout(made)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        self._field = _EditField(self.message.text)
        self._field.setObjectName("edit_field")
        self._field.setAccessibleName(self.tr("Your question, to be asked again"))
        self._field.setProperty("kind", "field")
        self._field.setTabChangesFocus(True)
        lines = min(max(self.message.text.count("\n") + 1 + len(self.message.text) // 60, 2), 8)
        self._field.setFixedHeight(lines * self._theme.line_height("body") + self._theme.px(20))
        self._field.selectAll()
        self._field.accepted.connect(self._accept)
        self._field.left.connect(self._leave)
        column.addWidget(self._field)
        column.addLayout(self._editor_buttons())
        return made

    def _editor_buttons(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(Label(self.tr("What is there now is kept as another version."), "caption", "text3"))
        row.addStretch(1)
        leave = Button(self._theme, self.tr("Leave it"), name="edit_leave", size="small")
        leave.clicked.connect(self._leave)
        accept = Button(self._theme, self.tr("Ask again"), "primary", name="edit_accept", size="small")
        accept.clicked.connect(self._accept)
        row.addWidget(leave)
        row.addWidget(accept)
        return row

    def _accept(self) -> None:
        words = self._field.toPlainText().strip()
        if words:
            self.edited.emit(self.message.id, words)

    def _leave(self) -> None:
        if self._editor is None:
            return
        self._editor.deleteLater()
        self._editor = None
        self._bubble.show()
        self._edit.show()
        self._copy.show()
        self.switch.setVisible(self._had_switch)
        self.resized.emit()
        self._edit.setFocus()

    def _copy_text(self) -> None:
        self._view.selectAll()
        self._view.copy()
        cursor = self._view.textCursor()
        cursor.clearSelection()
        self._view.setTextCursor(cursor)

    def _restyle(self) -> None:
        self._fill()
        self._fitted = -1
        self.updateGeometry()
        self.resized.emit()
