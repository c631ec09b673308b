"""Boxes: packed and read back, joined to lines, and safe against what hostile pages give."""

from __future__ import annotations

import math

import pytest

from desktop.core.documents import Box, WordBox, boxes_of_range, pack_boxes, pack_places, unpack_boxes


def test_boxes_come_back_to_a_65535th_of_the_page() -> None:
    given = [WordBox(n, n + 3, Box(n / 100, 0.1, n / 100 + 0.01, 0.123456)) for n in range(90)]
    back = unpack_boxes(pack_boxes(given))
    assert [(one.start, one.end) for one in back] == [(one.start, one.end) for one in given]
    for one, other in zip(given, back, strict=True):
        for name in ("x0", "y0", "x1", "y1"):
            assert abs(getattr(one.box, name) - getattr(other.box, name)) <= 1 / 65535


def test_nothing_is_nothing() -> None:
    assert pack_boxes([]) == b""
    assert unpack_boxes(b"") == []


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf, -3.0, 1e30])
def test_numbers_of_hostile_pages_are_kept_on_the_page(value: float) -> None:
    (one,) = unpack_boxes(pack_places([(0, 5, value, 0.25, value, 0.5)]))
    assert 0 <= one.box.x0 <= 1
    assert 0 <= one.box.x1 <= 1
    assert one.box.y0 == pytest.approx(0.25, abs=1e-4)


def test_a_word_longer_than_the_format_allows_is_cut() -> None:
    (one,) = unpack_boxes(pack_places([(10, 10 + 100_000, 0, 0, 1, 1)]))
    assert (one.start, one.end) == (10, 10 + 65535)


def _words() -> list[WordBox]:
    """Two lines of three words of three characters."""
    return [
        WordBox(
            4 * n, 4 * n + 3, Box(0.1 + 0.2 * (n % 3), 0.1 * (n // 3), 0.28 + 0.2 * (n % 3), 0.1 * (n // 3) + 0.05)
        )
        for n in range(6)
    ]  # fmt: skip


def test_the_words_of_a_line_are_one_rectangle() -> None:
    assert boxes_of_range(_words(), 0, 23) == [
        Box(0.1, 0.0, pytest.approx(0.68), 0.05),
        Box(0.1, 0.1, pytest.approx(0.68), pytest.approx(0.15)),
    ]


def test_only_the_words_of_the_range_are_marked() -> None:
    assert boxes_of_range(_words(), 4, 7) == [Box(pytest.approx(0.3), 0.0, pytest.approx(0.48), 0.05)]
    assert boxes_of_range(_words(), 3, 4) == []  # the space between two words
    assert len(boxes_of_range(_words(), 6, 14)) == 2


def test_columns_side_by_side_are_not_joined() -> None:
    left, right = Box(0.1, 0.1, 0.4, 0.12), Box(0.6, 0.1, 0.9, 0.12)
    assert boxes_of_range([WordBox(0, 3, left), WordBox(4, 7, right)], 0, 7) == [left, right]
