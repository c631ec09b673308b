"""What the figures were taken on: the processor as far as it matters, the versions, and how busy it was."""

from __future__ import annotations

import importlib.metadata
import os
import platform
import sys

import psutil

FLAGS = ("avx2", "avx512f", "avx512_vnni", "avx512_bf16", "amx_int8", "amx_bf16", "asimd", "i8mm", "sve")
PACKAGES = (
    "PySide6-Essentials",
    "llama-cpp-python",
    "torch",
    "sentence-transformers",
    "transformers",
    "openvino",
    "lancedb",
    "pypdfium2",
)


def description() -> list[str]:
    """Lines about this machine and the installed versions."""
    memory = psutil.virtual_memory().total / 2**30
    flags = " ".join(_flags()) or "not known"
    cores = f"{psutil.cpu_count(logical=False) or '?'} cores, {os.cpu_count()} threads"
    versions = ", ".join(f"{name} {_version(name)}" for name in PACKAGES)
    return [
        f"{platform.system()} {platform.machine()}, {cores}, {memory:.0f} GB; processor features: {flags}",
        f"Python {sys.version.split()[0]}, {versions}",
    ]


def busy(seconds: float = 1.0) -> float:
    """The share of the processor, in percent, that others take while this process sleeps."""
    return float(psutil.cpu_percent(seconds))


def _version(name: str) -> str:
    try:
        return importlib.metadata.version(name)
    except importlib.metadata.PackageNotFoundError:
        return "not installed"


def _flags() -> list[str]:
    """The features that decide how fast models run, where the system lists them."""
    try:
        with open("/proc/cpuinfo", encoding="utf-8") as file:
            listed = {
                word for line in file if line.startswith(("flags", "Features")) for word in line.split()
            }
    except OSError:
        return []
    return [flag for flag in FLAGS if flag in listed]
