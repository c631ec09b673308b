"""What the search page is told: files with their passages, marks, filters and folders."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from desktop.core.documents import SearchFilter
from desktop.core.errors import UserError
from desktop.core.events import SearchFound
from desktop.core.found import Query
from desktop.core.library_requests import Search
from desktop.core.models import installed_reranker
from desktop.services.all import Services
from tests.support import InProcess, make_services, write_files


@pytest.fixture
def library() -> InProcess:
    return InProcess()


@pytest.fixture
def services(tmp_path: Path, library: InProcess) -> Iterator[Services]:
    built = make_services(tmp_path / "home", library=library)
    for name, folder, texts in (
        (
            "A",
            "one",
            {
                "lift": "The lift stands still.\fFaults of the lift are paid.",
                "cellar": "Bicycles stand here.",
            },
        ),
        ("B", "two", {"stairs": "The stairs replace the lift."}),
    ):
        write_files(tmp_path / folder, **texts)
        list(built.importing.import_files([tmp_path / folder], built.library.get_or_create(name).id))
    yield built
    built.close()


def _find(services: Services, query: Query) -> SearchFound:
    (found,) = services.finding.find(query)
    assert isinstance(found, SearchFound)
    return found


def _ids(services: Services, *names: str) -> tuple[str, ...]:
    return tuple(services.library.named(name).id for name in names)


def test_passages_come_by_file_with_their_pages_and_marks(services: Services) -> None:
    found = _find(services, Query("fault of a lift", _ids(services, "A")))
    (document,) = found.documents
    assert document.document.name == "lift.txt"
    assert [passage.source.page for passage in document.passages] == [2, 1]
    best = document.passages[0]
    assert [best.excerpt[start:end] for start, end in best.marks] == ["Faults of", "lift"]
    assert best.source.boxes
    assert best.source.text == "Faults of the lift are paid."


def test_without_a_collection_all_are_searched(services: Services, library: InProcess) -> None:
    found = _find(services, Query("lift"))
    assert {one.document.name for one in found.documents} == {"lift.txt", "stairs.txt"}
    (asked,) = library.asked(Search)[-1:]
    assert {asked.collection_id, *asked.more_collections} == set(_ids(services, "A", "B"))


def test_a_filter_limits_the_documents_and_nothing_left_asks_no_engine(
    services: Services, library: InProcess, tmp_path: Path
) -> None:
    inside = SearchFilter(folder=str(tmp_path / "two"))
    assert [one.document.name for one in _find(services, Query("lift", filter=inside)).documents] == [
        "stairs.txt"
    ]
    before = len(library.asked(Search))
    nothing = _find(services, Query("lift", filter=SearchFilter(kinds=("pdf",))))
    assert nothing.documents == ()
    assert len(library.asked(Search)) == before


def test_exact_asks_for_the_phrase(services: Services) -> None:
    found = _find(services, Query("the  LIFT", _ids(services, "A"), exact=True))
    passages = [passage for one in found.documents for passage in one.passages]
    assert {(p.excerpt[slice(*p.marks[0])], len(p.marks)) for p in passages} == {
        ("the lift", 1),
        ("The lift", 1),
    }


def test_nothing_to_search_for_is_said(services: Services) -> None:
    with pytest.raises(UserError, match="nothing to search for"):
        list(services.finding.find(Query("  ")))


def test_an_empty_library_finds_nothing(tmp_path: Path) -> None:
    built = make_services(tmp_path / "empty")
    assert _find(built, Query("lift")).documents == ()
    built.close()


def test_kinds_and_folders_are_counted(services: Services, tmp_path: Path) -> None:
    assert services.finding.kinds(()) == [("txt", 3)]
    assert services.finding.kinds(_ids(services, "B")) == [("txt", 1)]
    assert services.finding.folders(()) == [(str(tmp_path / "one"), 2), (str(tmp_path / "two"), 1)]
    assert services.finding.folders((), str(tmp_path / "one")) == []


# --- the reranker


def _model(folder: Path, config: object, *, weights: bool = True, tokenizer: bool = True) -> None:
    folder.mkdir(parents=True)
    (folder / "config.json").write_text(config if isinstance(config, str) else json.dumps(config), "utf-8")
    if weights:
        (folder / "model.safetensors").write_bytes(b"1234")
    if tokenizer:
        (folder / "tokenizer.json").write_text("{}", "utf-8")


RERANKER = {"architectures": ["BertForSequenceClassification"], "id2label": {"0": "LABEL_0"}}


def test_only_a_classifier_with_one_score_is_a_reranker(tmp_path: Path) -> None:
    assert installed_reranker(tmp_path / "gone") is None
    (tmp_path / "a.gguf").write_bytes(b"GGUF")
    _model(tmp_path / "b", {"architectures": ["BertModel"]})
    _model(tmp_path / "c", {**RERANKER, "id2label": {"0": "no", "1": "yes"}})
    _model(tmp_path / "d", RERANKER, weights=False)
    _model(tmp_path / "e", RERANKER, tokenizer=False)
    _model(tmp_path / "f", "{broken")
    _model(tmp_path / "g", "[]")
    _model(tmp_path / "h", {"architectures": []})
    assert installed_reranker(tmp_path) is None
    _model(tmp_path / "z", RERANKER)
    found = installed_reranker(tmp_path)
    assert found is not None
    assert (found.name, found.size_bytes) == ("z", 4)


def test_an_installed_reranker_is_used_unless_it_is_not_wanted(
    services: Services, library: InProcess
) -> None:
    def asked(rerank: bool | None) -> bool:
        list(services.finding.find(Query("lift", rerank=rerank)))
        return library.asked(Search)[-1].rerank

    assert not asked(None)
    assert not asked(True)
    _model(services.paths.models / "reranker", RERANKER)
    assert asked(None)
    assert asked(True)
    assert not asked(False)
    other = services.paths.models / "second"
    _model(other, RERANKER)
    assert library.asked(Search)[-2].reranker == str(services.paths.models / "reranker")
    services.settings.change(reranker=str(other))
    assert asked(None)
    assert library.asked(Search)[-1].reranker == str(other)
