"""A chat as Markdown, with footnotes as most programs understand them ([^1])."""

from __future__ import annotations

import re
import time

from desktop.core.conversations import Role
from desktop.services.export_text import NOTE_CLOSE, NOTE_OPEN, ExportText, Turn, parser

# Code inside a line, and outside of it what a viewer could load or make a link of whose address is not seen: a
# picture, HTML, a link, and the address that a link refers to.
_LOADS = re.compile(r"(`+[^`\n]*`+)|!\[|<(?=[A-Za-z/!?])|\](?=[(\[:])")
_SPECIAL = re.compile(r"([\\`*_\[\]<>#|~])")


def to_markdown(exported: ExportText) -> str:
    """The whole text; answers stand as the model wrote them, what files say is escaped."""
    day = time.strftime("%Y-%m-%d", time.localtime(exported.created))
    parts = [f"# {_escaped(exported.title)}", day]
    for turn in exported.turns:
        parts += _turn(turn)
    parts += [f"[^{number}]: {_escaped(note)}" for number, note in enumerate(exported.notes, 1)]
    return "\n\n".join(parts) + "\n"


def speaker(turn: Turn) -> str:
    """Who says a turn."""
    if turn.role is Role.USER:
        return "You"
    return f"Answer ({turn.model})" if turn.model else "Answer"


def _turn(turn: Turn) -> list[str]:
    parts = [f"## {_escaped(speaker(turn))}"]
    parts += [f"> {_escaped(quote.text)} [^{quote.note}]" for quote in turn.quotes]
    if turn.text.strip():
        # A number inside a block of code stays text there, as it would in any Markdown.
        parts.append(_harmless(turn.text).replace(NOTE_OPEN, "[^").replace(NOTE_CLOSE, "]"))
    if turn.remark:
        parts.append(f"*{_escaped(turn.remark)}*")
    return parts


def _harmless(text: str) -> str:
    """The text with pictures, links and HTML as text, so that opening the file loads nothing and no click leads
    anywhere unseen; code stays as it is."""
    lines = text.split("\n")
    code = {
        number
        for token in parser().parse(text)
        if token.type in ("fence", "code_block") and token.map
        for number in range(*token.map)
    }
    return "\n".join(line if n in code else _LOADS.sub(_as_text, line) for n, line in enumerate(lines))


def _as_text(match: re.Match[str]) -> str:
    return match.group(1) or {"!": "!\\[", "]": "\\]"}.get(match.group()[0], "&lt;")


def _escaped(text: str) -> str:
    return _SPECIAL.sub(r"\\\1", text)
