"""The command line: exit codes, JSON alone on standard output, and one sentence for what a person did wrong."""

from __future__ import annotations

import io
import json
import os
import time
from pathlib import Path
from typing import Any

import pytest

from desktop import cli, cli_commands
from desktop.core.chat_requests import AdapterUse, Generate, LoadModel
from desktop.core.errors import EngineCrashed
from desktop.core.paths import Paths
from desktop.core.requests import Request
from desktop.core.settings import load_settings
from desktop.engines.fake import FakeEngine
from desktop.engines.model_check import ModelCheck
from desktop.services.all import Services
from tests.model_files import adapter_for, write_chat
from tests.support import InProcess, make_services, write_files


class Terminal:
    """Runs commands in this process, and gives what they printed."""

    def __init__(self, capsys: pytest.CaptureFixture[str], chat: InProcess) -> None:
        self._capsys = capsys
        self.chat = chat
        self.out = self.err = ""

    def run(self, *arguments: object) -> int:
        self._capsys.readouterr()
        try:
            code = cli.main([str(one) for one in arguments])
        except SystemExit as end:
            code = int(end.code or 0)
        self.out, self.err = self._capsys.readouterr()
        return code

    def json(self, *arguments: object, code: int = 0) -> list[dict[str, Any]]:
        """The lines of standard output, each of which must be an object."""
        assert self.run(*arguments, "--json") == code, self.err
        lines = [json.loads(line) for line in self.out.splitlines()]
        assert all(isinstance(line, dict) for line in lines)
        return lines


@pytest.fixture
def terminal(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Terminal:
    engine = FakeEngine()
    chat = InProcess(engine)

    def build(paths: Paths) -> Services:
        chat.stopped = False
        return make_services(paths.home, engine, chat=chat, checker=InProcess(ModelCheck()))

    monkeypatch.setattr(cli_commands, "Services", build)
    monkeypatch.chdir(tmp_path)
    return Terminal(capsys, chat)


@pytest.fixture
def files(tmp_path: Path) -> Path:
    write_files(tmp_path / "in", lease="The notice period is nine months.", rules="Dogs may not be kept.")
    return tmp_path / "in"


@pytest.mark.parametrize(
    "arguments",
    [
        ["nonsense"],
        ["import", "x"],
        ["search", "q", "--collection", "c", "-k", "0"],
        ["search", "q", "--collection", "c", "-k", "many"],
        ["search", "q", "--collection", "c", "--mode", "magic"],
        ["search", "q", "--collection", "c", "--after", "yesterday"],
        ["ask", "q", "--collection", "c", "--files", "x"],
        ["models", "explode"],
        ["import", "x", "--collection"],
        ["doctor", "--verbose"],
    ],
)
def test_wrong_usage_ends_with_2(terminal: Terminal, arguments: list[str]) -> None:
    assert terminal.run(*arguments) == 2
    assert terminal.out == ""
    assert "usage: deskside" in terminal.err


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["import", "--collection", "c"], "nothing to import"),
        (["import", "empty", "--collection", "c"], "no files"),
        (["search", "q", "--collection", "gone"], "no collection named “gone”"),
        (["search", "--collection", "gone"], "Give a query"),
        (["search", "--queries", "gone.jsonl", "--collection", "c"], "gone.jsonl cannot be read"),
        (["ask", "q", "--collection", "gone"], "no collection named “gone”"),
        (["ask"], "Give a question"),
        (["ask", "q", "--questions", "x"], "Give a question"),
        (["ask", "q", "--files", "gone.txt"], "None of these files could be read"),
        (["ask", "q", "--model", "gone"], "no model named “gone”"),
        (["ask", "q", "--quotes-only"], "Quotes come from files"),
        (["ask", " "], "no question"),
        (["chat", "--collection", "gone"], "no collection named “gone”"),
    ],
)  # fmt: skip
def test_a_persons_error_ends_with_1_and_a_sentence(
    terminal: Terminal, tmp_path: Path, arguments: list[str], words: str
) -> None:
    (tmp_path / "empty").mkdir()
    terminal.run("import", *write_files(tmp_path / "c", a="Alpha."), "--collection", "c")
    assert terminal.run(*arguments) == 1
    assert terminal.out == ""
    assert words in terminal.err
    assert "Traceback" not in terminal.err


def test_import_prints_a_line_a_file_and_a_summary(terminal: Terminal, files: Path) -> None:
    *rows, last = terminal.json("import", files, "--collection", "c")
    assert [(Path(row["file"]).name, row["state"], row["passages"]) for row in rows] == [
        ("lease.txt", "ready", 1),
        ("rules.txt", "ready", 1),
    ]
    assert set(rows[0]) == {"file", "id", "state", "pages", "passages", "error", "seconds"}
    assert {name: last["summary"][name] for name in ("ready", "skipped", "failed", "passages")} == {
        "ready": 2, "skipped": 0, "failed": 0, "passages": 2,
    }  # fmt: skip
    *rows, last = terminal.json("import", files, "--collection", "c")
    assert [row["state"] for row in rows] == ["skipped", "skipped"]
    assert terminal.run("import", files, "--collection", "c") == 0
    assert "2 skipped" in terminal.out


def test_an_import_with_failures_ends_with_3(terminal: Terminal, files: Path) -> None:
    write_files(files, bad="!damaged")
    rows = terminal.json("import", files, "--collection", "c", code=3)
    assert [row["error"] for row in rows if row.get("state") == "failed"] == ["This file is damaged."]
    (row,) = terminal.json("collections")
    check = row.pop("check_up")
    assert row == {
        "name": "c", "documents": 3, "passages": 2, "embedder": "all-MiniLM-L6-v2", "state": "ready",
        "attention": {"damaged": 1},
    }  # fmt: skip
    assert (check["files"], check["ready"], check["failed"], check["waiting"]) == (3, 2, 1, 0)
    assert terminal.run("collections") == 0
    assert terminal.out == "c: 3 files, 2 passages, ready\n  needs attention: 1 damaged\n"


def test_a_password_comes_from_the_person_or_the_environment_never_from_the_command(
    terminal: Terminal, files: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_files(files, locked="!locked sesame The heron stands.", other="!locked open The otter swims.")
    terminal.json("import", files, "--collection", "c", code=3)
    assert "2 files are locked. Give their password with --password." in terminal.err
    assert terminal.run("import", files, "--collection", "c", "--password", "sesame") == 2
    monkeypatch.setattr("getpass.getpass", lambda _: "sesame")
    rows = terminal.json("import", files, "--collection", "c", "--password", code=3)
    assert "1 file is still locked: the password does not fit." in terminal.err
    assert [Path(row["file"]).name for row in rows if row.get("state") == "ready"] == ["locked.txt"]
    monkeypatch.setenv("DESKSIDE_PASSWORD", "open")
    rows = terminal.json("import", files, "--collection", "c")
    assert [Path(row["file"]).name for row in rows if row.get("state") == "ready"] == ["other.txt"]
    kept = [path for path in Path(os.environ["DESKSIDE_HOME"]).rglob("*") if path.is_file()]
    assert kept
    assert not any(b"sesame" in path.read_bytes() for path in kept)


def test_resume_goes_on(terminal: Terminal, files: Path) -> None:
    assert terminal.json("import", "--resume", "--collection", "c")[-1]["summary"]["ready"] == 0


def test_names_that_no_terminal_can_print(
    terminal: Terminal, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    with open(bytes(folder) + b"/caf\xe9\n.txt", "w") as file:
        file.write("Alpha is one.")
    rows = terminal.json("import", folder, "--collection", "c")
    assert rows[0]["state"] == "ready"
    assert terminal.run("import", folder, "--collection", "c") == 0
    assert terminal.json("search", "alpha", "--collection", "c")[0]["results"]
    assert terminal.json("ask", "What is alpha?", "--collection", "c")[0]["found"] is True


def test_what_stands_in_files_does_not_steer_the_terminal(terminal: Terminal, tmp_path: Path) -> None:
    write_files(tmp_path / "in", lease="The notice period is \x1b[2J\x07nine\u202e months\x9b.")
    terminal.run("import", tmp_path / "in", "--collection", "c")
    for command in (["search", "notice period"], ["ask", "How long is the notice period?", "--quotes-only"]):
        assert terminal.run(*command, "--collection", "c") == 0
        assert "notice period" in terminal.out
        assert not set("\x1b\x07\x9b\u202e") & set(terminal.out)


def test_rows_of_a_table_keep_their_ids(terminal: Terminal, tmp_path: Path) -> None:
    table = tmp_path / "t.jsonl"
    table.write_text('{"key": "r7", "body": "Alpha is one."}\n{"key": "r8", "body": "Beta is two."}\n')
    terminal.json("import", table, "--collection", "c", "--text-column", "body", "--id-column", "key")
    (result,) = terminal.json("search", "alpha", "--collection", "c", "-k", "1")
    assert [hit["id"] for hit in result["results"]] == ["r7"]
    assert set(result["results"][0]) == {"document", "id", "path", "page", "passage", "score"}


def test_many_queries_in_one_process(terminal: Terminal, files: Path, tmp_path: Path) -> None:
    terminal.run("import", files, "--collection", "c")
    queries = tmp_path / "q.jsonl"
    queries.write_text('{"id": "one", "text": "notice period"}\n\n{"_id": 2, "text": "dogs"}\n')
    results = terminal.json("search", "--queries", queries, "--collection", "c", "--by-document")
    assert [result["query_id"] for result in results] == ["one", "2"]
    assert results[1]["results"][0]["document"] == "rules.txt"
    answers = terminal.json("ask", "--questions", queries, "--collection", "c", "--quotes-only")
    assert [answer["question_id"] for answer in answers] == ["one", "2"]


def test_search_filters_and_phrases(terminal: Terminal, files: Path) -> None:
    old = time.mktime((2019, 5, 1, 0, 0, 0, 0, 0, -1))
    os.utime(files / "rules.txt", (old, old))
    terminal.run("import", files, "--collection", "c")

    def found(*arguments: object) -> set[str]:
        (result,) = terminal.json("search", *arguments, "--collection", "c")
        return {hit["document"] for hit in result["results"]}

    assert found("the notice period and the dogs") == {"lease.txt", "rules.txt"}
    assert found("dogs notice", "--before", "2020-01-01") == {"rules.txt"}
    assert found("dogs notice", "--after", "2019-05-02") == {"lease.txt"}
    assert found("dogs notice", "--type", "TXT") == {"lease.txt", "rules.txt"}
    assert found("dogs notice", "--type", "pdf,md") == set()
    assert found("dogs notice", "--folder", "in") == {"lease.txt", "rules.txt"}
    assert found("dogs notice", "--folder", "elsewhere") == set()
    assert found("period notice", "--phrase") == set()
    assert found("the NOTICE period", "--phrase") == {"lease.txt"}
    assert found("dogs notice", "--phrase", "notice period") == {"lease.txt"}
    assert found("--phrase", "notice period") == {"lease.txt"}


def test_a_reranker_that_is_not_there_is_said_in_one_sentence(terminal: Terminal, files: Path) -> None:
    terminal.run("import", files, "--collection", "c")
    assert terminal.json("search", "dogs", "--collection", "c", "--rerank")[0]["results"]
    assert terminal.err.startswith("No reranker is installed, so the order stays as it is. Put ")
    assert terminal.err.count("\n") == 1
    terminal.json("search", "dogs", "--collection", "c", "--no-rerank")
    assert terminal.err == ""


@pytest.mark.parametrize("line", ["{", "5", "[]", '"x"', '{"id": 1}', "null"])
def test_a_broken_line_of_a_file_of_queries_is_named(
    terminal: Terminal, files: Path, tmp_path: Path, line: str
) -> None:
    terminal.run("import", files, "--collection", "c")
    queries = tmp_path / "q.jsonl"
    queries.write_text(f'{{"id": 1, "text": "dogs"}}\n{line}\n')
    assert terminal.run("search", "--queries", queries, "--collection", "c") == 1
    assert "Line 2 of" in terminal.err


def test_ask_answers_from_files_alone(terminal: Terminal, files: Path) -> None:
    terminal.chat.engine.says = "The notice period is nine months. Cats are fine."  # type: ignore[attr-defined]
    (answer,) = terminal.json("ask", "How long is the notice period?", "--files", files / "lease.txt")
    assert answer["found"] is True
    assert answer["quotes"][0]["text"] == "The notice period is nine months."
    assert answer["quotes"][0]["page"] == 1
    assert answer["quotes"][0]["boxes"]
    assert answer["sentences"] == [
        {"text": "The notice period is nine months.", "supported": True, "source": 1},
        {"text": "Cats are fine.", "supported": False, "source": None},
    ]
    assert answer["coverage"]["files"] == ["lease.txt"]
    assert answer["coverage"]["files_total"] == 1
    assert set(answer) == {"found", "quotes", "answer", "sentences", "sources", "coverage", "timings"}
    assert terminal.run("ask", "How long is the notice period?", "--files", files / "lease.txt") == 0
    assert "nine months. [1] Cats are fine. (not in your files)" in terminal.out
    (other,) = terminal.json("ask", "Which purple elephants are golden?", "--files", files / "lease.txt")
    assert other["found"] is False


def test_a_question_of_a_script_leaves_no_chat(terminal: Terminal, files: Path, home: Path) -> None:
    terminal.json("ask", "Hello")
    services = make_services(home)
    assert services.conversations.list() == []
    services.close()


def test_a_failed_answer_ends_with_1_or_3(terminal: Terminal, tmp_path: Path) -> None:
    def die(request: Request) -> None:
        if isinstance(request, Generate) and "break" in request.turns[-1].content:
            raise EngineCrashed("The model crashed (SIGSEGV).")

    terminal.chat.before = die
    assert terminal.json("ask", "Please break", code=1)[0]["error"] == "The model crashed (SIGSEGV)."
    questions = tmp_path / "q.jsonl"
    questions.write_text('{"id": 1, "text": "Please break"}\n{"id": 2, "text": "Please go on"}\n')
    one, other = terminal.json("ask", "--questions", questions, code=3)
    assert one["answer"] == ""
    assert other["answer"] == "You said: Please go on"


def test_chat_answers_line_by_line(terminal: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("Hello there\nAnd again\n\nnot read\n"))
    lines = terminal.json("chat", "--system", "Be brief.")
    assert [line["answer"] for line in lines] == ["You said: Hello there", "You said: And again"]
    assert terminal.chat.asked(Generate)[0].turns[0].content == "Be brief."


def test_doctor_and_models_and_version(terminal: Terminal, home: Path) -> None:
    (told,) = terminal.json("doctor", code=0 if Paths.default().starter_chat_model.exists() else 1)
    assert told["home"] == str(home)
    assert terminal.json("models", "list")[0]["in_use"] is True
    assert terminal.run("--version") == 0


def test_doctor_says_what_is_missing(
    terminal: Terminal, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DESKSIDE_MODELS", str(tmp_path / "nowhere"))
    (told,) = terminal.json("doctor", code=1)
    assert len(told["missing"]) == 2
    assert "make setup" in terminal.err


def test_models_are_brought_in_and_removed_by_command(terminal: Terminal, tmp_path: Path) -> None:
    path = write_chat(tmp_path / "Mine-Q4_K_M.gguf")
    (added,) = terminal.json("models", "import", path)
    assert (added["name"], added["purpose"], added["linked"], added["bytes"]) == (
        "Mine", "chat", True, path.stat().st_size,
    )  # fmt: skip
    assert [row["name"] for row in terminal.json("models", "list") if row["id"]] == ["Mine"]
    (removed,) = terminal.json("models", "remove", "mine")
    assert removed == {"removed": "Mine", "path": str(path), "file_kept": True}
    assert path.exists()


def test_how_a_model_runs_is_shown_changed_and_reset_by_command(terminal: Terminal, tmp_path: Path) -> None:
    terminal.json("models", "import", write_chat(tmp_path / "Mine.gguf"))
    (shown,) = terminal.json("models", "settings", "mine")
    assert (shown["settings"], shown["decided_by_deskside"]["context_size"]) == ({}, 4096)
    (shown,) = terminal.json("models", "settings", "mine", "--context", "1024", "--no-flash-attention")
    assert shown["settings"] == {"context_size": 1024, "flash_attention": False}
    rows = {row["name"]: row["settings"] for row in terminal.json("models", "list")}
    assert rows["Mine"]["context_size"] == 1024
    assert terminal.run("models", "settings", "mine", "--threads", "-3") == 1
    assert "threads cannot be -3" in terminal.err
    assert terminal.run("models", "settings", "all-MiniLM-L6 (starter)") == 1
    (shown,) = terminal.json("models", "settings", "mine", "--reset", "--cache-type", "q8_0")
    assert shown["settings"] == {"cache_type": "q8_0"}


def test_ask_runs_the_model_as_told_for_once_with_its_adapters(
    terminal: Terminal, tmp_path: Path, home: Path
) -> None:
    base = write_chat(tmp_path / "Mine.gguf")
    terminal.json("models", "import", base)
    adapter = tmp_path / "Tone.gguf"
    adapter.write_bytes(adapter_for(base))
    terminal.json("models", "import", adapter)
    run = ("ask", "Hello?", "--model", "Mine", "--context", "1024", "--adapter", "tone=0.5")
    assert terminal.run(*run) == 0
    asked = next(one for one in terminal.chat.requests if isinstance(one, Generate))
    assert isinstance(asked.model, LoadModel)
    assert asked.model.context_size == 1024
    assert asked.adapters == (AdapterUse(str(adapter), 0.5),)
    assert load_settings(Paths(home, home).settings).model_settings == {}
    for wrong, words in (("loud", "no adapter named"), ("tone=9", "no strength")):
        assert terminal.run("ask", "Hello?", "--model", "Mine", "--adapter", wrong) == 1
        assert words in terminal.err


def test_a_broken_model_is_refused_by_command(terminal: Terminal, tmp_path: Path) -> None:
    (tmp_path / "bad.gguf").write_bytes(b"GGUF" + bytes(100))
    assert terminal.run("models", "import", tmp_path / "bad.gguf") == 1
    assert terminal.err.startswith("bad.gguf cannot be used: ")
    assert terminal.run("models", "remove", "nothing") == 1
    assert terminal.run("models", "download", "no such model") == 1
    assert "is no model" in terminal.err


def test_the_catalogue_is_listed_by_command(terminal: Terminal) -> None:
    rows = terminal.json("models", "list", "--catalogue")
    assert len(rows) > 30
    assert sum(row["recommended"] for row in rows if row["purpose"] == "chat") <= 1
    assert {row["fit"] for row in rows} <= {"fits well", "tight", "does not fit"}
