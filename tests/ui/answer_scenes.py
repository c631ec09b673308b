"""Answers of each kind on the chat page, for the pictures of `tests/screenshots.py`."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QUrl
from PySide6.QtWidgets import QPushButton, QWidget

from desktop.core.conversations import Message
from desktop.ui.feedback_buttons import FeedbackButtons
from desktop.ui.link_question import ask_about_link
from tests.ui import answer_content as answers
from tests.ui import chat_content as content
from tests.ui.chat_scenes import Scene, Stage, _answered, _asking, _page

SUMMARISE = f"Summarise “{answers.REPORT}”"


def counted(files: int, **values: int) -> Scene:
    return _answered(answers.counted(files, **values), answers.COUNT_QUESTION)


def unfolded(stage: Stage) -> None:
    """A long list, opened, with a source from its middle."""
    counted(300)(stage)
    page = _page(stage)
    button = page.findChild(QPushButton, "counted_all")
    assert button is not None
    button.click()
    stage.settle(200)
    widget = page.view.list.entries[-1].widget
    widget.source_opened.emit(120)  # type: ignore[union-attr]
    stage.settle(300)


def correction(stage: Stage) -> QWidget | None:
    """A bad answer, and the question what it should have said."""
    _answered(content.answer())(stage)
    buttons = _page(stage).view.list.entries[-1].widget.findChild(FeedbackButtons)
    assert isinstance(buttons, FeedbackButtons)
    buttons.down.click()
    dialog = buttons.ask()
    dialog.field.setPlainText("Nine months to the end of a calendar quarter, since 4 March 2024.")
    stage.settle()
    return dialog


def judged(stage: Stage) -> None:
    """Thumbs down."""
    correction(stage).reject()  # type: ignore[union-attr]
    stage.settle()


def warned(stage: Stage) -> None:
    """An open source whose passage tries to instruct the model."""
    _answered(answers.instructing(), "How long is the notice period?")(stage)
    _page(stage).view.list.entries[-1].widget.source_opened.emit(2)  # type: ignore[union-attr]
    stage.settle(300)


def link(stage: Stage) -> QWidget | None:
    """A link of an answer that was clicked."""
    _answered(content.answer())(stage)
    address = "https://files.example/collect?q=The%20rent%20is%20900%20euros&from=lease-harbour-street-12.pdf"
    return ask_about_link(stage.theme, QUrl(address), _page(stage))


def at_top(scene: Scene) -> Scene:
    """The same, read from the beginning."""

    def show(stage: Stage) -> QWidget | None:
        shown = scene(stage)
        stage.settle(100)
        _page(stage).view.list.verticalScrollBar().setValue(0)
        return shown

    return show


def _both(name: str, make: Callable[[], Message], question: str) -> dict[str, Scene]:
    scene = _answered(make(), question)
    return {name: scene, f"{name}-top": at_top(scene)}


SCENES: dict[str, Scene] = {
    "answer-counted": counted(5),
    "answer-counted-waiting": counted(5, waiting=118),
    "answer-counted-long": counted(300),
    "answer-counted-open": unfolded,
    "answer-counted-none": _answered(answers.not_counted(), "Which files mention asbestos?"),
    **_both("answer-whole", answers.whole_file, "How long is the notice period?"),
    **_both("answer-follow-up", answers.follow_up, "And for the warehouse in Mill Lane?"),
    **_both("answer-summary", answers.summary, SUMMARISE),
    "answer-summary-stopped": _answered(answers.stopped_summary(), SUMMARISE),
    "answer-instructing": _answered(answers.instructing(), "How long is the notice period?"),
    "answer-instructing-open": warned,
    "answer-link": link,
    "answer-correction": correction,
    "answer-judged": judged,
    "answer-summarising": _asking(lambda chat, cancel: answers.summarising(chat, cancel, SUMMARISE)),
}
