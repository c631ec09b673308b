"""What a chat can be had with: the files that a new one asks, and the models to choose from."""

from __future__ import annotations

from typing import TYPE_CHECKING

from desktop.core.errors import DesksideError

if TYPE_CHECKING:
    from desktop.services.all import Services
    from desktop.services.models import Models


def usual_collection(services: Services) -> str:
    """What a first chat asks: what the last one asked, else the newest files that there are; '' for none."""
    try:
        chats = list(services.conversations.list())
        collections = list(services.library.collections())
    except DesksideError:
        return ""  # told when the page reads them anew
    if chats:
        return str(chats[0].collection_id)
    return str(max(collections, key=lambda one: one.created).id) if collections else ""


def offered_models(models: Models) -> tuple[list[tuple[str, str]], str, str]:
    """The path and name of each chat model, the path of the chosen one, and the host that it is asked at, or ''."""
    try:
        found = [(str(model.path), model.name) for model in models.chat_models()]
        chosen = models.current()
        return found, str(chosen.path), chosen.host if chosen.leaves else ""
    except DesksideError:
        # No model is there: that is said where it matters, when a question is asked.
        return [], "", ""
