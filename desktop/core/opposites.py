"""Words that deny each other: "allowed" and "forbidden" name one thing with opposite signs."""

from __future__ import annotations

from desktop.core.irregular import base_of
from desktop.core.text import stem

# Sides of one thing: words of the same side say nearly the same, words of the other side the opposite.
_PAIRS = """
allow allowed permit permitted / forbid forbidden prohibit prohibited ban banned disallow disallowed
increase increased grow grew grown growth rise rose risen raise raised gain gained climb climbed
 / decrease decreased shrink shrank fall fell fallen drop dropped decline declined reduce reduced lower lowered cut
accept accepted approve approved grant granted / reject rejected refuse refused deny denied decline declined
open opened / close closed shut
include included including / exclude excluded excluding
add added / remove removed delete deleted
buy bought purchase purchased / sell sold
win won / lose lost
pass passed / fail failed
begin began begun start started / end ended finish finished
heat heated warm warmed / cool cooled
enable enabled / disable disabled
succeed succeeded / fail failed
arrive arrived / leave left depart departed
present / absent
possible / impossible
true correct right / false wrong incorrect
safe harmless / dangerous harmful unsafe
early earlier earliest / late later latest
high higher highest / low lower lowest
large larger largest big bigger biggest / small smaller smallest little
old older oldest / new newer newest young younger youngest
long longer longest / short shorter shortest
fast faster fastest quick quicker / slow slower slowest
cheap cheaper cheapest / expensive dear
light / dark
hot / cold
full / empty
maximum / minimum
always / never
male / female
north northern / south southern
east eastern / west western
"""
_PREFIXES = ("un", "in", "im", "il", "ir", "dis", "non")
_LEAST_STEM = 4


def _sides() -> dict[str, tuple[str, int]]:
    sides: dict[str, tuple[str, int]] = {}
    for line in _PAIRS.strip().replace("\n ", " ").splitlines():
        positive, _, negative = line.partition("/")
        name = stem(base_of(positive.split()[0]))
        for words, side in ((positive, 1), (negative, -1)):
            for word in words.split():
                sides.setdefault(stem(base_of(word)), (name, side))
    return sides


_SIDES = _sides()


def side_of(stemmed: str) -> tuple[str, int]:
    """What a stem names, and on which side: +1 or -1. A word without an opposite names itself."""
    return _SIDES.get(stemmed, (stemmed, 1))


def opposite_by_prefix(left: frozenset[str], right: frozenset[str]) -> bool:
    """Whether one has a stem such as "insolubl" where the other has "solubl", and neither has both."""
    return _denied_in(left, right) or _denied_in(right, left)


def _denied_in(plain: frozenset[str], denied: frozenset[str]) -> bool:
    return any(
        prefix + word in denied and word not in denied and prefix + word not in plain
        for word in plain
        if len(word) >= _LEAST_STEM
        for prefix in _PREFIXES
    )
