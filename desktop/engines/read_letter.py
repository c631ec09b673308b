"""One mail: its header and its words as text, and what is attached to it."""

from __future__ import annotations

import binascii
import email.errors
import email.header
import email.parser
import email.policy
import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from email.message import Message
from email.utils import mktime_tz, parsedate_tz

from desktop.core.errors import ReadError
from desktop.core.reading_requests import Member
from desktop.engines.read_blocks import squeezed
from desktop.engines.read_files import damaged
from desktop.engines.read_html import html_blocks
from desktop.engines.read_names import is_litter, plain_name, unique
from desktop.engines.read_text import clean, guess_encoding

SMALL_PICTURE_BYTES = 30_000
"""A picture within the text of a mail up to this size is a logo or a smiley; a larger one may be a page."""
_MAX_NESTING = 30
_GAP = re.compile(r"\n(?:[ \t\xa0]*+\n)++")
_HEADERS = ("Subject", "From", "To", "Cc", "Date")
_SIGNATURES = frozenset(
    (
        "application/pgp-signature",
        "application/pkcs7-signature",
        "application/x-pkcs7-signature",
        "application/applefile",
    )
)
_SEALED = frozenset(("application/pkcs7-mime", "application/x-pkcs7-mime"))
_SUFFIXES = {
    "image/png": ".png", "image/jpeg": ".jpg", "image/gif": ".gif", "image/tiff": ".tif", "application/pdf": ".pdf",
    "text/calendar": ".ics", "text/html": ".html", "text/csv": ".csv", "message/rfc822": ".eml", "text/plain": ".txt",
}  # fmt: skip
# The shortest text beside a web page that stands for itself rather than for "your program cannot show this".
_STUB = 200


@dataclass
class Letter:
    """A mail: `text` begins with its header; `attached` are its attachments by their unique names; `inner` are the
    letters of a digest."""

    subject: str
    id: str
    date: float
    text: str = ""
    attached: dict[str, Message] = field(default_factory=dict)
    inner: list[Message] = field(default_factory=list)
    sealed: bool = False


def parsed(path: str, content: bytes) -> Message:
    """A mail as its parts. Raises ReadError."""
    try:
        return email.parser.BytesParser(policy=email.policy.compat32).parsebytes(content)
    except (RecursionError, email.errors.MessageError, ValueError, LookupError) as error:
        raise damaged(path, "its parts cannot be told from each other", str(error)) from error


def letter_of(path: str, message: Message) -> Letter:
    """Read a mail's header, text and list of attachments. Raises ReadError."""
    letter = Letter(header(message, "Subject"), header(message, "Message-ID").strip("<> "), _date(message))
    texts: list[str] = []
    found: list[tuple[str, Message]] = []
    _collect(message, letter, texts, found, 0)
    lines = [f"{name}: {value}" for name in _HEADERS if (value := header(message, name))]
    body = "\n\n".join(text for text in texts if text.strip())
    letter.text = "\n\n".join(filter(None, ("\n".join(lines), body)))
    letter.attached = dict(zip(unique(name for name, _ in found), (part for _, part in found), strict=True))
    return letter


def _collect(
    message: Message, letter: Letter, texts: list[str], found: list[tuple[str, Message]], depth: int
) -> None:
    """Gather a part's texts and attachments, in their order."""
    kind = message.get_content_type()
    parts = _parts(message)
    if depth > _MAX_NESTING:
        return
    if kind == "multipart/encrypted" or (
        kind in _SEALED and "signed" not in str(message.get_param("smime-type"))
    ):
        letter.sealed = True
    elif kind == "multipart/alternative" and parts:
        _choose(parts, letter, texts, found, depth)
    elif kind == "multipart/digest" and parts:
        for part in parts:
            letter.inner += _parts(part)[:1] or [part]
    elif kind.startswith("multipart/") and parts:
        for part in parts:
            _collect(part, letter, texts, found, depth + 1)
    elif _is_text(message, kind):
        texts.append(text_of(message))
    elif kind not in _SIGNATURES and not _is_ornament(message, kind):
        name = _attachment_name(message, kind, len(found) + 1)
        if not is_litter(name):
            found.append((name, message))


def _parts(message: Message) -> list[Message]:
    """The parts of a mail or of a part of it, none where it has none."""
    payload = message.get_payload()
    return [part for part in payload if isinstance(part, Message)] if isinstance(payload, list) else []


def _choose(
    parts: list[Message], letter: Letter, texts: list[str], found: list[tuple[str, Message]], depth: int
) -> None:
    """Of the same text in several forms take the plain one, unless it only says that there is another."""
    forms: list[str] = []
    for part in parts:
        own: list[str] = []
        attached: list[tuple[str, Message]] = []
        _collect(part, letter, own, attached, depth + 1)
        # A calendar beside the texts says the same once more.
        found += [(name, one) for name, one in attached if one.get_content_maintype() != "text"]
        forms.append("\n\n".join(text for text in own if text.strip()))
    forms = [form for form in forms if form.strip()]
    if forms:
        longest = max(forms, key=len)
        first = forms[0]
        texts.append(longest if len(first) < _STUB and 4 * len(first) < len(longest) else first)


def _is_text(message: Message, kind: str) -> bool:
    """Whether a part is read as part of the mail, rather than as a file attached to it."""
    if kind in ("message/delivery-status", "text/rfc822-headers", "message/disposition-notification"):
        return True
    if kind not in ("text/plain", "text/html", "text/enriched") and not kind.startswith("multipart/"):
        return kind.startswith("text/") and not _name_of(message) and kind != "text/calendar"
    return message.get_content_disposition() != "attachment" and not _name_of(message)


def _is_ornament(message: Message, kind: str) -> bool:
    """Whether a part is a logo, a smiley or a counting pixel within the text."""
    if not kind.startswith("image/"):
        return False
    within = message.get_content_disposition() != "attachment" and "Content-ID" in message
    payload = message.get_payload()
    size = len(payload) * 3 // 4 if isinstance(payload, str) else 0
    return size < 400 or (within and size < SMALL_PICTURE_BYTES)


def _attachment_name(message: Message, kind: str, number: int) -> str:
    name = _name_of(message)
    if kind == "message/rfc822" and not name:
        subject = next((header(inner, "Subject") for inner in _parts(message)), "")
        name = f"{subject[:80].replace('/', '_') or f'message {number}'}.eml"
    name = plain_name(name or f"attachment {number}{_SUFFIXES.get(kind, '')}").rpartition("/")[2]
    return name


def _name_of(message: Message) -> str:
    """The file name of a part, or ''."""
    try:
        return squeezed(_decoded(message.get_filename() or ""))
    except (ValueError, LookupError, TypeError, AttributeError):  # what broken parameters lead the library to
        return ""


def content_of(part: Message) -> bytes:
    """The content of an attachment; a mail in a mail as it came."""
    if part.get_content_type() == "message/rfc822" and part.is_multipart():
        return b"".join(_as_bytes(inner) for inner in _parts(part)[:1])
    content = part.get_payload(decode=True)
    return content if isinstance(content, bytes) else _as_bytes(part)


def _as_bytes(message: Message) -> bytes:
    try:
        return message.as_bytes()
    except (UnicodeError, LookupError, ValueError, TypeError, AttributeError):
        return str(message.get_payload()).encode("utf-8", "surrogateescape")


def member_of(name: str, part: Message, letter: Letter) -> Member:
    """An attachment as a member of its mail."""
    content = content_of(part)
    return Member(name, len(content), letter.date, hashlib.sha256(content).hexdigest())


# --- text -------------------------------------------------------------------------------------------------------


def text_of(part: Message) -> str:
    """The words of a text part."""
    if fields := _parts(part):  # those of a delivery report
        return "\n\n".join("\n".join(f"{key}: {value}" for key, value in one.items()) for one in fields)
    raw = part.get_payload(decode=True)
    text = clean(decoded_text(raw if isinstance(raw, bytes) else b"", part.get_content_charset()))
    if part.get_content_type() == "text/html":
        try:
            return html_blocks("mail", [text])[0].text
        except ReadError:
            return ""
    if part.get_param("format") == "flowed":
        text = _unflowed(text)
    return _GAP.sub("\n\n", f"\n{text}").strip("\n").rstrip()


def decoded_text(raw: bytes, charset: str | None) -> str:
    """Bytes as text: as UTF-8 if they are, else as the mail says, else as is likeliest."""
    try:
        utf7 = (charset or "").replace("_", "-").startswith(("utf-7", "utf-16", "iso-2022", "hz"))
        return raw.decode(charset if utf7 and charset else "utf-8")
    except (UnicodeDecodeError, LookupError):
        pass
    try:
        # As browsers do: Latin-1 means its Windows superset.
        name = {"iso-8859-1": "cp1252", "latin1": "cp1252", "us-ascii": ""}.get(charset or "", charset or "")
        if name:
            return raw.decode(name, "replace" if name == "cp1252" else "strict")
    except (UnicodeDecodeError, LookupError):
        pass
    return raw.decode(guess_encoding(raw), "replace")


def _unflowed(text: str) -> str:
    """Lines that a mail program broke (RFC 3676: they end with a space) joined again."""
    lines: list[str] = []
    depth = -1
    for line in text.split("\n"):
        body = line.lstrip(">")
        level, body = len(line) - len(body), body.removeprefix(" ")
        if lines and depth == level and lines[-1].endswith(" ") and lines[-1].strip("> ") != "--":
            lines[-1] += body
        else:
            lines.append(">" * level + (" " if level else "") + body)
        depth = level
    return "\n".join(line.rstrip() for line in lines)


def header(message: Message, name: str) -> str:
    """The decoded value of a header field, or ''."""
    wanted = name.lower()
    for key, value in message.raw_items():
        if key.lower() == wanted:
            return squeezed(clean(_decoded(str(value))))
    return ""


def _decoded(raw: str) -> str:
    """A header's text: encoded words decoded, other bytes as they are likeliest meant."""
    if not raw.isascii():
        content = raw.encode("utf-8", "surrogateescape")
        raw = decoded_text(content, None)
    if "=?" not in raw:
        return raw
    # White space between two encoded words is none, and a line break within one is not rare.
    raw = re.sub(r"\s*\n\s*", " ", raw)
    try:
        pieces = email.header.decode_header(raw)
    except (email.errors.HeaderParseError, binascii.Error, ValueError):
        return raw
    text = "".join(
        piece if isinstance(piece, str) else decoded_text(piece, charset or "latin-1")
        for piece, charset in pieces
    )
    return text or raw  # what cannot be decoded at all is better shown than lost


def _date(message: Message) -> float:
    """When a mail was sent, in seconds since 1970, 0 where it does not say."""
    try:
        parts = parsedate_tz(header(message, "Date"))
        return float(mktime_tz(parts)) if parts else 0.0
    except (ValueError, OverflowError, TypeError, IndexError):
        return 0.0


def letters(path: str, letter: Letter) -> Iterator[Letter]:
    """A letter, and those of the digest in it. Raises ReadError."""
    yield letter
    for message in letter.inner[:10_000]:
        inner = letter_of(path, message)
        inner.inner = []
        yield inner
