"""How a collection is kept: another embedder or place takes over all at once, or not at all."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from desktop.core.documents import Passage
from desktop.core.errors import StorageError
from desktop.engines.candidates import Limits
from desktop.engines.embedding import Vectors
from desktop.engines.index import Index
from desktop.engines.setups import Setup, Setups


def _passage(number: int) -> Passage:
    return Passage(f"p{number}", f"d{number % 5}", 1, 0, 10, f"passage number {number}")


def _filled(folder: Path, count: int = 300) -> Index:
    index = Index(folder)
    for first in range(0, count, 100):
        passages = [_passage(number) for number in range(first, first + 100)]
        index.replace(
            "c", [f"d{n}" for n in range(first, first + 5)], passages, _wide([p.text for p in passages], 8)
        )
    return index


def _wide(texts: list[str], width: int) -> Vectors:
    rows = np.array([np.random.default_rng(len(text) + ord(text[-1])).normal(size=width) for text in texts])
    return np.asarray(rows / np.linalg.norm(rows, axis=1, keepdims=True), np.float32)


def _found(index: Index, width: int) -> set[str]:
    hits = index.search(["c"], "number 7", _wide(["x"], width)[0], "hybrid", Limits())
    return {hit.passage.id for hit in hits}


def test_another_embedder_takes_over_when_all_is_done_also_in_another_process(tmp_path: Path) -> None:
    index, other = _filled(tmp_path), Index(tmp_path)
    before = _found(other, 8)
    steps = index.change("c", Setup("/models/wide"), lambda texts: _wide(texts, 12))
    assert next(steps) == (64, 300)
    assert _found(other, 8) == before  # the old one answers meanwhile
    assert list(steps)[-1] == (300, 300)
    assert other.setups.of("c").embedder == "/models/wide"
    assert "p7" in _found(other, 12)
    assert index.passage("c", "p7")[1].shape == (12,)  # type: ignore[index]
    assert len(list(tmp_path.glob("*.lance"))) == 1
    index.replace("c", ["d9"], [_passage(999)], _wide(["passage number 999"], 12))
    assert index.document_ids("c")[0] == 301


@pytest.mark.parametrize("failing", [False, True])
def test_what_is_left_early_or_fails_changes_nothing(tmp_path: Path, failing: bool) -> None:
    index = _filled(tmp_path)
    steps = index.change("c", Setup("/models/wide"), lambda texts: _fail() if failing else _wide(texts, 12))
    if failing:
        with pytest.raises(StorageError):
            list(steps)
    else:
        next(steps)
        steps.close()
    assert index.setups.of("c").embedder == ""
    assert "p7" in _found(index, 8)
    assert len(list(tmp_path.glob("*.lance"))) == 1


def _fail() -> Vectors:
    raise OSError("No luck")


def test_another_place_holds_the_table_and_dropping_clears_it(tmp_path: Path) -> None:
    index = _filled(tmp_path / "index")
    there = tmp_path / "drive" / "library"
    assert list(index.change("c", Setup(place=str(there)), None))[-1] == (300, 300)
    assert not list((tmp_path / "index").glob("*.lance"))
    assert len(list(there.glob("*.lance"))) == 1
    again = Index(tmp_path / "index")
    assert "p7" in _found(again, 8)
    assert list(again.change("c", Setup(), None))[-1] == (300, 300)
    assert not list(there.glob("*.lance"))
    again.drop("c")
    assert not list((tmp_path / "index").glob("*.lance"))
    assert not list((tmp_path / "index").glob("*.setup.json"))


def test_an_empty_collection_begins_at_its_place(tmp_path: Path) -> None:
    index, there = Index(tmp_path / "index"), tmp_path / "drive"
    assert list(index.change("c", Setup(place=str(there)), None)) == []
    index.replace("c", ["d1"], [_passage(1)], _wide(["x"], 8))
    assert len(list(there.glob("*.lance"))) == 1


def test_a_place_that_cannot_be_opened_is_said(tmp_path: Path) -> None:
    index = _filled(tmp_path / "index")
    (tmp_path / "file").write_text("no folder")
    with pytest.raises(StorageError):
        list(index.change("c", Setup(place=str(tmp_path / "file" / "below")), None))
    assert "p7" in _found(index, 8)


def test_a_setup_is_read_anew_when_another_process_has_written_it(tmp_path: Path) -> None:
    one, two = Setups(tmp_path), Setups(tmp_path)
    assert one.of("ab").table == two.of("ab").table != ""
    one.write("ab", Setup("e", "p", "t"))
    assert two.of("ab") == Setup("e", "p", "t")
    two.drop("ab")
    assert one.of("ab") == Setup(table=one.of("ab").table)
