"""Groups of vectors, the words that tell them apart, and what bad input becomes of."""

from __future__ import annotations

import numpy as np
import pytest

from desktop.core.cancel import CancelToken
from desktop.core.errors import Cancelled
from desktop.core.topics import OUTLIER, GroupBy, Grouping, Outliers
from desktop.engines import clusters as clusters_module
from desktop.engines.clusters import Floats, group
from desktop.engines.topic_words import keywords
from desktop.engines.topics import _grouped


def _blobs(sizes: list[int], spread: float = 0.3, dimensions: int = 24) -> tuple[Floats, list[int]]:
    """Vectors of length one around as many centres as there are sizes, and which centre each is around."""
    chance = np.random.default_rng(1)
    centres = chance.normal(size=(len(sizes), dimensions))
    centres /= np.linalg.norm(centres, axis=1, keepdims=True)
    labels = [label for label, size in enumerate(sizes) for _ in range(size)]
    made = centres[labels] + spread * chance.normal(size=(len(labels), dimensions)) / np.sqrt(dimensions)
    return (made / np.linalg.norm(made, axis=1, keepdims=True)).astype(np.float32), labels


def _same_groups(found: list[int], wanted: list[int]) -> bool:
    return len(set(zip(found, wanted, strict=True))) == len(set(found)) == len(set(wanted))


@pytest.mark.parametrize(("sizes", "at_once"), [([40, 30, 20], 1500), ([60, 50, 40, 30, 70], 100)])
def test_clear_groups_are_found_without_being_told_how_many(
    monkeypatch: pytest.MonkeyPatch, sizes: list[int], at_once: int
) -> None:
    monkeypatch.setattr(clusters_module, "WARD_AT_ONCE", at_once)
    vectors, labels = _blobs(sizes)
    clusters = group(vectors, 0, 0, CancelToken())
    assert _same_groups(clusters.labels.tolist(), labels)
    counts = np.bincount(clusters.labels).tolist()
    assert counts == sorted(sizes, reverse=True), "the largest is the first"
    assert np.allclose(np.linalg.norm(clusters.centres, axis=1), 1, atol=1e-5)


def test_exactly_so_many_and_the_same_at_every_run(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clusters_module, "WARD_AT_ONCE", 100)
    vectors, _ = _blobs([120, 120], spread=2.0)
    first, again = (group(vectors, 7, 3, CancelToken()).labels for _ in range(2))
    assert len(set(first.tolist())) == 7
    assert np.array_equal(first, again)


@pytest.mark.parametrize("count", [1, 2, 3, 5])
def test_a_few_texts_are_one_group(count: int) -> None:
    vectors, _ = _blobs([1] * count)
    assert set(group(vectors, 0, 0, CancelToken()).labels.tolist()) == {0}


@pytest.mark.parametrize("number", [0, 4])
def test_texts_that_are_all_equal_are_one_group(number: int) -> None:
    vectors = np.tile(_blobs([1])[0], (2000, 1))
    assert set(group(vectors, number, 0, CancelToken()).labels.tolist()) == {0}


def test_more_groups_than_vectors_are_as_many_as_there_are() -> None:
    vectors, _ = _blobs([1, 1, 1])
    assert len(set(group(vectors, 50, 0, CancelToken()).labels.tolist())) == 3


def test_it_can_be_cancelled() -> None:
    cancel = CancelToken()
    cancel.cancel()
    with pytest.raises(Cancelled):
        group(_blobs([2000])[0], 0, 0, cancel)


def test_words_tell_topics_apart_without_other_forms_and_words_of_all() -> None:
    rent = [f"The tenant pays the rent to the landlord, the rents of flat {n}." for n in range(20)]
    engines = [f"The engine burns fuel and the piston of engine {n} turns." for n in range(20)]
    first, second = keywords([*rent, *engines], [0] * 20 + [1] * 20, 2)
    assert {"tenant", "landlord"} < set(first)
    assert len({"rent", "rents"} & set(first)) == 1
    assert {"engine", "fuel", "piston"} < set(second)
    assert not {"the", "and"} & {*first, *second}
    assert keywords(["12 34", "…"], [0, 0], 1) == [()]


def test_empty_texts_belong_to_no_topic_and_what_is_far_only_where_it_is_asked_for() -> None:
    vectors, _ = _blobs([30, 30])
    vectors[7] = -vectors[7]
    texts = [f"rent of flat {n}" if n < 30 else f"engine number {n}" for n in range(60)]
    texts.insert(5, "")
    there = [place for place in range(61) if place != 5]
    for outliers, far in ((Outliers.NONE, False), (Outliers.SOME, True)):
        grouping = Grouping(GroupBy.NUMBER, 2, outliers)
        found = _grouped(texts, there, vectors, grouping, CancelToken())
        assert sum(one.size for one in found.topics) == 60 - far
        assert found.assigned[5].topic == OUTLIER
        assert found.assigned[5].probability == 0
        assert (found.assigned[there[7]].topic == OUTLIER) == far
        assert "rent" in " ".join(topic.name for topic in found.topics)
        assert all(
            found.assigned[place].topic == topic.id for topic in found.topics for place in topic.typical
        )
    assert _grouped(["", " "], [], vectors[:0], Grouping(), CancelToken()).topics == ()
