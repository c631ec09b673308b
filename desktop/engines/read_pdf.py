"""PDF files: opened by PDFium, read page by page with the place of every word, never held as a whole."""

from __future__ import annotations

import contextlib
import ctypes
import io
import logging
import math
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

import pypdfium2
import pypdfium2.raw as pdfium

from desktop.core.cancel import CancelToken
from desktop.core.documents import Heading, Page, pack_places
from desktop.core.errors import ReadError
from desktop.engines.read_files import damaged, empty, encrypted, size_of
from desktop.engines.read_pdf_layout import WordPlace
from desktop.engines.read_pdf_scan import PageScanner
from desktop.engines.read_pdf_words import PageFrame
from desktop.engines.read_text import clean
from desktop.engines.read_types import Reading

if TYPE_CHECKING:
    from desktop.engines.read_ocr import Ocr

_ERROR_PASSWORD = 4
_ERROR_SECURITY = 5
# It warns about forms that it knows only the plain twin of; that twin is what is read.
logging.getLogger("pypdfium2").setLevel(logging.ERROR)
# A hostile page tree may claim a million pages: this many unreadable ones in a row end the file.
_UNREADABLE_IN_A_ROW = 500
_TEXTS = frozenset({pdfium.FPDF_PAGEOBJ_TEXT, pdfium.FPDF_PAGEOBJ_FORM})
# PDFium keeps what it has parsed of a document, about 150 kB a page, until the document is closed.
_PAGES_PER_OPENING = 400
_FEW_CHARACTERS = 20
_NOTES = frozenset(
    {
        pdfium.FPDF_ANNOT_TEXT,
        pdfium.FPDF_ANNOT_HIGHLIGHT,
        pdfium.FPDF_ANNOT_UNDERLINE,
        pdfium.FPDF_ANNOT_STRIKEOUT,
    }
    | {
        pdfium.FPDF_ANNOT_SQUIGGLY,
        pdfium.FPDF_ANNOT_SQUARE,
        pdfium.FPDF_ANNOT_CIRCLE,
        pdfium.FPDF_ANNOT_CARET,
    }
)
_MAX_ANNOTATIONS = 500
_MAX_NOTE_BYTES = 100_000
_MAX_BOOKMARKS = 5_000
_PYPDF_PAGES = 50
_MAX_PYPDF_BYTES = 100 * 2**20


@dataclass(frozen=True)
class _Bookmark:
    """An entry of the outline: its title, and how far down the page it points (in user space) where it says."""

    title: str
    y: float | None


def open_pdf(path: str, password: str = "") -> Any:
    """Open a PDF with PDFium. Raises ReadError if it is locked, damaged, or has no pages."""
    # PDFium sets its error code only for some failures; without this, that of an earlier file would show.
    pdfium.FPDF_LoadMemDocument64(b"-", 1, None)
    try:
        document = pypdfium2.PdfDocument(path, password=password or None)
    except pypdfium2.PdfiumError as error:
        if error.err_code in (_ERROR_PASSWORD, _ERROR_SECURITY):
            raise encrypted(path, "PDF") from error
        raise _unopened(path, str(error)) from error
    except FileNotFoundError as error:
        raise ReadError(f"{Path(path).name} is not there any more.", "", str(error), "missing") from error
    with contextlib.suppress(pypdfium2.PdfiumError):
        document.init_forms()  # forms are drawn and read; this build of PDFium has no JavaScript
    if len(document) == 0:
        document.close()
        raise _unopened(path, "no pages")
    return document


def _unopened(path: str, details: str) -> ReadError:
    """Why PDFium did not open a file: it breaks off, it has no pages, or it is broken in another way."""
    if ends_early(path):
        return damaged(path, "the file ends too early", details)
    second = _SecondReader(path, "")
    if second.count() == 0:
        return ReadError(f"{Path(path).name} has no pages.", "", "", "empty")
    return damaged(path, "its structure cannot be read", details)


def read_pdf(path: str, file: BinaryIO, password: str, ocr: Ocr | None, cancel: CancelToken) -> Reading:
    """Read a PDF. Without `ocr`, pages whose text only OCR could read are counted. Raises ReadError."""
    if size_of(file) == 0:
        raise empty(path)
    document = open_pdf(path, password)
    title = document.get_metadata_value("Title").strip()
    scanner = PageScanner(ocr, cancel)
    pages = _pages(path, password, document, scanner, cancel)
    return Reading("pdf", title, len(document), pages, scanner.scans)


def frame_of(page: object) -> PageFrame:
    """The visible box and the rotation of a raw FPDF_PAGE."""
    box = pdfium.FS_RECTF()
    found = pdfium.FPDF_GetPageBoundingBox(page, box)
    if not found or not (0 < box.right - box.left < math.inf and 0 < box.top - box.bottom < math.inf):
        box = pdfium.FS_RECTF(left=0, bottom=0, right=612, top=792)
    return PageFrame(box.left, box.bottom, box.right, box.top, 90 * (pdfium.FPDFPage_GetRotation(page) % 4))


def _pages(
    path: str, password: str, document: Any, scanner: PageScanner, cancel: CancelToken
) -> Iterator[Page]:
    """The pages in order. A page that cannot be read is empty; a file without any readable page is an error."""
    with_text = unreadable = in_a_row = 0
    early = ends_early(path)
    second = _SecondReader(path, password)
    section = ""
    total = len(document)
    try:
        bookmarks = _outline(document)
        for index in range(total):
            cancel.check()
            if index and index % _PAGES_PER_OPENING == 0:
                document.close()
                document = open_pdf(path, password)
            seen = scanner.seen
            page = _page(document, index, scanner, second, bookmarks.get(index, []), section)
            if page is None:
                unreadable, in_a_row = unreadable + 1, in_a_row + 1
                if in_a_row >= _UNREADABLE_IN_A_ROW:
                    break
                page = Page(index + 1, "")
            else:
                in_a_row = 0
            if early and not page.text and scanner.seen == seen:
                raise damaged(path, "the file ends too early", f"page {index + 1} of {total} is missing")
            with_text += bool(page.text)
            section = page.headings[-1].text if page.headings else section
            yield page
        if in_a_row >= _UNREADABLE_IN_A_ROW or (unreadable and not with_text and not scanner.seen):
            raise damaged(path, "its pages cannot be read", f"{unreadable} of {total} pages")
        if not with_text and not scanner.seen:
            raise ReadError(f"{Path(path).name} has no text in it.", "", "", "no text")
    finally:
        second.close()
        document.close()


def _page(
    document: Any,
    index: int,
    scanner: PageScanner,
    second: _SecondReader,
    bookmarks: list[_Bookmark],
    section: str,
) -> Page | None:
    """One page, or None if PDFium cannot load it. Nothing of it stays in memory."""
    page = pdfium.FPDF_LoadPage(document, index)
    if not page:
        return None
    try:
        fields, notes = _annotations(page)
        if fields:
            page = _flattened(document, page, index)
            if not page:
                return None
        frame = frame_of(page)
        text_page = pdfium.FPDFText_LoadPage(page)
        if not text_page:
            return None
        try:
            text, words = scanner.text.read(text_page, frame)
            characters = pdfium.FPDFText_CountChars(text_page)
        finally:
            pdfium.FPDFText_ClosePage(text_page)
        if characters < _FEW_CHARACTERS and _holds(page, _TEXTS):
            other = second.text(index)
            if len(other) > 2 * max(characters, 0):  # not just what the page's visible box cuts off
                text, words = other, []
        text, words = scanner.read(document, page, frame, text, words)
        headings = _headings(bookmarks, section, text, words, frame)
        text = "\n\n".join(
            [*([text] if text else []), *(f"Note: {note}" for note in notes if note not in text)]
        )
        return Page(index + 1, text, pack_places(words), headings)
    finally:
        if page:
            pdfium.FPDF_ClosePage(page)


def _annotations(page: object) -> tuple[bool, list[str]]:
    """Whether the page has form fields or text written onto it, which are no part of its own text, and its notes."""
    fields, notes = False, []
    for index in range(min(pdfium.FPDFPage_GetAnnotCount(page), _MAX_ANNOTATIONS)):
        annotation = pdfium.FPDFPage_GetAnnot(page, index)
        if not annotation:
            continue
        subtype = pdfium.FPDFAnnot_GetSubtype(annotation)
        fields = fields or subtype in (pdfium.FPDF_ANNOT_WIDGET, pdfium.FPDF_ANNOT_FREETEXT)
        if subtype in _NOTES:
            notes.append(" ".join(_contents(annotation).split()))
        pdfium.FPDFPage_CloseAnnot(annotation)
    return fields, [note for note in notes if note]


def _contents(annotation: object) -> str:
    """What a person wrote into a note."""
    length = pdfium.FPDFAnnot_GetStringValue(annotation, b"Contents", None, 0)
    if not 2 < length < _MAX_NOTE_BYTES:
        return ""
    buffer = ctypes.create_string_buffer(length)
    units = ctypes.cast(buffer, ctypes.POINTER(pdfium.FPDF_WCHAR))
    pdfium.FPDFAnnot_GetStringValue(annotation, b"Contents", units, length)
    return clean(buffer.raw[: length - 2].decode("utf-16-le", "replace"))


def _flattened(document: Any, page: Any, index: int) -> Any:
    """The page with its form fields made part of its text, in memory only."""
    if document.formenv:  # it draws the values of fields that a program has filled in without drawing them
        pdfium.FORM_OnAfterLoadPage(page, document.formenv)
    pdfium.FPDFPage_Flatten(page, pdfium.FLAT_NORMALDISPLAY)
    if document.formenv:
        pdfium.FORM_OnBeforeClosePage(page, document.formenv)
    pdfium.FPDF_ClosePage(page)
    return pdfium.FPDF_LoadPage(document, index)


def _holds(page: object, kinds: frozenset[int]) -> bool:
    """Whether one of the page's objects is of these kinds; a form may hold anything."""
    number = min(pdfium.FPDFPage_CountObjects(page), 1000)
    return any(
        pdfium.FPDFPageObj_GetType(pdfium.FPDFPage_GetObject(page, index)) in kinds for index in range(number)
    )


def _outline(document: Any) -> dict[int, list[_Bookmark]]:
    """The entries of the outline by page index."""
    found: dict[int, list[_Bookmark]] = defaultdict(list)
    for number, bookmark in enumerate(document.get_toc()):
        if number >= _MAX_BOOKMARKS:
            break
        destination = bookmark.get_dest()
        page = destination.get_index() if destination else None
        title = " ".join(bookmark.get_title().split())
        if page is None or page < 0 or not title:
            continue
        mode, view = destination.get_view()
        y = view[1] if mode == pdfium.PDFDEST_VIEW_XYZ and len(view) > 1 else None
        found[page].append(_Bookmark(title[:300], y or None))
    return found


def _headings(
    bookmarks: list[_Bookmark], section: str, text: str, words: list[WordPlace], frame: PageFrame
) -> tuple[Heading, ...]:
    """Where the outline's titles stand in the page's text; the section of the page before holds until the first."""
    placed: list[Heading] = []
    lowered = text.lower() if bookmarks else ""
    for bookmark in bookmarks:
        start = lowered.find(bookmark.title.lower())
        if start < 0 and bookmark.y is not None and frame.rotation == 0:
            height = (frame.top - bookmark.y) / max(frame.height, 0.01)
            start = next((word[0] for word in words if word[3] >= height - 0.005), -1)
        placed.append(Heading(max(start, 0), bookmark.title))
    placed.sort(key=lambda heading: heading.start)
    if section and (not placed or placed[0].start > 0):
        placed.insert(0, Heading(0, section))
    return tuple(placed)


class _SecondReader:
    """pypdf, for the few pages that PDFium leaves near empty although they draw text."""

    def __init__(self, path: str, password: str) -> None:
        self._path, self._password = path, password
        self._reader: Any = None
        self._pages = 0
        self._given_up = False

    def text(self, index: int) -> str:
        """The text of a page, or "" if pypdf has none either."""
        if self._given_up or Path(self._path).stat().st_size > _MAX_PYPDF_BYTES:
            return ""
        try:
            if self._reader is None or self._pages >= _PYPDF_PAGES:
                self.close()
                self._reader = self._open()
            self._pages += 1
            lines = self._reader.pages[index].extract_text().splitlines()
        except Exception:  # noqa: BLE001 -- broken files make pypdf raise errors of many types; PDFium's text stands
            self._given_up = True
            return ""
        return "\n".join(line.strip() for line in lines if line.strip())

    def count(self) -> int | None:
        """The number of pages that the file itself states, or None where even pypdf cannot tell."""
        try:
            reader = self._open()
            try:
                return int(reader.root_object["/Pages"]["/Count"])
            finally:
                reader.close()
        except Exception:  # noqa: BLE001 -- as above
            return None

    def close(self) -> None:
        """Free the file and what pypdf keeps of it."""
        if self._reader is not None:
            self._reader.close()
        self._reader, self._pages = None, 0

    def _open(self) -> Any:
        import pypdf

        logging.getLogger("pypdf").setLevel(
            logging.CRITICAL
        )  # its warnings about broken files help nobody here
        return pypdf.PdfReader(self._path, password=self._password or None)


def ends_early(path: str) -> bool:
    """Whether the end of a PDF is missing: it is shorter than it says, or has no end mark."""
    with contextlib.suppress(OSError), open(path, "rb") as file:
        head = file.read(2048)
        size = file.seek(0, io.SEEK_END)
        linearized = head.find(b"/Linearized")
        if linearized >= 0:
            length = head[linearized : linearized + 200].partition(b"/L ")[2].split(b"/")[0].strip()
            return length.isdigit() and size < int(length)
        file.seek(max(0, size - 65536))
        tail = file.read()
        return b"%%EOF" not in tail and b"startxref" not in tail
    return False
