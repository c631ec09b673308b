"""The command that compares: one question to two models, instructions or presets."""

from __future__ import annotations

import argparse
from functools import partial
from itertools import zip_longest

from desktop.cli_ask import DONE, USER_ERROR, chosen_model
from desktop.cli_commands import services
from desktop.cli_interrupt import stoppable
from desktop.cli_output import emit, tell
from desktop.core.conversations import Message, MessageState
from desktop.core.errors import UserError
from desktop.core.events import Answer
from desktop.services.all import Services
from desktop.services.comparing import Side, SideEvent


def compare(options: argparse.Namespace) -> int:
    """Ask each side, print its answer, and go on with the better one where it is named."""
    with services() as built:
        sides = _sides(built, options)
        if options.better and not 1 <= options.better <= len(sides):
            raise UserError(f"There is no side {options.better}.", f"Name one of 1 to {len(sides)}.")
        collection = built.library.named(options.collection).id if options.collection else ""
        chat = built.conversations.create(collection)
        answers: dict[int, Message] = {}
        try:
            asked = partial(built.comparing.compare, chat.id, options.question, sides)
            for event in stoppable(asked):
                if isinstance(event, SideEvent) and isinstance(event.event, Answer):
                    answers[event.side] = event.event.message
                    _print(options, event.side, sides[event.side], event.event.message)
            if options.better and (better := answers.get(options.better - 1)) is not None:
                built.comparing.choose(better, [one for one in answers.values() if one is not better])
                tell(f"Side {options.better} goes on as a chat, and the choice is kept.")
        finally:
            if not options.better:
                built.conversations.delete(chat.id)  # a question of a script is not a chat to come back to
    failed = any(one.state is MessageState.FAILED for one in answers.values())
    return USER_ERROR if failed or len(answers) < len(sides) else DONE


def _sides(built: Services, options: argparse.Namespace) -> list[Side]:
    """The sides in the order of their options; one that is named once is the same on all."""
    named = (options.model, options.system, options.preset)
    count = max(map(len, named))
    rows = zip_longest(*(values * count if len(values) == 1 else values for values in named), fillvalue="")
    return [
        Side(
            " · ".join(filter(None, row)) or "as set",
            chosen_model(built, row[0]) if row[0] else None,
            row[1],
            row[2],
        )
        for row in list(rows)[:count]
    ]


def _print(options: argparse.Namespace, number: int, side: Side, message: Message) -> None:
    row: dict[str, object] = {
        "side": number + 1,
        "name": side.name,
        "model": message.model,
        "answer": message.text,
        "state": message.state.value,
        "tokens_per_second": round(message.timings.tokens_per_second, 3),
        "seconds": round(message.timings.total, 3),
        **({"error": message.note} if message.state is MessageState.FAILED else {}),
    }
    emit(options, row, f"{number + 1}. {side.name}\n{message.text or message.note}\n")
