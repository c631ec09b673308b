"""What can be downloaded, with an honest fit for this computer, and which model of each kind suits it best."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cached_property

from desktop.core.fit import Fit, Verdict, expected_speed, fit
from desktop.core.machine import Machine, this_machine
from desktop.core.model_catalogue import CatalogueEntry, read_catalogue
from desktop.core.model_settings import ModelSettings
from desktop.core.models import ModelFormat, ModelSpec, Purpose
from desktop.core.paths import Paths
from desktop.core.settings import Settings
from desktop.services.models import Models
from desktop.services.settings import SettingsService

SLOWEST = 5.0
"""Tokens a second below which a model is not recommended: it would write more slowly than people read."""
_WRITING = (Purpose.CHAT, Purpose.VISION)


@dataclass(frozen=True)
class Offer:
    """A model of the catalogue for this computer. `tokens_per_second` is an estimate, 0 where nothing was measured;
    `installed` is the model on this computer that came from it."""

    entry: CatalogueEntry
    fit: Fit
    tokens_per_second: float = 0.0
    installed: ModelSpec | None = None
    recommended: bool = False


@dataclass
class ModelCatalogue:
    """The catalogue against what this computer has."""

    paths: Paths
    models: Models
    settings: SettingsService
    measured_machine: Callable[[], Machine] = this_machine
    graphics: int = 0
    """Free memory of a graphics card, once the language engine was asked: it takes a second to look."""

    @cached_property
    def entries(self) -> tuple[CatalogueEntry, ...]:
        """All models, as the file has them."""
        return read_catalogue(self.paths.resources / "models.json")

    def machine(self) -> Machine:
        """What this computer has now."""
        return replace(self.measured_machine(), graphics=self.graphics)

    def entry(self, entry_id: str) -> CatalogueEntry | None:
        return next((one for one in self.entries if one.id == entry_id), None)

    def offers(self, purpose: Purpose) -> list[Offer]:
        """The models for a purpose: the one that is recommended, where one is, then the others by size."""
        machine, installed, measured = self.machine(), self.models.installed(), self._measured()
        found = [
            self._offer(entry, machine, installed, measured)
            for entry in self.entries
            if entry.purpose is purpose
        ]
        best = _best(found)
        marked = [Offer(**{**vars(one), "recommended": one is best}) for one in found]
        return sorted(marked, key=lambda one: (not one.recommended, one.entry.size_bytes))

    def best(self, purpose: Purpose) -> Offer | None:
        """The one that suits this computer best."""
        return next((offer for offer in self.offers(purpose) if offer.recommended), None)

    def fit_of(self, spec: ModelSpec, own: ModelSettings | None = None) -> Fit:
        """The fit of a model that is installed, with its own settings or others that are thought of."""
        wanted = self.settings_for(spec, own)
        context = min(wanted.context_size, spec.context or wanted.context_size)
        packed = wanted.cache_type != "f16"
        return fit(
            spec.size_bytes,
            spec.shape,
            context,
            self.machine(),
            wanted.cache_type,
            flash_attention=wanted.flash_attention or packed,
            gpu_layers=wanted.gpu_layers,
        )

    def settings_for(self, spec: ModelSpec, own: ModelSettings | None = None) -> Settings:
        """All settings as they are for a model, or would be with `own` ones."""
        chosen = self.models.settings_of(spec) if own is None else own
        return self.settings.current.changed(**chosen.own)

    def expected(self, spec: ModelSpec) -> float:
        """Tokens a second: measured, or else estimated from a model that was."""
        if spec.tokens_per_second:
            return spec.tokens_per_second
        return expected_speed(spec.shape.active_bytes or spec.size_bytes, self._measured())

    def _offer(
        self,
        entry: CatalogueEntry,
        machine: Machine,
        installed: list[ModelSpec],
        measured: list[tuple[float, float]],
    ) -> Offer:
        context = min(self.settings.current.context_size, entry.context)
        speed = expected_speed(entry.shape.active_bytes, measured) if entry.purpose in _WRITING else 0.0
        here = next((spec for spec in installed if spec.source == entry.repo), None)
        if here is not None and here.tokens_per_second:
            speed = here.tokens_per_second
        return Offer(entry, fit(entry.size_bytes, entry.shape, context, machine), speed, here)

    def _measured(self) -> list[tuple[float, float]]:
        """Bytes a token and tokens a second of every model that was measured here."""
        return [
            (float(spec.shape.active_bytes or spec.size_bytes), spec.tokens_per_second)
            for spec in self.models.installed()
            if spec.tokens_per_second and spec.format is ModelFormat.GGUF
        ]


def _best(offers: list[Offer]) -> Offer | None:
    """The best that fits well and is quick enough; where none does, the smallest that fits at all."""
    good = [
        one for one in offers if one.fit.verdict is Verdict.WELL and not 0 < one.tokens_per_second < SLOWEST
    ]
    if good:
        return max(good, key=lambda one: one.entry.quality)
    possible = [one for one in offers if one.fit.verdict is not Verdict.NOT]
    return min(possible, key=lambda one: one.entry.size_bytes, default=None)
