"""The check-up of a collection: what a person should know of its files before the first question."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from desktop.core.documents import PICTURES, Document, DocumentState

LONG_CHARACTERS = 500_000
"""About 250 pages of a book: far more than a model sees at once."""


class FindingKind(StrEnum):
    """What may stand out, in the order in which it is told."""

    WAITING = "waiting"
    FAILED = "failed"
    UNREAD = "unread"
    EMPTY = "empty"
    FOREIGN = "foreign"
    SCANNED = "scanned"
    NEAR = "near"
    DUPLICATE = "duplicate"
    LONG = "long"
    IGNORED = "ignored"


@dataclass(frozen=True)
class DocumentFacts:
    """What the check-up looks at; the fields are those of Document."""

    id: str
    state: DocumentState
    reason_kind: str = ""
    kind: str = ""
    language: str = ""
    pages: int = 0
    scanned: int = 0
    unread: int = 0
    characters: int = 0


@dataclass(frozen=True)
class Finding:
    """The documents for which something holds. `languages` are the codes of a FOREIGN finding, most frequent first."""

    kind: FindingKind
    ids: tuple[str, ...]
    languages: tuple[str, ...] = ()

    @property
    def count(self) -> int:
        return len(self.ids)


@dataclass(frozen=True)
class CheckUp:
    """Of a collection with `files` in all, of which `ready` can be asked.

    `languages` are ISO 639-1 codes with the number of ready files, the most frequent first; files that are too short
    to tell are in none. `near` are the groups of files whose texts are nearly the same.
    """

    files: int = 0
    ready: int = 0
    pages: int = 0
    characters: int = 0
    languages: tuple[tuple[str, int], ...] = ()
    findings: tuple[Finding, ...] = ()
    near: tuple[tuple[Document, ...], ...] = ()

    def finding(self, kind: FindingKind) -> Finding:
        """The finding of a kind, with no documents where there is none."""
        return next((one for one in self.findings if one.kind is kind), Finding(kind, ()))


def check_up(
    facts: Sequence[DocumentFacts], only_english: bool, near: Iterable[Sequence[Document]] = ()
) -> CheckUp:
    """Look at all documents of a collection. `only_english` says that the embedder knows no other language."""
    ready = [one for one in facts if one.state is DocumentState.READY]
    languages = Counter(one.language for one in ready if one.language).most_common()
    groups = tuple(tuple(group) for group in near)
    of_kind: dict[FindingKind, list[str]] = {kind: [] for kind in FindingKind}
    for one in facts:
        for kind in _kinds(one, only_english):
            of_kind[kind].append(one.id)
    of_kind[FindingKind.NEAR] = [document.id for group in groups for document in group]
    foreign = tuple(code for code, _ in languages if code != "en")
    return CheckUp(
        files=len(facts),
        ready=len(ready),
        pages=sum(one.pages for one in ready),
        characters=sum(one.characters for one in ready),
        languages=tuple(languages),
        findings=tuple(
            Finding(kind, tuple(ids), foreign if kind is FindingKind.FOREIGN else ())
            for kind, ids in of_kind.items()
            if ids
        ),
        near=groups,
    )


def _kinds(one: DocumentFacts, only_english: bool) -> list[FindingKind]:
    """What holds for a document, near-duplicates apart."""
    if one.state is DocumentState.FAILED:
        kinds = {"no text": FindingKind.UNREAD, "empty": FindingKind.EMPTY}
        return [kinds.get(one.reason_kind, FindingKind.FAILED)]
    if one.state is DocumentState.SKIPPED:
        skipped = {"duplicate": FindingKind.DUPLICATE, "ignored": FindingKind.IGNORED}
        return [skipped[one.reason_kind]] if one.reason_kind in skipped else []
    if one.state is not DocumentState.READY:
        return [FindingKind.WAITING]
    holds = {
        FindingKind.UNREAD: one.unread > 0 and not one.scanned,
        FindingKind.EMPTY: one.kind in PICTURES and not one.characters and not one.unread,
        FindingKind.FOREIGN: only_english and one.language not in ("", "en"),
        FindingKind.SCANNED: one.scanned > 0 and one.characters > 0,
        FindingKind.LONG: one.characters >= LONG_CHARACTERS,
    }
    return [kind for kind, true in holds.items() if true]
