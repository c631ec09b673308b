"""Asking: find, quote, let the model speak, check each sentence, keep everything."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from desktop.core.answer_table import schema
from desktop.core.cancel import CancelToken
from desktop.core.chat_requests import ChatTurn, Sampling
from desktop.core.conversations import Conversation, Grounding, Message, MessageState, Role
from desktop.core.documents import ATTACHED, Document, Source
from desktop.core.earlier_turns import answered_pairs, is_small_talk, questions_of
from desktop.core.errors import Cancelled, DesksideError, UserError
from desktop.core.events import Answer, ConversationRenamed, Event, Found, SentenceChecked, Token
from desktop.core.follow_ups import gone_on_from
from desktop.core.manner import Manner
from desktop.core.prompts import CHAT_SYSTEM, FILES_SYSTEM, title_from
from desktop.core.questions import Question, Wanted, understand
from desktop.core.text import clean
from desktop.services.counting import Counted, Counting
from desktop.services.drafts import Draft, as_table, new_message
from desktop.services.joining import joined, seen_at_least
from desktop.services.proving import Prover
from desktop.services.remembering import Remembering
from desktop.services.scope import Scope
from desktop.services.searching import Material, Searching
from desktop.services.showing import Showing
from desktop.services.sources import instructing
from desktop.services.summarising import Summarising
from desktop.services.writing import Asked, Writer
from desktop.store.conversations import ConversationStore

NOT_FOUND = "Your files do not say this."
WHICH_FILE = (
    "Which file do you mean? Name it, as in “summarise report.pdf”, or choose “Ask about this file” in the "
    "library."
)
COUNTED = (Wanted.MENTIONS, Wanted.TIMES, Wanted.FILES)


@dataclass(frozen=True)
class Answering:
    """Answers questions in conversations. Each method is a generator of events; see `ask`."""

    store: ConversationStore
    searching: Searching
    scope: Scope
    counting: Counting
    summarising: Summarising
    writer: Writer
    remembering: Remembering
    showing: Showing

    def using(self, model: str) -> Answering:
        """The same with another model, by what Settings hold ('' is the starter); the person's choice stays."""
        writer = self.writer.using(model)
        scope = replace(self.scope, writer=writer)
        return replace(
            self,
            writer=writer,
            scope=scope,
            summarising=replace(self.summarising, scope=scope, writer=writer),
            remembering=replace(self.remembering, writer=writer),
        )

    def ask(
        self,
        conversation_id: str,
        question: str,
        cancel: CancelToken | None = None,
        *,
        document_ids: Sequence[str] = (),
        with_collection: bool = False,
        system: str = "",
        manner: Manner | None = None,
        sampling: Sampling | None = None,
    ) -> Iterator[Event]:
        """Store the question and answer it, from some documents of the collection alone where they are named.

        What is attached is asked alone, too, or `with_collection`.

        With a `manner` the question is complete in itself, and nothing is searched for it.

        Yields Found, then Token and SentenceChecked as the model writes, ConversationRenamed after a first question,
        and Answer last: its message is COMPLETE, STOPPED (cancelled) or FAILED (its note says why); what had streamed
        is in it. Raises UserError for an empty question and StorageError when nothing can be kept.
        """
        words = clean(question).strip()
        if not words:
            raise UserError("There is no question yet.", "Write one, then send it.")
        conversation = self._conversation(conversation_id)
        history = self.store.messages(conversation_id)
        asked = replace(
            new_message(conversation_id, Role.USER, words),
            document_ids=self._still_there(document_ids),
            with_collection=with_collection,
            manner=manner.shown() if manner else None,
        )
        turn = _Turn(conversation, history, asked, system=system, sampling=sampling, manner=manner)
        yield from self._ask(turn, cancel or CancelToken())

    def _ask(self, turn: _Turn, cancel: CancelToken) -> Iterator[Event]:
        """Store the question behind the history, which may be any branch's beginning, and answer it."""
        before = turn.history[-1].id if turn.history else ""
        conversation, asked = turn.conversation, replace(turn.asked, parent_id=before)
        self.store.save(asked)
        if not conversation.title and not conversation.named_by_person:
            title = title_from(asked.text)
            self.store.rename(conversation.id, title, by_person=False)
            yield ConversationRenamed(conversation.id, title)
        yield from self._answer(replace(turn, asked=asked), cancel)

    def answer(
        self,
        collection_id: str,
        turns: Sequence[ChatTurn],
        cancel: CancelToken | None = None,
        *,
        system: str = "",
        sampling: Sampling | None = None,
    ) -> Iterator[Event]:
        """Answer the last of `turns`, which come from another program, from a collection ('' for none).

        Nothing of it is kept. Events as in `ask`. Raises UserError where there is no question.
        """
        words = clean(turns[-1].content).strip() if turns and turns[-1].role == "user" else ""
        if not words:
            raise UserError("There is no question yet.", "The last message must be the user's.")
        history = [
            new_message("", Role.USER if turn.role == "user" else Role.ASSISTANT, clean(turn.content))
            for turn in turns[:-1]
        ]
        conversation = Conversation("", "", collection_id)
        asked = new_message("", Role.USER, words)
        turn = _Turn(conversation, history, asked, system=system, sampling=sampling, kept=False)
        yield from self._answer(turn, cancel or CancelToken())

    def regenerate(
        self,
        conversation_id: str,
        cancel: CancelToken | None = None,
        *,
        answer_id: str = "",
        system: str = "",
        sampling: Sampling | None = None,
        same_manner: bool = True,
    ) -> Iterator[Event]:
        """Answer the last question, or that of `answer_id`, as a branch: in the same manner, with another seed.

        What `system` and `sampling` say goes before. Without `same_manner` it is asked as usual.
        """
        conversation = self._conversation(conversation_id)
        messages = self.store.path_to(answer_id) if answer_id else self.store.messages(conversation_id)
        last = next((n for n in range(len(messages) - 1, -1, -1) if messages[n].role is Role.USER), None)
        if last is None:
            raise UserError("There is no question to answer again.")
        before = messages[last + 1].manner if same_manner and last + 1 < len(messages) else None
        manner = before if before and before.alone and not system else None
        system = system or (before.system if before and not before.alone else "")
        seed, asked = 1 + int(time.time()), messages[last]
        turn = _Turn(conversation, messages[:last], asked, seed, system, sampling, manner=manner)
        yield from self._answer(turn, cancel or CancelToken())

    def edit(self, message_id: str, question: str, cancel: CancelToken | None = None) -> Iterator[Event]:
        """Ask another question in the place of one: a branch beside it; that one and all after it stay in theirs."""
        message = self.store.message(message_id)
        if message is None or message.role is not Role.USER:
            raise UserError("This question is not there any more.")
        words = clean(question).strip()
        if not words:
            raise UserError("There is no question yet.", "Write one, then send it.")
        conversation = self._conversation(message.conversation_id)
        history = self.store.path_to(message.parent_id)
        asked = replace(
            new_message(conversation.id, Role.USER, words),
            document_ids=self._still_there(message.document_ids),
            with_collection=message.with_collection,
        )
        yield from self._ask(_Turn(conversation, history, asked), cancel or CancelToken())

    def _conversation(self, conversation_id: str) -> Conversation:
        conversation = self.store.get(conversation_id)
        if conversation is None:
            raise UserError("This chat is not there any more.", "Start a new one.")
        return conversation

    def _still_there(self, document_ids: Sequence[str]) -> tuple[str, ...]:
        """The documents that a question names. Raises UserError where none of them is there any more."""
        there = tuple(one for one in document_ids if self.searching.catalogue.document(one) is not None)
        if document_ids and not there:
            raise UserError("The file is not in the library any more.", "Ask the whole collection instead.")
        return there

    def _answer(self, turn: _Turn, cancel: CancelToken) -> Iterator[Event]:
        beside = turn.conversation.collection_id if turn.asked.with_collection else ""
        turn = replace(turn, conversation=self._asking(turn), beside=beside)
        draft = Draft(turn.asked)
        draft.manner = turn.manner or (Manner(turn.system, alone=False) if turn.system else None)
        try:
            yield from self._reply(draft, turn, cancel)
            draft.state = MessageState.COMPLETE
        except Cancelled:
            draft.state = MessageState.STOPPED
        except DesksideError as error:
            draft.state, draft.note = MessageState.FAILED, str(error)
        except GeneratorExit:
            draft.state = MessageState.STOPPED
            self._saver(turn)(draft)
            raise
        message = draft.message()
        if turn.manner and turn.manner.form and message.state is MessageState.COMPLETE:
            message = as_table(message, turn.manner.form)
        if turn.kept:
            self.store.save(message, draft.sent, draft.said)
        yield Answer(message)

    def _asking(self, turn: _Turn) -> Conversation:
        """The conversation, with what is attached to the question as what it asks."""
        first = (
            self.searching.catalogue.document(turn.asked.document_ids[0]) if turn.asked.document_ids else None
        )
        attached = first is not None and first.collection_id.startswith(ATTACHED)
        return (
            replace(turn.conversation, collection_id=first.collection_id)
            if first is not None and attached
            else turn.conversation
        )

    def _reply(self, draft: Draft, turn: _Turn, cancel: CancelToken) -> Iterator[Event]:
        if turn.manner and turn.attached:
            yield from self._quoted(draft, turn, cancel)
            return
        if turn.manner or not turn.conversation.collection_id or is_small_talk(turn.asked.text):
            draft.searched(None)
            yield Found(turn.asked, None)
            yield from self._write(draft, turn, None, (), cancel)
            return
        question = _understood(turn)
        if question.wanted in COUNTED:
            counted = self.counting.count(
                turn.conversation.collection_id, question, turn.asked.document_ids, cancel
            )
            yield from _told(draft, turn.asked, counted)
        elif question.wanted is Wanted.SUMMARY and (meant := self._meant(question, turn)) is not None:
            yield from self.summarising.summarise(draft, turn.asked, meant, self._saver(turn), cancel)
        elif question.wanted is Wanted.SUMMARY and not question.file:
            yield from _told(draft, turn.asked, Counted(WHICH_FILE))
        else:
            yield from self._quoted(draft, turn, cancel)

    def _meant(self, question: Question, turn: _Turn) -> Document | None:
        """The file to summarise."""
        collection = turn.conversation.collection_id
        only = self.scope.only_document(collection, turn.asked.document_ids)
        if question.file and (only is None or question.file != only.name):
            return self.scope.named(collection, question.file)
        return only

    def _quoted(self, draft: Draft, turn: _Turn, cancel: CancelToken) -> Iterator[Event]:
        """Quotes from the files, then the model's words."""
        material, opening = self._read(turn, cancel)
        if turn.attached:
            material = Material(seen_at_least(material.grounding), material.hits)
        if turn.attached and turn.beside:
            material = joined(material, self._nearest(turn, turn.beside, (), cancel))
        draft.searched(material.grounding)
        yield Found(turn.asked, material.grounding)
        if material.grounding.found:
            yield from self._write(draft, turn, material, opening, cancel)
        else:
            draft.text = NOT_FOUND
            yield Token(NOT_FOUND)

    def _read(self, turn: _Turn, cancel: CancelToken) -> tuple[Material, tuple[ChatTurn, ...]]:
        """What the files say to the question, and the turns that show the model a whole file where that fits."""
        asked, collection = turn.asked, turn.conversation.collection_id
        material = self._nearest(turn, collection, asked.document_ids, cancel)
        document = self.scope.only_document(collection, asked.document_ids)
        whole = self.scope.whole(document, cancel) if document is not None else None
        if whole is None:
            return material, ()
        grounding = replace(material.grounding, coverage=whole.coverage, instructing=instructing(whole.hits))
        return Material(grounding, whole.hits), whole.turns

    def _nearest(
        self, turn: _Turn, collection: str, document_ids: Sequence[str], cancel: CancelToken
    ) -> Material:
        """What the passages of a collection, or of some documents of it, say to the question."""
        before, k = gone_on_from(questions_of(turn.history)), self.writer.settings.current.passages
        return self.searching.material(collection, turn.asked.text, before, k, cancel, document_ids)

    def _write(
        self,
        draft: Draft,
        turn: _Turn,
        material: Material | None,
        opening: tuple[ChatTurn, ...],
        cancel: CancelToken,
    ) -> Iterator[Event]:
        """The model's words, each sentence checked."""
        asked = material.grounding.searched if material and material.grounding.searched else turn.asked.text
        question = self._question(turn, asked, material, opening)
        with self.writer.failing(draft):
            before = () if turn.manner else turn.history
            prompt = yield from self.remembering.prompt(question, before, turn.kept, cancel)
            draft.context = prompt.use
            if prompt.last != turn.asked.prompt and turn.kept:
                self.store.save(replace(turn.asked, prompt=prompt.last))
            prover = Prover(asked, draft.grounding, material.hits if material else ())
            sampling = turn.sampling or self.writer.sampling(turn.seed)
            form, adapters = turn.manner.form if turn.manner else None, turn.conversation.adapters
            saver, pictures = self._saver(turn), self.showing.pictures(turn.asked)
            shown = self.showing.shown(pictures, self.writer.models, cancel)
            yield from self.writer.write(
                draft,
                prompt.turns,
                prover,
                saver,
                cancel,
                sampling,
                schema(form) if form else "",
                adapters,
                shown,
            )
        yield from prover.second_look(self.searching.engine, cancel)
        draft.note = " ".join(filter(None, (draft.note, self.showing.note(pictures, shown))))

    def _question(
        self, turn: _Turn, asked: str, material: Material | None, opening: tuple[ChatTurn, ...]
    ) -> Asked:
        """What goes into the prompt; with a manner that is complete in itself, but for what is attached."""
        excerpts = tuple(self._excerpts(material.grounding, bool(opening)) if material else ())
        if turn.manner:
            before = (*turn.manner.opening, *opening)
            return Asked(turn.manner.system or CHAT_SYSTEM, asked, before, excerpts=excerpts)
        pairs = answered_pairs(turn.history)
        return Asked(
            turn.system or (FILES_SYSTEM if turn.conversation.collection_id else CHAT_SYSTEM),
            asked,
            opening,
            tuple(said for _, said in pairs),
            excerpts,
            ids=tuple(key for key, _ in pairs),
            id=turn.asked.id,
        )

    def _excerpts(self, grounding: Grounding, whole: bool) -> list[Source]:
        """What the model reads: the quotes alone to a small model or beside a whole file, else the passages too."""
        if whole or (grounding.quotes and grounding.beside is None and self.writer.models.is_small()):
            return list(grounding.quotes)
        passages = {source.passage: replace(source, text=source.passage) for source in grounding.quotes}
        return [*passages.values(), *grounding.more]

    def _saver(self, turn: _Turn) -> Callable[[Draft], None]:
        """What keeps the answer as it is by now."""
        return (lambda draft: self.store.save(draft.message(), draft.sent)) if turn.kept else (lambda _: None)


@dataclass(frozen=True)
class _Turn:
    """What is answered: the question, what was said before it, and how."""

    conversation: Conversation
    history: list[Message]
    asked: Message
    seed: int = 0
    system: str = ""
    sampling: Sampling | None = None
    kept: bool = True
    manner: Manner | None = None
    beside: str = ""
    """The collection that is asked together with what is attached, or ''."""

    @property
    def attached(self) -> bool:
        """Whether the question asks what is attached to it."""
        return self.conversation.collection_id.startswith(ATTACHED)


def _understood(turn: _Turn) -> Question:
    """What the question wants, after those before it."""
    question: Question | None = None
    for message in (*turn.history, turn.asked):
        if message.role is Role.USER:
            question = understand(message.text, question)
    return question or Question()


def _told(draft: Draft, asked: Message, counted: Counted) -> Iterator[Event]:
    """An answer that no model wrote."""
    draft.searched(counted.grounding)
    yield Found(asked, counted.grounding)
    draft.wrote(counted.text)
    draft.note = counted.note
    yield Token(counted.text)
    for sentence in counted.sentences:
        draft.sentences.append(sentence)
        yield SentenceChecked(sentence)
