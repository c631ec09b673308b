"""The numbers of Word's lists and headings: they are not in the text, but counted from the rules in numbering.xml."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from desktop.engines.read_xml import attribute, local

BULLET = "-"
_DEEPEST = 8
_LONGEST = 60
_MOST_LETTERS = 20
_ROMANS = (
    ("m", 1000), ("cm", 900), ("d", 500), ("cd", 400), ("c", 100), ("xc", 90), ("l", 50),
    ("xl", 40), ("x", 10), ("ix", 9), ("v", 5), ("iv", 4), ("i", 1),
)  # fmt: skip


@dataclass
class _Level:
    """How one level of a list counts (ECMA-376 part 1, 17.9.6 lvl)."""

    start: int = 1
    form: str = "decimal"
    text: str = ""
    style: str = ""
    restart: int = -1
    """The level, from 1 on, whose next number lets this one begin again; 0 for none, -1 for each above it."""
    plain: bool = False
    """Whether the numbers of the levels above are shown as plain ones."""


@dataclass
class _Rules:
    """An abstractNum: its levels, and the list style that has them in its place."""

    levels: dict[int, _Level] = field(default_factory=dict)
    linked: str = ""


@dataclass(frozen=True)
class _List:
    """A num: the rules it counts by, and the levels that begin elsewhere in it."""

    rules: str
    starts: dict[int, int]
    levels: dict[int, _Level]


class Numbering:
    """Counts the paragraphs of lists as they come, and says what stands before each."""

    def __init__(self, root: Any | None, styles: dict[str, tuple[str, int | None]]) -> None:
        """`root` is the element of numbering.xml; `styles` are the lists of paragraph styles: number, level."""
        self._styles = styles
        self._rules: dict[str, _Rules] = {}
        self._lists: dict[str, _List] = {}
        self._counts: dict[str, dict[int, int]] = {}
        self._begun: set[tuple[str, int]] = set()
        for element in root if root is not None else ():
            if local(element.tag) == "abstractNum":
                self._rules[attribute(element, "abstractNumId")] = _rules(element)
            elif local(element.tag) == "num":
                self._lists[attribute(element, "numId")] = _list(element)

    def of_style(self, style: str) -> tuple[str, int | None]:
        """The list and the level of a paragraph style; "" for none."""
        return self._styles.get(style, ("", None))

    def label(self, number: str, level: int | None, style: str = "") -> str:
        """What stands before the next paragraph of a list: "2.1", "a)", BULLET, or "" where nothing is shown."""
        found = self._lists.get(number)
        rules = self._resolved(found) if found else None
        if found is None or rules is None:
            return BULLET
        levels = {**rules.levels, **found.levels}
        if level is None:
            level = next((depth for depth, one in levels.items() if style and one.style == style), 0)
        this = levels.get(min(level, _DEEPEST))
        if this is None:
            return BULLET
        self._count(found, number, levels, level)
        if this.form == "bullet":
            return BULLET
        if this.form == "none" and "%" not in this.text:
            return this.text
        return self._shown(this, levels, self._counts[found.rules])

    def _resolved(self, found: _List) -> _Rules | None:
        rules = self._rules.get(found.rules)
        if rules is not None and not rules.levels and rules.linked:
            other = self._lists.get(self.of_style(rules.linked)[0])
            return self._rules.get(other.rules) if other else None
        return rules

    def _count(self, found: _List, number: str, levels: dict[int, _Level], level: int) -> None:
        """Count one on at a level, and let those below begin again."""
        counts = self._counts.setdefault(found.rules, {})
        for depth in range(level):
            counts.setdefault(depth, _start(found, levels, depth))
        if level in found.starts and (number, level) not in self._begun:
            counts[level] = found.starts[level]
        else:
            counts[level] = counts.get(level, _start(found, levels, level) - 1) + 1
        self._begun.add((number, level))
        for depth in [depth for depth in counts if depth > level]:
            restart = levels[depth].restart if depth in levels else -1
            if restart < 0 or level < restart:
                del counts[depth]

    @staticmethod
    def _shown(this: _Level, levels: dict[int, _Level], counts: dict[int, int]) -> str:
        text = this.text
        for depth in range(_DEEPEST + 1):
            if f"%{depth + 1}" in text:
                form = levels[depth].form if depth in levels else "decimal"
                shown = form if form == "none" or not this.plain else "decimal"
                text = text.replace(f"%{depth + 1}", written(counts.get(depth, 0), shown))
        return text.strip()[:_LONGEST]


def _start(found: _List, levels: dict[int, _Level], depth: int) -> int:
    return found.starts.get(depth, levels[depth].start if depth in levels else 1)


def written(number: int, form: str) -> str:
    """A number as a list shows it; `form` is an ST_NumberFormat, of which those that nobody knows are decimal."""
    if form == "none":
        return ""
    if form == "decimalZero":
        return f"{number:02}"
    if form in ("lowerLetter", "upperLetter") and 0 < number <= 26 * _MOST_LETTERS:
        letters = chr(ord("a") + (number - 1) % 26) * ((number - 1) // 26 + 1)  # after z comes aa, then bb
        return letters.upper() if form == "upperLetter" else letters
    if form in ("lowerRoman", "upperRoman") and 0 < number < 4000:
        roman = ""
        for sign, value in _ROMANS:
            roman += sign * (number // value)
            number %= value
        return roman.upper() if form == "upperRoman" else roman
    if form == "ordinal":
        ending = "th" if number % 100 in (11, 12, 13) else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
        return f"{number}{ending}"
    return str(number)


def _rules(element: Any) -> _Rules:
    rules = _Rules()
    for child in element:
        if local(child.tag) == "lvl":
            rules.levels[_whole(attribute(child, "ilvl"))] = _level(child)
        elif local(child.tag) == "numStyleLink":
            rules.linked = attribute(child, "val")
    return rules


def _level(element: Any) -> _Level:
    level = _Level()
    for child in element:
        value = attribute(child, "val")
        match local(child.tag):
            case "start":
                level.start = _whole(value, 1)
            case "numFmt":
                level.form = value
            case "lvlText":
                level.text = value
            case "pStyle":
                level.style = value
            case "lvlRestart":
                level.restart = _whole(value)
            case "isLgl":
                level.plain = value.lower() not in ("0", "false", "off")
    return level


def _list(element: Any) -> _List:
    rules, starts, levels = "", {}, {}
    for child in element:
        if local(child.tag) == "abstractNumId":
            rules = attribute(child, "val")
        elif local(child.tag) == "lvlOverride":
            depth = _whole(attribute(child, "ilvl"))
            for inner in child:
                if local(inner.tag) == "startOverride":
                    starts[depth] = _whole(attribute(inner, "val"), 1)
                elif local(inner.tag) == "lvl":
                    levels[depth] = _level(inner)
    return _List(rules, starts, levels)


def _whole(value: str, otherwise: int = 0) -> int:
    return int(value) if value.isascii() and value.isdigit() and len(value) < 9 else otherwise
