"""The prompt library and batch runs in each of their states, for the pictures of `tests/screenshots.py`."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from PySide6.QtWidgets import QWidget

from desktop.core.batches import ItemState
from desktop.core.cancel import CancelToken
from desktop.core.conversations import Message, Role
from desktop.core.errors import EngineCrashed
from desktop.core.events import Event, Progress
from desktop.core.manner import Manner
from desktop.core.prompt_library import filled_in, render
from desktop.ui.batch_dialog import BatchDialog
from desktop.ui.batch_start import BatchStart
from desktop.ui.columns_dialog import ColumnsDialog
from desktop.ui.prompt_editor import PromptEditor
from desktop.ui.prompt_form import PromptForm
from desktop.ui.prompt_runs import PromptRuns
from tests.ui.chat_scenes import Scene, Stage, _filled, _page

_KILLED = "The model ended while it was writing: the system needed its memory."


def prompts(stage: Stage) -> QWidget | None:
    page = _filled(stage)
    page.ask_collection("k1")
    page.view.composer.prompts_asked.emit()
    stage.settle(100)
    return page.findChild(PromptRuns).popover


def _prompt_form(name: str) -> Scene:
    def show(stage: Stage) -> QWidget:
        page = _page(stage)
        prompts(stage)
        runs = page.findChild(PromptRuns)
        runs.popover.close()
        runs.choose(stage.services.prompting.named(name))
        stage.settle(100)
        return page.window().findChild(PromptForm)

    return show


def batch_start(stage: Stage) -> QWidget:
    form = _prompt_form("dates-and-amounts")(stage)
    assert isinstance(form, PromptForm)
    form.many_button.click()
    stage.settle(100)
    return _page(stage).window().findChild(BatchStart)


def _batch(ended: bool) -> Scene:
    def show(stage: Stage) -> QWidget:
        asked = batch_start(stage)
        asked.columns.setText("Tenant, Rent: number, Since: date")
        fake = stage.services.batching
        fake.fails = 3
        asked.accept()
        stage.settle(300)
        dialog = _page(stage).window().findChild(BatchDialog)
        if not ended:
            entry = dialog._tasks.start("Running", _hold, icon="stack")
            entry.setProperty("batch_id", "b1")
            fake.kept[5:] = [replace(one, state=ItemState.WAITING, answer="") for one in fake.kept[5:]]
            dialog._show_run()
            stage.settle(100)
        return dialog

    return show


def batch_table(stage: Stage) -> QWidget:
    """The columns of a table are chosen."""
    asked = batch_start(stage)
    path = Path(stage.services.paths.home) / "Letters of May.csv"
    path.parent.mkdir(parents=True, exist_ok=True)
    rows = "".join(f"{n},May {n},Dear Sir or Madam: our rent of {n}00 EUR is paid\n" for n in range(1, 9))
    path.write_text(f"id,date,text\n{rows}", "utf-8")
    asked.take_table(path)
    stage.settle(200)
    return asked.findChild(ColumnsDialog)


def _batch_broken(failed: bool) -> Scene:
    """A run that ended early: the model failed again and again, or it was cancelled."""

    def show(stage: Stage) -> QWidget:
        dialog = _batch(True)(stage)
        assert isinstance(dialog, BatchDialog)
        fake = stage.services.batching
        fake.kept[4:] = [replace(one, state=ItemState.WAITING, answer="") for one in fake.kept[4:]]
        dialog._show_run()
        if failed:
            dialog._failed(EngineCrashed(_KILLED, "Go on, or choose a smaller model."))
        stage.settle(100)
        return dialog

    return show


def _hold(cancel: CancelToken) -> Iterator[Event]:
    yield Progress(5, 8, "6 of 8: Report 6.pdf", 40.0)
    cancel.wait(5)


def prompt_editor(stage: Stage) -> QWidget:
    prompts(stage)
    _page(stage).findChild(PromptRuns).edit(stage.services.prompting.named("complaint-reply"))
    stage.settle(100)
    return _page(stage).window().findChild(PromptEditor)


def batches_empty(stage: Stage) -> QWidget:
    prompts(stage)
    dialog = _page(stage).findChild(PromptRuns).open_batches()
    stage.settle(100)
    return dialog


def prompt_asked(stage: Stage) -> None:
    """A message that ran a prompt."""
    page = _filled(stage)
    page.begin()
    prompt = stage.services.prompting.named("complaint-reply")
    values = {one.name: one.choices[0] if one.choices else one.default for one in prompt.variables}
    values["complaint"] = (
        "The lift in Harbour Street 12 has stood still for three weeks, and nobody answers our calls."
    )
    words = render(prompt, values).text
    manner = Manner("", name=prompt.name, filled=filled_in(prompt, values))
    chat = stage.services.conversations.create("k1")
    asked = Message("q", chat.id, Role.USER, words, manner=manner)
    note = "Only the first 1,210 of 5,300 words of “The complaint” were read."
    answer = Message(
        "a", chat.id, Role.ASSISTANT, "- The lift has stood still.\n- Nobody answers.", parent_id="q"
    )
    stage.services.conversations.kept[chat.id] = [asked, replace(answer, note=note, manner=manner)]
    page.open_chat(chat.id)
    stage.settle(100)


SCENES: dict[str, Scene] = {
    "chat-prompts": prompts,
    "chat-prompt-editor": prompt_editor,
    "chat-batch-start": batch_start,
    "chat-batch-done": _batch(True),
    "chat-batch-running": _batch(False),
    "chat-batches-empty": batches_empty,
    "chat-batch-table": batch_table,
    "chat-batch-failed": _batch_broken(True),
    "chat-batch-cancelled": _batch_broken(False),
    "chat-prompt-form": _prompt_form("complaint-reply"),
    "chat-prompt-form-long": _prompt_form("compare-offers"),
    "chat-prompt-asked": prompt_asked,
}
