"""How a question is asked where that is not as usual: with instructions, examples and a form of its own."""

from __future__ import annotations

from dataclasses import dataclass

from desktop.core.answer_table import Form
from desktop.core.chat_requests import ChatTurn


@dataclass(frozen=True)
class Manner:
    """Instructions ("" for the usual ones), few-shot examples as turns, and the form that the answer must keep to.

    `name` is that of the prompt of the library that it is from, or "", and `filled` what was put in for its variables,
    as (label, value), shortened to be shown. `alone` says that the question is complete in itself: nothing is searched
    for it, and what was said before is not shown to the model. `note` is what to know of the answer before it is there.
    """

    system: str
    opening: tuple[ChatTurn, ...] = ()
    form: Form | None = None
    alone: bool = True
    name: str = ""
    filled: tuple[tuple[str, str], ...] = ()
    note: str = ""

    def shown(self) -> Manner | None:
        """What a question shows of it: which prompt was run, and with what; None where it is from none."""
        return Manner("", name=self.name, filled=self.filled) if self.name else None
