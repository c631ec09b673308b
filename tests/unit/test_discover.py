"""Finding files: each once, no way out of a folder, and what cannot be looked into is named."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from desktop.core.documents import TableColumns
from desktop.services.discover import FoundFile, files
from tests.support import closed, open_folder, unprivileged


def _names(*paths: Path, below: Path) -> list[str]:
    return [str(one.path.relative_to(below)) for one in files(paths)]


def _make(folder: Path, *names: str) -> None:
    for name in names:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("words")


def test_folders_are_walked_in_order_without_litter(tmp_path: Path) -> None:
    _make(
        tmp_path, "b.txt", "a.txt", "sub/z.txt", "sub/deep/y.txt", ".hidden", ".git/config", "~$lock.docx",
        "Thumbs.db", "__MACOSX/x", "node_modules/x", "sub/.DS_Store",
    )  # fmt: skip
    assert _names(tmp_path, below=tmp_path) == ["a.txt", "b.txt", "sub/z.txt", "sub/deep/y.txt"]


def test_a_file_is_found_once_however_often_it_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _make(tmp_path, "in/a.txt", "in/b.txt")
    monkeypatch.chdir(tmp_path)
    paths = [Path("in/a.txt"), tmp_path / "in", tmp_path / "in" / ".." / "in" / "a.txt", Path("in")]
    assert _names(*paths, below=tmp_path) == ["in/a.txt", "in/b.txt"]


def test_a_hidden_file_that_a_person_names_is_taken(tmp_path: Path) -> None:
    _make(tmp_path, ".notes")
    assert _names(tmp_path / ".notes", below=tmp_path) == [".notes"]


def test_links_neither_loop_nor_lead_out_of_the_folder(tmp_path: Path) -> None:
    _make(tmp_path, "in/a.txt", "out/secret.txt", "out/one.txt")
    (tmp_path / "in" / "loop").symlink_to(tmp_path / "in")
    (tmp_path / "in" / "up").symlink_to(tmp_path)
    (tmp_path / "in" / "out").symlink_to(tmp_path / "out")
    (tmp_path / "in" / "file.txt").symlink_to(tmp_path / "out" / "one.txt")
    (tmp_path / "in" / "self").symlink_to("self")
    # Links out of the folder are named and not followed; those inside it lead to what is found anyway.
    assert _names(tmp_path / "in", below=tmp_path) == [
        "in/out",
        "in/up",
        "in/a.txt",
        "in/file.txt",
        "in/self",
    ]


def test_a_link_that_a_person_names_is_followed(tmp_path: Path) -> None:
    _make(tmp_path, "in/a.txt")
    (tmp_path / "link").symlink_to(tmp_path / "in")
    assert _names(tmp_path / "link", below=tmp_path) == ["link/a.txt"]


def test_names_of_any_bytes(tmp_path: Path) -> None:
    for name in (b"two\nlines.txt", b"caf\xe9.txt", b"-x", b"a\\b.txt"):
        with open(os.fsencode(tmp_path) + b"/" + name, "w"):
            pass
    assert {os.fsencode(one.path.name) for one in files([tmp_path])} == {
        b"two\nlines.txt", b"caf\xe9.txt", b"-x", b"a\\b.txt",
    }  # fmt: skip


def test_what_is_not_there_is_yielded_all_the_same(tmp_path: Path) -> None:
    paths = [tmp_path / "gone.txt", tmp_path / ("x" * 300)]
    assert list(files(paths)) == [FoundFile(path, 0, 0.0) for path in paths]


def test_a_folder_without_permission_is_named() -> None:
    with open_folder() as folder:
        _make(folder, "in/a.txt", "in/closed/b.txt", "in/z.txt", "shut/c.txt")
        with closed(folder / "in" / "closed"), closed(folder / "shut"), unprivileged():
            found = _names(folder / "in", folder / "shut", folder / "shut" / "c.txt", below=folder)
    assert found == ["in/a.txt", "in/z.txt", "in/closed", "shut", "shut/c.txt"]


def test_columns_are_for_tables_only(tmp_path: Path) -> None:
    columns = TableColumns("body", "id")
    for name, expected in (("a.csv", columns), ("A.JSONL", columns), ("a.txt", TableColumns())):
        assert FoundFile(tmp_path / name, 0, 0.0).columns(columns) == expected
