"""The engine that talks to a hub of models: what a repository holds, and its files, byte by byte and resumable."""

from __future__ import annotations

import hashlib
import os
import time
from collections.abc import Iterator, Mapping
from pathlib import Path, PurePosixPath
from typing import Any
from urllib.parse import urljoin

from desktop.core.cancel import CancelToken
from desktop.core.downloads import (
    MOST_BYTES,
    DownloadPlan,
    Fetched,
    FetchFile,
    LookUp,
    Redirected,
    RemoteFile,
    VerifyFile,
    Wanted,
    is_allowed,
)
from desktop.core.errors import (
    ConnectionLost,
    DesksideError,
    DiskFull,
    InternalError,
    ModelError,
    StorageError,
)
from desktop.core.model_parts import part_names
from desktop.core.requests import Ping, Request

TELL_SECONDS = 0.2
LOOK_UP_SECONDS = 30.0
_FOLDER_FILES = {".json", ".txt", ".safetensors", ".model", ".jinja"}
_AGENT = "deskside"


class Downloads:
    """Serves LookUp, FetchFile and VerifyFile. Connects to nothing else than the address it is given."""

    def handle(self, request: Request, cancel: CancelToken) -> Iterator[object]:
        if isinstance(request, LookUp):
            yield _look_up(request)
        elif isinstance(request, FetchFile):
            yield from _fetch(request, cancel)
        elif isinstance(request, VerifyFile):
            yield from _verify(request, cancel)
        elif isinstance(request, Ping):
            yield f"downloads, process {os.getpid()}"
        else:
            raise InternalError("The download was asked something it does not know.", details=repr(request))


# --- what a repository holds


def _look_up(request: LookUp) -> DownloadPlan:
    import httpx2
    from huggingface_hub import HfApi, set_client_factory
    from huggingface_hub.errors import GatedRepoError, HfHubHTTPError, RepositoryNotFoundError

    wanted = request.wanted
    set_client_factory(lambda: httpx2.Client(follow_redirects=False, timeout=LOOK_UP_SECONDS))
    api = HfApi(endpoint=request.endpoint or None, token=False, user_agent=_AGENT)
    try:
        info = api.model_info(wanted.repo, files_metadata=True, timeout=LOOK_UP_SECONDS)
    except GatedRepoError as error:
        raise ModelError(
            f"{wanted.name} is only given to people with an account at the hub.",
            "Choose another model.",
            str(error),
        ) from error
    except RepositoryNotFoundError as error:
        # Without an account the usual hub answers 401 both for what is not there and for what is not for everybody.
        shown = error.response.status_code != 401
        what = f"The hub has no {wanted.repo}" + ("." if shown else ", or does not give it to everybody.")
        raise ModelError(what, "Check the name, or choose another model.", str(error)) from error
    except HfHubHTTPError as error:
        raise _refused(wanted.repo, error.response.status_code) from error
    except (httpx2.HTTPError, OSError, ValueError, TypeError, KeyError, AttributeError) as error:
        raise _unreachable(error) from error
    listed = [_remote(one) for one in info.siblings or []]
    return DownloadPlan(wanted, str(info.sha or ""), _chosen(wanted, listed))


def _remote(sibling: Any) -> RemoteFile:
    lfs = getattr(sibling, "lfs", None)
    return RemoteFile(
        str(sibling.rfilename),
        int(sibling.size or 0),
        str(getattr(lfs, "sha256", "") or ""),
        str(sibling.blob_id or ""),
    )


def _chosen(wanted: Wanted, listed: list[RemoteFile]) -> tuple[RemoteFile, ...]:
    """The files that are to be downloaded. Raises ModelError where they are not there, or not safe to write."""
    if wanted.file:
        names = [*part_names(wanted.file), *([wanted.projector] if wanted.projector else [])]
        found = [one for name in names for one in listed if one.path == name]
        if len(found) != len(names):
            missing = next(name for name in names if all(one.path != name for one in listed))
            choices = ", ".join(one.path for one in listed if one.path.endswith(".gguf"))[:400]
            todo = f"There are: {choices}." if choices else "Choose another model."
            raise ModelError(f"{wanted.repo} has no {missing}.", todo)
    else:
        found = [one for one in listed if _belongs(one.path)]
        if not any(one.path.endswith(".safetensors") for one in found):
            raise ModelError(
                f"{wanted.repo} has no weights in a safe form.", "Choose a model with .safetensors files."
            )
    for one in found:
        place = PurePosixPath(one.path)
        if place.is_absolute() or ".." in place.parts or "\\" in one.path or ":" in one.path:
            raise ModelError(f"{wanted.repo} holds a file with a name that leads out of its folder.")
        if one.size <= 0 or not (one.sha256 or one.git_sha1):
            raise ModelError(f"The hub does not say how large {place.name} is.", "Choose another model.")
    if sum(one.size for one in found) > MOST_BYTES:
        raise ModelError(f"{wanted.name} is larger than any model that Deskside can use.")
    return tuple(found)


def _belongs(path: str) -> bool:
    """Files at the top of a folder and one level below it, as sentence-transformers has them: data, never code."""
    place = PurePosixPath(path)
    inside = len(place.parts) == 1 or (
        len(place.parts) == 2 and place.suffix == ".json" and "_" in place.parts[0]
    )
    weights_twice = place.name.startswith(("openvino", "onnx", "flax", "tf_"))
    return inside and place.suffix in _FOLDER_FILES and not weights_twice and not place.name.startswith(".")


# --- one file


def _fetch(request: FetchFile, cancel: CancelToken) -> Iterator[Fetched | Redirected]:
    import httpx2

    place = Path(request.place)
    place.parent.mkdir(parents=True, exist_ok=True)
    done = place.stat().st_size if place.exists() else 0
    if done > request.file.size:
        place.unlink()
        done = 0
    if done == request.file.size:
        yield Fetched(done)
        return
    headers = {"Accept-Encoding": "identity", "User-Agent": _AGENT}
    if done:
        headers["Range"] = f"bytes={done}-"
    timeout = httpx2.Timeout(request.silence)
    try:
        with (
            httpx2.Client(follow_redirects=False, timeout=timeout) as client,
            client.stream("GET", request.address, headers=headers) as answer,
        ):
            if answer.is_redirect:
                yield _sent_on(request, answer)
                return
            begin = _begin(request, answer, done)
            yield from _write(request, answer, place, begin, cancel)
    except (httpx2.HTTPError, httpx2.StreamError) as error:
        raise _unreachable(error) from error
    except OSError as error:
        full = error.errno == 28
        kind, what = (
            (DiskFull, "The disk is full.") if full else (StorageError, "The download cannot be written.")
        )
        raise kind(what, "What has come is kept. Make room, then go on.", str(error)) from error


def _sent_on(request: FetchFile, answer: Any) -> Redirected:
    """Where the hub keeps the file. Raises ModelError for an address that must not be followed."""
    told = str(answer.headers.get("x-linked-etag", "")).strip('"').removeprefix("W/").strip('"')
    if request.file.sha256 and len(told) == 64 and told != request.file.sha256:
        raise ModelError(f"{_name(request)} is another file than the hub said.", "Start the download again.")
    target = urljoin(request.address, str(answer.headers.get("location", "")))
    was_safe = request.address.startswith("https://")
    if not is_allowed(target) or (was_safe and not target.startswith("https://")):
        raise ModelError("The hub sends on to an address that is not safe.", "Choose another hub or mirror.")
    return Redirected(target)


def _begin(request: FetchFile, answer: Any, done: int) -> int:
    """From which byte on the answer is. Raises ModelError or ConnectionLost where it is none that helps."""
    status, size = answer.status_code, request.file.size
    if status == 206:
        span, _, total = str(answer.headers.get("content-range", "")).removeprefix("bytes ").partition("/")
        if total.isdigit() and int(total) != size:
            raise _another_size(request, int(total))
        if span.split("-")[0] != str(done):
            raise ConnectionLost("The server sent another part of the file than it was asked for.")
        return done
    if status == 416:
        Path(request.place).unlink(missing_ok=True)
        raise ConnectionLost("The server does not know the part that is missing; it starts again.")
    if status != 200:
        raise _refused(_name(request), status)
    length = str(answer.headers.get("content-length", ""))
    if length.isdigit() and int(length) != size:
        raise _another_size(request, int(length))
    return 0


def _write(
    request: FetchFile, answer: Any, place: Path, begin: int, cancel: CancelToken
) -> Iterator[Fetched]:
    """Write what comes behind what is there. Raises ModelError for more than was promised, ConnectionLost for less."""
    done, size, told = begin, request.file.size, time.monotonic()
    with place.open("r+b" if begin else "wb") as file:
        file.seek(begin)
        for piece in answer.iter_raw():  # as it comes: of a connection that breaks, what came is kept
            if done + len(piece) > size:
                file.truncate(0)
                raise ModelError(
                    f"The server sends more of {_name(request)} than there is.",
                    "Choose another hub or mirror.",
                )
            file.write(piece)
            done += len(piece)
            cancel.check()
            if time.monotonic() - told >= TELL_SECONDS:
                told = time.monotonic()
                yield Fetched(done)
        file.flush()
        os.fsync(file.fileno())
    yield Fetched(done)
    if done < size:
        raise ConnectionLost("The connection broke off.")


def _verify(request: VerifyFile, cancel: CancelToken) -> Iterator[Fetched]:
    place, file = Path(request.place), request.file
    digest: Any = (
        hashlib.sha256()
        if file.sha256
        else hashlib.sha1(f"blob {file.size}\0".encode(), usedforsecurity=False)
    )
    done, told = 0, time.monotonic()
    with place.open("rb") as source:
        while piece := source.read(8 * 2**20):
            cancel.check()
            digest.update(piece)
            done += len(piece)
            if time.monotonic() - told >= TELL_SECONDS:
                told = time.monotonic()
                yield Fetched(done)
    if digest.hexdigest() != (file.sha256 or file.git_sha1):
        place.unlink()
        raise ModelError(
            f"{PurePosixPath(file.path).name} did not arrive as the hub has it, and was deleted.",
            "Download it again; if it happens twice, choose another hub or mirror.",
        )
    yield Fetched(done)


# --- what went wrong, in words


def _name(request: FetchFile) -> str:
    return PurePosixPath(request.file.path).name


def _another_size(request: FetchFile, size: int) -> ModelError:
    return ModelError(
        f"The server has {size:,} bytes of {_name(request)}, and the hub says {request.file.size:,}.",
        "Choose another hub or mirror.",
    )


def _refused(what: str, status: int) -> DesksideError:
    if status in (401, 403):
        return ModelError(
            f"The hub does not give {what} to everybody.", "Choose another model.", f"HTTP {status}"
        )
    if status in (404, 410):
        return ModelError(f"The hub has no {what} any more.", "Choose another model.", f"HTTP {status}")
    if 300 <= status < 400:
        return ModelError(f"{what} has moved to another place.", "Choose another model.", f"HTTP {status}")
    if status == 429:
        return ConnectionLost(
            "The hub has been asked too often.", "Wait some minutes, then try again.", "HTTP 429"
        )
    return ConnectionLost("The hub does not serve it now.", "Try again later.", f"HTTP {status}")


def _unreachable(error: Exception) -> ConnectionLost:
    return ConnectionLost(
        "The hub cannot be reached.", "Check the network and the hub's address in the settings.", repr(error)
    )


def create(options: Mapping[str, object]) -> Downloads:
    """No options: each request has its address."""
    return Downloads()
