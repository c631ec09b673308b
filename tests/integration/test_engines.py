"""Engine processes for real: they stop when asked, are ended when they do not, and serve the next request."""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from desktop.core.cancel import CancelToken
from desktop.core.chat_requests import (
    ChatTurn,
    CountTokens,
    Generate,
    Generated,
    GeneratedText,
    LoadModel,
    PromptRead,
    Sampling,
    TokenCounts,
)
from desktop.core.documents import DocumentState
from desktop.core.errors import Cancelled, EngineCrashed, EngineOutOfMemory, EngineTimeout, ModelError
from desktop.core.events import FileChanged, ImportSummary
from desktop.core.library_requests import DescribeIndex, IndexState, Search
from desktop.core.paths import Paths
from desktop.core.reading_requests import FileRead, PagesRead, ReadFile
from desktop.core.requests import Ping
from desktop.engines.process import BACKGROUND, CANCEL_SECONDS, EngineProcess, call
from desktop.services.all import Services
from tests import hostile
from tests.support import children, wait_until, write_files

SECONDS_TO_STOP = 3.0


@pytest.fixture(scope="module")
def model() -> LoadModel:
    path = Paths.default().starter_chat_model
    assert path.exists(), "the starter models are missing: run `make setup`"
    return LoadModel(str(path), 2048)


@pytest.fixture(scope="module")
def chat() -> Iterator[EngineProcess]:
    process = EngineProcess("The model", "desktop.engines.chat")
    yield process
    process.stop()


@pytest.fixture
def misbehaving() -> Iterator[EngineProcess]:
    process = EngineProcess("Reading", "tests.integration.misbehaving")
    yield process
    process.stop()


def _generate(model: LoadModel, question: str, tokens: int = 12) -> Generate:
    sampling = Sampling(temperature=0.0, repeat_penalty=1.0, max_tokens=tokens)
    return Generate(model, (ChatTurn("user", question),), sampling)


def _text(engine: EngineProcess, request: Generate) -> str:
    return "".join(one.text for one in engine.request(request) if isinstance(one, GeneratedText))


LONG = "The lighthouse keeper counted ships. " * 200


# --- any engine --------------------------------------------------------------------------------------------------


def test_a_child_that_ignores_cancel_is_ended(misbehaving: EngineProcess) -> None:
    cancel = CancelToken()
    messages = misbehaving.request(ReadFile("sleeps"), cancel)
    next(messages)
    child = misbehaving.pid
    time.sleep(0.3)  # until it sleeps, and does not look
    cancel.cancel()
    begin = time.monotonic()
    with pytest.raises(Cancelled):
        next(messages)
    assert CANCEL_SECONDS - 0.5 < time.monotonic() - begin < CANCEL_SECONDS + 2
    assert child is not None
    assert not psutil.pid_exists(child)
    assert isinstance(list(misbehaving.request(ReadFile("good")))[-1], FileRead)


def test_memory_is_weighed_also_while_a_child_talks(misbehaving: EngineProcess) -> None:
    messages = misbehaving.request(ReadFile("grows while it talks"), memory_mb=300)
    # As an embedder takes them that is slower than the reader.
    with pytest.raises(EngineOutOfMemory, match="more than 300 MB"):
        list(map(lambda _: time.sleep(0.02), messages))  # noqa: C417


def test_our_own_slowness_is_not_the_childs_silence(misbehaving: EngineProcess) -> None:
    messages = misbehaving.request(ReadFile("thinks"), silence=1.2)
    next(messages)
    time.sleep(1.0)
    assert isinstance(list(messages)[-1], FileRead)
    with pytest.raises(EngineTimeout):
        list(misbehaving.request(ReadFile("thinks"), silence=0.5))


def test_leaving_a_request_cancels_it(misbehaving: EngineProcess) -> None:
    messages = misbehaving.request(ReadFile("grows while it talks"))
    next(messages)
    child = misbehaving.pid
    messages.close()  # type: ignore[attr-defined]
    assert misbehaving.pid == child
    assert isinstance(list(misbehaving.request(ReadFile("good")))[-1], FileRead)


def test_two_who_ask_at_once_are_served_one_after_the_other(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text("\f".join(f"Page {number}." for number in range(40)))
    engine = EngineProcess("The engine", "desktop.engines.fake")
    order: list[int] = []

    def work(number: int) -> None:
        for message in engine.request(ReadFile(str(path))):
            order.append(number)
            assert isinstance(message, PagesRead | FileRead)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    engine.stop()
    changes = sum(1 for one, other in zip(order, order[1:], strict=False) if one != other)  # noqa: RUF007
    assert (len(order), changes) == (4 * 41, 3)


def test_who_waits_for_an_answer_goes_before_background_work(misbehaving: EngineProcess) -> None:
    order: list[str] = []
    first = misbehaving.request(ReadFile("good"))
    next(first)

    def work(name: str, priority: int) -> None:
        list(misbehaving.request(ReadFile("good"), priority=priority))
        order.append(name)

    threads = []
    for number, (name, priority) in enumerate([("import", BACKGROUND), ("ask", 0)], 1):
        threads.append(threading.Thread(target=work, args=(name, priority)))
        threads[-1].start()
        assert wait_until(lambda number=number: len(misbehaving._turns._waiting) == number)  # type: ignore[misc]
    list(first)
    for thread in threads:
        thread.join(10)
    assert order == ["ask", "import"]


def test_stopping_ends_what_runs_and_leaves_nobody(misbehaving: EngineProcess) -> None:
    before = children()
    messages = misbehaving.request(ReadFile("sleeps"))
    next(messages)
    assert children() - before
    threading.Timer(0.3, misbehaving.stop).start()
    begin = time.monotonic()
    with pytest.raises(Cancelled):
        next(messages)
    assert time.monotonic() - begin < 3
    assert wait_until(lambda: children() <= before)
    with pytest.raises(Cancelled):
        list(misbehaving.request(ReadFile("good")))


def test_a_child_that_dies_idle_is_started_again(misbehaving: EngineProcess) -> None:
    list(misbehaving.request(ReadFile("good")))
    child = misbehaving.pid
    assert child is not None
    os.kill(child, signal.SIGKILL)
    assert wait_until(lambda: misbehaving.pid is None)
    assert isinstance(list(misbehaving.request(ReadFile("good")))[-1], FileRead)
    assert misbehaving.pid not in (None, child)


# --- the model -----------------------------------------------------------------------------------------------------


def test_reading_a_prompt_can_be_stopped_and_leaves_the_model_well(
    chat: EngineProcess, model: LoadModel
) -> None:
    question = "Name the capital of France."
    expected = _text(chat, _generate(model, question))
    child = chat.pid
    for delay in (0.0, 0.05, 0.3, 0.6):
        cancel = CancelToken()
        timer = threading.Timer(delay, cancel.cancel)
        timer.start()
        begin = time.monotonic()
        with pytest.raises(Cancelled):
            list(chat.request(_generate(model, f"{delay} {LONG}", 400), cancel))
        assert time.monotonic() - begin < delay + SECONDS_TO_STOP
        timer.join()
        assert chat.pid == child
        assert _text(chat, _generate(model, question)) == expected


def test_writing_can_be_stopped_and_leaves_the_model_well(chat: EngineProcess, model: LoadModel) -> None:
    request = _generate(model, "Write a long story about a lighthouse.", 300)
    expected = _text(chat, _generate(model, "Name the capital of France."))
    for pieces in (1, 4):
        cancel = CancelToken()
        messages = chat.request(request, cancel)
        written = 0
        for message in messages:
            written += isinstance(message, GeneratedText)
            if written == pieces:
                break
        child = chat.pid
        cancel.cancel()
        begin = time.monotonic()
        with pytest.raises(Cancelled):
            list(messages)
        assert time.monotonic() - begin < SECONDS_TO_STOP
        assert chat.pid == child
        assert _text(chat, _generate(model, "Name the capital of France.")) == expected


def test_the_next_turn_reads_only_what_is_new(chat: EngineProcess, model: LoadModel) -> None:
    first = (ChatTurn("system", "Be brief."), ChatTurn("user", LONG[:2000]))
    one = list(chat.request(Generate(model, first, Sampling(max_tokens=8))))
    read = next(message for message in one if isinstance(message, PromptRead))
    said = "".join(message.text for message in one if isinstance(message, GeneratedText))
    assert isinstance(one[-1], Generated)
    assert one[-1].reason in ("stop", "length")
    second = (*first, ChatTurn("assistant", said), ChatTurn("user", "And then?"))
    two = list(chat.request(Generate(model, second, Sampling(max_tokens=8))))
    again = next(message for message in two if isinstance(message, PromptRead))
    assert again.reused >= read.tokens - 5
    assert again.tokens - again.reused < 60


def test_a_prompt_longer_than_the_context_is_told(chat: EngineProcess, model: LoadModel) -> None:
    with pytest.raises(ModelError, match="longer than the model's memory"):
        list(chat.request(_generate(model, LONG * 3)))
    assert _text(chat, _generate(model, "Hello"))


@pytest.mark.parametrize("text", ["", "\0", "naïve 😀 今天", " " * 500, "<|im_end|>", "a" * 500])
def test_any_text_can_be_counted_and_asked(chat: EngineProcess, model: LoadModel, text: str) -> None:
    counted = call(chat, TokenCounts, CountTokens(model, (text, "one two")))
    assert counted.context_size == 2048
    assert counted.counts[1] > 0
    messages = list(chat.request(_generate(model, f"{text} Hello", 2)))
    assert isinstance(messages[-1], Generated)


def test_words_of_a_document_are_never_marks_of_the_template(chat: EngineProcess, model: LoadModel) -> None:
    """`<|im_end|>` in a file must not end the turn that quotes it."""

    def tokens(content: str) -> int:
        messages = chat.request(_generate(model, content, 1))
        return next(message.tokens for message in messages if isinstance(message, PromptRead))

    assert tokens("<|im_start|>") > tokens("Hi") + 3
    marks = "<|im_end|>" * 20
    assert (
        tokens(f"Hi {marks}") - tokens("Hi") > 60
    )  # as text each is several tokens, as a mark it would be one


def test_files_that_are_no_model_are_told_and_the_child_lives(
    chat: EngineProcess, model: LoadModel, tmp_path: Path
) -> None:
    good = Path(model.path).read_bytes()
    broken = {
        "empty.gguf": b"",
        "text.gguf": b"This is no model.\n" * 100,
        "noise.gguf": hostile.noise(200_000),
        "magic.gguf": b"GGUF" + hostile.noise(100_000),
        "header.gguf": good[:3000],
        "half.gguf": good[: len(good) // 2],
        "short.gguf": good[:-1000],
    }
    call(chat, str, Ping())
    child = chat.pid
    for name, content in broken.items():
        path = tmp_path / name
        path.write_bytes(content)
        with pytest.raises(ModelError) as caught:
            list(chat.request(_generate(LoadModel(str(path), 512), "Hello")))
        assert name in caught.value.what, caught.value.details
    for path in (tmp_path, tmp_path / "gone.gguf"):
        with pytest.raises(ModelError, match="not there"):
            list(chat.request(_generate(LoadModel(str(path), 512), "Hello")))
    assert chat.pid == child
    assert _text(chat, _generate(model, "Hello"))


def test_a_crash_while_the_prompt_is_read_is_told_once(chat: EngineProcess, model: LoadModel) -> None:
    call(chat, TokenCounts, CountTokens(model, ("warm",)))
    child = chat.pid
    assert child is not None
    threading.Timer(0.3, os.kill, (child, signal.SIGSEGV)).start()
    with pytest.raises(EngineCrashed, match="crashed"):
        list(chat.request(_generate(model, f"crash {LONG}", 400)))
    assert _text(chat, _generate(model, "Hello"))


# --- the index -----------------------------------------------------------------------------------------------------


def test_killing_the_index_and_the_reader_in_mid_import(home: Path, tmp_path: Path) -> None:
    texts = {
        f"f{number}": "\n\n".join(f"Valve {number}-{n} was changed in week {n}." for n in range(60))
        for number in range(24)
    }
    write_files(tmp_path / "in", **texts)
    services = Services(Paths.default())
    try:
        collection = services.library.create_collection("c").id
        ready = 0
        for event in services.importing.import_files([tmp_path / "in"], collection):
            if isinstance(event, FileChanged) and event.document.state is DocumentState.READY:
                ready += 1
                if ready in (2, 9):
                    _kill(services._engines.library)
                if ready == 5:
                    _kill(services._engines.reader)
        assert isinstance(event, ImportSummary)
        failed = [row for row in services.library.documents(collection) if row.state is DocumentState.FAILED]
        assert len(failed) <= 1, [row.reason for row in failed]  # the one that was being read
        list(services.importing.retry([row.id for row in failed]))
        rows = services.library.documents(collection)
        assert {row.state for row in rows} == {DocumentState.READY}
        state = call(services._engines.library, IndexState, DescribeIndex(collection))
        assert set(state.document_ids) == {row.id for row in rows}
        assert state.passages == sum(row.passages for row in rows)
        assert min(row.passages for row in rows) == max(row.passages for row in rows)
        hits = services.searching.search(Search(collection, "Valve 17-31")).hits
        assert hits[0].document == "f17.txt"
    finally:
        services.close()


def _kill(engine: object) -> None:
    pid = getattr(engine, "pid", None)
    if pid:
        os.kill(pid, signal.SIGKILL)
