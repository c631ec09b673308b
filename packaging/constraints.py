"""Keep packaging/constraints.txt: one exact version for every package of the environment, and no addresses."""

from __future__ import annotations

import subprocess
from pathlib import Path

HEADER = """\
# Exact versions of everything in the environment; written by `python packaging/bootstrap.py pin`.
"""
KEPT = "# Needed on some machines only; kept as they stand."


def constraint_lines(freeze: str) -> list[str]:
    """The lines of `pip freeze --all` as constraints: no local builds, no folders, not the program itself."""
    lines = []
    for line in freeze.splitlines():
        name, equals, version = line.strip().partition("==")
        if equals and name.lower() not in ("deskside", "uv") and not name.startswith(("-", "#")):
            lines.append(f"{name}=={version.split('+')[0]}")
    return sorted(lines, key=str.lower)


def write_constraints(python: Path, path: Path) -> int:
    """Rewrite `path` from the environment of `python`, keeping its last part; the number of versions written."""
    freeze = subprocess.run(
        [str(python), "-m", "pip", "freeze", "--all"], capture_output=True, text=True, check=True
    ).stdout
    lines = constraint_lines(freeze)
    old = path.read_text("utf-8") if path.exists() else ""
    kept = old[old.index(KEPT) :] if KEPT in old else KEPT + "\n"
    beside = path.with_name(path.name + ".part")
    beside.write_text(HEADER + "\n".join(lines) + "\n\n" + kept, "utf-8")
    beside.replace(path)
    return len(lines)
