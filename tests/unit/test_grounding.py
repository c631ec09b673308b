"""Grounding: which sentences the files support, and the same sentences however the answer streams."""

from __future__ import annotations

import random

import pytest

from desktop.core.conversations import AnswerSentence
from desktop.core.grounding import Checker

LEASE = "The notice period is nine months. It must not be given by e-mail. The rent is 2,300 EUR a month."
RULES = "Dogs may not be kept. The bins are emptied on Tuesdays."


def _checked(answer: str, question: str = "What is it?") -> list[AnswerSentence]:
    checker = Checker(question, [(1, LEASE), (2, RULES)])
    return [*checker.add(answer), *checker.rest()]


def _marks(answer: str, question: str = "What is it?") -> list[tuple[bool, int]]:
    return [(one.supported, one.source) for one in _checked(answer, question)]


@pytest.mark.parametrize(
    ("answer", "marks"),
    [
        ("The notice period is nine months.", [(True, 1)]),
        ("The bins are emptied on Tuesdays.", [(True, 2)]),
        ("**The notice period** is _nine_ months.", [(True, 1)]),
        ("- The notice period is nine months\n- The bins are emptied on Fridays", [(True, 1), (False, 0)]),
        ("1. The rent is 2300 EUR a month.", [(True, 1)]),
        ("The rent is 2,300 EUR a month [1].", [(True, 1)]),
        ("The rent is 2,400 EUR a month.", [(False, 0)]),
        ("The notice period is 9 months.", [(False, 0)]),
        ("It must be given by e-mail.", [(False, 0)]),
        ("It mustn't be given by e-mail.", [(True, 1)]),
        ("Dogs may be kept.", [(False, 0)]),
        ("The landlord lives in Berlin.", [(False, 0)]),
    ],
)
def test_support(answer: str, marks: list[tuple[bool, int]]) -> None:
    assert _marks(answer) == marks


def test_words_of_the_question_alone_support_nothing() -> None:
    question = "How long is the notice period?"
    assert _marks("The notice period is two weeks.", question) == [(False, 0)]
    assert _marks("The notice period is nine months.", question) == [(True, 1)]


def test_what_claims_nothing_is_not_checked() -> None:
    (one,) = _checked("So it is.")
    assert not one.checked
    assert not one.supported


def test_without_files_nothing_is_checked() -> None:
    checker = Checker("Hi", [])
    (one,) = [*checker.add("Berlin is a city."), *checker.rest()]
    assert (one.checked, one.supported) == (False, True)


_ANSWERS = [
    "The period is nine months. Dr. Smith said so, e.g. in 1999. Then he left!\n\n- one\n- two. Three\n\n**Bold.** End",
    "1. First. Second one\n2. Third\n3. Fourth... and fifth. 12. sixth",
    "今天下雨。7. 明天晴。\n\nYes. no. No? \"Quoted.\" Then (more.) J. R. Smith",
    "A\n\n\n---\n\nB. \n * c\n * d\n\n```\ncode. here\n```\nEnd.",
]  # fmt: skip


@pytest.mark.parametrize("answer", _ANSWERS)
def test_pieces_of_any_size_give_the_same_sentences(answer: str) -> None:
    whole = _checked(answer)
    assert [answer[one.start : one.end] for one in whole] == [one.text for one in whole]
    for seed in range(60):
        chance = random.Random(seed)
        checker = Checker("What is it?", [(1, LEASE), (2, RULES)])
        found, at = [], 0
        while at < len(answer):
            size = chance.randrange(1, 2 + seed)
            found += checker.add(answer[at : at + size])
            at += size
        assert [*found, *checker.rest()] == whole, seed


def test_random_answers_stream_as_they_are_whole() -> None:
    parts = [
        "One",
        "two.",
        "3.",
        "\n",
        "\n\n",
        " ",
        "- ",
        "Dr.",
        "。",
        "天",
        "(x)",
        "**",
        "!",
        "7)",
        "b.c",
        "…",
    ]
    for seed in range(1500):
        chance = random.Random(seed)
        answer = "".join(chance.choice(parts) + chance.choice(["", " "]) for _ in range(chance.randrange(18)))
        checker = Checker("", [(1, LEASE)])
        found = [sentence for character in answer for sentence in checker.add(character)]
        whole = Checker("", [(1, LEASE)])
        assert [*found, *checker.rest()] == [*whole.add(answer), *whole.rest()], repr(answer)
