"""Cuts pages into passages: whole sentences, packed up to a number of tokens, never across a page."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from desktop.core.documents import Page, Passage, Place, pack_part, unpack_places
from desktop.core.text import sentences

CountTokens = Callable[[list[str]], list[int]]
"""Gives the number of tokens of each text, by the tokenizer of the embedder."""


@dataclass(frozen=True)
class _Piece:
    """A stretch of the page that is not cut: a sentence, or a part of one that is too long.

    `gap` are the tokens between it and the piece before: lines of signs that are no sentence.
    """

    start: int
    end: int
    tokens: int
    gap: int = 0


def passages(
    document_id: str, title: str, pages: Sequence[Page], limit: int, count: CountTokens
) -> Iterator[Passage]:
    """Yield the passages of pages, each at most `limit` tokens.

    A passage begins anew at a heading. Where a run of sentences is cut, it is cut into passages of about the same
    size, and the last sentence before a cut is not repeated: a sentence stands in exactly one passage.
    """
    for page in pages:
        words = unpack_places(page.boxes)
        for start, end, heading in _sections(page):
            pieces = _pieces(page.text, start, end, limit, count)
            for first, last in _packed(pieces, limit):
                yield _passage(document_id, title, page, words, first.start, last.end, heading)


def _sections(page: Page) -> Iterator[tuple[int, int, str]]:
    """Start, end and heading of the stretches between headings."""
    marks = sorted(page.headings, key=lambda heading: heading.start)
    starts = [0, *(mark.start for mark in marks)]
    titles = ["", *(mark.text for mark in marks)]
    for start, end, heading in zip(starts, [*starts[1:], len(page.text)], titles, strict=True):
        if page.text[start:end].strip():
            yield start, end, heading


def _pieces(text: str, start: int, end: int, limit: int, count: CountTokens) -> list[_Piece]:
    spans = [(start + first, start + last) for first, last in sentences(text[start:end])]
    between = [text[before[1] : after[0]].strip() for before, after in pairwise(spans)]
    sizes = count([text[first:last] for first, last in spans])
    gaps = [0, *(count([signs])[0] if signs else 0 for signs in between)]
    pieces: list[_Piece] = []
    for (first, last), size, gap in zip(spans, sizes, gaps, strict=False):
        if size <= limit:
            pieces.append(_Piece(first, last, size, gap))
        else:
            parts = _halves(text, first, last, size, limit, count)
            pieces.extend([replace(parts[0], gap=gap), *parts[1:]])
    return pieces


def _halves(text: str, start: int, end: int, size: int, limit: int, count: CountTokens) -> list[_Piece]:
    """Cut what has no sentence end (a table, a list of names) in the middle, at white space, until it fits."""
    if size <= limit or end - start < 2:
        return [_Piece(start, end, size)]
    middle = _space_near(text, start, end)
    sizes = count([text[start:middle], text[middle:end]])
    left = _halves(text, start, middle, sizes[0], limit, count)
    return left + _halves(text, middle, end, sizes[1], limit, count)


def _space_near(text: str, start: int, end: int) -> int:
    middle = (start + end) // 2
    for distance in range((end - start) // 4):
        for place in (middle + distance, middle - distance):
            if text[place].isspace():
                return place + 1 if place + 1 < end else place
    return middle


def _packed(pieces: list[_Piece], limit: int) -> Iterator[tuple[_Piece, _Piece]]:
    """First and last piece of each passage. The number of passages is the least; their sizes are evened out."""
    total = sum(piece.tokens + piece.gap for piece in pieces)
    parts = max(1, -(-total // limit))
    target = min(limit, total / parts * 1.1)
    begin, size = 0, 0
    for index, piece in enumerate(pieces):
        with_gap = piece.gap + piece.tokens
        if index > begin and (size + with_gap > limit or size + piece.tokens / 2 > target):
            yield pieces[begin], pieces[index - 1]
            begin, size = index, 0
        size += with_gap if index > begin else piece.tokens
    if pieces:
        yield pieces[begin], pieces[-1]


def _passage(
    document_id: str, title: str, page: Page, words: Sequence[Place], start: int, end: int, heading: str
) -> Passage:
    return Passage(
        id=uuid.uuid4().hex,
        document_id=document_id,
        page=page.number,
        start=start,
        end=end,
        text=page.text[start:end],
        title=page.title or title,
        heading=heading,
        record_id=page.record_id,
        boxes=pack_part(words, start, end),
    )
