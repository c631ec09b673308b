"""Other embedders than the starter: used as their folders say, and as sentence-transformers itself uses them."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from desktop.engines.embedding import Embedder, OpenVinoBackend, TorchBackend
from tests.embedders import write_embedder

# Libraries warn while they convert; in the program that stands in the log of a child.
pytestmark = pytest.mark.filterwarnings("ignore")
TEXTS = ["The key hangs beside the door.", "Straße und Übergang, 12.4", "x", "a long text, " * 60]


@pytest.mark.parametrize("pooling", ["mean", "cls"])
def test_both_backends_give_what_sentence_transformers_gives(tmp_path: Path, pooling: str) -> None:
    from sentence_transformers import SentenceTransformer

    folder = write_embedder(tmp_path / "tiny", pooling=pooling, query="ask: ", passage="text: ")
    model = SentenceTransformer(str(folder), device="cpu")
    embedder = Embedder(folder)
    assert isinstance(embedder._backend, OpenVinoBackend)
    asked, told = model.encode(TEXTS, prompt_name="query"), model.encode(TEXTS, prompt_name="document")
    for _ in range(2):
        assert np.einsum("ij,ij->i", embedder.query(TEXTS), asked).min() > 0.995
        assert np.einsum("ij,ij->i", embedder.encode(TEXTS), told).min() > 0.995
        embedder._backend = TorchBackend(folder)
    assert not np.allclose(embedder.encode(TEXTS), embedder.query(TEXTS), atol=1e-3)


def test_cosines_of_an_embedder_that_puts_all_texts_near_are_spread(tmp_path: Path) -> None:
    embedder = Embedder(write_embedder(tmp_path / "tiny"))
    vectors = embedder.encode(TEXTS[:3])
    cosines = vectors @ vectors.T
    assert cosines[0, 1] > 0.5  # random weights: everything is alike
    assert embedder.likeness(cosines)[0, 1] < cosines[0, 1]
    assert embedder.likeness(cosines)[0, 0] == pytest.approx(1, abs=1e-3)


def test_a_family_that_needs_words_before_its_texts_gets_them(tmp_path: Path) -> None:
    folder = write_embedder(tmp_path / "multilingual-e5-tiny")
    facts = Embedder(folder).facts
    assert (facts.query, facts.passage, facts.length) == ("query: ", "passage: ", 128)
