"""The settings: declared once, typed, each with its default and its limits."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from desktop.core.errors import StorageError
from desktop.core.model_settings import ModelSettings


class Settings(BaseModel):
    """What a person can change. Frozen: a change is a new object (`changed`)."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    theme: Literal["system", "light", "dark"] = "system"
    text_size: int = Field(default=100, ge=80, le=160, description="Size of all text, in percent.")
    answer_length: int = Field(default=300, ge=32, le=4096, description="The longest answer, in tokens.")
    temperature: float = Field(
        default=0.2, ge=0.0, le=2.0, description="0 is always the likeliest word; higher is freer."
    )
    top_p: float = Field(
        default=0.9, gt=0.0, le=1.0, description="Only the likeliest words that together have this share."
    )
    min_p: float = Field(
        default=0.05, ge=0.0, le=1.0, description="Drops words far less likely than the likeliest."
    )
    top_k: int = Field(
        default=40, ge=0, le=1000, description="Only so many of the likeliest words; 0 is all."
    )
    typical_p: float = Field(
        default=1.0,
        gt=0.0,
        le=1.0,
        description="Below 1, leaves out words that are too likely or too unlikely.",
    )
    presence_penalty: float = Field(
        default=0.0, ge=-2.0, le=2.0, description="Makes words that were used before less likely, once."
    )
    frequency_penalty: float = Field(
        default=0.0, ge=-2.0, le=2.0, description="Makes words less likely each time they were used."
    )
    repeat_penalty: float = Field(
        default=1.1, ge=1.0, le=2.0, description="Makes repeated words less likely."
    )
    seed: int = Field(default=0, ge=0, le=2**31 - 1, description="The same seed gives the same answer.")
    context_size: int = Field(
        default=4096, ge=512, le=131072, description="How many tokens the model sees at once."
    )
    overflow: Literal["leave_out", "summarise"] = Field(
        default="leave_out", description="What becomes of old turns that the model's memory has no room for."
    )
    threads: int = Field(default=0, ge=0, le=256, description="Processor threads; 0 chooses by itself.")
    gpu_layers: int = Field(
        default=-1,
        ge=-1,
        le=1000,
        description="How many layers a graphics card computes; -1 is as many as its free memory takes. "
        "Without a card that the language engine can use, nothing changes.",
    )
    flash_attention: bool = Field(
        default=False, description="Computes attention in smaller pieces: less memory for long contexts."
    )
    cache_type: Literal["f16", "q8_0"] = Field(
        default="f16", description="Packed keeps what the model has read in half of the memory."
    )
    models_memory_mb: int = Field(
        default=0,
        ge=0,
        le=4_000_000,
        description="What loaded models may take together, in MB; 0 is half of the memory. "
        "The one that was not used for the longest time goes first.",
    )
    last_chat_model: str = Field(default="", description="Path of the model that answered last.")
    chat_model: str = Field(default="", description="Path of the chat model; empty is the starter model.")
    reranker: str = Field(
        default="",
        description="Path of the model that sorts what a search finds; empty is the first that is installed.",
    )
    model_settings: dict[str, ModelSettings] = Field(
        default={},
        description="How single models run, by SHA-256 or path, where that differs from the above.",
    )
    hub: str = Field(
        default="",
        description="Where models are downloaded from: a mirror's address; empty is the usual hub.",
    )
    passages: int = Field(default=8, ge=1, le=50, description="How many passages a question looks at.")
    passage_tokens: int = Field(
        default=200, ge=60, le=220, description="The longest passage, in the embedder's tokens."
    )
    read_seconds: int = Field(
        default=120, ge=5, le=3600, description="How long reading one file may stand still."
    )
    read_total_seconds: int = Field(
        default=900,
        ge=10,
        le=86400,
        description="How long reading one file may take, its scanned pages apart.",
    )
    read_scans: bool = Field(
        default=True, description="Reads pages that are pictures by OCR: some seconds a page."
    )
    read_memory_mb: int = Field(
        default=2048, ge=256, le=65536, description="Memory that reading one file may take."
    )

    @field_validator("model_settings", mode="before")
    @classmethod
    def _only_readable(cls, value: object) -> object:
        """One model's damaged settings must not cost those of the others."""
        return (
            {key: one for key, one in value.items() if _is_readable(one)} if isinstance(value, dict) else {}
        )

    def for_model(self, key: str) -> Settings:
        """The settings as they are for one model."""
        own = self.model_settings.get(key)
        return self.changed(**own.own) if own is not None and own.own else self

    def changed(self, **values: object) -> Settings:
        """A copy with some values changed, validated."""
        return Settings.model_validate({**self.model_dump(), **values})


def _is_readable(value: Any) -> bool:
    try:
        ModelSettings.model_validate(value)
    except ValidationError:
        return False
    return True


def load_settings(path: Path) -> Settings:
    """Read the settings; a missing file gives the defaults, and a value that is not valid its default."""
    try:
        stored = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError, RecursionError):
        return Settings()
    if not isinstance(stored, dict):
        return Settings()
    try:
        return Settings.model_validate(stored)
    except ValidationError as error:
        wrong = {item["loc"][0] for item in error.errors()}
        return Settings.model_validate({key: value for key, value in stored.items() if key not in wrong})


def save_settings(path: Path, settings: Settings) -> None:
    """Write the settings beside the old file and rename. Raises StorageError."""
    beside = path.with_suffix(".new")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        beside.write_text(json.dumps(settings.model_dump(), indent=2), "utf-8")
        os.replace(beside, path)
    except OSError as error:
        raise StorageError(
            "Your settings could not be saved.",
            "Check that the disk is not full, then change them again.",
            str(error),
        ) from error
