"""Presets of sampling in words, each with the numbers behind it."""

from __future__ import annotations

from dataclasses import dataclass

from desktop.core.settings import Settings


@dataclass(frozen=True)
class Preset:
    """How freely the model chooses its words; the names of the numbers are those of Settings."""

    name: str
    temperature: float
    top_k: int
    top_p: float
    min_p: float
    repeat_penalty: float
    typical_p: float = 1.0
    presence_penalty: float = 0.0
    frequency_penalty: float = 0.0

    def values(self) -> dict[str, object]:
        """What it sets."""
        return {name: value for name, value in self.__dict__.items() if name != "name"}


PRECISE = Preset("precise", 0.2, 40, 0.9, 0.05, 1.1)
"""Nearly always the likeliest words: for answers from files, figures, extraction."""
BALANCED = Preset("balanced", 0.7, 40, 0.9, 0.05, 1.1)
"""Natural text that stays on its subject: for mails and summaries."""
CREATIVE = Preset("free", 1.1, 100, 0.97, 0.02, 1.05, presence_penalty=0.3)
"""Unlikely words, too: for ideas and stories; wrong more often."""
PRESETS = (PRECISE, BALANCED, CREATIVE)


def preset_of(settings: Settings) -> str:
    """The name of the preset that the settings are at, or '' where a number was changed by hand."""
    found = (
        one
        for one in PRESETS
        if all(getattr(settings, name) == value for name, value in one.values().items())
    )
    return next((one.name for one in found), "")
