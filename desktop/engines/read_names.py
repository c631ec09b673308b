"""Names of files inside archives and mails: made harmless, unique, and readable whatever their encoding."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

_LITTER = frozenset({"thumbs.db", "desktop.ini", "__macosx", "node_modules", "__pycache__", "$recycle.bin"})
_DRIVE = re.compile(r"\A[A-Za-z]:(?=/)")
_SPACES = re.compile(r"\s+")
_FORBIDDEN = re.compile(r'[<>:"|?*\\/]')
_RESERVED = re.compile(r"(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|\Z)", re.I)
_MAX_PART = 200
_MAX_FILE_NAME = 120
# What the letters of Western European languages are in the code page of DOS, in which old archives are named.
_DOS_LETTERS = frozenset("ÇüéâäàåçêëèïîìÄÅÉæÆôöòûùÿÖÜáíóúñÑß")
_GUESSES = ["cp932", "gb18030", "big5", "cp949", "cp866", "cp1251", "cp1253", "cp1256", "cp1252", "cp850"]


def plain_name(name: str) -> str:
    """A name to show and to store: relative, with "/" between folders, without control and direction marks."""
    name = _DRIVE.sub("", name.replace("\\", "/"))
    parts = [_plain_part(part) for part in name.split("/")]
    return "/".join(part for part in parts if part not in ("", ".", "..")) or "file"


def _plain_part(part: str) -> str:
    # Cc are controls such as line breaks, Cf are marks that turn the writing around or have no width.
    shown = "".join(
        "\ufffd" if "\ud800" <= character <= "\udfff" else character
        for character in part
        if unicodedata.category(character) not in ("Cc", "Cf") or character in "\t\n\r"
    )
    shown = _SPACES.sub(" ", shown).strip()
    return shown if len(shown) <= _MAX_PART else _shortened(shown, _MAX_PART)


def _shortened(name: str, limit: int) -> str:
    """A name cut in its middle, so that its suffix stays."""
    stem, dot, suffix = name.rpartition(".")
    if not dot or len(suffix) > 10:
        return name[:limit]
    return f"{stem[: limit - len(suffix) - 1]}.{suffix}"


def unique(names: Iterable[str]) -> list[str]:
    """The names in their order; one that was there before gets a folder with a number of its own."""
    seen: set[str] = set()
    found: list[str] = []
    counts: dict[str, int] = {}
    for name in names:
        one = name
        folder, slash, base = name.rpartition("/")
        while one in seen:
            counts[name] = counts.get(name, 1) + 1
            one = f"{folder}{slash}{counts[name]}/{base}"
        seen.add(one)
        found.append(one)
    return found


def is_litter(name: str) -> bool:
    """Whether a file is hidden, or what operating systems and programs leave behind, or lies in such a folder."""
    return any(part.startswith((".", "~$")) or part.lower() in _LITTER for part in name.split("/"))


def file_name(name: str) -> str:
    """The last part of a member's name, as a name that every file system takes."""
    base = _FORBIDDEN.sub("_", name.rpartition("/")[2]).strip(" .") or "file"
    if _RESERVED.match(base):
        base = f"_{base}"
    while len(base.encode("utf-8", "replace")) > _MAX_FILE_NAME:
        base = _shortened(base, len(base) - 1) if "." in base[-11:] else base[:-1]
    return base.encode("utf-8", "replace").decode()


def dos_names(names: list[bytes]) -> list[str]:
    """Names of one archive that does not say how they are encoded: UTF-8, else as DOS did, else what is likeliest."""
    odd = [name for name in names if not name.isascii()]
    if not odd:
        return [name.decode("ascii") for name in names]
    encoding = _encoding_of(odd)
    return [name.decode("ascii" if name.isascii() else encoding, "replace") for name in names]


def _encoding_of(names: list[bytes]) -> str:
    try:
        for name in names:
            name.decode("utf-8")
        return "utf-8"
    except UnicodeDecodeError:
        pass
    text = b"\n".join(names).decode("cp437")
    if all(character.isascii() or character in _DOS_LETTERS for character in text) and not _is_dense(text):
        return "cp437"
    import charset_normalizer  # only where an archive has such names

    best = charset_normalizer.from_bytes(b"\n".join(names), cp_isolation=_GUESSES).best()
    return best.encoding if best else "cp437"


def _is_dense(text: str) -> bool:
    """Whether half of the letters are not ASCII: then these are words of another script."""
    letters = [character for character in text if character.isalpha()]
    return 2 * sum(not character.isascii() for character in letters) > len(letters)
