"""Formulas of Word (OMML) in one line of text: fractions with a stroke, powers with ^, indices with _."""

from __future__ import annotations

from dataclasses import dataclass

_SIGNS = {"num": "", "den": "/", "sup": "^", "sub": "_", "lim": "_", "radicand": "√", "base": ""}
_SCRIPTED = frozenset({"sSup", "sSub", "sSubSup"})
_BRACKETS = {"d", "e", "deg", "nary", "rad", *_SCRIPTED, *_SIGNS}


@dataclass
class _Open:
    """An element that is open: the place of its first word, and the signs around it."""

    name: str
    place: int
    before: str = "("
    after: str = ")"
    parts: int = 0


class Formula:
    """Follows the tags of formulas and writes their structure between the words that they contain."""

    def __init__(self) -> None:
        self._open: list[_Open] = []

    def start(self, name: str, value: str | None, words: list[str]) -> None:
        """A tag opens; `value` is its `val` attribute."""
        above = self._open[-1] if self._open else None
        if name == "e" and above is not None and above.name in ("rad", *_SCRIPTED):
            name = "radicand" if above.name == "rad" else "base"
        if name == "e" and above is not None and above.name == "d":
            above.parts += 1
            words.extend(["|"] if above.parts > 1 else [])
        if name in _BRACKETS:
            self._open.append(_Open(name, len(words), "∫" if name == "nary" else "("))
        elif above is not None and value is not None:
            if name in ("begChr", "chr"):
                above.before = value
            elif name == "endChr":
                above.after = value

    def end(self, name: str, words: list[str]) -> None:
        """A tag closes."""
        if name == "naryPr" and self._open and self._open[-1].name == "nary":
            words.append(self._open[-1].before)
        elif name == "fName":
            words.append(" ")
        elif name == "mr":
            words.append("; ")
        if name not in _BRACKETS or not self._open:
            return
        done = self._open.pop()
        text = "".join(words[done.place :])
        if done.name == "d":
            words[done.place :] = [done.before + text + done.after]
        elif done.name == "deg":
            words[done.place :] = [f"[{text}]"] if text else []
        elif done.name in _SIGNS and text:
            words[done.place :] = [_SIGNS[done.name] + _grouped(text)]


def _grouped(text: str) -> str:
    """In brackets, where the sign before or after it would else reach only its next letter."""
    text = text.strip()
    bracketed = text.startswith("(") and text.find(")") == len(text) - 1
    return text if len(text) == 1 or text.isalnum() or bracketed else f"({text})"
