"""Where everything lives: what the person owns, what ships with the program, and where models are."""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass
from pathlib import Path

import platformdirs

STARTER_CHAT_MODEL = "smollm2-135m-instruct-q4_1.gguf"
STARTER_EMBEDDER = "all-MiniLM-L6-v2"


def program_folder() -> Path:
    """The folder that holds `resources/`: the checkout, site-packages of a wheel, or the frozen application."""
    frozen = getattr(sys, "_MEIPASS", None)
    return Path(frozen) if frozen else Path(__file__).resolve().parents[2]


def home_folder() -> Path:
    """What the person owns; `DESKSIDE_HOME` moves it."""
    chosen = os.environ.get("DESKSIDE_HOME")
    if chosen:
        return Path(chosen).expanduser().absolute()
    return Path(platformdirs.user_data_dir("Deskside", appauthor=False))


@dataclass(frozen=True)
class Paths:
    """Every path the program uses, derived from two folders. Nothing else in the program builds one."""

    home: Path
    program: Path

    @classmethod
    def default(cls) -> Paths:
        return cls(home_folder(), program_folder())

    @property
    def database(self) -> Path:
        return self.home / "deskside.sqlite3"

    @property
    def backups(self) -> Path:
        return self.home / "backups"

    @property
    def index(self) -> Path:
        return self.home / "index"

    @property
    def attachments(self) -> Path:
        """Copies of what was attached to messages, by the collection that each message has for them."""
        return self.home / "attachments"

    @property
    def models(self) -> Path:
        """Models that the person added."""
        return self.home / "models"

    @property
    def own_prompts(self) -> Path:
        """Prompts that the person wrote or imported, a file each."""
        return self.home / "prompts"

    @property
    def prompts(self) -> Path:
        """The prompts that come with the program."""
        return self.resources / "prompts"

    @property
    def logs(self) -> Path:
        return self.home / "logs"

    @property
    def settings(self) -> Path:
        return self.home / "settings.json"

    @property
    def window(self) -> Path:
        """Where the window was and how large."""
        return self.home / "window.json"

    @property
    def lock(self) -> Path:
        return self.home / "window.lock"

    @property
    def import_lock(self) -> Path:
        return self.home / "import.lock"

    @property
    def attach_lock(self) -> Path:
        return self.home / "attach.lock"

    @property
    def resources(self) -> Path:
        return self.program / "resources"

    @property
    def samples(self) -> Path:
        return self.resources / "samples"

    @property
    def starter_models(self) -> Path:
        """The two models that come with the program (fetched by set-up, not tracked)."""
        chosen = os.environ.get("DESKSIDE_MODELS")
        return Path(chosen).expanduser().absolute() if chosen else self.program / ".models"

    @property
    def starter_chat_model(self) -> Path:
        return self.starter_models / STARTER_CHAT_MODEL

    @property
    def starter_embedder(self) -> Path:
        return self.starter_models / STARTER_EMBEDDER

    def make(self) -> None:
        """Create the folders that are written to."""
        for folder in (self.home, self.index, self.models, self.logs):
            folder.mkdir(parents=True, exist_ok=True)
