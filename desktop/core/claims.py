"""Whether one sentence says what another says: by content words, numbers with their units, names, and yes or no."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from desktop.core.irregular import base_of
from desktop.core.opposites import opposite_by_prefix, side_of
from desktop.core.quantities import UNITS, Number, numbers_at
from desktop.core.text import STOP_WORDS, stem

FEW_WORDS = 2
ABSENT_SUBJECT = 0.7
"""Factor for FEW_WORDS or fewer where nothing of what was asked about stands in the sentence or around it."""

_TOKEN = re.compile(r"[€£$%;:,()–—]|\d+(?:[.,:]\d+)*|[^\W\d_][^\W_]*(?:['’][^\W_]+)*")
_BREAKS = frozenset(";:,()–—")
_JOINING = frozenset({"and", "while", "but", "whereas", "although", "then", "or"})
_PRONOUNS = frozenset({"it", "he", "she", "they", "this", "these", "those", "both"})
_NEGATIONS = frozenset({"no", "not", "never", "none", "cannot", "neither", "nor", "nobody", "nothing"})
_CONDITIONS = frozenset({"without", "unless", "until", "except", "before"})
_GRANTED = frozenset({"with", "if", "only", "once", "after", "when", "unless"})
_PASSED_OVER = frozenset({"longer", "be", "ever", "yet", "even", "so", "such"})
_SECOND_PART = re.compile(r";\s+|,?\s+(?:while|whereas|but)\s+")
_GERMAN_LIST = "der die das und ist nicht ein eine mit für von den dem zu auf im des wird sind"
_GERMAN = frozenset(_GERMAN_LIST.split())
_LEAST_GERMAN = 0.1


@dataclass(frozen=True)
class Statement:
    """A sentence prepared for comparing.

    `keys` are its content words by stem, numbers by value; opposites share a key. `signs` tells for a key, in each
    clause where it stands, whether it is affirmed (+1) or denied (-1). `places` are the tokens where a key stands.
    `measures` are numbers with the unit beside them. `refers` tells that there is a pronoun, `grants` an "if" or
    "with", `compares` a "than"; `condition` are the words behind "without" or "unless".
    """

    keys: frozenset[str]
    numbers: frozenset[str]
    measures: frozenset[tuple[str, str]]
    names: frozenset[str]
    signs: dict[str, dict[int, int]]
    places: dict[str, list[int]]
    refers: bool
    condition: frozenset[str]
    grants: bool
    compares: bool


@dataclass(frozen=True)
class Likeness:
    """`share` of a claim's own words that a sentence has; `possible` is false where a number, unit or name that the
    claim has is missing; `contradicted` where one affirms what the other denies."""

    share: float
    possible: bool
    contradicted: bool


def compare(
    claim: Statement, said: Statement, asked: frozenset[str], around: frozenset[str], names_count: bool = True
) -> Likeness:
    """How far the sentence `said` supports `claim`.

    `asked` are the keys of the question, which support nothing by themselves; `around` those of the heading and the
    sentences before, which count where `said` refers to them by a pronoun.
    """
    there = said.keys | around if said.refers else said.keys
    own = claim.keys - asked or claim.keys
    share = len(own & there) / len(own) if own & said.keys else 0.0
    subject = claim.keys & asked
    # An amount is that of what was said before only in a sentence that names nothing else itself.
    amount = own <= claim.numbers | {unit for _, unit in claim.measures}
    about = said.keys if amount and not (said.refers or said.keys <= own) else said.keys | around
    if subject and len(own) <= FEW_WORDS and own != claim.keys and not subject & about:
        share *= ABSENT_SUBJECT
    possible = (
        claim.numbers <= said.numbers
        and claim.compares <= said.compares
        and _same_units(claim, said)
        and _numbers_belong(claim, said)
        and _numbers_are_nearest(claim, said)
    )
    if names_count:
        possible = possible and claim.names <= there | asked
    return Likeness(share, possible, _contradicts(claim, said))


def parts_of(sentence: str) -> list[tuple[int, int]]:
    """Start and end of the parts that each say something by themselves ("A is open, while B is closed")."""
    cuts = [0]
    parts: list[tuple[int, int]] = []
    for match in _SECOND_PART.finditer(sentence):
        parts.append((cuts[-1], match.start()))
        cuts.append(match.end())
    parts.append((cuts[-1], len(sentence)))
    return (
        parts if all(len(sentence[start:end].split()) >= 3 for start, end in parts) else [(0, len(sentence))]
    )


def capitals_mean_names(text: str) -> bool:
    """Whether a capital letter tells a name: not in German, where every noun has one."""
    words = [word.lower() for word in re.findall(r"[^\W\d_]+", text)]
    return sum(word in _GERMAN for word in words) < max(_LEAST_GERMAN * len(words), 1)


@lru_cache(maxsize=50_000)
def statement(sentence: str) -> Statement:
    """Prepare a sentence."""
    tokens = [match.group() for match in _TOKEN.finditer(sentence)]
    quantities = numbers_at(tokens)
    clauses = _clauses(tokens)
    signs: dict[str, dict[int, int]] = {}
    names: set[str] = set()
    places: dict[str, list[int]] = {}
    for place, key, sign in _content(tokens, quantities):
        signs.setdefault(key, {})[clauses[place]] = sign
        places.setdefault(key, []).append(place)
        word = tokens[place]
        if place not in quantities and (_has_digit(word) or (place and word[0].isupper())):
            names.add(key)
    lower = {token.lower() for token in tokens}
    return Statement(
        keys=frozenset(signs),
        numbers=frozenset(number.value for number in quantities.values() if number.counts),
        measures=frozenset((n.value, n.unit) for n in quantities.values() if n.unit and n.counts),
        names=frozenset(names),
        signs=signs,
        places=places,
        refers=bool(lower & _PRONOUNS),
        condition=_after_condition(tokens),
        grants=bool(lower & _GRANTED),
        compares="than" in lower,
    )


def _has_digit(word: str) -> bool:
    return any(character.isdigit() for character in word)


def _content(tokens: Sequence[str], quantities: dict[int, Number]) -> Iterator[tuple[int, str, int]]:
    """Place, key and sign of each content word."""
    denied = False
    for place, token in enumerate(tokens):
        word = token.lower().replace("’", "'")
        if place in quantities:
            yield place, quantities[place].value, 1
        elif word in _NEGATIONS or word.endswith("n't"):
            denied = True
        elif word in _BREAKS:
            denied = False
        elif word in UNITS:
            yield place, UNITS[word], 1
        elif word not in STOP_WORDS and word not in _PASSED_OVER and len(word) > 1:
            key, side = side_of(stem(base_of(word)))
            yield place, key, -side if denied else side
            denied = False


def _clauses(tokens: Sequence[str]) -> tuple[int, ...]:
    """The number of the clause of each token: a sign or a joining word begins another one."""
    clauses: list[int] = []
    number = 0
    between = False
    for token in tokens:
        word = token.lower()
        joins = word in _JOINING and not (between and word == "and")
        if joins or token in _BREAKS:
            number += 1
        between = word == "between" or (between and word != "and")
        clauses.append(number)
    return tuple(clauses)


def _after_condition(tokens: Sequence[str]) -> frozenset[str]:
    """The keys behind "without", "unless", ...: "not A without B" affirms A with B."""
    for place, token in enumerate(tokens):
        if token.lower() in _CONDITIONS:
            return frozenset(
                stem(base_of(word.lower())) for word in tokens[place + 1 :] if word.lower() not in STOP_WORDS
            )
    return frozenset()


def _same_units(claim: Statement, said: Statement) -> bool:
    """Whether each number of the claim that has a unit has the same one in the sentence, or none."""
    units: dict[str, set[str]] = {}
    for value, unit in said.measures:
        units.setdefault(value, set()).add(unit)
    return all(value not in units or unit in units[value] for value, unit in claim.measures)


def _numbers_belong(claim: Statement, said: Statement) -> bool:
    """Whether the sentence says the claim's numbers of the same things, not of others beside them."""
    if len(said.numbers) < 2:
        return True
    return all(_number_belongs(number, claim, said) for number in claim.numbers)


def _number_belongs(number: str, claim: Statement, said: Statement) -> bool:
    """Whether some clause of the sentence has the number together with what the claim has beside it.

    Not so where none of that stands in the clause, or some of it only in a later clause that has a number which the
    claim has not: a later clause may leave out what an earlier one has said, but not the other way round.
    """
    others = {clause for one in said.numbers - claim.numbers for clause in said.signs[one]}
    for clause in claim.signs[number]:
        beside = {key for key, there in claim.signs.items() if clause in there} - claim.numbers
        clauses = [said.signs[key].keys() for key in beside & said.keys]
        if clauses and not any(
            any(place in there for there in clauses)
            and not any(place < min(there) and min(there) in others for there in clauses)
            for place in said.signs[number]
        ):
            return False
    return True


def _numbers_are_nearest(claim: Statement, said: Statement) -> bool:
    """Whether no other amount of the same unit stands nearer to what the claim says its amount of.

    "The excess is 500 euros and the limit 2,500 euros" says 500 of the excess. Amounts with no word between them ("from
    500 to 2,500 euros") are all of the same thing.
    """
    words = (claim.keys & said.keys) - claim.numbers - {unit for _, unit in claim.measures}
    for value, unit in claim.measures & said.measures:
        others = {other for other, its in said.measures if its == unit} - claim.numbers
        if words and others and all(_nearer(word, value, others, unit, said) for word in words):
            return False
    return True


def _nearer(word: str, value: str, others: set[str], unit: str, said: Statement) -> bool:
    """Whether one of the other amounts stands nearer to a word of the sentence, and is said of something else."""
    mine, amount = min((abs(one - place), place) for one in said.places[word] for place in said.places[value])
    theirs, other = min(
        (abs(one - place), place)
        for one in said.places[word]
        for number in others
        for place in said.places[number]
    )
    low, high = sorted((amount, other))
    between = {key for key, places in said.places.items() if any(low < place < high for place in places)}
    return theirs < mine and bool(between - said.numbers - {unit})


def _contradicts(claim: Statement, said: Statement) -> bool:
    """Whether one affirms what the other denies."""
    if said.condition & claim.keys and claim.grants != said.grants:
        return False
    for key in claim.keys & said.keys:
        mine, theirs = set(claim.signs[key].values()), _signs_near(key, claim, said)
        if len(mine) == 1 and len(theirs) == 1 and mine != theirs:
            return True
    return opposite_by_prefix(claim.keys, said.keys)


def _signs_near(key: str, claim: Statement, said: Statement) -> set[int]:
    """The signs that a sentence gives to a key in those of its clauses that are most about the claim."""
    signs = said.signs[key]
    if len(set(signs.values())) == 1:
        return set(signs.values())
    other = (claim.keys & said.keys) - {key}
    shared = {clause: sum(clause in said.signs[one] for one in other) for clause in signs}
    most = max(shared.values())
    return {sign for clause, sign in signs.items() if shared[clause] == most}
