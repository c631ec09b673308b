"""A folder of broken and hostile files of every kind, built here: nothing in it comes from outside."""

from __future__ import annotations

import io
import os
import random
import socket
import struct
import zipfile
import zlib
from collections.abc import Callable
from email.message import EmailMessage
from pathlib import Path

from tests import hostile, hostile_bombs

SPARSE_BYTES = 2**40


def contents(outside: Path) -> dict[str, bytes]:
    """Files by name; `outside` is a file that none of them may show."""
    return {
        **_pdfs(outside),
        **_office(outside),
        **_archives(),
        **_texts(outside),
        **_pictures(),
        **_mutations(),
        **hostile_bombs.bombs(),
    }


def _pdfs(outside: Path) -> dict[str, bytes]:
    outline = "/Outlines<</First 4 0 R/Last 4 0 R/Count 1>>"
    looped = "<</Title(Loop)/Next 4 0 R/First 4 0 R/Parent 4 0 R>>"
    inner = "/BBox[0 0 9 9]/Resources<</XObject<</A 4 0 R>>>>"
    form = f"<</Type/XObject/Subtype/Form{inner}/Length 5>>stream\n/A Do\nendstream"
    fields = "<</T(a)/FT/Tx/Kids[4 0 R]/Parent 4 0 R>>"
    sound = hostile.pages_pdf(2)
    zeros = zlib.compress(zlib.compress(b"\0" * (200 * 2**20)))
    bomb = b"<</Length %d/Filter[/FlateDecode/FlateDecode]>>stream\n%s\nendstream" % (len(zeros), zeros)
    chain = [b"<</Type/Catalog/Pages 2 0 R>>"]
    chain += [b"<</Type/Pages/Count 1/Kids[%d 0 R]>>" % number for number in range(3, 5_003)]
    return {
        "truncated.pdf": hostile.truncated_pdf(),
        "locked.pdf": hostile.encrypted_pdf(),
        "empty.pdf": b"",
        "no pages.pdf": hostile.zero_page_pdf(),
        "cycle.pdf": hostile.cyclic_pdf(),
        "huge page.pdf": hostile.huge_page_pdf(),
        "false length.pdf": hostile.false_length_pdf(),
        "deep array.pdf": hostile.deep_pdf(),
        "script.pdf": hostile.script_pdf(outside),
        "missing page.pdf": hostile.unmapped_page_pdf(),
        "looping outline.pdf": hostile.pdf([["An outline."]], trailer_entries=outline, extra=[looped]),
        "recursive form.pdf": hostile.pdf(
            [["A form."]], page_entries="/Resources<</XObject<</A 4 0 R>>>>", extra=[form]
        ),
        "recursive fields.pdf": hostile.pdf(
            [["Fields."]], trailer_entries="/AcroForm<</Fields[4 0 R]>>", extra=[fields]
        ),
        "looping xref.pdf": sound.replace(b"/Root 1 0 R", b"/Root 1 0 R/Prev " + _xref(sound)),
        "count lies.pdf": sound.replace(b"/Count 2", b"/Count 2147483647"),
        "negative count.pdf": sound.replace(b"/Count 2", b"/Count -9"),
        "deep tree.pdf": hostile.assembled(chain),
        "stream bomb.pdf": hostile.assembled(
            [
                b"<</Type/Catalog/Pages 2 0 R>>",
                b"<</Type/Pages/Count 1/Kids[3 0 R]>>",
                b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]/Contents 4 0 R>>",
                bomb,
            ]
        ),
        "flat box.pdf": hostile.pdf([["A flat page."]], media_box="0 0 0 0"),
        "unknown lock.pdf": sound.replace(b"/Root 1 0 R", b"/Root 1 0 R/Encrypt<</Filter/Foo/V 9>>"),
        "head only.pdf": b"%PDF-1.7\n",
        "noise.pdf": b"%PDF-1.7\n" + hostile.noise(60_000) + b"%%EOF",
        "font.pdf": b"\0\1\0\0\0\x0f" + hostile.noise(20_000),
        "text.pdf": b"This only says that it is a PDF. It is a text about the pump in hall nine.",
    }


def _xref(content: bytes) -> bytes:
    return content.rsplit(b"startxref\n", 1)[1].split(b"\n")[0]


def _office(outside: Path) -> dict[str, bytes]:
    paragraph = hostile.paragraph("A paragraph.")
    return {
        "bomb.docx": hostile.bomb_docx(),
        "lying bomb.docx": hostile.lying_bomb_docx(),
        "parts.docx": hostile.many_parts_docx(),
        "laughs.docx": hostile.laughing_docx(),
        "outside.docx": hostile.outside_entity_docx(outside),
        "deep.docx": hostile.deep_docx(),
        "locked.docx": hostile.encrypted_office(),
        "old.doc": hostile.old_word(),
        "encoding.docx": hostile.docx(paragraph).replace(b'encoding="UTF-8"', b'encoding="UTF-9"'),
        "half.docx": hostile.docx(paragraph * 50)[:600],
        "nothing.xlsx": hostile.zipped({"[Content_Types].xml": b"spreadsheetml.sheet.main+xml"}),
        "nothing.pptx": hostile.zipped({"[Content_Types].xml": b"presentationml.presentation.main+xml"}),
        "nothing.odt": hostile.zipped({"mimetype": b"application/vnd.oasis.opendocument.text"}),
        "repeated.ods": hostile.zipped({"mimetype": _ODS.encode(), "content.xml": _repeated_cells()}),
        "nothing.epub": hostile.zipped({"mimetype": b"application/epub+zip"}),
        "deep.rtf": rb"{\rtf1 " + b"{" * 100_000 + b"deep" + b"}" * 100_000 + b"}",
        "bin.rtf": rb"{\rtf1 Words about a pump. \bin2147483647 x}",
    }


_ODS = "application/vnd.oasis.opendocument.spreadsheet"


def _repeated_cells() -> bytes:
    """A sheet that claims two milliards of rows of as many equal cells."""
    names = "urn:oasis:names:tc:opendocument:xmlns:"
    return (
        f'<o:document-content xmlns:o="{names}office:1.0" xmlns:t="{names}table:1.0" xmlns:x="{names}text:1.0"><o:body>'
        '<o:spreadsheet><t:table t:name="s"><t:table-row t:number-rows-repeated="2000000000">'
        '<t:table-cell t:number-columns-repeated="2000000000"><x:p>again</x:p></t:table-cell></t:table-row>'
        "</t:table></o:spreadsheet></o:body></o:document-content>"
    ).encode()


def _archives() -> dict[str, bytes]:
    nested = b"At the bottom of sixty archives."
    for level in range(60):
        nested = hostile.zipped({f"level {level}.zip" if level else "bottom.txt": nested})
    names = [
        "../../evil.txt",
        "/etc/evil.txt",
        "C:\\evil.txt",
        "new\nline.txt",
        "evil\u202etxt.exe",
        "a" * 300,
    ]
    same = io.BytesIO()
    with zipfile.ZipFile(same, "w") as archive:
        for number in range(3):
            archive.writestr(f"twin{number}.txt", b"The same words.")
    return {
        "nested.zip": nested,
        "ways out.zip": hostile.zipped({name: f"Text of {name!r}.".encode() for name in names}),
        "bomb.zip": hostile.bombed(hostile.zipped({"a.txt": b"A small text."}), "b.txt"),
        "half.zip": hostile.zipped({"a.txt": b"words " * 500})[:200],
        "same name.zip": same.getvalue().replace(b"twin1", b"twin0").replace(b"twin2", b"twin0"),
        "empty.zip": hostile.zipped({}),
        "bomb.gz": b"\x1f\x8b\x08" + hostile.noise(2_000),
    }


def _texts(outside: Path) -> dict[str, bytes]:
    laughs = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
    entity = f'<!DOCTYPE r [<!ENTITY secret SYSTEM "{outside.as_uri()}">]><r>&secret; and words</r>'
    mail = EmailMessage()
    mail["Subject"] = "The innermost"
    mail.set_content("A hundred mails in each other.")
    for level in range(100):
        outer = EmailMessage()
        outer["Subject"] = f"Level {level}"
        outer.set_content("See the mail inside.")
        outer.add_attachment(mail)
        mail = outer
    return {
        "giant line.csv": b"id,body\n1," + b"words of one line " * 4_000,
        "wide.csv": b",".join(b"c%d" % n for n in range(3_000)) + b"\n" + b",".join([b"1"] * 3_000),
        "open quote.csv": b'id,body\n1,"never closed\n' + b"2,more\n" * 500,
        "deep.jsonl": b"[" * 100_000 + b"\n",
        "deep.json": b'{"a":' * 8_000 + b"1" + b"}" * 8_000,
        "giant number.json": b'{"a": ' + b"9" * 100_000 + b"}",
        "odd.utf16.txt": "A text about a valve, cut off. ".encode("utf-16")[:-1],
        "lone.utf16.txt": b"\xff\xfe" + b"\x00\xd8" * 400,
        "binary.txt": hostile.noise(50_000),
        "zeros.txt": b"\0" * 100_000,
        "deep.html": hostile.deep_html(),
        "frames.html": f"<html><iframe src='{outside.as_uri()}'></iframe><p>A page.</p></html>".encode(),
        "laughs.xml": f'<!DOCTYPE l [<!ENTITY l0 "lol">{laughs}]><r>&l9;</r>'.encode(),
        "outside.xml": entity.encode(),
        "quotes.md": b">" * 20_000 + b" deep\n" + b"[" * 20_000,
        "rst.rst": b"Title\n=====\n\n" + b"".join(b" " * n + b"* item\n\n" for n in range(300)),
        "deep.ipynb": b'{"cells": [{"source": ' + b"[" * 9_000,
        "broken.srt": b"1\n99:99:99,999 --> 00:00:00,000\nWords.\n\n" * 50,
        "nested.eml": mail.as_bytes(),
        "no end.eml": b"Subject: x\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=b\n\n--b\n\nwords",
        "header.eml": b"Subject: long\n" + b"Received: from a by b\n" * 20_000 + b"\nA body.",
        "charset.eml": b"Subject: x\nContent-Type: text/plain; charset=none-such\n\nA body of words.",
        "from.mbox": b"From a@b Mon Jan  1 00:00:00 2024\n" * 500,
        "one line.js": b"var a=1;" * 5_000,
    }


def _pictures() -> dict[str, bytes]:
    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    def png(width: int, height: int) -> bytes:
        header = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
        data = zlib.compress(b"\0" * 10_000)
        return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", data) + chunk(b"IEND", b"")

    return {
        "absurd.png": png(2_000_000_000, 2_000_000_000),
        "large.png": png(60_000, 60_000),
        "half.png": png(100, 100)[:40],
        "absurd.jpg": b"\xff\xd8\xff\xc0\0\x11\x08\xff\xff\xff\xff\x03\x01\x22\0\x02\x11\x01\x03\x11\x01\xff\xd9",
        "loop.gif": b"GIF89a\x01\0\x01\0\0\0\0" + b"\x21\xf9\x04\0\0\0\0\0" * 5_000,
        "loop.tiff": b"II*\0\x08\0\0\0" + b"\0\0" + b"\x08\0\0\0",
        "tags.tiff": b"II*\0\x08\0\0\0\xff\xff" + b"\0\x01\x04\0\xff\xff\xff\xff\0\0\0\0" * 50,
        "absurd.bmp": b"BM\xff\xff\xff\x7f\0\0\0\0\x36\0\0\0\x28\0\0\0\xff\xff\xff\x7f\xff\xff\xff\x7f\x01\0\x18\0",
        "bad.webp": b"RIFF\xff\xff\xff\x7fWEBPVP8 " + hostile.noise(500),
    }


def _mutations() -> dict[str, bytes]:
    """Good files with bytes changed, moved and lost, always the same."""
    chance = random.Random(3)
    made: dict[str, bytes] = {}
    originals = {"pdf": hostile.pages_pdf(3), "docx": hostile.docx(hostile.paragraph("A sentence.") * 9)}
    for suffix, content in originals.items():
        for number in range(6):
            broken = bytearray(content)
            for _ in range(1 + 6 * number):
                broken[chance.randrange(len(broken))] = chance.randrange(256)
            start = chance.randrange(len(broken))
            del broken[start : start + chance.randrange(60)]
            made[f"mutated {number}.{suffix}"] = bytes(broken)
    return made


def places(folder: Path, outside: Path) -> list[str]:
    """Names that are no ordinary files, or no ordinary names; the ones made are returned."""
    makers: dict[str, Callable[[Path], object]] = {
        "pipe.txt": os.mkfifo,
        "device.txt": lambda path: path.symlink_to("/dev/zero"),
        "dangling.txt": lambda path: path.symlink_to(folder / "gone.txt"),
        "itself.txt": lambda path: path.symlink_to(path),
        "sparse.txt": _sparse,
        "sparse.pdf": _sparse,
        "x" * 251 + ".txt": lambda path: path.write_text("A long name.", "utf-8"),
        "two\nlines.txt": lambda path: path.write_text("A name of two lines.", "utf-8"),
        "turned\u202efdp.txt": lambda path: path.write_text("A name that turns round.", "utf-8"),
        os.fsdecode(b"caf\xe9.txt"): lambda path: path.write_text("A name of another encoding.", "utf-8"),
        "\x1b[2Jsteering.txt": lambda path: path.write_text("A name that steers terminals.", "utf-8"),
        "-rf.txt": lambda path: path.write_text("A name that looks like an option.", "utf-8"),
        "dots.txt...": lambda path: path.write_text("A name that ends with dots.", "utf-8"),
        " blank .txt ": lambda path: path.write_text("A name with blanks around it.", "utf-8"),
        "\u2400\x01zero.txt": lambda path: path.write_text("A name with signs that stand for zero.", "utf-8"),
        "\u200b": lambda path: path.write_text("A name that nobody sees.", "utf-8"),
        "%s%n{0}.txt": lambda path: path.write_text("A name that looks like a format.", "utf-8"),
        "socket.txt": _socket,
    }
    (folder / "way out").symlink_to(outside.parent, target_is_directory=True)
    (folder / "circle").symlink_to(folder, target_is_directory=True)
    for name, make in makers.items():
        make(folder / name)
    return list(makers)


def _sparse(path: Path) -> None:
    with path.open("wb") as file:
        file.truncate(SPARSE_BYTES)


def _socket(path: Path) -> None:
    here = os.getcwd()
    os.chdir(path.parent)  # the path of a socket may have a hundred characters only
    try:
        with socket.socket(socket.AF_UNIX) as made:
            made.bind(path.name)
    finally:
        os.chdir(here)
