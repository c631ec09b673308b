"""Probes: questions whose right passage is known, written from a person's own passages to try the search on them."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from desktop.core.documents import Passage
from desktop.core.text import STOP_WORDS, sentences, stem, stems, words

AMONG = 5
"""A question is answered when the right passage is among that many."""
LEAST_WORDS, MOST_WORDS = 8, 40
MOST_COPIED = 5
"""Words in a row that a question may share with its sentence."""
MOST_SHARED = 0.7
"""Share of a sentence's content words that a question may use."""
LEAST_ANSWERED = 0.5
"""Share of a question's content words that its passage must have, to be taken to answer it."""

_VERB = re.compile(
    r"\s(is|are|was|were|must|may|can|should|will|has|have|had|means|costs|needs|takes|lasts)\s"
)
_NO_SUBJECT_LIST = """
it this that these those they he she we you i there here when if as after before while since because although once
where what who which and but or in on at from to for with by during not no each every all its their his her such so
then
"""
_NO_SUBJECT = frozenset(_NO_SUBJECT_LIST.split())
"""A sentence that begins so does not begin with what it is about."""
_EMPTY_LIST = """
like since behind apart without within yet nor both same never ever again else whether per via toward towards across
among between until while very well just even still already always often twice another each several enough rather
quite perhaps however therefore thus according including
"""
_EMPTY = frozenset(_EMPTY_LIST.split())
_ARTICLES = frozenset({"the", "a", "an", "our", "your", "my"})
_ASKING_LIST = """
what who whom whose when where which why how is are was were do does did can could may must should will would has have
had in at on by for to from under
"""
_ASKING = frozenset(_ASKING_LIST.split())


@dataclass(frozen=True)
class Probe:
    """A question and the sentence that answers it: characters `start:end` of a page of a document.

    `by_model` tells whether the chat model wrote it; the others were put together in code.
    """

    id: str
    collection_id: str
    question: str
    sentence: str
    document_id: str
    record_id: str
    page: int
    start: int
    end: int
    by_model: bool = False


@dataclass(frozen=True)
class SearchSetup:
    """What a run depends on: the longest passage (in tokens), how many there are, and the models' names."""

    passage_tokens: int
    passages: int
    embedder: str = ""
    reranker: str = ""


@dataclass(frozen=True)
class ProbeRun:
    """All probes asked once. `ranks` has each probe's id with the rank of its right passage, 0 where it was not found.

    `first` has the name of the document that was found first instead, for those that were not found.
    """

    id: str
    collection_id: str
    taken: float
    setup: SearchSetup
    ranks: Mapping[str, int] = field(default_factory=dict)
    first: Mapping[str, str] = field(default_factory=dict)

    @property
    def found(self) -> int:
        """For how many questions the right passage was among the first five."""
        return sum(rank > 0 for rank in self.ranks.values())


@dataclass(frozen=True)
class Comparison:
    """Two runs on the questions that both have: how many were found, and which of them only in one of the two."""

    of: int
    before: int
    after: int
    gained: frozenset[str]
    lost: frozenset[str]


def compared(before: ProbeRun, after: ProbeRun) -> Comparison:
    """What changed between two runs."""
    both = before.ranks.keys() & after.ranks.keys()
    was = {probe for probe in both if before.ranks[probe]}
    now = {probe for probe in both if after.ranks[probe]}
    return Comparison(len(both), len(was), len(now), frozenset(now - was), frozenset(was - now))


def is_right(passage: Passage, probe: Probe) -> bool:
    """Whether a found passage holds the answer, however the pages are cut into passages now.

    It has the sentence's words (also in another copy of the file), or at least half of its place on the page.
    """
    if _plain(probe.sentence) in _plain(passage.text):
        return True
    same = (passage.document_id, passage.record_id, passage.page) == (
        probe.document_id,
        probe.record_id,
        probe.page,
    )
    inside = min(passage.end, probe.end) - max(passage.start, probe.start)
    return same and inside * 2 >= probe.end - probe.start


def rarity(passages: Iterable[Passage]) -> dict[str, float]:
    """How rare each stem is among passages: log(n / passages that have it)."""
    counts: Counter[str] = Counter()
    number = 0
    for passage in passages:
        counts.update(set(stems(passage.text)))
        number += 1
    return {one: math.log(number / count) for one, count in counts.items()}


def telling_sentence(text: str, rare: Mapping[str, float]) -> tuple[int, int] | None:
    """The sentence of a text that says most: by the mean rarity of its content words; None where none serves."""
    best: tuple[float, int, int] | None = None
    for start, end in sentences(text):
        said = words(text[start:end])
        content = set(stems(text[start:end]))
        if not LEAST_WORDS <= len(said) <= MOST_WORDS or len(content) < 4 or not _is_prose(text[start:end]):
            continue
        score = sum(rare.get(one, 0.0) for one in content) / len(content)
        if best is None or score > best[0]:
            best = (score, start, end)
    return best[1:] if best else None


def question_in_code(sentence: str, rare: Mapping[str, float]) -> str:
    """A question about what a sentence is about, without its answer: its subject and a telling word of the rest.

    Where there is no plain subject, two telling words; where it is not English, only those. The rarest word of all
    (a name, a number) is left out where it can be: with it, every search would find the sentence.
    """
    telling = _telling_words(sentence, rare)
    telling = telling[1:] if len(telling) > 3 else telling
    if not any(word in STOP_WORDS for word in words(sentence)):
        return " ".join(telling[:3])
    subject, verb, rest = _subject(sentence)
    if not subject:
        return f"What is said about {_listed(telling[:2])}?"
    after = [word for word in telling if word in rest and word not in subject]
    if verb in ("is", "are", "was", "were") and len(stems(subject)) >= 2 and words(subject)[0] in _ARTICLES:
        return f"What {verb} {subject}?"
    return f"What is said about {_listed([subject, *after[:1]])}?"


def is_fair(question: str, sentence: str, passage: str) -> bool:
    """Whether a question is one: short, not its sentence written again, and about what the passage says."""
    asked, said = words(question), words(sentence)
    about = set(stems(question))
    if not 2 <= len(asked) <= 25 or "\n" in question.strip() or not about:
        return False
    if _longest_run(asked, said) > MOST_COPIED:
        return False
    content = set(stems(sentence))
    if len(about & content) > MOST_SHARED * len(content):
        return False
    return len(about & set(stems(passage))) >= LEAST_ANSWERED * len(about)


def asked_by_model(reply: str) -> str:
    """The question in a model's reply, or '' where it holds none."""
    line = next((line.strip() for line in reply.splitlines() if line.strip()), "")
    line = re.sub(r"^(?:question|q)\s*\d*\s*[:.]\s*", "", line.strip("\"'*“” "), flags=re.IGNORECASE)
    question = line[: line.find("?") + 1].strip()
    said = words(question)
    return question if len(said) >= 4 and said[0] in _ASKING else ""


def _plain(text: str) -> str:
    return " ".join(words(text))


def _is_prose(sentence: str) -> bool:
    """Whether most of it is letters: rows of numbers and code make no question."""
    letters = sum(character.isalpha() or character.isspace() for character in sentence)
    return letters >= 0.8 * len(sentence)


def _telling_words(sentence: str, rare: Mapping[str, float]) -> list[str]:
    """The content words as they are written, the rarest first, each stem once."""
    written = {stem(word.lower()): word for word in re.findall(r"[^\W_]+(?:[-'’][^\W_]+)*", sentence)}
    first = next(iter(written.values()), "")
    if first[1:].islower():  # large only because it begins the sentence
        written[stem(first.lower())] = first.lower()
    content = [one for one in dict.fromkeys(stems(sentence)) if one in written and len(one) > 2]
    plain = [one for one in content if written[one].lower() not in _EMPTY and not any(map(str.isdigit, one))]
    return [written[one] for one in sorted(plain, key=lambda one: -rare.get(one, 0.0))]


def _subject(sentence: str) -> tuple[str, str, str]:
    """Subject, verb and rest of a plain sentence; empty where it does not begin with its subject."""
    match = _VERB.search(sentence)
    if match is None:
        return "", "", ""
    subject, first = sentence[: match.start()].lstrip(" -•*·"), words(sentence[: match.start()])
    plain = first and first[0] not in _NO_SUBJECT and len(first) <= 8 and stems(subject)
    if not plain or re.search(r"[,;:()\"“”]", subject):
        return "", "", ""
    if first[0] in _ARTICLES:
        subject = subject[0].lower() + subject[1:]
    return subject, match.group(1), sentence[match.end() :]


def _listed(parts: Sequence[str]) -> str:
    return " and ".join([", ".join(parts[:-1]), parts[-1]] if len(parts) > 1 else parts)


def _longest_run(left: Sequence[str], right: Sequence[str]) -> int:
    """The length of the longest stretch of words that both have."""
    longest, lengths = 0, [0] * (len(right) + 1)
    for word in left:
        row = [0] * (len(right) + 1)
        for place, other in enumerate(right, 1):
            if word == other:
                row[place] = lengths[place - 1] + 1
                longest = max(longest, row[place])
        lengths = row
    return longest
