"""Builders of mails, mailboxes, archives and books for tests."""

from __future__ import annotations

import io
import tarfile
import zipfile
from collections.abc import Iterable, Mapping
from email.message import EmailMessage

from tests import hostile


def mail(
    subject: str = "Rent",
    body: str = "Please pay.\n",
    *,
    html: str = "",
    attached: Mapping[str, bytes] | None = None,
    number: int = 1,
) -> EmailMessage:
    """A mail with a plain body, perhaps a web page of the same text, and attachments."""
    message = EmailMessage()
    message["From"] = "Ms Li <li@example.org>"
    message["To"] = "house@example.org"
    message["Date"] = "Mon, 23 Nov 2026 10:00:00 +0000"
    message["Subject"] = subject
    message["Message-ID"] = f"<{number}@example.org>"
    message.set_content(body)
    if html:
        message.add_alternative(html, subtype="html")
    for name, content in (attached or {}).items():
        message.add_attachment(content, maintype="application", subtype="octet-stream", filename=name)
    return message


def mailbox(messages: Iterable[bytes]) -> bytes:
    """A mailbox; lines that begin with "From " in a mail are quoted as such programs do."""
    out = io.BytesIO()
    for message in messages:
        body = message.replace(b"\nFrom ", b"\n>From ")
        out.write(b"From li@example.org Mon Nov 23 10:00:00 2026\n" + body.rstrip(b"\n") + b"\n\n")
    return out.getvalue()


def tar(files: Mapping[str, bytes], mode: str = "w") -> bytes:
    """A TAR archive; `mode` "w:gz" packs it."""
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode=mode) as archive:  # type: ignore[call-overload]
        for name, content in files.items():
            info = tarfile.TarInfo(name)
            info.size = len(content)
            archive.addfile(info, io.BytesIO(content))
    return out.getvalue()


def raw_zip(names: Iterable[tuple[bytes, bytes]]) -> bytes:
    """A ZIP archive whose names are these bytes, without a word on their encoding."""
    out = io.BytesIO()
    pairs = list(names)
    with zipfile.ZipFile(out, "w") as archive:
        for index, (_, content) in enumerate(pairs):
            archive.writestr(f"{index:04d}".ljust(len(pairs[index][0]), "_"), content)
    content = out.getvalue()
    for index, (name, _) in enumerate(pairs):
        content = content.replace(f"{index:04d}".ljust(len(name), "_").encode(), name)
    return content


def zeros_zip(files: Mapping[str, int]) -> bytes:
    """A ZIP archive of files of zeros, by their sizes in megabytes."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, megabytes in files.items():
            with archive.open(name, "w") as stream:
                for _ in range(megabytes):
                    stream.write(b"\0" * 2**20)
    return out.getvalue()


def nested_zip(depth: int, content: bytes = b"words") -> tuple[bytes, tuple[str, ...]]:
    """A text in an archive in an archive, and where it lies."""
    archive, names = hostile.zipped({"a.txt": content}), ["a.txt"]
    for level in range(depth - 1):
        archive = hostile.zipped({f"{level}.zip": archive})
        names.insert(0, f"{level}.zip")
    return archive, tuple(names)


def locked_zip(
    files: Mapping[str, bytes], password: bytes = b"pass", clear: Mapping[str, bytes] | None = None
) -> bytes:
    """A ZIP archive whose files are locked with the old cipher of the format (APPNOTE 6.1); `clear` ones are not."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, content in {**files, **(clear or {})}.items():
            archive.writestr(name, b"\0" * 12 + content if name in files else content)
    data = bytearray(out.getvalue())
    for info in zipfile.ZipFile(out).infolist():
        if info.filename not in files:
            continue
        content = files[info.filename]
        crc = zipfile.crc32(content)
        start = info.header_offset + 30 + len(info.filename)
        data[start : start + 12 + len(content)] = _ciphered(
            password, b"\0" * 11 + bytes([crc >> 24]) + content
        )
        for place in _records(bytes(data), info.filename):
            data[place] |= 1
            at = place + 8  # the sum of the content comes eight bytes after the flags in both records
            data[at : at + 4] = crc.to_bytes(4, "little")
            data[at + 8 : at + 12] = len(content).to_bytes(4, "little")
    return bytes(data)


def _records(data: bytes, name: str) -> list[int]:
    """Where the flags stand in a member's local and central record."""
    raw = name.encode()
    places = []
    for mark, flags, at in ((b"PK\3\4", 6, 30), (b"PK\1\2", 8, 46)):
        place = data.find(mark)
        while place >= 0:
            if data[place + at : place + at + len(raw)] == raw:
                places.append(place + flags)
            place = data.find(mark, place + 4)
    return places


def _ciphered(password: bytes, content: bytes) -> bytes:
    """The traditional encryption of PKWARE."""
    keys = [0x12345678, 0x23456789, 0x34567890]

    def sum_step(value: int, byte: int) -> int:
        value ^= byte
        for _ in range(8):
            value = (value >> 1) ^ (0xEDB88320 if value & 1 else 0)
        return value

    def update(byte: int) -> None:
        keys[0] = sum_step(keys[0], byte)
        keys[1] = ((keys[1] + (keys[0] & 0xFF)) * 134775813 + 1) & 0xFFFFFFFF
        keys[2] = sum_step(keys[2], keys[1] >> 24)

    for byte in password:
        update(byte)
    out = bytearray()
    for byte in content:
        key = (keys[2] | 2) & 0xFFFF
        out.append(byte ^ ((key * (key ^ 1)) >> 8) & 0xFF)
        update(byte)
    return bytes(out)


def epub(
    chapters: Mapping[str, str],
    *,
    contents: str = "",
    title: str = "The house",
    parts: Mapping[str, bytes] | None = None,
) -> bytes:
    """A book with these pages (inner HTML of their bodies) in this order, and a table of contents (nav.xhtml)."""
    items = "".join(
        f'<item id="i{index}" href="text/{name}" media-type="application/xhtml+xml"/>'
        for index, name in enumerate(chapters)
    )
    spine = "".join(f'<itemref idref="i{index}"/>' for index in range(len(chapters)))
    package = (
        '<package xmlns="http://www.idpf.org/2007/opf" xmlns:dc="http://purl.org/dc/elements/1.1/"><metadata>'
        f'<dc:title>{title}</dc:title></metadata><manifest>{items}<item id="n" href="nav.xhtml" properties="nav"'
        f' media-type="application/xhtml+xml"/></manifest><spine>{spine}</spine></package>'
    )
    files = {
        "mimetype": b"application/epub+zip",
        "META-INF/container.xml": b'<container xmlns="urn:oasis:names:tc:opendocument:xmlns:container"><rootfiles>'
        b'<rootfile full-path="OPS/book.opf"/></rootfiles></container>',
        "OPS/book.opf": package.encode(),
        "OPS/nav.xhtml": f'<html xmlns:epub="http://www.idpf.org/2007/ops"><body><nav epub:type="toc">{contents}</nav>'
        "</body></html>".encode(),
    }
    for name, body in reversed(chapters.items()):
        files[f"OPS/text/{name}"] = f"<?xml version='1.0'?><html><body>{body}</body></html>".encode()
    return hostile.zipped({**files, **(parts or {})})
