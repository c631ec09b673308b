"""Numbers and dates of workbooks as their cells show them, by the number format codes of ECMA-376, part 1, 18.8.31."""

from __future__ import annotations

import datetime
import itertools
import re
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Context, Decimal
from fractions import Fraction
from functools import lru_cache

# The codes that files name by a number only. 14 and 22 are the system's own short date, which differs between
# countries in the order of day and month: the date that reads the same everywhere stands for it.
_BUILT_IN = {
    1: "0", 2: "0.00", 3: "#,##0", 4: "#,##0.00", 5: '"$"#,##0', 6: '"$"#,##0', 7: '"$"#,##0.00',
    8: '"$"#,##0.00', 9: "0%", 10: "0.00%", 11: "0.00E+00", 12: "# ?/?", 13: "# ??/??", 14: "yyyy-mm-dd",
    15: "d-mmm-yy", 16: "d-mmm", 17: "mmm-yy", 18: "h:mm AM/PM", 19: "h:mm:ss AM/PM", 20: "h:mm", 21: "h:mm:ss",
    22: "yyyy-mm-dd h:mm", 37: "#,##0;(#,##0)", 38: "#,##0;(#,##0)", 39: "#,##0.00;(#,##0.00)",
    40: "#,##0.00;(#,##0.00)", 41: "#,##0;(#,##0);-", 42: '"$"#,##0;("$"#,##0);"$"-', 43: "#,##0.00;(#,##0.00);-",
    44: '"$"#,##0.00;("$"#,##0.00);"$"-', 45: "mm:ss", 46: "[h]:mm:ss", 47: "mm:ss.0", 48: "##0.0E+0", 49: "@",
    **dict.fromkeys([*range(27, 32), 36, *range(50, 55), 57, 58], "yyyy-mm-dd"),
    **dict.fromkeys([32, 33, 34, 35, 55, 56], "h:mm:ss"),
}  # fmt: skip
_TOKEN = re.compile(
    r'"(?P<quoted>[^"]*)"?|\\(?P<escaped>.)|_(?P<width>.)|\*(?P<filler>.)|\[(?P<bracket>[^\]]*)\]'
    r"|(?P<general>General)|(?P<half>AM/PM|A/P|上午/下午)|(?P<exponent>E[+-])|(?P<date>y+|m+|d+|h+|s+|e+|b+|g+)"
    r"|(?P<digit>[0#?])|(?P<point>\.)|(?P<comma>,)|(?P<percent>%)|(?P<text>@)|(?P<other>.)",
    re.I | re.S,
)
_CONDITION = re.compile(r"(<=|>=|<>|<|>|=)\s*(-?[\d.]+(?:E[+-]?\d+)?)", re.I)
_MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
_DAYS = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]
_DATES = frozenset({"date", "half", "elapsed"})
_SIMPLE = re.compile(r"(#,##)?0(?:\.(0{1,9}))?")
_MAX_SERIAL = 2_958_466  # the first day of the year 10000
_MAX_CODE = 1000
_PRECISE = Context(prec=80)


@dataclass(frozen=True)
class _Token:
    kind: str
    text: str


@dataclass
class _Section:
    """One of the parts of a code that semicolons separate; `condition` is its own test, where it has one."""

    tokens: list[_Token] = field(default_factory=list)
    condition: tuple[str, float] | None = None
    kinds: frozenset[str] = frozenset()


def code_of(number: int, codes: dict[int, str]) -> str:
    """The format code of a format's number: the file's own, or the built-in one."""
    return codes.get(number) or _BUILT_IN.get(number, "General")


def show(value: float, code: str, first_day_1904: bool = False) -> str:
    """A number as a cell of this format shows it. Dates count days from 1900, or from 1904."""
    if code == "General":
        return general(value)
    if simple := _simple(code):
        grouped, decimals = simple
        number = (
            Decimal(repr(value)).quantize(decimals, ROUND_HALF_UP, _PRECISE)
            if abs(value) < 1e25
            else Decimal(repr(value))
        )
        return f"{number or abs(number):{grouped}f}"
    sections = _sections(code)
    section, own_sign = _choose(sections, value)
    if section is None:
        return general(value)
    kinds = section.kinds
    if not kinds.isdisjoint(_DATES):
        return _date(value + 1462 if first_day_1904 else value, section) or general(value)
    if "general" in kinds or "text" in kinds:
        shown = general(abs(value) if own_sign else value)
        return _literals(section, shown)
    if "digit" not in kinds:
        return _literals(section, "")
    return _number(value, section, own_sign)


def is_date(code: str) -> bool:
    """Whether numbers of this format are days or times."""
    return not _sections(code)[0].kinds.isdisjoint(_DATES)


def general(value: float) -> str:
    """A number as a cell without a format shows it: ten digits, but whole numbers as a whole."""
    if value != value or value in (float("inf"), float("-inf")):
        return str(value)
    if value == int(value) and abs(value) < 1e15:
        return str(int(value))
    text = f"{value:.10g}"
    if "e" in text and 1e-4 < abs(value) < 1e15:
        text = f"{value:.15g}"
    return text.replace("e", "E")


@lru_cache(maxsize=2000)
def _simple(code: str) -> tuple[str, Decimal] | None:
    """Of the few codes that most cells have: the sign between thousands, and the smallest number shown."""
    match = _SIMPLE.fullmatch(code)
    return ("," if match.group(1) else "", Decimal(1).scaleb(-len(match.group(2) or ""))) if match else None


@lru_cache(maxsize=2000)
def _sections(code: str) -> list[_Section]:
    sections = [_Section()]
    for match in _TOKEN.finditer(code[:_MAX_CODE]):
        kind = match.lastgroup or "other"
        text = match.group(kind)
        current = sections[-1]
        if kind == "bracket":
            _add_bracket(current, text)
        elif kind == "other" and text == ";":
            sections.append(_Section())
        elif kind == "width":
            current.tokens.append(_Token("literal", " "))
        elif kind in ("quoted", "escaped", "other"):
            current.tokens.append(_Token("slash" if match.group() == "/" else "literal", text))
        elif kind != "filler":
            current.tokens.append(_Token(kind, text))
    for section in sections:
        section.kinds = frozenset(token.kind for token in section.tokens)
    return sections


def _add_bracket(section: _Section, text: str) -> None:
    """Currency signs, times that go on past a day, and conditions; colours and countries change no words."""
    if text.startswith("$"):
        section.tokens.append(_Token("literal", text[1:].split("-")[0]))
    elif re.fullmatch(r"h+|m+|s+", text, re.I):
        section.tokens.append(_Token("elapsed", text.lower()))
    elif match := _CONDITION.fullmatch(text.strip()):
        section.condition = match.group(1), float(match.group(2))


def _choose(sections: list[_Section], value: float) -> tuple[_Section | None, bool]:
    """The section for a value, and whether it brings the minus sign itself."""
    numeric = sections[:3]
    if any(section.condition for section in numeric):
        for section in numeric:
            if section.condition is None or _meets(value, section.condition):
                return section, value < 0 and section is not sections[0]
        return None, False
    if value < 0 and len(numeric) > 1:
        return numeric[1], True
    if value == 0 and len(numeric) > 2:
        return numeric[2], False
    return numeric[0], False


def _meets(value: float, condition: tuple[str, float]) -> bool:
    sign, other = condition
    return {
        "<": value < other, "<=": value <= other, ">": value > other, ">=": value >= other,
        "=": value == other, "<>": value != other,
    }[sign]  # fmt: skip


def _literals(section: _Section, inside: str) -> str:
    """The section's own words around a text."""
    shown = "".join(
        inside if token.kind in ("general", "text") else token.text if token.kind == "literal" else ""
        for token in section.tokens
    )
    return shown.strip()


def _number(value: float, section: _Section, own_sign: bool) -> str:
    tokens = section.tokens
    number = abs(Decimal(repr(value))) * 100 ** sum(token.kind == "percent" for token in tokens)
    if "slash" in section.kinds and "point" not in section.kinds:
        shown = _fraction(number, tokens)
    elif "exponent" in section.kinds:
        shown = _scientific(number, tokens)
    else:
        shown = _decimal(number, tokens)
    negative = value < 0 and not own_sign and any(digit in shown for digit in "123456789")
    return ("-" if negative else "") + shown.strip()


def _decimal(number: Decimal, tokens: list[_Token]) -> str:
    """A plain number, its digits put into the code's places from the right."""
    places = [index for index, token in enumerate(tokens) if token.kind == "digit"]
    point = next((index for index, token in enumerate(tokens) if token.kind == "point"), len(tokens))
    whole = [index for index in places if index < point]
    decimals = [index for index in places if index > point]
    last = whole[-1] if whole else point - 1
    grouped = any(token.kind == "comma" for token in tokens[whole[0] : last]) if whole else False
    number /= 1000 ** (_commas_after(tokens, last) + (_commas_after(tokens, decimals[-1]) if decimals else 0))
    digits = _rounded(number, len(decimals))
    before, _, after = digits.partition(".")
    return _placed(tokens, whole, before, grouped, dict(zip(decimals, after, strict=False)), point)


def _commas_after(tokens: list[_Token], place: int) -> int:
    """How many commas stand right behind the last place: each divides by a thousand."""
    return sum(1 for _ in itertools.takewhile(lambda token: token.kind == "comma", tokens[place + 1 :]))


def _placed(
    tokens: list[_Token], whole: list[int], before: str, grouped: bool, after: dict[int, str], point: int
) -> str:
    zeros = sum(tokens[index].text == "0" for index in whole)
    before = before.lstrip("0").rjust(zeros, "0")
    shares = _shares(before, len(whole))
    if grouped:
        shares = [f"{int(before):,}" if before else "", *[""] * (len(whole) - 1)]
    by_place = dict(zip(whole, shares, strict=True)) if whole else {}
    kept = max(
        (index for index, digit in after.items() if digit != "0" or tokens[index].text == "0"), default=-1
    )
    out = []
    for index, token in enumerate(tokens):
        if token.kind == "literal":
            out.append(token.text)
        elif token.kind in ("percent", "slash"):
            out.append(token.text if token.kind == "percent" else "/")
        elif token.kind == "point" and (kept >= 0 or not after):
            out.append((before if not whole else "") + "." if kept >= 0 else "")
        elif token.kind == "digit" and index < point:
            out.append(by_place[index])
        elif token.kind == "digit" and index <= kept:
            out.append(after[index])
    return "".join(out)


def _shares(digits: str, places: int) -> list[str]:
    """One digit for each place, from the right; the first place takes all that are left."""
    if places == 0:
        return []
    tail = digits[max(len(digits) - places + 1, 0) :]
    head = digits[: len(digits) - len(tail)]
    return [head, *[""] * (places - 1 - len(tail)), *tail]


def _rounded(number: Decimal, decimals: int) -> str:
    """With that many decimals, halves away from zero as a workbook rounds."""
    if number.adjusted() > 25:
        return f"{number:f}"
    return f"{number.quantize(Decimal(1).scaleb(-min(decimals, 30)), ROUND_HALF_UP, _PRECISE):f}"


def _scientific(number: Decimal, tokens: list[_Token]) -> str:
    sign = next(index for index, token in enumerate(tokens) if token.kind == "exponent")
    point = next((index for index, token in enumerate(tokens) if token.kind == "point"), sign)
    whole = max(sum(token.kind == "digit" for token in tokens[: min(point, sign)]), 1)
    decimals = sum(token.kind == "digit" for token in tokens[point:sign])
    width = sum(token.text == "0" for token in tokens[sign:] if token.kind == "digit")
    exponent = number.adjusted() if number else 0
    exponent -= exponent % whole
    digits = _rounded(number.scaleb(-exponent), decimals)
    if Decimal(digits) >= 10**whole:
        exponent += whole
        digits = _rounded(number.scaleb(-exponent), decimals)
    mark = "-" if exponent < 0 else "+" if tokens[sign].text.endswith("+") else ""
    return f"{digits}E{mark}{abs(exponent):0{width}d}"


def _fraction(number: Decimal, tokens: list[_Token]) -> str:
    slash = next(index for index, token in enumerate(tokens) if token.kind == "slash")
    below = [token.text for token in tokens[slash + 1 :] if token.kind in ("digit", "literal")]
    stated = "".join(below).strip()
    if stated.isdigit() and int(stated) > 0:
        above, beneath = round(number * int(stated)), int(stated)
    else:
        near = Fraction(number).limit_denominator(10 ** min(max(len(stated), 1), 6) - 1)
        above, beneath = near.numerator, near.denominator
    groups = len("".join(t.text if t.kind == "digit" else " " for t in tokens[:slash]).split())
    whole, above = divmod(above, beneath) if groups > 1 else (0, above)
    if not above:
        return str(whole)
    shown = f"{above}/{beneath}"
    return f"{whole} {shown}" if whole else shown


def _date(value: float, section: _Section) -> str:
    """A day and time, or "" for a number that is none."""
    if not 0 <= value < _MAX_SERIAL:
        return ""
    seconds_shown = "point" in section.kinds
    total = round(value * 86_400, 3 if seconds_shown else 0)
    # Day 60 is 29 February 1900, which never was; workbooks keep that mistake of their first program.
    epoch = datetime.datetime(1899, 12, 30 if value >= 60 else 31)
    moment = epoch + datetime.timedelta(seconds=total)
    half = "half" in section.kinds
    out, after_hour = [], False
    tokens = section.tokens
    for index, token in enumerate(tokens):
        if token.kind in ("literal", "slash"):
            out.append("/" if token.kind == "slash" else token.text)
        elif token.kind == "elapsed":
            unit = {"h": 3600, "m": 60, "s": 1}[token.text[0]]
            out.append(f"{int(total // unit):0{len(token.text)}d}")
            after_hour = token.text[0] == "h"
        elif token.kind == "half":
            names = token.text.split("/")
            out.append(names[moment.hour >= 12])
        elif token.kind == "date":
            letter = token.text[0].lower()
            minutes = letter == "m" and (after_hour or _seconds_follow(tokens[index + 1 :]))
            out.append(_part(moment, "minute" if minutes else letter, len(token.text), half))
            after_hour = letter == "h"
        elif token.kind == "point":
            digits = sum(1 for later in tokens[index + 1 :] if later.kind == "digit")
            out.append(f".{moment.microsecond:06d}"[: digits + 1] if digits else ".")
        elif token.kind in ("comma", "percent"):
            out.append(token.text)
    return " ".join("".join(out).split())


def _seconds_follow(tokens: list[_Token]) -> bool:
    """Whether the next part of the date is seconds: then the `m` before them are minutes."""
    following = next((token.text for token in tokens if token.kind in ("date", "elapsed")), "")
    return following[:1].lower() == "s"


def _part(moment: datetime.datetime, letter: str, width: int, half: bool) -> str:
    """One part of a date or time: as many letters as the code has, so many digits or letters are shown."""
    if letter in "yeb":
        year = moment.year + (543 if letter == "b" else 0)
        return f"{year % 100:02d}" if width <= 2 and letter == "y" else f"{year:04d}"
    if letter == "m" and width > 2:
        name = _MONTHS[moment.month - 1]
        return {3: name[:3], 5: name[:1]}.get(width, name)
    if letter == "d" and width > 2:
        name = _DAYS[moment.weekday()]
        return name[:3] if width == 3 else name
    hour = (moment.hour % 12 or 12) if half else moment.hour
    value = {"m": moment.month, "d": moment.day, "h": hour, "minute": moment.minute, "s": moment.second}.get(
        letter
    )
    return "" if value is None else f"{value:0{min(width, 2)}d}"
