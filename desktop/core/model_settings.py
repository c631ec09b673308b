"""How one model runs, where that differs from what the settings say for all."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field


class ModelSettings(BaseModel):
    """None leaves a value to the settings for all models, which Deskside decides unless somebody changed them.

    The fields and their limits are those of `Settings`, where each is explained.
    """

    model_config = ConfigDict(frozen=True, extra="ignore")

    context_size: int | None = Field(default=None, ge=512, le=131072)
    gpu_layers: int | None = Field(default=None, ge=-1, le=1000)
    cache_type: Literal["f16", "q8_0"] | None = None
    flash_attention: bool | None = None
    threads: int | None = Field(default=None, ge=0, le=256)

    @property
    def own(self) -> dict[str, object]:
        """The values that differ."""
        return self.model_dump(exclude_none=True)
