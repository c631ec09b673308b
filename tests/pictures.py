"""Pictures of text for tests, drawn with the program's own font."""

from __future__ import annotations

import io
from collections.abc import Sequence
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

from tests.hostile import assembled

FONT = Path(__file__).parents[1] / "resources" / "fonts" / "Inter-Regular.otf"


def text_picture(
    columns: Sequence[Sequence[str]], *, size: tuple[int, int] = (900, 420), points: int = 22
) -> Image.Image:
    """Black lines on white, in columns of equal width."""
    picture = Image.new("RGB", size, "white")
    pen, font = ImageDraw.Draw(picture), ImageFont.truetype(str(FONT), points)
    for column, lines in enumerate(columns):
        for number, line in enumerate(lines):
            place = (30 + column * size[0] // len(columns), 30 + number * round(1.4 * points))
            pen.text(place, line, fill="black", font=font)
    return picture


def encoded(picture: Image.Image, format: str, **options: object) -> bytes:
    """The bytes of an image file."""
    out = io.BytesIO()
    picture.save(out, format, **options)
    return out.getvalue()


def scanned_pdf(pictures: Sequence[Image.Image | str]) -> bytes:
    """A PDF whose pages are pictures only; a text in their place gives a page of text."""
    objects = [b"<</Type/Catalog/Pages 2 0 R>>", b"", b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>"]
    kids = []
    for page in pictures:
        if isinstance(page, str):
            content, resources = b"BT /F1 12 Tf 72 700 Td (%s) Tj ET" % page.encode(), "/Font<</F1 3 0 R>>"
        else:
            data = encoded(page, "JPEG", quality=90)
            head = f"/Width {page.width}/Height {page.height}/ColorSpace/DeviceRGB/BitsPerComponent 8"
            objects.append(
                f"<</Type/XObject/Subtype/Image{head}/Filter/DCTDecode/Length {len(data)}>>stream\n".encode()
                + data
                + b"\nendstream"
            )
            content, resources = b"595 0 0 278 0 400 cm /I Do", f"/XObject<</I {len(objects)} 0 R>>"
        objects.append(b"<</Length %d>>stream\n%s\nendstream" % (len(content), content))
        objects.append(
            f"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Resources<<{resources}>>"
            f"/Contents {len(objects)} 0 R>>".encode()
        )
        kids.append(f"{len(objects)} 0 R")
    objects[1] = f"<</Type/Pages/Count {len(kids)}/Kids[{' '.join(kids)}]>>".encode()
    return assembled(objects)
