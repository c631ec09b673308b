"""The nouns of downloads: what is wanted, what the hub says it is, and how far it has come."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass
from enum import StrEnum
from urllib.parse import urlsplit

from desktop.core.errors import UserError
from desktop.core.model_catalogue import CatalogueEntry
from desktop.core.requests import Request

MOST_BYTES = 200 * 10**9
"""More than this is no model that this program could use."""


@dataclass(frozen=True)
class Wanted:
    """A model at a hub: one GGUF `file` of a repository (with the `projector` of a vision model), or its folder."""

    name: str
    repo: str
    file: str = ""
    projector: str = ""
    licence: str = ""

    @classmethod
    def of(cls, entry: CatalogueEntry) -> Wanted:
        return cls(entry.name, entry.repo, entry.file, entry.projector, entry.licence)


@dataclass(frozen=True)
class RemoteFile:
    """A file as the hub lists it: its SHA-256, or for small ones the SHA-1 that git names them by."""

    path: str
    size: int
    sha256: str = ""
    git_sha1: str = ""


@dataclass(frozen=True)
class DownloadPlan:
    """What is downloaded, pinned to one revision, so that a repository that changes meanwhile cannot mix files."""

    wanted: Wanted
    revision: str
    files: tuple[RemoteFile, ...]

    @property
    def size(self) -> int:
        return sum(file.size for file in self.files)


class DownloadState(StrEnum):
    """What a download is at, when it is not running."""

    STOPPED = "stopped"
    FAILED = "failed"


@dataclass(frozen=True)
class Download:
    """A download that is not done. `plan` is None until the hub has answered; `reason` tells why it failed.

    `targets` are the files or the folder at their places, once all has come and only the trial is left.
    """

    id: str
    wanted: Wanted
    endpoint: str
    state: DownloadState = DownloadState.STOPPED
    plan: DownloadPlan | None = None
    reason: str = ""
    started: float = 0.0
    targets: tuple[str, ...] = ()


@dataclass(frozen=True)
class LookUp(Request):
    """Ask a hub for the files of a repository and their sizes and hashes. Answered with DownloadPlan.

    Raises ModelError, ConnectionLost.
    """

    endpoint: str
    wanted: Wanted


@dataclass(frozen=True)
class FetchFile(Request):
    """Append to `place` what is still missing of a file, from one address. Yields Fetched as it comes.

    Where the address sends on to another one, yields Redirected and ends: the caller decides. Raises ModelError for
    what will not get better, ConnectionLost for what may.
    """

    address: str
    file: RemoteFile
    place: str
    silence: float = 20.0


@dataclass(frozen=True)
class VerifyFile(Request):
    """Compare a file with its hash. Yields Fetched; raises ModelError, and deletes the file, where it differs."""

    file: RemoteFile
    place: str


@dataclass(frozen=True)
class Redirected:
    address: str


@dataclass(frozen=True)
class Fetched:
    """Bytes of the file that are there."""

    done: int


def checked_hub(text: str) -> str:
    """A hub's address as a person may type it, '' for the usual one. Raises UserError."""
    address = text.strip().rstrip("/")
    if not address:
        return ""
    if "://" not in address:
        address = f"https://{address}"
    if not is_allowed(address) or urlsplit(address).query:
        raise UserError(
            "This is not the address of a hub.",
            "Write one such as https://models.example.org, or leave it empty.",
        )
    return address


def is_allowed(address: str) -> bool:
    """Whether a model may come from there: encrypted, or from this computer or the house."""
    try:
        parts = urlsplit(address)
        host = parts.hostname or ""
        plain = parts.scheme == "http" and _is_near(host)
        return bool(host) and not parts.username and (parts.scheme == "https" or plain)
    except ValueError:
        return False


def _is_near(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_private
    except ValueError:
        return False
