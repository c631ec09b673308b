"""The sample files: all nine are read, and nothing of what was written into them is lost."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import pytest

from tests.reading import read

ROOT = Path(__file__).resolve().parents[2]
SAMPLES = sorted((ROOT / "resources" / "samples").iterdir())
SOURCES = sorted((ROOT / "packaging" / "samples").glob("*.md"))
FACTS = {
    "Tenancy agreement.pdf": "The notice period is three months to the end of a calendar month.",
    "Heating manual.pdf": "The heating period lasts from 1 October to 30 April.",
    "Service charges 2024.pdf": "The additional payment is therefore 74.60 euros and is due on 20 May 2025.",
    "Building insurance.pdf": "Damage must be reported to the insurer within seven days",
    "Board minutes March.docx": "The board accepts the offer of Keller Roofing for 18,400 euros.",
    "House rules.md": "A wash costs 2 euros and the dryer 1.50 euros",
    "Letter from the council.txt": "The water will be turned off on Tuesday 15 April from 8:00 to 15:00.",
    "Questions of new tenants.html": "It costs 18 euros a night and can be booked for at most seven nights in a row.",
    "Repairs 2025.csv": "flat: 17; reported by: Jonas Weber; what: Damp patch on the bedroom ceiling after rain",
}


def words(text: str) -> Counter[str]:
    return Counter(re.findall(r"[\w.,:§%-]*\w", text))


def test_there_are_nine() -> None:
    assert {path.name for path in SAMPLES} == set(FACTS)


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.stem)
def test_a_sample_is_read_in_whole_sentences(path: Path) -> None:
    pages, end = read(path)
    assert FACTS[path.name] in "\n".join(page.text for page in pages)
    assert end.pages == len(pages)
    assert path.suffix != ".pdf" or end.pages >= 2


@pytest.mark.parametrize("source", SOURCES, ids=lambda path: path.stem)
def test_no_word_of_a_source_is_lost(source: Path) -> None:
    (path,) = (path for path in SAMPLES if path.stem == source.stem)
    text = re.sub(r"^\d\. ", "", source.read_text("utf-8").replace("#", ""), flags=re.MULTILINE)
    pages, _ = read(path)
    assert not words(text) - words(" ".join(page.text for page in pages))
