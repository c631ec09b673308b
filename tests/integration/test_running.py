"""Models as they run, for real: adapters without reloading, branches without reading again, several within a budget."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest

from desktop.core.chat_requests import (
    AdapterUse,
    ChatTurn,
    CountTokens,
    Generate,
    GeneratedText,
    LoadModel,
    PromptRead,
    Sampling,
    TokenCounts,
)
from desktop.core.conversations import MessageState
from desktop.core.errors import ModelError
from desktop.core.events import Answer
from desktop.core.paths import Paths
from desktop.core.requests import Ping, Request
from desktop.engines.process import EngineProcess, call
from desktop.services.all import Services
from tests.model_files import (
    TEMPLATE,
    adapter_bytes,
    adapter_for,
    chat_keys,
    chat_tensors,
    gguf_bytes,
    write_chat,
)
from tests.support import make_services, of_kind

SYSTEM = ChatTurn("system", "You help with the files of a harbour office. " * 30)
GREEDY = Sampling(temperature=0.0, repeat_penalty=1.0, max_tokens=24)


@pytest.fixture(scope="module")
def model() -> LoadModel:
    return LoadModel(str(Paths.default().starter_chat_model), 2048)


@pytest.fixture(scope="module")
def chat() -> Iterator[EngineProcess]:
    process = EngineProcess("The model", "desktop.engines.chat")
    yield process
    process.stop()


@pytest.fixture(scope="module")
def adapter(model: LoadModel, tmp_path_factory: pytest.TempPathFactory) -> str:
    """A real LoRA adapter for the starter model, with random numbers."""
    path = tmp_path_factory.mktemp("adapters") / "tone.gguf"
    path.write_bytes(adapter_for(Path(model.path)))
    return str(path)


def _ask(
    chat: EngineProcess, model: LoadModel, *turns: ChatTurn, adapters: tuple[AdapterUse, ...] = ()
) -> tuple[str, PromptRead]:
    messages = list(chat.request(Generate(model, turns, GREEDY, adapters=adapters)))
    read = next(one for one in messages if isinstance(one, PromptRead))
    return "".join(one.text for one in messages if isinstance(one, GeneratedText)), read


def _memory(chat: EngineProcess) -> int:
    assert chat.pid is not None
    return int(psutil.Process(chat.pid).memory_info().rss)


def test_an_adapter_changes_the_answer_without_reloading_and_leaves_no_trace(
    chat: EngineProcess, model: LoadModel, adapter: str
) -> None:
    turns = (SYSTEM, ChatTurn("user", "Which ships came in on Monday?"))
    plain, _ = _ask(chat, model, *turns)
    pid = chat.pid
    strong, read = _ask(chat, model, *turns, adapters=(AdapterUse(adapter, 1.0),))
    assert read.reused == 0  # what was read without it has other keys
    assert strong != plain
    none, _ = _ask(chat, model, *turns, adapters=(AdapterUse(adapter, 0.0),))
    assert none == plain
    again, read = _ask(chat, model, *turns)
    assert again == plain
    assert read.tokens - read.reused <= 2  # and going back reads nothing again
    once_more, read = _ask(chat, model, *turns, adapters=(AdapterUse(adapter, 1.0),))
    assert (once_more, read.tokens - read.reused <= 2) == (strong, True)
    assert chat.pid == pid


def test_an_adapter_of_another_model_is_refused_in_one_sentence(
    chat: EngineProcess, model: LoadModel, tmp_path: Path
) -> None:
    foreign, gone = tmp_path / "foreign.gguf", tmp_path / "gone.gguf"
    foreign.write_bytes(adapter_bytes())
    call(chat, str, Ping())
    pid = chat.pid
    for path, words in ((foreign, "made for another model"), (gone, "not there any more")):
        with pytest.raises(ModelError, match=words):
            _ask(chat, model, ChatTurn("user", "Hello"), adapters=(AdapterUse(str(path)),))
    assert _ask(chat, model, ChatTurn("user", "Hello"))[0]
    assert chat.pid == pid


def test_going_back_to_a_branch_reads_no_more_than_what_is_new(chat: EngineProcess, model: LoadModel) -> None:
    first = ChatTurn("user", "Tell me of the north pier. " * 12)
    other = ChatTurn("user", "Tell me of the south pier. " * 12)
    said, _ = _ask(chat, model, SYSTEM, first)
    _ask(chat, model, SYSTEM, other)
    _ask(chat, model, ChatTurn("system", "Another chat altogether."), ChatTurn("user", "Hello. " * 30))
    question = ChatTurn("user", "And the ships?")
    _, read = _ask(chat, model, SYSTEM, first, ChatTurn("assistant", said), question)
    new = call(chat, TokenCounts, CountTokens(model, (question.content,))).counts[0]
    marks_of_the_template = 12  # the end of the answer, and the roles of the question and of the next answer
    assert read.tokens - read.reused <= new + marks_of_the_template


def test_the_least_recently_used_model_makes_room_and_its_memory_comes_back(
    chat: EngineProcess, model: LoadModel, tmp_path: Path
) -> None:
    small = LoadModel(str(write_chat(tmp_path / "small.gguf")), 512, budget_mb=60)
    hello = ChatTurn("user", "Hello")
    fresh = EngineProcess("The model", "desktop.engines.chat")
    try:
        _ask(fresh, small, hello)
        before = _memory(fresh)
        _ask(fresh, model, hello)
        both = _memory(fresh)
        _ask(fresh, small, hello)  # its budget has no room for the starter model
        after = _memory(fresh)
    finally:
        fresh.stop()
    assert both - before > 80_000_000
    assert after <= before * 1.05, (before, both, after)


def test_two_models_stay_loaded_while_both_fit(chat: EngineProcess, model: LoadModel, tmp_path: Path) -> None:
    other = LoadModel(str(write_chat(tmp_path / "other.gguf")), 512)
    turns = (SYSTEM, ChatTurn("user", "Who is on duty?"))
    _ask(chat, model, *turns)
    _ask(chat, other, ChatTurn("user", "Hello"))
    assert _ask(chat, model, *turns)[1].reused > 100


def test_another_model_takes_over_in_the_middle_of_a_chat_and_is_given_all_of_it(
    chat: EngineProcess, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    services = make_services(home, chat=chat)
    services.paths.make()
    more = {"llama.context_length": 8192}
    other = write_chat(services.paths.models / "other.gguf", **more)
    asked: list[Generate] = []
    send = chat.request

    def listening(request: Request, *rest: Any, **options: Any) -> Iterator[object]:
        asked.extend([request] if isinstance(request, Generate) else [])
        return send(request, *rest, **options)

    monkeypatch.setattr(chat, "request", listening)
    conversation = services.conversations.create().id
    short = Sampling(temperature=0.0, max_tokens=12)
    used = ("", str(other), "")
    starter = services.models.current()
    for number, path in enumerate(used):
        services.models.use(path or starter.path)
        question = f"Which pier has the number {number}?"
        (answer,) = of_kind(services.answering.ask(conversation, question, sampling=short), Answer)
        assert answer.message.state is MessageState.COMPLETE, answer.message.note
    kept = services.conversations.messages(conversation)
    assert [one.text for one in kept[::2]] == [f"Which pier has the number {n}?" for n in range(3)]
    assert [one.model for one in kept[1::2]] == [starter.name, "other", starter.name]
    assert [isinstance(one.model, LoadModel) and one.model.path for one in asked] == [
        starter.path,
        str(other),
        starter.path,
    ]
    for request in asked[1:]:  # each was given what was said before, the other model's words too
        words = [turn.content for turn in request.turns if turn.role != "system"]
        assert len(words) >= 3
        assert words[0].endswith("number 0?")
        assert words[1].strip() == kept[1].text.strip()


def test_a_grammar_that_the_model_would_not_follow_is_kept_to_the_letter(
    chat: EngineProcess, model: LoadModel
) -> None:
    turns = (ChatTurn("user", "Write a long story about a lighthouse."),)
    grammar = 'root ::= "[" item ("," item)* "]"\nitem ::= [0-9] [0-9] [a-f]'

    def write(seed: int) -> str:
        sampling = Sampling(temperature=0.9, seed=seed, max_tokens=60)
        messages = chat.request(Generate(model, turns, sampling, grammar=grammar))
        return "".join(one.text for one in messages if isinstance(one, GeneratedText))

    written = [write(seed) for seed in (1, 2, 3)]
    for text in written:
        assert re.fullmatch(r"\[([0-9]{2}[a-f],)*([0-9]{2}[a-f](,|\])?|[0-9]{0,2})", text), text
    assert len(set(written)) > 1
    assert write(1) == written[0]  # the same seed, the same answer: also where its first choices were refused


def test_a_packed_kv_cache_answers_too(chat: EngineProcess, model: LoadModel) -> None:
    packed = LoadModel(model.path, 1024, cache_type="q8_0", gpu_layers=5)
    assert _ask(chat, packed, ChatTurn("user", "Hello"))[0]


@pytest.mark.parametrize(
    ("template", "words"),
    [
        ("{% for a in range(99999) %}{% for b in range(99999) %}{% endfor %}{% endfor %}", "comes to an end"),
        (
            "{% set n = namespace(x='aaaa') %}{% for a in range(40) %}{% set n.x = n.x ~ n.x %}{% endfor %}",
            "end",
        ),
        ("{{ 'abcdefgh' * 999999999 }}", "what no template may"),
        ("{{ ''.__class__.__mro__[1].__subclasses__() }}", "what no template may"),
        ("{% for %}", "does not work"),
        ("{{ messages.nothing.at_all }}", "does not work"),
    ],
)
def test_a_hostile_template_gets_one_sentence(
    chat: EngineProcess, tmp_path: Path, template: str, words: str
) -> None:
    call(chat, str, Ping())
    pid = chat.pid
    path = tmp_path / "hostile.gguf"
    path.write_bytes(gguf_bytes(chat_keys(template + TEMPLATE), chat_tensors()))
    with pytest.raises(ModelError, match=words):
        _ask(chat, LoadModel(str(path), 512), ChatTurn("user", "Hello"))
    assert chat.pid == pid


def test_models_are_switched_in_the_middle_of_a_conversation(tmp_path: Path) -> None:
    services = Services(Paths(tmp_path, Paths.default().program))
    services.settings.use(answer_length=32, context_size=2048)
    other = str(write_chat(tmp_path / "other.gguf"))
    try:
        chat = services.conversations.create()
        for model, question in (("", "My name is Kim."), (other, "What is my name?"), ("", "And yours?")):
            services.settings.use(chat_model=model)
            list(services.answering.ask(chat.id, question))
        messages = services.conversations.messages(chat.id)
    finally:
        services.close()
    answers = messages[1::2]
    assert [one.state for one in answers] == [MessageState.COMPLETE] * 3
    assert [one.model for one in answers] == ["SmolLM2 135M (starter)", "other", "SmolLM2 135M (starter)"]
    seen = [one.timings.context for one in answers]
    assert seen[0].history == 0
    assert min(seen[1].history, seen[2].history) > 30, "each saw what was said before, whoever said it"
    assert [one.left_out for one in seen] == [0, 0, 0]
    assert answers[2].timings.reused_tokens > 20, "the first model still had the beginning"
