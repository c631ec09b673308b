"""Test on my documents, with the fake engine: questions are kept, asked again, and compared with the time before."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from desktop.core.cancel import CancelToken
from desktop.core.chat_requests import Generate
from desktop.core.errors import Cancelled, EngineCrashed, UserError
from desktop.core.events import Progress
from desktop.core.library_requests import DocumentPassages, Search
from desktop.core.reading_requests import ReadFile
from desktop.core.requests import Request
from desktop.engines.fake import FakeEngine
from desktop.services.all import Services
from desktop.services.probing import TRIED_FIRST, ProbesAsked, Report
from tests.support import InProcess, make_services, of_kind, write_files

TEXTS = {
    name: f"A line about nothing. The {name} was bought in {year} by the village of {place} for its festival. The end."
    for name, year, place in (
        ("harpsichord", 1901, "Norrby"),
        ("weathervane", 1933, "Sandvik"),
        ("fountain", 1950, "Alnarp"),
        ("lighthouse", 1866, "Torekov"),
    )
}


@pytest.fixture
def engine() -> FakeEngine:
    return FakeEngine(says="I cannot say")


@pytest.fixture
def library(engine: FakeEngine) -> InProcess:
    return InProcess(engine)


@pytest.fixture
def chat(engine: FakeEngine) -> InProcess:
    return InProcess(engine)


@pytest.fixture
def services(home: Path, engine: FakeEngine, library: InProcess, chat: InProcess) -> Iterator[Services]:
    made = make_services(home, engine, library=library, chat=chat)
    yield made
    made.close()


@pytest.fixture
def collection(services: Services, tmp_path: Path) -> str:
    collection = services.library.create_collection("Things").id
    list(services.importing.import_files(write_files(tmp_path / "files", **TEXTS), collection))
    return collection


def report_of(services: Services, collection: str, **options: bool) -> Report:
    return of_kind(services.probing.test(collection, **options), ProbesAsked)[-1].report


def test_each_document_is_asked_about_and_found(services: Services, collection: str) -> None:
    report = report_of(services, collection)
    assert len(report.probes) == len(TEXTS)
    assert len({probe.document_id for probe in report.probes}) == len(TEXTS)
    assert report.run.found == len(TEXTS)
    assert report.before is None
    assert report.run.setup.passage_tokens == services.settings.current.passage_tokens


def test_the_questions_stay_and_the_runs_are_compared_after_a_restart(
    services: Services, collection: str, home: Path, engine: FakeEngine
) -> None:
    first = report_of(services, collection)
    services.close()
    again = make_services(home, engine)
    try:
        again.settings.change(passage_tokens=120)
        second = report_of(again, collection)
        third = report_of(again, collection, read_again=True)
    finally:
        again.close()
    assert second.probes == first.probes
    assert second.before == first.run
    assert second.change is not None
    assert (second.change.of, second.change.before, second.change.after) == (4, 4, 4)
    # The files are cut anew only when they are read again.
    assert [one.run.setup.passage_tokens for one in (first, second, third)] == [200, 200, 120]


def test_a_question_that_found_nothing_right_is_told_with_what_came_first(
    services: Services, collection: str, engine: FakeEngine
) -> None:
    before = report_of(services, collection)
    gone = before.probes[0]
    kept = engine.kept[collection][gone.document_id]
    # The file now holds the question's words, but not the sentence that answers it.
    kept[:] = [replace(one, text=gone.question, start=900, end=950) for one in kept]
    after = report_of(services, collection)
    assert after.run.ranks[gone.id] == 0
    assert after.run.found == 3
    assert after.change is not None
    assert after.change.lost == {gone.id}
    found_first = services.library.document(gone.document_id)
    assert found_first is not None
    assert after.run.first == {gone.id: found_first.name}


def test_a_model_that_is_not_able_is_not_asked_for_all(
    services: Services, chat: InProcess, tmp_path: Path
) -> None:
    many = {
        f"thing{chr(97 + n)}": TEXTS["fountain"].replace("fountain", f"thing{chr(97 + n)}") for n in range(20)
    }
    collection = services.library.create_collection("Many").id
    list(services.importing.import_files(write_files(tmp_path / "many", **many), collection))
    report = report_of(services, collection)
    assert len(chat.asked(Generate)) == TRIED_FIRST
    assert not any(probe.by_model for probe in report.probes)


def test_a_models_fair_questions_are_taken(
    services: Services, collection: str, engine: FakeEngine, chat: InProcess
) -> None:
    engine.says = "Which village paid for the festival thing? I think it was Norrby."
    report = report_of(services, collection)
    by_model = [probe for probe in report.probes if probe.by_model]
    assert [probe.question for probe in by_model] == [
        "Which village paid for the festival thing?"
    ]  # once only


def test_a_model_that_dies_costs_no_question(services: Services, collection: str, chat: InProcess) -> None:
    def die(_: Request) -> None:
        raise EngineCrashed("The model ended.")

    chat.before = die
    report = report_of(services, collection)
    assert len(report.probes) == 4
    assert len(chat.asked(Generate)) == 1


def test_reading_again_reads_every_file_before_asking(services: Services, collection: str) -> None:
    reader = InProcess()
    services.importing._reader = reader  # type: ignore[assignment]
    report_of(services, collection, read_again=True)
    assert len(reader.asked(ReadFile)) == len(TEXTS)


def test_new_questions_replace_the_old_ones(services: Services, collection: str) -> None:
    first = report_of(services, collection)
    second = report_of(services, collection, new_questions=True)
    assert {probe.id for probe in first.probes}.isdisjoint(probe.id for probe in second.probes)
    assert second.change is not None
    assert second.change.of == 0


def test_questions_about_removed_files_are_asked_no_more(services: Services, collection: str) -> None:
    first = report_of(services, collection)
    list(services.library.remove([first.probes[0].document_id]))
    second = report_of(services, collection)
    assert len(second.run.ranks) == 3
    list(services.library.remove([probe.document_id for probe in first.probes[1:3]]))
    third = report_of(services, collection)  # most of the questions are gone: new ones
    assert len(third.run.ranks) == 1
    assert third.probes[0].id not in first.run.ranks


def test_an_empty_collection_has_nothing_to_ask_about(services: Services) -> None:
    collection = services.library.create_collection("Empty").id
    with pytest.raises(UserError, match="too little text"):
        report_of(services, collection)
    assert services.probing.report(collection) is None


def test_a_cancelled_test_keeps_the_report_before(
    services: Services, collection: str, library: InProcess
) -> None:
    first = report_of(services, collection)
    cancel = CancelToken()

    def stop(request: Request) -> None:
        if isinstance(request, Search | DocumentPassages):
            cancel.cancel()

    services.searching.engine.engine.before = stop  # type: ignore[attr-defined]
    with pytest.raises(Cancelled):
        list(services.probing.test(collection, cancel))
    assert services.probing.report(collection) == first


def test_what_is_going_on_is_told_in_words(services: Services, collection: str) -> None:
    told = [event.words for event in services.probing.test(collection) if isinstance(event, Progress)]
    assert told[0] == "Reading passages to ask about"
    assert "Writing question 1 of 50" in told
    assert told[-1] == "Asking question 4 of 4"


def test_a_deleted_collection_takes_its_questions_with_it(services: Services, collection: str) -> None:
    report_of(services, collection)
    services.library.delete_collection(collection)
    assert services.probing.report(collection) is None
