"""Structured output and batch runs: forms, tables that no spreadsheet runs, and runs that go on where they stopped."""

from __future__ import annotations

import json
import threading
from pathlib import Path
from typing import Any

import pytest

from desktop import cli, cli_commands
from desktop.core.answer_table import Column, ColumnKind, Form, as_csv, columns_of, rows_of, schema
from desktop.core.batches import BatchPlan, ItemEnded, ItemState, LongText
from desktop.core.cancel import CancelToken
from desktop.core.chat_requests import Generate
from desktop.core.documents import TableColumns
from desktop.core.errors import Cancelled, EngineCrashed, UserError
from desktop.core.events import Answer
from desktop.core.feedback import Rating
from desktop.core.paths import Paths
from desktop.core.prompt_library import Kind, Prompt, Step, Variable
from desktop.core.requests import Request
from desktop.engines.fake import FakeEngine
from desktop.services.all import Services
from desktop.services.batch_export import export
from desktop.services.batching import joined_json, text_variable
from tests.support import InProcess, make_services, of_kind, write_files

FORM = Form(columns_of("Name, Rent: number, Kind: choice=lease|bill, Note?"))
PROMPT = Prompt("", "Look", (Step("Look at {{text}}"),), variables=(Variable("text", kind=Kind.FILE),))
PLAN = BatchPlan(PROMPT, {}, "text")


def test_columns_become_a_schema() -> None:
    assert FORM.columns[1:] == (
        Column("Rent", ColumnKind.NUMBER),
        Column("Kind", ColumnKind.CHOICE, ("lease", "bill")),
        Column("Note", required=False),
    )
    made = json.loads(schema(FORM))
    assert made["required"] == ["Name", "Rent", "Kind"]
    assert made["properties"]["Kind"] == {"enum": ["lease", "bill"]}
    assert json.loads(schema(Form(FORM.columns, rows=True)))["items"] == made


@pytest.mark.parametrize(
    "text", ["", "Name: colour", "a, A", "Kind: choice", ", ".join(f"c{n}" for n in range(21))]
)
def test_columns_that_cannot_be_filled_are_told(text: str) -> None:
    with pytest.raises(UserError):
        columns_of(text)


@pytest.mark.parametrize(
    ("answer", "why"),
    [
        ('{"Name": "A", "Rent": 5', "breaks off"),
        ("Sure! Here it is", "is no JSON"),
        ('{"Name": "A"}', "the columns of the form"),
        ("[" * 100_000, "no table"),
    ],
)
def test_an_answer_that_is_no_table_is_told_in_one_sentence(answer: str, why: str) -> None:
    with pytest.raises(UserError, match=why):
        rows_of(answer, FORM)


def test_cells_are_words_and_no_spreadsheet_runs_them() -> None:
    answer = '[{"Name": "=HYPERLINK(1)", "Rent": 900.0, "Kind": "bill"}, {"Name": "-5", "Rent": -2.5, "Kind": "x"}]'
    rows = rows_of(answer, FORM)
    assert rows == (("=HYPERLINK(1)", "900", "bill", ""), ("-5", "-2.5", "x", ""))
    text = as_csv(FORM.names, [*rows, ("@a", "+1+1", "\t=1", "a,b")])
    assert text.splitlines()[1:] == [
        "'=HYPERLINK(1),900,bill,",
        "-5,-2.5,x,",
        "'@a,'+1+1,'\t=1,\"a,b\"",
    ]


def test_parts_of_a_text_become_one_table() -> None:
    one = '{"Name": "", "Rent": 1, "Kind": "bill"}'
    two = '{"Name": "B", "Rent": 2, "Kind": "lease", "Note": "n"}'
    assert json.loads(joined_json([one, two], FORM)) == {"Name": "B", "Rent": 1, "Kind": "bill", "Note": "n"}
    rows = Form(FORM.columns, rows=True)
    assert len(rows_of(joined_json([f"[{one}]", f"[{two},{one}]"], rows), rows)) == 3


class _World:
    """Services with three documents, and a chat engine that can be told to fail."""

    def __init__(self, home: Path, says: str = "fine", engine: FakeEngine | None = None) -> None:
        self.engine = engine or FakeEngine(says=says)
        self.chat = InProcess(self.engine)
        self.home = home
        self.built = make_services(home, self.engine, chat=self.chat)
        self.collection = self.built.library.get_or_create("Files").id

    def fill(self, **texts: str) -> None:
        paths = write_files(self.home / "in", **texts)
        list(self.built.importing.import_files(paths, self.collection))

    def texts(self) -> list[str]:
        return [one.turns[-1].content for one in self.chat.asked(Generate)]


@pytest.fixture
def world(tmp_path: Path) -> _World:
    made = _World(tmp_path)
    made.fill(a="The first letter.", b="The second letter.", c="The third letter.")
    return made


def test_a_collection_is_put_in_with_each_file_under_its_name(
    world: _World, monkeypatch: pytest.MonkeyPatch
) -> None:
    texts = ("a.txt:\nThe first letter.", "b.txt:\nThe second letter.", "c.txt:\nThe third letter.")
    whole = "\n\n".join(f"File {one}" for one in texts)
    assert world.built.prompting.collection_text(world.collection) == whole
    monkeypatch.setattr("desktop.services.prompting.MOST_COLLECTED", 1)
    cut = world.built.prompting.collection_text(world.collection)
    assert cut == f"File {texts[0]}\n\n[… the files behind the first 1 were not read]"


def test_a_run_that_was_stopped_goes_on_with_what_waits_also_in_the_next_start(world: _World) -> None:
    batching = world.built.batching
    made = batching.over_collection(world.collection, "Letters", PLAN)
    cancel = CancelToken()
    run = batching.run(made.id, cancel)
    next(event for event in run if isinstance(event, ItemEnded))
    cancel.cancel()
    with pytest.raises(Cancelled):
        list(run)
    assert batching.store.get(made.id).waiting == 2
    world.built.close()
    again = _World(world.home, engine=world.engine)
    ended = of_kind(again.built.batching.run(made.id), ItemEnded)
    assert [one.item.title for one in ended] == ["b.txt", "c.txt"]
    assert again.texts() == ["Look at «The second letter.»", "Look at «The third letter.»"]
    assert again.built.batching.store.get(made.id).done == 3


def test_what_failed_is_tried_again_and_a_dead_model_ends_the_run(world: _World) -> None:
    batching = world.built.batching
    made = batching.over_collection(world.collection, "Letters", PLAN)

    def fail(request: Request) -> None:
        if isinstance(request, Generate) and "second" in request.turns[-1].content:
            raise EngineCrashed("The model ended.")

    world.chat.before = fail
    ended = of_kind(batching.run(made.id), ItemEnded)
    assert [one.item.state for one in ended] == [ItemState.DONE, ItemState.FAILED, ItemState.DONE]
    assert ended[1].item.note == "The model ended."
    world.chat.before = lambda _: None
    assert batching.retry_failed(made.id) == 1
    list(batching.run(made.id))
    assert batching.store.get(made.id).done == 3

    other = batching.over_collection(world.collection, "Again", PLAN)

    def dead(request: Request) -> None:
        raise EngineCrashed("The model ended.")

    world.chat.before = dead
    with pytest.raises(EngineCrashed):
        list(batching.run(other.id))
    assert batching.store.get(other.id).failed == 2


def test_a_paused_run_can_be_cancelled(world: _World) -> None:
    batching = world.built.batching
    made = batching.over_collection(world.collection, "Letters", PLAN)
    pause, cancel = threading.Event(), CancelToken()
    pause.set()
    cancel.cancel()
    with pytest.raises(Cancelled):
        list(batching.run(made.id, cancel, pause))
    assert world.chat.asked(Generate) == []


def test_a_long_text_is_read_in_parts_or_says_how_much_was_read(world: _World) -> None:
    world.built.settings.change(context_size=1024, answer_length=100)
    world.fill(d=" ".join(f"word{n}." for n in range(2000)))
    batching = world.built.batching
    for long in LongText:
        made = batching.over_collection(world.collection, "Long", BatchPlan(PROMPT, {}, "text", long=long))
        before = len(world.texts())
        (ended,) = [
            one.item for one in of_kind(batching.run(made.id), ItemEnded) if one.item.title == "d.txt"
        ]
        asked = world.texts()[before:]
        if long is LongText.BEGINNING:
            assert "of 2,000 words were read." in ended.note
        else:
            assert ended.note.startswith("Read in ")
            assert all(any(f"word{n}." in text for text in asked) for n in (0, 700, 1400, 1999))


def test_a_form_is_asked_for_and_what_breaks_off_fails_with_its_text(tmp_path: Path) -> None:
    world = _World(tmp_path, says='{"Name": "A", "Rent"')
    world.fill(a="Rent 900")
    plan = BatchPlan(PROMPT, {}, "text", FORM)
    made = world.built.batching.over_collection(world.collection, "Rents", plan)
    (ended,) = of_kind(world.built.batching.run(made.id), ItemEnded)
    assert ended.item.state is ItemState.FAILED
    assert "breaks off" in ended.item.note
    assert ended.item.answer == '{"Name": "A", "Rent"'
    request = world.chat.asked(Generate)[-1]
    assert request.schema == schema(FORM)
    assert "Name, Rent, Kind, Note" in request.turns[-1].content
    with pytest.raises(UserError, match="no blank"):
        text_variable(Prompt("", "x", (Step("hello"),)))


def test_results_are_written_as_tables(tmp_path: Path) -> None:
    from python_calamine import CalamineWorkbook

    world = _World(tmp_path, says='{"Name": "=1+1", "Rent": 900, "Kind": "bill"}')
    table = tmp_path / "rows.csv"
    table.write_text("key,what\r\nk1,First row\r\nk2,Second row\r\n", "utf-8")
    batching = world.built.batching
    made = batching.over_table(
        table, TableColumns("what", "key"), "Rows", BatchPlan(PROMPT, {}, "text", FORM)
    )
    list(batching.run(made.id))
    made, items = batching.store.get(made.id), batching.store.items(made.id)
    for kind in ("csv", "xlsx", "jsonl"):
        export(made, items, tmp_path / f"out.{kind}")
    csv_lines = (tmp_path / "out.csv").read_text("utf-8-sig").splitlines()
    assert csv_lines[0] == "Name,Id,State,Name,Rent,Kind,Note,Note"
    assert csv_lines[1] == "k1,k1,done,'=1+1,900,bill,,"
    sheet = CalamineWorkbook.from_path(tmp_path / "out.xlsx").get_sheet_by_index(0).to_python()
    assert sheet[2][:6] == ["k2", "k2", "done", "=1+1", 900.0, "bill"]
    assert b"<f>" not in (tmp_path / "out.xlsx").read_bytes()
    line = json.loads((tmp_path / "out.jsonl").read_text("utf-8").splitlines()[0])
    assert line["rows"] == [{"Name": "=1+1", "Rent": "900", "Kind": "bill", "Note": ""}]
    with pytest.raises(UserError):
        export(made, items, tmp_path / "out.pdf")


def test_the_command_line_runs_and_exports(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def build(paths: Paths) -> Services:
        return make_services(paths.home, FakeEngine(says='{"Who": "Kim", "When": "2026-05-12"}'))

    def run(*arguments: object, code: int = 0) -> list[dict[str, Any]]:
        capsys.readouterr()
        ended = cli.main(["batch", *map(str, arguments), "--json"])
        out, err = capsys.readouterr()
        assert ended == code, err
        return [json.loads(line) for line in out.splitlines()]

    monkeypatch.setattr(cli_commands, "Services", build)
    table = tmp_path / "rows.csv"
    table.write_text("what\nFirst row\n", "utf-8")
    asked = ("run", "minutes-to-actions", "--table", table, "--text-column", "what")
    rows = run(*asked, "--columns", "Who, When: date")
    assert rows[0]["state"] == "done"
    assert rows[-1]["batch"]["done"] == 1
    (written,) = run("export", "--out", tmp_path / "r.csv")
    assert "Kim,2026-05-12" in Path(written["path"]).read_text("utf-8-sig")
    assert run("run", "minutes-to-actions", code=1) == []
    assert len(run("list")) == 1
    run("remove")
    assert run("list") == []


def test_an_answer_in_a_chat_is_kept_as_a_table_and_what_is_none_as_it_came(tmp_path: Path) -> None:
    for place, says, shown in (
        (
            "a",
            '{"Name": "A|[x](http://y)", "Rent": 5, "Kind": "bill"}',
            "| A\\|\\[x\\](http://y) | 5 | bill |  |",
        ),
        ("b", '{"Name": "A', '{"Name": "A'),
    ):
        world = _World(tmp_path / place, says=says)
        chat = world.built.conversations.create()
        (answer,) = of_kind(world.built.prompting.ask(chat.id, PROMPT, {"text": "Rent 5"}, form=FORM), Answer)
        assert answer.message.text.splitlines()[-1] == shown
        assert world.built.conversations.messages(chat.id)[-1].text == answer.message.text
        assert ("breaks off" in answer.message.note) == (place == "b")


def test_an_answer_to_a_prompt_is_given_again_in_the_same_manner(tmp_path: Path) -> None:
    world = _World(tmp_path, says='{"Name": "A", "Rent": 5, "Kind": "bill"}')
    chat = world.built.conversations.create()
    (first,) = of_kind(world.built.prompting.ask(chat.id, PROMPT, {"text": "Rent 5"}, form=FORM), Answer)
    (again,) = of_kind(world.built.answering.regenerate(chat.id), Answer)
    assert again.message.id != first.message.id
    assert again.message.text == first.message.text
    assert again.message.text.startswith("| Name |")
    assert again.message.manner == first.message.manner
    stored = world.built.conversations.messages(chat.id)[-1]
    assert stored.manner == again.message.manner
    (other,) = of_kind(world.built.answering.regenerate(chat.id, system="Be brief."), Answer)
    assert other.message.manner is not None
    assert (other.message.manner.system, other.message.manner.alone) == ("Be brief.", False)
    world.built.feedback.rate(first.message.id, Rating.UP)
    (row,) = world.built.feedback.rows("supervised")
    assert row["messages"][-1]["content"] == world.engine.says, "JSON is learnt, not the table"  # type: ignore[index]


def test_a_run_that_was_deleted_is_brought_back(tmp_path: Path) -> None:
    world = _World(tmp_path)
    store = world.built.batching.store
    world.fill(a="One letter.")
    made = world.built.batching.over_collection(world.collection, "Letters", PLAN)
    store.remove(made.id)
    assert store.all() == []
    with pytest.raises(UserError):
        store.get(made.id)
    store.restore(made.id)
    assert [one.id for one in store.all()] == [made.id]
    assert len(store.items(made.id)) == made.total
