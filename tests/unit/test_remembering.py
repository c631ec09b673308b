"""A chat that is longer than the model's memory: summarised once, reused, and never without a word of it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from desktop.core.cancel import CancelToken
from desktop.core.chat_requests import Generate
from desktop.core.conversations import Message, MessageState
from desktop.core.events import Answer, Note
from desktop.core.prompts import SUMMARY_SYSTEM
from desktop.engines.fake import FakeEngine
from desktop.services.all import Services
from tests.support import InProcess, make_services, of_kind


class Talk:
    """A plain chat with a small memory that summarises."""

    def __init__(self, home: Path) -> None:
        engine = FakeEngine()
        engine.says = "word " * 40
        self.chat = InProcess(engine)
        self.services: Services = make_services(home, engine, chat=self.chat)
        self.services.settings.change(context_size=512, answer_length=64, overflow="summarise")
        self.conversation = self.services.conversations.create().id
        self.notes: list[Note] = []

    def ask(self, question: str) -> Message:
        events = list(self.services.answering.ask(self.conversation, question))
        self.notes += of_kind(events, Note)
        assert isinstance(events[-1], Answer)
        return events[-1].message

    def until_summary(self) -> Message:
        """Talk until the beginning no longer fits."""
        for number in range(20):
            if (answer := self.ask(f"Question {number}?")).timings.context.summary:
                return answer
        raise AssertionError("nothing was summarised")

    def summaries(self) -> list[Generate]:
        return [one for one in self.chat.asked(Generate) if one.turns[0].content == SUMMARY_SYSTEM]


@pytest.fixture
def talk(home: Path) -> Iterator[Talk]:
    made = Talk(home)
    yield made
    made.services.close()


def test_what_no_longer_fits_is_summarised_once_and_the_prompt_goes_on(talk: Talk) -> None:
    answer = talk.until_summary()
    use = answer.timings.context
    made = len(talk.summaries())
    assert made
    assert "Question 0?" in talk.summaries()[0].turns[1].content
    assert [note.words for note in talk.notes] == ["Summarising the beginning of this chat"]
    ids = [message.id for message in talk.services.conversations.messages(talk.conversation)]
    assert ids.index(use.first_seen) == use.left_out > 0
    prompt = talk.chat.asked(Generate)[-1]
    assert use.summary in prompt.turns[1].content
    assert "memory" not in answer.note  # the marker says it
    following = talk.ask("And then?")
    assert following.timings.context.first_seen == use.first_seen
    again = list(talk.services.answering.regenerate(talk.conversation))[-1]
    assert isinstance(again, Answer)
    assert again.message.timings.context.summary == use.summary
    assert len(talk.summaries()) == made
    after = talk.chat.asked(Generate)[-2]
    assert after.turns[: len(prompt.turns)] == prompt.turns
    assert following.timings.reused_tokens >= answer.timings.prompt_tokens


def test_a_summary_goes_on_from_the_one_before_and_everything_fits(talk: Talk) -> None:
    first = talk.until_summary().timings.context
    for number in range(12):
        message = talk.ask(f"Another question {number}?")
        assert message.timings.prompt_tokens + 64 <= 512
    last = message.timings.context
    assert last.left_out > first.left_out
    later = talk.summaries()[-1].turns[1].content
    assert first.summary in later
    assert "Question 0?" not in later


def test_a_summary_that_is_cancelled_stops_the_answer_and_is_made_with_the_next(talk: Talk) -> None:
    cancel = CancelToken()
    for number in range(20):
        events = []
        for event in talk.services.answering.ask(talk.conversation, f"Question {number}?", cancel):
            events.append(event)
            if isinstance(event, Note):
                cancel.cancel()
        if cancel.cancelled:
            break
    assert isinstance(events[-1], Answer)
    assert events[-1].message.state is MessageState.STOPPED
    assert not talk.summaries()
    assert talk.ask("And now?").timings.context.summary


def test_another_choice_holds_from_the_next_question_on(talk: Talk) -> None:
    before = talk.until_summary().timings.context
    talk.services.settings.change(overflow="leave_out")
    answer = talk.ask("And then?")
    assert answer.timings.context.left_out
    assert not answer.timings.context.summary
    assert "longer than the model's memory" in answer.note
    talk.services.settings.change(overflow="summarise")
    made = len(talk.summaries())
    assert talk.ask("And after that?").timings.context.summary
    assert before.summary in talk.summaries()[made].turns[1].content


def test_a_memory_without_room_for_any_turn_is_marked_and_still_summarised(talk: Talk) -> None:
    long = "and so on " * 300
    talk.ask(f"The baker is called Petra. {long}")
    seen = []
    for number in range(3):
        before = len(talk.summaries())
        answer = talk.ask(f"Question {number}? {long}")
        question = talk.services.conversations.messages(talk.conversation)[-2]
        use = answer.timings.context
        assert (use.left_out, use.first_seen) == (2 * (number + 1), question.id)
        assert use.summary
        seen.append(" ".join(one.turns[1].content for one in talk.summaries()[before:]))
    assert ["Petra" in seen[0], "Question 0?" in seen[1], "Question 1?" in seen[2]] == [True] * 3
    made = len(talk.summaries())
    list(talk.services.answering.regenerate(talk.conversation))
    assert len(talk.summaries()) == made
