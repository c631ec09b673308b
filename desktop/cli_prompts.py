"""The command about the prompt library: list, show, run, import, export."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterator
from pathlib import Path

from desktop.cli_commands import DONE, services
from desktop.cli_interrupt import stoppable
from desktop.cli_output import ProgressLine, emit, printable, tell
from desktop.core.answer_schema import form_of
from desktop.core.cancel import CancelToken
from desktop.core.conversations import MessageState
from desktop.core.errors import UserError
from desktop.core.events import Answer, Event, Token
from desktop.core.prompt_library import Kind, Prompt
from desktop.services.all import Services


def prompts(options: argparse.Namespace) -> int:
    """List, show, run, import or export prompts."""
    actions: dict[str, Callable[[Services, argparse.Namespace], int]] = {
        "list": _list,
        "show": _show,
        "run": _run,
        "import": _import,
        "export": _export,
    }
    with services() as built:
        return actions[options.action](built, options)


def _list(built: Services, options: argparse.Namespace) -> int:
    for one in built.prompting.list(" ".join(options.what)):
        emit(options, _row(one), f"{one.id:28}  {one.name}: {one.about}")
    return DONE


def _show(built: Services, options: argparse.Namespace) -> int:
    from desktop.core.prompt_files import write

    one = _named(built, options)
    emit(options, {**_row(one), "file": write(one).decode()}, write(one).decode().rstrip())
    return DONE


def _import(built: Services, options: argparse.Namespace) -> int:
    if not options.what:
        raise UserError(
            "There is nothing to import.", "Name files that `deskside prompts export` has written."
        )
    for name in options.what:
        one = built.prompting.import_file(Path(name))
        emit(options, _row(one), f"Added {one.name}")
    return DONE


def _export(built: Services, options: argparse.Namespace) -> int:
    one = _named(built, options)
    path = options.out or Path(f"{one.id}.toml")
    built.prompting.export(one, path)
    emit(options, {**_row(one), "path": str(path)}, f"Wrote {path}")
    return DONE


def _run(built: Services, options: argparse.Namespace) -> int:
    """Each step's answer as it comes; the chat is kept, as in the window."""
    one = _named(built, options)
    values = values_of(built, one, options)
    chat = built.conversations.create()
    results: dict[str, str] = {}
    form = form_of(options.columns or "", rows=options.rows)
    for number, step in enumerate(one.steps):

        def work(cancel: CancelToken, number: int = number) -> Iterator[Event]:
            return built.prompting.ask(
                chat.id,
                one,
                values,
                number,
                results,
                cancel,
                step_by_step=options.steps or one.step_by_step,
                form=form,
            )

        text = _answer(options, work, len(one.steps) > 1 and f"Step {number + 1} of {len(one.steps)}")
        row: dict[str, object] = {
            "step": number + 1,
            "steps": len(one.steps),
            "answer": text,
            "chat": chat.id,
        }
        if options.json:
            emit(options, row, "")
        if step.result:
            results[step.result] = text
    return DONE


def _answer(
    options: argparse.Namespace, work: Callable[[CancelToken], Iterator[Event]], head: str | bool
) -> str:
    """The answer of one step. Raises UserError where it failed."""
    line, text = ProgressLine(), ""
    if head:
        tell(f"\n{head}")
    for event in stoppable(work):
        if isinstance(event, Token) and not options.json and not options.columns:
            print(event.text, end="", flush=True)
        elif isinstance(event, Answer):
            if event.message.state is MessageState.FAILED:
                raise UserError(event.message.note or "The model gave no answer.")
            text = event.message.text
        else:
            line.show(event)
    if not options.json:
        print(printable(text) if options.columns else "")
    return text


def values_of(built: Services, one: Prompt, options: argparse.Namespace) -> dict[str, str]:
    """What was given for the variables: `--set name=words`, `--file name=path`."""
    known = {variable.name: variable for variable in one.variables}
    values: dict[str, str] = {}
    for given, is_file in [(text, False) for text in options.set] + [(text, True) for text in options.file]:
        name, equals, words = given.partition("=")
        if not equals or name not in known:
            names = ", ".join(known) or "none"
            raise UserError(f"“{name}” is no variable of this prompt.", f"Its variables: {names}.")
        values[name] = built.prompting.file_text(Path(words)) if is_file else words
    for variable in one.variables:
        if variable.kind is Kind.CHOICE and variable.required and not variable.default:
            values.setdefault(variable.name, variable.choices[0])
    return values


def _named(built: Services, options: argparse.Namespace) -> Prompt:
    if not options.what:
        raise UserError("Which prompt?", "`deskside prompts list` names them.")
    return built.prompting.named(" ".join(options.what))


def _row(one: Prompt) -> dict[str, object]:
    return {
        "id": one.id,
        "name": one.name,
        "about": one.about,
        "group": one.group,
        "own": one.own,
        "steps": len(one.steps),
        "variables": [variable.name for variable in one.variables],
    }
