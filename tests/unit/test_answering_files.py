"""Asking about files: sentences proved by sentences, one short file read whole, and questions that keep their scope."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from desktop.core.cancel import CancelToken
from desktop.core.chat_requests import Generate
from desktop.core.conversations import Message, Reading
from desktop.core.errors import UserError
from desktop.core.events import Answer, Event, ImportSummary, SentenceChecked
from desktop.core.library_requests import Compare, DocumentPassages, Retrieve, Similarities
from desktop.core.requests import Request
from desktop.engines.fake import FakeEngine
from tests.support import InProcess, make_services, of_kind, write_files

LEASE = (
    "The notice period is nine months. The notice period begins with a month. A notice period may be longer. "
    "Notice is given in writing. The tenant paints the walls.\f"
    "The rent is 2,300 EUR a month. It is paid on the first day. Heating is included."
)
RULES = "Dogs may not be kept in the house. The bins are emptied on Tuesdays."


class Desk:
    """Services with two files imported."""

    def __init__(self, home: Path, folder: Path, engine: FakeEngine | None = None) -> None:
        self.engine = engine or FakeEngine()
        self.chat, self.library = InProcess(self.engine), InProcess(self.engine)
        self.services = make_services(home, self.engine, chat=self.chat, library=self.library)
        self.collection = self.services.library.create_collection("Papers").id
        self.add(write_files(folder, lease=LEASE, rules=RULES))
        self.conversation = self.services.conversations.create(self.collection).id

    def add(self, paths: list[Path]) -> None:
        events = self.services.importing.import_files(paths, self.collection)
        assert of_kind(events, ImportSummary)[0].ready == len(paths)

    def document(self, name: str) -> str:
        (row,) = self.services.library.documents(self.collection, name)
        return row.id

    def ask(self, question: str, *documents: str) -> list[Event]:
        answering = self.services.answering
        return list(answering.ask(self.conversation, question, document_ids=documents))

    def answer(self, question: str, *documents: str) -> Message:
        last = self.ask(question, *documents)[-1]
        assert isinstance(last, Answer)
        return last.message


@pytest.fixture
def desk(home: Path, tmp_path: Path) -> Iterator[Desk]:
    made = Desk(home, tmp_path / "in")
    yield made
    made.services.close()


# --- proofs


def test_a_sentence_points_at_the_sentence_that_supports_it(desk: Desk) -> None:
    desk.engine.says = "The notice period is nine months. The tenant paints the walls. The bins are emptied."
    events = desk.ask("How long is the notice period?")
    message = events[-1].message  # type: ignore[attr-defined]
    assert message.grounding is not None
    sources = {source.number: source for source in message.grounding.sources()}
    quoted, painted, emptied = (sources.get(one.source) for one in message.sentences)
    assert quoted == message.grounding.quotes[0]
    assert painted is not None
    assert painted.text == "The tenant paints the walls."
    assert LEASE.split("\f")[0][painted.start : painted.end] == painted.text
    assert len(painted.boxes) == 5  # the fake page has a line for each word
    assert painted in message.grounding.proofs
    assert [event.proof for event in of_kind(events, SentenceChecked)] == [None, painted, emptied]
    assert desk.services.conversations.messages(desk.conversation)[-1] == message


def test_two_sentences_of_one_passage_are_two_sources(desk: Desk) -> None:
    desk.engine.says = "The tenant paints the walls. Notice is given in writing. The tenant paints walls."
    message = desk.answer("How long is the notice period?")
    numbers = [one.source for one in message.sentences]
    assert numbers[0] == numbers[2] != numbers[1]
    assert message.grounding is not None
    texts = {source.number: source.text for source in message.grounding.sources()}
    assert [texts[number] for number in numbers[:2]] == [
        "The tenant paints the walls.",
        "Notice is given in writing.",
    ]
    assert len(texts) == len(message.grounding.sources())


class Reader(FakeEngine):
    """Finds that all texts mean the same."""

    def handle(self, request: Request, cancel: CancelToken) -> Iterator[object]:
        """See Engine."""
        if isinstance(request, Compare):
            yield Similarities(tuple((0.9,) * len(request.texts) for _ in request.sentences))
        else:
            yield from super().handle(request, cancel)


def test_a_second_look_proves_other_words_but_no_other_numbers(home: Path, tmp_path: Path) -> None:
    desk = Desk(home, tmp_path / "in", Reader())
    desk.engine.says = "Walls get freshly painted by tenants. Tenants paint 3 walls freshly."
    message = desk.answer("How long is the notice period?")
    assert [one.supported for one in message.sentences] == [True, False]
    assert message.grounding is not None
    proof = next(one for one in message.grounding.sources() if one.number == message.sentences[0].source)
    assert proof.text == "The tenant paints the walls."
    desk.services.close()


# --- one file as a whole


def test_a_short_file_is_read_whole_and_in_order(desk: Desk) -> None:
    message = desk.answer("How much is the rent?", desk.document("lease"))
    (request,) = desk.chat.asked(Generate)
    system, shown, read, asked = request.turns
    first, second = LEASE.split("\f")
    assert (system.role, shown.role, read.role, asked.role) == ("system", "user", "assistant", "user")
    assert f"Page 1: «{first}»\nPage 2: «{second}»" in shown.content
    assert "lease.txt" in shown.content
    assert asked.content.endswith("Question: How much is the rent?")
    assert message.grounding is not None
    coverage = message.grounding.coverage
    assert (coverage.reading, coverage.pages, coverage.files) == (Reading.WHOLE, 2, ("lease.txt",))


def test_the_text_of_a_whole_file_is_read_once(desk: Desk) -> None:
    lease = desk.document("lease")
    first = desk.answer("How much is the rent?", lease)
    second = desk.answer("How long is the notice period?", lease)
    assert second.timings.reused_tokens >= first.timings.prompt_tokens
    assert desk.chat.asked(Generate)[1].turns[1] == desk.chat.asked(Generate)[0].turns[1]


def test_a_long_file_is_searched(desk: Desk, tmp_path: Path) -> None:
    long = " ".join(f"Rule {number} says that the rent of room {number} is due." for number in range(300))
    desk.add(write_files(tmp_path / "more", long=long))
    desk.services.settings.change(context_size=1024)
    message = desk.answer("When is the rent of room 17 due?", desk.document("long"))
    assert message.grounding is not None
    assert message.grounding.coverage.reading is Reading.PASSAGES
    (request,) = desk.chat.asked(Generate)
    assert [turn.role for turn in request.turns] == ["system", "user"]
    assert {source.document for source in message.grounding.sources()} == {"long.txt"}


def test_the_only_file_of_a_collection_is_read_whole(home: Path, tmp_path: Path) -> None:
    services = make_services(home)
    collection = services.library.create_collection("One").id
    list(services.importing.import_files(write_files(tmp_path / "in", rules=RULES), collection))
    chat = services.conversations.create(collection).id
    *_, last = services.answering.ask(chat, "When are the bins emptied?")
    assert isinstance(last, Answer)
    assert last.message.grounding is not None
    assert last.message.grounding.coverage.reading is Reading.WHOLE
    services.close()


def test_several_files_are_searched(desk: Desk) -> None:
    message = desk.answer("How much is the rent?")
    assert message.grounding is not None
    assert message.grounding.coverage.reading is Reading.PASSAGES
    assert not desk.library.asked(DocumentPassages)


# --- scope


def test_a_question_keeps_the_files_that_it_asks(desk: Desk) -> None:
    rules = desk.document("rules")
    desk.answer("When are the bins emptied?", rules)
    asked = desk.services.conversations.messages(desk.conversation)[0]
    assert asked.document_ids == (rules,)
    list(desk.services.answering.regenerate(desk.conversation))
    list(desk.services.answering.edit(asked.id, "May dogs be kept?"))
    assert [request.document_ids for request in desk.library.asked(Retrieve)] == [(rules,)] * 3


def test_a_file_that_is_gone_cannot_be_asked(desk: Desk) -> None:
    rules = desk.document("rules")
    list(desk.services.library.remove([rules]))
    with pytest.raises(UserError, match="not in the library"):
        desk.ask("When are the bins emptied?", rules)
    assert desk.services.conversations.messages(desk.conversation) == []
