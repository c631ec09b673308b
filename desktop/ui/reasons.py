"""Why a file could not be read, in words: short beside its state, and as the end of a sentence about it."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

from desktop.core.attention import UNREAD
from desktop.core.documents import Document, DocumentState


def _tr(text: str) -> str:
    return QCoreApplication.translate("Reasons", text)


def short_reason(kind: str) -> str:
    """Two or three words for the row of a failed file; '' for a kind that has none."""
    return {
        "encrypted": _tr("Password needed"),
        "empty": _tr("Empty"),
        "damaged": _tr("Damaged"),
        "too slow": _tr("Took too long"),
        "too large": _tr("Too large"),
        "unsupported": _tr("Cannot be read yet"),
        "missing": _tr("Not found"),
        "not allowed": _tr("Not allowed"),
        "no text": _tr("No text in it yet"),
        "disk": _tr("Could not be saved"),
    }.get(kind, "")


def group_words(kind: str) -> str:
    """What is the matter with several files, as the end of a sentence that starts with '3 files'."""
    return {
        "encrypted": _tr("are locked with a password"),
        "empty": _tr("are empty"),
        "damaged": _tr("are damaged"),
        "too slow": _tr("took too long to read"),
        "too large": _tr("are too large"),
        "unsupported": _tr("are of a kind that cannot be read yet"),
        "missing": _tr("are no longer where they were"),
        "not allowed": _tr("may not be opened by you"),
        "no text": _tr("have no text in them yet"),
        "disk": _tr("could not be saved"),
        UNREAD: _tr("have scanned pages that were not read"),
    }.get(kind, _tr("could not be read"))


def todo_words(kind: str) -> str:
    """What can be done about one or many files with the same reason."""
    return {
        "encrypted": _tr(
            "The password is tried on every locked file. It stays in memory, until Deskside ends."
        ),
        "empty": _tr("Without words there is nothing to ask."),
        "damaged": _tr("Get another copy from where it came from, then try again."),
        "too slow": _tr("Reading was stopped, so that others need not wait. It can have four times as long."),
        "too large": _tr("Reading would take too much memory. Smaller parts can be read."),
        "unsupported": _tr("Saved in another format, such as PDF, it can be read."),
        "missing": _tr("Try again when it is back in its place, or take it off the list."),
        "not allowed": _tr("Give yourself the right to open it, then try again."),
        "no text": _tr("Pages are pictures. OCR reads them on this computer, some seconds a page."),
        "disk": _tr("Make room on the disk, then try again."),
        UNREAD: _tr("All other pages can be asked. OCR reads these, too, some seconds a page."),
    }.get(kind, _tr("Try again. If that does not help, save it in another format."))


def failed_words(name: str, reason: str) -> str:
    """A sentence that names a file that could not be read, and says why."""
    if reason.startswith(f"{name} "):
        return reason
    return (
        _tr("{name} could not be read. {reason}").replace("{name}", name).replace("{reason}", reason).strip()
    )


def file_words(document: Document) -> str:
    """What is the matter with one file, as the end of a sentence that starts with its name."""
    reason = document.reason.strip()
    if document.state is DocumentState.READY:
        return _tr("has scanned pages that were not read")
    if reason.startswith(f"{document.name} "):
        return reason.removeprefix(f"{document.name} ").rstrip(".")
    words = {
        "encrypted": _tr("is locked with a password"),
        "empty": _tr("is empty"),
        "damaged": _tr("is damaged"),
        "too slow": _tr("took too long to read"),
        "too large": _tr("is too large"),
        "unsupported": _tr("is of a kind that cannot be read yet"),
        "missing": _tr("is no longer where it was"),
        "not allowed": _tr("may not be opened by you"),
        "no text": _tr("has no text in it yet"),
        "disk": _tr("could not be saved"),
    }.get(document.reason_kind, _tr("could not be read"))
    if not reason or document.reason_kind not in ("damaged", "unsupported", "too large", ""):
        return words
    return f"{words}: {reason[0].lower()}{reason[1:].rstrip('.')}"
