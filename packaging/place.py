"""Where the parts of one checkout are, and the note that its set-up is done."""

from __future__ import annotations

import hashlib
import json
import os
from pathlib import Path

# Raise it when the steps change in a way that a finished set-up must be gone through again.
SETUP_VERSION = 1


class Place:
    """The folders of one checkout, and the note that says whether its set-up is done."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.environment = root / ".venv"
        self.constraints = root / "packaging" / "constraints.txt"
        self.pyproject = root / "pyproject.toml"
        self.stamp = self.environment / "deskside-setup.json"
        windows = os.name == "nt"
        self.python = self.environment / ("Scripts/python.exe" if windows else "bin/python")
        chosen = os.environ.get("DESKSIDE_MODELS")
        self.models = Path(chosen).expanduser().absolute() if chosen else root / ".models"

    def site_packages(self) -> Path:
        """Where the environment's packages are; a path that does not exist while there is none."""
        if os.name == "nt":
            return self.environment / "Lib" / "site-packages"
        found = sorted(self.environment.glob("lib/python3.*/site-packages"))
        return found[-1] if found else self.environment / "lib" / "site-packages"

    def fingerprint(self) -> str:
        """What a finished set-up depends on; if it changes, the set-up is gone through again."""
        digest = hashlib.sha256(f"{SETUP_VERSION}\n{self.root}\n{self.models}\n".encode())
        for path in (self.constraints, self.pyproject):
            digest.update(path.read_bytes())
        return digest.hexdigest()

    def read_stamp(self) -> dict:
        try:
            return json.loads(self.stamp.read_text("utf-8"))
        except (OSError, ValueError):
            return {}

    def write_stamp(self, **more: object) -> None:
        """Note that the set-up is done, and whatever else later starts need not check again."""
        beside = self.stamp.with_name(self.stamp.name + ".part")
        beside.write_text(json.dumps({"fingerprint": self.fingerprint(), **more}), "utf-8")
        os.replace(beside, self.stamp)

    def is_ready(self) -> bool:
        """Whether the set-up is done and what it made is still there. Touches no network and takes milliseconds."""
        parts = (
            self.python,
            self.models / "smollm2-135m-instruct-q4_1.gguf",
            self.models / "all-MiniLM-L6-v2" / "model.safetensors",
        )
        return (
            all(part.exists() for part in parts)
            and self.read_stamp().get("fingerprint") == self.fingerprint()
        )
