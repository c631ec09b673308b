"""Linked folders on the command line: link, sync and unlink, with a line per file that something happened to."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from desktop import cli, cli_commands
from desktop.core.paths import Paths
from desktop.engines.fake import FakeEngine
from desktop.services.all import Services
from desktop.services.syncing import Syncing
from tests.support import make_services, write_files


class Terminal:
    """Runs commands in this process, each with services of its own over one index."""

    def __init__(self, capsys: pytest.CaptureFixture[str]) -> None:
        self._capsys = capsys

    def run(self, *arguments: object, code: int = 0) -> list[dict[str, Any]]:
        """The lines of standard output; standard error is kept in `err`."""
        self._capsys.readouterr()
        ended = cli.main([*map(str, arguments), "--json"])
        out, self.err = self._capsys.readouterr()
        assert ended == code, self.err
        return [json.loads(line) for line in out.splitlines()]


@pytest.fixture
def terminal(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Terminal:
    engine = FakeEngine()

    def build(paths: Paths) -> Services:
        return make_services(paths.home, engine)

    monkeypatch.setattr(cli_commands, "Services", build)
    monkeypatch.setattr(Syncing, "rest_seconds", 0.0)
    return Terminal(capsys)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write_files(tmp_path / "in", lease="The notice period is nine months.", rules="Dogs may not be kept.")
    return tmp_path / "in"


def test_a_folder_is_linked_synced_and_followed(terminal: Terminal, folder: Path) -> None:
    (linked,) = terminal.run("link", folder, "--collection", "c", "--ignore", "drafts/", "*.log")
    assert linked["folder"] == str(folder)
    assert linked["collection"] == "c"
    assert linked["ignore"][-2:] == ["drafts/", "*.log"]
    (folder / "drafts").mkdir()
    (folder / "drafts" / "x.txt").write_text("A draft.", "utf-8")
    *lines, last = terminal.run("sync")
    assert {(Path(line["file"]).name, line["state"], line["passages"]) for line in lines} == {
        ("lease.txt", "ready", 1),
        ("rules.txt", "ready", 1),
    }
    summary = {"new": 2, "changed": 0, "moved": 0, "removed": 0, "unchanged": 0, "writing": 0, "away": []}
    assert {**last["summary"], "seconds": 0} == {
        **summary, "ready": 2, "skipped": 0, "failed": 0, "passages": 2, "seconds": 0,
    }  # fmt: skip
    (folder / "lease.txt").rename(folder / "Lease 2026.txt")
    (folder / "rules.txt").unlink()
    *lines, last = terminal.run("sync", "--collection", "c")
    assert [(line["state"], Path(line["file"]).name) for line in lines] == [
        ("moved", "Lease 2026.txt"),
        ("removed", "rules.txt"),
    ]
    assert lines[0]["before"] == str(folder / "lease.txt")
    assert (last["summary"]["moved"], last["summary"]["removed"], last["summary"]["ready"]) == (1, 1, 0)


def test_a_folder_that_is_away_is_said_and_ends_with_3(terminal: Terminal, folder: Path) -> None:
    terminal.run("link", folder, "--collection", "c")
    terminal.run("sync")
    folder.rename(folder.with_name("gone"))
    (last,) = terminal.run("sync", code=3)
    assert last["summary"]["away"] == [str(folder)]
    assert last["summary"]["removed"] == 0
    assert "is away; nothing of it was removed" in terminal.err


@pytest.mark.parametrize(("options", "left"), [((), 2), (("--remove",), 0)])
def test_unlinking_keeps_the_documents_unless_told_otherwise(
    terminal: Terminal, folder: Path, options: tuple[str, ...], left: int
) -> None:
    terminal.run("link", folder, "--collection", "c")
    terminal.run("sync")
    (told,) = terminal.run("unlink", folder, *options)
    assert told["kept"] == left
    (collection,) = terminal.run("collections")
    assert collection["documents"] == left
    terminal.run("sync", code=1)
    assert "no linked folder" in terminal.err


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("link", "nowhere", "--collection", "c"), "is not a folder"),
        (("link", ".", "--collection", "c", "--ignore", "!"), "is not a pattern"),
        (("unlink", "."), "is not linked"),
        (("sync", "--collection", "nowhere"), "no collection named"),
        (("sync",), "no linked folder"),
    ],
)
def test_what_a_person_did_wrong_is_one_sentence(
    terminal: Terminal, arguments: tuple[str, ...], words: str
) -> None:
    assert terminal.run(*arguments, code=1) == []
    assert words in terminal.err
    assert terminal.err.count("\n") == 1
