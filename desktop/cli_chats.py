"""The command about chats: list, export, import."""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable
from pathlib import Path

from desktop.cli_commands import DONE, services
from desktop.cli_output import emit
from desktop.core.conversations import Conversation
from desktop.core.errors import UserError
from desktop.services.all import Services
from desktop.services.exporting import file_name

_SHORT_ID = 8


def chats(options: argparse.Namespace) -> int:
    """List the chats or what is said in them, write one to a file, or add those of files."""
    actions: dict[str, Callable[[Services, argparse.Namespace], None]] = {
        "list": _list,
        "export": _export,
        "import": _import,
    }
    with services() as built:
        actions[options.action](built, options)
    return DONE


def _list(built: Services, options: argparse.Namespace) -> None:
    text = " ".join(options.what)
    if not text:
        for chat in built.conversations.list():
            emit(options, _row(chat), _words(chat))
        return
    for found in built.conversations.find(text):
        row: dict[str, object] = {
            "chat": found.conversation_id,
            "title": found.title,
            "message": found.message_id,
            "role": found.role.value,
            "excerpt": found.excerpt,
            "marks": [list(mark) for mark in found.marks],
        }
        emit(options, row, f"{found.title}: {found.excerpt}")


def _export(built: Services, options: argparse.Namespace) -> None:
    if not options.what:
        raise UserError("There is nothing to export.", "Name a chat as `deskside chats list` does.")
    chat = _named(built, " ".join(options.what))
    path = options.out or Path(file_name(chat.title, "md"))
    built.exporting.export(chat.id, path)
    emit(options, {**_row(chat), "path": str(path)}, f"Wrote {path}")


def _import(built: Services, options: argparse.Namespace) -> None:
    if not options.what:
        raise UserError("There is nothing to import.", "Name files that `deskside chats export` has written.")
    for name in options.what:
        chat = built.exporting.import_chat(Path(name))
        emit(options, {**_row(chat), "path": name}, f"Added {_words(chat)}")


def _named(built: Services, wanted: str) -> Conversation:
    """A chat by its id, its whole title, or the beginning of one title alone."""
    found = built.conversations.list()
    folded = wanted.casefold()
    for chosen in (
        [
            chat
            for chat in found
            if (len(wanted) >= 8 and chat.id.startswith(wanted)) or chat.title.casefold() == folded
        ],
        [chat for chat in found if chat.title.casefold().startswith(folded)],
    ):
        if len(chosen) == 1:
            return chosen[0]
        if chosen:
            raise UserError(
                f"{len(chosen)} chats are called so.", "Name one by its id: `deskside chats list`."
            )
    raise UserError(f"There is no chat called {wanted}.", "`deskside chats list` names them.")


def _row(chat: Conversation) -> dict[str, object]:
    return {
        "id": chat.id,
        "title": chat.title,
        "updated": round(chat.updated, 3),
        "pinned": chat.pinned,
        "folder": chat.folder,
    }


def _words(chat: Conversation) -> str:
    day = time.strftime("%Y-%m-%d %H:%M", time.localtime(chat.updated))
    return f"{chat.id[:_SHORT_ID]}  {day}  {chat.title or 'New chat'}"
