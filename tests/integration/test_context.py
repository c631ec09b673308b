"""With the real models: what is attached to one message, and a chat that is longer than the model's memory."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image, ImageDraw, ImageFont

from desktop.core.cancel import CancelToken
from desktop.core.conversations import Message, MessageState, Reading
from desktop.core.events import Answer, Event, Note
from desktop.core.paths import Paths, program_folder
from desktop.services.all import Services
from tests.support import of_kind

FONT = program_folder() / "resources" / "fonts" / "Inter-Regular.otf"


@pytest.fixture(scope="module")
def services(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Services]:
    default = Paths.default()
    for model in (default.starter_chat_model, default.starter_embedder):
        assert model.exists(), "the starter models are missing: run `make setup`"
    built = Services(Paths(tmp_path_factory.mktemp("context"), default.program))
    yield built
    built.close()


def _ask(
    services: Services, chat: str, question: str, ids: tuple[str, ...] = ()
) -> tuple[Message, list[Event]]:
    events = list(services.answering.ask(chat, question, document_ids=ids))
    assert isinstance(events[-1], Answer)
    return events[-1].message, events


def _picture(path: Path) -> Path:
    """A picture with words in it."""
    picture = Image.new("RGB", (900, 260), "white")
    draw, font = ImageDraw.Draw(picture), ImageFont.truetype(str(FONT), 40)
    draw.text((40, 50), "Invoice 4711 of 3 May 2026", fill="black", font=font)
    draw.text((40, 140), "Total amount due: 318.50 EUR", fill="black", font=font)
    picture.save(path)
    return path


def test_a_file_and_a_picture_are_asked_by_one_message(services: Services, tmp_path: Path) -> None:
    sample = next(services.paths.samples.glob("Tenancy*.pdf"))
    draft = services.attaching.begin()
    for path in (sample, _picture(tmp_path / "invoice.png")):
        list(services.attaching.attach(draft, path))
    documents = services.attaching.ready(draft)
    assert sorted(one.name for one in documents) == ["Tenancy agreement.pdf", "invoice.png"]
    ids = tuple(one.id for one in documents)
    chat = services.conversations.create().id
    answer, _ = _ask(services, chat, "What is the total amount due on the invoice?", ids)
    services.attaching.sent(draft)
    assert answer.state is MessageState.COMPLETE
    assert answer.grounding is not None
    assert "318.50" in " ".join(quote.text for quote in answer.grounding.quotes)
    assert answer.grounding.coverage.files_total == 2
    assert "a model for pictures is missing" in answer.note
    quote = answer.grounding.quotes[0]
    page = services.pages.render(quote.path, quote.page, 200, CancelToken(), quote.member)
    assert page.width == 200
    assert not services.library.collections()
    plain, _ = _ask(services, chat, "Thanks")
    assert plain.grounding is None


def test_one_small_attachment_is_seen_as_a_whole(services: Services, tmp_path: Path) -> None:
    note = tmp_path / "note.txt"
    note.write_text("The meeting with Ms Albers is on Thursday at ten in room 4.")
    draft = services.attaching.begin()
    list(services.attaching.attach(draft, note))
    ids = tuple(one.id for one in services.attaching.ready(draft))
    chat = services.conversations.create().id
    answer, _ = _ask(services, chat, "Say this in a more polite way, please?", ids)
    assert answer.text
    assert answer.grounding is not None
    assert answer.grounding.found
    assert answer.grounding.coverage.reading is Reading.WHOLE
    services.attaching.discard(draft)
    assert services.library.document(ids[0]) is None


def test_a_chat_longer_than_the_memory_is_summarised_once(services: Services) -> None:
    services.settings.change(context_size=512, answer_length=48, overflow="summarise")
    chat = services.conversations.create().id
    first = "My name is Petra Lindqvist and I run a bakery in Lund. " + "What should I bake on Monday?"
    answers: list[Message] = []
    notes: list[Note] = []
    before = ""
    for question in (first, *(f"Tell me about bread number {n} in some detail." for n in range(9))):
        answer, events = _ask(services, chat, question)
        assert answer.state is MessageState.COMPLETE
        assert answer.timings.prompt_tokens + 48 <= 512
        answers.append(answer)
        notes += of_kind(events, Note)
        if answer.timings.context.summary and answer.timings.context.summary == before:
            break
        before = answer.timings.context.summary
    one, other = answers[-2:]
    assert other.timings.context.summary == one.timings.context.summary != ""
    assert len(notes) == len({one.timings.context.summary for one in answers} - {""})
    # Only the new turn was read: the summary did not change the prompt's beginning.
    assert other.timings.reused_tokens >= one.timings.prompt_tokens


@pytest.mark.parametrize("size", [512, 1024])
def test_nothing_is_too_long_and_nothing_is_cut_in_silence(
    services: Services, tmp_path: Path, size: int
) -> None:
    services.settings.change(context_size=size, answer_length=32, overflow="leave_out")
    chat = services.conversations.create().id
    (tmp_path / "fees.txt").write_text(
        "\n\n".join(f"The fee of flat {number} is {number * 7} euros." for number in range(400))
    )
    draft = services.attaching.begin()
    list(services.attaching.attach(draft, tmp_path / "fees.txt"))
    ids = tuple(one.id for one in services.attaching.ready(draft))
    for number, (question, only) in enumerate(
        (
            ("Tell me about bread. " * 2500, ()),  # longer than any context
            ("A" * 8000, ()),  # without a place to break it
            ("世界😀" * 4000, ()),
            ("What is the fee of flat 77?", ids),
            ("What is the fee of flat 77? " + "Consider all of it. " * 1500, ids),
            ("And cheese?", ()),
        )
    ):
        answer, _ = _ask(services, chat, question, only)
        use = answer.timings.context
        assert answer.state is MessageState.COMPLETE, answer.note
        assert use.size == size
        assert answer.timings.prompt_tokens + 32 <= size
        assert ("it saw its beginning and its end" in answer.note) == (len(question) > 1000)
        if number:
            asked = services.conversations.messages(chat)[-2]
            assert use.left_out
            assert use.first_seen in {one.id for one in services.conversations.messages(chat)}
            assert "not seen for this answer" in answer.note
            if len(question) > 1000:
                assert use.first_seen == asked.id  # the marker stands right above it


def test_the_memory_of_a_branch_is_that_of_its_own_answer(services: Services) -> None:
    services.settings.change(context_size=1024, answer_length=32, overflow="leave_out")
    chat = services.conversations.create().id
    first, _ = _ask(services, chat, "What is bread?")
    long, _ = _ask(services, chat, "What is in it? " * 100)
    asked = services.conversations.messages(chat)[2]
    events = list(services.answering.edit(asked.id, "And salt?"))
    assert isinstance(events[-1], Answer)
    short = events[-1].message.timings
    assert short.context.question < long.timings.context.question
    assert short.context.history >= first.timings.context.question
    services.settings.change(context_size=512)
    smaller, _ = _ask(services, chat, "And sugar?")
    assert smaller.timings.context.size == 512
    services.conversations.show_branch(asked.id)
    shown = services.conversations.messages(chat)
    assert shown[-1].timings == long.timings
