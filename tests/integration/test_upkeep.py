"""The real tables as they grow: what is new is found at once, and a search looks into few files and pieces."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from desktop.core.documents import Passage
from desktop.engines import upkeep
from desktop.engines.candidates import Limits
from desktop.engines.embedding import Vectors
from desktop.engines.index import Index

COLLECTION = "papers"
WIDTH = 16
A_COMMIT = 40


@pytest.fixture
def index(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Index:
    for name, value in {"VECTOR_INDEX_FROM": 400, "DOCUMENT_INDEX_FROM": 200, "ROWS_BETWEEN": 200}.items():
        monkeypatch.setattr(upkeep, name, value)
    monkeypatch.setattr(upkeep, "PIECES", 3)
    return Index(tmp_path)


def _vectors(number: int) -> Vectors:
    drawn = np.random.default_rng(number).normal(size=(A_COMMIT, WIDTH)).astype(np.float32)
    return drawn / np.linalg.norm(drawn, axis=1, keepdims=True)


def _write(index: Index, number: int) -> None:
    name = f"document{number}"
    passages = [
        Passage(f"{name}x{row}", name, 1, row, row + 9, f"Pump {number} was looked after.", "")
        for row in range(A_COMMIT)
    ]
    index.replace(COLLECTION, [name], passages, _vectors(number))


def test_a_growing_table_keeps_few_pieces_and_finds_the_newest_passage(index: Index) -> None:
    most = 0
    for number in range(60):
        _write(index, number)
        best = index.search([COLLECTION], f"pump {number}", _vectors(number)[7], "hybrid", Limits())[0]
        assert best.passage.id == f"document{number}x7"
        table = index._table(COLLECTION)
        assert table is not None
        statistics = table.index_stats("vector_idx")
        most = max(most, statistics.num_indices if statistics else 0)
    assert 1 < most <= 4, "the vector index is made anew when it has more than PIECES"
    index.optimize(COLLECTION)
    assert table.index_stats("vector_idx").num_unindexed_rows == 0
    assert table.index_stats("search_text_idx").num_unindexed_rows == 0
    assert index.document_ids(COLLECTION) == (60 * A_COMMIT, {f"document{number}" for number in range(60)})


def test_what_is_replaced_is_found_no_more(index: Index) -> None:
    for number in range(12):
        _write(index, number)
    index.replace(COLLECTION, ["document3"], [], np.zeros((0, 0), np.float32))
    found = index.search([COLLECTION], "pump 3", _vectors(3)[7], "hybrid", Limits(), number=1000)
    assert found
    assert "document3" not in {scored.passage.document_id for scored in found}
