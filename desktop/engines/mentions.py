"""Counts the places of words and phrases in every passage, by their forms or exactly as written."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from desktop.core.library_requests import DocumentMentions
from desktop.core.text import STOP_WORDS, stem

MOST_FORMS = 12
MOST_PAGES = 200
_WORD = re.compile(r"\d+(?:[.,]\d+)+|[^\W_]+(?:['’][^\W_]+)*")


@dataclass(frozen=True)
class Place:
    """The characters `start:end` of a passage where a term stands."""

    start: int
    end: int


class Terms:
    """What is looked for. `must_contain` are strings one of which a passage must have, in any case, to be looked at."""

    def __init__(self, terms: Sequence[str], exact: bool, together: bool) -> None:
        self._together = together
        # A term such as "The Who" has no word that counts: it is looked for as it is written.
        written = [term for term in terms if term.split() and (exact or not _keys(term))]
        self._patterns = [_as_written(term) for term in written]
        self._stems = [] if exact else [keys for term in terms if (keys := _keys(term))]
        self.must_contain = [max(term.split(), key=len) for term in written]
        self.must_contain += [_prefix(max(keys, key=len)) for keys in self._stems]

    def places(self, text: str) -> list[Place]:
        """Where the terms stand in a passage. Words that must be `together` give one place: that of the first."""
        found = [Place(*match.span()) for pattern in self._patterns for match in pattern.finditer(text)]
        if self._stems:
            content = [(match, key) for match in _WORD.finditer(text) if (key := _key(match.group()))]
            for keys in self._stems:
                found.extend(_anywhere(keys, content) if self._together else _side_by_side(keys, content))
        return sorted(set(found), key=lambda place: (place.start, place.end))


@dataclass
class Tally:
    """What one document has so far. `best` is the id of its first passage with the most places."""

    times: int = 0
    passages: int = 0
    pages: set[int] = field(default_factory=set)
    rows: set[str] = field(default_factory=set)
    most: int = 0
    best: str = ""
    place: Place = Place(0, 0)

    def add(self, passage_id: str, page: int, record_id: str, places: Sequence[Place]) -> None:
        """Count one passage in."""
        self.times += len(places)
        self.passages += 1
        self.pages.add(page)
        if record_id:
            self.rows.add(record_id)
        if len(places) > self.most:
            self.most, self.best, self.place = len(places), passage_id, places[0]

    def result(self, document_id: str) -> DocumentMentions:
        """As it is answered, without the passage."""
        pages = tuple(sorted(self.pages)[:MOST_PAGES])
        start, end = self.place.start, self.place.end
        return DocumentMentions(
            document_id, self.times, self.passages, pages, len(self.rows), start=start, end=end
        )


class Count:
    """Takes passages one by one and counts by document."""

    def __init__(self, terms: Terms) -> None:
        self._terms = terms
        self._forms: Counter[str] = Counter()
        self.tallies: dict[str, Tally] = {}

    def add(self, passage_id: str, document_id: str, page: int, record_id: str, text: str) -> None:
        """Look at one passage."""
        places = self._terms.places(text)
        if places:
            self._forms.update(" ".join(text[place.start : place.end].lower().split()) for place in places)
            self.tallies.setdefault(document_id, Tally()).add(passage_id, page, record_id, places)

    def ranked(self) -> list[tuple[str, Tally]]:
        """Document ids with what they have, the most first."""
        return sorted(self.tallies.items(), key=lambda item: (-item[1].times, item[0]))

    def forms(self) -> tuple[str, ...]:
        """The words as they were found, the commonest first."""
        return tuple(form for form, _ in self._forms.most_common(MOST_FORMS))


def _as_written(term: str) -> re.Pattern[str]:
    inside = r"\s+".join(re.escape(word) for word in term.split())
    return re.compile(rf"(?<!\w){inside}(?!\w)", re.IGNORECASE)


def _keys(term: str) -> tuple[str, ...]:
    return tuple(key for match in _WORD.finditer(term) if (key := _key(match.group())))


def _key(word: str) -> str:
    """What the forms of a word share; '' for a word such as "the"."""
    lower = word.lower()
    if lower in STOP_WORDS:
        return ""
    return stem(lower)


def _prefix(key: str) -> str:
    """What each form of a word with this stem begins with: "policies" has the stem "policy", 2,300 the stem 2300."""
    if key.isdigit() and len(key) > 3:
        return key[: len(key) % 3 or 3]
    key = key.partition("'")[0]
    return key[:-1] if key.endswith("y") and len(key) > 2 else key


def _side_by_side(keys: Sequence[str], content: Sequence[tuple[re.Match[str], str]]) -> Iterator[Place]:
    place = 0
    while place + len(keys) <= len(content):
        if all(content[place + step][1] == key for step, key in enumerate(keys)):
            yield Place(content[place][0].start(), content[place + len(keys) - 1][0].end())
            place += len(keys)
        else:
            place += 1


def _anywhere(keys: Sequence[str], content: Sequence[tuple[re.Match[str], str]]) -> Iterator[Place]:
    first = {key: match for match, key in reversed(content)}
    if all(key in first for key in keys):
        yield Place(*min(first[key].span() for key in keys))
