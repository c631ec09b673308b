"""The order in which the lines of a picture are read: by columns where text stands in columns, else row by row."""

from __future__ import annotations

import re
import statistics
from collections.abc import Sequence

from desktop.engines.read_pdf_words import WIDE, Line

_WIDE = re.compile(f"[{WIDE}]")
# A column is recognised by several lines of running text that fill its width. Lists of terms, forms and tables have
# short cells: read column by column, the value would stand far from its name.
_COLUMN_LINES = 4
_COLUMN_CHARACTERS = 14
_FILLED = 0.55
_MAX_TRIES = 6


def in_reading_order(lines: Sequence[Line]) -> list[Line]:
    """The lines in the order in which a person reads them; their extents must be level (x0, y0, x1, y1)."""
    ordered = sorted(lines, key=lambda line: line.y0 + line.y1)
    bands = next((bands for x in _gutters(ordered) if (bands := _bands(ordered, x))), None)
    if bands is None:
        return _by_rows(ordered)
    found: list[Line] = []
    for band in bands:
        if len(band) == 1:
            found += _by_rows(band[0])
        else:
            for column in band:
                found += in_reading_order(column)
    return found


def _gutters(lines: Sequence[Line]) -> list[float]:
    """Where a strip of white may part two columns: the x that lie between neighbours of most rows, best first."""
    gaps = []
    for left in lines:
        height = left.y1 - left.y0
        beside = [right.x0 for right in lines if right.x0 >= left.x1 and _same_row(left, right)]
        if beside and min(beside) - left.x1 > 0.4 * height:
            gaps.append((left.x1, min(beside)))
    counted = {(a + b) / 2: sum(start < (a + b) / 2 < end for start, end in gaps) for a, b in gaps}
    best: list[float] = []
    for x in sorted(counted, key=lambda x: -counted[x]):
        if counted[x] < _COLUMN_LINES // 2 or len(best) >= _MAX_TRIES:
            break
        if not any(start < x < end and start < known < end for known in best for start, end in gaps):
            best.append(x)
    return best


def _bands(lines: Sequence[Line], x: float) -> list[list[list[Line]]] | None:
    """The page from top to bottom, cut where lines stand across `x`: each band is [lines], or [left, right] where it
    has two columns. None if no band has."""
    bands: list[list[list[Line]]] = []
    run: list[Line] = []
    for line in lines:
        if line.x0 < x < line.x1:
            bands += [_sides(run, x), [[line]]]
            run = []
        else:
            run.append(line)
    bands = [band for band in (*bands, _sides(run, x)) if any(band)]
    if not any(len(band) == 2 and all(_is_column(side) for side in band) for band in bands):
        return None
    # Between a figure and the page's end a column may have a line or two only.
    columns = [band for band in bands if len(band) == 2 and all(_is_column(side) for side in band)]
    widths = [max(_width(band[side]) for band in columns) for side in (0, 1)]
    kept = [
        band
        if len(band) == 1 or _fits(band, widths)
        else [sorted(band[0] + band[1], key=lambda one: one.y0 + one.y1)]
        for band in bands
    ]
    return _merged(kept)


def _sides(run: list[Line], x: float) -> list[list[Line]]:
    left = [line for line in run if line.x1 <= x]
    right = [line for line in run if line.x1 > x]
    return [left, right] if left and right else [run]


def _is_column(lines: Sequence[Line]) -> bool:
    """Whether lines are running text that fills a column."""
    if len(lines) < _COLUMN_LINES:
        return False
    characters = statistics.median(len(line.text) + len(_WIDE.findall(line.text)) for line in lines)
    filled = statistics.median(line.x1 - line.x0 for line in lines)
    return characters >= _COLUMN_CHARACTERS and filled >= _FILLED * _width(lines)


def _fits(band: list[list[Line]], widths: list[float]) -> bool:
    """Whether a band's sides are parts of columns of these widths."""
    return all(
        statistics.median(line.x1 - line.x0 for line in side) >= _FILLED * width
        for side, width in zip(band, widths, strict=True)
    )


def _merged(bands: list[list[list[Line]]]) -> list[list[list[Line]]]:
    """Neighbouring bands without columns as one, so that a row is never cut."""
    merged: list[list[list[Line]]] = []
    for band in bands:
        if merged and len(band) == len(merged[-1]) == 1:
            merged[-1] = [merged[-1][0] + band[0]]
        else:
            merged.append(band)
    return merged


def _by_rows(lines: Sequence[Line]) -> list[Line]:
    """From top to bottom, and from left to right what stands side by side."""
    rows: list[list[Line]] = []
    for line in sorted(lines, key=lambda line: line.y0 + line.y1):
        if rows and _same_row(rows[-1][-1], line) and not any(_over(other, line) for other in rows[-1]):
            rows[-1].append(line)
        else:
            rows.append([line])
    return [line for row in rows for line in sorted(row, key=lambda line: line.x0)]


def _same_row(one: Line, other: Line) -> bool:
    overlap = min(one.y1, other.y1) - max(one.y0, other.y0)
    return overlap > 0.5 * min(one.y1 - one.y0, other.y1 - other.y0)


def _over(one: Line, other: Line) -> bool:
    """Whether lines stand one over the other rather than side by side."""
    overlap = min(one.x1, other.x1) - max(one.x0, other.x0)
    return overlap > 0.2 * min(one.x1 - one.x0, other.x1 - other.x0)


def _width(lines: Sequence[Line]) -> float:
    return max(line.x1 for line in lines) - min(line.x0 for line in lines)
