"""Lets the model write: the turns that fit its context, and its words as they come, checked and kept."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace

from desktop.core.cancel import CancelToken
from desktop.core.chat_requests import (
    AdapterUse,
    ChatTurn,
    CountTokens,
    Generate,
    Generated,
    GeneratedText,
    Picture,
    PromptRead,
    Sampling,
    TokenCounts,
)
from desktop.core.conversations import ContextUse
from desktop.core.documents import Source
from desktop.core.errors import EngineCrashed, EngineOutOfMemory, EngineTimeout, ModelError, UserError
from desktop.core.events import Event, Token
from desktop.core.prompts import (
    TURN_OVERHEAD,
    excerpt_line,
    first_kept,
    first_seen,
    fit_excerpts,
    question_with_quotes,
    shortened,
)
from desktop.engines.process import EngineLink, call
from desktop.services.drafts import Draft
from desktop.services.models import Models
from desktop.services.proving import Prover
from desktop.services.settings import SettingsService

SAVE_SECONDS = 1.0
"""How often a streaming answer is kept, so that little of it is lost with the power."""
LEAST_QUESTION = 40
"""Characters of a question below which a beginning and an end say nothing."""
EXCERPTS_SHARE = 2 / 3
"""How much of the room for excerpts and history the excerpts may take."""


@dataclass(frozen=True)
class Asked:
    """What goes into a prompt: the instructions, what stands before the history, the history, and the question.

    `ids` are the messages that the turns of the history are from, `id` is that of the question. `recalled` stands in
    the place of what was left out before it. `seen_from` is the index of the first turn that the answer before saw, and
    how large its memory was.
    """

    system: str
    question: str
    opening: tuple[ChatTurn, ...] = ()
    history: tuple[ChatTurn, ...] = ()
    excerpts: tuple[Source, ...] = ()
    ids: tuple[str, ...] = ()
    recalled: tuple[ChatTurn, ...] = ()
    seen_from: tuple[int, int] = (0, 0)
    id: str = ""


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

    def using(self, model: str) -> Writer:
        """The same with another model, by what Settings hold."""
        return replace(self, models=self.models.choosing(model))

    def prompt(self, asked: Asked, cancel: CancelToken, spare: int = 0) -> Prompt:
        """The turns that fit the context, `spare` tokens left free where some do not. Raises UserError where none do.

        A question that is longer than the context is shortened to its beginning and its end.
        """
        lines = [excerpt_line(one) for one in asked.excerpts]
        before = (*asked.opening, *asked.recalled)
        texts = [asked.system, asked.question, *lines]
        counts, whole = self._counted([*texts, *(turn.content for turn in (*before, *asked.history))], cancel)
        reserve = self._reserve(whole)
        of_excerpts, rest = counts[2 : len(texts)], counts[len(texts) :]
        of_before, of_history = rest[: len(before)], rest[len(before) :]
        room = whole - reserve - counts[0] - sum(of_before) - TURN_OVERHEAD * (4 + len(before))
        question, long = self._fitting(asked.question, counts[1], room - sum(of_excerpts[:1]), cancel)
        room -= min(long, counts[1])
        fitting = fit_excerpts(of_excerpts, int(room * EXCERPTS_SHARE)) if lines else 0
        taken = asked.excerpts[:fitting]
        last = question_with_quotes(question, taken) if taken else question
        used = sum(of_excerpts[:fitting]) + TURN_OVERHEAD * fitting
        first = self._cut(asked, of_history, room - used, spare, whole)
        turns = (ChatTurn("system", asked.system), *before, *asked.history[first:], ChatTurn("user", last))
        history = sum(of_history[first:]) + sum(of_before[len(asked.opening) :])
        use = ContextUse(
            whole,
            counts[0],
            used + sum(of_before[: len(asked.opening)]),
            history,
            long,
            reserve,
            first,
            first_seen=(*asked.ids, asked.id)[first] if first else "",
            whole_question=counts[1] if long < counts[1] else 0,
            passages=fitting,
            passages_left_out=len(lines) - fitting,
        )
        return Prompt(turns, last, use)

    def _cut(self, asked: Asked, counts: Sequence[int], room: int, spare: int, whole: int) -> int:
        """Index of the first turn that is seen; that of the answer before, as long as the memory is the same."""
        before, size = asked.seen_from
        if before and size == whole:
            return first_seen(counts, room - spare, before)
        return first_kept(counts, room - spare) if first_kept(counts, room) else 0

    def _fitting(self, question: str, count: int, room: int, cancel: CancelToken) -> tuple[str, int]:
        """The question, or its beginning and its end where it is longer than `room` tokens, and its tokens."""
        share = 1.0
        text, tokens = question, count
        while tokens > room:
            share *= 0.95 * room / tokens
            if share * len(question) < LEAST_QUESTION:
                raise UserError(
                    "Your question is longer than the model's memory.",
                    "Shorten it, or add the text as a file and ask.",
                )
            text = shortened(question, share)
            tokens = self._counted([text], cancel)[0][0]
        return text, tokens

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
        schema: str = "",
        adapters: tuple[AdapterUse, ...] = (),
        pictures: tuple[Picture, ...] = (),
    ) -> Iterator[Event]:
        """The model's words, appended to the draft; yields Token and SentenceChecked, but for the second look."""
        draft.sentences, draft.proofs = prover.sentences, prover.proofs
        draft.model, draft.sampling, draft.sent = self.models.current().name, sampling, turns
        saved, before = time.monotonic(), len(draft.text)
        on = self.models.switched_on(adapters)
        request = Generate(self.models.to_load(), turns, sampling, schema, adapters=on, pictures=pictures)
        for message in self.chat.request(request, cancel):
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
                self.models.has_answered()
                limit = "" if message.reason == "stop" else "The answer reached its length limit."
                draft.note = " ".join(filter(None, (limit, forgotten(draft.context))))
        draft.said = draft.text[before:]
        yield from prover.rest()

    @contextmanager
    def failing(self, draft: Draft) -> Iterator[None]:
        """Within it, a model that does not load or dies is named in the draft, and the error says which one works."""
        try:
            yield
        except (ModelError, EngineCrashed, EngineTimeout, EngineOutOfMemory) as error:
            draft.model = self.models.current().name
            other = self.models.fallback()
            if other is not None:
                error.todo = f"{error.todo} {other.name} can answer in its place.".strip()
            raise

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
    """What is to be said where the model did not see the whole chat or the whole question; '' where it did.

    What is missing is in `use.summary` where that is there: the marker in the chat says so.
    """
    said = []
    if use.whole_question:
        percent = max(round(100 * use.question / use.whole_question), 1)
        said.append(
            "Your message is longer than the model's memory: it saw its beginning and its end, "
            f"{percent} % of it."
        )
    if use.left_out and not use.summary:
        questions = use.left_out // 2
        first = (
            "first question and its answer were"
            if questions == 1
            else f"first {questions} questions and answers were"
        )
        said.append(f"The chat is longer than the model's memory: its {first} not seen for this answer.")
    return " ".join(said)
