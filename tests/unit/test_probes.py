"""Questions written from passages: which sentence, what is asked, what is fair, and what counts as found."""

from __future__ import annotations

import pytest

from desktop.core.documents import Passage
from desktop.core.probes import (
    Probe,
    ProbeRun,
    SearchSetup,
    asked_by_model,
    compared,
    is_fair,
    is_right,
    question_in_code,
    rarity,
    telling_sentence,
)

HEATING = (
    "The heating is old. The landlord has the boiler serviced by a firm from Lund every autumn. Call us."
)
NOISE = "The house is quiet. The landlord has asked all tenants to be quiet at night and at noon, too."


def passage(text: str, document: str = "d", start: int = 0, page: int = 1) -> Passage:
    return Passage(f"p-{document}-{start}", document, page, start, start + len(text), text)


def probe(sentence: str, start: int) -> Probe:
    return Probe("q", "c", "What?", sentence, "d", "", 1, start, start + len(sentence))


def test_the_sentence_with_the_rarest_words_is_asked_for() -> None:
    rare = rarity([passage(HEATING), passage(NOISE)])
    span = telling_sentence(HEATING, rare)
    assert span is not None
    assert HEATING[slice(*span)] == "The landlord has the boiler serviced by a firm from Lund every autumn."


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Too short to ask.",
        "1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 and then some 22 23 24 25 26.",
        "It is as it was and so it will be, as it is what it is.",
    ],
)
def test_a_text_without_a_telling_sentence_is_left_out(text: str) -> None:
    assert telling_sentence(text, {}) is None


RARE = {"boiler": 3.0, "lund": 5.0, "firm": 2.0, "autumn": 2.5, "servic": 1.0, "landlord": 0.1}


@pytest.mark.parametrize(
    ("sentence", "question"),
    [
        # A subject and a verb: asked for the subject and a telling word of the rest, not for the rarest one (Lund).
        (
            "The landlord has the boiler serviced by a firm from Lund every autumn.",
            "What is said about the landlord and boiler?",
        ),
        ("The notice period is three months to the end of a month.", "What is the notice period?"),
        # No subject in front: two telling words.
        ("Before the boiler is lit in autumn, the firm from Lund checks it.", "What is said about boiler and autumn?"),
        # Not English: only words.
        ("Kattila huolletaan joka syksy Lundin liikkeen toimesta talossa.", "huolletaan joka syksy"),
    ],
)  # fmt: skip
def test_the_question_in_code(sentence: str, question: str) -> None:
    assert question_in_code(sentence, RARE) == question


def test_a_fair_question_is_about_the_passage_and_not_its_copy() -> None:
    sentence = "The landlord has the boiler serviced by a firm from Lund every autumn."
    assert is_fair("Who looks after the boiler each autumn?", sentence, HEATING)
    assert not is_fair(
        "The landlord has the boiler serviced by a firm?", sentence, HEATING
    )  # copied in a row
    assert not is_fair("Lund firm boiler autumn landlord?", sentence, HEATING)  # copied in another order
    assert not is_fair("Which planet has most moons?", sentence, HEATING)  # answered by nothing here
    assert not is_fair("What is it?", sentence, HEATING)
    assert not is_fair("boiler", sentence, HEATING)


@pytest.mark.parametrize(
    ("reply", "question"),
    [
        ("Who services the boiler?", "Who services the boiler?"),
        ('"Question: When is the boiler serviced?" It is', "When is the boiler serviced?"),
        ("\n\nWhat happens every autumn in the house? The boiler", "What happens every autumn in the house?"),
        ("The landlord has the boiler serviced.", ""),
        ("Why?", ""),
        ("I am a helpful assistant, what can I do for you?", ""),
        ("", ""),
    ],
)
def test_the_question_in_a_models_reply(reply: str, question: str) -> None:
    assert asked_by_model(reply) == question


def test_the_right_passage_is_known_however_pages_are_cut() -> None:
    asked = probe("B" * 40, start=100)
    assert is_right(passage("x" * 50 + "B" * 40, start=50), asked)
    assert is_right(passage("B" * 20, start=100), asked)  # half of it
    assert not is_right(passage("B" * 19, start=100), asked)
    assert not is_right(passage("x" * 100, start=0), asked)
    assert not is_right(passage("B" * 20, start=100, page=2), asked)
    assert not is_right(passage("B" * 20, "other", start=100), asked)
    assert is_right(passage("Again: " + "B" * 40, "other"), asked)  # another copy answers as well


def test_two_runs_are_compared_on_what_both_asked() -> None:
    def run(**ranks: int) -> ProbeRun:
        return ProbeRun("r", "c", 0.0, SearchSetup(200, 9), ranks)

    change = compared(run(a=1, b=0, c=5, gone=1), run(a=0, b=2, c=1, new=1))
    assert (change.of, change.before, change.after) == (3, 2, 2)
    assert (change.gained, change.lost) == ({"b"}, {"a"})
    assert run(a=1, b=0, c=5).found == 2
