"""English prose for documents of any number, the same on every machine: the Python manual's, shuffled."""

from __future__ import annotations

import random
import re
from collections.abc import Sequence
from functools import cache
from pathlib import Path

from desktop.core.text import sentences
from tests.hostile import pdf

_NAMES = ("Harbour", "Brandt", "Meyer", "Lindqvist", "Okafor", "Tanaka", "Moreau", "Silva", "Novak", "Hansen")
_THINGS = (
    "lease",
    "invoice",
    "survey",
    "contract",
    "turbine",
    "reservoir",
    "orchard",
    "clinic",
    "vessel",
    "bridge",
)
_PLACES = (
    "Lisbon",
    "Tromsø",
    "Ghent",
    "Kyoto",
    "Accra",
    "Quito",
    "Riga",
    "Dundee",
    "Graz",
    "Bergen",
    "Malmö",
)


@cache
def manual() -> tuple[str, ...]:
    """The sentences of the language reference that comes with Python: real prose, about 2,000 of them."""
    from pydoc_data.topics import topics

    found: dict[str, None] = {}
    for text in topics.values():
        for paragraph in re.split(r"\n\s*\n", text):
            if re.search(r"::=|>>>|^ {8}", paragraph, re.MULTILINE) or not paragraph.rstrip().endswith("."):
                continue
            plain = re.sub(r"[*`\"]", "", " ".join(paragraph.split()))
            for start, end in sentences(plain):
                if 6 <= len(plain[start:end].split()) <= 40:
                    found[plain[start:end]] = None
    return tuple(found)


def invented(chance: random.Random) -> str:
    """A sentence with a name, a place and numbers, so that documents have something of their own."""
    name, place, thing = chance.choice(_NAMES), chance.choice(_PLACES), chance.choice(_THINGS)
    year, amount = chance.randint(1950, 2029), chance.randint(100, 99_999)
    return f"In {year} the {thing} of {name} in {place} was recorded under number {amount}."


def paragraph(chance: random.Random, words: int) -> str:
    """Sentences in a random order, of about as many words in all."""
    chosen = [invented(chance)]
    while sum(len(one.split()) for one in chosen) < words:
        chosen.append(chance.choice(manual()))
    chance.shuffle(chosen)
    return " ".join(chosen)


def document(number: int, words: int = 180) -> str:
    """The text of a document, the same for the same number."""
    return paragraph(random.Random(number), words)


def text_files(folder: Path, count: int) -> list[Path]:
    """Write that many text files of one or two passages each."""
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for number in range(count):
        path = folder / f"Record {number:04}.txt"
        path.write_text(document(number), "utf-8")
        written.append(path)
    return written


def pdf_file(path: Path, pages: int, words: int = 330, first: int = 0) -> Path:
    """Write a PDF with full pages of text; `first` numbers its pages' texts, so that files may differ."""
    lines = (wrapped(document(1_000_000 + first + page, words)) for page in range(pages))
    path.write_bytes(pdf(lines, size=10, leading=13))
    return path


def wrapped(text: str, width: int = 88) -> Sequence[str]:
    """The lines of a text on a page."""
    lines, line = [], ""
    for word in text.split():
        if line and len(line) + len(word) >= width:
            lines.append(line)
            line = word
        else:
            line = f"{line} {word}".strip()
    return [*lines, line]
