"""Attaching files to one message: read apart from the library, asked alone, kept and removed with the chat."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from desktop.core.chat_requests import Generate
from desktop.core.conversations import Message, MessageState, Reading
from desktop.core.documents import Document, DocumentState
from desktop.core.errors import UserError
from desktop.core.events import Answer, FileChanged
from desktop.engines.fake import FakeEngine
from desktop.services import attaching
from desktop.services.all import Services
from tests.support import InProcess, make_services, of_kind, write_files

LEASE = "The notice period is nine months. The rent is 2,300 EUR a month."
MEMO = "The boiler was serviced in May. The next service is due in spring."


class Attached:
    """Services, and a chat that asks no files."""

    def __init__(self, home: Path, folder: Path) -> None:
        self.engine = FakeEngine()
        self.chat = InProcess(self.engine)
        self.services: Services = make_services(home, self.engine, chat=self.chat)
        self.files = write_files(folder, lease=LEASE, memo=MEMO)
        self.conversation = self.services.conversations.create().id

    def attach(self, *paths: Path) -> tuple[str, list[Document]]:
        draft = self.services.attaching.begin()
        for path in paths:
            list(self.services.attaching.attach(draft, path))
        return draft, self.services.attaching.ready(draft)

    def ask(self, question: str, documents: list[Document], together: bool = False) -> Message:
        ids = [one.id for one in documents]
        answering = self.services.answering
        events = answering.ask(self.conversation, question, document_ids=ids, with_collection=together)
        event = list(events)[-1]
        assert isinstance(event, Answer)
        return event.message


@pytest.fixture
def desk(home: Path, tmp_path: Path) -> Iterator[Attached]:
    made = Attached(home, tmp_path / "in")
    yield made
    made.services.close()


def test_an_attachment_is_asked_by_its_message_alone_and_no_page_lists_it(desk: Attached) -> None:
    draft, documents = desk.attach(desk.files[0])
    assert [one.name for one in documents] == ["lease.txt"]
    answer = desk.ask("How long is the notice period?", documents)
    assert answer.grounding is not None
    assert answer.grounding.quotes[0].text == "The notice period is nine months."
    assert answer.grounding.coverage.reading is Reading.WHOLE
    source = Path(answer.grounding.quotes[0].path)
    assert source.read_text() == LEASE
    assert source != desk.files[0]
    assert not desk.services.library.collections()
    assert desk.ask("How long is the notice period?", []).grounding is None  # the next message has none
    again = list(desk.services.answering.regenerate(desk.conversation, answer_id=answer.id))[-1]
    assert isinstance(again, Answer)
    assert again.message.grounding is not None
    assert draft not in {one.id for one in desk.services.library.collections()}


def test_what_is_attached_is_seen_also_where_no_sentence_answers(desk: Attached) -> None:
    desk.services.settings.change(context_size=512)
    _, documents = desk.attach(*desk.files)
    answer = desk.ask("Translate period and boiler into purple elephant languages?", documents)
    assert answer.state is MessageState.COMPLETE
    assert answer.grounding is not None
    assert answer.grounding.found
    assert not answer.grounding.quotes
    assert answer.grounding.coverage.files_total == 2
    prompt = desk.chat.asked(Generate)[-1].turns[-1].content
    assert "notice period is nine months" in prompt
    assert "boiler was serviced" in prompt


def test_what_is_attached_is_asked_together_with_the_collection_and_again(desk: Attached) -> None:
    library = desk.services.library.create_collection("Contracts")
    house = write_files(desk.files[0].parent, house="The notice period of the house is three months.")
    list(desk.services.importing.import_files(house, library.id))
    desk.services.conversations.set_collection(desk.conversation, library.id)
    _, documents = desk.attach(desk.files[0])
    alone = desk.ask("How long is the notice period?", documents)
    assert alone.grounding is not None
    assert alone.grounding.beside is None
    answer = desk.ask("How long is the notice period?", documents, together=True)
    again = list(desk.services.answering.regenerate(desk.conversation, answer_id=answer.id))[-1]
    asked = desk.services.conversations.messages(desk.conversation)[-2]
    edited = list(desk.services.answering.edit(asked.id, "What is the notice period?"))[-1]
    assert isinstance(again, Answer)
    assert isinstance(edited, Answer)
    for message in (answer, again.message, edited.message):
        grounding = message.grounding
        assert grounding is not None
        assert [one.document for one in grounding.quotes][:1] == ["lease.txt"]
        assert "house.txt" in {one.document for one in grounding.quotes}
        assert [one.number for one in grounding.sources()] == list(range(1, len(grounding.sources()) + 1))
        assert grounding.coverage.files == ("lease.txt",)
        assert grounding.beside is not None
        assert grounding.beside.files == ("house.txt",)
    prompt = desk.chat.asked(Generate)[-1].turns[-1].content
    assert "three months" in prompt


def test_a_collection_that_says_nothing_is_not_shown_to_the_model(desk: Attached) -> None:
    library = desk.services.library.create_collection("Contracts")
    house = write_files(desk.files[0].parent, house="Bicycles stand in the yard.")
    list(desk.services.importing.import_files(house, library.id))
    desk.services.conversations.set_collection(desk.conversation, library.id)
    _, documents = desk.attach(desk.files[0])
    answer = desk.ask("How long is the notice period?", documents, together=True)
    assert answer.grounding is not None
    assert answer.grounding.beside is not None
    assert (answer.grounding.beside.files_read, answer.grounding.beside.files_total) == (0, 1)
    assert {one.document for one in answer.grounding.sources()} == {"lease.txt"}


def test_what_had_no_room_among_the_passages_is_counted(desk: Attached) -> None:
    desk.services.settings.change(context_size=512)
    many = {f"memo{number}": f"The boiler {number} stands in the cellar. " * 40 for number in range(6)}
    _, documents = desk.attach(*write_files(desk.files[0].parent, **many))
    answer = desk.ask("Translate boiler and cellar into purple elephant languages?", documents)
    use = answer.timings.context
    assert answer.grounding is not None
    assert use.passages_left_out > 0
    assert use.passages + use.passages_left_out == len(answer.grounding.sources())
    prompt = desk.chat.asked(Generate)[-1].turns[-1].content
    assert prompt.count("«") == use.passages


def test_an_exported_chat_comes_back_with_its_attachments(
    desk: Attached, tmp_path_factory: pytest.TempPathFactory
) -> None:
    _, documents = desk.attach(desk.files[0])
    desk.ask("How long is the notice period?", documents)
    exporting, file = desk.services.exporting, desk.files[0].parent / "chat.json"
    exporting.export(desk.conversation, file)
    assert "Attached: lease.txt." in exporting.exported(desk.conversation, "md")
    made = exporting.import_chat(file)
    question, answer = desk.services.conversations.messages(made.id)
    assert question.document_ids == (documents[0].id,)
    again = list(desk.services.answering.regenerate(made.id, answer_id=answer.id))[-1]
    assert isinstance(again, Answer)
    assert again.message.grounding is not None
    assert again.message.grounding.quotes[0].text == "The notice period is nine months."

    other = make_services(tmp_path_factory.mktemp("other"), FakeEngine())
    made = other.exporting.import_chat(file)
    question, answer = other.conversations.messages(made.id)
    (row,) = [other.library.document(one) for one in question.document_ids]
    assert row is not None
    assert (row.name, row.state) == ("lease.txt", DocumentState.FAILED)
    assert "stayed on the computer" in row.reason
    assert answer.grounding is not None
    assert answer.grounding.quotes[0].path == ""
    again = list(other.answering.regenerate(made.id, answer_id=answer.id))[-1]
    assert isinstance(again, Answer)
    assert again.message.state is MessageState.COMPLETE
    assert again.message.grounding is not None
    assert [one.name for one in again.message.grounding.coverage.failed] == ["lease.txt"]
    other.close()


def test_a_chat_file_cannot_name_other_documents(desk: Attached) -> None:
    _, documents = desk.attach(desk.files[0])
    desk.ask("How long is the notice period?", documents)
    data = json.loads(desk.services.exporting.exported(desk.conversation, "json"))
    file = desk.files[0].parent / "chat.json"
    for files, names in (({documents[0].id: "x\n" * 300}, [("x " * 100).strip()]), ({}, [])):
        data["files"] = files
        data["messages"][0]["document_ids"] = [documents[0].id if files else "unknown"]
        file.write_text(json.dumps(data))
        made = desk.services.exporting.import_chat(file)
        (question, _) = desk.services.conversations.messages(made.id)
        found = [desk.services.library.document(one) for one in question.document_ids]
        assert [one.name.strip() for one in found if one is not None] == names


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("gone.txt", "not there any more"),
        ("folder", "is a folder"),
        ("empty.txt", "is empty"),
        ("big.bin", "larger"),
    ],
)
def test_what_cannot_be_attached_is_told_in_a_sentence(
    desk: Attached, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, words: str
) -> None:
    monkeypatch.setattr(attaching, "LARGEST", 10)
    (tmp_path / "folder").mkdir()
    (tmp_path / "empty.txt").touch()
    (tmp_path / "big.bin").write_bytes(b"x" * 20)
    with pytest.raises(UserError, match=words):
        desk.attach(tmp_path / name)


def test_a_file_that_cannot_be_read_says_why_and_is_not_sent(desk: Attached, tmp_path: Path) -> None:
    (bad,) = write_files(tmp_path / "bad", bad="!damaged")
    draft = desk.services.attaching.begin()
    events = of_kind(desk.services.attaching.attach(draft, bad), FileChanged)
    assert events[-1].document.state is DocumentState.FAILED
    assert events[-1].document.reason == "This file is damaged."
    assert not desk.services.attaching.ready(draft)


def test_two_files_of_one_name_are_kept_apart_and_one_is_removed(desk: Attached, tmp_path: Path) -> None:
    (other,) = write_files(tmp_path / "other", lease="Dogs may not be kept in the house.")
    draft, documents = desk.attach(desk.files[0], other)
    assert len({one.path for one in documents}) == 2
    desk.services.attaching.remove(draft, documents[0].id)
    assert [one.id for one in desk.services.attaching.ready(draft)] == [documents[1].id]
    assert not Path(documents[0].path).exists()
    list(desk.services.attaching.attach(draft, desk.files[0]))
    found = desk.services.attaching.ready(draft)
    assert len({one.path for one in found}) == 2
    assert {Path(one.path).read_text() for one in found} == {LEASE, other.read_text()}


def test_copies_go_with_their_chat_and_what_was_never_sent_at_the_next_start(
    desk: Attached, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(attaching, "UNSENT_SECONDS", 0.0)
    sent, documents = desk.attach(desk.files[0])
    desk.ask("How long is the notice period?", documents)
    desk.services.attaching.sent(sent)
    unsent, drafted = desk.attach(desk.files[1])
    chats, copy = desk.services.conversations, Path(documents[0].path)
    chats.delete(desk.conversation)
    chats.empty_trash()
    assert not copy.exists()
    assert Path(drafted[0].path).exists()
    list(desk.services.attaching.tidy())
    assert desk.services.library.document(documents[0].id) is None
    assert desk.services.library.document(drafted[0].id) is not None
    desk.services.attaching.discard(unsent)
    assert desk.services.library.document(drafted[0].id) is None
    assert not Path(drafted[0].path).exists()
