"""The chat page in each of its states, for the pictures of `tests/screenshots.py`."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from PySide6.QtWidgets import QWidget

from desktop.core.cancel import CancelToken
from desktop.core.conversations import ContextUse, Coverage, Message, MessageState, Reading, Role, Timings
from desktop.core.errors import ReadError
from desktop.core.events import Event, Found
from desktop.ui.chat_page import ChatPage
from desktop.ui.compare_dialog import CompareDialog
from desktop.ui.memory_end import MemoryEnd
from desktop.ui.page_view import PageWindow
from desktop.ui.trash_dialog import TrashDialog
from tests.ui import chat_content as content
from tests.ui.fake_models import QWEN, STARTER

MARKDOWN = """## What to do next

The lease can be ended **in writing** only. Three steps:

1. Write the letter and name section `12.2`.
   - Both tenants sign.
   - Keep a copy.
2. Send it so that it arrives *before* the [third working day](https://example.org/days).
3. Hand back the keys.

> Notice must be given in writing and reach the other party in time.

| Quarter ends | Letter arrives until |
|---|---|
| 31 March | 4 July |
| 30 June | 3 October |

```python
def last_day(quarter: int) -> date:
    # Nine months before the end of the quarter.
    return end_of(quarter) - months(9)
```
"""
FORMULAS = r"""The roots of $ax^2 + bx + c = 0$ are

$$x_{1,2} = \frac{-b \pm \sqrt{b^2 - 4ac}}{2a}$$

and the sum of the first \(n\) numbers is \(\frac{n(n+1)}{2}\), which costs $5 or $6:

\[\sum_{i=1}^{n} i = \frac{n(n+1)}{2}, \qquad \int_0^\infty e^{-x^2}\,dx = \frac{\sqrt{\pi}}{2}\]

What nobody can set stays as it is: $\begin{nothing} x$.
"""
Stage = Any
Scene = Callable[[Stage], QWidget | None]


def _page(stage: Stage) -> ChatPage:
    page = stage.window.page("chat")
    assert isinstance(page, ChatPage)
    return page


def _filled(stage: Stage) -> ChatPage:
    """The chat page with some chats, none open."""
    content.fill(stage.services, time.time())
    page = _page(stage)
    page.refresh()
    return page


def _answered(answer: Message, question: str = content.QUESTION) -> Scene:
    """A chat with one answer."""

    def show(stage: Stage) -> None:
        page = _filled(stage)
        kept = stage.services.conversations.kept["c10"]
        kept[:] = [Message("q1", "c10", Role.USER, question), replace(answer, conversation_id="c10")]
        page.open_chat("c10")
        stage.settle()

    return show


def first_start(stage: Stage) -> None:
    stage.window.show_page("chat")


def empty(stage: Stage) -> None:
    _filled(stage).ask_collection("k1")


def empty_without_files(stage: Stage) -> None:
    _filled(stage).ask_collection("")


def source_open(stage: Stage) -> None:
    _answered(content.answer())(stage)
    _page(stage).sources.ask(content.SOURCES, 2)
    stage.settle(300)


def text_source(stage: Stage) -> None:
    _answered(content.answer())(stage)
    _page(stage).sources.ask(content.SOURCES, 3)
    stage.settle(300)


def page_failed(stage: Stage) -> None:
    def render(path: str, page: int, width: int, cancel: CancelToken, member: tuple[str, ...] = ()) -> object:
        raise ReadError("This page cannot be drawn: the file is damaged.", "Open it in another program.")

    _answered(content.answer())(stage)
    stage.services.pages.render = render
    page = _page(stage)
    page.panel.store._kept.clear()
    page.sources.ask(content.SOURCES, 2)
    stage.settle(300)


def file_missing(stage: Stage) -> None:
    source_open(stage)
    _page(stage).panel.cards[1].opened.open_file()  # type: ignore[union-attr]
    stage.settle()


def page_enlarged(stage: Stage) -> QWidget | None:
    source_open(stage)
    page = _page(stage)
    page.panel._enlarge(content.SOURCES[1], 7)
    stage.settle(400)
    window = page.window().findChild(PageWindow)
    return window if isinstance(window, QWidget) else None


def editing(stage: Stage) -> None:
    _answered(content.answer())(stage)
    _page(stage).view.list.entries[0].widget.start_editing()  # type: ignore[union-attr]
    stage.settle()


def search(stage: Stage) -> None:
    page = _filled(stage)
    page.open_chat("c10")
    page.side.open_search()
    page.side._search.setText("lift")
    stage.settle(400)


def renaming(stage: Stage) -> None:
    page = _filled(stage)
    page.open_chat("c10")
    page.side.rename("c10")
    stage.settle()


def deleted(stage: Stage) -> None:
    page = _filled(stage)
    page.open_chat("c10")
    page.delete_chat("c9")
    stage.settle()


def _memory_end(summary: str, opened: bool = False) -> Scene:
    """A chat whose beginning the model no longer sees."""

    def show(stage: Stage) -> None:
        page = _filled(stage)
        kept = stage.services.conversations.kept["c10"]
        use = ContextUse(4096, 40, 900, 2100, 12, 300, 2, "q2", summary)
        last = content.answer(text="It ends on 30 September.", grounding=None, sentences=())
        kept[:] = [
            Message("q1", "c10", Role.USER, "Which months do we compare?"),
            replace(last, id="a0", conversation_id="c10", text="From April to September. " * 6),
            Message("q2", "c10", Role.USER, "And when does the lease end?"),
            replace(last, conversation_id="c10", timings=Timings(0.1, 0.3, 1.2, 3100, 0, 12, 40.0, use)),
        ]
        page.open_chat("c10")
        line = page.view.list.divider
        if opened and isinstance(line, MemoryEnd):
            line.button.click()
        page.view.composer.field.setPlainText("What must be in the letter? " * 20)
        stage.settle()

    return show


def attaching(stage: Stage) -> None:
    """What is read, what is being read, and what cannot be."""
    page = _filled(stage)
    page.ask_collection("")
    names = ("Tenancy agreement.pdf", "slow scan of the handover.pdf", "locked.docx", "gone.png")
    page.view.attachments.add([Path("/in") / name for name in names])
    page.view.composer.field.setPlainText("When does the tenancy end?")
    stage.settle(300)


def attached(stage: Stage) -> None:
    """A question with what was attached to it, and its answer."""
    stage.services.attaching.go.set()
    page = _filled(stage)
    page.ask_collection("")
    page.view.attachments.add([Path("/in/Tenancy agreement.pdf"), Path("/in/Handover.png")])
    stage.settle(300)
    stage.services.answering.grounding = content.GROUNDING
    page.view.ask("When does it end?")
    stage.settle(400)


def asked_together(stage: Stage) -> None:
    """What is attached and the collection were asked, and another question is begun with an attachment."""
    stage.services.attaching.go.set()
    page = _filled(stage)
    page.ask_collection("k1")
    page.view.attachments.add([Path("/in/Tenancy agreement.pdf")])
    page.view.composer._join(True)
    stage.settle(300)
    beside = Coverage(6, 212, 8, files_failed=1, files=("Lease Harbour Street 12.pdf",))
    whole = Coverage(1, 1, 9, files=("Tenancy agreement.pdf",), pages=4, pages_total=4, reading=Reading.WHOLE)
    stage.services.answering.grounding = replace(content.GROUNDING, coverage=whole, beside=beside)
    page.view.ask("Is that the usual notice period?")
    stage.settle(400)
    page.view.attachments.add([Path("/in/locked statement.pdf")])
    stage.settle(200)


def long_draft(stage: Stage) -> None:
    """More than the composer has room for, with many attachments."""
    stage.services.attaching.go.set()
    _answered(content.answer())(stage)
    page = _page(stage)
    page.view.attachments.add([Path(f"/in/Statement of account {month}.pdf") for month in range(1, 10)])
    page.view.composer.field.setPlainText("What must be in the letter? " * 60)
    stage.settle(300)


def overflow_menu(stage: Stage) -> None:
    _memory_end("")(stage)
    _page(stage).view.memory.open_choice()
    stage.settle()


def branches(stage: Stage) -> None:
    """Pins and folders beside a chat with versions of its question and its answer."""
    page = _filled(stage)
    chats = stage.services.conversations
    chats.pin("c3", True)
    for chat in ("c2", "c5"):
        chats.move(chat, "Landlord")
    for message in chats.messages("c10"):
        chats.forks[message.id] = ("x", message.id, "y")
    page.refresh()
    page.open_chat("c10")
    stage.settle()


def found_message(stage: Stage) -> None:
    page = _filled(stage)
    page.side.open_search()
    page.side._search.setText("notice")
    stage.settle(400)
    message = stage.services.conversations.messages("c10")[-1]
    page.open_message("c10", message.id)
    stage.settle()


def trash(stage: Stage) -> QWidget | None:
    page = _filled(stage)
    for chat in ("c2", "c5"):
        stage.services.conversations.delete(chat)
    page.chat_actions.open_trash()
    stage.settle()
    dialog = page.findChild(TrashDialog)
    return dialog if isinstance(dialog, QWidget) else None


def _asking(events: Callable[[str, CancelToken], Iterator[Event]], collection: str = "k1") -> Scene:
    """A question whose answer stands still at some point."""

    def show(stage: Stage) -> None:
        page = _filled(stage)
        page.ask_collection(collection)
        stage.services.answering.ask = lambda chat, question, cancel, **_: events(chat, cancel)
        page.view.ask(content.QUESTION)
        stage.settle(400)

    return show


def _nothing_yet(chat: str, cancel: CancelToken) -> Iterator[Event]:
    cancel.wait(30)
    yield from ()


def _found_only(chat: str, cancel: CancelToken) -> Iterator[Event]:
    yield Found(Message("q2", chat, Role.USER, content.QUESTION), content.GROUNDING)
    cancel.wait(30)


def _half(chat: str, cancel: CancelToken) -> Iterator[Event]:
    yield from content.streaming(chat, 270, cancel)


_SUMMARY = (
    "You compare the service charges of April to September with those of the year before. The house is Harbour "
    "Street 12. The lease began on 1 October 2021 and costs 2,300 EUR a month."
)
_HALF = content.ANSWER[:200]
_KILLED = "The model ended while it was writing: the system needed its memory."


def _compare(stage: Stage, words: str) -> CompareDialog:
    stage.services.models.all = [STARTER, QWEN]
    page = _filled(stage)
    page.new_chat()
    page.view.composer.field.setPlainText(words)
    page.header.compare_asked.emit()
    dialog = stage.window.findChild(CompareDialog)
    assert dialog is not None
    return dialog


def compare_empty(stage: Stage) -> QWidget:
    """Nothing is asked yet."""
    return _compare(stage, "")


def _compared(delay: float = 0.0, failing: bool = False) -> Scene:
    """Both sides have answered; or the first one is on its way, or failed."""

    def fail(cancel: CancelToken) -> Iterator[Event]:
        raise ReadError("The model ended while it was writing.", "Qwen3 4B can answer in its place.")
        yield  # pragma: no cover

    def scene(stage: Stage) -> QWidget:
        answering = stage.services.answering
        answering.grounding, answering.words, answering.delay = content.GROUNDING, content.ANSWER, delay
        answering.scripts = [fail] if failing else []
        dialog = _compare(stage, content.QUESTION)
        dialog.sides[1].model.setCurrentIndex(1)
        dialog.ask()
        stage.settle(900)
        return dialog

    return scene


def compare_beside(stage: Stage) -> QWidget:
    """Another answer is to be set beside one of the chat."""
    stage.services.models.all = [STARTER, QWEN]
    page = _filled(stage)
    page.open_chat("c10")
    page.view.compare_asked.emit(page.view.list.entries[-1].message)
    dialog = stage.window.findChild(CompareDialog)
    assert dialog is not None
    return dialog


SCENES: dict[str, Scene] = {
    "compare-empty": compare_empty,
    "compare-done": _compared(),
    "compare-busy": _compared(delay=0.2),
    "compare-failed": _compared(failing=True),
    "compare-beside": compare_beside,
    "first-start": first_start,
    "chat": source_open,
    "chat-text-source": text_source,
    "chat-page-failed": page_failed,
    "chat-file-missing": file_missing,
    "chat-page-enlarged": page_enlarged,
    "chat-markdown": _answered(
        content.answer(text=MARKDOWN, grounding=None, sentences=()), "How do we end it, step by step?"
    ),
    "chat-formulas": _answered(
        content.answer(text=FORMULAS, grounding=None, sentences=()), "How do I solve it?"
    ),
    "chat-not-found": _answered(content.answer(text="", grounding=content.NOT_FOUND, sentences=())),
    "chat-stopped": _answered(content.answer(MessageState.STOPPED, _HALF)),
    "chat-failed": _answered(content.answer(MessageState.FAILED, _HALF, note=_KILLED)),
    "chat-searching": _asking(_nothing_yet),
    "chat-reading": _asking(_found_only),
    "chat-writing": _asking(_half),
    "chat-empty": empty,
    "chat-empty-without-files": empty_without_files,
    "chat-editing": editing,
    "chat-search": search,
    "chat-renaming": renaming,
    "chat-deleted": deleted,
    "chat-branches": branches,
    "chat-found-message": found_message,
    "chat-trash": trash,
    "chat-attaching": attaching,
    "chat-attached": attached,
    "chat-memory-left-out": _memory_end(""),
    "chat-memory-summary": _memory_end(_SUMMARY),
    "chat-memory-summary-open": _memory_end(_SUMMARY, opened=True),
    "chat-asked-together": asked_together,
    "chat-long-draft": long_draft,
    "chat-memory-choice": overflow_menu,
}
