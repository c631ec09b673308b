"""How much sooner the second turn of a long conversation begins than the first: what was read is read once."""

from __future__ import annotations

import time

from desktop.core.events import Answer, Token
from desktop.services.all import Services
from tests.bench import texts
from tests.bench.measure import Figure, Options, median, say, services, spread

ROUNDS = 5
PROMPT_TOKENS = 2_000
TARGET = 0.25


def figures(options: Options) -> list[Figure]:
    """One line: the second turn's first token against the first's."""
    firsts: list[float] = []
    seconds: list[float] = []
    counts: set[int] = set()
    with services() as built:
        built.settings.use(answer_length=48)
        _asked(built, built.conversations.create().id, "Hello, who are you?")
        for number in range(ROUNDS):
            say(f"prefix: round {number + 1} of {ROUNDS}")
            chat = built.conversations.create().id
            text = texts.document(5_000 + number, PROMPT_TOKENS * 100 // 137)
            first, tokens = _asked(built, chat, f"{text}\n\nSum this up in one sentence.")
            second, _ = _asked(built, chat, "Which number stands in it?")
            firsts.append(first)
            seconds.append(second)
            counts.add(tokens)
    ratio = median([b / a for a, b in zip(firsts, seconds, strict=True)])
    return [
        Figure(
            "first token of the second turn against the first",
            f"≤ {TARGET}",
            f"{spread(seconds)} s against {spread(firsts)} s",
            f"{ratio:.3f}",
            ratio <= TARGET,
            f"prompts of {min(counts):,} to {max(counts):,} tokens, {ROUNDS} conversations",
        )
    ]


def _asked(built: Services, chat: str, question: str) -> tuple[float, int]:
    """Seconds from the question to the first token, and the tokens of the prompt."""
    start, first, tokens = time.perf_counter(), 0.0, 0
    for event in built.answering.ask(chat, question):
        if isinstance(event, Token):
            first = first or time.perf_counter() - start
        elif isinstance(event, Answer):
            tokens = event.message.timings.prompt_tokens
    return first, tokens
