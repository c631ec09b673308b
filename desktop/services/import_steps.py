"""Small parts of an import: what the row of a file says, the row of a file inside it, its text in portions."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from desktop.core.documents import Document, DocumentState, Page
from desktop.core.errors import DesksideError, EngineOutOfMemory, EngineTimeout, ReadError, StorageError
from desktop.core.reading_requests import FileRead, Member
from desktop.core.settings import Settings
from desktop.core.text import clean
from desktop.store.catalogue import NewDocument
from desktop.store.document_rows import DocumentFields

MORE_TIME = 4
"""How many times as long a file may take that took too long and is tried again."""
_LONGEST_STILL, _LONGEST = 3_600, 86_400  # what the settings allow
REQUEST_CHARACTERS = 24_000
"""Text handed to the library at once: a search waits at most for that much embedding, a third of a second."""


def row_inside(document: Document, member: Member) -> NewDocument:
    """The row for a file inside a document."""
    return NewDocument(
        document.path,
        clean(member.name.rsplit("/", 1)[-1]),
        size=member.size,
        modified=member.modified,
        member=(*document.member, member.name),
        parent_id=document.id,
        folder_id=document.folder_id,
        sha256=member.sha256,
    )


def no_text(read: FileRead) -> ReadError:
    """Why a file without passages has failed."""
    if read.unread:
        return ReadError("Its pages are pictures, which were not read.", reason="no text")
    if read.scanned:
        return ReadError("No text could be made out on its pages.", reason="empty")
    return ReadError("There is no text in this file.", reason="empty")


def read_later(read: FileRead) -> str:
    """Why a file with scanned pages waits."""
    pages = "Its page is" if read.unread == 1 else f"{read.unread:,} of its pages are"
    return f"{pages} scanned and read after the other files"


def about(read: FileRead, passages: int, inside: int) -> str:
    """What a person should know of a file that is ready, or ''."""
    if inside:
        return "One file inside" if inside == 1 else f"{inside:,} files inside"
    if not passages:
        return "No text in this picture"
    if read.unread and not read.scanned:
        return (
            "One scanned page was not read"
            if read.unread == 1
            else f"{read.unread:,} scanned pages were not read"
        )
    return ""


def reason_kind(error: DesksideError) -> str:
    """The group of "Needs attention" that an error without a reason of its own belongs to."""
    if isinstance(error, EngineTimeout):
        return "too slow"
    if isinstance(error, EngineOutOfMemory):
        return "too large"
    return "disk" if isinstance(error, StorageError) else "damaged"


def with_more_time(settings: Settings) -> Settings:
    """The settings for another try at files that took too long."""
    return settings.changed(
        read_seconds=min(settings.read_seconds * MORE_TIME, _LONGEST_STILL),
        read_total_seconds=min(settings.read_total_seconds * MORE_TIME, _LONGEST),
    )


def portions(pages: Sequence[Page]) -> Iterator[tuple[Page, ...]]:
    """Pages in groups of about REQUEST_CHARACTERS."""
    group: list[Page] = []
    size = 0
    for page in pages:
        group.append(page)
        size += len(page.text)
        if size >= REQUEST_CHARACTERS:
            yield tuple(group)
            group, size = [], 0
    if group:
        yield tuple(group)


def unread(document: Document) -> Document:
    """The document as one that must be read: its hash is already that of the new content."""
    return replace(document, state=DocumentState.WAITING)


def unreadable(document: Document, error: DesksideError, same: bool | None) -> DocumentFields:
    """What the row of a file says that could not be read; `same` as in read_ahead.Failed.

    The size and the time are in it, too: a linked folder tries a file again only when it has changed since.
    """
    known = bool(same and document.passages)
    return {
        "state": DocumentState.READY if known else DocumentState.FAILED,
        "reason": error.what + (" The text that was read before is kept." if known else ""),
        "reason_kind": "" if known else getattr(error, "reason", "") or reason_kind(error),
        "passages": 0 if same is False else document.passages,
        "size": document.size,
        "modified": document.modified,
    }
