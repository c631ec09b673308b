"""One score of two: what counts how much, with values computed by hand."""

from __future__ import annotations

import numpy as np
import pytest

from desktop.engines.fusion import coverage, fused, normalised


def test_normalised_runs_from_zero_to_one() -> None:
    assert normalised(np.array([2.0, 4.0, 3.0])).tolist() == [0.0, 1.0, 0.5]
    assert normalised(np.array([3.0, 3.0])).tolist() == [1.0, 1.0]
    assert normalised(np.array([0.0, 0.0])).tolist() == [0.0, 0.0]


def test_both_halves_weigh_the_same_when_all_words_are_found() -> None:
    got = fused(np.array([0.8, 0.2, 0.5]), np.array([0.0, 6.0, 3.0]), covered=1.0)
    assert got.tolist() == pytest.approx([0.5, 0.5, 0.5])


def test_full_text_counts_as_far_as_it_covers_the_query() -> None:
    got = fused(np.array([0.8, 0.2]), np.array([0.0, 6.0]), covered=0.25)
    assert got.tolist() == pytest.approx([0.5, 0.125])
    assert fused(np.array([0.8, 0.2]), np.array([0.0, 6.0]), covered=0.0).tolist() == [0.5, 0.0]


@pytest.mark.parametrize(
    ("query", "texts", "share"),
    [
        ("What is the notice period?", ["The notice periods are long."], 1.0),
        ("notice period of the flat", ["a notice", "the period of notice", "flat roofs"], 2 / 3),
        ("brake pads", [], 0.0),
        ("what is it", ["anything"], 1.0),  # no content word: nothing could be missing
        ("boats to warnemunde", ["A boat in Warnemünde"], 1.0),
        ("CVE-2031-4471", ["closes the hole CVE-2031-4471."], 1.0),
    ],
)
def test_coverage_is_the_share_of_the_querys_words_in_the_best_text(
    query: str, texts: list[str], share: float
) -> None:
    assert coverage(query, texts) == pytest.approx(share)
