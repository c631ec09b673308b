"""Small files that want to become large: pictures, entities, archives in each other, tables of a million objects."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib

from tests import hostile
from tests.office import workbook

LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
DOCTYPE = f'<!DOCTYPE r [<!ENTITY l0 "lol">{LAUGHS}]>'
_CONTAINER = '<container><rootfiles><rootfile full-path="c.opf"/></rootfiles></container>'
_PACKAGE = (
    '<package><manifest><item id="a" href="a.xhtml" media-type="application/xhtml+xml"/></manifest>'
    '<spine><itemref idref="a"/></spine></package>'
)
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument"
_MILLION = 1_000_000


def bombs() -> dict[str, bytes]:
    """All of them by name, but those whose pictures only OCR would unpack."""
    return {
        **entities(),
        "million entries.pdf": million_entries_pdf(),
        "overlapping.zip": overlapping_zip(),
        "tree of zips.zip": tree_of_zips(),
        "itself.zip": holds_itself_zip(),
        "long string.xlsx": repeated_string_xlsx(),
    }


def entities() -> dict[str, bytes]:
    """A billion laughs, as text and as an attribute, in each format that is made of XML."""
    laughing = f'{DOCTYPE}<r a="&l9;">&l9;</r>'
    late = f"<!--{'x' * 1_500_000}-->"  # the declaration begins behind the part that is looked at first
    page = f'{DOCTYPE}<html><body><p title="&l9;">&l9; words</p></body></html>'
    svg = f'{DOCTYPE}<svg xmlns="http://www.w3.org/2000/svg"><text x="&l9;">&l9;</text></svg>'
    names = "http://www.gribuser.ru/xml/fictionbook/2.0"
    book = (
        f'<?xml version="1.0"?>{DOCTYPE}<FictionBook xmlns="{names}"><body><p>&l9;</p></body></FictionBook>'
    )
    flat = f'<!DOCTYPE r [<!ENTITY a "{"a" * 100_000}">]><r>{"&a;" * 50_000}</r>'
    epub = {"mimetype": b"application/epub+zip", "META-INF/container.xml": _CONTAINER.encode()}
    office = "application/vnd.oasis.opendocument."
    kinds = {"odt": "text", "ods": "spreadsheet", "odp": "presentation"}
    return {
        "laughs.svg": svg.encode(),
        "laughs.fb2": book.encode(),
        "laughs.html": page.encode(),
        "late laughs.xml": f"{late}{laughing}".encode(),
        "utf16 laughs.xml": f'<?xml version="1.0" encoding="utf-16"?>{laughing}'.encode("utf-16"),
        "one large entity.xml": flat.encode(),
        "laughs.epub": hostile.zipped({**epub, "c.opf": _PACKAGE.encode(), "a.xhtml": page.encode()}),
        "laughing list.epub": hostile.zipped({**epub, "c.opf": f"{DOCTYPE}{_PACKAGE}".encode()}),
        **{
            f"laughs.{suffix}": hostile.zipped(
                {"mimetype": f"{office}{kind}".encode(), "content.xml": laughing.encode()}
            )
            for suffix, kind in kinds.items()
        },
        "laughs.xlsx": _ooxml("xl/workbook.xml", "spreadsheetml.sheet", laughing),
        "laughs.pptx": _ooxml("ppt/presentation.xml", "presentationml.presentation", laughing),
    }


def _ooxml(main: str, kind: str, xml: str) -> bytes:
    kind = f"application/vnd.openxmlformats-officedocument.{kind}.main+xml"
    types = f'<Types><Override PartName="/{main}" ContentType="{kind}"/></Types>'
    relation = f'<Relationships><Relationship Id="r1" Type="{_OFFICE}" Target="{main}"/></Relationships>'
    parts = {"[Content_Types].xml": types, "_rels/.rels": relation, main: xml}
    return hostile.zipped({name: text.encode() for name, text in parts.items()})


def repeated_string_xlsx(characters: int = _MILLION, rows: int = 3_000) -> bytes:
    """A workbook whose cells all show the same long text."""
    cells = "".join(f'<row r="{n}"><c r="A{n}" t="s"><v>0</v></c></row>' for n in range(1, rows + 1))
    return workbook({"S": cells}, strings=f"<si><t>{'x' * characters}</t></si>")


def million_entries_pdf() -> bytes:
    """A PDF whose table of objects has a million entries, all of which are the same object."""
    sound = hostile.pages_pdf(2)
    start = sound.rindex(b"\nxref\n") + 1
    table = b"xref\n0 %d\n" % _MILLION + b"0000000015 00000 n \n" * _MILLION
    return (
        sound[:start]
        + table
        + b"trailer\n<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % (_MILLION, start)
    )


def overlapping_zip(files: int = 5_000) -> bytes:
    """An archive whose files all have the same bytes of it, which are packed well."""
    one = hostile.zipped({"aaaaaaaa.txt": b"\0" * _MILLION})
    contents, end = one.index(b"PK\1\2"), one.index(b"PK\5\6")
    entries = b"".join(one[contents:end].replace(b"aaaaaaaa", b"%08d" % number) for number in range(files))
    tail = struct.pack("<HHIIH", files, files, len(entries), contents, 0)
    return one[:contents] + entries + b"PK\5\6\0\0\0\0" + tail


def tree_of_zips(width: int = 40, megabytes: int = 20) -> bytes:
    """An archive of archives, each of which is harmless alone; together they come to `width` times `megabytes`."""
    files = {}
    for number in range(width):
        inner = io.BytesIO()
        with zipfile.ZipFile(inner, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("zeros.bin", b"%d" % number + b"\0" * (megabytes * 2**20 - 2))
        files[f"{number}.zip"] = inner.getvalue()
    return hostile.zipped(files)


def holds_itself_zip() -> bytes:
    """An archive in which there is one of its own name and beginning, and so on down to a cut one."""
    content = hostile.zipped({"itself.zip": b"PK\3\4"})
    for _ in range(30):
        content = hostile.zipped({"itself.zip": content})
    return content


def picture_png(side: int, *, bits: int = 8) -> bytes:
    """A square picture of one colour in a few hundred kilobytes: side * side * 3 * bits / 8 bytes unpacked."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", side, side, bits, 2, 0, 0, 0)
    content = _zeros(side * 3 * bits // 8 + 1, side)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", content) + chunk(b"IEND", b"")


def picture_pdf(side: int) -> bytes:
    """A page that is such a picture."""
    drawn, content = b"q 500 0 0 700 40 40 cm /I Do Q", _zeros(side * 3, side)
    picture = b"<</Type/XObject/Subtype/Image/Width %d/Height %d/ColorSpace/DeviceRGB/BitsPerComponent 8" % (
        side,
        side,
    )
    return hostile.assembled(
        [
            b"<</Type/Catalog/Pages 2 0 R>>",
            b"<</Type/Pages/Count 1/Kids[3 0 R]>>",
            b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Resources<</XObject<</I 5 0 R>>>>>>",
            b"<</Length %d>>stream\n%s\nendstream" % (len(drawn), drawn),
            picture + b"/Filter/FlateDecode/Length %d>>stream\n%s\nendstream" % (len(content), content),
        ]
    )


def picture_docx(side: int) -> bytes:
    """A Word document that is hardly more than such a picture."""
    out = io.BytesIO(hostile.docx(hostile.paragraph("See.")))
    with zipfile.ZipFile(out, "a") as archive:
        archive.writestr("word/media/image1.png", picture_png(side))
    return out.getvalue()


def _zeros(line: int, lines: int) -> bytes:
    packer = zlib.compressobj(9)
    return b"".join(packer.compress(b"\0" * line) for _ in range(lines)) + packer.flush()
