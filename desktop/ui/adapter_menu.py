"""The part of the model menu that switches LoRA adapters on and off for the open chat, each with a strength."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QAction, QActionGroup
from PySide6.QtWidgets import QMenu

from desktop.core.chat_requests import AdapterUse
from desktop.core.conversations import Conversation
from desktop.core.errors import DesksideError
from desktop.core.models import ModelSpec

if TYPE_CHECKING:
    from desktop.services.all import Services
    from desktop.ui.chat_header import ChatHeader
    from desktop.ui.chat_view import ChatView

STRENGTHS = (0.25, 0.5, 0.75, 1.0, 1.25, 1.5, 2.0)


class AdapterMenu(QObject):
    """What is chosen is kept with the chat; what is chosen for a new chat comes into it with its first question."""

    failed = Signal(object)

    def __init__(
        self, services: Services, header: ChatHeader, view: ChatView, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._services = services
        self._header = header
        self._view = view
        self._waiting: tuple[AdapterUse, ...] = ()
        header.models_asked.connect(self.fill)
        view.started.connect(self.started)

    def chosen(self) -> tuple[AdapterUse, ...]:
        """The adapters of the open chat."""
        chat = self._view.conversation
        found = self._services.conversations.get(chat.id) if chat else None
        return found.adapters if found else self._waiting

    def show(self) -> None:
        """Tell in the head of the page how many of them the current model uses."""
        try:
            on = len(self._services.models.switched_on(self.chosen()))
        except DesksideError:
            on = 0  # told where models are read
        self._header.set_adapters(on)

    def fill(self, menu: QMenu) -> None:
        """Add a submenu for each adapter of the current model; nothing where it has none."""
        try:
            adapters = self._services.models.adapters()
            strengths = {one.path: one.strength for one in self.chosen()}
        except DesksideError as error:
            self.failed.emit(error)
            return
        if adapters:
            menu.addSection(self.tr("Adapters in this chat"))
        for number, adapter in enumerate(adapters):
            self._add(menu, adapter, strengths.get(adapter.path, 0.0), number)

    def started(self, conversation: Conversation) -> None:
        """A new chat is stored: what was chosen for it is kept with it."""
        if self._waiting:
            waiting, self._waiting = self._waiting, ()
            self._keep(conversation.id, waiting)

    def opened(self) -> None:
        """Another chat is shown: what was chosen for one that never began is forgotten."""
        self._waiting = ()
        self.show()

    def _add(self, menu: QMenu, adapter: ModelSpec, strength: float, number: int) -> None:
        shown = self.tr("off") if not strength else f"{strength:.0%}"
        inner = menu.addMenu(f"{adapter.name}: {shown}".replace("&", "&&"))
        inner.setObjectName(f"adapter_menu_{number}")
        inner.menuAction().setObjectName(f"adapter_{number}")
        group = QActionGroup(inner)
        for value in (0.0, *STRENGTHS):
            action = QAction(self.tr("Off") if not value else self._words(value), inner)
            action.setCheckable(True)
            action.setChecked(value == strength)
            action.triggered.connect(lambda _=False, v=value, p=adapter.path: self.choose(p, v))
            group.addAction(action)
            inner.addAction(action)

    def _words(self, value: float) -> str:
        percent = f"{value:.0%}"
        return self.tr("{percent}, as trained").replace("{percent}", percent) if value == 1.0 else percent

    def choose(self, path: str, strength: float) -> None:
        """Have an adapter on with this strength, off with 0."""
        others = tuple(one for one in self.chosen() if one.path != path)
        adapters = (*others, AdapterUse(path, strength)) if strength else others
        chat = self._view.conversation
        if chat is None:
            self._waiting = adapters
        else:
            self._keep(chat.id, adapters)
        self.show()

    def _keep(self, chat: str, adapters: tuple[AdapterUse, ...]) -> None:
        try:
            self._services.conversations.set_adapters(chat, adapters)
        except DesksideError as error:
            self.failed.emit(error)
