"""Lets the model write: the turns that fit its context, and its words as they come, checked and kept."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from desktop.core.cancel import CancelToken
from desktop.core.chat_requests import (
    ChatTurn,
    CountTokens,
    Generate,
    Generated,
    GeneratedText,
    PromptRead,
    Sampling,
    TokenCounts,
)
from desktop.core.conversations import ContextUse
from desktop.core.documents import Source
from desktop.core.errors import UserError
from desktop.core.events import Event, Token
from desktop.core.prompts import TURN_OVERHEAD, excerpt_line, first_kept, fit_excerpts, question_with_quotes
from desktop.engines.process import EngineLink, call
from desktop.services.drafts import Draft
from desktop.services.models import Models
from desktop.services.proving import Prover
from desktop.services.settings import SettingsService

SAVE_SECONDS = 1.0
"""How often a streaming answer is kept, so that little of it is lost with the power."""
EXCERPTS_SHARE = 2 / 3
"""How much of the room for excerpts and history the excerpts may take."""


@dataclass(frozen=True)
class Asked:
    """What goes into a prompt: the instructions, what stands before the history, the history, and the question."""

    system: str
    question: str
    opening: tuple[ChatTurn, ...] = ()
    history: tuple[ChatTurn, ...] = ()
    excerpts: tuple[Source, ...] = ()


@dataclass(frozen=True)
class Prompt:
    """What the model is given: the turns, the text of the last of them, and what of its context that fills."""

    turns: tuple[ChatTurn, ...]
    last: str
    use: ContextUse


@dataclass(frozen=True)
class Writer:
    """The chat model with its context and its settings."""

    chat: EngineLink
    models: Models
    settings: SettingsService

    def prompt(self, asked: Asked, cancel: CancelToken) -> Prompt:
        """The turns that fit the context. Raises UserError where none do."""
        lines = [excerpt_line(one) for one in asked.excerpts]
        contents = [turn.content for turn in (*asked.opening, *asked.history)]
        counts, whole = self._counted([asked.system, asked.question, *lines, *contents], cancel)
        room = whole - self._reserve(whole)
        of_excerpts = counts[2 : 2 + len(lines)]
        of_opening = counts[2 + len(lines) : 2 + len(lines) + len(asked.opening)]
        of_history = counts[2 + len(lines) + len(asked.opening) :]
        room -= sum(counts[:2]) + sum(of_opening) + TURN_OVERHEAD * (4 + len(asked.opening))
        if room < 0:
            raise UserError(
                "Your question is longer than the model's memory.",
                "Shorten it, or add the text as a file and ask.",
            )
        fitting = fit_excerpts(of_excerpts, int(room * EXCERPTS_SHARE)) if lines else 0
        taken = asked.excerpts[:fitting]
        last = question_with_quotes(asked.question, taken) if taken else asked.question
        used = sum(of_excerpts[:fitting]) + TURN_OVERHEAD * fitting
        first = first_kept(of_history, room - used)
        kept = asked.history[first:]
        turns = (ChatTurn("system", asked.system), *asked.opening, *kept, ChatTurn("user", last))
        reserve = self._reserve(whole)
        use = ContextUse(
            whole, counts[0], used + sum(of_opening), sum(of_history[first:]), counts[1], reserve, first
        )
        return Prompt(turns, last, use)

    def count(self, texts: Sequence[str], cancel: CancelToken) -> tuple[tuple[int, ...], int]:
        """The tokens of texts, and how many a prompt may have beside the room for an answer."""
        counts, whole = self._counted(texts, cancel)
        return counts, whole - self._reserve(whole)

    def _counted(self, texts: Sequence[str], cancel: CancelToken) -> tuple[tuple[int, ...], int]:
        """The tokens of texts, and how many the model can see at once."""
        counted = call(self.chat, TokenCounts, CountTokens(self.models.to_load(), tuple(texts)), cancel)
        return counted.counts, counted.context_size

    def _reserve(self, whole: int) -> int:
        """Tokens that are kept free for the answer."""
        return min(self.settings.current.answer_length, whole // 3)

    def write(
        self,
        draft: Draft,
        turns: tuple[ChatTurn, ...],
        prover: Prover,
        save: Callable[[Draft], None],
        cancel: CancelToken,
        sampling: Sampling,
    ) -> Iterator[Event]:
        """The model's words, appended to the draft; yields Token and SentenceChecked, but for the second look."""
        draft.sentences, draft.proofs = prover.sentences, prover.proofs
        draft.model, draft.sampling = self.models.current().name, sampling
        saved = time.monotonic()
        for message in self.chat.request(Generate(self.models.to_load(), turns, sampling), cancel):
            if isinstance(message, GeneratedText):
                draft.wrote(message.text)
                yield Token(message.text)
                yield from prover.add(message.text)
                if time.monotonic() - saved > SAVE_SECONDS:
                    save(draft)
                    saved = time.monotonic()
            elif isinstance(message, PromptRead):
                draft.prompt_tokens, draft.reused_tokens = message.tokens, message.reused
            elif isinstance(message, Generated):
                draft.tokens = message.tokens
                limit = "" if message.reason == "stop" else "The answer reached its length limit."
                draft.note = " ".join(filter(None, (limit, forgotten(draft.context))))
        yield from prover.rest()

    def sampling(self, seed: int = 0) -> Sampling:
        """As the person has set it."""
        current = self.settings.current
        return Sampling(
            temperature=current.temperature,
            top_k=current.top_k,
            top_p=current.top_p,
            typical_p=current.typical_p,
            presence_penalty=current.presence_penalty,
            frequency_penalty=current.frequency_penalty,
            min_p=current.min_p,
            repeat_penalty=current.repeat_penalty,
            seed=seed or current.seed,
            max_tokens=current.answer_length,
        )


def forgotten(use: ContextUse) -> str:
    """What is to be said where the model did not see the whole chat; '' where it did."""
    if not use.left_out:
        return ""
    questions = use.left_out // 2
    first = (
        "first question and its answer were"
        if questions == 1
        else f"first {questions} questions and answers were"
    )
    return f"The chat is longer than the model's memory: its {first} not seen for this answer."
