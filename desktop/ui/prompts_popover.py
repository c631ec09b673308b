"""The prompt library over the composer: search, choose; own prompts can be copied, passed on and deleted."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import cast

from PySide6.QtCore import (
    QEvent,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QPoint,
    QRectF,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QFontMetrics, QKeyEvent, QPainter
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from desktop.core.prompt_library import Prompt
from desktop.ui.cards import Popover
from desktop.ui.paint import draw_box
from desktop.ui.theme import Theme
from desktop.ui.widgets import Button, Label, Paragraph, line, menu

WIDTH = 460
_ROW, _ROWS = 48, 6
_NAMED = 3
_PROMPT, _ABOUT = Qt.ItemDataRole.UserRole, Qt.ItemDataRole.UserRole + 1


class PromptsPopover(Popover):
    """`read` gives the prompts that match some words. What is asked for is done by the receiver of a signal."""

    chosen = Signal(object)
    import_asked = Signal()
    batches_asked = Signal()
    new_asked = Signal()
    edit_asked = Signal(object)
    copy_asked = Signal(object)
    export_asked = Signal(object)
    delete_asked = Signal(object)

    def __init__(
        self,
        theme: Theme,
        read: Callable[[str], Sequence[Prompt]],
        broken: Callable[[], Sequence[str]],
        parent: QWidget,
    ) -> None:
        super().__init__(theme, "prompts_popover", theme.px(WIDTH), parent)
        self._theme, self._read, self._broken = theme, read, broken
        self.setAccessibleName(self.tr("Prompts"))
        self.search = QLineEdit(self.card)
        self.search.setObjectName("prompts_search")
        self.search.setAccessibleName(self.tr("Search the prompts"))
        self.search.setPlaceholderText(self.tr("Search the prompts"))
        self.search.textChanged.connect(self.fill)
        self.search.installEventFilter(self)
        head = QHBoxLayout()
        head.setContentsMargins(12, 12, 12, 8)
        head.addWidget(self.search)
        self.body.addLayout(head)
        self.list = QListWidget(self.card)
        self.list.setObjectName("prompts_list")
        self.list.setAccessibleName(self.tr("Prompts"))
        self.list.setFrameShape(QFrame.Shape.NoFrame)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setVerticalScrollMode(QListWidget.ScrollMode.ScrollPerPixel)
        self.list.setMouseTracking(True)
        self.list.setFixedHeight(theme.px(_ROWS * _ROW))
        self.list.setItemDelegate(_Rows(theme, self.list))
        self.list.itemClicked.connect(lambda _: self._choose())
        self.list.itemActivated.connect(lambda _: self._choose())
        self.list.currentItemChanged.connect(lambda *_: self._settle())
        self.body.addWidget(self.list)
        self.nothing = Label(self.tr("No prompt has these words."), "body", "text2")
        self.nothing.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.nothing.setFixedHeight(theme.px(_ROWS * _ROW))
        self.nothing.hide()
        self.body.addWidget(self.nothing)
        self.wrong = Paragraph(theme, "", "caption", "bad", self.card)
        self.wrong.setObjectName("prompts_wrong")
        self.wrong.setContentsMargins(16, 6, 16, 6)
        self.wrong.hide()
        self.body.addWidget(self.wrong)
        self.body.addWidget(line(self.card))
        foot = QHBoxLayout()
        foot.setContentsMargins(8, 6, 8, 6)
        self.import_button = Button(
            theme, self.tr("Import"), "plain", icon="download-simple", name="prompts_import"
        )
        self.import_button.clicked.connect(self.import_asked)
        self.more_button = Button(
            theme, self.tr("This prompt"), "plain", icon="dots-three", name="prompts_more"
        )
        self.more_button.clicked.connect(self._open_menu)
        self.batches_button = Button(
            theme, self.tr("Batch runs"), "plain", icon="stack", name="prompts_batches"
        )
        self.batches_button.clicked.connect(self.batches_asked)
        self.new_button = Button(theme, self.tr("New"), "plain", icon="plus", name="prompts_new")
        self.new_button.clicked.connect(self.new_asked)
        foot.addWidget(self.new_button)
        foot.addWidget(self.import_button)
        foot.addWidget(self.batches_button)
        foot.addStretch(1)
        foot.addWidget(self.more_button)
        self.body.addLayout(foot)

    def show_above(self, corner: QPoint, most: int) -> None:
        """Open with the lower left corner at a point of the screen, at most so wide, all prompts listed."""
        self.card.setFixedWidth(min(self._theme.px(WIDTH), most))
        wrong = self._broken()
        said = list(wrong[:_NAMED])
        if (more := len(wrong) - _NAMED) > 0:
            said.append(self.tr("And {n} more.").replace("{n}", str(more)))
        self.wrong.set_text("\n".join(said))
        self.wrong.setVisible(bool(wrong))
        self.search.clear()
        self.fill()
        self.open_at(corner, above=True)
        self.search.setFocus()

    def fill(self) -> None:
        """Read the prompts anew."""
        self.list.clear()
        for prompt in self._read(self.search.text()):
            about = (
                self.tr("Your own. {words}").replace("{words}", prompt.about) if prompt.own else prompt.about
            )
            item = QListWidgetItem(prompt.name)
            item.setData(_PROMPT, prompt)
            item.setData(_ABOUT, about.strip())
            item.setData(Qt.ItemDataRole.AccessibleTextRole, f"{prompt.name}. {about}".strip())
            self.list.addItem(item)
        self.list.setCurrentRow(0)
        self.list.setVisible(self.list.count() > 0)
        self.nothing.setVisible(self.list.count() == 0)
        self._settle()

    @property
    def current(self) -> Prompt | None:
        """The prompt that is selected."""
        chosen = self.list.selectedItems()
        return cast("Prompt", chosen[0].data(_PROMPT)) if chosen else None

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """In the search field the arrows walk through the list and Enter chooses."""
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            step = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1}.get(Qt.Key(event.key()), 0)
            if step:
                row = min(max(self.list.currentRow() + step, 0), self.list.count() - 1)
                self.list.setCurrentRow(row)
                return True
            if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
                self._choose()
                return True
        return super().eventFilter(watched, event)

    def _choose(self) -> None:
        prompt = self.current
        if prompt is not None:
            self.close()
            self.chosen.emit(prompt)

    def _settle(self) -> None:
        self.more_button.setEnabled(self.current is not None)

    def _open_menu(self) -> None:
        prompt = self.current
        if prompt is None:
            return
        made = menu(self, "prompt_menu")
        icon = self._theme.icon
        for words, name, signal in (
            (self.tr("Make a copy of my own"), "copy", self.copy_asked),
            (self.tr("Export"), "export", self.export_asked),
        ):
            made.addAction(icon(name), words).triggered.connect(lambda _=False, s=signal: s.emit(prompt))
        if prompt.own:
            edit = made.addAction(icon("pencil-simple"), self.tr("Edit"))
            edit.triggered.connect(lambda: self.edit_asked.emit(prompt))
            delete = made.addAction(icon("trash", "bad"), self.tr("Delete"))
            delete.triggered.connect(lambda: self.delete_asked.emit(prompt))
        size = made.sizeHint()
        made.popup(self.more_button.mapToGlobal(QPoint(0, -size.height() - 4)))


class _Rows(QStyledItemDelegate):
    """A prompt's name, and below it what it is about."""

    def __init__(self, theme: Theme, view: QListWidget) -> None:
        super().__init__(view)
        self._theme = theme

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        return QSize(100, self._theme.px(_ROW))

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        rect = option.rect
        state: QStyle.StateFlag = option.state
        selected = bool(state & QStyle.StateFlag.State_Selected)
        painter.save()
        if selected or state & QStyle.StateFlag.State_MouseOver:
            colour = self._theme.colour("accent_soft" if selected else "hover")
            draw_box(painter, QRectF(rect).adjusted(6, 1, -6, -1), colour, None, 6)
        inside = rect.adjusted(16, 5, -16, -5)
        for role, words, token, side in (
            ("control", str(index.data()), "accent" if selected else "text", Qt.AlignmentFlag.AlignTop),
            ("secondary", str(index.data(_ABOUT)), "text2", Qt.AlignmentFlag.AlignBottom),
        ):
            font = self._theme.font(role)
            painter.setFont(font)
            painter.setPen(self._theme.colour(token))
            shown = QFontMetrics(font).elidedText(words, Qt.TextElideMode.ElideRight, inside.width())
            painter.drawText(inside, side | Qt.AlignmentFlag.AlignLeft, shown)
        painter.restore()
