"""Linked folders that are away, lie in each other, are unlinked or paused, and the odd files in them."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from desktop.core.cancel import CancelToken
from desktop.core.documents import DocumentState
from desktop.core.errors import Cancelled, UserError
from desktop.core.events import FolderChanged, ScanSummary
from desktop.core.folders import FolderState
from tests.linked import Linked
from tests.support import closed, make_services, of_kind, open_folder, unprivileged

READY, FAILED, SKIPPED, WAITING = (
    DocumentState.READY,
    DocumentState.FAILED,
    DocumentState.SKIPPED,
    DocumentState.WAITING,
)


@pytest.fixture
def bench(home: Path, tmp_path: Path) -> Iterator[Linked]:
    made = Linked(home, tmp_path / "Contracts")
    yield made
    made.equal_to_the_index()
    made.services.close()


# --- folders that are away


def test_nothing_is_removed_while_a_folder_is_away(bench: Linked, tmp_path: Path) -> None:
    bench.write("a.txt", "The lamp.")
    folder = bench.link()
    bench.sync()
    bench.folder.rename(tmp_path / "unplugged")
    summary = bench.sync()
    assert (summary.removed, summary.away) == (0, (str(bench.folder),))
    assert bench.services.syncing.folders()[0].state is FolderState.AWAY
    assert of_kind(bench.events, FolderChanged)[0].folder.id == folder.id
    assert bench.states() == {"a.txt": READY}
    (tmp_path / "unplugged").rename(bench.folder)
    assert bench.sync().unchanged == 1
    assert bench.services.syncing.folders()[0].state is FolderState.IN_SYNC
    assert bench.read() == ["a.txt"]


def test_an_empty_folder_in_the_place_of_a_drive_removes_nothing(bench: Linked, tmp_path: Path) -> None:
    bench.write("a.txt", "The lamp.")
    bench.link()
    bench.sync()
    bench.folder.rename(tmp_path / "unplugged")
    bench.folder.mkdir()
    assert bench.sync().away == (str(bench.folder),)
    assert bench.states() == {"a.txt": READY}
    bench.write("b.txt", "Another drive.")
    summary = bench.sync()
    assert (summary.new, summary.removed) == (1, 1)


def test_a_drive_that_is_unplugged_during_a_scan_removes_nothing(
    bench: Linked, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bench.write("a/a.txt", "The lamp.")
    bench.write("b/b.txt", "The door.")
    bench.link()
    bench.sync()
    real = os.scandir

    def unplugged(path: str) -> object:
        if str(path).endswith("b") and bench.folder.exists():
            bench.folder.rename(tmp_path / "unplugged")
        return real(path)

    monkeypatch.setattr(os, "scandir", unplugged)
    summary = bench.sync()
    assert (summary.removed, len(summary.away)) == (0, 1)
    assert len(bench.states()) == 2


def test_a_subfolder_that_may_not_be_looked_into_keeps_its_files(home: Path) -> None:
    with open_folder() as parent:
        bench = Linked(home, parent / "Contracts")
        bench.write("a.txt", "The lamp.")
        bench.write("secret/b.txt", "The door.")
        bench.link()
        bench.sync()
        secret = bench.folder / "secret"
        with closed(secret), unprivileged():
            looked = list(bench.services.syncing.scan())
        (summary,) = of_kind(looked, ScanSummary)
        assert (summary.removed, summary.new) == (0, 1)
        assert bench.states() == {"a.txt": READY, "secret/b.txt": READY, "secret": WAITING}
        assert bench.sync().removed == 1
        assert bench.states() == {"a.txt": READY, "secret/b.txt": READY}
        bench.services.close()


# --- odd files


def test_links_are_followed_to_files_only_and_cycles_end(bench: Linked, tmp_path: Path) -> None:
    outside = bench.write("outside/o.txt", "Outside.", tmp_path)
    bench.write("a/a.txt", "The lamp.")
    os.symlink(bench.folder, bench.folder / "a" / "again")
    os.symlink(outside.parent, bench.folder / "way out")
    os.symlink(outside, bench.folder / "link.txt")
    os.symlink(bench.folder / "nothing.txt", bench.folder / "broken.txt")
    bench.link()
    bench.sync()
    # A link to a folder elsewhere has a row that says so; one to a folder of this one leads to what is there anyway.
    assert bench.states() == {
        "a/a.txt": READY,
        "link.txt": READY,
        "broken.txt": FAILED,
        "way out": FAILED,
    }
    assert bench.sync().to_read == ()


def test_names_with_line_breaks_and_bytes_that_are_no_text_are_followed(bench: Linked) -> None:
    bench.write("two\nlines.txt", "The lamp.")
    (bench.folder / os.fsdecode(b"caf\xe9.txt")).write_text("The door.", "utf-8")
    bench.link()
    bench.sync()
    assert list(bench.states().values()) == [READY, READY]
    assert bench.sync().unchanged == 2
    (bench.folder / "two\nlines.txt").rename(bench.folder / "three\n\nlines.txt")
    assert bench.sync().moved == 1


def test_the_folder_of_deskside_itself_is_never_read(bench: Linked, home: Path) -> None:
    folder = bench.services.syncing.link(home.parent, bench.collection)
    list(bench.services.syncing.scan([folder.id]))
    inside = os.path.join(home, "")
    assert not [row for row in bench.rows().values() if row.path.startswith(inside)]


# --- linking, unlinking, rules


def test_only_a_folder_that_is_there_can_be_linked_and_only_once(bench: Linked, tmp_path: Path) -> None:
    with pytest.raises(UserError, match="is not a folder"):
        bench.link(tmp_path / "nowhere")
    with pytest.raises(UserError, match="is not a folder"):
        bench.link(bench.write("a.txt", "The lamp."))
    bench.link()
    os.symlink(bench.folder, tmp_path / "other way")
    for same in (bench.folder, bench.folder / ".." / bench.folder.name, tmp_path / "other way"):
        with pytest.raises(UserError, match="linked to the collection already"):
            bench.link(same)
    with pytest.raises(UserError, match="is not a pattern"):
        bench.link(tmp_path, ignore=["*.txt", "!"])


def test_a_folder_can_be_linked_to_two_collections(bench: Linked) -> None:
    file = bench.write("a.txt", "The lamp.")
    other = bench.services.library.create_collection("Others").id
    bench.link()
    bench.link(collection=other)
    bench.sync()
    assert [row.state for row in bench.rows(other).values()] == [READY]
    file.unlink()
    assert bench.sync().removed == 2
    assert bench.rows() == bench.rows(other) == {}


def test_the_innermost_linked_folder_has_the_file(bench: Linked) -> None:
    bench.write("a.txt", "The lamp.")
    bench.write("inner/b.txt", "The door.")
    outer = bench.link()
    bench.sync()
    inner = bench.link(bench.folder / "inner")
    bench.sync()
    assert {name: row.folder_id for name, row in bench.rows().items()} == {
        "a.txt": outer.id,
        "inner/b.txt": inner.id,
    }
    list(bench.services.syncing.unlink(inner.id, keep=True))
    assert bench.sync().removed == 0
    assert {row.folder_id for row in bench.rows().values()} == {outer.id}
    assert bench.read() == ["a.txt", "b.txt"]


def test_a_file_that_moves_from_one_linked_folder_to_another_keeps_its_row(
    bench: Linked, tmp_path: Path
) -> None:
    file = bench.write("a.txt", "The lamp.")
    other = tmp_path / "Archive"
    other.mkdir()
    bench.link()
    archive = bench.link(other)
    bench.sync()
    (before,) = bench.rows().values()
    file.rename(other / "a.txt")
    assert bench.sync().moved == 1
    (after,) = bench.rows().values()
    assert (after.id, after.folder_id, after.path) == (before.id, archive.id, str(other / "a.txt"))
    assert bench.read() == ["a.txt"]


def test_files_that_were_added_by_hand_become_those_of_the_folder(bench: Linked) -> None:
    file = bench.write("a.txt", "The lamp.")
    list(bench.services.importing.import_files([file], bench.collection))
    folder = bench.link()
    bench.sync()
    (row,) = bench.rows().values()
    assert row.folder_id == folder.id
    assert bench.read() == ["a.txt"]


@pytest.mark.parametrize("keep", [True, False])
def test_unlinking_keeps_or_removes_the_documents(bench: Linked, keep: bool) -> None:
    bench.write("a.txt", "The lamp.")
    folder = bench.link()
    bench.sync()
    list(bench.services.syncing.unlink(folder.id, keep))
    assert bench.services.syncing.folders() == []
    assert [row.folder_id for row in bench.rows().values()] == ([""] if keep else [])
    assert (bench.folder / "a.txt").exists()
    assert bench.sync().removed == 0


def test_what_is_newly_ignored_leaves_the_library_and_comes_back(bench: Linked) -> None:
    bench.write("a.txt", "The lamp.")
    bench.write("drafts/b.txt", "The door.")
    folder = bench.link()
    bench.sync()
    bench.services.syncing.set_ignore(folder.id, ["drafts/"])
    assert bench.sync().removed == 1
    assert bench.states() == {"a.txt": READY}
    bench.services.syncing.set_ignore(folder.id, [])
    assert bench.sync().new == 1


def test_a_file_that_a_person_takes_out_does_not_come_back(bench: Linked) -> None:
    bench.write("a.txt", "The lamp.")
    bench.write("sub/odd [1] #name!.txt", "The door.")
    folder = bench.link()
    bench.sync()
    chosen = bench.rows()["sub/odd [1] #name!.txt"].id
    list(bench.services.syncing.take_out([chosen, "gone"]))
    assert bench.states() == {"a.txt": READY}
    summary = bench.sync()
    assert (summary.new, summary.removed) == (0, 0)
    assert bench.services.syncing.folders()[0].ignore[: len(folder.ignore)] == folder.ignore


def test_a_paused_folder_is_not_looked_at(bench: Linked) -> None:
    file = bench.write("a.txt", "The lamp.")
    folder = bench.link()
    bench.sync()
    bench.services.syncing.set_paused(folder.id, True)
    file.unlink()
    assert bench.sync().removed == 0
    assert bench.services.syncing.folders()[0].state is FolderState.PAUSED
    bench.services.syncing.set_paused(folder.id, False)
    assert bench.sync().removed == 1


def test_deleting_a_collection_unlinks_its_folders(bench: Linked) -> None:
    bench.write("a.txt", "The lamp.")
    bench.link()
    bench.sync()
    bench.services.library.delete_collection(bench.collection)
    assert bench.services.syncing.folders() == []
    assert bench.sync().new == 0


def test_what_a_cancelled_sync_has_left_is_read_by_the_next(bench: Linked) -> None:
    for number in range(5):
        bench.write(f"{number}.txt", f"Text {number}.")
    bench.link()
    cancel = CancelToken()
    events = bench.services.syncing.sync(cancel=cancel)
    assert any(isinstance(event, ScanSummary) for event in events)  # leaves off there
    cancel.cancel()
    with pytest.raises(Cancelled):
        list(events)
    assert set(bench.states().values()) == {WAITING}
    assert len(bench.sync().to_read) == 5
    assert set(bench.states().values()) == {READY}


def test_a_folder_that_comes_back_after_a_restart_is_known(bench: Linked, home: Path) -> None:
    bench.write("a.txt", "The lamp.")
    bench.link()
    bench.sync()
    bench.services.close()
    bench.reader.stopped = bench.library.stopped = False
    bench.services = make_services(home, bench.engine, reader=bench.reader, library=bench.library)
    bench.services.syncing.rest_seconds = 0.0
    shutil.copytree(bench.folder, bench.folder / "copy")
    summary = bench.sync()
    assert (summary.new, summary.unchanged) == (1, 1)
    assert bench.states() == {"a.txt": READY, "copy/a.txt": SKIPPED}
