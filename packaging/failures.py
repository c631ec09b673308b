"""Why the set-up stopped, in one sentence and what to do about it."""

from __future__ import annotations

import errno
import re

AGAIN = "run the same command again; it goes on where it stopped."


class SetupFailed(Exception):
    """The set-up cannot go on: `sentence` says what happened, `advice` what to do."""

    def __init__(self, sentence: str, advice: str, tail: str = "") -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.advice = advice
        self.tail = tail


DISK_FULL = "The disk is full."
DISK_ADVICE = "Free some space (also where your home folder and its package cache are), and " + AGAIN
NO_NETWORK = "The package index cannot be reached."
NETWORK_ADVICE = "Check that this computer is online (behind a proxy, set HTTPS_PROXY), and " + AGAIN

# Looked for in this order in the output of the failed command; the first that fits explains it.
CAUSES = [
    (
        r"No space left on device|\[Errno 28\]|WinError 112|Disk quota exceeded|not enough space on the disk",
        DISK_FULL,
        DISK_ADVICE,
    ),
    (
        r"ensurepip is not available|No module named '?ensurepip",
        "This Python cannot create environments.",
        "Install its venv part (Debian and Ubuntu: sudo apt-get install python3-venv), and " + AGAIN,
    ),
    (
        r"CERTIFICATE_VERIFY_FAILED|certificate verify failed|invalid peer certificate",
        "The package index shows a certificate that this computer does not trust.",
        "If your network inspects connections, set PIP_CERT to its certificate file, and " + AGAIN,
    ),
    (
        r"ProxyError|Tunnel connection failed|407 Proxy",
        "The proxy refuses the connection.",
        "Check HTTPS_PROXY, and " + AGAIN,
    ),
    (
        r"NewConnectionError|NameResolutionError|Max retries exceeded|[Nn]ame resolution|getaddrinfo failed"
        r"|Network is unreachable|No route to host|Connection refused|Connection reset|ConnectTimeout"
        r"|ReadTimeoutError|Read timed out|dns error|error sending request|\(from versions: none\)",
        NO_NETWORK,
        NETWORK_ADVICE,
    ),
    (
        r"No CMAKE_CX*_?\w*COMPILER|CMAKE_C(XX)?_COMPILER( not set|-NOTFOUND)|Microsoft Visual C\+\+"
        r"|Could not find (a|any) (working )?compiler|No C(\+\+)? compiler",
        "llama.cpp cannot be built because no working C++ compiler was found.",
        "",  # the system's own line, see `explain`
    ),
    (
        r"terminated program cc1plus|virtual memory exhausted|Cannot allocate memory|MemoryError|out of memory",
        "The memory of this computer ran out.",
        "Close other programs, and " + AGAIN,
    ),
    (
        r"ResolutionImpossible",
        "The package index does not offer the versions that Deskside is tested with.",
        "Check pip's settings (`pip config list`, PIP_NO_INDEX, PIP_INDEX_URL), and " + AGAIN,
    ),
    (
        r"Could not find a version that satisfies the requirement|No matching distribution found"
        r"|No solution found when resolving",
        "The package index has no fitting build of a package for this Python and system.",
        "Use Python 3.11, 3.12 or 3.13 on a 64-bit system, remove the folder .venv, and run the same command again.",
    ),
    (
        r"DO NOT MATCH THE HASHES|hash mismatch|Bad CRC-32|BadZipFile",
        "A download arrived damaged.",
        "Run the same command again.",
    ),
    (
        r"Permission denied|\[Errno 13\]|Access is denied|Read-only file system",
        "This folder, or the package cache in your home folder, cannot be written to.",
        "Check who owns it, and " + AGAIN,
    ),
]


def explain(output: str, doing: str, compiler_advice: str = "") -> SetupFailed:
    """The failure that `output`, all that a command wrote while `doing` something, speaks of."""
    for pattern, sentence, advice in CAUSES:
        if re.search(pattern, output):
            return SetupFailed(sentence, advice or compiler_advice)
    tail = "\n".join(line for line in output.splitlines() if line.strip())
    tail = "\n".join(tail.splitlines()[-12:])
    return SetupFailed(f"It failed while {doing}.", "The lines above and .venv/setup.log say why.", tail)


def explain_error(error: OSError) -> SetupFailed:
    """The failure behind an error that the system gave the set-up itself."""
    if error.errno in (errno.ENOSPC, getattr(errno, "EDQUOT", -1)) or getattr(error, "winerror", 0) == 112:
        return SetupFailed(DISK_FULL, DISK_ADVICE)
    if isinstance(error, PermissionError):
        return SetupFailed(f"{error.filename} cannot be written to.", "Check who owns it, and " + AGAIN)
    return SetupFailed(f"The system says: {error}.", "If that is not enough to go on, see .venv/setup.log.")
