"""Measuring search with the real embedder and index: on a labelled set, on one long document, on own documents."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from desktop.cli import main
from desktop.core.evaluation import read_labelled_set
from desktop.core.library_requests import Search
from desktop.core.paths import Paths
from desktop.services.all import Services
from desktop.services.evaluating import ModeMeasured
from desktop.services.probing import ProbesAsked
from tests.support import of_kind, write_files

OWN_SET = Path(__file__).parents[1] / "bench" / "own_set"


@pytest.fixture
def services(home: Path) -> Iterator[Services]:
    made = Services(Paths.default())
    yield made
    made.close()


def test_hybrid_beats_both_of_its_parts_on_the_own_set(services: Services) -> None:
    labelled = read_labelled_set(OWN_SET / "queries.jsonl", OWN_SET / "qrels" / "test.tsv")
    events = services.evaluating.evaluate(OWN_SET / "corpus.jsonl", labelled)
    measured = {event.mode: event for event in of_kind(events, ModeMeasured)}
    assert list(measured) == ["vector", "keyword", "hybrid"]  # no reranker is installed
    scores = {mode: event.mean.ndcg for mode, event in measured.items()}
    assert scores["hybrid"] > max(scores["vector"], scores["keyword"])
    assert scores["hybrid"] > 0.92
    assert len(measured["hybrid"].each) == len(labelled.queries)
    assert services.library.collections() == []  # what was made for measuring is gone


def test_the_command_prints_a_line_for_each_mode(
    home: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rows = [{"_id": "a", "title": "Bees", "text": "Bees make honey."}, {"_id": "b", "text": "Ships sail."}]
    (tmp_path / "corpus.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")
    (tmp_path / "queries.jsonl").write_text('{"_id": "1", "text": "honey bees"}\n', "utf-8")
    (tmp_path / "qrels").mkdir()
    (tmp_path / "qrels" / "test.tsv").write_text("query-id\tcorpus-id\tscore\n1\ta\t1\n", "utf-8")
    assert main(["evaluate", str(tmp_path), "--json"]) == 0
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [line["mode"] for line in lines] == ["vector", "keyword", "hybrid"]
    assert all(
        line["ndcg@10"] == line["recall@10"] == line["mrr@10"] == line["hit@5"] == 1.0 for line in lines
    )


def test_k_documents_are_found_though_one_has_many_passages(services: Services, tmp_path: Path) -> None:
    long = "\n\n".join(
        f"# Part {n}\n\nThe lighthouse of harbour {n} has a lamp and a keeper." for n in range(260)
    )
    others = {f"other{n}": f"Harbour number {n} has cranes and barges." for n in range(12)}
    paths = write_files(tmp_path / "files", **others)
    (tmp_path / "files" / "long.md").write_text(long, "utf-8")
    collection = services.library.create_collection("Harbours").id
    list(services.importing.import_files([*paths, tmp_path / "files" / "long.md"], collection))
    for mode in ("hybrid", "vector"):
        asked = Search(collection, "lighthouse lamp keeper of a harbour", 10, mode, by_document=True)
        found = [hit.passage.document_id for hit in services.searching.search(asked).hits]
        assert len(found) == len(set(found)) == 10
        first = services.library.document(found[0])
        assert first is not None
        assert first.name == "long.md"


def test_own_documents_are_asked_about_and_found(services: Services) -> None:
    list(services.importing.samples())
    collection = services.library.collections()[0].id
    [done] = of_kind(services.probing.test(collection, number=12), ProbesAsked)
    assert len(done.report.probes) == 12
    assert done.report.run.found >= 9
    services.settings.change(passage_tokens=80)
    [again] = of_kind(services.probing.test(collection, read_again=True), ProbesAsked)
    assert again.report.change is not None
    assert again.report.change.of == 12
    assert again.report.run.setup.passages > done.report.run.setup.passages
    assert again.report.run.found >= 9
