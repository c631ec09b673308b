"""Counting and listing over every passage: exact numbers, honest words, and a source for each file."""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path

import pytest

from desktop.core.chat_requests import Generate
from desktop.core.conversations import Message, MessageState, Reading
from desktop.core.documents import TableColumns
from desktop.core.events import Answer, Event, Found, Token
from desktop.core.library_requests import FindMentions, Retrieve
from desktop.engines.fake import FakeEngine
from desktop.engines.mentions import Count, Terms
from tests.support import InProcess, make_services, of_kind, write_files

TEXTS = {
    "boiler": "The boiler is old. Boilers leak.\fA boiler needs water. The gas supply is off.",
    "lease": "The rent includes heating. The boiler is serviced each year.",
    "rules": "Dogs may not be kept. The service charge is due in May.",
    "letter": "The service of the gas boiler is free of charge.",
}


class Desk:
    """Four files, of which the chat can count."""

    def __init__(self, home: Path, folder: Path) -> None:
        self.engine = FakeEngine()
        self.chat, self.library = InProcess(self.engine), InProcess(self.engine)
        self.services = make_services(home, self.engine, chat=self.chat, library=self.library)
        self.collection = self.services.library.create_collection("Papers").id
        list(self.services.importing.import_files(write_files(folder, **TEXTS), self.collection))
        self.conversation = self.services.conversations.create(self.collection).id

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


def test_files_that_mention_a_word_are_counted_in_every_form(desk: Desk) -> None:
    events = desk.ask("Which files mention the boiler?")
    message = events[-1].message  # type: ignore[attr-defined]
    assert message.state is MessageState.COMPLETE
    assert message.text.splitlines() == [
        "3 of 4 files mention “boiler”, 5 times in all:",
        "- boiler.txt: 3 times",
        *sorted(["- lease.txt: once", "- letter.txt: once"], key=lambda line: message.text.index(line)),
    ]
    assert message.note == (
        "Counted as “boiler”, “boilers”. Files that say it in other words are not counted."
    )
    assert of_kind(events, Found)[0].grounding == message.grounding
    assert "".join(token.text for token in of_kind(events, Token)) == message.text
    assert not desk.chat.asked(Generate)
    assert not desk.library.asked(Retrieve)
    coverage = message.grounding.coverage
    assert (coverage.reading, coverage.files_total, coverage.passages) == (Reading.EVERY, 4, 5)


def test_each_line_has_the_sentence_of_its_file_as_source(desk: Desk) -> None:
    message = desk.answer("Which files mention the boiler?")
    assert message.grounding is not None
    sources = {source.number: source for source in message.grounding.sources()}
    lines = [(message.text[one.start : one.end], sources[one.source]) for one in message.sentences]
    assert [one.text for one in message.sentences] == [line for line, _ in lines]
    for line, source in lines:
        assert line.startswith(source.document)
        assert "oiler" in source.text
        assert source.boxes
    assert lines[0][1].text == "The boiler is old."
    assert lines[0][1].page == 1


@pytest.mark.parametrize(
    ("question", "first"),
    [
        ("How often is the boiler mentioned?", "“boiler” stands 5 times in 3 of 4 files:"),
        ("On which pages is the boiler mentioned?", "4 pages mention “boiler”, in 3 of 4 files:"),
        ("Which files mention dogs or rent?", "2 of 4 files mention “dogs” or “rent”, twice in all:"),
        ("Which files mention asbestos?", "None of the 4 files mentions “asbestos”."),
        ("Which files mention service charge?", "1 of 4 files mentions “service charge”, once in all:"),
        ("Which files mention “Boilers”?", "1 of 4 files mentions “Boilers”, once in all:"),
        ("Which files mention “oiler”?", "None of the 4 files mentions “oiler”."),
    ],
)
def test_the_headline_says_the_count(desk: Desk, question: str, first: str) -> None:
    assert desk.answer(question).text.splitlines()[0] == first


def test_words_that_never_stand_side_by_side_are_counted_together(desk: Desk) -> None:
    message = desk.answer("Which files mention gas water?")
    assert message.text.startswith(
        "No file has “gas water” as it stands; 1 passage has all of these words, in 1 of 4 files:"
    )
    assert [request.together for request in desk.library.asked(FindMentions)] == [False, True]


def test_nothing_found_is_found_false_and_honest_about_other_words(desk: Desk) -> None:
    message = desk.answer("Which files mention asbestos?")
    assert message.grounding is not None
    assert not message.grounding.found
    assert "other words" in message.note


def test_a_count_keeps_to_the_files_that_are_asked(desk: Desk) -> None:
    (lease,) = desk.services.library.documents(desk.collection, "lease")
    assert desk.answer("How often is the boiler mentioned?", lease.id).text.splitlines() == [
        "“boiler” stands once in 1 of 1 file:",
        "- lease.txt: once",
    ]
    assert desk.answer("Which files mention dogs?", lease.id).text == "The file does not mention “dogs”."


def test_a_follow_up_counts_another_word(desk: Desk) -> None:
    desk.answer("How often is the boiler mentioned?")
    assert desk.answer("And gas?").text.startswith("“gas” stands twice in 2 of 4 files:")


def test_unread_files_are_told(desk: Desk, tmp_path: Path) -> None:
    bad = write_files(tmp_path / "bad", broken="!damaged")
    list(desk.services.importing.import_files(bad, desk.collection))
    message = desk.answer("Which files mention the boiler?")
    assert message.grounding is not None
    coverage = message.grounding.coverage
    assert (coverage.files_total, coverage.files_failed) == (4, 1)
    assert coverage.failed[0].name == "broken.txt"
    listed = desk.answer("How many files are there?").text
    assert listed.startswith("There are 5 files here: 4 are ready, 1 could not be read.")
    assert "- broken.txt (could not be read: This file is damaged." in listed


def test_rows_are_counted_as_rows(home: Path, tmp_path: Path) -> None:
    services = make_services(home)
    collection = services.library.create_collection("Survey").id
    path = tmp_path / "survey.csv"
    path.write_text("id,text\n1,The price is high\n2,Nice people\n3,Prices rise and the price hurts\n")
    columns = TableColumns("text", "id", "")
    list(services.importing.import_files([path], collection, columns))
    chat = services.conversations.create(collection).id
    *_, last = services.answering.ask(chat, "How many answers mention the price?")
    assert isinstance(last, Answer)
    assert last.message.text.splitlines() == [
        "2 rows mention “price”, in 1 of 1 file:",
        "- survey.csv: 2 rows",
    ]
    services.close()


def test_names_stand_as_they_are_in_the_list(desk: Desk, tmp_path: Path) -> None:
    folder = tmp_path / "odd"
    folder.mkdir()
    for number, name in enumerate(("1. boiler.txt", "*boiler*.txt", "a boiler [x](y).txt", "- boiler.txt")):
        (folder / name).write_text(f"The zebra sleeps in {number}.")
    list(desk.services.importing.import_files(sorted(folder.iterdir()), desk.collection))
    lines = desk.answer("Which files mention zebras?").text.splitlines()[1:]
    assert sorted(lines) == [
        "- 1\\. boiler.txt: once",
        "- \\*boiler\\*.txt: once",
        "- \\- boiler.txt: once",
        "- a boiler \\[x\\](y).txt: once",
    ]


# --- the places of terms


@pytest.mark.parametrize(
    ("term", "exact", "text", "found"),
    [
        ("policy", False, "Policies and a policy.", ["Policies", "policy"]),
        ("applied", False, "We apply; she applies.", ["apply", "applies"]),
        ("e-mail", False, "An E-Mail came.", ["E-Mail"]),
        ("2,300", False, "2300 or 2,300 but not 2301", ["2300", "2,300"]),
        ("terms and conditions", False, "The Terms and\nConditions; terms conditions", None),
        ("the who", False, "Who are the  Who?", ["the  Who"]),
        ("Straße", False, "STRASSE, Straße", ["Straße"]),
        ("cat", True, "Category: CAT, cat's cat", ["CAT", "cat", "cat"]),
        ("gas  safe", True, "Gas\nSafe gas-safe", ["Gas\nSafe"]),
        (".*", True, "a.* .*", [".*"]),
    ],
)
def test_places(term: str, exact: bool, text: str, found: list[str] | None) -> None:
    places = Terms([term], exact, together=False).places(text)
    words = [text[place.start : place.end] for place in places]
    assert words == (found if found is not None else ["Terms and\nConditions", "terms conditions"])


def test_what_a_passage_must_contain_leaves_nothing_out() -> None:
    words = ["policy", "policies", "apply", "applied", "stopping", "stopped", "boxes", "2,300", "o’brien"]
    chance = random.Random(4)
    for _ in range(300):
        text = " ".join(chance.choice(words) for _ in range(4))
        terms = Terms([chance.choice(words)], exact=False, together=False)
        if terms.places(text):
            assert any(part.lower() in text.lower() for part in terms.must_contain)


def test_the_best_passage_is_the_first_with_the_most() -> None:
    count = Count(Terms(["gas"], exact=False, together=False))
    for number, text in enumerate(["gas", "no", "gas and gas", "gas gas"]):
        count.add(f"p{number}", "d", number, "", text)
    ((document, tally),) = count.ranked()
    assert (document, tally.best, tally.times, tally.passages) == ("d", "p2", 5, 3)
