"""Measures against values computed by hand, their intervals, and BEIR's files."""

from __future__ import annotations

import math
from pathlib import Path

import pytest

from desktop.core.errors import UserError
from desktop.core.evaluation import Measures, interval, mean, measures, read_labelled_set, read_queries

LOG3 = math.log2(3)


def test_a_perfect_ranking_has_one_everywhere() -> None:
    assert measures(["a", "b", "n"], {"a": 2, "b": 1}) == Measures(1.0, 1.0, 1.0, 1.0)


def test_ndcg_weighs_grades_and_ranks() -> None:
    # DCG 0 + 2 / log2(3) + 1 / log2(4), ideal 2 / log2(2) + 1 / log2(3).
    got = measures(["n", "a", "b"], {"a": 2, "b": 1})
    assert got.ndcg == pytest.approx((2 / LOG3 + 0.5) / (2 + 1 / LOG3))
    assert got.ndcg == pytest.approx(0.66967, abs=1e-5)
    assert (got.recall, got.reciprocal_rank, got.hit) == (1.0, 0.5, 1.0)


def test_the_order_of_grades_matters() -> None:
    assert measures(["b", "a"], {"a": 2, "b": 1}).ndcg == pytest.approx((1 + 2 / LOG3) / (2 + 1 / LOG3))


def test_only_ten_places_count_and_only_five_for_a_hit() -> None:
    others = [f"n{number}" for number in range(10)]
    assert measures([*others, "a"], {"a": 1}) == Measures(0.0, 0.0, 0.0, 0.0)
    tenth = measures([*others[:9], "a"], {"a": 1})
    assert tenth.ndcg == pytest.approx(1 / math.log2(11))
    assert (tenth.recall, tenth.reciprocal_rank, tenth.hit) == (1.0, 0.1, 0.0)


def test_the_ideal_has_ten_places_too_but_recall_counts_all() -> None:
    relevant = {f"d{number}": 1 for number in range(20)}
    got = measures([f"d{number}" for number in range(10)], relevant)
    assert got.ndcg == pytest.approx(1.0)
    assert got.recall == 0.5


def test_judged_as_irrelevant_is_like_not_judged() -> None:
    assert measures(["z", "m", "a"], {"a": 1, "z": 0, "m": -1}) == measures(["p", "q", "a"], {"a": 1})


def test_nothing_found_is_zero() -> None:
    assert measures([], {"a": 1}) == Measures(0.0, 0.0, 0.0, 0.0)


def test_the_mean_is_taken_of_each_measure() -> None:
    assert mean([Measures(1, 0.5, 1, 1), Measures(0, 0, 0.5, 0)]) == Measures(0.5, 0.25, 0.75, 0.5)
    assert mean([]) == Measures(0, 0, 0, 0)


def test_the_interval_is_that_of_the_normal_approximation_for_many_values() -> None:
    values = [float(number % 2) for number in range(400)]
    got = interval(values)
    half = 1.96 * 0.5 / math.sqrt(400)
    assert got.low == pytest.approx(0.5 - half, abs=0.01)
    assert got.high == pytest.approx(0.5 + half, abs=0.01)
    assert interval(values) == got


def test_the_interval_of_equal_values_is_a_point() -> None:
    got = interval([0.25] * 30)
    assert (got.low, got.high) == (0.25, 0.25)
    assert (interval([]).low, interval([]).high) == (0.0, 0.0)


def write(folder: Path, queries: str, qrels: str) -> tuple[Path, Path]:
    (folder / "queries.jsonl").write_text(queries, "utf-8")
    (folder / "test.tsv").write_text(qrels, "utf-8")
    return folder / "queries.jsonl", folder / "test.tsv"


def test_beirs_files_are_read(tmp_path: Path) -> None:
    queries = '{"_id": "1", "text": "one", "metadata": {}}\n\n{"_id": "2", "text": "two"}\n{"_id": "3", "text": "x"}\n'
    qrels = "query-id\tcorpus-id\tscore\r\n1\td 1\t2\r\n1\td2\t0\r\n2\td2\t0\r\n9\td9\t1\r\n"
    got = read_labelled_set(*write(tmp_path, queries, qrels))
    assert got.queries == {"1": "one"}  # without a relevant document nothing can be measured
    assert got.grades == {"1": {"d 1": 2, "d2": 0}}


def test_trecs_judgements_and_plain_ids_are_read(tmp_path: Path) -> None:
    got = read_labelled_set(*write(tmp_path, '{"id": 7, "text": "seven"}', "7 0 doc-a 1\n7 0 doc-b 3\n"))
    assert got.queries == {"7": "seven"}
    assert got.grades == {"7": {"doc-a": 1, "doc-b": 3}}


def test_a_line_may_hold_any_character_but_a_line_feed(tmp_path: Path) -> None:
    path = tmp_path / "q.jsonl"
    path.write_text('{"id": "a", "text": "one\u2028two\x85three"}\n{"id": "b", "text": "x"}\n', "utf-8")
    assert list(read_queries(path)) == [("a", "one\u2028two\x85three"), ("b", "x")]


@pytest.mark.parametrize(
    ("queries", "qrels", "words"),
    [
        ('{"_id": "1"}', "1\ta\t1\n", "Line 1 of .* is not an object"),
        ('{"_id": "1", "text": "one"}\n[' * 2, "1\ta\t1\n", "Line 2 of .* is not an object"),
        ('{"_id": "1", "text": "one"}', "query-id\tcorpus-id\tscore\n1\ta\tgood\n", "Line 2 of .* is not a judgement"),
        ('{"_id": "1", "text": "one"}', "1\n", "Line 1 of .* is not a judgement"),
        ('{"_id": "1", "text": "one"}', "2\ta\t1\n", "None of the queries"),
    ],
)  # fmt: skip
def test_what_does_not_fit_is_named(tmp_path: Path, queries: str, qrels: str, words: str) -> None:
    with pytest.raises(UserError, match=words):
        read_labelled_set(*write(tmp_path, queries, qrels))


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(UserError, match=r"gone\.jsonl cannot be read"):
        list(read_queries(tmp_path / "gone.jsonl"))
