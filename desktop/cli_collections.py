"""The commands about collections: what there is, each with what needs attention and its check-up."""

from __future__ import annotations

import argparse
from functools import partial

from desktop.cli_commands import DONE, services
from desktop.cli_interrupt import stoppable
from desktop.cli_output import ProgressLine, emit
from desktop.core.attention import UNREAD, AttentionGroup
from desktop.core.check_up import CheckUp, Finding, FindingKind
from desktop.core.errors import UserError
from desktop.core.languages import language_name

_REASONS = {
    "encrypted": "locked with a password",
    "no text": "scans not read",
    UNREAD: "with scanned pages that were not read",
    "too slow": "took too long",
    "too large": "too large",
    "disk": "not saved, because of the disk",
    "not allowed": "not allowed to be opened",
    "unsupported": "of a kind that cannot be read",
    "": "not read for another reason",
}
_FINDINGS = {
    FindingKind.UNREAD: "with pages that are pictures and were not read",
    FindingKind.EMPTY: "without any words",
    FindingKind.SCANNED: "scanned and read by OCR, where a word may be wrong",
    FindingKind.NEAR: "nearly the same as others",
    FindingKind.DUPLICATE: "exactly the same as others, indexed once",
    FindingKind.LONG: "very long, of which an answer sees only the best passages",
    FindingKind.IGNORED: "ignored by you",
}


def collections(options: argparse.Namespace) -> int:
    """Name, documents, passages, embedding model and state of each collection, and what stands out in it."""
    with services() as built:
        for one in built.library.collections():
            check = built.library.check_up(one.id)
            groups = built.library.attention(one.id)
            waiting = check.finding(FindingKind.WAITING).count
            state = f"{waiting} waiting" if waiting else "ready"
            data: dict[str, object] = {
                "name": one.name,
                "documents": one.documents,
                "passages": one.passages,
                "embedder": one.embedder or built.paths.starter_embedder.name,
                "state": state,
                "attention": {group.reason or "other": group.count for group in groups},
                "check_up": check_up_row(check),
            }
            head = f"{one.name}: {one.documents:,} files, {one.passages:,} passages, {state}"
            emit(options, data, "\n  ".join([head, *_attention_words(groups), *_check_up_words(check)]))
    return DONE


def keep(options: argparse.Namespace) -> int:
    """Say how a collection is kept, after changing it where that was asked."""
    with services() as built:
        collection = built.library.named(options.collection)
        models = built.keeping.embedders()
        now = built.keeping.setup(collection.id)
        model = next((one for one in models if one.path == now.embedder), models[0])
        if options.embedder:
            named = [one for one in models if options.embedder in (one.name, one.path)]
            if not named:
                known = ", ".join(one.name for one in models)
                raise UserError(
                    f"There is no embedding model named “{options.embedder}”.", f"There are: {known}."
                )
            model = named[0]
        if options.embedder or options.place is not None:
            place = now.place if options.place is None else options.place
            line = ProgressLine()
            for event in stoppable(partial(built.keeping.change, collection.id, model, place)):
                line.show(event)
            line.clear()
            now = built.keeping.setup(collection.id)
        where = now.place or "the program's own folder"
        data: dict[str, object] = {"name": collection.name, "embedder": model.name, "place": now.place}
        emit(options, data, f"{collection.name}: kept by {model.name}, in {where}")
    return DONE


def check_up_row(check: CheckUp) -> dict[str, object]:
    """What a line of JSON tells of a check-up: numbers of files."""
    found: dict[str, object] = {kind.value: check.finding(kind).count for kind in FindingKind}
    return {
        "files": check.files,
        "ready": check.ready,
        "pages": check.pages,
        "characters": check.characters,
        "languages": dict(check.languages),
        **found,
    }


def _attention_words(groups: tuple[AttentionGroup, ...]) -> list[str]:
    if not groups:
        return []
    told = ", ".join(f"{group.count:,} {_REASONS.get(group.reason, group.reason)}" for group in groups)
    return [f"needs attention: {told}"]


def _check_up_words(check: CheckUp) -> list[str]:
    lines = []
    if check.languages:
        told = ", ".join(f"{language_name(code)} {number:,}" for code, number in check.languages)
        lines.append(f"languages: {told}")
    for finding in check.findings:
        if finding.kind in _FINDINGS:
            lines.append(f"{_files(finding)} {_FINDINGS[finding.kind]}")
        elif finding.kind is FindingKind.FOREIGN:
            lines.append(
                f"{_files(finding)} not in English, the only language of the embedding model: found by their words, "
                "less well by their meaning"
            )
    return lines


def _files(finding: Finding) -> str:
    return "1 file" if finding.count == 1 else f"{finding.count:,} files"
