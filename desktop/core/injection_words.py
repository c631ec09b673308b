"""By what words a text speaks to a model: patterns for `injections`, on text in lower case without accents.

STRONG ones say it alone. WEAK ones stand in manuals, contracts and forms, too; two different ones in a passage do not.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property

from desktop.core.injection_english import ENGLISH
from desktop.core.injection_languages import FRENCH, GERMAN, SPANISH
from desktop.core.injection_patterns import AI

_TOOLS = (
    r"\"(?:tool|function|tool_name|function_name|action|"
    r"name)\" ?: ?\"[\w.-]+\" ?,\s*\"(?:arguments|parameters|args|input|action_input|params)\" ?:",
    r"<(?:invoke|tool_use|function_call|tool_call|execute)\b",
    r"\baction ?: ?\w+\s+action input ?:",
)

_OTHER = (
    # What sends something of the conversation to an address, as soon as a viewer loads it.
    r"!\[[^\]]{0,200}\]\(\s*<?https?://[^)\s]{0,300}(?:\{|%7b|<|\$|\[)",
    r"!\[[^\]]{0,200}\]\(\s*<?https?://[^)\s]{0,200}[?&](?:q|data|d|leak|secret|chat|conversation|"
    r"prompt|history|c|text|msg)=",
    r"\b(?:ignore|disregard|forget)\b[^.!?\n]{0,12}\b(?:everything|all)\b",
    r"\b(?:follow|obey|execute|carry out) (?:these|the following|my|"
    r"this) (?:\w+ )?(?:instructions?|orders?|commands?|steps)\b",
    r"\byou are an? (?:\w+ ){0,3}(?:ai|assistant|chatbot|language model|bot|agent)\b",
    r"\bsystem prompt\b|\bsystem-?prompt\b|\bprompt (?:del )?sistem[ae]\b",
    rf"\b(?:{AI}|assistant) (?:must|should|shall|will|is to|has to|needs to)\b",
    r"\b(?:respond|reply) (?:only )?(?:with|in)\b",
    r"\bdo not (?:answer|summari[sz]e|translate|tell|mention|reveal)\b",
    r"\bthe user\b[^.!?\n]{0,40}\b(?:asks?|asked|question|must|password)\b",
    r"\b(?:click|visit|open|go to)\b[^.!?\n]{0,40}https?://",
    r"\b(?:password|credit card|api key|credentials|passwort|kennwort|mot de passe|contrasena)\b",
    r"\bjavascript:|\bdata:text/html|<script\b|\bonerror ?=",
    r"\b(?:important|urgent|attention|wichtig|achtung|importante|urgente) ?[:!]",
    r"\b(?:override|bypass|jailbreak|unrestricted|uncensored|unfiltered)\b",
    r"\b(?:assistant|user|human|system) ?:",
)


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


@dataclass(frozen=True)
class Signs:
    """Patterns of a language. A text in which none of its everyday words stands is not looked at any further; none are
    named where all texts are."""

    sources: tuple[str, ...]
    everyday: frozenset[str] = frozenset()

    @cached_property
    def patterns(self) -> tuple[re.Pattern[str], ...]:
        """Compiled when first asked: all of them together take 40 ms, which the start of the window does not have."""
        return tuple(re.compile(source) for source in self.sources)


STRONG = (
    Signs((*ENGLISH, *_TOOLS)),
    Signs(
        GERMAN,
        _words(
            "der die das den dem des du dir dich sie und nicht alle alles ein eine mit bitte diese dieser dieses deine "
            "vergiss ignoriere ignorieren missachte anweisungen regeln antworte antworten systemprompt nutzer ki"
        ),
    ),
    Signs(
        FRENCH,
        _words(
            "le la les l des de du un une tu vous et ne pas tes vos votre ta que ce cette ignore ignorez oublie "
            "oubliez instructions consignes reponds repondez systeme utilisateur ia"
        ),
    ),
    Signs(
        SPANISH,
        _words(
            "el la los las de del un una tu tus y no que su sus ahora todo todas ignora ignore olvida olvide "
            "instrucciones responde actua sistema usuario ia"
        ),
    ),
)
WEAK = Signs(_OTHER)
