"""Structured output and sampling with the real starter model: forms are kept to, bad ones end no process."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest

from desktop.core.chat_requests import ChatTurn, Generate, Generated, GeneratedText, LoadModel, Sampling
from desktop.core.errors import UserError
from desktop.core.paths import Paths
from desktop.engines.process import EngineProcess

SCHEMA = {
    "type": "object",
    "properties": {
        "name": {"type": "string", "maxLength": 30},
        "rent": {"type": "integer"},
        "kind": {"enum": ["lease", "letter", "bill"]},
        "signed": {"type": "boolean"},
    },
    "required": ["name", "rent", "kind", "signed"],
    "additionalProperties": False,
}


@pytest.fixture(scope="module")
def chat() -> Iterator[EngineProcess]:
    process = EngineProcess("The model", "desktop.engines.chat")
    yield process
    process.stop()


def _asked(question: str, sampling: Sampling | None = None, schema: str = "", grammar: str = "") -> Generate:
    model = LoadModel(str(Paths.default().starter_chat_model), 2048)
    return Generate(model, (ChatTurn("user", question),), sampling or Sampling(), schema, grammar)


def _text(chat: EngineProcess, request: Generate) -> str:
    return "".join(one.text for one in chat.request(request) if isinstance(one, GeneratedText))


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_a_form_is_kept_to_whatever_the_seed(chat: EngineProcess, seed: int) -> None:
    sampling = Sampling(temperature=1.2, seed=seed, max_tokens=200)
    question = "The lease of Anna Meyer for 900 EUR a month is signed. Fill in the form."
    filled = json.loads(_text(chat, _asked(question, sampling, json.dumps(SCHEMA))))
    assert set(filled) == {"name", "rent", "kind", "signed"}
    assert isinstance(filled["rent"], int)
    assert filled["kind"] in ("lease", "letter", "bill")


def test_only_what_a_grammar_allows_is_written_and_without_it_the_model_is_free_again(
    chat: EngineProcess,
) -> None:
    answer = _text(chat, _asked("Is water wet?", grammar='root ::= "yes" | "no"'))
    assert answer in ("yes", "no")
    assert len(_text(chat, _asked("Is water wet?"))) > 4


@pytest.mark.parametrize(
    ("schema", "grammar"),
    [
        ("{", ""),
        ('{"$ref": "https://example.org/a.json"}', ""),
        ("", "root ::= ("),
        ("", "no root at all"),
        ("", 'other ::= "x"'),
        ("", "root ::= missing"),
        ("", "root ::= [\0]"),
        ("", 'root ::= "' + "x" * 300_000 + '"'),
    ],
)
def test_a_bad_form_is_refused_and_the_process_lives_on(
    chat: EngineProcess, schema: str, grammar: str
) -> None:
    before = chat.pid
    with pytest.raises(UserError, match="form of the answer"):
        _text(chat, _asked("Hello", schema=schema, grammar=grammar))
    assert _text(chat, _asked("Say hello.", Sampling(temperature=0, max_tokens=4)))
    assert before in (None, chat.pid)


def test_the_same_seed_gives_the_same_answer_also_after_others(chat: EngineProcess) -> None:
    sampling = Sampling(temperature=1.0, top_k=100, top_p=1.0, min_p=0.0, seed=42, max_tokens=24)
    question = "Tell me about a garden."
    first = _text(chat, _asked(question, sampling))
    _text(chat, _asked("What is two plus two?", Sampling(temperature=1.0, seed=5, max_tokens=9)))
    assert _text(chat, _asked(question, sampling)) == first
    others = {
        _text(chat, _asked(question, Sampling(**{**sampling.__dict__, "seed": seed}))) for seed in (1, 2)
    }
    assert others - {first}


def test_an_answer_ends_at_a_stop(chat: EngineProcess) -> None:
    sampling = Sampling(temperature=0.0, repeat_penalty=1.0, max_tokens=60)
    whole = _text(chat, _asked("Count from one to nine in words.", sampling))
    stop = whole[len(whole) // 2 :][:6]
    request = _asked("Count from one to nine in words.", Sampling(**{**sampling.__dict__, "stop": (stop,)}))
    messages = list(chat.request(request))
    text = "".join(one.text for one in messages if isinstance(one, GeneratedText))
    assert text == whole[: whole.index(stop)]
    assert isinstance(messages[-1], Generated)
    assert messages[-1].reason == "stop"
