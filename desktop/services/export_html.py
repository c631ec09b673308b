"""A chat as one HTML page that loads nothing: no script, no picture, no style from anywhere."""

from __future__ import annotations

import re
import time
from html import escape

from desktop.core.conversations import Role
from desktop.services.export_markdown import speaker
from desktop.services.export_text import NOTE_CLOSE, NOTE_OPEN, ExportText, Turn, parser

_MARK = re.compile(f"{NOTE_OPEN}(\\d+){NOTE_CLOSE}")
_STYLE = """
:root { color-scheme: light dark; }
body { font: 16px/1.6 system-ui, sans-serif; max-width: 46rem; margin: 2rem auto; padding: 0 1rem; }
section { margin: 1.5rem 0; } section.you { background: #8881; border-radius: 10px; padding: .25rem 1rem; }
h2 { font-size: .9rem; margin: .5rem 0; opacity: .75; } pre { background: #8882; padding: .75rem; overflow-x: auto; }
code { font-family: ui-monospace, monospace; } table { border-collapse: collapse; }
td, th { border: 1px solid #8886; padding: .25rem .5rem; }
blockquote { border-left: 4px solid #e0ae00; margin: .5rem 0; padding-left: .75rem; }
.plain { white-space: pre-wrap; }
.remark, time { opacity: .75; } ol.notes { font-size: .9rem; }
"""
# Nothing may be loaded even if a browser found something to load.
_POLICY = "default-src 'none'; style-src 'unsafe-inline'"


def to_html(exported: ExportText) -> str:
    """The whole page; text of people, models and files is escaped."""
    day = time.strftime("%Y-%m-%d", time.localtime(exported.created))
    notes = "".join(
        f'<li id="note-{number}">{escape(note)} <a href="#mark-{number}" aria-label="Back">↩</a></li>'
        for number, note in enumerate(exported.notes, 1)
    )
    seen: set[str] = set()
    body = "\n".join(_turn(turn, seen) for turn in exported.turns)
    title = escape(exported.title)
    return (
        '<!DOCTYPE html>\n<html>\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">\n'
        f'<meta name="viewport" content="width=device-width">\n<title>{title}</title>\n'
        f"<style>{_STYLE}</style>\n</head>\n<body>\n<h1>{title}</h1>\n<time>{day}</time>\n{body}\n"
        + (f'<h2>Sources</h2>\n<ol class="notes">{notes}</ol>\n' if notes else "")
        + "</body>\n</html>\n"
    )


def _turn(turn: Turn, seen: set[str]) -> str:
    quotes = "".join(
        f"<blockquote>{escape(q.text)} {_note(str(q.note), seen)}</blockquote>" for q in turn.quotes
    )
    text = f'<p class="plain">{escape(turn.text)}</p>'
    if turn.role is Role.ASSISTANT:
        text = _MARK.sub(lambda match: _note(match.group(1), seen), parser().render(turn.text))
    remark = f'<p class="remark">{escape(turn.remark)}</p>' if turn.remark else ""
    kind = "you" if turn.role is Role.USER else "answer"
    return f'<section class="{kind}"><h2>{escape(speaker(turn))}</h2>{quotes}{text}{remark}</section>'


def _note(number: str, seen: set[str]) -> str:
    """The number that leads to a footnote; the first of several is where the footnote leads back to."""
    place = "" if number in seen else f' id="mark-{number}"'
    seen.add(number)
    return f'<sup{place}><a href="#note-{number}">{number}</a></sup>'
