"""Thumbs, corrections and choices: kept with what the model saw, taken back, and in the shapes that trainers read."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from desktop.core.chat_requests import ChatTurn
from desktop.core.conversations import Coverage, Grounding, Message, Role
from desktop.core.errors import StorageError, UserError
from desktop.core.feedback import Rating
from desktop.core.manner import Manner
from desktop.core.prompts import CHAT_SYSTEM, FILES_SYSTEM
from desktop.services.feedback import FeedbackService
from desktop.store.conversations import ConversationStore
from desktop.store.database import Database
from desktop.store.feedback import FeedbackStore


@pytest.fixture
def store(tmp_path: Path) -> Iterator[ConversationStore]:
    database = Database(tmp_path / "chats.sqlite3", tmp_path / "backups")
    yield ConversationStore(database)
    database.close()


@pytest.fixture
def feedback(store: ConversationStore) -> FeedbackService:
    chat = store.create()
    messages = (
        Message("q1", chat.id, Role.USER, "Hi"),
        Message("a1", chat.id, Role.ASSISTANT, "Hello.", parent_id="q1"),
        Message("q2", chat.id, Role.USER, "Rent?", prompt="Quotes: «900»\n\nQuestion: Rent?", parent_id="a1"),
        Message(
            "a2",
            chat.id,
            Role.ASSISTANT,
            "It is 900.",
            parent_id="q2",
            grounding=Grounding(True, (), Coverage()),
        ),
        Message("a3", chat.id, Role.ASSISTANT, "No idea.", parent_id="q2"),
    )
    for message in messages:
        store.save(message)
    return FeedbackService(FeedbackStore(store._database), store)


SEEN = [
    {"role": "system", "content": FILES_SYSTEM},
    {"role": "user", "content": "Hi"},
    {"role": "assistant", "content": "Hello."},
    {"role": "user", "content": "Quotes: «900»\n\nQuestion: Rent?"},
]


def test_a_good_answer_is_learnt_with_what_the_model_saw(feedback: FeedbackService) -> None:
    feedback.rate("a2", Rating.UP)
    assert list(feedback.rows("supervised")) == [
        {"messages": [*SEEN, {"role": "assistant", "content": "It is 900."}]}
    ]
    assert list(feedback.rows("preference")) == []


def test_what_was_sent_is_learnt_though_the_chat_has_changed(
    feedback: FeedbackService, store: ConversationStore, tmp_path: Path
) -> None:
    sent = (ChatTurn("system", "Be brief."), ChatTurn("user", "Quotes: «800»\n\nQuestion: Rent?"))
    answer = store.message("a3")
    assert answer is not None
    store.save(answer, sent)
    store.save(answer)  # saved again, as it is when its notes change: what was sent stays
    again = ConversationStore(Database(store._database._path, tmp_path / "backups"))  # after a restart
    later = FeedbackService(FeedbackStore(again._database), again)
    later.correct("a3", "It is 800.")
    later.prefer("a3", "a2")
    again._database.close()
    turns = [{"role": one.role, "content": one.content} for one in sent]
    (row,) = feedback.rows("supervised")
    assert row["messages"] == [*turns, {"role": "assistant", "content": "It is 800."}]
    assert [row["prompt"] for row in feedback.rows("preference")] == [turns, turns]
    store.delete(answer.conversation_id)
    store.purge(answer.conversation_id)
    assert store.sent("a3") == ()


def test_the_words_of_the_model_are_learnt_where_the_answer_shows_a_table_of_them(
    feedback: FeedbackService, store: ConversationStore
) -> None:
    sent = (ChatTurn("user", "Rent as JSON?"),)
    for key, wrote in (("a2", '{"rent": 900}'), ("a3", "No idea.")):
        answer = store.message(key)
        assert answer is not None
        store.save(answer, sent, wrote)
    feedback.rate("a2", Rating.UP)
    feedback.prefer("a2", "a3")
    (row,) = feedback.rows("supervised")
    assert row["messages"][-1]["content"] == '{"rent": 900}'  # type: ignore[index]
    (row,) = feedback.rows("preference")
    assert row["chosen"] == [{"role": "assistant", "content": '{"rent": 900}'}]
    assert row["rejected"] == [{"role": "assistant", "content": "No idea."}]


def test_a_correction_is_learnt_and_preferred(feedback: FeedbackService) -> None:
    feedback.rate("a2", Rating.UP)
    feedback.correct("a2", " 900 euros a month. ")
    assert feedback.get("a2").rating is Rating.DOWN
    better = {"role": "assistant", "content": "900 euros a month."}
    assert list(feedback.rows("supervised")) == [{"messages": [*SEEN, better]}]
    rejected = [{"role": "assistant", "content": "It is 900."}]
    assert list(feedback.rows("preference")) == [{"prompt": SEEN, "chosen": [better], "rejected": rejected}]


def test_all_of_it_is_undone(feedback: FeedbackService) -> None:
    before = feedback.rate("a2", Rating.DOWN)
    feedback.put(before)
    assert not feedback.get("a2")
    feedback.rate("a2", Rating.DOWN)
    before = feedback.correct("a2", "Better.")
    assert before.rating is Rating.DOWN
    feedback.put(before)
    assert list(feedback.rows("supervised")) == []
    feedback.rate("a2", Rating.NONE)
    assert not feedback.get("a2")


def test_a_choice_between_two_answers_is_kept_once(feedback: FeedbackService) -> None:
    feedback.prefer("a3", "a2")
    feedback.prefer("a2", "a3")
    (row,) = feedback.rows("preference")
    assert row["chosen"] == [{"role": "assistant", "content": "It is 900."}]
    assert row["rejected"] == [{"role": "assistant", "content": "No idea."}]
    assert row["prompt"] == SEEN


def test_thumbs_at_versions_of_an_answer_are_a_choice(feedback: FeedbackService) -> None:
    feedback.rate("a1", Rating.DOWN)
    feedback.rate("a2", Rating.UP)
    assert list(feedback.rows("preference")) == [], "answers to different questions are not compared"
    feedback.rate("a3", Rating.DOWN)
    feedback.prefer("a2", "a3")
    (row,) = feedback.rows("preference")
    assert row["chosen"] == [{"role": "assistant", "content": "It is 900."}]


def test_it_goes_with_its_chat(feedback: FeedbackService, store: ConversationStore) -> None:
    feedback.rate("a1", Rating.UP)
    (row,) = feedback.rows("supervised")
    assert row["messages"][0]["content"] == CHAT_SYSTEM  # type: ignore[index]
    (chat,) = store.list()
    store.delete(chat.id)
    assert list(feedback.rows("supervised")) == []
    store.restore(chat.id)
    assert len(list(feedback.rows("supervised"))) == 1
    store.delete(chat.id)
    store.purge(chat.id)
    assert list(feedback.rows("supervised")) == []


def test_only_answers_are_judged(feedback: FeedbackService) -> None:
    for message_id in ("q1", "gone"):
        with pytest.raises(UserError):
            feedback.rate(message_id, Rating.UP)
    with pytest.raises(UserError):
        list(feedback.rows("other"))


def test_the_export_is_whole_or_not_there(feedback: FeedbackService, tmp_path: Path) -> None:
    feedback.correct("a2", 'Neun­hundert "Euro".\nIm Monat.')
    path = tmp_path / "rows.jsonl"
    assert feedback.export(path, "preference") == 1
    (line,) = path.read_text("utf-8").splitlines()
    assert set(json.loads(line)) == {"prompt", "chosen", "rejected"}
    with pytest.raises(StorageError):
        feedback.export(tmp_path / "missing" / "rows.jsonl", "preference")


def test_instructions_and_examples_of_a_prompt_are_learnt_as_they_were_sent(
    feedback: FeedbackService, store: ConversationStore
) -> None:
    chat = store.create()
    examples = (ChatTurn("user", "2+2"), ChatTurn("assistant", "4"))
    before = Message("p1", chat.id, Role.USER, "Hi")
    hello = Message("p2", chat.id, Role.ASSISTANT, "Hello.", parent_id="p1")
    asked = Message("p3", chat.id, Role.USER, "3+3", parent_id="p2")
    alone = Message("p4", chat.id, Role.ASSISTANT, "6", parent_id="p3", manner=Manner("Calculate.", examples))
    poet = Message(
        "p5", chat.id, Role.ASSISTANT, "Six!", parent_id="p3", manner=Manner("Rhyme.", alone=False)
    )
    for message in (before, hello, asked, alone, poet):
        store.save(message)
    feedback.rate("p4", Rating.UP)
    feedback.rate("p5", Rating.UP)
    first, second = (list(row["messages"]) for row in feedback.rows("supervised"))  # type: ignore[call-overload]
    assert [turn["content"] for turn in first] == ["Calculate.", "2+2", "4", "3+3", "6"]
    assert [turn["content"] for turn in second] == ["Rhyme.", "Hi", "Hello.", "3+3", "Six!"]
