"""What this computer has: memory and processor."""

from __future__ import annotations

import os
from dataclasses import dataclass

import psutil

BUSY_PERCENT = 35


@dataclass(frozen=True)
class Machine:
    """Bytes of memory in all and free now (what programs could still take); logical cores.

    `graphics` is the free memory of the graphics cards that the language engine can use, 0 where it can use none or
    was not asked yet.
    """

    memory: int
    available: int
    cores: int
    graphics: int = 0


def this_machine() -> Machine:
    """What the system tells now."""
    memory = psutil.virtual_memory()
    return Machine(int(memory.total), int(memory.available), os.cpu_count() or 1)


def is_busy(seconds: float = 0.5) -> bool:
    """Whether other programs use so much of the processor that nothing measured now would be true later."""
    return float(psutil.cpu_percent(interval=seconds)) > BUSY_PERCENT
