"""Conversations: order, search with any text, undo of deletion, messages as they were saved."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from desktop.core.chat_requests import AdapterUse
from desktop.core.conversations import (
    AnswerSentence,
    Conversation,
    Coverage,
    Grounding,
    Message,
    MessageState,
    Role,
    Timings,
    UnreadFile,
)
from desktop.core.documents import Box, Source
from desktop.core.errors import InternalError, StorageError
from desktop.store.conversations import ConversationStore
from desktop.store.database import Database
from desktop.store.fulltext import match_expression


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    database = Database(tmp_path / "deskside.sqlite3", tmp_path / "backups")
    yield database
    database.close()


@pytest.fixture
def store(database: Database) -> ConversationStore:
    return ConversationStore(database)


def _message(conversation: Conversation, number: int, text: str = "", role: Role = Role.USER) -> Message:
    return Message(
        f"{conversation.id}-{number}", conversation.id, role, text or f"text {number}", created=float(number)
    )


def _say(
    store: ConversationStore, conversation: Conversation, number: int, text: str = "", after: int = 0
) -> Message:
    """Save a message behind number `after`, which is the one before where nothing is said."""
    parent = after or number - 1
    message = replace(
        _message(conversation, number, text), parent_id=f"{conversation.id}-{parent}" if parent > 0 else ""
    )
    store.save(message)
    return message


def _named(store: ConversationStore, title: str) -> Conversation:
    conversation = store.create()
    store.rename(conversation.id, title, by_person=True)
    return conversation


def _titles(store: ConversationStore, text: str = "") -> list[str]:
    return [conversation.title for conversation in store.list(text)]


# --- conversations


def test_a_new_conversation_is_stored_as_it_was_given(store: ConversationStore) -> None:
    conversation = store.create("reports")
    assert conversation.collection_id == "reports"
    assert conversation.created == conversation.updated > 1.7e9
    assert store.get(conversation.id) == conversation
    assert store.get("unknown") is None


def test_the_newest_stands_first_and_a_message_makes_a_conversation_new(store: ConversationStore) -> None:
    first, second, third = (_named(store, title) for title in ("first", "second", "third"))
    assert _titles(store) == ["third", "second", "first"]
    store.save(_message(first, 1))
    assert _titles(store) == ["first", "third", "second"]
    assert [found.id for found in store.list(limit=2)] == [first.id, third.id]
    stored = store.get(first.id)
    assert stored is not None
    assert stored.updated > stored.created
    assert second.id != third.id


def test_an_automatic_title_never_replaces_the_persons(store: ConversationStore) -> None:
    conversation = store.create()
    store.rename(conversation.id, "automatic", by_person=False)
    store.rename(conversation.id, "mine", by_person=True)
    store.rename(conversation.id, "automatic again", by_person=False)
    renamed = store.get(conversation.id)
    assert renamed is not None
    assert (renamed.title, renamed.named_by_person) == ("mine", True)
    assert _titles(store, "automatic") == []


def test_the_collection_can_be_changed(store: ConversationStore) -> None:
    conversation = store.create()
    store.set_collection(conversation.id, "reports")
    changed = store.get(conversation.id)
    assert changed is not None
    assert changed.collection_id == "reports"


def test_the_adapters_of_a_chat_are_kept_with_it(store: ConversationStore) -> None:
    one, other = store.create(), store.create()
    chosen = (AdapterUse("/models/tone.gguf", 0.5), AdapterUse("/models/facts.gguf"))
    store.set_adapters(one.id, chosen)
    kept = [store.get(chat.id) for chat in (one, other)]
    assert [chat.adapters for chat in kept if chat] == [chosen, ()]


def test_a_chat_keeps_its_draft_and_is_no_newer_for_it(store: ConversationStore) -> None:
    chat = store.create()
    store.keep_draft(chat.id, "What about the \ud800lift?")
    assert "lift?" in store.draft(chat.id)
    assert store.get(chat.id) == chat
    store.keep_draft("gone", "words")
    assert store.draft("gone") == ""


def test_deleting_is_undone_with_place_and_search(store: ConversationStore) -> None:
    older, newer = _named(store, "older"), _named(store, "newer")
    store.save(_message(older, 1, "walnut"))
    store.save(_message(newer, 1))
    store.delete(older.id)
    assert _titles(store) == ["newer"]
    assert _titles(store, "walnut") == []
    deleted = store.get(older.id)
    assert deleted is not None
    assert deleted.deleted
    store.restore(older.id)
    assert _titles(store) == ["newer", "older"]
    assert _titles(store, "walnut") == ["older"]
    assert len(store.messages(older.id)) == 1


def test_purging_removes_only_what_was_deleted_long_enough_ago(
    database: Database, store: ConversationStore
) -> None:
    kept, recent, old = (_named(store, title) for title in ("kept", "recent", "old"))
    for conversation in (kept, recent, old):
        store.save(_message(conversation, 1, "walnut"))
    store.delete(recent.id)
    store.delete(old.id)
    with database.transaction() as connection:
        connection.execute("UPDATE conversations SET deleted = deleted - 1000 WHERE id = ?", (old.id,))
    assert store.purge_deleted(older_than_seconds=500) == 1
    assert store.get(old.id) is None
    assert store.message(f"{old.id}-1") is None
    assert store.get(recent.id) is not None
    assert store.purge_deleted(older_than_seconds=0) == 1
    assert _titles(store) == ["kept"]
    left = [
        database.rows(f"SELECT count(*) FROM {table}")[0][0]
        for table in ("messages", "messages_fts", "titles_fts")
    ]
    assert left == [1, 1, 1]


def test_what_is_gone_is_told_as_our_mistake(store: ConversationStore) -> None:
    ghost = Conversation("ghost", "")
    actions: list[Callable[[], None]] = [
        lambda: store.rename("ghost", "x", by_person=True),
        lambda: store.set_collection("ghost", ""),
        lambda: store.delete("ghost"),
        lambda: store.restore("ghost"),
        lambda: store.save(_message(ghost, 1)),
        lambda: store.pin("ghost", True),
        lambda: store.move("ghost", "x"),
    ]
    for action in actions:
        with pytest.raises(InternalError):
            action()
    assert store.message("ghost-1") is None


# --- messages


def test_a_message_comes_back_as_it_was_saved(store: ConversationStore) -> None:
    source = Source(
        1,
        "d1",
        "Bericht \udcff.pdf",
        "/home/\udcff.pdf",
        3,
        "“Umsatz” 🎉\n",
        10,
        25,
        "r1",
        (Box(0.1, 0.2, 0.30000001, 1),),
        "p",
    )
    message = Message(
        id="m1",
        conversation_id=store.create().id,
        role=Role.ASSISTANT,
        text="It is 42.\0 \U0001f389 \u202e",
        state=MessageState.STOPPED,
        created=1234.5678,
        prompt="<quoted>",
        grounding=Grounding(
            False, (source,), Coverage(1, 2, 3, 4, ("a.pdf", "b.pdf"), (UnreadFile("c", "Empty."),))
        ),
        sentences=(
            AnswerSentence(0, 9, "It is 42.", True, 1),
            AnswerSentence(9, 12, "!", False, checked=False),
        ),
        timings=Timings(0.1, 0.2, 0.3, 4, 5, 6, math.inf),
        note="Stopped.",
    )
    store.save(message)
    assert store.message("m1") == message
    assert store.messages(message.conversation_id) == [message]


def test_a_message_without_files_has_no_grounding(store: ConversationStore) -> None:
    message = _message(store.create(), 1)
    store.save(message)
    stored = store.message(message.id)
    assert stored == message
    assert stored is not None
    assert stored.grounding is None


def test_saving_again_replaces_in_place(store: ConversationStore) -> None:
    conversation = store.create()
    first, second, third = (_say(store, conversation, number) for number in (1, 2, 3))
    changed = replace(second, text="changed", state=MessageState.FAILED, note="why")
    store.save(changed)
    assert store.messages(conversation.id) == [first, changed, third]


def test_half_a_character_is_replaced_and_the_rest_is_kept(store: ConversationStore) -> None:
    message = _message(store.create(), 1, "before \ud83d after")
    store.save(message)
    stored = store.message(message.id)
    assert stored is not None
    assert stored.text == "before \ufffd after"


def test_columns_of_an_older_version_get_defaults(database: Database, store: ConversationStore) -> None:
    message = _message(store.create(), 1)
    store.save(message)
    with database.transaction() as connection:
        connection.execute(
            "UPDATE messages SET timings = ?, sentences = ?, grounding = ?",
            (
                '{"total": 2.5, "field_of_a_later_version": 1}',
                '[{"start": 0, "end": 1, "text": "a", "supported": true}]',
                '{"found": true, "quotes": [], "coverage": {}}',
            ),
        )
    stored = store.message(message.id)
    assert stored is not None
    assert stored.timings == Timings(total=2.5)
    assert stored.sentences == (AnswerSentence(0, 1, "a", True),)
    assert stored.grounding == Grounding(True, (), Coverage())


@pytest.mark.parametrize("damaged", ["not json", '{"total": "a while"}', "[]"])
def test_a_damaged_column_is_told(database: Database, store: ConversationStore, damaged: str) -> None:
    message = _message(store.create(), 1)
    store.save(message)
    with database.transaction() as connection:
        connection.execute("UPDATE messages SET timings = ?", (damaged,))
    with pytest.raises(StorageError, match="stored answer is damaged"):
        store.message(message.id)


def test_a_second_message_behind_one_is_a_branch_and_the_first_is_kept(store: ConversationStore) -> None:
    conversation, other = _named(store, "edited"), _named(store, "other")
    first, second = (_say(store, conversation, number) for number in (1, 2))
    elsewhere = _say(store, other, 1)
    third = _say(store, conversation, 3, "walnut")
    assert store.branches(conversation.id) == {}
    fourth = _say(store, conversation, 4, "almond", after=1)
    assert store.messages(conversation.id) == [first, fourth]
    assert store.messages(other.id) == [elsewhere]
    assert store.branches(conversation.id) == {one.id: (second.id, fourth.id) for one in (second, fourth)}
    assert _titles(store, "walnut") == _titles(store, "almond") == ["edited"]
    store.show_branch(second.id)
    assert store.messages(conversation.id) == [first, second, third]
    store.save(replace(fourth, text="almond cake"))  # an answer that is still streaming takes nobody along
    assert store.messages(conversation.id) == [first, second, third]
    assert store.path_to(fourth.id) == [first, replace(fourth, text="almond cake")]
    assert store.path_to("") == store.path_to("unknown") == []
    assert [message.id[-1] for message in store.all_messages(conversation.id)] == ["1", "2", "3", "4"]


def test_two_first_messages_are_branches_too(store: ConversationStore) -> None:
    conversation = store.create()
    one, two = _message(conversation, 1), _message(conversation, 2)
    store.save(one)
    store.save(two)
    assert store.messages(conversation.id) == [two]
    assert store.branches(conversation.id)[one.id] == (one.id, two.id)


def test_a_message_never_follows_one_of_another_chat(store: ConversationStore) -> None:
    one, other = store.create(), store.create()
    store.save(_message(one, 1))
    with pytest.raises(InternalError):
        store.save(replace(_message(other, 2), parent_id=f"{one.id}-1"))
    with pytest.raises(InternalError):
        store.show_branch("ghost")
    assert store.messages(other.id) == []


def test_pins_and_folders_are_kept(store: ConversationStore) -> None:
    first, second = _named(store, "first"), _named(store, "second")
    store.pin(first.id, True)
    store.move(first.id, "Lease")
    store.move(second.id, "Rent")
    store.rename_folder("Rent", "Lease")
    kept = {one.title: (one.pinned, one.folder) for one in store.list()}
    assert kept == {"first": (True, "Lease"), "second": (False, "Lease")}
    store.pin(first.id, False)
    store.move(first.id, "")
    left = store.get(first.id)
    assert left is not None
    assert (left.pinned, left.folder) == (False, "")


def test_the_trash_has_what_was_deleted_until_it_is_emptied(store: ConversationStore) -> None:
    kept, first, second = (_named(store, title) for title in ("kept", "first", "second"))
    store.save(_message(first, 1, "walnut"))
    store.delete(first.id)
    store.delete(second.id)
    assert [one.title for one in store.trash()] == ["second", "first"]
    assert store.trash()[0].deleted_at > 1.7e9
    assert store.find("walnut") == []
    store.purge(kept.id)  # not in the trash
    store.purge(first.id)
    assert [one.title for one in store.trash()] == ["second"]
    assert _titles(store) == ["kept"]
    assert store.message(f"{first.id}-1") is None


def test_found_messages_tell_where_the_words_stand(store: ConversationStore) -> None:
    conversation = _named(store, "Lease")
    _say(store, conversation, 1, "What about the Kündigung? " * 3)
    _say(store, conversation, 2, "first " * 40 + "the kundigungsfrist\nis nine months")
    _say(store, conversation, 3, "The Kündigung is in another branch", after=1)
    newest, middle, oldest = store.find("kundigung")
    assert newest.message_id.endswith("-3")
    assert (oldest.conversation_id, oldest.title, oldest.role) == (conversation.id, "Lease", Role.USER)
    ((start, end),) = middle.marks
    assert middle.excerpt[start:end] == "kundigung"
    assert middle.excerpt.endswith("the kundigungsfrist is nine months")
    assert len(oldest.marks) == 3
    assert store.find("nine kundigung")[0].excerpt == middle.excerpt
    assert store.find("") == store.find("***") == []


def test_interrupted_messages_become_stopped(store: ConversationStore) -> None:
    conversation = store.create()
    states = [MessageState.WRITING, MessageState.COMPLETE, MessageState.FAILED, MessageState.WRITING]
    for number, state in enumerate(states, 1):
        store.save(replace(_say(store, conversation, number), state=state))
    assert store.mark_interrupted() == 2
    assert [message.state for message in store.messages(conversation.id)] == [
        MessageState.STOPPED,
        MessageState.COMPLETE,
        MessageState.FAILED,
        MessageState.STOPPED,
    ]
    assert store.mark_interrupted() == 0


# --- search


@pytest.mark.parametrize(
    ("text", "query"),
    [
        ("The annual report", "annual"),
        ("The annual report", "report ANNUAL"),
        ("The annual report", "annual rep"),
        ("The annual report", "  annual   "),
        ("Übersicht für Ärzte", "ubersicht arzte"),
        ("Ubersicht", "Übers"),
        ("say NOT never AND OR NEAR", "NOT AND OR NEAR"),
        ("an e-mail to a.b@example.org", "a.b@example.org"),
        ("C++ and 3.14", "3.14"),
        ('it\'s "quoted" here', '"quoted" it\'s'),
        ("we had a party🎉yesterday", "🎉"),
        ("we had a party🎉yesterday", "party🎉yest"),
        ("love ❤️ it", "❤️"),
        ("東京の人口は多い", "人口"),
        ("東京の人口は多い", "の人口は"),
        ("ภาษาไทยเขียนติดกัน", "ไทย"),
        ("हिन्दी में", "हिन्दी"),
        ("서울에서 만나요", "서울"),
        ("zero\0inside", "inside"),
        ("title text:x {a} ^b", "text:x {a} ^b"),
    ],
)
def test_search_finds_what_was_written_in_messages_and_titles(
    store: ConversationStore, text: str, query: str
) -> None:
    by_message, by_title, other = (
        store.create(),
        _named(store, text),
        _named(store, "something else entirely"),
    )
    store.save(_message(by_message, 1, text))
    store.save(_message(other, 1, "nothing of it"))
    assert {found.id for found in store.list(query)} == {by_message.id, by_title.id}


@pytest.mark.parametrize(
    "query",
    [
        "annual missing",
        "nual",
        "rep annual",
        "annualreport",
        "🎉",
        "年",
        "text:annual",
        "title:annual",
        "repor* an* x",
    ],
)
def test_search_leaves_out_what_does_not_match(store: ConversationStore, query: str) -> None:
    _named(store, "The annual report")
    assert store.list(query) == []


@pytest.mark.parametrize(
    "query", ["", "   ", '"', '""', "***", "'", "();--", "\0", "-", "^", ":", "\\", "% _"]
)
def test_text_without_anything_to_look_for_leaves_nothing_out(store: ConversationStore, query: str) -> None:
    _named(store, "The annual report")
    assert _titles(store, query) == ["The annual report"]


@pytest.mark.parametrize(
    "query",
    [
        '"annual', 'annual"', '"annual" OR', "annual AND", "NOT annual", "NEAR(annual report, 5)", "(annual",
        "annual)",
        "annual*", "*annual", "annual -", "annual '; DROP TABLE conversations; --", "annual\0",
        "a\"n\"n", "\ud800 annual",
        "annual " * 5000, "annual" * 20_000, "{annual}", "annual:", "+annual", "^annual", "🎉*", "annual\\",
    ],
    ids=lambda query: ascii(query)[:30],
)  # fmt: skip
def test_no_text_breaks_the_search(store: ConversationStore, query: str) -> None:
    _named(store, "unrelated title")
    assert _titles(store, query) == []
    store.rename(store.create().id, query, by_person=True)
    assert len(store.list()) == 2


@pytest.mark.parametrize("query", ["word " * 100_000, "本" * 100_000, "w" * 100_000])
def test_a_pasted_book_is_a_short_query(store: ConversationStore, query: str) -> None:
    _named(store, query)
    assert len(match_expression(query)) < 3000
    assert len(store.list(query)) == 1


def test_a_changed_text_is_found_by_its_new_words_only(store: ConversationStore) -> None:
    conversation = _named(store, "before")
    store.save(_message(conversation, 1, "walnut"))
    store.save(_message(conversation, 1, "almond"))
    store.rename(conversation.id, "after", by_person=True)
    assert [_titles(store, word) for word in ("walnut", "almond", "before", "after")] == [
        [],
        ["after"],
        [],
        ["after"],
    ]


def test_a_conversation_is_listed_once_however_often_it_matches(store: ConversationStore) -> None:
    conversation = _named(store, "walnut")
    for number in range(5):
        store.save(_message(conversation, number, "walnut"))
    assert _titles(store, "walnut") == ["walnut"]
