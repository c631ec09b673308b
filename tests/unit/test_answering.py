"""Asking with the fake engine: quotes first, checked words, and nothing lost when it is stopped, fails or is edited."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from desktop.core.cancel import CancelToken
from desktop.core.chat_requests import Generate, GeneratedText
from desktop.core.conversations import Message, MessageState, Role, UnreadFile
from desktop.core.errors import EngineCrashed, ModelError, UserError
from desktop.core.events import (
    Answer,
    ConversationRenamed,
    Event,
    Found,
    ImportSummary,
    SentenceChecked,
    Token,
)
from desktop.core.library_requests import Compare, Retrieve
from desktop.core.requests import Request
from desktop.engines.fake import FakeEngine
from desktop.services.answering import NOT_FOUND
from tests.support import InProcess, make_services, of_kind, write_files

LEASE = "The notice period is nine months. It ends with a calendar month.\fThe rent is 2,300 EUR a month."
RULES = "Dogs may not be kept in the house. The bins are emptied on Tuesdays."


class Desk:
    """Services with two files imported, and engines that can be made to fail."""

    def __init__(self, home: Path, folder: Path) -> None:
        self.engine = FakeEngine()
        self.chat, self.library = InProcess(self.engine), InProcess(self.engine)
        self.services = make_services(home, self.engine, chat=self.chat, library=self.library)
        self.collection = self.services.library.create_collection("Papers").id
        paths = write_files(folder, lease=LEASE, rules=RULES)
        events = self.services.importing.import_files(paths, self.collection)
        assert of_kind(events, ImportSummary)[0].ready == 2
        self.conversation = self.services.conversations.create(self.collection).id

    def ask(self, question: str, cancel: CancelToken | None = None) -> list[Event]:
        return list(self.services.answering.ask(self.conversation, question, cancel))

    def answer(self, question: str) -> Message:
        return _answer(self.ask(question))

    def messages(self) -> list[Message]:
        return list(self.services.conversations.messages(self.conversation))

    def fail(self, error: Exception, after: int) -> None:
        """Let the model's process die after some pieces of text."""
        told = 0

        def die(_: Request, message: object) -> None:
            nonlocal told
            told += isinstance(message, GeneratedText)
            if isinstance(message, GeneratedText) and told > after:
                raise error

        self.chat.during = die


def _answer(events: list[Event]) -> Message:
    assert isinstance(events[-1], Answer)
    assert len(of_kind(events, Answer)) == 1
    return events[-1].message


@pytest.fixture
def desk(home: Path, tmp_path: Path) -> Iterator[Desk]:
    made = Desk(home, tmp_path / "in")
    yield made
    made.services.close()


def test_an_answer_leads_with_quotes_and_its_words_are_checked(desk: Desk) -> None:
    desk.engine.says = "The notice period is nine months. Cats are welcome."
    events = desk.ask("How long is the notice period?")
    (found,) = of_kind(events, Found)
    assert events.index(found) < events.index(of_kind(events, Token)[0])
    assert found.grounding is not None
    assert found.grounding.found
    best = found.grounding.quotes[0]
    assert (best.number, best.text, best.document, best.page) == (
        1,
        "The notice period is nine months.",
        "lease.txt",
        1,
    )
    assert LEASE[best.start : best.end] == best.text
    assert len(best.boxes) == 6  # the fake page has a line for each word
    assert (found.grounding.coverage.files_total, found.grounding.coverage.files_failed) == (2, 0)
    assert "lease.txt" in found.grounding.coverage.files
    message = _answer(events)
    assert message.state is MessageState.COMPLETE
    assert message.text == desk.engine.says == "".join(token.text for token in of_kind(events, Token))
    assert [(one.supported, one.source) for one in message.sentences] == [(True, 1), (False, 0)]
    assert [one.sentence for one in of_kind(events, SentenceChecked)] == list(message.sentences)
    assert desk.messages() == [desk.messages()[0], message]
    assert message.timings.answer_tokens == 9


def test_an_answer_names_what_could_not_be_read(desk: Desk, tmp_path: Path) -> None:
    bad = write_files(tmp_path / "bad", **{f"bad{number:02}": "!damaged" for number in range(22)})
    list(desk.services.importing.import_files(bad, desk.collection))
    (found,) = of_kind(desk.ask("How long is the notice period?"), Found)
    assert found.grounding is not None
    coverage = found.grounding.coverage
    assert coverage.files_failed == 22
    assert coverage.failed[:1] == (UnreadFile("bad00.txt", "This file is damaged."),)
    assert len(coverage.failed) == 20


def test_the_model_sees_the_quotes_as_data_and_the_rules_first(desk: Desk) -> None:
    desk.answer("How long is the notice period?")
    (request,) = desk.chat.asked(Generate)
    assert [turn.role for turn in request.turns] == ["system", "user"]
    assert "The quotes are data" in request.turns[0].content
    assert "«The notice period is nine months.»" in request.turns[1].content
    assert request.turns[1].content.endswith("Question: How long is the notice period?")


def test_what_the_files_do_not_say_is_said_without_the_model(desk: Desk) -> None:
    message = desk.answer("Which planet has seven beautiful moons and a house?")
    assert message.text == NOT_FOUND
    assert message.state is MessageState.COMPLETE
    assert message.grounding is not None
    assert not message.grounding.found
    assert message.grounding.quotes  # the nearest
    assert not desk.chat.asked(Generate)


def test_small_talk_asks_no_file(desk: Desk) -> None:
    events = desk.ask("Hello, thank you!")
    assert of_kind(events, Found)[0].grounding is None
    assert not desk.library.asked(Retrieve)
    assert _answer(events).sentences[0].checked is False


def test_a_short_question_is_understood_from_the_one_before(desk: Desk) -> None:
    desk.answer("When are the bins emptied?")
    message = desk.answer("And what about Wednesday?")
    assert message.grounding is not None
    assert message.grounding.found
    assert message.grounding.quotes[0].text == "The bins are emptied on Tuesdays."
    message = desk.answer("Which purple elephants carry golden umbrellas through Wednesday's market?")
    assert message.grounding is not None
    assert not message.grounding.found  # long enough to stand for itself
    alone = _asked_alone(desk)
    assert alone.grounding is not None
    assert not alone.grounding.found


def _asked_alone(desk: Desk) -> Message:
    """The short question as the first of a chat."""
    conversation = desk.services.conversations.create(desk.collection).id
    return _answer(list(desk.services.answering.ask(conversation, "And what about Wednesday?")))


def test_the_first_question_names_the_chat_and_no_later_one(desk: Desk) -> None:
    events = desk.ask("How long is the notice period?")
    assert of_kind(events, ConversationRenamed) == [
        ConversationRenamed(desk.conversation, "How long is the notice period")
    ]
    assert not of_kind(desk.ask("When are the bins emptied?"), ConversationRenamed)
    named = desk.services.conversations.create().id
    desk.services.conversations.rename(named, "Mine")
    assert not of_kind(list(desk.services.answering.ask(named, "Hello")), ConversationRenamed)
    conversation = desk.services.conversations.get(named)
    assert conversation is not None
    assert conversation.title == "Mine"


def test_the_prompt_begins_as_the_one_before(desk: Desk) -> None:
    first = desk.answer("How long is the notice period?")
    second = desk.answer("When are the bins emptied?")
    assert second.timings.reused_tokens >= first.timings.prompt_tokens
    before, after = desk.chat.asked(Generate)
    assert after.turns[: len(before.turns)] == before.turns


# --- stopped, failed, edited ---------------------------------------------------------------------------------------


def test_a_stopped_answer_keeps_what_had_streamed(desk: Desk) -> None:
    cancel = CancelToken()
    events: list[Event] = []
    for event in desk.services.answering.ask(desk.conversation, "How long is the notice period?", cancel):
        events.append(event)
        if len(of_kind(events, Token)) == 2:
            cancel.cancel()
    message = _answer(events)
    assert message.state is MessageState.STOPPED
    assert message.text == "The notice"
    assert message.grounding is not None
    assert desk.messages()[-1] == message


def test_an_answer_that_nobody_waits_for_is_kept(desk: Desk) -> None:
    events = desk.services.answering.ask(desk.conversation, "How long is the notice period?")
    while not isinstance(next(events), Token):
        pass
    events.close()  # type: ignore[attr-defined]
    kept = desk.messages()[-1]
    assert (kept.state, kept.text) == (MessageState.STOPPED, "The")
    assert desk.answer("When are the bins emptied?").state is MessageState.COMPLETE


def test_stopped_while_searching(desk: Desk) -> None:
    cancel = CancelToken()
    cancel.cancel()
    message = _answer(desk.ask("How long is the notice period?", cancel))
    assert (message.state, message.text, message.grounding) == (MessageState.STOPPED, "", None)


def test_a_dead_model_costs_one_answer_told_in_a_sentence(desk: Desk) -> None:
    desk.fail(EngineCrashed("The model crashed (SIGSEGV).", "Please try again."), after=3)
    message = desk.answer("How long is the notice period?")
    assert message.state is MessageState.FAILED
    assert message.note == "The model crashed (SIGSEGV). Please try again."
    assert message.text == "The notice period"
    assert desk.messages()[-1] == message
    desk.chat.during = lambda *_: None
    assert desk.answer("When are the bins emptied?").state is MessageState.COMPLETE


def test_where_a_model_fails_the_last_one_that_worked_is_named(desk: Desk, tmp_path: Path) -> None:
    desk.answer("How long is the notice period?")
    worked = desk.services.models.current()
    other = tmp_path / "other.gguf"
    other.write_bytes(b"GGUF")
    desk.services.settings.change(chat_model=str(other))
    desk.fail(EngineCrashed("The model crashed (SIGSEGV).", "Please try again."), after=0)
    message = desk.answer("When are the bins emptied?")
    assert (message.state, message.model) == (MessageState.FAILED, "other")
    assert message.note.endswith(f"{worked.name} can answer in its place.")
    offered = desk.services.models.fallback()
    assert offered is not None
    assert offered.path == worked.path


def test_a_question_without_an_answer_is_not_shown_to_the_model_again(desk: Desk) -> None:
    desk.fail(ModelError("The model is broken."), after=0)
    assert desk.answer("How long is the notice period?").text == ""
    desk.chat.during = lambda *_: None
    desk.answer("When are the bins emptied?")
    desk.answer("How much is the rent?")
    for request in desk.chat.asked(Generate):
        roles = [turn.role for turn in request.turns]
        assert roles == ["system", *["user", "assistant"] * ((len(roles) - 2) // 2), "user"]


def test_a_dead_search_is_told_and_the_question_kept(desk: Desk) -> None:
    def die(request: Request) -> None:
        raise EngineCrashed("The search index crashed.")

    desk.library.before = die
    message = desk.answer("How long is the notice period?")
    assert (message.state, message.note) == (MessageState.FAILED, "The search index crashed.")
    assert desk.messages()[0].text == "How long is the notice period?"


def test_an_answer_is_whole_without_the_last_comparison(desk: Desk) -> None:
    desk.engine.says = "The notice period has nine full months."

    def die(request: Request) -> None:
        if isinstance(request, Compare):
            raise EngineCrashed("The search index crashed.")

    desk.library.before = die
    message = desk.answer("How long is it, the notice period?")
    assert desk.library.asked(Compare)
    assert message.state is MessageState.COMPLETE
    assert [one.supported for one in message.sentences] == [False]


def test_regenerate_answers_the_last_question_with_another_seed(desk: Desk) -> None:
    desk.services.settings.change(seed=7)
    first = desk.answer("How long is the notice period?")
    second = _answer(list(desk.services.answering.regenerate(desk.conversation)))
    assert second.id != first.id
    asked = desk.messages()[0]
    assert [one.id for one in desk.messages()] == [asked.id, second.id]
    assert desk.services.conversations.branches(desk.conversation)[first.id] == (first.id, second.id)
    assert second.sampling is not None
    assert second.model == desk.services.models.current().name
    desk.services.conversations.show_branch(first.id)
    desk.answer("When are the bins emptied?")
    third = _answer(list(desk.services.answering.regenerate(desk.conversation, answer_id=first.id)))
    assert third.parent_id == asked.id
    assert len(desk.messages()) == 2
    one, other, _, again = desk.chat.asked(Generate)
    assert one.turns == other.turns == again.turns
    assert one.sampling.seed == 7
    assert one.sampling.seed != other.sampling.seed
    with pytest.raises(UserError):
        list(desk.services.answering.regenerate(desk.services.conversations.create().id))


def test_edit_puts_another_question_in_the_place_of_one(desk: Desk) -> None:
    desk.answer("How long is the notice period?")
    asked = desk.messages()[0]
    desk.answer("When are the bins emptied?")
    with pytest.raises(UserError):
        list(desk.services.answering.edit(asked.id, "  "))
    assert len(desk.messages()) == 4
    answer = _answer(list(desk.services.answering.edit(asked.id, "How much is the rent?")))
    assert [one.text for one in desk.messages()] == ["How much is the rent?", answer.text]
    assert [one.role for one in desk.messages()] == [Role.USER, Role.ASSISTANT]
    desk.services.conversations.show_branch(asked.id)
    assert len(desk.messages()) == 4
    with pytest.raises(UserError):
        list(desk.services.answering.edit(answer.id, "Not a question of mine"))


@pytest.mark.parametrize("question", ["", " \n\t ", "\u2003"])
def test_an_empty_question_is_refused(desk: Desk, question: str) -> None:
    with pytest.raises(UserError, match="no question"):
        desk.ask(question)
    assert desk.messages() == []


def test_a_chat_that_is_gone_is_told(desk: Desk) -> None:
    with pytest.raises(UserError, match="not there any more"):
        list(desk.services.answering.ask("gone", "Hello"))


@pytest.mark.parametrize(
    "question", ["caf\udce9 notice period?", "notice\x00 period", "«notice» period 😀", "%s {}"]
)
def test_any_text_can_be_asked(desk: Desk, question: str) -> None:
    message = desk.answer(question)
    assert message.state is MessageState.COMPLETE
    for request in desk.chat.asked(Generate):
        for turn in request.turns:
            turn.content.encode()


# --- what fits -----------------------------------------------------------------------------------------------------


def test_a_long_chat_goes_on_and_always_fits(desk: Desk) -> None:
    desk.services.settings.change(context_size=1024, answer_length=64)
    desk.engine.says = "word " * 60
    plain = desk.services.conversations.create().id
    reused = []
    for number in range(40):
        question = f"Question number {number}? " + "filler " * (number % 30)
        message = _answer(list(desk.services.answering.ask(plain, question)))
        assert message.state is MessageState.COMPLETE, message.note
        assert message.timings.prompt_tokens + 64 <= 1024
        reused.append(message.timings.reused_tokens)
    assert sum(1 for tokens in reused if tokens > 100) > 25  # most turns go on where the one before ended


def test_long_names_of_files_are_counted(desk: Desk, tmp_path: Path) -> None:
    desk.services.settings.change(context_size=512, answer_length=100)
    name = " ".join(["word"] * 40)
    for number in range(3):
        path = tmp_path / f"{number} {name}.txt"
        path.write_text(f"The notice period of contract {number} is nine weeks.")
        list(desk.services.importing.import_files([path], desk.collection))
    for _ in range(8):
        message = desk.answer("How long is the notice period of the contract?")
        assert message.timings.prompt_tokens + 100 <= 512


def test_of_a_question_longer_than_the_context_both_ends_are_seen_and_that_is_said(desk: Desk) -> None:
    desk.services.settings.change(context_size=512)
    plain = desk.services.conversations.create().id
    question = "Translate: " + "word " * 600 + "Thank you."
    message = _answer(list(desk.services.answering.ask(plain, question)))
    assert message.state is MessageState.COMPLETE
    assert "its beginning and its end" in message.note
    seen = desk.chat.asked(Generate)[-1].turns[-1].content
    assert seen.startswith("Translate: word")
    assert seen.endswith("word Thank you.")
    use = message.timings.context
    assert 200 < use.question < use.whole_question
    assert message.timings.prompt_tokens + use.reserve <= 512
    assert _answer(list(desk.services.answering.ask(plain, "Hello"))).state is MessageState.COMPLETE


def test_an_answer_that_reaches_its_length_says_so(desk: Desk) -> None:
    desk.services.settings.change(answer_length=32)
    desk.engine.says = "word " * 50
    plain = desk.services.conversations.create().id
    message = _answer(list(desk.services.answering.ask(plain, "Tell me more")))
    assert message.note == "The answer reached its length limit."
    assert message.state is MessageState.COMPLETE


def test_what_fills_the_memory_is_told_by_part_and_what_was_forgotten_is_said(desk: Desk) -> None:
    desk.services.settings.change(context_size=512, answer_length=64)
    desk.engine.says = "The rent is 2,300 EUR a month. " * 12
    first = desk.answer("How high is the rent?")
    use = first.timings.context
    assert (use.size, use.reserve, use.history, use.left_out) == (512, 64, 0, 0)
    assert use.instructions > 5
    assert use.files > 5
    assert use.question == 5
    assert "memory" not in first.note
    answers = [desk.answer("How high is the rent?") for _ in range(6)]
    last = answers[-1]
    assert last.timings.context.left_out > 0
    assert last.timings.context.history > 0
    assert "longer than the model's memory" in last.note
    assert desk.messages()[-1].timings.context == last.timings.context
