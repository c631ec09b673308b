"""How a question is asked where that is not as usual: with instructions, examples and a form of its own."""

from __future__ import annotations

from dataclasses import dataclass

from desktop.core.answer_table import Form
from desktop.core.chat_requests import ChatTurn


@dataclass(frozen=True)
class Manner:
    """Instructions ("" for the usual ones), few-shot examples as turns, and the form that the answer must keep to.

    `name` is that of the prompt of the library that it is from, or "". `alone` says that the question is complete in
    itself: nothing is searched for it, and what was said before is not shown to the model.
    """

    system: str
    opening: tuple[ChatTurn, ...] = ()
    form: Form | None = None
    alone: bool = True
    name: str = ""
