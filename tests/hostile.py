"""Builders of good, broken and hostile files for tests; nothing here needs a file from outside."""

from __future__ import annotations

import io
import json
import re
import zipfile
from collections.abc import Iterable, Sequence
from pathlib import Path

import pypdf

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
STRICT = "http://purl.oclc.org/ooxml/wordprocessingml/main"
DOCUMENT = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument"


# --- PDF --------------------------------------------------------------------------------------------------------


def pdf(
    pages: Iterable[Sequence[str]],
    *,
    media_box: str = "0 0 595 842",
    page_entries: str = "",
    size: int = 11,
    leading: int = 14,
    trailer_entries: str = "",
    extra: Sequence[str] = (),
) -> bytes:
    """A PDF with one Helvetica line for each text of each page, from 72, 770 down. Lines are written as they come.

    `page_entries` goes into each page's dictionary; `extra` are further objects, numbered from 4 on.
    """
    objects: list[bytes] = [
        b"",
        b"",
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding>>",
    ]
    objects += [text.encode("latin-1") for text in extra]
    kids: list[int] = []
    for lines in pages:
        drawn = b"".join(b"(" + escaped(line) + b") Tj T*\n" for line in lines)
        content = b"BT /F1 %d Tf %d TL 72 770 Td\n%sET" % (size, leading, drawn)
        objects.append(b"<</Length %d>>stream\n%s\nendstream" % (len(content), content))
        entries = f"/MediaBox[{media_box}]/Contents {len(objects)} 0 R{page_entries}"
        objects.append(f"<</Type/Page/Parent 2 0 R/Resources<</Font<</F1 3 0 R>>>>{entries}>>".encode())
        kids.append(len(objects))
    objects[0] = f"<</Type/Catalog/Pages 2 0 R{trailer_entries}>>".encode()
    objects[1] = f"<</Type/Pages/Count {len(kids)}/Kids[{' '.join(f'{kid} 0 R' for kid in kids)}]>>".encode()
    return assembled(objects)


def escaped(line: str) -> bytes:
    """A line as the inside of a PDF string."""
    return (
        line.encode("cp1252", "replace").replace(b"\\", b"\\\\").replace(b"(", b"\\(").replace(b")", b"\\)")
    )


def assembled(objects: Sequence[bytes]) -> bytes:
    """The bytes of a PDF with these objects, numbered from 1; the first is the catalog."""
    out = io.BytesIO()
    out.write(b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n")
    places = []
    for number, content in enumerate(objects, 1):
        places.append(out.tell())
        out.write(b"%d 0 obj\n%s\nendobj\n" % (number, content))
    start = out.tell()
    out.write(b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1))
    out.writelines(b"%010d 00000 n \n" % place for place in places)
    out.write(b"trailer\n<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, start))
    return out.getvalue()


def pages_pdf(count: int, lines: int = 3) -> bytes:
    """A PDF of many pages, each saying its number."""
    return pdf(
        [f"This is line {line} of page {page}." for line in range(1, lines + 1)]
        for page in range(1, count + 1)
    )


def truncated_pdf() -> bytes:
    """The first two thirds of a PDF, as a download that broke off leaves it."""
    whole = pages_pdf(30)
    return whole[: len(whole) * 2 // 3]


def encrypted_pdf(password: str = "secret") -> bytes:
    """A PDF that opens with a password only."""
    writer = pypdf.PdfWriter(io.BytesIO(pdf([["Nobody may read this."]])))
    # RC4 needs no further library; it is weak, and still asks for the password.
    writer.encrypt(password, algorithm="RC4-128")
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def zero_page_pdf() -> bytes:
    """A sound PDF without pages."""
    return pdf([])


def scan_pdf(pages: int = 2) -> bytes:
    """A PDF of pages with a drawing and no text."""
    content = b"0.8 g 72 72 400 600 re f"
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"",
        b"<</Length %d>>stream\n%s\nendstream" % (len(content), content),
    ]
    for _ in range(pages):
        objects.append(b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 3 0 R>>")
    kids = " ".join(f"{4 + index} 0 R" for index in range(pages))
    objects[1] = f"<</Type/Pages/Count {pages}/Kids[{kids}]>>".encode()
    return assembled(objects)


def cyclic_pdf() -> bytes:
    """A page tree that is its own child and claims a million pages."""
    return assembled([b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Count 1000000/Kids[2 0 R 2 0 R]>>"])


def huge_page_pdf() -> bytes:
    """A page that claims to be kilometres wide; its text is real."""
    return pdf([["A very large sheet."]], media_box="-99999999999 -99999999999 99999999999 99999999999")


def false_length_pdf() -> bytes:
    """A stream that claims to be two gigabytes long."""
    return re.sub(rb"/Length \d+", b"/Length 2147483647", pdf([["A stream with a false length."]]))


def deep_pdf() -> bytes:
    """Arrays nested a hundred thousand deep in the catalog."""
    return pdf([["Deep."]], trailer_entries="/Deep " + "[" * 100_000 + "]" * 100_000)


def script_pdf(target: Path) -> bytes:
    """A PDF that asks, on opening, to run JavaScript, to start a program and to go to a file."""
    action = f"<</S/JavaScript/JS(app.launchURL\\('file://{target}'\\))/Next<</S/Launch/F(touch {target})>>>>"
    return pdf([["Text beside a script."]], trailer_entries=f"/OpenAction {action}")


def unmapped_page_pdf() -> bytes:
    """Three pages, the second of which is no page."""
    return pages_pdf(3).replace(b"/Contents 6 0 R", b"/Contents 9999 0 R")


def noise(length: int) -> bytes:
    """Bytes that look random and are always the same."""
    state, out = 1, bytearray()
    while len(out) < length:
        state = (state * 6364136223846793005 + 1442695040888963407) % 2**64
        out += state.to_bytes(8, "little")
    return bytes(out[:length])


# --- Word -------------------------------------------------------------------------------------------------------


def docx(body: str, *, namespace: str = W, parts: dict[str, str] | None = None, prolog: str = "") -> bytes:
    """A Word document with this body (inner XML of w:body), and further parts by name."""
    main = (
        f'<?xml version="1.0" encoding="UTF-8"?>{prolog}<w:document xmlns:w="{namespace}"'
        ' xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"'
        ' xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape">'
        f"<w:body>{body}</w:body></w:document>"
    )
    files = {
        "[Content_Types].xml": '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Override'
        ' PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.'
        'wordprocessingml.document.main+xml"/></Types>',
        "_rels/.rels": '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        f'<Relationship Id="r1" Type="{DOCUMENT}" Target="word/document.xml"/></Relationships>',
        "word/document.xml": main,
        **(parts or {}),
    }
    return zipped({name: text.encode() for name, text in files.items()})


def part(element: str, body: str) -> str:
    """The XML of another part of a Word document: 'styles', 'footnotes', 'hdr'..."""
    return f'<?xml version="1.0"?><w:{element} xmlns:w="{W}">{body}</w:{element}>'


def paragraph(text: str, properties: str = "") -> str:
    """The XML of a paragraph."""
    return f'<w:p><w:pPr>{properties}</w:pPr><w:r><w:t xml:space="preserve">{text}</w:t></w:r></w:p>'


def zipped(files: dict[str, bytes]) -> bytes:
    """A zip archive."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return out.getvalue()


def bomb_docx(megabytes: int = 400) -> bytes:
    """A small Word document whose text part unpacks to hundreds of megabytes."""
    return bombed(docx(paragraph("Small.")), "word/footnotes.xml", megabytes)


def bombed(archive: bytes, name: str = "bomb.xml", megabytes: int = 400) -> bytes:
    """A zip archive with a further part that unpacks to hundreds of megabytes."""
    out = io.BytesIO()
    out.write(archive)
    with zipfile.ZipFile(out, "a", zipfile.ZIP_DEFLATED) as file:
        with file.open(name, "w") as stream:
            for _ in range(megabytes):
                stream.write(b"\0" * 2**20)
    return out.getvalue()


def lying_bomb_docx() -> bytes:
    """A zip bomb whose list of contents says that it is small."""
    honest = bomb_docx(30)
    return honest.replace((30 * 2**20).to_bytes(4, "little"), (1000).to_bytes(4, "little"))


def many_parts_docx(count: int = 20_500) -> bytes:
    """A Word document of very many parts."""
    return zipped({f"word/media/{index}": b"" for index in range(count)})


def laughing_docx() -> bytes:
    """Entities that expand to a billion laughs."""
    levels = "".join(f'<!ENTITY l{level} "{f"&l{level - 1};" * 10}">' for level in range(1, 10))
    return docx(paragraph("&l9;"), prolog=f'<!DOCTYPE lol [<!ENTITY l0 "lol">{levels}]>')


def outside_entity_docx(target: Path) -> bytes:
    """An entity that stands for a file of the computer."""
    return docx(paragraph("&secret;"), prolog=f'<!DOCTYPE d [<!ENTITY secret SYSTEM "{target.as_uri()}">]>')


def deep_docx(depth: int = 5_000) -> bytes:
    """Tables nested thousands deep."""
    return docx("<w:tbl><w:tr><w:tc>" * depth + paragraph("deep") + "</w:tc></w:tr></w:tbl>" * depth)


def encrypted_office() -> bytes:
    """The beginning of an OLE container that holds an encrypted Office document, as far as it matters."""
    mark = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
    return mark + b"\0" * 1000 + "EncryptedPackage".encode("utf-16-le") + b"\0" * 1000


def old_word() -> bytes:
    """The same for an old Word document."""
    return (
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 1000 + "WordDocument".encode("utf-16-le") + b"\0" * 1000
    )


# --- others -----------------------------------------------------------------------------------------------------


def deep_html(depth: int = 50_000) -> bytes:
    """A page with tens of thousands of boxes in each other."""
    return b"<html><body><p>Before.</p>" + b"<div>" * depth + b"Deep." + b"</div>" * depth + b"<p>After.</p>"


def jsonl(rows: Iterable[object]) -> bytes:
    """One JSON value a line."""
    return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows).encode()
