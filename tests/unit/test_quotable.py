"""What can stand as a quote: whole sentences and rows of tables; no headings, feet of pages or single cells."""

from __future__ import annotations

import pytest

from desktop.core.quotable import is_quotable


@pytest.mark.parametrize(
    "text",
    [
        "The deposit is 2,460 euros.",
        "“Notice must be given in writing.”",
        "Is smoking allowed at the playground?",
        "Grey | household waste | every Tuesday",
        "Odometer | 9,800",
        "Claim # | SF-1008 | | Make | Jeep",
        "GRAND TOTAL | | | | 5,738",
        "Water and sewage 5,180 5,420",
        "Sum 1,874.60",
        "Heating, 30 per cent living area 219.21",
        "E4 Water pressure is too low Tell the caretaker, who tops up water",
        "number: 5; date: 2025-01-19; flat: 9; reported by: Leila Karimi; what: Radiator stays cold",
        "居民必须在早上七点以后倒垃圾。 这是规定。 请注意。 谢谢。",
    ],
)
def test_what_says_something(text: str) -> None:
    assert is_quotable(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Waste",
        "§ 5 Service charges",
        "Service charges 2024",
        "6 Error codes",
        "9 How the costs are divided",
        "Building insurance",
        "| Waste | |",
        "Yes.",
        "12",
        "5,180",
        "Heating manual, Harbour Street 12 4 / 4",
        "Service charges 2024, Harbour Street 12 1 / 2",
        "Annual report of the housing association for the year 2025 3 of 214",
    ],
)
def test_what_says_nothing_by_itself(text: str) -> None:
    assert not is_quotable(text)
