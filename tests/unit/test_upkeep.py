"""When a table is compacted: often while it is small, and as much rarer as it is larger."""

from __future__ import annotations

import pytest

from desktop.engines.upkeep import COMMITS_BETWEEN, ROWS_BETWEEN, SAME_EFFORT_UP_TO, Written


def _rows_until_much(written: Written, rows: int) -> int:
    while not written.much:
        written.add(rows)
    return written.rows


def test_small_commits_and_many_rows_both_call_for_a_compaction() -> None:
    assert _rows_until_much(Written(0), 1) == COMMITS_BETWEEN
    assert _rows_until_much(Written(0), 500) == ROWS_BETWEEN


@pytest.mark.parametrize("rows", [1, 500])
def test_a_table_twice_as_large_is_compacted_half_as_often(rows: int) -> None:
    first = _rows_until_much(Written(SAME_EFFORT_UP_TO), rows)
    assert _rows_until_much(Written(2 * SAME_EFFORT_UP_TO), rows) == 2 * first
    assert _rows_until_much(Written(SAME_EFFORT_UP_TO // 2), rows) == first
