"""Chats on the command line: list, search, export and import."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from desktop import cli, cli_commands
from desktop.core.conversations import Message, Role
from desktop.core.paths import Paths
from desktop.engines.fake import FakeEngine
from desktop.services.all import Services
from tests.support import make_services


@pytest.fixture(autouse=True)
def filled(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def build(paths: Paths) -> Services:
        return make_services(paths.home, FakeEngine())

    monkeypatch.setattr(cli_commands, "Services", build)
    built = build(Paths.default())
    store = built.answering.store
    for title in ("Lease", "Lease again", "Lunch"):
        chat = store.create()
        store.rename(chat.id, title, by_person=True)
        store.save(Message(f"{title}-1", chat.id, Role.USER, f"What of the {title.lower()}?"))
    built.close()


def _run(capsys: pytest.CaptureFixture[str], *arguments: object, code: int = 0) -> list[dict[str, Any]]:
    capsys.readouterr()
    ended = cli.main(["chats", *map(str, arguments), "--json"])
    out, err = capsys.readouterr()
    assert ended == code, err
    return [json.loads(line) for line in out.splitlines()]


def test_chats_are_listed_and_searched(capsys: pytest.CaptureFixture[str]) -> None:
    assert [row["title"] for row in _run(capsys, "list")] == ["Lunch", "Lease again", "Lease"]
    (found,) = _run(capsys, "list", "of", "the", "lunch")
    start, end = found["marks"][-1]
    assert (found["title"], found["excerpt"][start:end]) == ("Lunch", "lunch")


def test_a_chat_goes_out_and_comes_back(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    out = tmp_path / "lease.json"
    (written,) = _run(capsys, "export", "lease", "--out", out)
    assert written["path"] == str(out)
    (added,) = _run(capsys, "import", out)
    assert added["title"] == "Lease"
    assert added["id"] != written["id"]
    page = tmp_path / "lunch.html"
    _run(capsys, "export", "lun", "--out", page)
    assert "What of the lunch?" in page.read_text("utf-8")
    (again,) = _run(capsys, "export", written["id"][:8], "--out", tmp_path / "x.md")
    assert again["id"] == written["id"]


@pytest.mark.parametrize(
    "arguments", [("export",), ("export", "le"), ("export", "dinner"), ("import",), ("import", "no.json")]
)
def test_what_cannot_be_done_is_told(capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...]) -> None:
    assert _run(capsys, *arguments, code=1) == []
