"""Chunking: every word in exactly one passage, none too long, headings and boxes with their own text."""

from __future__ import annotations

import random

import pytest

from desktop.core.chunking import passages
from desktop.core.documents import Box, Heading, Page, Passage, WordBox, pack_boxes, unpack_boxes
from desktop.core.text import words


def _count(texts: list[str]) -> list[int]:
    """A token for each word and for each sign, as a word-piece tokenizer counts."""
    return [
        len(words(text)) + sum(1 for sign in text if not sign.isspace() and not sign.isalnum())
        for text in texts
    ]


def _cut(page: Page, limit: int = 20) -> list[Passage]:
    return list(passages("d1", "Title", [page], limit, _count))


def _page(seed: int) -> Page:
    chance = random.Random(seed)
    parts = [
        "The tenant pays the rent on the third day. ", "Short one. ", "A line without an end\n", "\n\n", "- item\n",
        "word " * 45, "今天下雨。" * 9, "=" * chance.randrange(1, 60) + "\n", "x" * chance.randrange(1, 90) + " ",
        "........ 12\n", "(a) ", "Dr. Smith said so. ",
    ]  # fmt: skip
    text = "".join(chance.choice(parts) for _ in range(chance.randrange(1, 25)))
    starts = sorted(chance.sample(range(len(text)), min(len(text), chance.randrange(4))))
    return Page(1, text, headings=tuple(Heading(start, f"H{start}") for start in starts))


@pytest.mark.parametrize("limit", [5, 20, 200])
def test_every_word_stands_in_exactly_one_passage(limit: int) -> None:
    for seed in range(150):
        page = _page(seed)
        at = 0
        for passage in _cut(page, limit):
            assert passage.text == page.text[passage.start : passage.end]
            assert at <= passage.start < passage.end
            assert not any(c.isalnum() for c in page.text[at : passage.start]), (seed, at)
            at = passage.end
        assert not any(c.isalnum() for c in page.text[at:]), seed


def test_no_passage_is_longer_than_the_limit() -> None:
    for seed in range(300):
        for passage in _cut(_page(seed)):
            assert _count([passage.text])[0] <= 20, (seed, passage.text)


def test_lines_of_signs_between_sentences_count() -> None:
    text = "The first sentence stands here.\n\n" + "= " * 30 + "\n\nThe second sentence stands here."
    assert [passage.text for passage in _cut(Page(1, text))] == [
        "The first sentence stands here.",
        "The second sentence stands here.",
    ]


def test_sentences_are_packed_evenly_and_never_cut() -> None:
    text = " ".join(f"Sentence number {number} is here." for number in range(12))
    cut = _cut(Page(1, text), limit=30)
    assert [passage.text.count(".") for passage in cut] == [4, 4, 4]
    assert all(passage.text.startswith("Sentence") and passage.text.endswith(".") for passage in cut)


def test_a_passage_begins_anew_at_a_heading_and_carries_it() -> None:
    text = "Before.\nRent\nIt is due monthly.\nNotice\nIt is nine months."
    page = Page(
        3, text, headings=(Heading(text.index("Notice"), "Notice"), Heading(text.index("Rent"), "Rent"))
    )
    found = [(passage.heading, passage.text, passage.page) for passage in _cut(page, 200)]
    assert found == [
        ("", "Before.", 3),
        ("Rent", "Rent\nIt is due monthly.", 3),
        ("Notice", "Notice\nIt is nine months.", 3),
    ]


def test_pages_are_never_joined_and_rows_keep_their_own_title() -> None:
    pages = [Page(1, "One."), Page(2, " \n "), Page(3, "Three.", record_id="r3", title="Row three")]
    found = list(passages("d1", "Title", pages, 200, _count))
    assert [(one.page, one.text, one.record_id, one.title) for one in found] == [
        (1, "One.", "", "Title"),
        (3, "Three.", "r3", "Row three"),
    ]
    assert len({one.id for one in found}) == 2
    assert {one.document_id for one in found} == {"d1"}


def test_boxes_of_a_passage_are_those_of_its_words() -> None:
    text = "Alpha beta gamma. Delta epsilon zeta. Eta theta iota."
    boxes, at = [], 0
    for number, word in enumerate(text.split()):
        start = text.index(word, at)
        at = start + len(word)
        boxes.append(WordBox(start, at, Box(number / 10, 0.1, number / 10 + 0.05, 0.2)))
    cut = _cut(Page(1, text, pack_boxes(boxes)), limit=4)
    assert len(cut) == 3
    for number, passage in enumerate(cut):
        inside = unpack_boxes(passage.boxes)
        assert [passage.text[box.start : box.end] for box in inside] == passage.text.split()
        assert round(inside[0].box.x0 * 10) == number * 3


def test_a_box_that_is_cut_stays_inside_its_passage() -> None:
    page = Page(1, "abcdefghij" * 10, pack_boxes([WordBox(0, 100, Box(0, 0, 1, 1))]))
    cut = list(passages("d1", "", [page], 10, lambda texts: [len(text) for text in texts]))
    assert len(cut) > 5
    for passage in cut:
        (box,) = unpack_boxes(passage.boxes)
        assert (box.start, box.end) == (0, len(passage.text))
