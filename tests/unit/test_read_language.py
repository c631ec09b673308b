"""The language of a text."""

from __future__ import annotations

from pathlib import Path

import pytest

from desktop.engines.read_language import language_of
from tests.reading import read, write

ENGLISH = "The rent is due on the third working day of each month; please pay it to the account of the house."


@pytest.mark.parametrize(
    ("text", "language"),
    [
        (ENGLISH, "en"),
        (
            "Die Miete beträgt 950 Euro im Monat und ist am dritten Werktag an die Hausverwaltung zu zahlen.",
            "de",
        ),
        ("L'été était très chaud cette année, et j'ai acheté un café au lait à côté du théâtre.", "fr"),
        ("Договор аренды может быть расторгнут с уведомлением за три месяца.", "ru"),
        ("賃貸契約は三か月前の通知により終了することができます。敷金は家賃の三か月分です。", "ja"),
        ("Okafor 950", ""),
        ("12 34 | 55 66 | 77.5 %" * 50, ""),
        ("", ""),
    ],
)
def test_the_language_of_a_text(text: str, language: str) -> None:
    assert language_of(text) == language


def test_a_file_says_its_language_and_code_has_none(tmp_path: Path) -> None:
    assert read(write(tmp_path, "a.txt", ENGLISH))[1].language == "en"
    assert read(write(tmp_path, "a.py", f"# {ENGLISH}\nimport os\n"))[1].language == ""
