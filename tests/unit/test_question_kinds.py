"""Many natural questions, each understood as the kind of question that it is, not as one that it only sounds like."""

from __future__ import annotations

import pytest

from desktop.core.questions import Question, Wanted, understand
from tests import question_kinds as kinds

LEAST = 60
ALL = (
    kinds.HOW_MANY, kinds.WHICH_AND_LIST, kinds.WHERE_AND_WHETHER, kinds.ABOUT, kinds.COUNTING, kinds.WHOLE,
)  # fmt: skip


def test_there_are_enough_of_each_kind_and_none_twice() -> None:
    assert all(len(rows) >= LEAST for rows in ALL)
    every = [row for rows in ALL for row in rows]
    assert len(set(every)) == len(every)


@pytest.mark.parametrize("asked", [*kinds.HOW_MANY, *kinds.WHICH_AND_LIST, *kinds.WHERE_AND_WHETHER])
def test_a_fact_is_answered_by_quotes(asked: str) -> None:
    assert understand(asked) == Question()
    assert understand(asked.lower().rstrip("?")) == Question()


@pytest.mark.parametrize("asked", kinds.ABOUT)
def test_a_fact_is_never_taken_for_this_file(asked: str) -> None:
    """What names a thing is a summary only where a file has that name, which is looked up later."""
    understood = understand(asked)
    assert understood == Question() or (understood.wanted is Wanted.SUMMARY and understood.file)


@pytest.mark.parametrize("asked", kinds.COUNTING)
def test_what_is_looked_for_by_its_words_is_counted(asked: str) -> None:
    understood = understand(asked)
    assert understood.wanted is (Wanted.TIMES if _asks_times(asked) else Wanted.MENTIONS)
    assert len(understood.terms) == 1
    assert understood.terms[0] in asked
    assert understood.exact == ("“" in asked)
    assert understand(asked.upper()).wanted is understood.wanted


def _asks_times(asked: str) -> bool:
    return asked.startswith(("How often", "How many times", "Count all occ", "Count the mentions"))


@pytest.mark.parametrize("asked", kinds.STORED)
def test_the_files_themselves_are_listed(asked: str) -> None:
    assert understand(asked) == Question(Wanted.FILES)


@pytest.mark.parametrize("asked", kinds.WHOLE)
def test_one_file_as_a_whole_is_a_summary(asked: str) -> None:
    understood = understand(asked)
    assert understood.wanted is Wanted.SUMMARY
    named = [
        name for name in ("lease.pdf", "Board minutes.docx", "report.pdf", "Lease 2021") if name in asked
    ]
    assert understood.file == "".join(named)
