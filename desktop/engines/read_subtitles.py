"""Subtitles (SubRip, WebVTT, Advanced SubStation): what is said as running text, with the time of each stretch."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

from desktop.core.cancel import CancelToken
from desktop.core.documents import Heading
from desktop.engines.read_blocks import squeezed
from desktop.engines.read_text import check_size, decoded, encoding_of, parts_with_headings
from desktop.engines.read_types import Reading

STRETCH_SECONDS = 45.0
"""A stretch goes on for at least so long, then to the end of its sentence: about as many words as a passage takes."""
PAUSE_SECONDS = 5.0
"""After so long a silence a new stretch begins."""
_LONGEST_SECONDS = 120.0  # for subtitles that never end a sentence

_TIMES = re.compile(
    r"(?:(\d+):)?(\d{1,2}):(\d{1,2})(?:[,.](\d{1,3}))?\s*-->\s*(?:(\d+):)?(\d{1,2}):(\d{1,2})"
)
_VOICE = re.compile(r"<v(?:\.[\w.]+)?\s+([^<>]+)>")
_TAG = re.compile(r"</?[a-zA-Z\d:.][^<>]*>|\{[\\=][^{}]*\}")
_DRAWING = re.compile(r"\{[^{}]*\\p[1-9]")
_SENTENCE_END = re.compile(r"[.!?…。！？][\"'”’»)\]♪]*\Z")
_ASS_TIME = re.compile(r"(\d+):(\d{1,2}):(\d{1,2})")


@dataclass(frozen=True)
class _Cue:
    """What stands on the screen from `start` on, in seconds."""

    start: float
    end: float
    lines: tuple[str, ...]


def read_subtitles(path: str, file: BinaryIO, kind: str, cancel: CancelToken) -> Reading:
    """Read subtitles of `kind` 'srt', 'vtt' or 'ass'. Raises ReadError."""
    check_size(path, file)
    text = "".join(decoded(file, encoding_of(file), cancel))
    cues = _ass_cues(text) if kind == "ass" else _cues(text)
    joined, headings = _joined(cues)
    return Reading(
        kind, _title(text) if kind == "ass" else "", 0, parts_with_headings(path, joined, headings)
    )


def _cues(text: str) -> Iterator[_Cue]:
    """The cues of SubRip and WebVTT: a line of times, then lines of text up to an empty one."""
    start = end = 0.0
    lines: list[str] | None = None
    for line in [*text.split("\n"), ""]:
        times = _TIMES.search(line)
        if times:
            if lines and lines[-1].strip().isdigit():
                lines.pop()  # the number of this cue, where no empty line stands before it
            if lines:
                yield _Cue(start, end, tuple(lines))
            start, end = _seconds(*times.group(1, 2, 3)), _seconds(*times.group(5, 6, 7))
            lines = []
        elif not line.strip():
            if lines:
                yield _Cue(start, end, tuple(lines))
                lines = None
        elif lines is not None:
            lines.append(line)


def _ass_cues(text: str) -> Iterator[_Cue]:
    """The lines `Dialogue:` of Advanced SubStation, by time; a line `Format:` names their fields."""
    fields = ["layer", "start", "end", "style", "name", "marginl", "marginr", "marginv", "effect", "text"]
    found: list[_Cue] = []
    for line in text.split("\n"):
        key, _, value = line.partition(":")
        if key.strip().lower() == "format" and "text" in value.lower():
            fields = [field.strip().lower() for field in value.split(",")]
        elif key.strip().lower() == "dialogue":
            row = dict(zip(fields, value.split(",", len(fields) - 1), strict=False))
            times = [_ASS_TIME.search(row.get(field, "")) for field in ("start", "end")]
            said = row.get("text", "")
            if times[0] and times[1] and not _DRAWING.search(said):
                lines = re.split(r"\\[Nn]", said.replace("\\h", " "))
                begin, end = (_seconds(*match.groups()) for match in times if match)
                found.append(_Cue(begin, end, tuple(lines)))
    found.sort(key=lambda cue: cue.start)
    yield from found


def _title(text: str) -> str:
    found = re.search(r"^Title:[ \t]*(.+)$", text, re.M)
    title = squeezed(found.group(1)) if found else ""
    return "" if title.lower() in ("default aegisub file", "<untitled>", "untitled") else title


def _joined(cues: Iterator[_Cue]) -> tuple[str, list[Heading]]:
    """The text of all cues, a paragraph a stretch, and the time of each as a heading."""
    text = ""
    paragraphs: list[str] = []
    headings: list[Heading] = []
    length = 0
    began = ended = 0.0
    before: list[str] = []

    def close() -> None:
        nonlocal text, length
        if text:
            gap = 2 if paragraphs else 0
            headings.append(Heading(length + gap, clock(began)))
            paragraphs.append(text)
            length += gap + len(text)
        text = ""

    for cue in cues:
        lines = [said for line in cue.lines if (said := _said(line))]
        # Captions that roll up show the line before once more.
        fresh = [line for line in lines if line not in before]
        before = lines
        if not fresh:
            ended = max(ended, cue.end)
            continue
        if text and _is_over(text, cue.start - began, cue.start - ended):
            close()
        if not text:
            began = cue.start
        text = f"{text} {' '.join(fresh)}".strip()
        ended = cue.end
    close()
    return "\n\n".join(paragraphs), headings


def _is_over(text: str, seconds: float, pause: float) -> bool:
    """Whether a new stretch begins before the next words."""
    if pause >= PAUSE_SECONDS or seconds >= _LONGEST_SECONDS:
        return True
    return seconds >= STRETCH_SECONDS and _SENTENCE_END.search(text[-8:]) is not None


def _said(line: str) -> str:
    """A line's words without styles; the name of who speaks stands before them."""
    line = _VOICE.sub(lambda voice: f"{voice.group(1).strip()}: ", line)
    return squeezed(html.unescape(_TAG.sub("", line)))


def _seconds(hours: str | None, minutes: str, seconds: str) -> float:
    return int(hours or 0) * 3600.0 + int(minutes) * 60 + int(seconds)


def clock(seconds: float) -> str:
    """A time in a film, as hours, minutes and seconds."""
    whole = int(seconds)
    return f"{whole // 3600:02d}:{whole // 60 % 60:02d}:{whole % 60:02d}"
