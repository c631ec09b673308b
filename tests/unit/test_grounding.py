"""Grounding: which sentences the files support, and the same sentences however the answer streams."""

from __future__ import annotations

import random

import pytest

from desktop.core.grounding import Checked, Checker, Evidence
from tests.grounding_pairs import HELD, TUNE, Pair

LEASE = "The notice period is nine months. It must not be given by e-mail. The rent is 2,300 EUR a month."
RULES = "Dogs may not be kept. The bins are emptied on Tuesdays."


def _checker(question: str = "What is it?") -> Checker:
    return Checker(question, [Evidence(LEASE), Evidence(RULES)])


def _checked(answer: str, question: str = "What is it?") -> list[Checked]:
    checker = _checker(question)
    return [*checker.add(answer), *checker.rest()]


def _proofs(answer: str, question: str = "What is it?") -> list[str]:
    """The sentence of the files that supports each sentence, '' where none does."""
    texts = (LEASE, RULES)
    return [
        texts[one.proof.text][one.proof.start : one.proof.end] if one.proof else ""
        for one in _checked(answer, question)
    ]


PERIOD, MAIL, RENT = "The notice period is nine months.", "It must not be given by e-mail.", LEASE[66:]
DOGS, BINS = "Dogs may not be kept.", "The bins are emptied on Tuesdays."


@pytest.mark.parametrize(
    ("answer", "proofs"),
    [
        ("The notice period is nine months.", [PERIOD]),
        ("The bins are emptied on Tuesdays.", [BINS]),
        ("**The notice period** is _nine_ months.", [PERIOD]),
        ("- The notice period is nine months\n- The bins are emptied on Fridays", [PERIOD, ""]),
        ("1. The rent is 2300 EUR a month.", [RENT]),
        ("The rent is €2,300 a month [1].", [RENT]),
        ("The rent is 2,400 EUR a month.", [""]),
        ("The rent is 2,300 pounds a month.", [""]),
        ("The notice period is 9 months.", [PERIOD]),
        ("The notice period is 9 weeks.", [""]),
        ("Notice must be given by e-mail.", [""]),
        ("Notice mustn't be given by e-mail.", [MAIL]),
        ("Dogs may be kept.", [""]),
        ("Dogs may not be kept; the bins are emptied on Tuesdays.", [DOGS]),
        ("Dogs may not be kept; the bins are emptied on Mondays.", [""]),
        ("The landlord lives in Berlin.", [""]),
    ],
)
def test_a_sentence_is_supported_by_one_of_the_files(answer: str, proofs: list[str]) -> None:
    assert _proofs(answer) == proofs
    for checked, proof in zip(_checked(answer), proofs, strict=True):
        assert checked.sentence.supported == bool(proof)


ROWS = (
    "number: 1; reported by: Samuel Okafor; what: Light in the laundry room is dark; state: done\n\n"
    "number: 3; reported by: Jonas Weber; what: Damp patch on the bedroom ceiling after rain; state: planned\n\n"
    "number: 9; reported by: Samuel Okafor; what: Wall in the cellar is damp; state: watched"
)


@pytest.mark.parametrize(
    ("answer", "supported"),
    [
        ("Samuel Okafor reported the damp patch on the bedroom ceiling.", False),
        ("Jonas Weber reported the damp patch on the bedroom ceiling.", True),
    ],
)
def test_a_name_in_another_row_is_no_proof(answer: str, supported: bool) -> None:
    checker = Checker("Who reported the damp patch on the bedroom ceiling?", [Evidence(ROWS)])
    (checked,) = [*checker.add(answer), *checker.rest()]
    assert checked.sentence.supported == supported


def test_a_no_is_a_sentence_of_its_own_and_a_number_claims_nothing() -> None:
    checked = _checked("The answer is no. The bins are emptied on Tuesdays. 1. **2.")
    assert [one.sentence.text for one in checked] == [
        "The answer is no.",
        "The bins are emptied on Tuesdays.",
        "1.",
        "**2.",
    ]
    assert [one.sentence.checked for one in checked] == [True, True, False, False]


def test_words_of_the_question_alone_support_nothing() -> None:
    question = "How long is the notice period?"
    assert _proofs("The notice period is two weeks.", question) == [""]
    assert _proofs("The notice period is nine months.", question) == [PERIOD]


@pytest.mark.parametrize(
    "passage",
    [
        "The excess is 500 euros for water damage. Cover for jewellery is limited to 2,500 euros.",
        "Jewellery is covered up to 2,500 euros with an excess of 100 euros.",
        "Excess | 500 euros | Limit | 2,500 euros",
        "The excess is 500 euros and the limit 2,500 euros.",
        "Water damage has an excess. The limit is 2,500 euros.",
        "Excess: 2,500 pounds.",
    ],
)
def test_an_amount_belongs_to_what_stands_nearest(passage: str) -> None:
    checker = Checker("What is the excess?", [Evidence(passage)])
    assert [one.proof for one in [*checker.add("The excess is 2,500 euros."), *checker.rest()]] == [None]


@pytest.mark.parametrize(
    ("passage", "claim"),
    [
        ("The excess per claim is 2,500 euros.", "The excess is 2,500 euros."),
        ("The rent rose from 1,400 to 1,500 euros.", "The rent rose to 1,500 euros."),
        ("The pump broke in May.", "The pump was broken in May."),
        ("Ms Li has written to the board.", "Ms Li wrote to the board."),
        ("Dogs are forbidden.", "They forbade dogs."),
    ],
)
def test_amounts_and_irregular_verbs_that_say_the_same(passage: str, claim: str) -> None:
    checker = Checker("What is known?", [Evidence(passage)])
    assert all(one.proof for one in [*checker.add(claim), *checker.rest()])


def _right(pairs: list[Pair]) -> tuple[float, float]:
    """Precision and recall of "supported", from words alone; a second look by meaning comes on top."""
    found = []
    for pair in pairs:
        checker = Checker(pair.question, [Evidence(pair.passage)])
        checked = [*checker.add(pair.sentence), *checker.rest()]
        found.append((all(one.sentence.supported for one in checked), pair.supported))
    right = sum(said and meant for said, meant in found)
    return right / sum(said for said, _ in found), right / sum(meant for _, meant in found)


def test_judged_pairs() -> None:
    assert len(TUNE) + len(HELD) > 140
    for pairs, least in ((TUNE, (0.94, 0.87)), (HELD, (0.82, 0.82))):
        precision, recall = _right(pairs)
        assert precision >= least[0], precision
        assert recall >= least[1], recall


def test_what_claims_nothing_is_not_checked() -> None:
    (one,) = _checked("So it is.")
    assert not one.sentence.checked
    assert not one.sentence.supported


def test_without_files_nothing_is_checked() -> None:
    checker = Checker("Hi", [])
    (one,) = [*checker.add("Berlin is a city."), *checker.rest()]
    assert (one.sentence.checked, one.sentence.supported) == (False, True)


_ANSWERS = [
    "The period is nine months. Dr. Smith said so, e.g. in 1999. Then he left!\n\n- one\n- two. Three\n\n**Bold.** End",
    "1. First. Second one\n2. Third\n3. Fourth... and fifth. 12. sixth",
    "今天下雨。7. 明天晴。\n\nYes. no. No? \"Quoted.\" Then (more.) J. R. Smith",
    "A\n\n\n---\n\nB. \n * c\n * d\n\n```\ncode. here\n```\nEnd.",
]  # fmt: skip


@pytest.mark.parametrize("answer", _ANSWERS)
def test_pieces_of_any_size_give_the_same_sentences(answer: str) -> None:
    whole = _checked(answer)
    sentences = [one.sentence for one in whole]
    assert [answer[one.start : one.end] for one in sentences] == [one.text for one in sentences]
    for seed in range(60):
        chance = random.Random(seed)
        checker = _checker()
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
        checker = Checker("", [Evidence(LEASE)])
        found = [sentence for character in answer for sentence in checker.add(character)]
        whole = Checker("", [Evidence(LEASE)])
        assert [*found, *checker.rest()] == [*whole.add(answer), *whole.rest()], repr(answer)
