"""What every request to an engine is: a typed message that crosses the pipe. Each engine has a module of its own."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Request:
    """Anything an engine can be asked."""


@dataclass(frozen=True)
class Ping(Request):
    """Answered with the engine's name and process id, without loading anything heavy."""
