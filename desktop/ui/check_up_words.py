"""What the check-up of a collection says: each finding as a title and what it means for answers."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

from desktop.core.check_up import CheckUp, Finding, FindingKind
from desktop.core.languages import language_name
from desktop.ui.theme import Theme

_NAMED_LANGUAGES = 4
_TOLD_IN_LINE = 3


def _tr(text: str) -> str:
    return QCoreApplication.translate("CheckUp", text)


def icon_of(kind: FindingKind) -> str:
    """The icon beside a finding."""
    return {
        FindingKind.WAITING: "clock",
        FindingKind.FAILED: "warning-circle",
        FindingKind.UNREAD: "image-square",
        FindingKind.EMPTY: "file-dotted",
        FindingKind.FOREIGN: "translate",
        FindingKind.SCANNED: "text-aa",
        FindingKind.NEAR: "files",
        FindingKind.DUPLICATE: "copy",
        FindingKind.LONG: "book-open",
        FindingKind.IGNORED: "eye-slash",
    }[kind]


def title_of(finding: Finding, theme: Theme) -> str:
    """What was found, with its number: '30 files are not in English'."""
    one, many = {
        FindingKind.WAITING: (_tr("1 file is not read yet"), _tr("{n} files are not read yet")),
        FindingKind.FAILED: (_tr("1 file could not be read"), _tr("{n} files could not be read")),
        FindingKind.UNREAD: (
            _tr("1 file has scanned pages that were not read"),
            _tr("{n} files have scanned pages that were not read"),
        ),
        FindingKind.EMPTY: (_tr("1 file has no words in it"), _tr("{n} files have no words in them")),
        FindingKind.FOREIGN: (_tr("1 file is not in English"), _tr("{n} files are not in English")),
        FindingKind.SCANNED: (_tr("1 file is a scan"), _tr("{n} files are scans")),
        FindingKind.NEAR: ("", _tr("{n} files are nearly the same")),
        FindingKind.DUPLICATE: (_tr("1 file is a copy of another"), _tr("{n} files are copies of others")),
        FindingKind.LONG: (_tr("1 file is very long"), _tr("{n} files are very long")),
        FindingKind.IGNORED: (_tr("1 file is ignored"), _tr("{n} files are ignored")),
    }[finding.kind]
    return one if finding.count == 1 else many.replace("{n}", theme.number(finding.count))


def meaning_of(finding: Finding) -> str:
    """What a finding means for answers, in one or two sentences."""
    words = {
        FindingKind.WAITING: _tr("Not part of any answer until then."),
        FindingKind.FAILED: _tr("Not part of any answer. Needs attention says why, and what can be done."),
        FindingKind.UNREAD: _tr("What those pages say cannot be found or quoted until OCR has read them."),
        FindingKind.EMPTY: _tr("Nothing there could be found or quoted."),
        FindingKind.FOREIGN: _tr(
            "But in {languages}. The model that searches by meaning was trained on English alone: a search with words "
            "of the file finds as well as ever, one with other words finds less."
        ),
        FindingKind.SCANNED: _tr(
            "OCR has read the pages, and may have misread a word. Look at the page before you rely on a quote."
        ),
        FindingKind.NEAR: _tr("An answer may quote an old version. Pick which to keep."),
        FindingKind.DUPLICATE: _tr("Searched once only, so that no answer counts the same text twice."),
        FindingKind.LONG: _tr(
            "An answer reads the best passages, not all of them. A summary reads a file from beginning to end."
        ),
        FindingKind.IGNORED: _tr("Left as it is, because you said so. Not part of any answer."),
    }[finding.kind]
    return words.replace("{languages}", _listed([language_name(code) for code in finding.languages]))


def summary_of(check: CheckUp, theme: Theme) -> str:
    """How much there is, and in which languages."""
    words = _tr("{n} of {m} files can be asked, with {p} pages.")
    if check.ready == check.files:
        words = _tr("All {n} files can be asked, with {p} pages.")
    for mark, number in (("{n}", check.ready), ("{m}", check.files), ("{p}", check.pages)):
        words = words.replace(mark, theme.number(number))
    languages = _languages(check, theme)
    return (
        f"{words} {_tr('They are in {languages}.').replace('{languages}', languages)}" if languages else words
    )


def line_of(check: CheckUp, theme: Theme) -> tuple[str, str]:
    """What stands out after an import: a title, and more words or ''. What needs attention has its own place."""
    languages = _languages(check, theme)
    title = _tr("These files are in {languages}").replace("{languages}", languages)
    told = [title_of(one, theme) for one in check.findings if one.kind not in _NEEDING_ATTENTION]
    more = len(told) - _TOLD_IN_LINE
    if more > 0:
        rest = _tr("one more thing") if more == 1 else _tr("{n} more things").replace("{n}", str(more))
        told = [*told[:_TOLD_IN_LINE], rest]
    words = f"{_listed(told)}." if told else _tr("Nothing stands out.")
    return (title, words) if languages else (words, "")


_NEEDING_ATTENTION = (
    FindingKind.WAITING,
    FindingKind.FAILED,
    FindingKind.UNREAD,
    FindingKind.EMPTY,
    FindingKind.IGNORED,
)


def _languages(check: CheckUp, theme: Theme) -> str:
    """The languages, with their numbers of files unless all have the same; '' where none is known."""
    if [number for _, number in check.languages] == [check.ready]:
        return language_name(check.languages[0][0])
    told = [
        f"{language_name(code)} ({theme.number(number)})"
        for code, number in check.languages[:_NAMED_LANGUAGES]
    ]
    others = sum(number for _, number in check.languages[_NAMED_LANGUAGES:])
    if others:
        told.append(_tr("others ({n})").replace("{n}", theme.number(others)))
    return _listed(told)


def _listed(words: list[str]) -> str:
    """'a, b and c'."""
    if len(words) < 2:
        return "".join(words)
    return f"{', '.join(words[:-1])} {_tr('and')} {words[-1]}"
