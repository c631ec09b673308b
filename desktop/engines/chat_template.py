"""A model's own chat template, rendered in jinja's sandbox with an end to its time and its memory."""

from __future__ import annotations

import ctypes
import datetime
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import psutil

from desktop.core.chat_requests import ChatTurn
from desktop.core.errors import ModelError
from desktop.engines.template_check import too_much

SECONDS = 5.0
"""Real templates take milliseconds."""
MOST_BYTES = 400_000_000
"""By how much the process may grow meanwhile."""
LONGEST_PRODUCT = 1_000_000
"""Of a text or list that is repeated by a multiplication, which nothing could interrupt."""
LOOK_SECONDS = 0.02


class ChatTemplate:
    """Turns into the text that the model was trained to go on from."""

    def __init__(self, name: str, template: str, *, bos: str, eos: str) -> None:
        """`name` is the model's, for sentences. Raises ModelError where the template cannot be read."""
        self._name = name
        self._words = {"bos_token": bos, "eos_token": eos}
        with _failures(name), _limited(name):
            self._template = _environment().from_string(template)

    def render(self, turns: Sequence[ChatTurn]) -> str:
        """The prompt. Raises ModelError where the template does not work, or does not come to an end."""
        messages = [{"role": turn.role, "content": turn.content} for turn in turns]
        with _failures(self._name), _limited(self._name):
            return str(
                self._template.render(
                    messages=messages,
                    add_generation_prompt=True,
                    functions=None,
                    function_call=None,
                    tools=None,
                    tool_choice=None,
                    **self._words,
                )
            )


def _environment() -> Any:
    from jinja2.exceptions import SecurityError, TemplateError
    from jinja2.ext import loopcontrols
    from jinja2.sandbox import ImmutableSandboxedEnvironment
    from llama_cpp.llama_chat_format import Jinja2ChatFormatter

    class Environment(ImmutableSandboxedEnvironment):
        """The sandbox, with products and powers of a size that a prompt can have."""

        intercepted_binops = frozenset({"*", "**"})

        def call_binop(self, context: Any, operator: str, left: Any, right: Any) -> Any:
            for one, times in ((left, right), (right, left)):
                is_repeated = isinstance(one, str | list | tuple) and isinstance(times, int)
                if is_repeated and len(one) * times > LONGEST_PRODUCT:
                    raise SecurityError("a text is repeated too often")
            if operator == "**" and (abs(left) > LONGEST_PRODUCT or abs(right) > 64):
                raise SecurityError("a number is too large")
            return super().call_binop(context, operator, left, right)

    def refuse(message: str) -> str:
        raise TemplateError(message)

    tags = Jinja2ChatFormatter.IgnoreGenerationTags
    made = Environment(trim_blocks=True, lstrip_blocks=True, extensions=[tags, loopcontrols])
    made.filters["tojson"] = Jinja2ChatFormatter.tojson
    made.globals["raise_exception"] = refuse
    made.globals["strftime_now"] = lambda form: datetime.datetime.now().astimezone().strftime(form)
    return made


@contextmanager
def _failures(name: str) -> Iterator[None]:
    """Whatever a template does wrong, in one sentence."""
    from jinja2.exceptions import SecurityError, TemplateError

    try:
        yield
    except SecurityError as error:
        raise ModelError(
            f"{name} cannot be used: its chat template tries what no template may.",
            "Nothing happened. Choose a model from a source that you trust.",
            str(error),
        ) from error
    except (MemoryError, RecursionError) as error:
        raise too_much(name) from error
    except (TemplateError, TypeError, ValueError, ArithmeticError, LookupError, AttributeError) as error:
        raise ModelError(
            f"{name} cannot be used: its chat template does not work.", "Choose another model.", repr(error)
        ) from error


class _TooMuch(BaseException):
    """Raised from outside into a template that does not end; no `except` of a library takes it for its own."""


@contextmanager
def _limited(name: str) -> Iterator[None]:
    """End what runs in this thread within the block when it takes too long, or too much memory."""
    thread, done, lock = threading.get_ident(), threading.Event(), threading.Lock()
    raise_in_thread = ctypes.pythonapi.PyThreadState_SetAsyncExc
    process = psutil.Process()
    before, begin = process.memory_info().rss, time.monotonic()

    def watch() -> None:
        while not done.wait(LOOK_SECONDS):
            grown = process.memory_info().rss - before
            if grown > MOST_BYTES or time.monotonic() - begin > SECONDS:
                with lock:
                    if not done.is_set():
                        raise_in_thread(ctypes.c_ulong(thread), ctypes.py_object(_TooMuch))
                return

    threading.Thread(target=watch, daemon=True).start()
    try:
        yield
    except _TooMuch:
        raise too_much(name) from None
    finally:
        with lock:
            done.set()
            raise_in_thread(ctypes.c_ulong(thread), None)  # what was raised too late must hit nobody else
