"""Which format a text has: by marks in its content that nothing else has, else by its name, else by weaker marks."""

from __future__ import annotations

import json
import re
from pathlib import PurePath

from desktop.engines.read_code_languages import language_of

_BY_NAME = {
    ".md": "md", ".markdown": "md", ".mdown": "md", ".mkd": "md", ".rmd": "md", ".qmd": "md",
    ".html": "html", ".htm": "html", ".xhtml": "html",
    ".csv": "csv", ".tsv": "tsv", ".tab": "tsv", ".jsonl": "jsonl", ".ndjson": "jsonl",
    ".rst": "rst", ".rest": "rst",
    ".eml": "eml", ".mht": "mhtml", ".mhtml": "mhtml", ".mbox": "mbox", ".mbx": "mbox",
    ".json": "json", ".geojson": "json", ".ipynb": "json",
    ".xml": "xml", ".svg": "xml", ".rss": "xml", ".atom": "xml", ".xsd": "xml", ".xsl": "xml", ".xslt": "xml",
    ".srt": "srt", ".vtt": "vtt", ".ass": "ass", ".ssa": "ass",
}  # fmt: skip
# Where the name says one of these, marks that a quotation or an example may begin with count for nothing.
_WRITTEN = frozenset({"md", "rst", "csv", "tsv", "jsonl"})
_HTML = re.compile(r"\s*(?:<!--.*?-->\s*|<\?xml[^>]*>\s*)*<(?:!doctype\s+html|html|head|body)\b", re.I | re.S)
_XML = re.compile(r"\s*<\?xml\b", re.I)
_SVG = re.compile(r"\s*(?:<!--.*?-->\s*)*<(?:svg|rss|feed)\b", re.I | re.S)
_WEB_ARCHIVE = re.compile(r"^Content-Type:\s*multipart/related\b", re.I | re.M)
_SAVED_PAGE = re.compile(r"^(?:Snapshot-Content-Location:|From:\s*[\"<]?Saved by )", re.I | re.M)
_MAILBOX = re.compile(r"\s*From [^\n]*\d{2}:\d{2}[^\n]*\n[!-9;-~]+:[^\n]*\n")
_HEADER = re.compile(r"([!-9;-~]{2,60}):(?:[ \t].*|)(?:\n|\Z)")
_MAIL_FIELDS = frozenset(
    {
        "received",
        "return-path",
        "delivered-to",
        "mime-version",
        "message-id",
        "x-mozilla-status",
        "x-gm-thrid",
    }
)
_LETTER_FIELDS = frozenset({"from", "to", "cc", "date", "subject", "reply-to", "content-type", "sender"})
_SUBRIP = re.compile(r"\s*\d+[ \t]*\n\s*\d{1,2}:\d{2}:\d{2}[,.]\d{1,3}\s+-->\s+\d{1,2}:\d{2}:\d{2}")
_JSON = re.compile(r"\s*(?:\{\s*(?:\"|\}\s*\Z)|\[\s*(?:[\[{\"\d-]|\]\s*\Z))")


def text_kind(name: str, head: str) -> str:
    """The short name of a text's format, 'txt' where it has none; `head` is its beginning without a byte mark."""
    head = head.replace("\r\n", "\n").replace("\r", "\n")
    suffix = PurePath(name).suffix.lower()
    named = _BY_NAME.get(suffix, "")
    if named not in _WRITTEN and (marked := _marked(head, suffix)):
        return marked
    if named == "json" or (not named and _JSON.match(head)):
        return "jsonl" if _json_lines(head) else "json"
    if named:
        return named
    return "code" if language_of(name, head) else "txt"


def _marked(head: str, suffix: str) -> str:
    """The format that the beginning of a text is a proof of, or ''."""
    start = head.lstrip()[:200]
    if start.startswith("WEBVTT"):
        return "vtt"
    if start.lower().startswith("[script info]"):
        return "ass"
    if _SUBRIP.match(head):
        return "srt"
    if _HTML.match(head[:8192]):
        return "code" if suffix in (".php", ".jsp", ".erb", ".vue", ".svelte") else "html"
    if _XML.match(head) or _SVG.match(head[:4096]):
        return "xml"
    if _MAILBOX.match(head):
        return "mbox"
    if is_mail(head):
        archive = _WEB_ARCHIVE.search(head) and (suffix in (".mht", ".mhtml") or _SAVED_PAGE.search(head))
        return "mhtml" if archive else "eml"
    return ""


def is_mail(head: str) -> bool:
    """Whether a text begins with the header of a mail: some fields that every mail server writes, or a letter's."""
    fields: list[str] = []
    for line in head.lstrip("\n")[:20_000].split("\n"):
        if line[:1] in (" ", "\t") and fields:
            continue
        match = _HEADER.match(line)
        if not match:
            break
        fields.append(match.group(1).lower())
    known = set(fields)
    letter = known & _LETTER_FIELDS
    return bool(known & _MAIL_FIELDS and (len(known) > 1 or len(fields) > 1)) or (
        "subject" in known and "from" in known and len(letter) > 2
    )


def _json_lines(head: str) -> bool:
    """Whether a text has one JSON object a line, two of them at least."""
    first, _, rest = head.lstrip().partition("\n")
    if not first.startswith("{") or not rest.lstrip().startswith("{"):
        return False
    try:
        return isinstance(json.loads(first), dict)
    except (ValueError, RecursionError):
        return False
