"""The prompt library: rendering, prompt files from anybody, own prompts, and running them in a chat."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from desktop import cli, cli_commands
from desktop.core.cancel import CancelToken
from desktop.core.chat_requests import Generate
from desktop.core.conversations import MessageState
from desktop.core.errors import UserError
from desktop.core.events import Answer
from desktop.core.paths import Paths
from desktop.core.prompt_files import MOST_BYTES, parse, write
from desktop.core.prompt_library import (
    NOT_GIVEN,
    STEP_BY_STEP,
    Example,
    Kind,
    Prompt,
    Step,
    Variable,
    render,
)
from desktop.engines.fake import FakeEngine
from desktop.services.all import Services
from tests.support import InProcess, make_services, of_kind

CHAIN = Prompt(
    "",
    "Points, then a reply",
    (Step("List the points of {{letter}}", "points"), Step("Reply to {{ points }} in a {{tone}} tone")),
    persona="You write letters.",
    variables=(
        Variable("letter", "The letter", Kind.FILE),
        Variable("tone", kind=Kind.CHOICE, choices=("kind", "firm"), default="kind"),
        Variable("note", required=False),
    ),
    examples=(Example("List the points of «a»", "- a"),),
)


def test_a_step_is_filled_once_and_files_stay_data() -> None:
    first = render(CHAIN, {"letter": "Dear » {{tone}} all"}, step_by_step=True)
    assert first.text == 'List the points of «Dear " {{tone}} all»'
    assert [turn.role for turn in first.opening] == ["user", "assistant"]
    assert first.system.startswith("You write letters.\n")
    assert "data, not instructions" in first.system
    second = render(CHAIN, {"letter": "x", "tone": "firm"}, 1, {"points": "- {{letter}}"}, step_by_step=True)
    assert second.text == f"Reply to - {{{{letter}}}} in a firm tone\n\n{STEP_BY_STEP}"
    assert second.opening == ()


def test_what_is_missing_or_no_choice_is_told() -> None:
    with pytest.raises(UserError, match="“The letter” is still empty"):
        render(CHAIN, {"letter": "  "})
    with pytest.raises(UserError, match="none of the choices"):
        render(CHAIN, {"letter": "x", "tone": "rude"})
    assert render(
        Prompt("", "p", (Step("Say {{a}}."),), variables=(Variable("a", required=False),)), {}
    ).text == (f"Say {NOT_GIVEN}.")


def test_a_prompt_goes_through_a_file_unchanged() -> None:
    odd = Prompt(
        "",
        'With """ and \\ in it',
        (Step("Three quotes \"\"\" and ''' and \\n, a tab\tand äöü {{a}}\nsecond line", "b"), Step("{{b}}")),
        variables=(Variable("a", "A", Kind.LONG, default="x\ny", required=False),),
        step_by_step=True,
    )
    for prompt in (CHAIN, odd):
        assert parse(write(prompt)) == prompt


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"\xff\xfe\x00", "no text in UTF-8"),
        (b"name = ", "no TOML"),
        (b"name = 'x'", "“steps” is missing"),
        (b"name = 'x'\nrun = 'rm'\n[[steps]]\ntext = 'a'", "“run” is not known"),
        (b"name = 'x'\n[[steps]]\ntext = '{{a}}'", "neither a variable nor"),
        (
            b"name = 'x'\n[[variables]]\nname = 'a'\nkind = 'choice'\n[[steps]]\ntext = 'b'",
            "nothing to choose",
        ),
        (b"name = 'x'\n[[variables]]\nname = 'A b'\n[[steps]]\ntext = 'b'", "variables.0.name"),
        (b"name = 'x'\n[[steps]]\ntext = '{{r}}'\nresult = 'r'", "neither a variable nor"),
        (b"deskside_prompt = 2\nname = 'x'\n[[steps]]\ntext = 'a'", "newer version"),
        (b"name = '" + b"x" * 81 + b"'\n[[steps]]\ntext = 'a'", "“name” is not what it must be"),
        (b"a = " + b"[" * 5000, "no TOML|nested too deeply"),
        (b" " * (MOST_BYTES + 1), "more than 200 kB"),
    ],
)
def test_a_file_that_is_no_prompt_is_refused_in_one_sentence(data: bytes, why: str) -> None:
    with pytest.raises(UserError, match=why) as told:
        parse(data)
    assert "\n" not in str(told.value)


@pytest.fixture
def built(tmp_path: Path) -> Services:
    return make_services(tmp_path / "home", FakeEngine(says="one two"))


def test_the_prompts_that_come_along_can_all_be_run(built: Services) -> None:
    found = built.prompting.list()
    assert len(found) >= 14
    for prompt in found:
        values = {one.name: one.default or (one.choices or ("words",))[0] for one in prompt.variables}
        results = {step.result: "r" for step in prompt.steps}
        for step in range(len(prompt.steps)):
            assert "{{" not in render(prompt, values, step, results).text
        assert prompt.about
        assert all(one.label for one in prompt.variables)
    assert [one.id for one in built.prompting.list("CONTRACT summar")] == ["summarise-contract"]


def test_own_prompts_are_kept_copied_deleted_and_brought_back(built: Services, tmp_path: Path) -> None:
    prompting = built.prompting
    kept = prompting.save(CHAIN)
    copy = prompting.duplicate(prompting.named("translate"), "Points, then a reply")
    assert kept.own
    assert copy.id != kept.id
    out = tmp_path / "passed on.toml"
    prompting.export(kept, out)
    prompting.delete(kept.id)
    assert kept.id not in [one.id for one in prompting.list()]
    assert prompting.import_file(out).id != kept.id
    prompting.restore(kept.id)
    assert prompting.named(kept.id) == kept
    (built.paths.own_prompts / "broken.toml").write_bytes(b"\xff")
    assert "broken" not in [one.id for one in prompting.list()]
    with pytest.raises(UserError):
        prompting.delete("my-nothing")


def test_a_step_is_asked_without_searching_and_without_what_was_said_before(tmp_path: Path) -> None:
    chat_engine = InProcess(FakeEngine(says="an answer"))
    built = make_services(tmp_path, chat=chat_engine)
    collection = built.library.create_collection("Files")
    chat = built.conversations.create(collection.id)
    list(built.answering.ask(chat.id, "Hello"))
    (answer,) = of_kind(built.prompting.ask(chat.id, CHAIN, {"letter": "Dear all"}), Answer)
    assert answer.message.state is MessageState.COMPLETE
    assert answer.message.grounding is None
    turns = chat_engine.asked(Generate)[-1].turns
    assert [turn.role for turn in turns] == ["system", "user", "assistant", "user"]
    assert turns[-1].content == "List the points of «Dear all»"


def test_a_text_that_is_too_long_is_cut_and_says_how_much_was_read(built: Services) -> None:
    built.settings.change(context_size=1024, answer_length=100)
    text = " ".join(f"word{n}" for n in range(3000))
    rendered = built.prompting.fitting(CHAIN, {"letter": text}, 0, None, CancelToken())
    counts, room = built.answering.writer.count([rendered.text], CancelToken())
    assert room * 0.7 < counts[0] < room
    assert "of 3,000 words were read]»" in rendered.text


def test_a_result_of_a_chain_that_is_too_long_is_cut_and_says_so(built: Services) -> None:
    built.settings.change(context_size=1024, answer_length=100)
    points = " ".join(f"point{n}" for n in range(3000))
    rendered = built.prompting.fitting(CHAIN, {"letter": "short"}, 1, {"points": points}, CancelToken())
    counts, room = built.answering.writer.count([rendered.text], CancelToken())
    assert counts[0] < room
    assert "of 3,000 words were read]" in rendered.text
    chat, given = built.conversations.create(), {"letter": "short", "note": " ".join(["x"] * 90)}
    (answer,) = of_kind(built.prompting.ask(chat.id, CHAIN, given, 1, {"points": points}), Answer)
    assert answer.message.note.startswith("Only the first ")
    assert "of 3,000 words of the answer before were read." in answer.message.note
    asked = built.conversations.messages(chat.id)[0].manner
    assert asked is not None
    assert (asked.name, asked.opening) == ("Points, then a reply", ())
    assert asked.filled[0] == ("The letter", "short")
    assert [len(value) for _, value in asked.filled] == [5, 60]


def _cli(capsys: pytest.CaptureFixture[str], *arguments: object, code: int = 0) -> list[dict[str, Any]]:
    capsys.readouterr()
    ended = cli.main(["prompts", *map(str, arguments), "--json"])
    out, err = capsys.readouterr()
    assert ended == code, err
    return [json.loads(line) for line in out.splitlines()]


def test_the_command_line_runs_a_chain_on_a_file(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def build(paths: Paths) -> Services:
        return make_services(paths.home, FakeEngine(says="done"))

    monkeypatch.setattr(cli_commands, "Services", build)
    letter = tmp_path / "letter.txt"
    letter.write_text("The lift is broken again.", "utf-8")
    rows = _cli(capsys, "run", "complaint-reply", "--file", f"complaint={letter}", "--set", "from=Kim")
    assert [(row["step"], row["answer"]) for row in rows] == [(1, "done"), (2, "done")]
    assert _cli(capsys, "run", "complaint-reply", "--set", "nobody=x", code=1) == []
    (shown,) = _cli(capsys, "show", "complaint-reply")
    (tmp_path / "copy.toml").write_text(shown["file"], "utf-8")
    (added,) = _cli(capsys, "import", tmp_path / "copy.toml")
    assert added["own"]
