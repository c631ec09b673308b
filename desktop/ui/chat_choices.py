"""What a chat can be had with: the files that a new one asks, and the models to choose from."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from desktop.core.conversations import MessageState
from desktop.core.errors import DesksideError

if TYPE_CHECKING:
    from desktop.services.all import Services
    from desktop.services.models import Models
    from desktop.ui.message_view import AnswerMessage


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


def offer_other(
    answer: AnswerMessage, models: Models, changed: Callable[[], None], again: Callable[[str], None]
) -> None:
    """Where an answer failed because of the model that still is the chosen one: offer the last one that worked."""
    message = answer.message
    if message.state is not MessageState.FAILED or not message.model:
        return
    try:
        other = models.fallback() if message.model == models.current().name else None
    except DesksideError:
        return  # told where models are read

    def ask() -> None:
        if other is not None:
            models.use(other.id or other.path)
            changed()
            again(message.id)

    if other is not None:
        answer.end.offer_other(other.name, ask)


def offered_models(models: Models) -> tuple[list[tuple[str, str]], str, str]:
    """The path and name of each chat model, the path of the chosen one, and the host that it is asked at, or ''."""
    try:
        found = [(str(model.path), model.name) for model in models.chat_models()]
        chosen = models.current()
        return found, str(chosen.path), chosen.host if chosen.leaves else ""
    except DesksideError:
        # No model is there: that is said where it matters, when a question is asked.
        return [], "", ""
