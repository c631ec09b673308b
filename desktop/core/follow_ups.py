"""Completes a short question by the one before it: "And the deposit?", "Since when?", "When is it due?".

Plain rules over English wording, as in `questions`. A question that stands for itself is left as it is.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from desktop.core.text import stems

MOST_WORDS = 12
"""A question of more words says itself what it is about."""
MOST_PUT_IN = 6

_AUXILIARIES = r"is|are|was|were|do|does|did|has|have|had|can|could|may|might|must|shall|should|will|would"
_ASKING = r"what|who|whom|whose|when|where|why|which|how"
_PREPOSITIONS = (
    r"for|in|on|at|by|with|from|to|of|under|over|after|before|since|until|during|about|without|between|per"
)
_LEAD = re.compile(
    r"^(?:(?:and|but|or|also|then|so|ok|okay|now)\b[,\s]*)*(?:(?:what|how)\s+about\b\s*)?", re.IGNORECASE
)
_BEGINS_ANEW = re.compile(rf"^(?:{_ASKING}|{_AUXILIARIES})\b", re.IGNORECASE)
# "Since when?", "By whom?", "Which floor?", "How many votes?": the rest of the sentence is in the question before.
_BARE = re.compile(
    rf"^(?:(?:{_PREPOSITIONS}|till|exactly)\s+)?(?:{_ASKING})(?:\s+(?:much|many|long|often|far|old|high|big|large))?"
    rf"(?:\s+(?!(?:{_AUXILIARIES})\b)[\w'’-]+)?(?:\s+(?:exactly|precisely|not|then|else))?[\s?.!]*$",
    re.IGNORECASE,
)
_WITH_PREPOSITION = re.compile(rf"^(?:{_PREPOSITIONS})\s+(?:{_ASKING})\b", re.IGNORECASE)
_REFERRING = re.compile(
    r"\b(?:he|she|him|her|hers|his|it|its|they|them|their|theirs|(?:this|that)(?=[\s?.!]*$)|there(?=[\s?.!]*$)|"
    r"(?:the|this|that|a\s+\w+)\s+(?:other\s+)?ones?|the\s+(?:former|latter|same|other|others))\b",
    re.IGNORECASE,
)
MOST_BEFORE = 1
"""A pronoun behind more content words than this, or behind a name, may mean what stands before it in the question."""
# "How long does it take to ...?", "What does it mean for a knot to ...?": nothing that was said before.
_NOT_REFERRING = re.compile(
    r"\bit\s+(?:(?:take|takes|mean|means|cost|costs|possible|allowed|necessary|true)\s+(?:to|that|for|a|an)|rains?|"
    r"called|said|known)\b",
    re.IGNORECASE,
)
_THE_ONE = re.compile(r"^the\s+ones?\s+(?=\w)", re.IGNORECASE)
_NUMBER = re.compile(r"\b[A-Z]{0,3}\d[\d.,]*\b")
_NAME = re.compile(r"(?<=\s)(?:[A-Z][\w'’-]*)(?:\s+(?:[A-Z][\w'’-]*|\d+))*")
_THING = re.compile(
    rf"\b(?:the|a|an|my|our|his|her|its|their)\s+(?:(?!(?:{_PREPOSITIONS}|{_AUXILIARIES}|due|paid|and|or|that|which)\b|"
    r"\w+ed\b)[\w'’-]+\s*)+",
    re.IGNORECASE,
)
# "does the lift cost": the last word is the verb.
_DOES = re.compile(r"\b(?:do|does|did|can|must|may|will|should)\b", re.IGNORECASE)
_LAST_WORD = re.compile(r"\s[a-z]+$")
_ENDS_WITH_VERB = re.compile(r"\b(?:do|does|did|can|must|may|will|should)\s+$", re.IGNORECASE)


@dataclass(frozen=True)
class Wording:
    """A question as it is searched for. `focus` is what is to be answered, where the rest of the text is the question
    before and only says what it is about."""

    text: str
    focus: str = ""


def completed(question: str, before: str) -> Wording | None:
    """What a question asks after the one before it; None where it stands for itself."""
    asked, earlier = " ".join(question.split()), " ".join(before.split())
    if not asked or not earlier or len(asked.split()) > MOST_WORDS:
        return None
    lead = _LEAD.match(asked)
    assert lead is not None  # it may be empty
    rest = asked[lead.end() :]
    if lead.group() and rest and not _BEGINS_ANEW.match(rest) and not _WITH_PREPOSITION.match(rest):
        put_in = _put_in(_THE_ONE.sub("", rest.rstrip(" ?.!")), earlier)
        return Wording(put_in) if put_in else together(rest, earlier)
    if _BARE.match(rest) or _refers(rest):
        return together(rest, earlier)
    return None


def gone_on_from(questions: Iterable[str]) -> str:
    """What the next question may go on from: the last one that stands for itself, and the last one after it.

    "When was Ilse Marrow born?", "Where did she study?", "Under whom?": the third needs both others.
    """
    topic = last = ""
    for question in questions:
        found = completed(question, f"{topic} {last}".strip())
        if found is None or not found.focus:
            topic, last = (found.text if found else question), ""
        else:
            last = question
    return f"{topic} {last}".strip()


def together(question: str, before: str) -> Wording:
    """Both questions, to answer the second."""
    return Wording(f"{before.rstrip(' ?.!')}? {question}", question)


def _refers(question: str) -> bool:
    """Whether a word of it stands for something that was said before."""
    found = _REFERRING.search(_NOT_REFERRING.sub(" ", question))
    if found is None:
        return False
    ahead = question[: found.start()]
    return len(stems(ahead)) <= MOST_BEFORE and not _NAME.search(f" {ahead.partition(' ')[2]}")


def _put_in(part: str, before: str) -> str:
    """The question before (the first of two) with this part in the place of its like; '' where that is not clear."""
    if not part or len(part.split()) > MOST_PUT_IN:
        return ""
    before, _, rest = before.partition("? ")
    place = _like_preposition(part, before) or _like_number(part, before) or _like_name(part, before)
    place = place or _only_thing(part, before)
    if place is None:
        return ""
    start, end = place
    words = f"{before[:start]} {part} {before[end:].rstrip(' ?.!')}".split()
    return f"{' '.join(words)}? {rest}".rstrip()


def _like_preposition(part: str, before: str) -> tuple[int, int] | None:
    """ "for the warehouse": what "for ..." takes the place of, or the end."""
    preposition = re.match(rf"(?:{_PREPOSITIONS})\b", part, re.IGNORECASE)
    if preposition is None:
        return None
    end = len(before.rstrip(" ?.!"))
    found = list(re.finditer(rf"\b{preposition.group()}\s", before[:end], re.IGNORECASE))
    if not found:
        return end, end
    start = found[-1].start()
    further = re.compile(rf"\s(?:{_PREPOSITIONS})\s", re.IGNORECASE)
    next_one = further.search(before[:end], found[-1].end())
    if next_one and not further.search(part):
        return start, next_one.start()
    verb = _LAST_WORD.search(before[:end]) if _DOES.search(before[:start]) else None
    return start, verb.start() if verb and verb.start() > found[-1].end() else end


def _like_number(part: str, before: str) -> tuple[int, int] | None:
    """ "2024", "E133", "invoice 2245": the last number of this kind, with the word before it where that is the same."""
    number = _NUMBER.search(part)
    if number is None:
        return None
    letters = re.sub(r"[^A-Z]", "", number.group())
    alike = [one for one in _NUMBER.finditer(before) if re.sub(r"[^A-Z]", "", one.group()) == letters]
    if not alike:
        return None
    start, words = alike[-1].start(), part[: number.start()].strip()
    if words and before[:start].rstrip().lower().endswith(words.lower()):
        start = before.lower().rindex(words.lower(), 0, start)
    return start, alike[-1].end()


def _like_name(part: str, before: str) -> tuple[int, int] | None:
    """ "Mill Lane": the last name."""
    if not part[0].isupper():
        return None
    names = list(_NAME.finditer(before))
    return names[-1].span() if names else None


def _only_thing(part: str, before: str) -> tuple[int, int] | None:
    """ "the deposit": the only thing of the question before; between two of them nobody but the person can choose."""
    things = list(_THING.finditer(before))
    if len(things) != 1 or not _THING.match(part):
        return None
    start, words = things[0].start(), things[0].group().split()
    if len(words) > 2 and _ENDS_WITH_VERB.search(before[:start]):
        words.pop()
    return start, start + len(" ".join(words))
