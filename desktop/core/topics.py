"""The nouns of topics: how texts are grouped, and what comes of it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

OUTLIER = -1
"""The topic of a text that belongs to none."""


class GroupBy(StrEnum):
    """How many topics there are to be: as many as the data show, or exactly so many."""

    DATA = "data"
    NUMBER = "number"


class Outliers(StrEnum):
    """Which texts are left without a topic: none, or those that are far from every one."""

    NONE = "none"
    SOME = "some"


@dataclass(frozen=True)
class Grouping:
    """How to group. The same texts and the same grouping give the same topics."""

    by: GroupBy = GroupBy.DATA
    number: int = 0
    outliers: Outliers = Outliers.NONE
    seed: int = 0


@dataclass(frozen=True)
class Topic:
    """`keywords` are its words by c-TF-IDF, the most telling first; `typical` the places of its most central texts."""

    id: int
    name: str
    keywords: tuple[str, ...]
    size: int
    typical: tuple[int, ...] = ()


@dataclass(frozen=True)
class Assigned:
    """The topic of a text, and how sure that is, 0 to 1."""

    topic: int
    probability: float


@dataclass(frozen=True)
class Grouped:
    """The topics, the largest first, and for each text its topic."""

    topics: tuple[Topic, ...]
    assigned: tuple[Assigned, ...]
