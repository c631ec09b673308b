"""Every kind of failure has its words, and no sentence names its file twice."""

from __future__ import annotations

import pytest

from desktop.core.documents import Document, DocumentState
from desktop.core.errors import READ_REASONS
from desktop.ui.reasons import file_words, group_words, short_reason


def _failed(reason: str, kind: str) -> Document:
    return Document("d", "k", "/f/Plan.pdf", "Plan.pdf", "pdf", DocumentState.FAILED, reason, kind)


@pytest.mark.parametrize("kind", READ_REASONS)
def test_every_kind_has_its_own_words(kind: str) -> None:
    assert short_reason(kind)
    assert group_words(kind) != group_words("something new")
    assert file_words(_failed("", kind)) != file_words(_failed("", "something new"))


@pytest.mark.parametrize(
    ("reason", "kind", "words"),
    [
        ("Plan.pdf has no column “text”.", "unsupported", "has no column “text”"),
        ("The file ends too early.", "damaged", "is damaged: the file ends too early"),
        ("A password is needed.", "encrypted", "is locked with a password"),
        ("Odd.", "", "could not be read: odd"),
        ("", "", "could not be read"),
    ],
)
def test_a_sentence_about_a_file_says_what_is_the_matter_once(reason: str, kind: str, words: str) -> None:
    assert file_words(_failed(reason, kind)) == words
