"""What long work on models tells while it runs."""

from __future__ import annotations

from dataclasses import dataclass

from desktop.core.events import Event
from desktop.core.models import ModelSpec


@dataclass(frozen=True)
class ModelAdded(Event):
    """The last event of an import or a download: the model as it is in the registry."""

    spec: ModelSpec


@dataclass(frozen=True)
class ModelMeasured(Event):
    """How fast a model writes here, in tokens a second."""

    model_id: str
    tokens_per_second: float


@dataclass(frozen=True)
class GraphicsMeasured(Event):
    """Bytes of graphics memory that a model can be put into, 0 where there is no card for that."""

    free: int
