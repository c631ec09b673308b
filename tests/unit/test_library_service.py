"""The library as a person handles it: collections, removing, searching, and showing a source's text."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from desktop.core.cancel import CancelToken
from desktop.core.documents import DocumentState
from desktop.core.errors import Cancelled, UserError
from desktop.core.events import Progress
from desktop.core.library_requests import RemoveDocuments, Search
from desktop.engines.fake import FakeEngine
from desktop.services import library
from desktop.services.all import Services
from tests.support import InProcess, make_services, of_kind, write_files


@pytest.fixture
def engine() -> InProcess:
    return InProcess(FakeEngine())


@pytest.fixture
def services(home: Path, engine: InProcess) -> Iterator[Services]:
    assert isinstance(engine.engine, FakeEngine)
    built = make_services(home, engine.engine, library=engine)
    yield built
    built.close()


@pytest.fixture
def papers(services: Services, tmp_path: Path) -> str:
    collection = services.library.create_collection("Papers").id
    paths = write_files(tmp_path / "in", a="Alpha is one.", b="Beta is two.", c="Gamma is three.")
    list(services.importing.import_files(paths, collection))
    return collection


def _hits(services: Services, collection: str, query: str) -> list[str]:
    return [hit.document for hit in services.searching.search(Search(collection, query)).hits]


def test_what_is_removed_is_not_found_and_its_file_stays(
    services: Services, papers: str, tmp_path: Path
) -> None:
    (row,) = services.library.documents(papers, "a.txt")
    progress = of_kind(services.library.remove([row.id, "not there"]), Progress)
    assert progress[-1].done == 1
    assert _hits(services, papers, "Alpha") == []
    assert [one.name for one in services.library.documents(papers)] == ["b.txt", "c.txt"]
    assert (tmp_path / "in" / "a.txt").exists()


def test_removing_can_be_stopped_between_two_portions(
    services: Services, papers: str, engine: InProcess, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(library, "REMOVED_AT_ONCE", 1)
    cancel = CancelToken()
    removing = services.library.remove([row.id for row in services.library.documents(papers)], cancel)
    next(removing)
    cancel.cancel()
    with pytest.raises(Cancelled):
        list(removing)
    assert services.library.count(papers) == 2
    assert sorted(_hits(services, papers, "Alpha Beta Gamma")) == ["b.txt", "c.txt"]
    assert len(engine.asked(RemoveDocuments)) == 1


def test_a_twin_of_a_removed_file_is_imported_again(services: Services, papers: str, tmp_path: Path) -> None:
    (twin,) = write_files(tmp_path / "in", twin="Alpha is one.")
    list(services.importing.import_files([twin], papers))
    (row,) = services.library.documents(papers, "a.txt")
    list(services.library.remove([row.id]))
    (waiting,) = services.library.documents(papers, "twin")
    assert waiting.state is DocumentState.WAITING
    list(services.importing.resume(papers))
    assert _hits(services, papers, "Alpha") == ["twin.txt"]


def test_deleting_a_collection_empties_its_index(services: Services, papers: str) -> None:
    other = services.library.create_collection("Other").id
    services.library.delete_collection(papers)
    assert [one.id for one in services.library.collections()] == [other]
    assert _hits(services, papers, "Alpha") == []


def test_a_question_to_a_deleted_collection_is_answered_plainly(services: Services, papers: str) -> None:
    conversation = services.conversations.create(papers).id
    services.library.delete_collection(papers)
    assert list(services.answering.ask(conversation, "What is alpha?"))


def test_names_of_collections(services: Services) -> None:
    first = services.library.get_or_create("Papers")
    assert services.library.get_or_create("papers").id == first.id
    assert services.library.named("PAPERS").id == first.id
    with pytest.raises(UserError, match="no collection named “Gone”"):
        services.library.named("Gone")


def test_hits_carry_names_and_those_of_removed_rows_are_left_out(services: Services, papers: str) -> None:
    (hit,) = services.searching.search(Search(papers, "Alpha")).hits
    assert (hit.document, hit.path.endswith("/in/a.txt"), hit.passage.page) == ("a.txt", True, 1)
    services.library._catalogue.remove([hit.passage.document_id])
    assert _hits(services, papers, "Alpha") == []


def test_the_text_around_a_source_is_shown_with_its_mark(
    services: Services, papers: str, tmp_path: Path
) -> None:
    grounding = services.searching.ground(papers, "What is gamma?", "", 8)
    source = grounding.quotes[0]
    text, start, end = services.pages.text(source)
    assert text[start:end] == source.text == "Gamma is three."
    (tmp_path / "in" / "c.txt").write_text("Something else stands here now.")
    text, start, end = services.pages.text(source)
    assert text[start:end] == source.text  # as it was imported
    (tmp_path / "in" / "c.txt").unlink()
    text, start, end = services.pages.text(source)
    assert text[start:end] == source.text


def test_a_page_is_drawn(services: Services, papers: str, tmp_path: Path) -> None:
    picture = services.pages.render(str(tmp_path / "in" / "a.txt"), 1, 40)
    assert len(picture.pixels) == picture.width * picture.height * 3


def test_the_first_question_of_a_person_is_whether_all_is_there(services: Services) -> None:
    assert services.check() == dict.fromkeys(("chat", "library", "search", "reader"), "fake")


def test_files_that_are_nearly_the_same_are_grouped_the_newest_first(home: Path, tmp_path: Path) -> None:
    services = make_services(home)
    collection = services.library.create_collection("Papers").id
    words = [f"word{number}" for number in range(200)]
    texts = {"first": words, "draft": [*words[:199], "changed"], "other": [f"else{n}" for n in range(200)]}
    files = write_files(tmp_path, **{name: " ".join(text) for name, text in texts.items()})
    os.utime(files[0], (100, 100))
    os.utime(files[1], (200, 200))
    list(services.importing.import_files(files, collection))
    (group,) = services.library.near_duplicates(collection)
    assert [document.name for document in group] == ["draft.txt", "first.txt"]
    list(services.library.remove([group[1].id]))
    assert services.library.near_duplicates(collection) == []
    services.close()
