"""The head of the chat page: the chat's title, the model that answers, and what can be done with the chat."""

from __future__ import annotations

from PySide6.QtCore import QPoint, Signal
from PySide6.QtGui import QAction, QActionGroup
from PySide6.QtWidgets import QFrame, QHBoxLayout, QMenu, QWidget

from desktop.ui.menu_button import MenuButton
from desktop.ui.theme import Theme
from desktop.ui.widgets import Chip, ElidedLabel, IconButton, menu

_HEIGHT = 56


class ChatHeader(QFrame):
    """Tells what was asked for; the page does it."""

    more_asked = Signal(object)
    show_side = Signal()
    show_sources = Signal()
    models_asked = Signal(object)
    model_chosen = Signal(str)
    see_models = Signal()
    compare_asked = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._models: list[tuple[str, str]] = []
        self._model = ""
        self._adapters = 0
        self._has_chat = False
        self.setObjectName("chat_header")
        self.setProperty("kind", "header")
        self.setFixedHeight(_HEIGHT)
        row = QHBoxLayout(self)
        row.setContentsMargins(28, 0, 16, 0)
        row.setSpacing(8)
        self.side_button = IconButton(theme, "list", self.tr("Your chats"), name="show_chats")
        self.side_button.clicked.connect(self.show_side)
        self.side_button.hide()
        row.addWidget(self.side_button)
        self.title = ElidedLabel("", "answer")
        self.title.setStyleSheet("font-weight: 600;")
        self.title.setObjectName("chat_title")
        row.addWidget(self.title, 1)
        self.leaves = Chip(theme, "warn", self.tr("Leaves this computer"), self)
        self.leaves.setObjectName("model_leaves")
        self.leaves.hide()
        row.addWidget(self.leaves)
        self._model_button = MenuButton(theme, "", name="choose_model")
        self._model_button.clicked.connect(self._open_models)
        row.addWidget(self._model_button)
        self.sources_button = IconButton(theme, "quotes", self.tr("Show the sources"), name="show_sources")
        self.sources_button.clicked.connect(self.show_sources)
        self.sources_button.hide()
        row.addWidget(self.sources_button)
        self.more = IconButton(theme, "dots-three", self.tr("More for this chat"), name="chat_more")
        self.more.clicked.connect(self._open_more)
        row.addWidget(self.more)

    def set_title(self, title: str, has_chat: bool) -> None:
        """Show the title; without a stored chat there is nothing to rename or delete."""
        self.title.set_text(title)
        self._has_chat = has_chat
        self.more.setVisible(has_chat)

    def set_models(self, models: list[tuple[str, str]], current: str, host: str = "") -> None:
        """`models` are paths and names, `current` is a path; `host` is where what is asked is sent, '' for nowhere."""
        self.leaves.setVisible(bool(host))
        words = self.tr("What you ask, with what is quoted and attached, is sent to {host}").replace(
            "{host}", host
        )
        self.leaves.setToolTip(words)
        self.leaves.setAccessibleDescription(words if host else "")
        self._models = models
        self._model = current
        self._show_model()

    def set_adapters(self, number: int) -> None:
        """Tell behind the model's name how many adapters are on."""
        self._adapters = number
        self._show_model()

    def _show_model(self) -> None:
        name = next((name for path, name in self._models if path == self._model), "")
        if name and self._adapters:
            on = self.tr("1 adapter") if self._adapters == 1 else self.tr("{n} adapters")
            name = f"{name} + {on}".replace("{n}", str(self._adapters))
        self._model_button.set_words(name.replace("&", "&&"))
        self._model_button.setAccessibleName(self.tr("Model: {name}").replace("{name}", name))
        self._model_button.setVisible(bool(name))

    def _open_models(self) -> None:
        made = menu(self, "model_menu")
        group = QActionGroup(made)
        for path, name in self._models:
            action = QAction(name.replace("&", "&&"), made)
            action.setCheckable(True)
            action.setChecked(path == self._model)
            action.triggered.connect(lambda _=False, p=path: self.model_chosen.emit(p))
            group.addAction(action)
            made.addAction(action)
        self.models_asked.emit(made)
        made.addSeparator()
        compare = made.addAction(self._theme.icon("columns"), self.tr("Compare two answers"))
        compare.triggered.connect(self.compare_asked)
        made.addAction(self._theme.icon("cube"), self.tr("See more models")).triggered.connect(
            self.see_models
        )
        self._popup(made, self._model_button)

    def _open_more(self) -> None:
        made = menu(self, "chat_more_menu")
        self.more_asked.emit(made)
        self._popup(made, self.more)

    def _popup(self, made: QMenu, below: QWidget) -> None:
        width = made.sizeHint().width()
        made.popup(below.mapToGlobal(QPoint(below.width() - width, below.height() + 4)))
