"""The order in which people read boxes on a page: where the places leave it open, the order they were made in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

# Boxes of neighbours may overlap by this share of the smaller one and still count as apart.
_OVERLAP = 0.2
_MAX_BOXES = 300


@dataclass(frozen=True)
class Frame:
    """Where a shape stands, in any unit, from the top left."""

    left: float
    top: float
    width: float
    height: float


def reading_order(frames: Sequence[Frame | None]) -> list[int]:
    """The indices of the frames in reading order.

    A box comes after those above it and those to its left, after T. Breuel (2003), "High performance document layout
    analysis": only what is plain is taken from the places, so the columns and rows of a grid stay as they were made.
    """
    indices = [index for index, frame in enumerate(frames) if frame is not None]
    if len(indices) > _MAX_BOXES or len(indices) < 2:
        return list(range(len(frames)))
    before: dict[int, set[int]] = {index: set() for index in range(len(frames))}
    for index in indices:
        for other in indices:
            first, second = frames[index], frames[other]
            if first and second and _comes_before(first, second):
                before[other].add(index)
    return _sorted(before)


def _sorted(before: dict[int, set[int]]) -> list[int]:
    """Each index as early as its own order allows; a ring of boxes is broken at its first."""
    order: list[int] = []
    left = list(before)
    while left:
        done = set(order)
        chosen = next((index for index in left if before[index] <= done), left[0])
        order.append(chosen)
        left.remove(chosen)
    return order


def _comes_before(first: Frame, second: Frame) -> bool:
    across = _apart(first.left, first.width, second.left, second.width)
    down = _apart(first.top, first.height, second.top, second.height)
    if down and not across:
        return first.top < second.top
    return across and not down and first.left < second.left


def _apart(start: float, size: float, other_start: float, other_size: float) -> bool:
    overlap = min(start + size, other_start + other_size) - max(start, other_start)
    return overlap <= _OVERLAP * min(size, other_size)
