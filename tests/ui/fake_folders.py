"""Linked folders in memory, for the window's tests: scans play what a test has put into `found`."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from desktop.core.cancel import CancelToken
from desktop.core.errors import UserError
from desktop.core.events import Event, FileMoved, FileRemoved, FolderChanged, ScanSummary
from desktop.core.folders import FolderState, LinkedFolder, checked_rules
from tests.ui.fake_library import START, FakeLibrary


class FakeWatcher:
    """Tells when a test says so."""

    def __init__(self, changed: Callable[[frozenset[str]], None]) -> None:
        self.changed = changed
        self.running = False
        self.refreshed = 0
        self.why: dict[str, str] = {}

    def start(self) -> None:
        self.running = True

    def stop(self) -> None:
        self.running = False

    def refresh(self) -> None:
        self.refreshed += 1

    def unwatched(self, folder_id: str) -> str:
        return self.why.get(folder_id, "")


class FakeSyncing:
    def __init__(self, library: FakeLibrary) -> None:
        self.library = library
        self.linked: dict[str, LinkedFolder] = {}
        self.found: list[Event] = []
        self.scanned: list[list[str]] = []
        self.away: set[str] = set()
        self.watchers: list[FakeWatcher] = []
        self.taken_out: list[str] = []

    def folders(self, collection_id: str | None = None) -> list[LinkedFolder]:
        return [one for one in self.linked.values() if collection_id in (None, one.collection_id)]

    def link(self, path: Path, collection_id: str, ignore: Sequence[str] = ()) -> LinkedFolder:
        if any(one.path == str(path) for one in self.folders(collection_id)):
            raise UserError("This folder is linked to the collection already.")
        made = LinkedFolder(f"f{len(self.linked) + 1}", collection_id, str(path), checked_rules(ignore))
        self.linked[made.id] = made
        return made

    def unlink(self, folder_id: str, keep: bool, cancel: CancelToken) -> Iterator[Event]:
        del self.linked[folder_id]
        ids = [one.id for one in self.library.rows.values() if one.folder_id == folder_id]
        if not keep:
            yield from self.library.remove(ids, cancel)

    def set_ignore(self, folder_id: str, lines: Sequence[str]) -> LinkedFolder:
        return self.set(folder_id, ignore=checked_rules(lines))

    def set_paused(self, folder_id: str, paused: bool) -> LinkedFolder:
        return self.set(folder_id, state=FolderState.PAUSED if paused else FolderState.IN_SYNC)

    def set(self, folder_id: str, **values: object) -> LinkedFolder:
        self.linked[folder_id] = replace(self.linked[folder_id], **values)  # type: ignore[arg-type]
        return self.linked[folder_id]

    def take_out(self, document_ids: Sequence[str], cancel: CancelToken) -> Iterator[Event]:
        self.taken_out.extend(document_ids)
        yield from self.library.remove(document_ids, cancel)

    def scan(self, folder_ids: Collection[str], cancel: CancelToken) -> Iterator[Event]:
        self.scanned.append(sorted(folder_ids))
        for folder_id in sorted(folder_ids & self.linked.keys()):
            state = FolderState.AWAY if folder_id in self.away else FolderState.IN_SYNC
            yield FolderChanged(self.set(folder_id, state=state, scanned_at=START))
        found, self.found = self.found, []
        for event in found:
            if isinstance(event, FileRemoved):
                del self.library.rows[event.document.id]
            elif isinstance(event, FileMoved):
                self.library.rows[event.document.id] = event.document
            yield event
        if not any(isinstance(event, ScanSummary) for event in found):
            yield ScanSummary()

    def watcher(self, changed: Callable[[frozenset[str]], None]) -> FakeWatcher:
        self.watchers.append(FakeWatcher(changed))
        return self.watchers[-1]
