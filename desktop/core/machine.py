"""What this computer has: memory, processor, graphics memory."""

from __future__ import annotations

import os
from dataclasses import dataclass

import psutil


@dataclass(frozen=True)
class Machine:
    """Bytes of memory in all and free now (what programs could still take), and of graphics memory; logical cores."""

    memory: int
    available: int
    cores: int
    graphics_name: str = ""
    graphics_memory: int = 0
    graphics_available: int = 0


def this_machine() -> Machine:
    """What the system tells now; graphics memory is not known here, the engines tell it."""
    memory = psutil.virtual_memory()
    return Machine(int(memory.total), int(memory.available), os.cpu_count() or 1)
