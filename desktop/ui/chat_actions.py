"""What can be done with a chat from a menu: pin, put into a folder, export, import, and what lies in the trash."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QFileDialog, QMenu, QWidget

from desktop.core.conversations import Conversation, Message
from desktop.core.errors import DesksideError
from desktop.ui.theme import Theme
from desktop.ui.trash_dialog import TrashDialog

if TYPE_CHECKING:
    from desktop.services.all import Services
    from desktop.services.conversations import Conversations
    from desktop.ui.chat_page import ChatPage
    from desktop.ui.chat_view import ChatView


class ChatActions(QObject):
    """Does them with the services. `changed` says that the list of chats is another one now, `imported` which chat has
    come, `new_folder` the folder that wants a name."""

    rename = Signal(str)
    delete = Signal(str)
    changed = Signal()
    imported = Signal(str)
    new_folder = Signal(str)
    told = Signal(str)
    failed = Signal(object)

    def __init__(self, services: Services, theme: Theme, over: QWidget) -> None:
        super().__init__(over)
        self._services = services
        self._theme = theme
        self._over = over

    def fill(self, menu: QMenu, chat: Conversation) -> None:
        """The entries for a chat."""
        icon = self._theme.icon
        rename = menu.addAction(icon("pencil-simple"), self.tr("Rename"))
        rename.setShortcut("F2")
        rename.triggered.connect(lambda: self.rename.emit(chat.id))
        pin = menu.addAction(icon("push-pin"), self.tr("Unpin") if chat.pinned else self.tr("Pin"))
        pin.triggered.connect(lambda: self._change(lambda: self._chats.pin(chat.id, not chat.pinned)))
        folders = {one.folder for one in self._chats.list() if one.folder}
        self._add_folders(menu, chat, sorted(folders, key=str.casefold))
        self._add_formats(menu, chat)
        menu.addSeparator()
        delete = menu.addAction(icon("trash", "bad"), self.tr("Delete"))
        delete.triggered.connect(lambda: self.delete.emit(chat.id))

    def move(self, conversation_id: str, folder: str) -> None:
        """Put a chat into a folder, '' for none."""
        self._change(lambda: self._chats.move(conversation_id, folder))

    def rename_folder(self, folder: str, name: str) -> None:
        """Give a folder another name."""
        self._change(lambda: self._chats.rename_folder(folder, name))

    def export(self, chat: Conversation, kind: str) -> None:
        """Ask where to, and write the file."""
        from desktop.services.exporting import file_name

        name, _kind = QFileDialog.getSaveFileName(
            self._over, self.tr("Export the chat"), file_name(chat.title, kind), f"*.{kind}"
        )
        if not name:
            return
        path = Path(name)
        # A person who types another ending, or none, still gets the format that was chosen.
        path = path if path.suffix.lower() == f".{kind}" else path.with_name(f"{path.name}.{kind}")
        if self._do(lambda: self._services.exporting.export(chat.id, path)):
            self.told.emit(self.tr("Exported to {name}").replace("{name}", path.name))

    def import_chats(self) -> None:
        """Ask for files that were exported as JSON, and add their chats."""
        names, _kind = QFileDialog.getOpenFileNames(
            self._over, self.tr("Import chats"), "", self.tr("Chats (*.json)")
        )
        for name in names:
            try:
                chat = self._services.exporting.import_chat(Path(name))
            except DesksideError as error:
                self.failed.emit(error)
                continue
            self.changed.emit()
            self.imported.emit(chat.id)

    def open_trash(self) -> None:
        """Show the deleted chats."""
        dialog = TrashDialog(self._theme, self._chats.trash, self._over)
        dialog.restored.connect(lambda chat: self._change(lambda: self._chats.restore(chat)))
        dialog.purged.connect(lambda chat: self._change(lambda: self._chats.purge(chat)))
        dialog.emptied.connect(lambda: self._change(self._chats.empty_trash))
        dialog.open()
        dialog.finished.connect(dialog.deleteLater)

    def open_prompts(self, page: ChatPage) -> None:
        """Show the prompt library above the composer."""
        from desktop.ui.prompt_runs import open_prompts  # not when the window starts

        open_prompts(page, self._services, self._theme)

    def open_compare(self, view: ChatView, answer: Message | None) -> None:
        """Compare two answers to what stands in the composer, or another one with an answer of the chat."""
        from desktop.ui.compare_dialog import open_compare  # not when the window starts

        dialog = open_compare(self._services, self._theme, view, answer)
        if dialog is not None:
            dialog.chosen.connect(self.told)

    @property
    def _chats(self) -> Conversations:
        return self._services.conversations

    def _add_folders(self, menu: QMenu, chat: Conversation, folders: list[str]) -> None:
        under = menu.addMenu(self._theme.icon("folder"), self.tr("Move to folder"))
        under.setObjectName("chat_folders")
        for folder in folders:
            if folder != chat.folder:
                action = under.addAction(folder.replace("&", "&&"))
                action.triggered.connect(lambda _=False, f=folder: self.move(chat.id, f))
        new = under.addAction(self._theme.icon("folder-plus"), self.tr("New folder"))
        new.triggered.connect(lambda: self._move_to_new(chat, folders))
        if chat.folder:
            under.addSeparator()
            words = self.tr("Out of {name}").replace("{name}", chat.folder.replace("&", "&&"))
            under.addAction(words).triggered.connect(lambda: self.move(chat.id, ""))

    def _move_to_new(self, chat: Conversation, folders: list[str]) -> None:
        name, number = self.tr("New folder"), 2
        while name in folders:
            name, number = f"{self.tr('New folder')} {number}", number + 1
        if self._change(lambda: self._chats.move(chat.id, name)):
            self.new_folder.emit(name)

    def _add_formats(self, menu: QMenu, chat: Conversation) -> None:
        under = menu.addMenu(self._theme.icon("export"), self.tr("Export"))
        under.setObjectName("chat_export")
        for kind, words in (
            ("docx", self.tr("Word document")),
            ("html", self.tr("Web page")),
            ("md", self.tr("Markdown")),
            ("json", self.tr("Everything, to import again (JSON)")),
        ):
            under.addAction(words).triggered.connect(lambda _=False, k=kind: self.export(chat, k))

    def _change(self, action: Callable[[], object]) -> bool:
        done = self._do(action)
        self.changed.emit()
        return done

    def _do(self, action: Callable[[], object]) -> bool:
        try:
            action()
        except DesksideError as error:
            self.failed.emit(error)
            return False
        return True
