"""Sentences and words: where they end, that their offsets are exact, and that no text makes them slow."""

from __future__ import annotations

import random
import time
from collections.abc import Iterator

import pytest

from desktop.core.text import clean, numbers, sentences, stem, stems, words


def _of(text: str) -> list[str]:
    return [text[start:end] for start, end in sentences(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("One. Two! Three? Four", ["One.", "Two!", "Three?", "Four"]),
        ("Dr. Smith saw Mr. Jones. He left.", ["Dr. Smith saw Mr. Jones.", "He left."]),
        ("See e.g. Berlin, i.e. the capital. Yes.", ["See e.g. Berlin, i.e. the capital.", "Yes."]),
        ("J. R. R. Tolkien wrote it. True.", ["J. R. R. Tolkien wrote it.", "True."]),
        ("It costs 3.50 or 2,300.00 a month. Pay.", ["It costs 3.50 or 2,300.00 a month.", "Pay."]),
        ("It ended in 1999. Then 2000 came.", ["It ended in 1999.", "Then 2000 came."]),
        ("Version 1.2.3 is out. See desk.py.", ["Version 1.2.3 is out.", "See desk.py."]),
        ("He waited... then he went. Gone.", ["He waited... then he went.", "Gone."]),
        ('"Is it?" he asked. "It is." She nodded.', ['"Is it?"', "he asked.", '"It is."', "She nodded."]),
        ("A title\n\nA paragraph\nof two lines.", ["A title", "A paragraph\nof two lines."]),
        ("To do:\n- first\n- second\n* third", ["To do:", "- first", "- second", "* third"]),
        ("Steps\n1. Open it.\n2. Close it.", ["Steps", "1. Open it.", "2. Close it."]),
        ("1. Open it. 2) Close it.", ["1. Open it.", "2) Close it."]),
        ("今天下雨。明天晴。「真的？」他问。", ["今天下雨。", "明天晴。", "「真的？」", "他问。"]),
        ("Es gilt z.B. hier, vgl. Nr. 5 bzw. Nr. 6. Ende.", ["Es gilt z.B. hier, vgl. Nr. 5 bzw. Nr. 6.", "Ende."]),
        ("...", []),
        ("", []),
        (" \n\n --- \n\n ***", []),
        ("first\r\n\r\nsecond", ["first", "second"]),
    ],
)  # fmt: skip
def test_where_sentences_end(text: str, expected: list[str]) -> None:
    assert _of(text) == expected


_PARTS = [
    "One", "two", "3", "4.5", "Dr", "e.g", "J", "naïve", "今天", "ſ", "😀", "a-b", "it's", ".", "!", "?", "。", "…",
    " ", " ", " ", "\n", "\n\n", "\t", "\r\n", "-", "- ", "1. ", "\n2) ", "(", ")", '"', "”", "*", "«",
    "\u2028", "\x00",
]  # fmt: skip


def _texts(count: int, seed: int = 7) -> Iterator[str]:
    chance = random.Random(seed)
    for _ in range(count):
        yield "".join(chance.choice(_PARTS) for _ in range(chance.randrange(40)))


def test_offsets_are_exact_in_any_text() -> None:
    for text in _texts(4000):
        at = 0
        for start, end in sentences(text):
            assert at <= start < end <= len(text), repr(text)
            assert text[start:end] == text[start:end].strip(), repr(text)
            assert not any(character.isalnum() for character in text[at:start]), repr(text)
            at = end
        assert not any(character.isalnum() for character in text[at:]), repr(text)


def test_a_sentence_is_the_same_whatever_stands_before_and_after_it() -> None:
    for text in _texts(500, seed=8):
        whole = _of(f"Before it.\n\n{text}\n\nAfter it.")
        assert whole == ["Before it.", *_of(f"{text}\n\n"), "After it."], repr(text)


@pytest.mark.parametrize(
    "text",
    [
        "." * 100_000 + "x",
        "word." + ")" * 100_000 + "x",
        ".)" * 50_000 + "x",
        "Word here. " * 50_000,
        "\n" + " " * 100_000 + "x",
        "\n " * 50_000 + "x",
        "\n-" * 50_000,
        "a\n1" * 50_000,
        "a." * 50_000,
    ],
    ids=lambda text: f"{text[:6]!r}",
)
def test_no_text_makes_it_slow(text: str) -> None:
    begin = time.perf_counter()
    list(sentences(text))
    words(text)
    assert time.perf_counter() - begin < 1.5


def test_words_and_numbers() -> None:
    assert words("It's 2,300.50 EUR; naïve co-op!") == ["it's", "2,300.50", "eur", "naïve", "co-op"]
    assert numbers("From 2,300 to 2300.5, on 1.1.") == {"2300", "2300.5", "1.1"}
    assert numbers("none") == set()


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("stopped", "stopping"),
        ("notices", "notice"),
        ("moved", "moving"),
        ("cities", "city"),
        ("tenant's", "tenant"),
        ("classes", "class"),
        ("carried", "carry"),
        ("quickly", "quick"),
    ],
)
def test_inflected_forms_meet(one: str, other: str) -> None:
    assert stem(one) == stem(other)


def test_what_is_no_english_word_stays() -> None:
    assert stems("The 2,300 naïveté 今天 is of") == ["2300", "naïveté", "今天"]


def test_clean_leaves_only_what_a_file_can_hold() -> None:
    assert clean("caf\udce9 😀") == "caf\ufffd 😀"
    clean("\ud83d\ude00").encode()
