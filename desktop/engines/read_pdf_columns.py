"""Pages that a program wrote row by row across their columns: put back column by column."""

from __future__ import annotations

import itertools
import statistics
from collections.abc import Sequence

from desktop.engines.read_ocr_order import in_reading_order
from desktop.engines.read_pdf_words import Line, measure

# A space this wide, in heights of the font, may be that between two columns.
_GUTTER = 0.9
_ROWS = 4
# Running text goes on from line to line: its lines hold several words, and many begin in the middle of a sentence.
# The cells of a table begin anew; they stay beside each other.
_WORDS = 4
_GOING_ON = 0.35


def unmixed(lines: list[Line]) -> list[Line]:
    """The lines column by column where rows run across columns of running text; else as they are."""
    if sum(line.gap > _GUTTER for line in lines) + _jumps(lines) < _ROWS:
        return lines
    pieces = [_pieces(line) for line in lines]
    rows = [row for row in pieces if len(row) > 1]
    rows += [[left, right] for left, right in itertools.pairwise(lines) if _stands_beside(left, right)]
    if not (_runs_on([row[0] for row in rows]) and _runs_on([row[-1] for row in rows])):
        return lines
    return in_reading_order([piece for row in pieces for piece in row])


def _jumps(lines: Sequence[Line]) -> int:
    return sum(_stands_beside(left, right) for left, right in itertools.pairwise(lines))


def _stands_beside(left: Line, right: Line) -> bool:
    overlap = min(left.y1, right.y1) - max(left.y0, right.y0)
    level = overlap > 0.5 * min(left.y1 - left.y0, right.y1 - right.y0)
    return level and right.x0 - left.x1 > _GUTTER * left.size


def _runs_on(lines: Sequence[Line]) -> bool:
    """Whether lines are running text."""
    if len(lines) < _ROWS or statistics.median(len(line.words) for line in lines) < _WORDS:
        return False
    going_on = sum(line.text.lstrip("\"'(“‘")[:1].islower() for line in lines)
    return going_on >= _GOING_ON * len(lines)


def _pieces(line: Line) -> list[Line]:
    """A line cut at its wide spaces."""
    if line.gap <= _GUTTER:
        return [line]
    groups = [[line.words[0]]]
    for before, word in itertools.pairwise(line.words):
        if before.place and word.place and word.place[0] - before.place[2] > _GUTTER * line.size:
            groups.append([])
        groups[-1].append(word)
    pieces = []
    for words in groups:
        piece = Line(words, letter_top=line.letter_top, size=line.size, sampled=line.sampled)
        measure(piece)
        pieces.append(piece)
    pieces[-1].spaced_end = line.spaced_end
    return pieces
