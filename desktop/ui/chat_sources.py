"""Whether the sources of an answer stand beside the chat, and which of them is open."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from desktop.core.documents import Source
from desktop.ui.sources_panel import SourcesPanel


class ChatSources:
    """They come with an answer where there is room, unless the person has closed them; what is asked for comes always.

    `is_wide` tells whether there is room beside the chat, `place` gives all parts of the page their places.
    """

    def __init__(self, panel: SourcesPanel, is_wide: Callable[[], bool], place: Callable[[], None]) -> None:
        self._panel, self._is_wide, self._place = panel, is_wide, place
        self.shown = False
        self._refused = False

    def offer(self, offer: tuple[Sequence[Source], bool]) -> None:
        """An answer came or was opened: its sources stand beside it where there is room."""
        sources, found = offer
        self._panel.set_sources(sources)
        self.shown = bool(sources) and self._is_wide() and not self._refused
        self._panel.open_source(sources[0].number if sources and found and self.shown else 0)
        self._place()

    def ask(self, sources: Sequence[Source], number: int) -> None:
        """The person wants to see a source; asked for again it closes."""
        again = self.shown and self._panel.open_number == number
        self._panel.set_sources(sources)
        self._open()
        self._panel.open_source(0 if again else number)

    def show(self) -> None:
        """The person wants to see the sources, the first one if none is open."""
        self._open()
        if not self._panel.open_number and self._panel.cards:
            self._panel.open_source(self._panel.cards[0].source.number)
        self._panel.focus_open()

    def close(self) -> None:
        """The person does not want to see them, those of the next answer neither."""
        self.shown, self._refused = False, True
        self._panel.open_source(0)
        self._place()

    def _open(self) -> None:
        self.shown, self._refused = True, False
        self._place()
