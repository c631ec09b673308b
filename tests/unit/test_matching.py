"""Which characters a search marks: inflected words, exact phrases, the sentence that is shown."""

from __future__ import annotations

import re

import pytest

from desktop.core.matching import best_sentence, excerpt, phrase_pattern, phrase_ranges, word_ranges


def _marked(text: str, query: str) -> list[str]:
    return [text[start:end] for start, end in word_ranges(text, query)]


@pytest.mark.parametrize(
    ("text", "query", "marked"),
    [
        ("Faults of the lifts are billed.", "lift fault", ["Faults", "lifts"]),
        ("It has been out of order again.", "lift out of order", ["out of order"]),
        ("A list of the rules of the house", "out of order", []),
        ("The notice period, six months", "notice period of six months", ["notice period", "six months"]),
        ("EUR 2,300 or 2300", "2,300", ["2,300", "2300"]),
        ("Die Straße ist 😀 lang", "straße lang", ["Straße", "lang"]),
        ("Nothing of it", "", []),
        ("", "lift", []),
    ],
)
def test_words_are_marked(text: str, query: str, marked: list[str]) -> None:
    assert _marked(text, query) == marked


def test_a_stop_word_is_marked_only_where_the_query_has_it_beside_the_same_word() -> None:
    assert _marked("the lift and the stairs of the lift", "the lift") == ["the lift", "the lift"]
    assert _marked("a lift and an order", "the lift") == ["lift"]


@pytest.mark.parametrize(
    ("text", "phrase", "found"),
    [
        ("The Yearly\n  fee", "yearly fee", ["Yearly\n  fee"]),
        ("yearly fees", "yearly fee", []),
        ("a shoplift and a lift", "lift", ["lift"]),
        ("We don’t", "we don't", ["We don’t"]),
        ("“Quoted” words", '"quoted"', ["“Quoted”"]),
        ("a long–term plan", "long-term", ["long–term"]),
        ("C++ and C", "c++", ["C++"]),
        ("100 % (sure)", "100 % (sure)", ["100 % (sure)"]),
        ("東京都の夏", "東京", ["東京"]),
        ("anything", "  ", []),
        ("anything?", "?", []),
    ],
)
def test_a_phrase_is_found_in_any_case_and_white_space(text: str, phrase: str, found: list[str]) -> None:
    assert [text[start:end] for start, end in phrase_ranges(text, phrase)] == found


@pytest.mark.parametrize(
    "phrase", ["it's", "a'b\"c", "x\\y", "\x00z", "a' OR '1'='1", "(.*)", "😀 a", "e\u0301t"]
)
def test_the_pattern_fits_between_quotation_marks_and_is_valid(phrase: str) -> None:
    pattern = phrase_pattern(phrase)
    assert "'" not in pattern
    assert re.search(pattern, phrase.replace("e\u0301", "é"), re.IGNORECASE)


def test_the_sentence_with_the_most_different_words_is_shown() -> None:
    text = "The lift is old. A fault of the lift costs money. The lift, the lift, the lift."
    assert (
        text[slice(*best_sentence(text, word_ranges(text, "fault lift")))]
        == "A fault of the lift costs money."
    )
    assert best_sentence(text, ()) == (0, len(text))


def test_words_side_by_side_count_more_and_stop_words_nothing() -> None:
    text = "The period of the flat is over. Its notice period is three months. Notice the flat."
    found = best_sentence(text, word_ranges(text, "notice period of the flat"))
    assert text[slice(*found)] == "The period of the flat is over."
    found = best_sentence(text, word_ranges(text, "the notice period for flats"))
    assert text[slice(*found)] == "Its notice period is three months."


def test_an_excerpt_is_on_one_line_and_its_marks_move_with_it() -> None:
    text = "Before.  The \n\n Yearly\n fee of it. After it comes more."
    ranges = phrase_ranges(text, "yearly fee")
    words, marks = excerpt(text, ranges, 9, 26)
    assert words == "The Yearly fee of it. Afte"
    assert [words[start:end] for start, end in marks] == ["Yearly fee"]
    assert excerpt(text, ((0, 6),), 9, 26)[1] == ()
    assert excerpt("", (), 0, 10) == ("", ())
