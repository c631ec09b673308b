"""Grammars: what a model may write, from a JSON schema or in GBNF, checked before llama.cpp takes it."""

from __future__ import annotations

import json
from typing import Any

from desktop.core.errors import UserError

MOST_CHARACTERS = 200_000
"""Of a grammar: a schema of a few lines can grow into millions of rules."""


def compiled(llama: Any, schema: str, grammar: str) -> Any:
    """The grammar for a model, None where nothing limits it. Raises UserError where it is not one.

    llama.cpp would end the process over a grammar that it cannot read, so it is tried in the way that only says no.
    """
    text = from_schema(schema) if schema else grammar
    if not text:
        return None
    import llama_cpp

    if len(text) > MOST_CHARACTERS or "\0" in text:
        raise _not_a_form("it is too large")
    sampler = llama_cpp.llama_sampler_init_grammar(llama._model.vocab, text.encode("utf-8"), b"root")
    if not sampler:
        raise _not_a_form("its rules cannot be read")
    llama_cpp.llama_sampler_free(sampler)
    return llama_cpp.LlamaGrammar.from_string(text, verbose=False)


def from_schema(schema: str) -> str:
    """The GBNF of a JSON schema; nothing is fetched for it. Raises UserError."""
    from llama_cpp.llama_grammar import json_schema_to_gbnf

    try:
        if not isinstance(json.loads(schema), dict):
            raise _not_a_form("it is no JSON schema")
        return str(json_schema_to_gbnf(schema))
    except RecursionError:
        raise _not_a_form("it is nested too deeply") from None
    except (ValueError, KeyError, TypeError, AttributeError, AssertionError, NotImplementedError) as error:
        raise _not_a_form("it has parts that are not supported", str(error)) from error


def _not_a_form(why: str, details: str = "") -> UserError:
    return UserError(f"The form of the answer cannot be used: {why}.", "Make it simpler.", details)


class Stops:
    """Ends an answer where one of some texts begins. What may be the beginning of one is held back."""

    def __init__(self, texts: tuple[str, ...]) -> None:
        self._texts = tuple(text for text in texts if text)
        self._held = ""
        self.stopped = False

    def add(self, text: str) -> str:
        """What may be shown of the text so far."""
        self._held += text
        places = [place for one in self._texts if (place := self._held.find(one)) >= 0]
        if places:
            self.stopped = True
            shown, self._held = self._held[: min(places)], ""
            return shown
        kept = max((_overlap(self._held, one) for one in self._texts), default=0)
        cut = len(self._held) - kept
        shown, self._held = self._held[:cut], self._held[cut:]
        return shown

    def rest(self) -> str:
        """What was held back and is no stop after all."""
        shown, self._held = self._held, ""
        return shown


def _overlap(text: str, stop: str) -> int:
    """How many characters at the end of `text` begin `stop`."""
    longest = min(len(text), len(stop) - 1)
    return next((length for length in range(longest, 0, -1) if text.endswith(stop[:length])), 0)
