"""What was said before in a chat: its questions, and the turns that a model is shown of it again."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

from desktop.core.chat_requests import ChatTurn
from desktop.core.conversations import Message, Role

_SMALL_TALK_LIST = """
hello hi hey thanks thank you ok okay great good morning evening afternoon bye goodbye cool nice perfect please
"""
_SMALL_TALK = frozenset(_SMALL_TALK_LIST.split())


def is_small_talk(text: str) -> bool:
    """Whether nothing is asked: "thanks"."""
    words = [word.strip("!.,?").lower() for word in text.split()]
    return len(words) <= 4 and all(word in _SMALL_TALK for word in words)


def questions_of(history: Sequence[Message]) -> Iterator[str]:
    """What was asked before."""
    for message in history:
        if message.role is Role.USER and not is_small_talk(message.text):
            yield message.text


def answered_pairs(history: Sequence[Message]) -> list[tuple[str, ChatTurn]]:
    """Questions with their answers and the ids of both.

    They are exactly as the model saw them, so that the prompt begins as the one before. A question without an answer
    (stopped or failed before its first word) is left out: many chat templates take nothing but pairs.
    """
    turns: list[tuple[str, ChatTurn]] = []
    for asked, answer in pairwise(history):
        if asked.role is Role.USER and answer.role is Role.ASSISTANT and answer.text:
            turns.append((asked.id, ChatTurn("user", asked.prompt or asked.text)))
            turns.append((answer.id, ChatTurn("assistant", answer.text)))
    return turns
