"""The engine that reads files into pages and draws pages as pictures."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import BinaryIO

from desktop.core.cancel import CancelToken
from desktop.core.documents import Page
from desktop.core.errors import InternalError, ReadError
from desktop.core.reading_requests import (
    FileRead,
    Member,
    MembersFound,
    PagesRead,
    ReadFile,
    ReadTableHead,
    RenderPage,
)
from desktop.core.requests import Ping, Request
from desktop.engines.read_files import MAX_TEXT_BYTES, opened, too_large
from desktop.engines.read_kinds import Kind, recognise
from desktop.engines.read_language import SAMPLE_CHARACTERS, language_of
from desktop.engines.read_locked_office import unlocked
from desktop.engines.read_members import MAX_DEPTH, Unpacked, too_deep
from desktop.engines.read_ocr import Ocr
from desktop.engines.read_totals import Totals
from desktop.engines.read_types import Reading

BATCH_PAGES = 16
BATCH_CHARACTERS = 100_000
BATCH_MEMBERS = 200
MEMBERS_SECONDS = 1.0

COVERS = ("docx", "pptx", "xlsx", "odt", "odp", "odg", "ods")
"""Formats whose files may be hardly more than a cover for pictures."""


class Reader:
    """Serves Ping, ReadFile, ReadTableHead and RenderPage. Each format's library is loaded when it is first needed."""

    def __init__(self) -> None:
        self._ocr = Ocr()
        self._unpacked = Unpacked()
        self._totals = Totals()

    def handle(self, request: Request, cancel: CancelToken) -> Iterator[object]:
        """Serve a request. Raises ReadError or Cancelled."""
        match request:
            case Ping():
                yield ("reader", os.getpid())
            case ReadFile():
                inside = self._unpacked.located(request.path, request.member, request.password, cancel)
                with inside as path:
                    ocr = self._ocr if request.ocr else None
                    count = self._totals.counter(request.path, request.member)
                    yield from _read_file(replace(request, path=path), ocr, count, cancel)
            case ReadTableHead():
                from desktop.engines.read_table_head import read_table_head

                yield read_table_head(request.path, cancel)
            case RenderPage():
                from desktop.engines.read_render import render_page

                inside = self._unpacked.located(request.path, request.member, request.password, cancel)
                with inside as path:
                    yield render_page(replace(request, path=path))
            case _:
                raise InternalError(f"The reader does not know how to serve {type(request).__name__}.")


def create(options: Mapping[str, object]) -> Reader:
    """Make the engine; it has no options."""
    return Reader()


def _read_file(
    request: ReadFile, ocr: Ocr | None, count: Callable[[Member], None], cancel: CancelToken
) -> Iterator[PagesRead | MembersFound | FileRead]:
    """Yield a file's pages in batches as they are read, then the files inside it, then what the file is."""
    with opened(request.path) as stored, unlocked(request.path, stored, request.password) as file:
        try:
            reading = _with_pictures(recognise(request.path, file), request, file, ocr, cancel)
            done = characters = 0
            sample = ""
            for batch in _batches(reading):
                cancel.check()
                characters += sum(len(page.text) for page in batch)
                if characters > MAX_TEXT_BYTES:  # a small file may say the same long text ten thousand times
                    raise too_large(request.path, f"holds more than {MAX_TEXT_BYTES:,} characters")
                if len(sample) < SAMPLE_CHARACTERS:
                    sample += "\n".join(page.text[:SAMPLE_CHARACTERS] for page in batch)
                done = batch[-1].number if not reading.total else done + len(batch)
                yield PagesRead(tuple(batch), done, reading.total)
            yield from _members(reading, len(request.member), count)
        except OSError as error:
            raise ReadError(
                f"{os.path.basename(request.path)} could not be read to its end.",
                "Check the disk it lies on, then try again.",
                str(error),
                "damaged",
            ) from error
        language = "" if reading.kind == "code" else language_of(sample)
        yield FileRead(
            reading.kind, reading.title, done, reading.scans.scanned, reading.scans.unread, language
        )


def _with_pictures(
    kind: Kind, request: ReadFile, file: BinaryIO, ocr: Ocr | None, cancel: CancelToken
) -> Reading:
    """The file, and what its pictures say where it is hardly more than a cover for them."""
    if kind.name not in COVERS:
        return _open(kind, request, file, ocr, cancel)
    from desktop.engines.read_office_pictures import with_pictures

    try:
        reading = _open(kind, request, file, ocr, cancel)
    except ReadError as error:
        if error.reason != "no text":
            raise
        return with_pictures(Reading(kind.name, "", 0, iter(())), request.path, file, ocr, cancel, error)
    return with_pictures(reading, request.path, file, ocr, cancel)


def _open(kind: Kind, request: ReadFile, file: BinaryIO, ocr: Ocr | None, cancel: CancelToken) -> Reading:
    """Hand the file to its format's reader."""
    match kind.name:
        case "pdf":
            from desktop.engines.read_pdf import read_pdf

            return read_pdf(request.path, file, request.password, ocr, cancel)
        case "docx":
            from desktop.engines.read_docx import read_docx

            return read_docx(request.path, file, cancel)
        case "doc":
            from desktop.engines.read_doc import read_doc

            return read_doc(request.path, file, cancel)
        case "html":
            from desktop.engines.read_html import read_html

            return read_html(request.path, file, cancel)
        case "md":
            from desktop.engines.read_markdown import read_markdown

            return read_markdown(request.path, file, cancel)
        case "epub":
            from desktop.engines.read_epub import read_epub

            return read_epub(request.path, file, cancel)
        case "eml" | "msg":
            from desktop.engines.read_mail import read_mail

            return read_mail(request.path, file, kind.name)
        case "mhtml":
            from desktop.engines.read_mail import read_web_archive

            return read_web_archive(request.path, file, cancel)
        case "mbox":
            from desktop.engines.read_mailbox import read_mailbox

            return read_mailbox(request.path, file, cancel)
        case "zip":
            from desktop.engines.read_zip import read_zip

            return read_zip(request.path, file, request.password, cancel)
        case "tar" | "gz" | "bz2" | "xz":
            from desktop.engines.read_tar import read_packed

            return read_packed(request.path, file, kind.name, cancel)
        case "rst":
            from desktop.engines.read_rst import read_rst

            return read_rst(request.path, file, cancel)
        case "code":
            from desktop.engines.read_code import read_code

            return read_code(request.path, file, cancel)
        case "json":
            from desktop.engines.read_json import read_json

            return read_json(request.path, file, request.columns, cancel)
        case "xml":
            from desktop.engines.read_xml_text import read_xml_text

            return read_xml_text(request.path, file, cancel)
        case "srt" | "vtt" | "ass":
            from desktop.engines.read_subtitles import read_subtitles

            return read_subtitles(request.path, file, kind.name, cancel)
        case "csv" | "tsv" | "jsonl":
            from desktop.engines.read_tables import read_table

            return read_table(request.path, file, kind.name, request.columns, cancel)
        case "xlsx":
            from desktop.engines.read_xlsx import read_xlsx

            return read_xlsx(request.path, file, request.columns, cancel)
        case "pptx":
            from desktop.engines.read_pptx import read_pptx

            return read_pptx(request.path, file, cancel)
        case "odt":
            from desktop.engines.read_odf import read_odt

            return read_odt(request.path, file, cancel)
        case "odp" | "odg":
            from desktop.engines.read_odf import read_odp

            return read_odp(request.path, file, kind.name, cancel)
        case "ods":
            from desktop.engines.read_ods import read_ods

            return read_ods(request.path, file, request.columns, cancel)
        case "rtf":
            from desktop.engines.read_rtf import read_rtf

            return read_rtf(request.path, file, cancel)
        case "xls":
            from desktop.engines.read_xls import read_xls

            return read_xls(request.path, file, request.columns, cancel)
        case "png" | "jpg" | "gif" | "tif" | "webp" | "bmp" | "heic" | "avif":
            from desktop.engines.read_image import read_image

            return read_image(request.path, file, kind.name, ocr, cancel)
        case _:
            from desktop.engines.read_text import read_text

            return read_text(request.path, file, cancel)


def _batches(reading: Reading) -> Iterator[list[Page]]:
    """Pages in lists of at most BATCH_PAGES, or fewer where their text is long; the first page comes alone, and a page
    that took OCR is not kept waiting: silence longer than one page takes is what ends a file."""
    batch: list[Page] = []
    characters = scanned = 0
    first = True
    for page in reading.pages:
        batch.append(page)
        characters += len(page.text)
        took_ocr = reading.scans.scanned > scanned
        if first or took_ocr or len(batch) >= BATCH_PAGES or characters >= BATCH_CHARACTERS:
            yield batch
            batch, characters, scanned, first = [], 0, reading.scans.scanned, False
    if batch:
        yield batch


def _members(reading: Reading, depth: int, count: Callable[[Member], None]) -> Iterator[MembersFound]:
    """The files inside a file in batches, at least one every MEMBERS_SECONDS: silence is what ends a file.

    Raises ReadError for an archive that lies `depth` deep, where nothing is unpacked any more, and where `count` does.
    """
    batch: list[Member] = []
    began = time.monotonic()
    for member in reading.members:
        if depth >= MAX_DEPTH:
            raise too_deep(member.name)
        count(member)
        batch.append(member)
        if len(batch) >= BATCH_MEMBERS or time.monotonic() - began > MEMBERS_SECONDS:
            yield MembersFound(tuple(batch))
            batch, began = [], time.monotonic()
    if batch:
        yield MembersFound(tuple(batch))
