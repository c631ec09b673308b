"""Summaries of a whole file: every part is read, what there is stays when it is stopped, and coverage says how much."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from desktop.core.cancel import CancelToken
from desktop.core.chat_requests import Generate, GeneratedText
from desktop.core.conversations import Message, MessageState, Reading
from desktop.core.documents import Passage
from desktop.core.errors import EngineCrashed
from desktop.core.events import Answer, Event, Found, Progress, Token
from desktop.core.library_requests import Retrieve
from desktop.core.requests import Request
from desktop.engines.fake import FakeEngine
from desktop.engines.key_sentences import choose
from desktop.services.answering import WHICH_FILE
from tests.support import InProcess, make_services, of_kind, write_files

REPORT = "\f".join(
    " ".join(f"Section {page} says that item {page}{item} was checked." for item in range(20))
    for page in range(1, 13)
)


class Desk:
    """A long report and a short note; the fake model repeats the text that it is to summarise."""

    def __init__(self, home: Path, folder: Path) -> None:
        self.engine = FakeEngine()
        self.chat, self.library = InProcess(self.engine), InProcess(self.engine)
        self.services = make_services(home, self.engine, chat=self.chat, library=self.library)
        self.services.settings.change(context_size=1024, answer_length=100)
        self.collection = self.services.library.create_collection("Papers").id
        paths = write_files(folder, report=REPORT, note="The bins are emptied on Tuesdays.")
        list(self.services.importing.import_files(paths, self.collection))
        self.conversation = self.services.conversations.create(self.collection).id

    def ask(self, question: str, cancel: CancelToken | None = None) -> Iterator[Event]:
        return self.services.answering.ask(self.conversation, question, cancel)

    def answer(self, question: str) -> Message:
        *_, last = self.ask(question)
        assert isinstance(last, Answer)
        return last.message


@pytest.fixture
def desk(home: Path, tmp_path: Path) -> Iterator[Desk]:
    made = Desk(home, tmp_path / "in")
    yield made
    made.services.close()


def test_every_page_goes_through_the_model(desk: Desk) -> None:
    events = list(desk.ask("Summarise report.txt"))
    message = events[-1].message  # type: ignore[attr-defined]
    assert message.state is MessageState.COMPLETE, message.note
    asked = [request.turns[-1].content for request in desk.chat.asked(Generate)]
    for page in range(1, 13):
        assert any(f"item {page}19 was checked" in prompt for prompt in asked)
    assert not desk.library.asked(Retrieve)
    coverage = message.grounding.coverage
    assert (coverage.reading, coverage.pages, coverage.pages_total) == (Reading.PARTS, 12, 12)
    progress = of_kind(events, Progress)
    assert progress[0].words.startswith(f"Reading part 1 of {progress[0].total} (page")
    assert "".join(token.text for token in of_kind(events, Token)) == message.text
    assert message.text.count("\n\n**Page") == progress[0].total
    headings = [one for one in message.sentences if one.text.startswith("**Page")]
    assert len(headings) == progress[0].total
    assert not any(one.checked for one in headings)


def test_key_sentences_come_first_and_the_words_are_proved(desk: Desk) -> None:
    events = list(desk.ask("Summarise report.txt"))
    (found,) = of_kind(events, Found)
    assert events.index(found) < events.index(of_kind(events, Progress)[0])
    assert found.grounding is not None
    assert len(found.grounding.quotes) >= 3
    message = events[-1].message  # type: ignore[attr-defined]
    checked = [one for one in message.sentences if one.checked]
    assert any(one.supported for one in checked)
    for one in message.sentences:
        assert message.text[one.start : one.end] == one.text


def test_stopped_it_keeps_the_parts_until_then(desk: Desk) -> None:
    cancel = CancelToken()
    events: list[Event] = []
    for event in desk.ask("Summarise report.txt", cancel):
        events.append(event)
        if len(of_kind(events, Progress)) == 3:
            cancel.cancel()
    message = events[-1].message  # type: ignore[attr-defined]
    assert message.state is MessageState.STOPPED
    assert message.text.startswith("**Page")
    assert message.text.count("**Page") == 2
    coverage = message.grounding.coverage
    assert 0 < coverage.pages < coverage.pages_total == 12
    assert desk.services.conversations.messages(desk.conversation)[-1] == message


def test_a_dead_model_keeps_the_parts_until_then(desk: Desk) -> None:
    def die(request: Request, message: object) -> None:
        if isinstance(message, GeneratedText) and len(desk.chat.asked(Generate)) > 2:
            raise EngineCrashed("The model crashed.")

    desk.chat.during = die
    message = desk.answer("Summarise report.txt")
    assert (message.state, message.note) == (MessageState.FAILED, "The model crashed.")
    assert message.text.count("**Page") == 2


def test_a_short_file_is_one_part(desk: Desk) -> None:
    message = desk.answer("What is note.txt about?")
    assert len(desk.chat.asked(Generate)) == 1
    assert "**Page" not in message.text
    assert message.grounding is not None
    assert message.grounding.coverage.pages == 1


def test_which_file_is_asked_where_several_may_be_meant(desk: Desk) -> None:
    assert desk.answer("Summarise this document").text == WHICH_FILE
    assert not desk.chat.asked(Generate)
    message = desk.answer("What is photosynthesis about?")
    assert message.text != WHICH_FILE
    assert desk.library.asked(Retrieve)


def test_key_sentences_are_spread_and_not_said_twice() -> None:
    texts = [
        "The cat sleeps on the warm roof. Weather was mild on that day.",
        "The cat sleeps on the warm roof. Dogs bark at the red gate daily.",
        "Fish swim in the deep blue pond. Birds sing in the old green tree.",
    ]
    passages = [
        Passage(str(number), "d", number + 1, 0, len(text), text) for number, text in enumerate(texts)
    ]
    words = sorted({word for text in texts for word in text.lower().replace(".", "").split()})

    def encode(given: list[str]) -> np.ndarray:
        rows = np.array(
            [[text.lower().replace(".", "").split().count(word) for word in words] for text in given],
            np.float32,
        )
        return rows / np.linalg.norm(rows, axis=1, keepdims=True)

    chosen = choose(passages, encode(texts), 3, encode)
    assert [one.passage for one in chosen] == [0, 1, 2]
    said = [texts[one.passage][one.start : one.end] for one in chosen]
    assert len(set(said)) == 3
