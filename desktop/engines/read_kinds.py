"""What a file is, told by its content first and by its name only where the content leaves it open."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from desktop.core.documents import PICTURES
from desktop.core.errors import ReadError
from desktop.engines.read_files import OLE, Archive, damaged, empty, encrypted, open_zip, size_of
from desktop.engines.read_text_kinds import text_kind

HEAD_BYTES = 65_536

_TEXTS = frozenset(
    {"html", "md", "csv", "tsv", "jsonl", "txt", "rst", "code", "json", "xml", "srt", "vtt", "ass"}
)
READABLE = (
    frozenset({"pdf", "docx", "doc", "xlsx", "xls", "pptx", "odt", "odp", "odg", "ods", "rtf"})
    | _TEXTS
    | PICTURES
    | frozenset({"epub", "eml", "msg", "mbox", "mhtml", "zip", "tar", "gz", "bz2", "xz"})
)

# Marks at the very beginning of a file, and what to call it.
_MARKS: tuple[tuple[bytes, str, str], ...] = (
    (b"{\\rtf", "rtf", "Rich Text (RTF) documents"),
    (b"\x09\x00\x04\x00", "xls", ""),  # workbooks of Excel 2, 3 and 4, which are no containers
    (b"\x09\x02\x06\x00", "xls", ""),
    (b"\x09\x04\x06\x00", "xls", ""),
    (b"\x89PNG\r\n", "png", ""),
    (b"\xff\xd8\xff", "jpg", ""),
    (b"GIF8", "gif", ""),
    (b"II*\0", "tif", ""),
    (b"MM\0*", "tif", ""),
    (b"II+\0", "tif", ""),
    (b"MM\0+", "tif", ""),
    (b"\x1f\x8b", "gz", "compressed archives"),
    (b"BZh", "bz2", "compressed archives"),
    (b"\xfd7zXZ\0", "xz", "compressed archives"),
    (b"\x28\xb5\x2f\xfd", "zst", "compressed archives"),
    (b"7z\xbc\xaf'\x1c", "7z", "7z archives"),
    (b"Rar!\x1a\x07", "rar", "RAR archives"),
    (b"SQLite format 3\0", "sqlite", "databases"),
    (b"PAR1", "parquet", "Parquet tables"),
    (b"\x78\x9f\x3e\x22", "tnef", "Outlook's winmail.dat packages"),
    (b"GGUF", "gguf", "model files as documents"),
    (b"%!PS", "ps", "PostScript files"),
    (b"AT&TFORM", "djvu", "DjVu documents"),
    (b"\x7fELF", "program", "programs"),
    (b"MZ\x90", "program", "programs"),
    (b"\xcf\xfa\xed\xfe", "program", "programs"),
    (b"\xca\xfe\xba\xbe", "program", "programs"),
    (b"ID3", "mp3", "sound files"),
    (b"\xff\xfb", "mp3", "sound files"),
    (b"\xff\xf3", "mp3", "sound files"),
    (b"\xff\xf1", "aac", "sound files"),
    (b"MThd", "midi", "sound files"),
    (b"#!AMR", "amr", "sound files"),
    (b"\x30\x26\xb2\x75\x8e\x66\xcf\x11", "wmv", "films and sound files"),
    (b"FLV\1", "flv", "films"),
    (b"\0\0\1\xba", "mpg", "films"),
    (b"\0\0\1\xb3", "mpg", "films"),
    (b"\xdb\xa5\x2d\0", "wpd", "Word 2 documents (.doc)"),
    (b"\xffWPC", "wpd", "WordPerfect documents (.wpd)"),
    (b"\xe4\x52\x5c\x7b\x8c\xd8\xa7\x4d", "one", "OneNote notebooks (.one)"),
    (b"!BDN", "pst", "Outlook mailboxes (.pst)"),
    (b"\0\1\0\0Standard Jet", "mdb", "Access databases"),
    (b"\0\1\0\0Standard ACE", "mdb", "Access databases"),
    (b"ITSF", "chm", "Windows help files (.chm)"),
    (b"MSCF", "cab", "cabinet archives"),
    (b"8BPS", "psd", "Photoshop pictures (.psd)"),
    (b"\0asm", "program", "programs"),
    (b"OggS", "ogg", "sound files"),
    (b"fLaC", "flac", "sound files"),
    (b"\x1aE\xdf\xa3", "mkv", "films"),
    (b"wOFF", "font", "fonts"),
    (b"wOF2", "font", "fonts"),
    (b"OTTO", "font", "fonts"),
    (b"\0\1\0\0\0", "font", "fonts"),
)
# The second mark of formats that begin with a general one: RIFF....WEBP, ....ftypheic.
_INNER_MARKS: tuple[tuple[bytes, str, str], ...] = (
    (b"WEBP", "webp", ""),
    (b"WAVE", "wav", "sound files"),
    (b"AVI ", "avi", "films"),
)
_MOBI, _MOBI_AT = (b"BOOKMOBI", b"TEXtREAd"), 60
# What a person can do about a file of a kind that is not read.
_INSTEAD = {
    "wpd": "Open it in a word processor and save it as .docx.",
    "ppt": "Open it in PowerPoint or Impress and save it as .pptx.",
    "pst": "Export the mails as .eml or .mbox.",
    "tnef": "Ask the sender to send the files themselves.",
    "iwork": "Export it as PDF, Word, Excel or PowerPoint.",
    "one": "Export its pages as PDF.",
    "visio": "Save it as PDF.",
    "pub": "Save it as PDF.",
    **dict.fromkeys(("ps", "djvu", "xps"), "Convert it to PDF."),
    **dict.fromkeys(("mobi", "chm"), "Convert it to EPUB."),
    **dict.fromkeys(("7z", "rar", "zst", "cab"), "Unpack it and add the folder."),
    **dict.fromkeys(("sqlite", "mdb", "parquet"), "Export its tables as CSV."),
    **dict.fromkeys(
        ("mp3", "aac", "ogg", "flac", "wav", "mp4", "mkv", "avi"), "Add its subtitles or a transcript."
    ),
    **dict.fromkeys(("midi", "amr", "wmv", "flv", "mpg"), "Add its subtitles or a transcript."),
    "psd": "Save it as PNG.",
}
# Streams of an OLE container, and what it is then.
_OLE_STREAMS: tuple[tuple[str, str, str], ...] = (
    ("__nameid_version1.0", "msg", "Outlook messages (.msg)"),
    ("WordDocument", "doc", "old Word documents (.doc)"),
    ("PowerPoint Document", "ppt", "old PowerPoint presentations (.ppt)"),
    ("VisioDocument", "visio", "Visio drawings"),
    ("Quill", "pub", "Publisher files"),
    ("Workbook", "xls", "old Excel workbooks (.xls)"),
    ("Book", "xls", "old Excel workbooks (.xls)"),
)
_OLE_BYTES = 64 * 2**20
# The main part of an Office document, by its content type; other types are also those of embedded files.
_OFFICE = (
    (
        re.compile(rb"wordprocessingml\.(document|template)\.main|ms-word\.(document|template)\.macro"),
        "docx",
        "",
    ),
    (re.compile(rb"presentationml\.\w+\.main|ms-powerpoint\.\w+\.macro"), "pptx", "PowerPoint presentations"),
    (
        re.compile(rb"spreadsheetml\.(sheet|template)\.main|ms-excel\.\w+\.(macro|bin)"),
        "xlsx",
        "Excel workbooks",
    ),
)
_PACKED = (
    (b"epub", "epub", "e-books (EPUB)"),
    (b"opendocument.text", "odt", "OpenDocument texts (.odt)"),
    (b"opendocument.spreadsheet", "ods", "OpenDocument spreadsheets (.ods)"),
    (b"opendocument.presentation", "odp", "OpenDocument presentations (.odp)"),
    (b"opendocument.graphics", "odg", "OpenDocument drawings (.odg)"),
)

# Names of members that tell what a zip file is, where it does not say so itself.
_TOLD_BY_NAMES = (
    (re.compile(r"META-INF/container\.xml\Z"), "epub", ""),
    (
        re.compile(r"Index/Document\.iwa\Z|Index\.zip\Z"),
        "iwork",
        "Apple Pages, Numbers and Keynote documents",
    ),
    (re.compile(r"index\.(?:xml|apxl)(?:\.gz)?\Z"), "iwork", "Apple Pages, Numbers and Keynote documents"),
    (re.compile(r"FixedDocumentSequence\.fdseq\Z|FixedDocSeq\.fdseq\Z"), "xps", "XPS documents"),
    (re.compile(r"visio/document\.xml\Z"), "visio", "Visio drawings"),
    (re.compile(r"AndroidManifest\.xml\Z|META-INF/MANIFEST\.MF\Z"), "program", "programs"),
)


@dataclass(frozen=True)
class Kind:
    """A format: its short name, as in `Document.kind`, and for those that are not read, the plural to name them by."""

    name: str
    label: str = ""


def recognise(path: str, file: BinaryIO) -> Kind:
    """Tell what an open file is. Raises ReadError if it is empty, locked, or of a kind that is not read."""
    if size_of(file) == 0:
        raise empty(path)
    file.seek(0)
    head = file.read(HEAD_BYTES)
    kind = _binary_kind(path, file, head) or _text_kind(path, head)
    if kind.name not in READABLE:
        raise unsupported(kind.label, _INSTEAD.get(kind.name, ""))
    return kind


def unsupported(label: str, todo: str = "") -> ReadError:
    """The error for a format that is not read; `label` is its plural."""
    return ReadError(f"Deskside cannot read {label} yet.", todo, "", "unsupported")


def _binary_kind(path: str, file: BinaryIO, head: bytes) -> Kind | None:
    if b"%PDF-" in head[:1024]:
        return Kind("pdf")
    if head.startswith(b"PK\x03\x04") or head.startswith(b"PK\x05\x06"):
        return _zip_kind(path, file)
    if head.startswith(OLE):
        return _ole_kind(path, file)
    for mark, name, label in _MARKS:
        if head.startswith(mark):
            return Kind(name, label)
    if head.startswith(b"RIFF"):
        return next((Kind(name, label) for mark, name, label in _INNER_MARKS if head[8:12] == mark), None)
    if head[4:8] == b"ftyp":
        if head[8:12] in (b"avif", b"avis") or (head[8:12] == b"mif1" and b"avif" in head[16:64]):
            return Kind("avif")
        picture = head[8:12] in (b"heic", b"heix", b"heim", b"heis", b"hevc", b"mif1", b"msf1")
        return Kind("heic") if picture else Kind("mp4", "films and sound files")
    if head.startswith(b"BM") and head[6:10] == b"\0\0\0\0":
        return Kind("bmp")
    if head[257:262] == b"ustar":
        return Kind("tar", "compressed archives")
    if head[_MOBI_AT:].startswith(_MOBI):
        return Kind("mobi", "Kindle books (.mobi)")
    return None


def _zip_kind(path: str, file: BinaryIO) -> Kind:
    """What a zip file holds: an Office document, an OpenDocument file, a book, or just files."""
    names = {name.replace("\\", "/") for name in open_zip(path, file).namelist()}
    # A person's own archive may have a folder "word" too: there the name decides.
    named = Path(path).suffix.lower() in (".docx", ".pptx", ".xlsx")
    stated = any(name.lower() == "[content_types].xml" for name in names)
    if not named and not stated and "mimetype" not in names:
        return _folder_kind(names)
    archive = Archive(path, file)
    if (listed := archive.find("[Content_Types].xml")) is not None:
        types = archive.read(listed)
        for pattern, kind, label in _OFFICE:
            if pattern.search(types):
                return Kind(kind, label)
    for folder, kind, label in (
        ("word/", *_OFFICE[0][1:]),
        ("ppt/", *_OFFICE[1][1:]),
        ("xl/", *_OFFICE[2][1:]),
    ):
        if any(name.startswith(folder) for name in names):
            return Kind(kind, label)
    if "mimetype" in names:
        mimetype = archive.read("mimetype")[:200]
        for mark, kind, label in _PACKED:
            if mark in mimetype:
                return Kind(kind, label)
    if named and stated:
        raise damaged(path, "the part with its content is missing")
    return _folder_kind(names)


def _folder_kind(names: set[str]) -> Kind:
    """What a zip file is that does not say so itself: a damaged book or document, a program, or just files."""
    for mark, kind, label in _TOLD_BY_NAMES:
        if any(mark.match(name) for name in names):
            return Kind(kind, label)
    return Kind("zip")


def _ole_kind(path: str, file: BinaryIO) -> Kind:
    """What an OLE container holds; the names of its streams stand in it as UTF-16."""
    file.seek(0)
    content = file.read(_OLE_BYTES)
    is_message = "__nameid_version1.0".encode("utf-16-le") in content  # what is locked is attached to it
    if not is_message and "EncryptedPackage".encode("utf-16-le") in content:
        raise encrypted(path, "document")
    found = [
        Kind(name, label) for stream, name, label in _OLE_STREAMS if stream.encode("utf-16-le") in content
    ]
    # A document may have others embedded: where the name says one of those found, that is it.
    named = [kind for kind in found if f".{kind.name}" == Path(path).suffix.lower()]
    return (named or found or [Kind("ole", "this kind of old Office file")])[0]


def _text_kind(path: str, head: bytes) -> Kind:
    """A text, unless zero bytes and control characters tell that it is none."""
    suffix = Path(path).suffix.lower()
    utf16 = looks_like_utf16(head)
    if utf16 is None and not head.startswith((b"\xff\xfe", b"\xfe\xff")) and _is_binary(head):
        raise _no_text(path, suffix, head)
    return Kind(text_kind(path, _decoded(head, utf16)))


def _no_text(path: str, suffix: str, head: bytes) -> ReadError:
    """What is wrong with a binary file that begins as none that we know."""
    if not head.strip(b"\0"):
        return damaged(
            path, "it begins with nothing but zero bytes, so its content was lost or never written"
        )
    if suffix.lstrip(".") in READABLE - _TEXTS:
        return damaged(path, "it does not begin as such a file must")
    if suffix.lstrip(".") in _TEXTS:
        return ReadError(
            f"{Path(path).name} is no text, although its name says so.",
            "If a program wrote it, export its content from there.",
            "",
            "unsupported",
        )
    return unsupported(f"{suffix} files" if suffix else "files of this kind")


def _decoded(head: bytes, utf16: str | None) -> str:
    """The beginning of a text, well enough to know its format: the marks of formats are ASCII in every encoding."""
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return head.decode("utf-16", "replace")
    if utf16:
        return head.decode(utf16, "replace")
    return head.removeprefix(b"\xef\xbb\xbf").decode("latin-1")


def _is_binary(head: bytes) -> bool:
    """Whether bytes are no text of any encoding: zero bytes, or more than a few control characters."""
    if b"\0" in head:
        return True
    controls = sum(head.count(bytes([code])) for code in range(32) if code not in (8, 9, 10, 12, 13, 27))
    return controls > len(head) // 200


def looks_like_utf16(head: bytes) -> str | None:
    """The byte order of UTF-16 text without a mark, or None: its zero bytes are all at even or all at odd places."""
    sample = head[: len(head) // 2 * 2]
    even, odd = sample[0::2].count(0), sample[1::2].count(0)
    rare = len(sample) // 200
    if odd > even and even <= rare and _is_text(sample, "utf-16-le"):
        return "utf-16-le"
    if even > odd and odd <= rare and _is_text(sample, "utf-16-be"):
        return "utf-16-be"
    return None


def _is_text(sample: bytes, encoding: str) -> bool:
    """Whether nearly all characters of the sample, read so, are letters, digits, marks, signs and white space."""
    text = sample.decode(encoding, "replace")
    good = sum(
        1 for character in text if character in "\t\n\r\f" or unicodedata.category(character)[0] in "LMNPSZ"
    )
    return len(text) > 1 and good >= 0.97 * len(text) and text.count("\ufffd") <= 1
