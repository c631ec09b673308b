"""The parent's end of an engine process, as far as it needs no child: who is next, and how a death is told."""

from __future__ import annotations

import signal
import threading

import pytest

from desktop.core.cancel import CancelToken
from desktop.core.chat_requests import TokenCounts
from desktop.core.errors import Cancelled, EngineCrashed
from desktop.core.requests import Ping
from desktop.engines.process import BACKGROUND, URGENT, EngineProcess, _Turns, call, outcome
from tests.support import InProcess, wait_until


@pytest.mark.parametrize(
    ("code", "sentence"),
    [
        (None, "The model ended before it was done."),
        (0, "The model ended before it was done."),
        (3, "The model stopped with an error (code 3)."),
        (-signal.SIGKILL, "The model was ended by the system, often because memory ran out."),
        (-signal.SIGSEGV, "The model crashed (SIGSEGV)."),
        (-signal.SIGABRT, "The model crashed (SIGABRT)."),
        (-signal.SIGTERM, "The model was ended from outside (SIGTERM)."),
        (-64, "The model was ended from outside (SIGRTMAX)."),
        (-40, "The model was ended from outside (signal 40)."),
    ],
)
def test_a_death_is_told_in_a_sentence(code: int | None, sentence: str) -> None:
    assert outcome("The model", code) == sentence


def _queue(turns: _Turns, order: list[str], *names: tuple[str, int]) -> list[threading.Thread]:
    """Threads that wait for the engine, each surely behind the one before."""
    threads = []
    for name, priority in names:

        def work(name: str = name, priority: int = priority) -> None:
            with turns.taken(priority, CancelToken()):
                order.append(name)

        threads.append(threading.Thread(target=work))
        waiting = len(turns._waiting)
        threads[-1].start()
        assert wait_until(lambda waiting=waiting: len(turns._waiting) == waiting + 1)  # type: ignore[misc]
    return threads


def test_the_urgent_go_first_then_who_came_first() -> None:
    turns, order = _Turns(), list[str]()
    with turns.taken(URGENT, CancelToken()):
        names = ("import 1", BACKGROUND), ("import 2", BACKGROUND), ("ask 1", URGENT), ("ask 2", URGENT)
        threads = _queue(turns, order, *names)
    for thread in threads:
        thread.join(5)
    assert order == ["ask 1", "ask 2", "import 1", "import 2"]


def test_who_gives_up_while_waiting_does_not_block_the_others() -> None:
    turns, order = _Turns(), list[str]()
    cancel = CancelToken()
    with turns.taken(URGENT, CancelToken()):
        threads = _queue(turns, order, ("later", BACKGROUND))
        cancel.cancel()
        with pytest.raises(Cancelled), turns.taken(URGENT, cancel):
            pytest.fail("it was served")
    threads[0].join(5)
    assert order == ["later"]


def test_ctrl_c_while_waiting_does_not_block_the_others() -> None:
    class Interrupted(CancelToken):
        def check(self) -> None:
            raise KeyboardInterrupt

    turns = _Turns()
    with turns.taken(URGENT, CancelToken()):
        with pytest.raises(KeyboardInterrupt), turns.taken(URGENT, Interrupted()):
            pytest.fail("it was served")
    with turns.taken(BACKGROUND, CancelToken()):
        pass


def test_the_engine_is_given_back_when_its_work_fails() -> None:
    turns = _Turns()
    with pytest.raises(ZeroDivisionError), turns.taken(URGENT, CancelToken()):
        raise ZeroDivisionError
    with turns.taken(URGENT, CancelToken()):
        pass


def test_an_answer_of_another_kind_is_a_crash() -> None:
    assert call(InProcess(), str, Ping()) == "fake"
    with pytest.raises(EngineCrashed, match="did not arrive"):
        call(InProcess(), TokenCounts, Ping())


def test_a_stopped_engine_starts_no_child() -> None:
    engine = EngineProcess("The engine", "desktop.engines.fake")
    engine.stop()
    with pytest.raises(Cancelled):
        call(engine, str, Ping())
    assert engine.pid is None
