"""The card of files that need attention: grouped by reason, each group with the click that puts it right."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from desktop.core.attention import UNREAD, AttentionGroup
from desktop.ui.cards import IconLabel
from desktop.ui.icons import file_icon
from desktop.ui.reasons import file_words, group_words, todo_words
from desktop.ui.theme import Theme
from desktop.ui.widgets import Button, ElidedLabel, IconButton, Label, frame, line

_SHOWN_GROUPS = 3


class AttentionCard(QFrame):
    """`fix`, `ignore` and `look` carry the reason of a group: put it right, leave it, see all its files."""

    fix = Signal(str)
    ignore = Signal(str)
    look = Signal(str)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self.groups: tuple[AttentionGroup, ...] = ()
        self._open = True
        self._touched = False
        self.setProperty("kind", "card")
        self.setObjectName("attention_card")
        self.setAccessibleName(self.tr("Needs attention"))
        column = QVBoxLayout(self)
        column.setContentsMargins(1, 0, 1, 0)
        column.setSpacing(0)
        head = QHBoxLayout()
        head.setContentsMargins(12, 4, 6, 4)
        head.setSpacing(8)
        head.addWidget(IconLabel(theme, "warning-circle", "warn", 20))
        head.addWidget(Label(self.tr("Needs attention"), "head"))
        self.count = Label("", "body", "text2")
        head.addWidget(self.count, 1)
        self.fold_button = IconButton(theme, "caret-up", self.tr("Fold"), name="attention_fold")
        self.fold_button.clicked.connect(self._toggle)
        head.addWidget(self.fold_button)
        column.addLayout(head)
        self._area = QScrollArea(self)
        self._area.setWidgetResizable(True)
        self._area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        column.addWidget(self._area)
        self.hide()
        theme.changed.connect(self._fill)

    def set_groups(self, groups: tuple[AttentionGroup, ...]) -> None:
        """Show what needs attention; nothing hides the card."""
        total = sum(group.count for group in groups)
        self.count.setText(self._files(total))
        self.setVisible(bool(groups))
        if groups != self.groups:
            self.groups = groups
            self._fill()

    def fold(self, folded: bool) -> None:
        """Fold by itself when there is little room; a person's own choice stays."""
        if not self._touched and self._open == folded:
            self._set_open(not folded)

    def _files(self, number: int) -> str:
        if number == 1:
            return self.tr("1 file")
        return self.tr("{n} files").replace("{n}", self._theme.number(number))

    def _toggle(self) -> None:
        self._touched = True
        self._set_open(not self._open)

    def _set_open(self, opened: bool) -> None:
        self._open = opened
        self._area.setVisible(opened)
        self.fold_button.set_icon("caret-up" if opened else "caret-down")
        self.fold_button.set_label(self.tr("Fold") if opened else self.tr("Show them"))

    def _fill(self) -> None:
        inside = frame("scroll", "attention_rows")
        column = QVBoxLayout(inside)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        heights = []
        for group in self.groups:
            row = self._row(group, inside)
            column.addWidget(line(inside))
            column.addWidget(row)
            heights.append(row.sizeHint().height() + 1)
        self._area.setWidget(inside)
        # Half of a further group shows that there is more below.
        further = heights[_SHOWN_GROUPS] // 2 if len(heights) > _SHOWN_GROUPS else 0
        self._area.setFixedHeight(sum(heights[:_SHOWN_GROUPS]) + further)

    def _row(self, group: AttentionGroup, parent: QWidget) -> QWidget:
        row = QWidget(parent)
        layout = QHBoxLayout(row)
        layout.setContentsMargins(12, 8, 10, 8)
        layout.setSpacing(8)
        first = group.first[0]
        icon = "files" if group.count > 1 else file_icon(first.name)
        layout.addWidget(IconLabel(self._theme, icon, "text2", 18))
        words = QVBoxLayout()
        words.setSpacing(0)
        head = QHBoxLayout()
        head.setSpacing(8)
        name = self._files(group.count) if group.count > 1 else first.name
        head.addWidget(ElidedLabel(name, "head"))
        head.addWidget(self._matter(group), 1)
        words.addLayout(head)
        words.addWidget(ElidedLabel(todo_words(group.reason), "secondary", "text2"))
        layout.addLayout(words, 1)
        for button in self._buttons(group, name):
            layout.addWidget(button)
        return row

    def _matter(self, group: AttentionGroup) -> ElidedLabel:
        """What is the matter, and with which files."""
        if group.count == 1:
            return ElidedLabel(file_words(group.first[0]), "body", "text2")
        names = ", ".join(document.name for document in group.first)
        if group.count > len(group.first):
            more = self.tr("{names} and {n} more").replace(
                "{n}", self._theme.number(group.count - len(group.first))
            )
            names = more.replace("{names}", names)
        return ElidedLabel(f"{group_words(group.reason)}: {names}", "body", "text2")

    def _buttons(self, group: AttentionGroup, name: str) -> list[Button]:
        gone = group.reason == "missing"
        made = [
            (self._fix_words(group.reason), "secondary", "attention_fix", self.fix),
            (self.tr("Remove") if gone else self.tr("Ignore"), "plain", "attention_ignore", self.ignore),
        ]
        if group.count > 1:
            made.insert(1, (self.tr("See all"), "plain", "attention_look", self.look))
        buttons = []
        for words, kind, object_name, signal in made:
            button = Button(self._theme, words, kind, size="small", name=object_name)
            button.setAccessibleName(f"{words}: {name}")
            button.clicked.connect(lambda _=False, signal=signal: signal.emit(group.reason))
            buttons.append(button)
        hint = self.tr("Takes them off the list. Your files themselves stay where they are.")
        buttons[-1].setToolTip(hint)
        return buttons

    def _fix_words(self, reason: str) -> str:
        return {
            "encrypted": self.tr("Enter password"),
            "no text": self.tr("Read with OCR"),
            UNREAD: self.tr("Read with OCR"),
            "too slow": self.tr("Give more time"),
        }.get(reason, self.tr("Try again"))
