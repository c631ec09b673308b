"""One question to two sides: branches of one chat, a failure or a cancel of one side, and the choice."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from desktop import cli, cli_commands
from desktop.core.cancel import CancelToken
from desktop.core.chat_requests import Generate
from desktop.core.conversations import Message, MessageState
from desktop.core.errors import ModelError, UserError
from desktop.core.events import Answer
from desktop.core.paths import Paths
from desktop.core.prompts import CHAT_SYSTEM
from desktop.core.requests import Request
from desktop.engines.fake import FakeEngine
from desktop.services.all import Services
from desktop.services.comparing import Side
from tests.support import InProcess, make_services

SIDES = (Side("precise", preset="precise"), Side("free", preset="free", system="Answer as a poet."))


@pytest.fixture
def link() -> InProcess:
    return InProcess(FakeEngine())


@pytest.fixture
def built(home: Path, link: InProcess) -> Iterator[Services]:
    services = make_services(home, chat=link)
    yield services
    services.close()


def _answers(built: Services, chat: str, sides: tuple[Side, ...] = SIDES) -> list[Message]:
    events = built.comparing.compare(chat, "Hello there, how are you?", sides)
    return [one.event.message for one in events if isinstance(one.event, Answer)]


def _generated(link: InProcess) -> list[Generate]:
    return [one for one in link.requests if isinstance(one, Generate)]


def test_each_side_is_a_branch_with_its_own_settings(built: Services, link: InProcess) -> None:
    chat = built.conversations.create()
    first, second = _answers(built, chat.id)
    assert first.parent_id == second.parent_id
    assert len(built.answering.store.all_messages(chat.id)) == 3
    precise, free = _generated(link)
    assert (precise.sampling.temperature, free.sampling.temperature) == (0.2, 1.1)
    assert precise.sampling.seed == free.sampling.seed
    assert free.turns[0].content == "Answer as a poet."
    assert precise.turns[1:] == free.turns[1:]


def test_a_side_with_the_usual_instructions_does_not_take_those_of_the_other(
    built: Services, link: InProcess
) -> None:
    chat = built.conversations.create()
    _, usual = _answers(built, chat.id, (Side("poet", system="Answer as a poet."), Side("usual")))
    poet, plain = _generated(link)
    assert poet.turns[0].content == "Answer as a poet."
    assert plain.turns[0].content == CHAT_SYSTEM
    assert usual.manner is None
    assert built.answering.store.sent(usual.id) == plain.turns


def test_the_better_one_goes_on_and_the_choice_is_kept(built: Services) -> None:
    chat = built.conversations.create()
    first, second = _answers(built, chat.id)
    store = built.answering.store
    assert store.messages(chat.id)[-1].id == second.id
    worse = Message(second.id, chat.id, second.role, "Another answer.", parent_id=second.parent_id)
    store.save(worse)
    built.comparing.choose(first, [worse])
    assert store.messages(chat.id)[-1].id == first.id
    (row,) = built.feedback.rows("preference")
    assert row["chosen"] == [{"role": "assistant", "content": first.text}]
    assert row["rejected"] == [{"role": "assistant", "content": "Another answer."}]


def test_a_side_that_fails_leaves_the_other(built: Services, link: InProcess) -> None:
    def fail(request: Request) -> None:
        if isinstance(request, Generate) and len(_generated(link)) == 1:
            raise ModelError("The model ended.")

    link.before = fail
    chat = built.conversations.create()
    first, second = _answers(built, chat.id)
    assert (first.state, second.state) == (MessageState.FAILED, MessageState.COMPLETE)
    built.comparing.choose(second, [first])
    assert list(built.feedback.rows("preference")) == [], "a failure is no worse answer"


def test_after_a_cancel_no_further_side_is_asked(built: Services, link: InProcess) -> None:
    cancel = CancelToken()
    link.during = lambda request, message: cancel.cancel() if isinstance(request, Generate) else None
    chat = built.conversations.create()
    events = list(built.comparing.compare(chat.id, "Hello there, how are you?", SIDES, cancel))
    assert {one.side for one in events} == {0}
    assert len(_generated(link)) == 1


def test_the_models_of_the_sides_are_used_and_the_own_one_stays(
    built: Services, link: InProcess, home: Path
) -> None:
    model = home / "other.gguf"
    model.write_bytes(b"GGUF")
    before = built.models.current().path
    chat = built.conversations.create()
    answers = _answers(built, chat.id, (Side("a"), Side("b", model=str(model))))
    assert [one.model.path for one in _generated(link)] == [before, str(model)]
    assert [one.model for one in answers] == [built.models.current().name, "other"]
    assert built.models.current().path == before


def test_what_cannot_be_compared_is_told_before_anything_is_asked(built: Services, link: InProcess) -> None:
    chat = built.conversations.create()
    for sides in (SIDES[:1], (Side("a"), Side("b", preset="wild"))):
        with pytest.raises(UserError):
            list(built.comparing.compare(chat.id, "Hello?", sides))
    assert link.requests == []


def test_the_command_prints_each_side_and_keeps_the_better(
    home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(cli_commands, "Services", lambda paths: make_services(paths.home, FakeEngine()))
    ask = ["compare", "Hello there, how are you?", "--preset", "precise", "--preset", "free", "--json"]
    assert cli.main(ask) == 0
    rows = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [(row["side"], row["name"], row["state"]) for row in rows] == [
        (1, "precise", "complete"),
        (2, "free", "complete"),
    ]
    assert cli.main([*ask, "--better", "3"]) == 1
    assert cli.main([*ask, "--better", "2"]) == 0
    services = make_services(Paths.default().home, FakeEngine())
    assert len(services.conversations.list()) == 1
    services.close()
