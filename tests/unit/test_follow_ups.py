"""Short questions that go on from the one before, completed by rules; what stands for itself is left as it is."""

from __future__ import annotations

import pytest

from desktop.core.follow_ups import Wording, completed, gone_on_from
from tests import question_kinds as kinds
from tests.follow_ups import ALONE, PAIRS

REWORDED = [
    ("How long is the notice period for the office?", "And for the warehouse?",
     "How long is the notice period for the warehouse?"),
    ("What does error E119 mean?", "And E133?", "What does error E133 mean?"),
    ("How much is invoice 2231?", "What about invoice 2245?", "How much is invoice 2245?"),
    ("How many bicycles did the shop sell in 2022?", "and 2023", "How many bicycles did the shop sell in 2023?"),
    ("How many bicycles did the shop sell in 2022?", "And in 2023?", "How many bicycles did the shop sell in 2023?"),
    ("How many bicycles did the shop sell?", "And in 2023?", "How many bicycles did the shop sell in 2023?"),
    ("What does the course in Portuguese cost?", "And the one in Japanese?", "What does the course in Japanese cost?"),
    ("When does the course in Portuguese start?", "And Japanese?", "When does the course in Japanese start?"),
    ("How high is the rent?", "And the deposit?", "How high is the deposit?"),
    ("How high is the rent?", "How about the deposit?", "How high is the deposit?"),
    ("When is the rent due?", "and the deposit", "When is the deposit due?"),
    ("How much does the lift cost?", "What about the roof?", "How much does the roof cost?"),
    ("Where did Ilse Marrow study?", "And Franz Stuck?", "Where did Franz Stuck study?"),
]  # fmt: skip


@pytest.mark.parametrize(("before", "asked", "text"), REWORDED)
def test_a_part_takes_the_place_of_its_like(before: str, asked: str, text: str) -> None:
    assert completed(asked, before) == Wording(text)


@pytest.mark.parametrize(
    "asked",
    ["Since when?", "And since when?", "Why?", "By whom?", "When is it due?", "Who has to pay for it?", "Which floor?",
     "How much is that?", "And when did she die?", "What about their dogs and all the other animals in it?"],
)  # fmt: skip
def test_what_only_refers_is_asked_together(asked: str) -> None:
    found = completed(asked, "How high is the rent for the office?")
    assert found is not None
    assert found.focus
    assert asked.removeprefix("And ").removeprefix("What about ").startswith(found.focus)
    assert found.text == f"How high is the rent for the office? {found.focus}"


def test_between_two_things_both_questions_are_asked() -> None:
    found = completed("And the deposit?", "How high is the rent for the office?")
    assert found == Wording("How high is the rent for the office? the deposit?", "the deposit?")


@pytest.mark.parametrize(("before", "asked"), [(before, asked) for before, asked, _ in ALONE])
def test_a_whole_question_is_left_as_it_is(before: str, asked: str) -> None:
    assert completed(asked, before) is None


def test_questions_of_every_kind_are_left_as_they_are() -> None:
    """A few of the four hundred have a pronoun that means nothing in them ("What is it made of?")."""
    every = [*kinds.HOW_MANY, *kinds.WHICH_AND_LIST, *kinds.WHERE_AND_WHETHER, *kinds.ABOUT, *kinds.COUNTING]
    taken = [asked for asked in every if completed(asked, "How high is the rent for the office?")]
    assert len(every) > 400
    assert len(taken) <= 8, taken


def test_most_of_the_pairs_are_seen_as_follow_ups() -> None:
    assert len(PAIRS) >= 30
    unseen = [asked for before, asked, _ in PAIRS if completed(asked, before) is None]
    assert len(unseen) <= 2, unseen


def test_a_chain_keeps_what_it_is_about() -> None:
    chain = ["Hello", "When was Ilse Marrow born?", "Where did she study?", "Under whom?"]
    assert gone_on_from(chain[:2]) == "When was Ilse Marrow born?"
    assert gone_on_from(chain[:3]) == "When was Ilse Marrow born? Where did she study?"
    assert gone_on_from(chain) == "When was Ilse Marrow born? Under whom?"
    assert gone_on_from([*chain, "And Franz Stuck?"]) == "When was Franz Stuck born? Under whom?"
    assert gone_on_from([*chain, "How high is the rent?"]) == "How high is the rent?"
    assert gone_on_from([]) == ""


@pytest.mark.parametrize(
    "asked", ["", " ", "?", "and", "and?", "what about", "And " * 5000, "it " * 5, "A" * 5000]
)
@pytest.mark.parametrize("before", ["", "?", "How high is the rent?", "the " * 3000, "for " * 3000])
def test_any_text_is_taken(asked: str, before: str) -> None:
    found = completed(asked, before)
    assert found is None or found.text
