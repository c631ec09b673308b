"""Matches the sentences of an answer, as they arrive, against the sentences of the passages that it was given."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from desktop.core.claims import Statement, capitals_mean_names, compare, parts_of, statement
from desktop.core.conversations import AnswerSentence
from desktop.core.text import sentences, stems

SUPPORTED_FROM = 0.75
"""Share of a sentence's own content words that must stand in one sentence of the files."""
MAYBE_FROM = 0.4
"""From this share on, a sentence may say the same in other words: its meaning is compared (see `SAME_MEANING`)."""
SAME_MEANING = 0.8
"""Cosine from which a sentence is taken to say what a sentence of the files says."""
REFERRED = 2
"""How many sentences before one "it" and "they" may refer to."""
MOST_CANDIDATES = 6
FEW_OWN = 3
ABOUT_IT = 0.5
"""A claim with FEW_OWN words of its own or fewer ("Samuel Okafor reported the damp patch") needs a sentence that has
this share of its other words, measured by the one that has most of them: to name Samuel Okafor is no proof."""

_MARKUP = re.compile(r"\[\d{1,2}\]|[*_`#>|~]+|^\s*(?:[-+*]|\d+[.)])\s+", re.MULTILINE)

_HEADING = re.compile(r"\s*(?:\*\*.+\*\*|#{1,6}\s.*)\s*")


@dataclass(frozen=True)
class Evidence:
    """A text that a sentence may be supported by: a passage of the files with its heading or title."""

    text: str
    heading: str = ""


@dataclass(frozen=True)
class Proof:
    """The sentence of the files that supports one: characters `start:end` of `texts[text]`; `share` as in Likeness."""

    text: int
    start: int
    end: int
    share: float


@dataclass(frozen=True)
class Checked:
    """A sentence of the answer, and what supports it: a proof, or nothing.

    `candidates` are what may say the same in other words, the likeliest first: nothing speaks against them but that
    too few words are the same.
    """

    sentence: AnswerSentence
    proof: Proof | None = None
    candidates: tuple[Proof, ...] = ()


@dataclass(frozen=True)
class _Unit:
    """A part of a passage that says something by itself."""

    text: int
    start: int
    end: int
    words: str
    before: str
    """What its pronouns may refer to."""
    names: bool

    @cached_property
    def said(self) -> Statement:
        return statement(self.words)

    @cached_property
    def around(self) -> frozenset[str]:
        return statement(self.before).keys

    @property
    def reach(self) -> frozenset[str]:
        """Its words, and those that its pronouns may stand for."""
        return self.said.keys | self.around if self.said.refers else self.said.keys


@dataclass
class Checker:
    """Takes the text of an answer as it grows and gives each sentence once it is whole."""

    question: str
    texts: Sequence[Evidence]
    text: str = ""
    _from: int = 0
    _units: list[_Unit] = field(default_factory=list)

    def __post_init__(self) -> None:
        for number, evidence in enumerate(self.texts):
            self._units.extend(_units(number, evidence))

    def add(self, text: str) -> Iterator[Checked]:
        """Append to the answer; yield the sentences that are whole now. The last one is given by `rest`."""
        self.text += text
        spans = list(sentences(self.text[self._from :]))
        base = self._from
        for start, end in spans[:-1]:
            self._from = base + end
            yield self._checked(base + start, base + end)

    def rest(self) -> Iterator[Checked]:
        """The last sentence, when no more text comes."""
        base = self._from
        for start, end in sentences(self.text[base:]):
            self._from = base + end
            yield self._checked(base + start, base + end)

    def _checked(self, start: int, end: int) -> Checked:
        text = self.text[start:end]
        plain = _MARKUP.sub(" ", text)
        says = any(letter.isalpha() for letter in plain) and bool(stems(plain))
        if not self.texts or not says or _HEADING.fullmatch(text):
            return Checked(AnswerSentence(start, end, text, supported=not self.texts, checked=False))
        # Each part that says something by itself needs a proof of its own; the first one is what is shown.
        found = [self._proof(plain[first:last]) for first, last in parts_of(plain)]
        proofs = [proof for proof, _ in found if proof is not None]
        supported = len(proofs) == len(found)
        sentence = AnswerSentence(start, end, text, supported)
        candidates = next((maybe for proof, maybe in found if proof is None), ())
        return Checked(sentence, proofs[0] if supported else None, candidates)

    def _proof(self, claim: str) -> tuple[Proof | None, tuple[Proof, ...]]:
        """What supports a claim; else what may."""
        said, asked = statement(claim), statement(self.question).keys
        against = 0.0
        maybe: list[Proof] = []
        subject = said.keys & asked
        if len(said.keys - asked) > FEW_OWN or len(subject) == 1:
            subject = frozenset()
        nearest = max((len(subject & unit.said.keys) for unit in self._units), default=0)
        for unit in self._units:
            if not said.keys & unit.said.keys:
                continue
            like = compare(said, unit.said, asked, unit.around, unit.names)
            if like.contradicted:
                against = max(against, like.share)
            elif len(subject & unit.reach) < ABOUT_IT * nearest:
                continue
            elif like.possible and like.share >= MAYBE_FROM:
                maybe.append(Proof(unit.text, unit.start, unit.end, like.share))
        maybe = sorted((one for one in maybe if one.share >= against), key=lambda one: -one.share)
        if maybe and maybe[0].share >= SUPPORTED_FROM:
            return maybe[0], ()
        return None, tuple(maybe[:MOST_CANDIDATES])


def _units(number: int, evidence: Evidence) -> Iterator[_Unit]:
    names = capitals_mean_names(evidence.text)
    before: list[str] = []
    for start, end in sentences(evidence.text):
        sentence = evidence.text[start:end]
        for first, last in parts_of(sentence):
            words = sentence[first:last]
            around = " . ".join([evidence.heading, *before[-REFERRED:]])
            yield _Unit(number, start + first, start + last, words, around, names)
            before.append(words)
