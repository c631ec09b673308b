"""Test on my documents: what is said before, while and after a test, and when it fails or is stopped."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from desktop.core.cancel import CancelToken
from desktop.core.errors import Cancelled, UserError
from desktop.core.events import Event, Progress
from desktop.core.probes import Probe, ProbeRun, SearchSetup, compared
from desktop.services.probing import ProbesAsked, Report
from desktop.ui.evaluate_dialog import EvaluateDialog
from desktop.ui.main_window import MainWindow
from desktop.ui.tasks import TaskList
from desktop.ui.theme import Theme
from desktop.ui.widgets import Paragraph
from tests.ui.fakes import FakeServices


class FakeProbing:
    """Gives the reports it was told to; `hold` (when cleared) stops a test after its first progress."""

    def __init__(self) -> None:
        self.reports: list[Report] = []
        self.last: Report | None = None
        self.tokens = 200
        self.asked: list[tuple[bool, bool]] = []
        self.error: Exception | None = None
        self.hold = threading.Event()
        self.hold.set()

    def report(self, collection_id: str) -> Report | None:
        return self.last

    def setup(self, collection_id: str) -> SearchSetup:
        return SearchSetup(self.tokens, 150)

    def test(
        self,
        collection_id: str,
        cancel: CancelToken,
        *,
        new_questions: bool = False,
        read_again: bool = False,
    ) -> Iterator[Event]:
        self.asked.append((new_questions, read_again))
        yield Progress(3, 50, "Asking question 4 of 50")
        while not self.hold.is_set():
            if cancel.wait(0.005):
                raise Cancelled
        if self.error is not None:
            raise self.error
        self.last = self.reports.pop(0)
        yield ProbesAsked(self.last)


PROBES = tuple(
    Probe(f"q{n}", "c", f"What is said about thing {n}?", f"The thing {n} is red.", "d", "", 1, 0, 20)
    for n in range(3)
)


def run(name: str, *ranks: int, tokens: int = 200) -> ProbeRun:
    first = {f"q{n}": "Other.pdf" for n, rank in enumerate(ranks) if not rank}
    return ProbeRun(
        name, "c", 0.0, SearchSetup(tokens, 150), {f"q{n}": r for n, r in enumerate(ranks)}, first
    )


FIRST = Report(PROBES, run("a", 1, 0, 2))
SECOND = Report(PROBES, run("b", 0, 1, 1, tokens=120), FIRST.run, compared(FIRST.run, run("b", 0, 1, 1)))


@pytest.fixture
def probing(services: FakeServices) -> FakeProbing:
    made = FakeProbing()
    services.probing = made  # type: ignore[attr-defined]
    return made


@pytest.fixture
def dialog(
    services: FakeServices, probing: FakeProbing, theme: Theme, tasks: TaskList, qtbot: QtBot
) -> EvaluateDialog:
    services.library.create_collection("Tenancy")
    made = EvaluateDialog(services, theme, tasks)  # type: ignore[arg-type]
    qtbot.addWidget(made)
    made.show()
    return made


def press(dialog: EvaluateDialog, qtbot: QtBot, name: str) -> None:
    button = dialog.findChild(QWidget, name)
    assert button is not None
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)


def said(dialog: EvaluateDialog) -> str:
    return "\n".join(one.text() for one in dialog.missed.findChildren(Paragraph))


def test_before_the_first_test_it_says_what_will_be_done(dialog: EvaluateDialog) -> None:
    assert "writes up to fifty questions from your own files" in dialog.words.text()
    assert dialog.headline.isHidden()
    assert dialog.busy.isHidden()
    assert dialog.new_button.isHidden()
    assert dialog.again_button.isHidden()
    assert dialog.test_button.text() == "Start the test"


def test_a_test_is_told_in_plain_words_with_what_was_missed(
    dialog: EvaluateDialog, probing: FakeProbing, qtbot: QtBot
) -> None:
    probing.reports = [FIRST]
    press(dialog, qtbot, "evaluate_test")
    qtbot.waitUntil(lambda: not dialog.headline.isHidden())
    assert dialog.headline.text() == "For 2 of 3 questions the right passage was among the first five."
    assert dialog.words.text() == "150 passages of at most 200 tokens."
    assert "What is said about thing 1?" in said(dialog)
    assert "The thing 1 is red." in said(dialog)
    assert "found first instead: Other.pdf" in said(dialog)
    assert "thing 2" not in said(dialog)
    assert probing.asked == [(False, False)]


def test_a_second_test_is_compared_with_the_first(
    dialog: EvaluateDialog, probing: FakeProbing, qtbot: QtBot
) -> None:
    probing.last = FIRST
    probing.tokens = 120
    dialog._show_last()
    probing.reports = [SECOND]
    assert not dialog.again_button.isHidden()  # the passage length was changed since
    press(dialog, qtbot, "evaluate_read")
    qtbot.waitUntil(lambda: "Before" in dialog.words.text())
    assert probing.asked == [(False, True)]
    assert dialog.words.text().splitlines() == [
        "Before, on 3 of the same questions: 2, now 2 (150 passages of at most 200 tokens).",
        "150 passages of at most 120 tokens.",
    ]
    assert "found the time before" in said(dialog)
    assert dialog.again_button.isHidden()


def test_a_running_test_tells_how_far_it_is_and_can_be_stopped(
    dialog: EvaluateDialog, probing: FakeProbing, tasks: TaskList, qtbot: QtBot
) -> None:
    probing.hold.clear()
    press(dialog, qtbot, "evaluate_test")
    qtbot.waitUntil(
        lambda: "Asking question 4 of 50" in dialog.busy.words.toolTip() + dialog.busy.words.text()
    )
    assert not dialog.busy.isHidden()
    assert not dialog.test_button.isEnabled()
    assert [entry.title for entry in tasks.running] == ["Testing Tenancy"]
    press(dialog, qtbot, "busy_cancel")
    qtbot.waitUntil(lambda: dialog.busy.isHidden())
    assert dialog.test_button.isEnabled()
    assert dialog.headline.isHidden()
    assert dialog.banner.isHidden()


def test_a_failed_test_says_what_happened_and_can_be_tried_again(
    dialog: EvaluateDialog, probing: FakeProbing, qtbot: QtBot
) -> None:
    probing.error = UserError("There is too little text to ask about.", "Add files with whole sentences.")
    press(dialog, qtbot, "evaluate_test")
    qtbot.waitUntil(lambda: not dialog.banner.isHidden())
    assert dialog.banner.title.text() == "There is too little text to ask about."
    qtbot.waitUntil(lambda: dialog.test_button.isEnabled())
    probing.error, probing.reports = None, [FIRST]
    press(dialog, qtbot, "evaluate_test")
    qtbot.waitUntil(lambda: not dialog.headline.isHidden())
    assert dialog.banner.isHidden()


def test_without_a_collection_nothing_can_be_tested(
    services: FakeServices, probing: FakeProbing, theme: Theme, tasks: TaskList, qtbot: QtBot
) -> None:
    made = EvaluateDialog(services, theme, tasks)  # type: ignore[arg-type]
    qtbot.addWidget(made)
    assert not made.test_button.isEnabled()
    assert "no collection yet" in made.words.text()


def test_it_opens_from_the_settings_and_for_a_collection_of_the_library(
    services: FakeServices, probing: FakeProbing, theme: Theme, qtbot: QtBot
) -> None:
    services.library.create_collection("Tenancy")
    chosen = services.library.create_collection("Work").id
    window = MainWindow(services, theme, first_page="library")  # type: ignore[arg-type]
    qtbot.addWidget(window)
    window.show()
    window.page("library").panel.test.emit(chosen)  # type: ignore[attr-defined]
    [opened] = window.findChildren(EvaluateDialog)
    assert opened.isVisible()
    assert opened.collection_id == chosen
    opened.close()
    qtbot.waitUntil(lambda: not window.findChildren(EvaluateDialog))
    window.show_page("settings")
    window.page("settings").test_button.click()  # type: ignore[attr-defined]
    [opened] = window.findChildren(EvaluateDialog)
    assert opened.isVisible()
    opened.close()
    window.close()
