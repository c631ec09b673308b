"""What kind of answer a question wants: quotes, a count or list of files over all passages, or a summary of one file.

Plain rules over English wording. Where they are not sure, a question is an ordinary one: a search with quotes answers a
question about a word well enough, but a count answers no other question.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from enum import StrEnum

from desktop.core.text import stems


class Wanted(StrEnum):
    """QUOTES is the ordinary question; MENTIONS lists the files with a word, TIMES counts how often it stands there;
    FILES asks how many files there are; SUMMARY what one file says as a whole."""

    QUOTES = "quotes"
    MENTIONS = "mentions"
    TIMES = "times"
    FILES = "files"
    SUMMARY = "summary"


class Unit(StrEnum):
    """What is counted: files, pages of them, or rows of tables."""

    FILES = "files"
    PAGES = "pages"
    ROWS = "rows"


@dataclass(frozen=True)
class Question:
    """`terms` are the words or phrases to count, any of them; `exact` that they stood in quotation marks. `file` is
    how the file to summarise was named, '' for "this file"."""

    wanted: Wanted = Wanted.QUOTES
    terms: tuple[str, ...] = ()
    exact: bool = False
    unit: Unit = Unit.FILES
    file: str = ""


SUMMARISE = "Summarise “{file}”"
"""The question that buttons ask, in the words that `understand` knows."""
MOST_WORDS = 6
"""A term of more words is no term, but half a sentence."""
FOLLOW_UP_WORDS = 6

_ROWS = r"rows?|records?|entry|entries|responses?|answers?|reviews?|comments?|tickets?"
_PAGES = r"pages?"
_FILES = (
    r"files?|documents?|docs?|pdfs?|papers?|reports?|letters?|e-?mails?|mails?|messages?|articles?|texts?|contracts?|"
    r"invoices?|notes?|attachments?|sources?|minutes|presentations?|spreadsheets?"
)
_UNIT = rf"(?P<unit>{_FILES}|{_PAGES}|{_ROWS})"
_SURELY_FILES = re.compile(
    r"files?|documents?|docs?|pdfs?|e-?mails|mails|attachments?|presentations|spreadsheets|papers|reports|letters|"
    r"messages|contracts|invoices|notes|rows",
    re.IGNORECASE,
)
"""What holds words rather than anything else: "which files contain nuts" looks for a word, "which article concerns
fishing" asks for a fact."""
_WITHIN = r"(?:\s+(?:in|of|from|on|among)\s+(?:\S+\s+){0,3}?\S+?)?"
_LEAD = r"^(?:(?:please|and|so|ok|okay|now|can you|could you|would you|i want to know|tell me|do you know)[,\s]+)*"
_ASK = (
    r"(?:which|what|how\s+many|count|list|name|find|show|give\s+me|are\s+there|is\s+there|(?:do|does)\s+any)"
    r"(?:\s+(?:me|all|any|a|every|each|of|the|my|our|these|those|other|number|out|up|for|single))*"
)
_SORT = r"(?:\s+[a-z]+)?"
_WORD = r"(?:the\s+)?(?:exact\s+)?(?:words?|terms?|phrases?|names?|expressions?)"
_MENTION = (
    r"(?:(?:mention(?:s|ed|ing)?|discuss(?:es|ing)?|cit(?:e|es|ing)|refer(?:s|ring)?\s+to|"
    r"talk(?:s|ing)?\s+(?:about|of)|speak(?:s|ing)?\s+(?:about|of)|writ(?:e|es)\s+about|"
    rf"(?:with|has|have|having|use|uses|using)(?=\s+{_WORD}\b))|"
    r"(?P<weak>contain(?:s|ing)?|includ(?:e|es|ing)|deal(?:s|ing)?\s+with|about|concern(?:s|ing)?|"
    r"(?:is|are)\s+(?:all\s+)?(?:about|concerned\s+with)))"
)
_MENTIONED = (
    r"(?:mentioned|discussed|cited|referred\s+to|talked\s+about|written\s+about|"
    r"(?P<weak>named|found|used|occurs?|occuring|occurring|appears?|comes?\s+up|turns?\s+up|stands?|shows?\s+up))"
)
_TERM = r"(?P<term>.+)"
_IN_FILES = rf"(?P<within>\s+in\s+(?:\S+\s+){{0,3}}?(?:{_SURELY_FILES.pattern}|collection|library|folder))?"
_END = r"[\s?.!]*(?:,?\s*please)?[\s?.!]*$"


def _rule(pattern: str) -> str:
    """Left to `re` to compile when the first question comes: the start of the window does not wait for it."""
    return _LEAD + pattern + _END


_MENTION_RULES = (
    _rule(rf"{_ASK}{_SORT}\s+{_UNIT}{_WITHIN}(?:\s+(?:there\s+are|there|do|does))?(?:\s+(?:that|which|who))?"
          rf"(?:\s+(?:also|actually|explicitly))?\s+{_MENTION}\s+{_TERM}"),
    _rule(rf"(?:in|on)\s+(?:which|what|how\s+many)\s+(?:of\s+)?(?:the\s+|my\s+|these\s+)?{_UNIT}{_WITHIN}"
          rf"\s+(?:is|are|was|were|does|do|did|can)\s+(?:i\s+find\s+)?{_TERM}\s+(?:be\s+)?{_MENTIONED}"),
    _rule(rf"(?:in|on)\s+(?:which|what|how\s+many)\s+(?:of\s+)?(?:the\s+|my\s+|these\s+)?{_UNIT}\s+can\s+i\s+find\s+{_TERM}"),
    _rule(rf"(?:which|what|how\s+many)\s+(?:of\s+)?(?:the\s+|my\s+|these\s+)?{_UNIT}\s+(?:is|are)\s+{_TERM}"
          rf"\s+(?:mentioned|discussed|named|found)\s+(?:in|on)"),
    _rule(rf"where\s+(?:is|are|was|were|does|do)\s+{_TERM}\s+{_MENTIONED}{_IN_FILES}"),
    _rule(rf"(?:is|are|does|do)\s+{_TERM}\s+{_MENTIONED}"
          rf"(?:{_IN_FILES}|\s+anywhere|\s+somewhere|\s+in\s+any\s+(?:of\s+)?.+)"),
)  # fmt: skip
_TIMES_RULES = (
    _rule(rf"how\s+(?:often|many\s+times)\s+(?:is|are|was|were|does|do|has|have)\s+(?:been\s+)?{_TERM}\s+(?:been\s+)?"
          rf"{_MENTIONED}(?:{_IN_FILES}|{_WITHIN})"),
    _rule(rf"how\s+(?:often|many\s+times)\s+(?:does|do)\s+(?:the|my|this|these|any)\s+{_UNIT}\s+{_MENTION}\s+{_TERM}"),
    _rule(rf"(?:count|how\s+many)\s+(?:the\s+|all\s+)*(?:mentions|occurrences)\s+of\s+{_TERM}"),
)  # fmt: skip
_ANY_FILES = r"(?:files|documents|docs|pdfs)"
_HERE = r"(?:here|(?:this|my|our|the|these)\s+(?:[\w-]+\s+)?(?:collection|library|folder|files|documents))"
_HOW_MANY_FILES = _rule(
    rf"(?:how\s+many\s+(?:of\s+the\s+|my\s+)?{_ANY_FILES}\s+(?:are\s+there|do\s+(?:i|we|you)\s+have|are|"
    rf"have\s+(?:i|we|you)(?:\s+(?:read|got|imported))?)|"
    rf"(?:list|show(?:\s+me)?|name)\s+(?:all\s+)?(?:of\s+)?(?:the\s+|my\s+)?{_ANY_FILES}|"
    rf"(?:which|what)\s+{_ANY_FILES}\s+(?:are\s+there|are|do\s+(?:i|we|you)\s+have))"
    rf"(?:\s+(?:in\s+)?{_HERE})?"
)
_THIS = (
    rf"(?:(?:this|the|that|my|whole|entire|attached)\s+)*"
    rf"(?:{_FILES}|book|manual|thesis|policy|agreement|it|this|that)"
)
_SUMMARY_RULES = (
    _rule(r"(?:summari[sz]e|sum\s+up|condense|recap)(?:\s+(?:for me|briefly))?"
          r"(?:\s+(?P<file>“[^”]+”|.+?))?(?:\s+for me)?"
          r"(?:\s+(?:in|as|with|into)\s+.+)?"),
    _rule(r"(?:(?:give|write|make|show|get)\s+(?:me\s+)?)?(?:a|an|the)?\s*(?:short\s+|brief\s+|quick\s+|complete\s+)*"
          r"(?:summary|overview|outline|abstract|tl;?dr)(?:\s+(?:of|for)\s+(?P<file>.+?))?"),
    _rule(r"what(?:\s+is|'s|’s|\s+are)\s+(?P<file>.+?)\s+(?:all\s+)?about"),
    _rule(r"what(?:\s+are|\s+is)\s+the\s+(?:main|key|most\s+important)\s+(?:points?|ideas?|findings?|messages?|statements?)"
          r"(?:\s+(?:of|in)\s+(?P<file>.+?))?"),
    _rule(rf"what\s+(?:does|do)\s+(?P<file>{_THIS}|\S+\.\w{{2,5}})\s+say"),
    _rule(rf"what(?:\s+is|'s|’s)\s+in\s+(?P<file>{_THIS}|\S+\.\w{{2,5}})"),
)  # fmt: skip
_GENERIC = re.compile(rf"^{_THIS}$", re.IGNORECASE)
_DEGREE = re.compile(
    r"\bhow\s+(?:high|low|old|tall|large|big|small|deep|wide|thick|heavy|fast|quick(?:ly)?|soon|late|early|expensive|"
    r"cheap|hot|cold|warm|strong|often|frequent(?:ly)?)\b",
    re.IGNORECASE,
)
_FOLLOW_UP = re.compile(
    r"^(?:and|what about|how about|and what about)\s+(?P<term>.+?)[\s?.!]*$", re.IGNORECASE
)
_QUOTED = re.compile(r"[\"“„«‘'](?P<term>[^\"“”„«»’]+?)[\"”“»’']")
_LEADING = re.compile(
    rf"^(?:{_WORD}\s+(?:of\s+)?|(?:the\s+)?(?:topics?|subjects?)\s+(?:of\s+)?|"
    r"(?:the|a|an|any|some|something\s+about|anything\s+about)\s+)+",
    re.IGNORECASE,
)
_TRAILING = re.compile(
    r"\s+(?:at all|anywhere|somewhere|in them|in it|in total|altogether|too|as well|please|are there|is there|exist|"
    r"(?:do|have) (?:i|we|you)(?: (?:have|got))?|"
    r"in (?:this|the|my|these|any|all)(?:\s+\w+)?\s*(?:collection|files?|documents?|library|folder)?)$",
    re.IGNORECASE,
)
_CLAUSE = re.compile(
    r"^(?:that|how|what|when|why|who|whom|whether|if|where|which|not|it|this|them|him|her|me|us|you|i|we|to)\b|"
    r"\s(?:did|does|do|was|were|is|are|has|have|had|must|should|shall|would|could|according to)\s",
    re.IGNORECASE,
)
"""No term, but (the half of) a sentence."""
_NAMED_AS_WORD = re.compile(rf"{_WORD}\s", re.IGNORECASE)


def understand(text: str, before: Question | None = None) -> Question:
    """What a question wants. `before` is the one before it in the chat: "and gas?" asks the same of another word."""
    asked = " ".join(text.replace("\u00a0", " ").split())
    if before is not None and before.terms and (followed := _follow_up(asked, before)) is not None:
        return followed
    for rules, wanted in ((_TIMES_RULES, Wanted.TIMES), (_MENTION_RULES, Wanted.MENTIONS)):
        for rule in rules:
            match = re.match(rule, asked, re.IGNORECASE)
            if match is not None and (found := _counting(match, wanted)) is not None:
                return found
    if re.match(_HOW_MANY_FILES, asked, re.IGNORECASE):
        return Question(Wanted.FILES)
    for rule in _SUMMARY_RULES:
        if (match := re.match(rule, asked, re.IGNORECASE)) is not None:
            return Question(Wanted.SUMMARY, file=_file_named(match.group("file") or ""))
    return Question()


def content_of(question: str) -> list[str]:
    """The stems that an answer is likely to have: "how high" asks for a number, which has no "high" beside it."""
    return stems(_DEGREE.sub("how", question))


def _follow_up(asked: str, before: Question) -> Question | None:
    match = _FOLLOW_UP.match(asked)
    if match is None or len(asked.split()) > FOLLOW_UP_WORDS:
        return None
    terms, exact = _terms(match.group("term"))
    return replace(before, terms=terms, exact=exact) if terms else None


def _counting(match: re.Match[str], wanted: Wanted) -> Question | None:
    terms, exact = _terms(match.group("term"))
    groups = match.groupdict()
    if not terms or not (exact or _is_about_words(groups)):
        return None
    return Question(wanted, terms, exact, _unit(groups.get("unit") or "file"))


def _is_about_words(groups: dict[str, str | None]) -> bool:
    """Whether words in files are looked for, not things in the world: "where is gold found?" wants a place."""
    if not groups.get("weak") or groups.get("within") or _NAMED_AS_WORD.match(groups["term"] or ""):
        return True
    return _SURELY_FILES.fullmatch(groups.get("unit") or "") is not None


def _unit(word: str) -> Unit:
    if re.fullmatch(_PAGES, word, re.IGNORECASE):
        return Unit.PAGES
    return Unit.ROWS if re.fullmatch(_ROWS, word, re.IGNORECASE) else Unit.FILES


def _terms(text: str) -> tuple[tuple[str, ...], bool]:
    """The words or phrases of a term and whether they were quoted; none where it is no term."""
    quoted = tuple(match.group("term").strip() for match in _QUOTED.finditer(text))
    if quoted:
        return quoted, True
    plain = _bare(re.sub(r"^(?:either|both)\s+", "", text))
    parts = tuple(_bare(part) for part in re.split(r"\s+or\s+", plain))
    if any(not part or len(part.split()) > MOST_WORDS or _CLAUSE.search(part) for part in parts):
        return (), False
    return parts, False


def _bare(text: str) -> str:
    """A term without what leads up to it and what trails behind it."""
    plain = text.strip(" ?.!,:;")
    while (shorter := _TRAILING.sub("", _LEADING.sub("", plain)).strip(" ,:;")) != plain:
        plain = shorter
    return plain


def _file_named(text: str) -> str:
    """How a file was named; '' for "this document"."""
    quoted = _QUOTED.search(text)
    name = quoted.group("term") if quoted else text
    name = name.strip(" ?.!,:;\"'“”")
    if _GENERIC.match(name):
        return ""
    return re.sub(r"^(?:(?:the|this|my)\s+)?(?:file|document|pdf)\s+(?:called\s+|named\s+)?", "", name)
