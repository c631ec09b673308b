"""The colours and measures of the look, once for light and once for dark."""

from __future__ import annotations

from dataclasses import dataclass, fields

from PySide6.QtGui import QColor


@dataclass(frozen=True)
class Tokens:
    """Every colour as #RRGGBB. A pair such as `ok`, `ok_soft` is words on their own soft ground."""

    dark: bool
    canvas: str
    surface: str
    raised: str
    sunken: str
    fill: str
    hover: str
    line: str
    edge: str
    text: str
    text2: str
    text3: str
    accent: str
    accent_hover: str
    accent_pressed: str
    accent_soft: str
    on_accent: str
    mark: str
    mark_text: str
    mark_bar: str
    ok: str
    ok_soft: str
    warn: str
    warn_soft: str
    bad: str
    bad_soft: str
    bad_hover: str
    bad_pressed: str
    on_bad: str
    toast: str
    toast_text: str
    toast_link: str
    outlier: str
    series: tuple[str, ...]
    shadow_alpha: int

    def colour(self, name: str, alpha: float = 1.0) -> QColor:
        """The token `name` as a colour, `alpha` between 0 and 1."""
        colour = QColor(getattr(self, name))
        colour.setAlphaF(alpha)
        return colour

    def rgba(self, name: str, alpha: float) -> str:
        """The token `name` as rgba() for a style sheet."""
        colour = QColor(getattr(self, name))
        return f"rgba({colour.red()}, {colour.green()}, {colour.blue()}, {alpha:.2f})"

    def colours(self) -> dict[str, str]:
        """All single colours by name, for the style sheet's template."""
        return {f.name: getattr(self, f.name) for f in fields(self) if isinstance(getattr(self, f.name), str)}


LIGHT = Tokens(
    dark=False,
    canvas="#F5F6F6",
    surface="#FFFFFF",
    raised="#FFFFFF",
    sunken="#EDEFEF",
    fill="#EDEFEF",
    hover="#EFF1F1",
    line="#E1E5E5",
    edge="#838D90",
    text="#1A2022",
    text2="#495457",
    text3="#5E696C",
    accent="#0F6878",
    accent_hover="#0B5664",
    accent_pressed="#084652",
    accent_soft="#E0EFF1",
    on_accent="#FFFFFF",
    mark="#FFE58A",
    mark_text="#1A2022",
    mark_bar="#E0AE00",
    ok="#1D7442",
    ok_soft="#E2F2E8",
    warn="#855300",
    warn_soft="#FFF1D3",
    bad="#B1261C",
    bad_soft="#FCE8E6",
    bad_hover="#961F17",
    bad_pressed="#7D1912",
    on_bad="#FFFFFF",
    toast="#23292B",
    toast_text="#F1F4F4",
    toast_link="#7FD0DC",
    outlier="#B9C0C2",
    series=("#0F6878", "#D55E00", "#7B5EA7", "#2E8B57", "#C2457E", "#3B7DD8", "#9A7B00", "#8C4B2F"),
    shadow_alpha=41,
)

DARK = Tokens(
    dark=True,
    canvas="#16191A",
    surface="#1C2021",
    raised="#252A2B",
    sunken="#121415",
    fill="#2D3435",
    hover="#2A3031",
    line="#333A3C",
    edge="#717B7E",
    text="#EBEFEF",
    text2="#B6BFC1",
    text3="#98A2A5",
    accent="#6FC6D2",
    accent_hover="#8AD3DD",
    accent_pressed="#5AB3C0",
    accent_soft="#1C3A40",
    on_accent="#06272D",
    mark="#6A5510",
    mark_text="#FFF3CC",
    mark_bar="#D9AE22",
    ok="#7CCB98",
    ok_soft="#1D3527",
    warn="#E8B75A",
    warn_soft="#3B2F16",
    bad="#F2938B",
    bad_soft="#432320",
    bad_hover="#F6ACA5",
    bad_pressed="#E27F77",
    on_bad="#3A0B07",
    toast="#ECEFEF",
    toast_text="#1A2022",
    toast_link="#0F6878",
    outlier="#566063",
    series=("#6FC6D2", "#F0905A", "#B79BE0", "#7CCB98", "#EE8FB8", "#86B4F4", "#D9BE5A", "#D19A80"),
    shadow_alpha=128,
)


@dataclass(frozen=True)
class TypeStyle:
    """Pixels of the letters, pixels from line to line, and weight."""

    size: int
    line: int
    weight: int


TYPE = {
    "display": TypeStyle(30, 38, 600),
    "title": TypeStyle(22, 28, 600),
    "section": TypeStyle(17, 24, 600),
    "lead": TypeStyle(17, 25, 400),
    "answer": TypeStyle(15, 25, 400),
    "quote": TypeStyle(15, 22, 400),
    "body": TypeStyle(14, 20, 400),
    "control": TypeStyle(14, 20, 500),
    "head": TypeStyle(14, 20, 600),
    "secondary": TypeStyle(13, 18, 400),
    "secondary-control": TypeStyle(13, 18, 500),
    "caption": TypeStyle(12, 16, 400),
    "rail": TypeStyle(12, 16, 500),
    "label": TypeStyle(12, 16, 600),
}

FONT_FAMILIES = ("Inter", "Segoe UI", "SF Pro Text", "Noto Sans", "DejaVu Sans")
MONO_FAMILIES = (
    "JetBrains Mono",
    "Cascadia Mono",
    "SF Mono",
    "Noto Sans Mono",
    "DejaVu Sans Mono",
    "monospace",
)
OFF_ALPHA = 0.42

RADIUS_CONTROL = 6
RADIUS_LARGE = 8
RADIUS_CARD = 10

RAIL_WIDTH = 84
SIDE_WIDTH = 216
PANEL_WIDTH = 388
READING_WIDTH = 720
NARROW_PANEL = 1180
NARROW_TABLE = 1100
NARROW_SIDE = 960
