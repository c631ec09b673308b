"""Numbers and dates as the cells of a workbook show them."""

from __future__ import annotations

import pytest

from desktop.engines.read_number_format import code_of, is_date, show

DAY = 45_356  # 5 March 2024, a Tuesday
MOMENT = DAY + (14 * 3600 + 7 * 60 + 9) / 86_400


@pytest.mark.parametrize(
    ("value", "code", "shown"),
    [
        (1234.5, "General", "1234.5"),
        (0.1 + 0.2, "General", "0.3"),
        (123456789012, "General", "123456789012"),
        (3.14159265358979, "General", "3.141592654"),
        (1e-7, "General", "1E-07"),
        (-2.0, "General", "-2"),
        (1234.5, "0", "1235"),
        (2.675, "0.00", "2.68"),
        (-1234.567, "#,##0.00", "-1,234.57"),
        (0.4, "#,##0", "0"),
        (-0.4, "#,##0", "0"),
        (0.1534, "0.0%", "15.3%"),
        (0.07, "0%", "7%"),
        (1234567, '#,##0,"k"', "1,235k"),
        (1234567, '0.0,,"m"', "1.2m"),
        (1234.5, "[$€-407]#,##0.00", "€1,234.50"),
        (1234.5, '#,##0.00\\ "kr"', "1,234.50 kr"),
        (-1234, "#,##0_);(#,##0)", "(1,234)"),
        (-1234, "#,##0_);[Red]\\(#,##0\\)", "(1,234)"),
        (0, '#,##0;-#,##0;"none"', "none"),
        (0, '_(* #,##0_);_(* \\(#,##0\\);_(* "-"??_);_(@_)', "-"),
        (12, "General_)", "12"),
        (5550142, "000-0000", "555-0142"),
        (42, "00000", "00042"),
        (1.5, "0.##", "1.5"),
        (1.0, "0.##", "1"),
        (0.5, "#.00", ".50"),
        (12345, "0.00E+00", "1.23E+04"),
        (0.00012, "0.0E-0", "1.2E-4"),
        (99999, "0.0E+0", "1.0E+5"),
        (1.75, "# ?/?", "1 3/4"),
        (0.5, "?/8", "4/8"),
        (15, '[<10]"few";[>=10]"many"', "many"),
        (1e300, "0", "1" + "0" * 300),
        (DAY, "yyyy-mm-dd", "2024-03-05"),
        (DAY, "d mmmm yyyy", "5 March 2024"),
        (DAY, "[$-409]ddd, mmm d, yy;@", "Tue, Mar 5, 24"),
        (DAY, "dd/mm/yyyy", "05/03/2024"),
        (MOMENT, "m/d/yyyy h:mm AM/PM", "3/5/2024 2:07 PM"),
        (MOMENT, "hh:mm:ss", "14:07:09"),
        (MOMENT, "mm:ss.0", "07:09.0"),
        (1.5, "[h]:mm", "36:00"),
        (DAY + 0.9999999, "yyyy-mm-dd hh:mm", "2024-03-06 00:00"),
        (1, "yyyy-mm-dd", "1900-01-01"),
        (-5, "yyyy-mm-dd", "-5"),
        (9e9, "yyyy-mm-dd", "9000000000"),
        (7, '"Room "0', "Room 7"),
        (7, '"hidden"', "hidden"),
        (7, ";;;", ""),
    ],
)
def test_a_number_is_shown_as_its_cell_shows_it(value: float, code: str, shown: str) -> None:
    assert show(value, code) == shown


def test_days_may_count_from_1904() -> None:
    assert show(DAY - 1462, "yyyy-mm-dd", first_day_1904=True) == "2024-03-05"


def test_formats_known_by_number_and_by_code() -> None:
    assert code_of(10, {}) == "0.00%"
    assert code_of(164, {164: "0.000"}) == "0.000"
    assert code_of(999, {}) == "General"
    assert is_date(code_of(14, {}))
    assert not is_date('#,##0.00 "days"')


@pytest.mark.parametrize(
    "code", ["0" * 900 + "." + "#" * 90, "[" * 500, '"' * 501, "/" * 50, "E+E+E+", "?" * 40 + "/?"]
)
def test_odd_codes_end(code: str) -> None:
    assert isinstance(show(12.5, code), str)
