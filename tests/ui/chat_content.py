"""A chat about a lease, as the services would give it: for tests and for pictures of the page."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QFont, QImage, QPainter

from desktop.core.cancel import CancelToken
from desktop.core.conversations import (
    AnswerSentence,
    Conversation,
    Coverage,
    Grounding,
    Message,
    MessageState,
    Role,
    Timings,
    UnreadFile,
)
from desktop.core.documents import Box, Source
from desktop.core.events import Answer, Event, Found, SentenceChecked, Token
from desktop.core.reading_requests import PagePicture
from tests.ui.fakes import FakeServices

QUESTION = "How long is the notice period for the office in Harbour Street, and since when?"
ANSWER = (
    "The notice period is **nine months** to the end of a calendar quarter. Until 4 March 2024 it was six "
    "months; the addendum changed section 12 and left the rest of the lease as it was. Nine months is usual for "
    "offices of this size. The notice must reach the landlord by the third working day of the quarter."
)
LEASE = (
    "§ 12 Term and notice",
    "The lease begins on 1 July 2021 and runs for an unlimited time.",
    "It may be ended by either party with six months' notice to the end of a",
    "calendar quarter. Notice must be given in writing and reach the other party no",
    "later than the third working day of the quarter.",
    "",
    "§ 13 Handing back",
    "On the last day of the lease the premises are handed back clean and empty,",
    "with all keys, including those that the tenant has had made.",
)


def source(number: int, document: str, page: int, text: str, boxes: tuple[Box, ...] = ()) -> Source:
    """A source of a file in the person's folder."""
    return Source(
        number, f"d{number}", document, f"/home/you/{document}", page, text, 0, len(text), boxes=boxes
    )


SOURCES = (
    source(
        1, "Addendum 2 Harbour Street.pdf", 1, "The notice period in section 12 is extended to nine months."
    ),
    source(
        2,
        "Lease Harbour Street 12.pdf",
        7,
        "It may be ended by either party with six months' notice to the end of a calendar quarter.",
        (Box(0.1, 0.178, 0.892, 0.202), Box(0.1, 0.205, 0.285, 0.229)),
    ),
    source(3, "Re Harbour Street, notice.txt", 1, "A letter that comes later counts for the next quarter."),
)
UNREAD = (
    UnreadFile("Broken.docx", "Broken.docx is damaged: it ends too early."),
    UnreadFile("Old scan.pdf", "It is locked with a password."),
)
COVERAGE = Coverage(14, 212, 38, 3, tuple(s.document for s in SOURCES), UNREAD)
GROUNDING = Grounding(True, SOURCES, COVERAGE)
NOT_FOUND = Grounding(False, SOURCES[:2], Coverage(2, 9, 8, 1, tuple(s.document for s in SOURCES[:2])))
TIMINGS = Timings(0.12, 0.9, 6.4, 1920, 1400, 96, 17.0)


def sentence(text: str, words: str, supported: bool, number: int = 0) -> AnswerSentence:
    """The sentence of `text` that reads `words`."""
    start = text.index(words)
    return AnswerSentence(start, start + len(words), words, supported, number)


SENTENCES = (
    sentence(ANSWER, "The notice period is **nine months** to the end of a calendar quarter.", True, 1),
    sentence(ANSWER, ANSWER[ANSWER.index("Until") : ANSWER.index(" Nine months")], True, 1),
    sentence(ANSWER, "Nine months is usual for offices of this size.", False),
    sentence(ANSWER, ANSWER[ANSWER.index("The notice must") :], True, 2),
)


def answer(state: MessageState = MessageState.COMPLETE, text: str = ANSWER, **values: object) -> Message:
    """The stored answer."""
    marks = tuple(s for s in SENTENCES if s.end <= len(text)) if ANSWER.startswith(text) else ()
    made = Message("a1", "c1", Role.ASSISTANT, text, state, 0.0, "", GROUNDING, marks, TIMINGS)
    return replace(made, **values)  # type: ignore[arg-type]


def lease_picture(width: int, page: int = 7) -> PagePicture:
    """The page of the lease, drawn at a width."""
    height = round(width * 1.414)
    image = QImage(width, height, QImage.Format.Format_RGB888)
    image.fill(QColor("white"))
    painter = QPainter(image)
    font = QFont("DejaVu Serif")
    font.setPixelSize(max(4, round(width * 0.022)))
    painter.setFont(font)
    painter.setPen(Qt.GlobalColor.black)
    for number, line in enumerate((f"Lease, Harbour Street 12, page {page}", "", *LEASE * 4)):
        top = height * (0.07 + 0.0268 * number)
        if top < height * 0.94:
            painter.drawText(QRectF(width * 0.1, top, width * 0.85, height * 0.027), 0, line)
    painter.end()
    rows = [bytes(image.constScanLine(y))[: 3 * width] for y in range(height)]
    return PagePicture(width, height, b"".join(rows), 14)


class LeasePages:
    """`services.pages` with one drawn document."""

    def __init__(self) -> None:
        self.rendered: list[tuple[str, int, int]] = []

    def render(
        self, path: str, page: int, width_px: int, cancel: CancelToken, member: tuple[str, ...] = ()
    ) -> PagePicture:
        self.rendered.append((path, page, width_px))
        return lease_picture(width_px, page)

    def text(self, wanted: Source) -> tuple[str, int, int]:
        before = "Dear Ms Okafor,\n\nthank you for your letter of 12 May. " * 3
        return (
            f"{before}{wanted.text} Please note the date of arrival.\n\nYours",
            len(before),
            len(before + wanted.text),
        )


def fill(services: FakeServices, now: float) -> Conversation:
    """Some chats, of which the newest has the answer; and the collection that it asks."""
    pages = LeasePages()
    services.pages.rendered = pages.rendered
    services.pages.render = pages.render  # type: ignore[method-assign]
    services.pages.text = pages.text  # type: ignore[method-assign]
    collection = services.library.create_collection("Rental contracts")
    for name in ("Lease Harbour Street 12.pdf", "Addendum 2 Harbour Street.pdf"):
        services.library.add(collection.id, name)
    titles = (
        ("Fire doors, open points", 30), ("Draft reply to Mrs Albrecht", 20), ("Subletting: what is allowed", 16),
        ("Heating costs 2024 by building", 11), ("Minutes of 12 May to action items", 5),
        ("Deposit accounts overview", 3), ("Compare the two cleaning offers", 2),
        ("Rent rise letter, friendlier", 0.003), ("Who pays for the lift repairs", 0.002),
    )  # fmt: skip
    for title, days in titles:
        made = services.conversations.create(collection.id)
        at = now - days * 86400
        services.conversations.all[made.id] = replace(made, title=title, created=at, updated=at)
    chat = services.conversations.create(collection.id)
    chat = replace(chat, title="Notice periods, Harbour Street", created=now, updated=now)
    services.conversations.all[chat.id] = chat
    question = Message("q1", chat.id, Role.USER, QUESTION)
    services.conversations.kept[chat.id] = [question, replace(answer(), conversation_id=chat.id)]
    return chat


def streaming(chat_id: str, cut: int = 0, hold: object = None) -> Iterator[Event]:
    """The events of an answer; with `cut` it ends there, waiting for `hold` to be cancelled."""
    yield Found(Message("q2", chat_id, Role.USER, QUESTION), GROUNDING)
    told = 0
    for at in range(0, len(ANSWER), 7):
        if cut and at > cut:
            break
        yield Token(ANSWER[at : at + 7])
        while told < len(SENTENCES) and SENTENCES[told].end <= at + 7:
            yield SentenceChecked(SENTENCES[told])
            told += 1
    if isinstance(hold, CancelToken):
        hold.wait(30)
        kept = ANSWER[: at + 7]
        yield Answer(answer(MessageState.STOPPED, kept, conversation_id=chat_id))
        return
    yield Answer(answer(conversation_id=chat_id))
