"""The keys of the chat page."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtGui import QKeySequence, QShortcut

if TYPE_CHECKING:
    from desktop.ui.chat_page import ChatPage


def add_keys(page: ChatPage) -> None:
    """Ctrl+N for a new chat, Ctrl+F to search, Ctrl+L to write, F2 to rename."""

    def new() -> None:
        page.begin()
        page.new_chat()

    def write() -> None:
        page.begin()
        page.view.composer.field.setFocus()

    for keys, action in (
        (QKeySequence(QKeySequence.StandardKey.New), new),
        (QKeySequence(QKeySequence.StandardKey.Find), page.open_search),
        (QKeySequence("Ctrl+L"), write),
        (QKeySequence("F2"), page.rename_current),
    ):
        QShortcut(keys, page).activated.connect(action)
