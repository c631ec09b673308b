"""Asking: find, quote, let the model speak, check each sentence, keep everything."""

from __future__ import annotations

import time
import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from desktop.core.cancel import CancelToken
from desktop.core.conversations import (
    AnswerSentence,
    Conversation,
    Grounding,
    Message,
    MessageState,
    Role,
    Timings,
)
from desktop.core.documents import Source
from desktop.core.errors import Cancelled, DesksideError, UserError
from desktop.core.events import Answer, ConversationRenamed, Event, Found, SentenceChecked, Token
from desktop.core.grounding import MAYBE_FROM, SAME_MEANING, Checker
from desktop.core.prompts import (
    CHAT_SYSTEM,
    FILES_SYSTEM,
    TURN_OVERHEAD,
    excerpt_line,
    first_kept,
    fit_excerpts,
    question_with_quotes,
    title_from,
)
from desktop.core.requests import (
    ChatTurn,
    Compare,
    CountTokens,
    Generate,
    Generated,
    GeneratedText,
    PromptRead,
    Sampling,
    Similarities,
    TokenCounts,
)
from desktop.core.text import clean
from desktop.engines.process import EngineLink, call
from desktop.services.models import Models
from desktop.services.searching import Searching
from desktop.services.settings import SettingsService
from desktop.store.conversations import ConversationStore

SAVE_SECONDS = 1.0
"""How often a streaming answer is kept, so that little of it is lost with the power."""
NOT_FOUND = "Your files do not say this."
_SMALL_TALK_LIST = """
hello hi hey thanks thank you ok okay great good morning evening afternoon bye goodbye cool nice perfect please
"""
_SMALL_TALK = frozenset(_SMALL_TALK_LIST.split())


@dataclass(frozen=True)
class Answering:
    """Answers questions in conversations. Each method is a generator of events; see `ask`."""

    store: ConversationStore
    searching: Searching
    chat: EngineLink
    models: Models
    settings: SettingsService

    def ask(
        self,
        conversation_id: str,
        question: str,
        cancel: CancelToken | None = None,
        *,
        document_ids: Sequence[str] = (),
        system: str = "",
    ) -> Iterator[Event]:
        """Store the question and answer it, from some documents of the collection alone where they are named.

        Yields Found, then Token and SentenceChecked as the model writes, ConversationRenamed after a first question,
        and Answer last: its message is COMPLETE, STOPPED (cancelled) or FAILED (its note says why); what had streamed
        is in it. Raises UserError for an empty question and StorageError when nothing can be kept.
        """
        words = clean(question).strip()
        if not words:
            raise UserError("There is no question yet.", "Write one, then send it.")
        conversation = self._conversation(conversation_id)
        history = self.store.messages(conversation_id)
        asked = _message(conversation_id, Role.USER, words)
        self.store.save(asked)
        if not history and not conversation.named_by_person:
            title = title_from(words)
            self.store.rename(conversation_id, title, by_person=False)
            yield ConversationRenamed(conversation_id, title)
        turn = _Turn(conversation, history, asked, 0, tuple(document_ids), system)
        yield from self._answer(turn, cancel or CancelToken())

    def regenerate(self, conversation_id: str, cancel: CancelToken | None = None) -> Iterator[Event]:
        """Answer the last question again, with another seed; the answer before is hidden, not lost."""
        conversation = self._conversation(conversation_id)
        messages = self.store.messages(conversation_id)
        last = next((n for n in range(len(messages) - 1, -1, -1) if messages[n].role is Role.USER), None)
        if last is None:
            raise UserError("There is no question to answer again.")
        if last + 1 < len(messages):
            self.store.hide_from(messages[last + 1].id)
        turn = _Turn(conversation, messages[:last], messages[last], seed=1 + int(time.time()))
        yield from self._answer(turn, cancel or CancelToken())

    def edit(self, message_id: str, question: str, cancel: CancelToken | None = None) -> Iterator[Event]:
        """Put another question in the place of one; that one and all after it are hidden, not lost."""
        message = self.store.message(message_id)
        if message is None or message.role is not Role.USER:
            raise UserError("This question is not there any more.")
        if not question.strip():
            raise UserError("There is no question yet.", "Write one, then send it.")
        self.store.hide_from(message_id)
        yield from self.ask(message.conversation_id, question, cancel)

    def _conversation(self, conversation_id: str) -> Conversation:
        conversation = self.store.get(conversation_id)
        if conversation is None:
            raise UserError("This chat is not there any more.", "Start a new one.")
        return conversation

    def _answer(self, turn: _Turn, cancel: CancelToken) -> Iterator[Event]:
        draft = _Draft(_message(turn.conversation.id, Role.ASSISTANT, "", MessageState.WRITING))
        try:
            draft.grounding = self._ground(turn, cancel)
            draft.searched()
            yield Found(turn.asked, draft.grounding)
            if draft.grounding is not None and not draft.grounding.found:
                draft.text = NOT_FOUND
                yield Token(NOT_FOUND)
            else:
                yield from self._write(draft, turn, cancel)
            draft.state = MessageState.COMPLETE
        except Cancelled:
            draft.state = MessageState.STOPPED
        except DesksideError as error:
            draft.state, draft.note = MessageState.FAILED, str(error)
        except GeneratorExit:
            draft.state = MessageState.STOPPED
            self.store.save(draft.message())
            raise
        message = draft.message()
        self.store.save(message)
        yield Answer(message)

    def _ground(self, turn: _Turn, cancel: CancelToken) -> Grounding | None:
        collection, question = turn.conversation.collection_id, turn.asked.text
        if not collection or _is_small_talk(question):
            return None
        before = next((one.text for one in reversed(turn.history) if one.role is Role.USER), "")
        k = self.settings.current.passages
        return self.searching.ground(collection, question, before, k, cancel, turn.document_ids)

    # --- the model's words -------------------------------------------------------------------------------------

    def _write(self, draft: _Draft, turn: _Turn, cancel: CancelToken) -> Iterator[Event]:
        asked = turn.asked
        turns, prompt = self._prompt(draft.grounding, turn, cancel)
        if prompt != asked.prompt:
            self.store.save(replace(asked, prompt=prompt))
        checker = Checker(asked.text, _texts(draft.grounding))
        request = Generate(self.models.to_load(), turns, self._sampling(turn.seed))
        saved = time.monotonic()
        for message in self.chat.request(request, cancel):
            if isinstance(message, GeneratedText):
                draft.wrote(message.text)
                yield Token(message.text)
                for sentence in checker.add(message.text):
                    draft.sentences.append(sentence)
                    yield SentenceChecked(sentence)
                if time.monotonic() - saved > SAVE_SECONDS:
                    self.store.save(draft.message())
                    saved = time.monotonic()
            elif isinstance(message, PromptRead):
                draft.prompt_tokens, draft.reused_tokens = message.tokens, message.reused
            elif isinstance(message, Generated):
                draft.tokens, draft.generating = message.tokens, message.seconds
                draft.note = "" if message.reason == "stop" else "The answer reached its length limit."
        for sentence in checker.rest():
            draft.sentences.append(sentence)
            yield SentenceChecked(sentence)
        yield from self._second_look(draft, checker, cancel)

    def _second_look(self, draft: _Draft, checker: Checker, cancel: CancelToken) -> Iterator[Event]:
        """Compare by meaning what may say the same as the files in other words."""
        doubtful = [
            (index, sentence)
            for index, sentence in enumerate(draft.sentences)
            if sentence.checked and not sentence.supported and _may_be_meant(checker, sentence)
        ]
        if not doubtful or draft.grounding is None:
            return
        sources = [*draft.grounding.quotes, *draft.grounding.more]
        texts = tuple(source.text for source in sources)
        request = Compare(tuple(sentence.text for _, sentence in doubtful), texts)
        try:
            similarities = call(self.searching.engine, Similarities, request, cancel)
        except DesksideError:
            return  # the answer is whole; what could not be compared stays marked
        for (index, sentence), row in zip(doubtful, similarities.values, strict=True):
            best = max(range(len(row)), key=row.__getitem__)
            if row[best] >= SAME_MEANING:
                draft.sentences[index] = replace(sentence, supported=True, source=sources[best].number)
                yield SentenceChecked(draft.sentences[index])

    def _prompt(
        self, grounding: Grounding | None, turn: _Turn, cancel: CancelToken
    ) -> tuple[tuple[ChatTurn, ...], str]:
        """The turns that fit the context, and the text of the last one."""
        asked = turn.asked
        system = turn.system or (FILES_SYSTEM if turn.conversation.collection_id else CHAT_SYSTEM)
        excerpts = self._excerpts(grounding)
        earlier = _pairs(turn.history)
        lines = [excerpt_line(one) for one in excerpts]
        texts = [system, asked.text, *lines, *(one.content for one in earlier)]
        counted = call(self.chat, TokenCounts, CountTokens(self.models.to_load(), tuple(texts)), cancel)
        of_system, of_question, *others = counted.counts
        of_excerpts, of_history = others[: len(excerpts)], others[len(excerpts) :]
        reserve = min(self.settings.current.answer_length, counted.context_size // 3)
        room = counted.context_size - reserve - of_system - of_question - 4 * TURN_OVERHEAD
        if room < 0:
            raise UserError(
                "Your question is longer than the model's memory.",
                "Shorten it, or add the text as a file and ask.",
            )
        taken = excerpts[: fit_excerpts(of_excerpts, room * 2 // 3)] if excerpts else []
        prompt = question_with_quotes(asked.text, taken) if taken else asked.text
        used = sum(of_excerpts[: len(taken)]) + TURN_OVERHEAD * len(taken)
        kept = earlier[first_kept(of_history, room - used) :]
        return (ChatTurn("system", system), *kept, ChatTurn("user", prompt)), prompt

    def _excerpts(self, grounding: Grounding | None) -> list[Source]:
        """What the model reads: to a small model the quotes alone, to a larger one the passages around them too."""
        if grounding is None:
            return []
        if self.models.is_small():
            return list(grounding.quotes)
        whole = {source.passage: replace(source, text=source.passage) for source in grounding.quotes}
        return [*whole.values(), *grounding.more]

    def _sampling(self, seed: int) -> Sampling:
        current = self.settings.current
        return Sampling(
            temperature=current.temperature,
            top_p=current.top_p,
            min_p=current.min_p,
            repeat_penalty=current.repeat_penalty,
            seed=seed or current.seed,
            max_tokens=current.answer_length,
        )


@dataclass(frozen=True)
class _Turn:
    """What is answered: the question, what was said before it, and how."""

    conversation: Conversation
    history: list[Message]
    asked: Message
    seed: int = 0
    document_ids: tuple[str, ...] = ()
    system: str = ""


class _Draft:
    """The answer while it is written."""

    def __init__(self, message: Message) -> None:
        self._message = message
        self._begin = time.monotonic()
        self._search = self._first = 0.0
        self.text = self.note = ""
        self.state = MessageState.WRITING
        self.grounding: Grounding | None = None
        self.sentences: list[AnswerSentence] = []
        self.prompt_tokens = self.reused_tokens = self.tokens = 0
        self.generating = 0.0

    def searched(self) -> None:
        self._search = time.monotonic() - self._begin

    def wrote(self, text: str) -> None:
        self._first = self._first or time.monotonic() - self._begin
        self.text += text

    def message(self) -> Message:
        """As it is now."""
        total = time.monotonic() - self._begin
        writing = total - self._first
        timings = Timings(
            search=self._search,
            first_token=self._first,
            total=total,
            prompt_tokens=self.prompt_tokens,
            reused_tokens=self.reused_tokens,
            answer_tokens=self.tokens,
            tokens_per_second=(self.tokens - 1) / writing if self.tokens > 1 and writing > 0 else 0.0,
        )
        return replace(
            self._message,
            text=self.text,
            state=self.state,
            grounding=self.grounding,
            sentences=tuple(self.sentences),
            timings=timings,
            note=self.note,
        )


def _message(
    conversation_id: str, role: Role, text: str, state: MessageState = MessageState.COMPLETE
) -> Message:
    return Message(uuid.uuid4().hex, conversation_id, role, text, state, created=time.time())


def _pairs(history: Sequence[Message]) -> list[ChatTurn]:
    """Questions with their answers, exactly as the model saw them, so that the prompt begins as the one before.

    A question without an answer (stopped or failed before its first word) is left out: many chat templates take
    nothing but pairs.
    """
    turns: list[ChatTurn] = []
    for asked, answer in pairwise(history):
        if asked.role is Role.USER and answer.role is Role.ASSISTANT and answer.text:
            turns.append(ChatTurn("user", asked.prompt or asked.text))
            turns.append(ChatTurn("assistant", answer.text))
    return turns


def _texts(grounding: Grounding | None) -> list[tuple[int, str]]:
    """What a sentence may be supported by: the quotes first, then the passages around and beside them."""
    if grounding is None:
        return []
    quotes = [(source.number, source.text) for source in grounding.quotes]
    around = [(source.number, source.passage) for source in (*grounding.quotes, *grounding.more)]
    return quotes + around


def _may_be_meant(checker: Checker, sentence: AnswerSentence) -> bool:
    support = checker.support(sentence.text)
    return support.share >= MAYBE_FROM and not support.contradicted


def _is_small_talk(text: str) -> bool:
    words = [word.strip("!.,?").lower() for word in text.split()]
    return len(words) <= 4 and all(word in _SMALL_TALK for word in words)
