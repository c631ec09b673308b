"""Tasks: events in order, failures as types, cancel, pause, and threads that end."""

from __future__ import annotations

import threading
from collections.abc import Iterator

from pytestqt.qtbot import QtBot

from desktop.core.cancel import CancelToken
from desktop.core.errors import Cancelled, InternalError, UserError
from desktop.core.events import Event, Note, Progress
from desktop.ui.tasks import TaskList
from desktop.ui.worker import Outcome, Task


def _notes(count: int) -> Iterator[Event]:
    for number in range(count):
        yield Note(str(number))


def _forever(cancel: CancelToken) -> Iterator[Event]:
    number = 0
    while not cancel.wait(0.002):
        number += 1
        yield Progress(number, 0)
    raise Cancelled


def test_events_come_in_order_and_before_the_end(qtbot: QtBot, tasks: TaskList) -> None:
    seen: list[str] = []
    task = tasks.run(lambda _cancel: _notes(500))
    task.happened.connect(lambda event: seen.append(event.words))
    task.finished.connect(lambda: seen.append("end"))
    with qtbot.waitSignal(task.finished, timeout=5000):
        pass
    assert seen == [*map(str, range(500)), "end"]


def test_events_and_end_arrive_in_the_thread_of_the_window(qtbot: QtBot, tasks: TaskList) -> None:
    where: set[int] = set()
    inside: list[int] = []

    def work(_cancel: CancelToken) -> Iterator[Event]:
        inside.append(threading.get_ident())
        yield Note("")

    task = tasks.run(work)
    task.happened.connect(lambda _event: where.add(threading.get_ident()))
    task.finished.connect(lambda: where.add(threading.get_ident()))
    with qtbot.waitSignal(task.finished, timeout=5000):
        pass
    assert where == {threading.get_ident()}
    assert inside != [threading.get_ident()]


def test_cancel_ends_the_work_as_cancelled_and_not_as_failed(qtbot: QtBot, tasks: TaskList) -> None:
    task = tasks.run(_forever)
    failures: list[object] = []
    task.failed.connect(failures.append)
    with qtbot.waitSignal(task.happened, timeout=5000):
        pass
    with qtbot.waitSignal(task.finished, timeout=5000):
        task.cancel()
    assert task.outcome is Outcome.CANCELLED
    assert failures == []


def test_a_known_failure_keeps_its_type_and_a_bug_becomes_an_internal_error(
    qtbot: QtBot, tasks: TaskList
) -> None:
    def refuses(_cancel: CancelToken) -> Iterator[Event]:
        raise UserError("No.", "Ask otherwise.")
        yield

    def breaks(_cancel: CancelToken) -> Iterator[Event]:
        yield Note("begins")
        raise KeyError("surprise")

    for work, kind in ((refuses, UserError), (breaks, InternalError)):
        task = tasks.run(work)
        with qtbot.waitSignals([task.failed, task.finished], timeout=5000):
            pass
        assert type(task.error) is kind
        assert task.outcome is Outcome.FAILED
    assert "surprise" in task.error.details  # type: ignore[union-attr]


def test_the_generator_is_closed_on_its_own_thread_when_it_is_left(qtbot: QtBot, tasks: TaskList) -> None:
    closed: list[int] = []

    def deaf(_cancel: CancelToken) -> Iterator[Event]:
        try:
            while True:
                threading.Event().wait(0.002)
                yield Note("")
        finally:
            closed.append(threading.get_ident())

    tasks.run(deaf)
    assert tasks.wait_all(2000)
    assert len(closed) == 1
    assert closed[0] != threading.get_ident()


def test_work_that_has_to_be_kept_is_carried_through_at_the_end(qtbot: QtBot, tasks: TaskList) -> None:
    done: list[int] = []

    def slow(cancel: CancelToken) -> Iterator[Event]:
        for number in range(20):
            cancel.check()
            cancel.wait(0.005)
            done.append(number)
            yield Progress(number, 20)

    tasks.run(slow, keep=True)
    assert tasks.wait_all(4000)
    assert done == list(range(20))


def test_many_events_wake_the_window_seldom(qtbot: QtBot) -> None:
    """A fast import must not flood the event loop: one wake takes all that has come."""
    task = Task(lambda _cancel: _notes(5000))
    wakes: list[int] = []
    task._runner.wake.connect(lambda: wakes.append(1))
    count: list[object] = []
    task.happened.connect(count.append)
    with qtbot.waitSignal(task.finished, timeout=5000):
        task.start()
    assert len(count) == 5000
    assert len(wakes) < 2500


def test_a_listed_task_pauses_and_goes_on(qtbot: QtBot, tasks: TaskList) -> None:
    pause = threading.Event()
    steps: list[int] = []

    def work(cancel: CancelToken) -> Iterator[Event]:
        for number in range(3):
            while pause.is_set():
                cancel.wait(0.002)
                cancel.check()
            steps.append(number)
            yield Progress(number + 1, 3)

    pause.set()
    entry = tasks.start("Reading", work, pause=pause)
    qtbot.wait(30)
    assert steps == []
    assert entry.paused
    with qtbot.waitSignal(entry.task.finished, timeout=5000):
        entry.set_paused(False)
    assert steps == [0, 1, 2]
    assert [e.title for e in tasks.listed] == ["Reading"]
    tasks.dismiss(entry)
    assert tasks.listed == []


def test_a_paused_task_can_be_cancelled_and_leaves_the_list(qtbot: QtBot, tasks: TaskList) -> None:
    pause = threading.Event()
    pause.set()

    def work(cancel: CancelToken) -> Iterator[Event]:
        while pause.is_set():
            cancel.wait(0.002)
        cancel.check()
        yield Progress(1, 1)

    entry = tasks.start("Reading", work, pause=pause)
    with qtbot.waitSignal(entry.task.finished, timeout=5000):
        entry.cancel()
    assert entry.task.outcome is Outcome.CANCELLED
    assert tasks.listed == []


def test_only_the_last_few_ended_tasks_stay_listed(qtbot: QtBot, tasks: TaskList) -> None:
    for number in range(8):
        entry = tasks.start(f"Task {number}", lambda _cancel: _notes(1))
        with qtbot.waitSignal(entry.task.finished, timeout=5000):
            pass
    assert [entry.title for entry in tasks.listed] == [f"Task {n}" for n in range(3, 8)]


def test_work_that_begins_while_the_window_closes_is_ended_too(qtbot: QtBot, tasks: TaskList) -> None:
    """A page starts a look at what an import has brought when the import ends, which closing brings about."""
    ended: list[Task] = []

    def holding(cancel: CancelToken) -> Iterator[Event]:
        cancel.wait(20)
        cancel.check()
        yield Progress(1, 1, "never")

    def look() -> None:
        second = tasks.run(holding)
        second.finished.connect(lambda: ended.append(second))

    tasks.run(holding).finished.connect(look)
    assert tasks.wait_all(4000)
    assert [one.outcome for one in ended] == [Outcome.CANCELLED]
