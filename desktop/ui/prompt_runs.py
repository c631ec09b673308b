"""Prompts in a chat: the library over the composer, the form of the chosen one, and its steps one after the other."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from PySide6.QtCore import QObject, QPoint, Signal
from PySide6.QtWidgets import QFileDialog, QWidget

from desktop.core.answer_table import Form
from desktop.core.cancel import CancelToken
from desktop.core.conversations import MessageState
from desktop.core.errors import DesksideError
from desktop.core.events import Event
from desktop.core.manner import Manner
from desktop.core.prompt_library import Prompt, Step, filled_in, render
from desktop.ui.composer import Composer
from desktop.ui.live_answer import LiveAnswer
from desktop.ui.prompt_form import PromptForm
from desktop.ui.prompts_popover import PromptsPopover
from desktop.ui.tasks import TaskList
from desktop.ui.theme import Theme

if TYPE_CHECKING:
    from desktop.services.all import Services
    from desktop.ui.batch_dialog import BatchDialog
    from desktop.ui.chat_page import ChatPage

Ask = Callable[[str, CancelToken], Iterator[Event]]


class Send(Protocol):
    """Sends words whose answer comes from an ask of a chat, in the open chat ('') or in another one."""

    def __call__(
        self, question: str, ask: Ask, chat: str, *, manner: Manner | None = None
    ) -> LiveAnswer | None: ...


@dataclass
class _Run:
    """A prompt on its way: what was put in, and the answers so far."""

    prompt: Prompt
    values: dict[str, str]
    step_by_step: bool
    form: Form | None = None
    results: dict[str, str] = field(default_factory=dict)
    step: int = 0


class PromptRuns(QObject):
    """Made when the library is first opened. A chain goes on in its chat when another is opened; stopping ends it."""

    message = Signal(str, object)
    failed = Signal(object)

    def __init__(self, services: Services, theme: Theme, tasks: TaskList, send: Send, over: QWidget) -> None:
        super().__init__(over)
        self._services, self._theme, self._tasks = services, theme, tasks
        self._send, self._over = send, over
        self.collection_id = ""
        self.popover = PromptsPopover(theme, services.prompting.list, services.prompting.broken, over)
        self.popover.chosen.connect(self.choose)
        self.popover.import_asked.connect(self._import)
        self.popover.batches_asked.connect(self.open_batches)
        self.popover.new_asked.connect(lambda: self.edit(Prompt("", "", (Step(""),))))
        self.popover.edit_asked.connect(self.edit)
        self.popover.copy_asked.connect(self._copy)
        self.popover.export_asked.connect(self._export)
        self.popover.delete_asked.connect(self._delete)

    def open(self, composer: Composer) -> None:
        """Show the library above the composer; files are offered from the collection that it asks."""
        self.collection_id = composer.collection_id
        self.popover.show_above(composer.mapToGlobal(QPoint(0, -6)), composer.width())

    def choose(self, prompt: Prompt) -> None:
        """Ask for what a prompt needs, then run it."""
        form = PromptForm(
            self._services, self._theme, self._tasks, prompt, self.collection_id, self._over.window()
        )
        form.accepted.connect(lambda: self.run(prompt, form.values, form.step_by_step, form.form()))
        form.many_asked.connect(lambda: self._choose_many(prompt, form))
        form.finished.connect(form.deleteLater)
        form.open()

    def open_batches(self, start: str = "") -> BatchDialog:
        """Show the batch runs, and begin with one where it is named."""
        from desktop.ui.batch_dialog import BatchDialog  # not before it is asked for

        self.popover.close()
        dialog = BatchDialog(self._services, self._theme, self._tasks, self._over.window())
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()
        if start:
            dialog.start(start)
        return dialog

    def _choose_many(self, prompt: Prompt, form: PromptForm) -> None:
        """Ask for what a batch run needs, then begin with it."""
        from desktop.ui.batch_start import BatchStart  # not before it is asked for

        values = form.values
        form.reject()
        over = self._over.window()
        asked = BatchStart(self._services, self._theme, self._tasks, prompt, values, self.collection_id, over)
        asked.accepted.connect(lambda: self.open_batches(asked.batch_id))
        asked.finished.connect(asked.deleteLater)
        asked.open()

    def run(
        self, prompt: Prompt, values: dict[str, str], step_by_step: bool, form: Form | None = None
    ) -> None:
        """Run all steps in the open chat; with a form the last answer is a table."""
        self._next(_Run(prompt, values, step_by_step, form), "")

    def _next(self, run: _Run, chat: str) -> None:
        prompting, step, results = self._services.prompting, run.step, dict(run.results)
        try:
            words = render(run.prompt, run.values, step, results, step_by_step=run.step_by_step).text
        except DesksideError as error:
            self.failed.emit(error)
            return

        def ask(chat_id: str, cancel: CancelToken) -> Iterator[Event]:
            return prompting.ask(
                chat_id,
                run.prompt,
                run.values,
                step,
                results,
                cancel,
                step_by_step=run.step_by_step,
                form=run.form,
            )

        manner = Manner("", name=run.prompt.name, filled=filled_in(run.prompt, run.values))
        live = self._send(words, ask, chat, manner=manner)
        if live is not None:
            live.ended.connect(lambda ended: self._ended(run, ended))

    def _ended(self, run: _Run, live: LiveAnswer) -> None:
        """Go on with the next step, unless this one was stopped or failed."""
        message = live.message
        if message is None or message.state is not MessageState.COMPLETE:
            return
        name = run.prompt.steps[run.step].result
        if name:
            run.results[name] = message.text
        run.step += 1
        if run.step < len(run.prompt.steps):
            self._next(run, live.conversation_id)

    # --- the library

    def edit(self, prompt: Prompt) -> None:
        """Let the person write a prompt of their own."""
        from desktop.ui.prompt_editor import PromptEditor  # not before it is asked for

        self.popover.close()
        editor = PromptEditor(self._theme, prompt, self._services.prompting.save, self._over.window())
        editor.accepted.connect(lambda: self.message.emit(self.tr("Prompt saved"), None))
        editor.finished.connect(editor.deleteLater)
        editor.open()

    def _import(self) -> None:
        self.popover.close()
        names, _kind = QFileDialog.getOpenFileNames(
            self._over, self.tr("Import prompts"), "", self.tr("Prompts (*.toml)")
        )
        for name in names:
            self._do(
                lambda n=name: self._services.prompting.import_file(Path(n)),  # type: ignore[misc]
                self.tr("Imported {name}").replace("{name}", Path(name).name),
            )

    def _copy(self, prompt: Prompt) -> None:
        name = self.tr("{name} (copy)").replace("{name}", prompt.name[:70])
        self._do(lambda: self._services.prompting.duplicate(prompt, name), self.tr("Copied"))
        self.popover.fill()

    def _export(self, prompt: Prompt) -> None:
        self.popover.close()
        name, _kind = QFileDialog.getSaveFileName(
            self._over, self.tr("Export the prompt"), f"{prompt.id}.toml", "*.toml"
        )
        if name:
            path = Path(name) if name.lower().endswith(".toml") else Path(f"{name}.toml")
            words = self.tr("Exported to {name}").replace("{name}", path.name)
            self._do(lambda: self._services.prompting.export(prompt, path), words)

    def _delete(self, prompt: Prompt) -> None:
        if self._do(lambda: self._services.prompting.delete(prompt.id)):
            self.popover.close()
            self.message.emit(self.tr("Prompt deleted"), lambda: self._restore(prompt.id))

    def _restore(self, prompt_id: str) -> None:
        self._do(lambda: self._services.prompting.restore(prompt_id))

    def _do(self, action: Callable[[], object], words: str = "") -> bool:
        try:
            action()
        except DesksideError as error:
            self.failed.emit(error)
            return False
        if words:
            self.message.emit(words, None)
        return True


def open_prompts(page: ChatPage, services: Services, theme: Theme) -> None:
    """Show the prompt library above the composer of a chat page, once no answer is being written there."""
    runs = page.findChild(PromptRuns)
    if runs is None:
        runs = PromptRuns(services, theme, page.view.tasks, page.view.send, page)
        runs.message.connect(lambda words, undo: page.message.emit(words, undo, None))
        runs.failed.connect(page.failed)
    if page.view.live is None:
        runs.open(page.view.composer)
