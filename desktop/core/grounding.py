"""Matches the sentences of an answer, as they arrive, against the passages that it was given."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from desktop.core.conversations import AnswerSentence
from desktop.core.text import numbers, sentences, stems, words

SUPPORTED_FROM = 0.75
"""Share of a sentence's own content words that must stand in one sentence or passage."""
SAME_SUBJECT = 0.5
"""Share from which a sentence of the files is about the same thing, so that a "not" in one of the two counts."""
MAYBE_FROM = 0.4
"""From this share on, a sentence may say the same in other words: its meaning is compared (see `SAME_MEANING`)."""
SAME_MEANING = 0.8
"""Cosine from which a sentence is taken to say what a sentence of the files says."""

_NEGATION = frozenset({"no", "not", "never", "none", "cannot"})  # and every word that ends in n't
_MARKUP = re.compile(r"\[\d{1,2}\]|[*_`#>|~]+|^\s*(?:[-+*]|\d+[.)])\s+", re.MULTILINE)


@dataclass(frozen=True)
class _Unit:
    """A passage or one of its sentences, prepared for comparing. Only a sentence can contradict."""

    source: int
    stems: frozenset[str]
    numbers: frozenset[str]
    negated: bool
    sentence: bool


@dataclass(frozen=True)
class Support:
    """How far the best unit of the files supports a sentence: its source's number, and a share of 0 to 1."""

    source: int
    share: float
    contradicted: bool = False


@dataclass
class Checker:
    """Takes the text of an answer as it grows and gives each sentence once it is whole."""

    question: str
    texts: Sequence[tuple[int, str]]
    """The number and the text of each source."""
    text: str = ""
    _from: int = 0
    _units: list[_Unit] = field(default_factory=list)

    def __post_init__(self) -> None:
        for source, text in self.texts:
            self._units.append(_unit(source, text, sentence=False))
            self._units.extend(
                _unit(source, text[start:end], sentence=True) for start, end in sentences(text)
            )

    def add(self, text: str) -> Iterator[AnswerSentence]:
        """Append to the answer; yield the sentences that are whole now. The last one is given by `rest`."""
        self.text += text
        spans = list(sentences(self.text[self._from :]))
        base = self._from
        for start, end in spans[:-1]:
            self._from = base + end
            yield self._checked(base + start, base + end)

    def rest(self) -> Iterator[AnswerSentence]:
        """The last sentence, when no more text comes."""
        base = self._from
        for start, end in sentences(self.text[base:]):
            self._from = base + end
            yield self._checked(base + start, base + end)

    def support(self, sentence: str) -> Support:
        """The best support of a sentence, by words, numbers and negation."""
        plain = _MARKUP.sub(" ", sentence)
        said = set(stems(plain))
        own = said - set(stems(self.question)) or said
        wanted, negated = numbers(plain), _negated(plain)
        best, nearest, contradicted = Support(0, 0.0), 0.0, False
        for unit in self._units:
            if not wanted <= unit.numbers or not own:
                continue
            share = len(own & unit.stems) / len(own)
            if share > best.share:
                best = Support(unit.source, share)
            if unit.sentence and share >= max(nearest, SAME_SUBJECT):
                # Of equally near sentences, one that agrees is enough.
                differs = negated != unit.negated
                contradicted = differs and (contradicted or share > nearest)
                nearest = share
        return replace(best, contradicted=contradicted)

    def _checked(self, start: int, end: int) -> AnswerSentence:
        text = self.text[start:end]
        if not self.texts or not _claims(text):
            return AnswerSentence(start, end, text, supported=not self.texts, checked=False)
        support = self.support(text)
        supported = support.share >= SUPPORTED_FROM and not support.contradicted
        return AnswerSentence(start, end, text, supported, support.source if supported else 0)


def _unit(source: int, text: str, sentence: bool) -> _Unit:
    return _Unit(source, frozenset(stems(text)), frozenset(numbers(text)), _negated(text), sentence)


def _negated(text: str) -> bool:
    return any(word.replace("’", "'") in _NEGATION or word.endswith(("n't", "n’t")) for word in words(text))


def _claims(text: str) -> bool:
    """Whether a sentence says something that files could support: it has a content word."""
    return bool(stems(_MARKUP.sub(" ", text)))
