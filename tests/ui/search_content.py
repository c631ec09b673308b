"""A search for a lift that stands still, as the services would answer it: for tests and for pictures of the page."""

from __future__ import annotations

from desktop.core.documents import Box, Document, DocumentState, Source
from desktop.core.events import SearchFound
from desktop.core.found import FoundDocument, FoundPassage
from desktop.core.matching import word_ranges
from tests.ui.fake_library import START

QUERY = "lift out of order, how often and what does it cost us"
_FILES = (
    (
        "Lift maintenance contract.pdf",
        (
            (2, "The contractor answers a fault of the lift within two hours, at night and on Sundays within four "
                "hours."),
            (7, "Where the lift stands still for more than 24 hours, the yearly fee is reduced by one part in a "
                "hundred for each further day."),
            (9, "Faults caused by wilful damage are billed by time and material."),
        ),
    ),
    (
        "Re lift Harbour Street, again.eml",
        ((1, "Since Thursday the lift has been out of order for the third time this month. Mrs Albrecht on the "
             "fifth floor cannot leave the house."),),
    ),
    (
        "Board minutes 2025-09.pdf",
        (
            (3, "The board notes eleven lift faults in the quarter, seven of them in building C, and asks for a "
                "second offer. " * 3),
            (4, "Mr Okafor reports that spare parts for the lift in building C are no longer made."),
        ),
    ),
    (
        "Lift log building C.xlsx",
        tuple(
            (212 + day, f"{14 + day} March 2025, lift stuck between second and third floor, freed after 38 minutes.")
            for day in range(9)
        ),
    ),
    ("Βλάβες ανελκυστήρα.txt", ((1, "Δύο βλάβες τον Μάρτιο. The lift cost 😀 us two days."),)),
    ("A file with a very long name that somebody gave it because the system allows it, final version 7 (2).docx",
     ((1, "How often the lift is out of order is written down by the caretaker."),)),
)  # fmt: skip


def found(collection_id: str = "k1", query: str = QUERY) -> SearchFound:
    """Six files with 17 passages, nine of them rows of one table."""
    documents = []
    for number, (name, passages) in enumerate(_FILES, 1):
        document = Document(
            f"f{number}", collection_id, f"/home/you/{name}", name, name.rpartition(".")[2],
            DocumentState.READY, added=START, modified=START - 86_400 * 30 * number, pages=12,
        )  # fmt: skip
        shown = tuple(_passage(document, page, text, query) for page, text in passages)
        documents.append(FoundDocument(document, shown))
    return SearchFound(tuple(documents), 0.04)


def _passage(document: Document, page: int, text: str, query: str) -> FoundPassage:
    marked = (Box(0.1, 0.151, 0.892, 0.175), Box(0.1, 0.178, 0.4, 0.202))
    boxes = marked if document.name.endswith(".pdf") else ()
    record = f"r{page}" if document.name.endswith(".xlsx") else ""
    source = Source(
        0, document.id, document.name, document.path, page, text, 0, len(text), record, boxes, text
    )
    return FoundPassage(f"{document.id}-{page}", source, text, word_ranges(text, query), 0.9)
