"""The main job with every real part: samples in, a question, quotes that can be opened, words that are checked."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from desktop.core.cancel import CancelToken
from desktop.core.conversations import MessageState
from desktop.core.events import Answer, Event, FileChanged, Found, ImportSummary, SentenceChecked, Token
from desktop.core.library_requests import DescribeIndex, IndexState, Search
from desktop.core.paths import Paths
from desktop.core.reading_requests import RenderPage
from desktop.engines.process import call
from desktop.services.all import Services


@pytest.fixture(scope="module")
def services(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Services]:
    default = Paths.default()
    for model in (default.starter_chat_model, default.starter_embedder):
        assert model.exists(), "the starter models are missing: run `make setup`"
    built = Services(Paths(tmp_path_factory.mktemp("main-job"), default.program))
    events = list(built.importing.samples())
    assert isinstance(events[-1], ImportSummary)
    assert (events[-1].ready, events[-1].failed) == (9, 0)
    yield built
    built.close()


def _collection(services: Services) -> str:
    return services.library.named("Sample files").id


def _ask(services: Services, question: str, conversation: str = "") -> list[Event]:
    conversation = conversation or services.conversations.create(_collection(services)).id
    return list(services.answering.ask(conversation, question))


def _answer(events: list[Event]) -> Answer:
    assert isinstance(events[-1], Answer)
    return events[-1]


def test_an_answer_leads_with_a_quote_that_can_be_opened(services: Services) -> None:
    events = _ask(services, "How long is the notice period?")
    found = next(event for event in events if isinstance(event, Found))
    assert found.grounding is not None
    assert found.grounding.found
    best = found.grounding.quotes[0]
    assert best.text == "The notice period is three months to the end of a calendar month."
    assert (best.document, best.page) == ("Tenancy agreement.pdf", 1)
    assert best.boxes
    assert all(0 <= box.x0 < box.x1 <= 1 and 0 <= box.y0 < box.y1 <= 1 for box in best.boxes)
    assert found.grounding.coverage.files_total == 9
    picture = services.pages.render(best.path, best.page, 800)
    assert len(picture.pixels) == picture.width * picture.height * 3


def test_every_sentence_of_the_words_is_checked_and_kept(services: Services) -> None:
    events = _ask(services, "How much is the deposit?")
    message = _answer(events).message
    assert message.state is MessageState.COMPLETE
    assert "".join(event.text for event in events if isinstance(event, Token)) == message.text
    assert message.sentences
    assert any(isinstance(event, SentenceChecked) for event in events)
    for sentence in message.sentences:
        assert message.text[sentence.start : sentence.end] == sentence.text
        assert sentence.supported == bool(sentence.source) or not sentence.checked
    stored = services.conversations.messages(message.conversation_id)
    assert stored[-1] == message


def test_what_the_files_do_not_say_is_said(services: Services) -> None:
    message = _answer(_ask(services, "Which team won the football championship of 1974?")).message
    assert message.grounding is not None
    assert not message.grounding.found
    assert message.grounding.quotes  # the nearest passages


def test_the_second_turn_reuses_the_first(services: Services) -> None:
    conversation = services.conversations.create(_collection(services)).id
    first = _answer(_ask(services, "How long is the notice period?", conversation)).message
    second = _answer(_ask(services, "How much is the deposit?", conversation)).message
    assert second.timings.reused_tokens >= first.timings.prompt_tokens - 1


def test_a_killed_model_costs_one_answer(services: Services) -> None:
    conversation = services.conversations.create().id
    told = services.answering.ask(conversation, "Write a long story about a lighthouse.")
    events: list[Event] = []
    for event in told:
        events.append(event)
        if isinstance(event, Token) and sum(isinstance(one, Token) for one in events) == 3:
            pid = services._engines.chat.pid  # type: ignore[attr-defined]
            assert pid
            os.kill(pid, signal.SIGKILL)
    message = _answer(events).message
    assert message.state is MessageState.FAILED
    assert "The model was ended by the system" in message.note
    assert message.text
    assert "".join(event.text for event in events if isinstance(event, Token)) == message.text
    assert services.conversations.messages(conversation)[-1] == message
    assert _answer(_ask(services, "Hello", conversation)).message.state is MessageState.COMPLETE


def test_a_stopped_answer_keeps_its_words_and_its_model(services: Services) -> None:
    conversation = services.conversations.create().id
    cancel = CancelToken()
    events: list[Event] = []
    for event in services.answering.ask(conversation, "Write a long story about a lighthouse.", cancel):
        events.append(event)
        if isinstance(event, Token) and sum(isinstance(one, Token) for one in events) == 3:
            pid = services._engines.chat.pid  # type: ignore[attr-defined]
            cancel.cancel()
    message = _answer(events).message
    assert message.state is MessageState.STOPPED
    assert message.text
    assert services._engines.chat.pid == pid  # type: ignore[attr-defined]


def test_importing_again_changes_nothing(services: Services) -> None:
    events = list(services.importing.samples())
    summary = events[-1]
    assert isinstance(summary, ImportSummary)
    assert (summary.ready, summary.skipped, summary.failed) == (0, 9, 0)
    assert all(event.document.reason == "Unchanged" for event in events if isinstance(event, FileChanged))
    state = call(services._engines.library, IndexState, DescribeIndex(_collection(services)))
    assert len(state.document_ids) == 9


def test_a_changed_file_replaces_its_passages(services: Services, tmp_path: Path) -> None:
    collection = services.library.create_collection("Changing").id
    file = tmp_path / "garden.txt"
    file.write_text("The garden shed key hangs behind the blue door.", "utf-8")
    list(services.importing.import_files([file], collection))
    file.write_text("The garden shed key lies under the flower pot now.", "utf-8")
    list(services.importing.import_files([file], collection))
    copy = tmp_path / "copy.txt"
    copy.write_bytes(file.read_bytes())
    again = list(services.importing.import_files([copy], collection))
    assert [e.document.reason for e in again if isinstance(e, FileChanged)][-1] == "The same as garden.txt"
    hits = services.searching.search(Search(collection, "Where is the shed key?")).hits
    assert [hit.passage.text for hit in hits] == ["The garden shed key lies under the flower pot now."]


def test_a_page_opens_while_the_reader_is_busy(services: Services) -> None:
    path = str(services.paths.samples / "Heating manual.pdf")
    reading = services._engines.reader.request(RenderPage(path, 1, 400))
    next(reading)  # the reader's turn is taken until this generator ends
    assert services.pages.render(path, 2, 400).pages == 4
    list(reading)


def test_the_command_line_prints_json_alone(tmp_path: Path) -> None:
    environment = {**os.environ, "PYTHONDONTWRITEBYTECODE": ""}
    command = [sys.executable, "-m", "desktop"]
    sample = str(Paths.default().samples / "House rules.md")
    done = subprocess.run(
        [*command, "import", sample, "--collection", "c", "--json"],
        capture_output=True, text=True, env=environment, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    rows = [json.loads(line) for line in done.stdout.splitlines()]
    assert rows[0]["state"] == "ready"
    assert rows[-1]["summary"]["ready"] == 1
    asked = subprocess.run(
        [*command, "ask", "When must it be quiet?", "--collection", "c", "--json", "--quotes-only"],
        capture_output=True, text=True, env=environment, check=False,
    )  # fmt: skip
    assert asked.returncode == 0, asked.stderr
    assert len(json.loads(asked.stdout)["quotes"]) == 3
