"""Numbers as sentences write them, "1,450", "twelve", "3.2 million", by their value and the unit beside them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

_SMALL_LIST = """
zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen
eighteen nineteen
"""
_SMALL = _SMALL_LIST.split()
_TENS_LIST = "twenty thirty forty fifty sixty seventy eighty ninety"
_TENS = {word: 10 * value for value, word in enumerate(_TENS_LIST.split(), 2)}
_WORDS = {word: value for value, word in enumerate(_SMALL)} | _TENS
_SCALES = {"hundred": 100, "thousand": 1000, "million": 10**6, "billion": 10**9, "bn": 10**9}
_TIMES = {"once": "1 time", "twice": "2 time"}
_GROUPED = re.compile(r"\d{1,3}(?:[.,]\d{3})+")

_UNIT_LIST = """
second:s sec second seconds|minute:min minute minutes|hour:h hr hour hours|day:day days|week:week weeks
month:month months monthly|year:year years yearly annual annually|euro:€ eur euro euros|pound:£ gbp pound pounds
dollar:$ usd dollar dollars|%:% percent|mm:mm millimetre millimetres millimeter millimeters
cm:cm centimetre centimetres centimeter centimeters|metre:metre metres meter meters
km:km kilometre kilometres kilometer kilometers|mile:mile miles|gram:gram grams|kg:kg kilo kilos kilogram kilograms
litre:litre litres liter liters|ml:ml millilitre millilitres milliliter milliliters|degree:degree degrees
kb:kb|mb:mb|gb:gb|tb:tb|watt:watt watts|kw:kw|kwh:kwh|volt:volt volts
"""
UNITS = {
    word: name
    for entry in _UNIT_LIST.replace("\n", "|").split("|")
    if entry
    for name, _, spellings in [entry.partition(":")]
    for word in spellings.split()
}
"""The unit that a word or sign names."""


@dataclass(frozen=True)
class Number:
    """A number by its value, with the unit beside it or ''. A bare "one" does not count: it is mostly no number."""

    value: str
    unit: str
    counts: bool = True


def numbers_at(tokens: Sequence[str]) -> dict[int, Number]:
    """The numbers among the tokens of a sentence, each at its first token; its other tokens have entries too."""
    found: dict[int, Number] = {}
    place = 0
    while place < len(tokens):
        value, length = _number(tokens, place)
        if length:
            unit = _unit(tokens, place, place + length)
            counts = bool(unit) or tokens[place].lower() != "one"
            for part in range(place, place + length):
                found[part] = Number(value, unit, counts)
        place += max(length, 1)
    return found


def _number(tokens: Sequence[str], place: int) -> tuple[str, int]:
    """Value and number of tokens of the number that begins at `place`; 0 tokens where none does."""
    word = tokens[place].lower()
    if word in _TIMES:
        return _TIMES[word], 1
    if word in _WORDS:
        total, length = Decimal(_WORDS[word]), 1
        after = tokens[place + 1].lower() if place + 1 < len(tokens) else ""
        if word in _TENS and 0 < _WORDS.get(after, 0) < 10:
            total, length = total + _WORDS[after], 2
    elif word[0].isdigit():
        if ":" in word:
            return word.lstrip("0"), 1
        total, length = _value(word), 1
    else:
        return "", 0
    while place + length < len(tokens) and tokens[place + length].lower() in _SCALES:
        total *= _SCALES[tokens[place + length].lower()]
        length += 1
    return format(total.normalize(), "f"), length


def _value(digits: str) -> Decimal:
    """The value of "2,300", "3.80" or "3,80"; three digits behind each mark are thousands."""
    if _GROUPED.fullmatch(digits):
        return Decimal(re.sub("[.,]", "", digits))
    whole, _, rest = digits.replace(",", ".").rpartition(".")
    return Decimal(f"{whole.replace('.', '')}.{rest}" if whole else rest)


def _unit(tokens: Sequence[str], first: int, end: int) -> str:
    """The unit behind a number, or the sign of a currency before it."""
    behind = tokens[end].lower() if end < len(tokens) else ""
    before = tokens[first - 1] if first else ""
    return UNITS.get(behind, "") or (UNITS[before] if before in "€£$" and before else "")
