"""How many tokens are read again: at the second turn, back in an earlier branch, and back in another chat."""

from __future__ import annotations

from desktop.core.conversations import Message, Role
from desktop.core.events import Answer
from desktop.services.all import Services
from tests.bench import texts
from tests.bench.measure import Figure, Options, services

WORDS = 1500


def figures(options: Options) -> list[Figure]:
    """A line for each way back: tokens processed against tokens that are new."""
    with services() as built:
        built.settings.use(answer_length=48, context_size=8192)
        chat = built.conversations.create().id
        long = texts.document(7, WORDS)
        first = _asked(built, chat, f"{long}\n\nSum this up in one sentence.")
        second = _asked(built, chat, "Which number stands in it?")
        lines = [_line("second turn of a long conversation", first, second)]
        question = next(one for one in reversed(_shown(built, chat)) if one.role is Role.USER)
        for event in built.answering.edit(question.id, f"{texts.document(8, 200)}\n\nAnd what is this?"):
            assert not isinstance(event, Answer) or event.message.text
        other = built.conversations.create().id
        apart = _asked(built, other, f"{texts.document(9, 400)}\n\nSum this up in one sentence.")
        built.conversations.show_branch(second.id)
        back = _asked(built, chat, "And who wrote it?")
        lines.append(
            _line("going back to an earlier branch, after another branch and another chat", second, back)
        )
        again = _asked(built, other, "And who wrote it?")
        lines.append(_line("going back to another chat", apart, again))
        return lines


def _line(what: str, before: Message, now: Message) -> Figure:
    """New is what the prompt has more than the prompt before with its answer."""
    read = now.timings.prompt_tokens - now.timings.reused_tokens
    new = now.timings.prompt_tokens - before.timings.prompt_tokens - before.timings.answer_tokens
    return Figure(
        f"{what}: tokens processed",
        "≤ the new ones",
        f"{read} of {now.timings.prompt_tokens:,}; {new} are new",
        f"{read / new:.2f}",
        read <= new,
        f"first token after {now.timings.first_token:.2f} s; {now.timings.reused_tokens:,} tokens reused",
    )


def _asked(built: Services, chat: str, question: str) -> Message:
    return next(event.message for event in built.answering.ask(chat, question) if isinstance(event, Answer))


def _shown(built: Services, chat: str) -> list[Message]:
    return list(built.conversations.messages(chat))
