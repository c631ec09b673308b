"""What this computer has: a display, a compiler, an NVIDIA card, room on the disk, the libraries Qt needs."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

# Shared library, Debian's package, Fedora's package. Found with ldd on PySide6 6.12's QtWidgets and platform
# plugins; what the C library and the compiler bring along is left out.
WINDOW_LIBRARIES = [
    ("libEGL.so.1", "libegl1", "libglvnd-egl"),
    ("libGL.so.1", "libgl1", "libglvnd-glx"),
    ("libX11.so.6", "libx11-6", "libX11"),
    ("libxkbcommon.so.0", "libxkbcommon0", "libxkbcommon"),
    ("libdbus-1.so.3", "libdbus-1-3", "dbus-libs"),
    ("libfontconfig.so.1", "libfontconfig1", "fontconfig"),
    ("libfreetype.so.6", "libfreetype6", "freetype"),
    ("libglib-2.0.so.0", "libglib2.0-0", "glib2"),
    ("libzstd.so.1", "libzstd1", "libzstd"),
]
X11_LIBRARIES = [
    ("libX11-xcb.so.1", "libx11-xcb1", "libX11-xcb"),
    ("libxkbcommon-x11.so.0", "libxkbcommon-x11-0", "libxkbcommon-x11"),
    ("libxcb-cursor.so.0", "libxcb-cursor0", "xcb-util-cursor"),
    ("libxcb-icccm.so.4", "libxcb-icccm4", "xcb-util-wm"),
    ("libxcb-image.so.0", "libxcb-image0", "xcb-util-image"),
    ("libxcb-keysyms.so.1", "libxcb-keysyms1", "xcb-util-keysyms"),
    ("libxcb-randr.so.0", "libxcb-randr0", "libxcb"),
    ("libxcb-render-util.so.0", "libxcb-render-util0", "xcb-util-renderutil"),
    ("libxcb-shape.so.0", "libxcb-shape0", "libxcb"),
    ("libxcb-util.so.1", "libxcb-util1", "xcb-util"),
    ("libxcb-xkb.so.1", "libxcb-xkb1", "libxcb"),
]
WAYLAND_LIBRARIES = [
    ("libwayland-client.so.0", "libwayland-client0", "libwayland-client"),
    ("libwayland-cursor.so.0", "libwayland-cursor0", "libwayland-cursor"),
]

# Qt platforms that draw without a screen: whoever names one wants the window drawn there.
SCREENLESS_PLATFORMS = ("offscreen", "minimal", "vnc")


def has_display(environment: dict[str, str], platform: str = sys.platform) -> bool:
    """Whether a window can be shown: on Linux a display must be named *and* answer."""
    if environment.get("QT_QPA_PLATFORM", "").split(":")[0] in SCREENLESS_PLATFORMS:
        return True
    if platform == "win32":
        return True
    if platform == "darwin":
        return "SSH_CONNECTION" not in environment
    return _wayland_answers(environment) or _x11_answers(environment.get("DISPLAY", ""))


def _wayland_answers(environment: dict[str, str]) -> bool:
    name = environment.get("WAYLAND_DISPLAY")
    if not name:
        return False
    return _connects(os.path.join(environment.get("XDG_RUNTIME_DIR", "/"), name))


def _x11_answers(display: str) -> bool:
    """Whether the X server of `[host]:number[.screen]` accepts a connection; a stale DISPLAY is common."""
    host, colon, number = display.rpartition(":")
    number = number.split(".")[0]
    if not colon or not number.isdigit():
        return False
    if host in ("", "unix"):
        path = f"/tmp/.X11-unix/X{number}"
        return _connects(path) or _connects("\0" + path)
    return _connects((host, 6000 + int(number)))


def _connects(address: str | tuple[str, int]) -> bool:
    import socket

    family = socket.AF_UNIX if isinstance(address, str) else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as end:
        end.settimeout(2.0)
        try:
            end.connect(address)
        except OSError:
            return False
    return True


def find_compiler() -> str | None:
    """The C++ compiler that CMake would find, or None."""
    if sys.platform == "win32":
        return _find_visual_cpp()
    if sys.platform == "darwin" and not _succeeds(["xcode-select", "-p"]):
        return None  # macOS has a c++ that only asks to install the real one
    named = os.environ.get("CXX", "").split()
    for name in (*named[:1], "c++", "g++", "clang++"):
        found = shutil.which(name)
        if found:
            return found
    return None


def _find_visual_cpp() -> str | None:
    for name in ("cl", "clang-cl"):
        found = shutil.which(name)
        if found:
            return found
    programs = os.environ.get("PROGRAMFILES(X86)", r"C:\Program Files (x86)")
    finder = Path(programs, "Microsoft Visual Studio", "Installer", "vswhere.exe")
    if not finder.exists():
        return None
    needs = "Microsoft.VisualStudio.Component.VC.Tools.x86.x64"
    command = [str(finder), "-latest", "-products", "*", "-requires", needs, "-property", "installationPath"]
    answer = subprocess.run(command, capture_output=True, text=True, check=False)
    return answer.stdout.strip() or None


def compiler_advice() -> str:
    """How to get a C++ compiler on this system, as one sentence."""
    if sys.platform == "win32":
        return (
            'Install "Build Tools for Visual Studio" with the C++ workload, and run the same command again.'
        )
    if sys.platform == "darwin":
        return "Install one with: xcode-select --install, and run the same command again."
    if shutil.which("apt-get"):
        return "Install one with: sudo apt-get install g++, and run the same command again."
    if shutil.which("dnf"):
        return "Install one with: sudo dnf install gcc-c++, and run the same command again."
    return "Install g++ or clang++ with your system's package manager, and run the same command again."


def has_nvidia_gpu() -> bool:
    """Whether the NVIDIA driver lists a card; the tool alone is not enough."""
    if not shutil.which("nvidia-smi"):
        return False
    try:
        answer = subprocess.run(["nvidia-smi", "-L"], capture_output=True, text=True, timeout=30, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return False
    return answer.returncode == 0 and "GPU " in answer.stdout


def free_bytes(folder: Path) -> int:
    """Free bytes on the disk that holds `folder`, or will hold it."""
    folder = folder.absolute()
    while not folder.exists():
        folder = folder.parent
    return shutil.disk_usage(folder).free


def size_of(folder: Path) -> int:
    """Bytes of all files below `folder`; 0 where it does not exist."""
    total = 0
    for parent, _, names in os.walk(folder):
        for name in names:
            try:
                total += os.lstat(os.path.join(parent, name)).st_size
            except OSError:
                continue  # went away while we counted
    return total


def libraries_for(environment: dict[str, str]) -> list[tuple[str, str, str]]:
    """The system libraries that a window needs on the display this environment names."""
    wanted = list(WINDOW_LIBRARIES)
    if environment.get("DISPLAY"):
        wanted += X11_LIBRARIES
    if environment.get("WAYLAND_DISPLAY"):
        wanted += WAYLAND_LIBRARIES
    return wanted


def missing_libraries(wanted: list[tuple[str, str, str]]) -> list[tuple[str, str, str]]:
    """Those of `wanted` that the dynamic linker does not find (Linux; elsewhere Qt brings all it needs)."""
    if not sys.platform.startswith("linux"):
        return []
    import ctypes

    missing = []
    for row in wanted:
        try:
            ctypes.CDLL(row[0])
        except OSError:
            missing.append(row)
    return missing


def library_advice(missing: list[tuple[str, str, str]]) -> str:
    """The one line that installs `missing`, in the words of this system's package manager."""
    if shutil.which("apt-get"):
        line = "sudo apt-get install " + " ".join(dict.fromkeys(row[1] for row in missing))
    elif shutil.which("dnf"):
        line = "sudo dnf install " + " ".join(dict.fromkeys(row[2] for row in missing))
    else:
        names = ", ".join(row[0] for row in missing)
        return f"Install {names} with your system's package manager, and run the same command again."
    return f"Install what is missing with: {line}, and run the same command again."


def missing_debian_packages() -> list[str]:
    """Debian packages that building, testing and taking pictures need and this machine lacks."""
    packages = [row[1] for row in missing_libraries(WINDOW_LIBRARIES + X11_LIBRARIES)]
    packages += [name for name in ("make", "git") if not shutil.which(name)]
    if not find_compiler():
        packages.append("g++")
    try:
        import ensurepip  # noqa: F401  (Debian keeps it in a package of its own)
    except ImportError:
        packages.append("python3-venv")
    if not any(_fonts()):
        packages.append("fonts-dejavu-core")
    return list(dict.fromkeys(packages))


def _fonts() -> list[Path]:
    return [path for path in Path("/usr/share/fonts").rglob("*") if path.suffix in (".ttf", ".otf", ".ttc")]


def _succeeds(command: list[str]) -> bool:
    try:
        return subprocess.run(command, capture_output=True, check=False).returncode == 0
    except OSError:
        return False
