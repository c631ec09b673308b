"""Other embedders than the starter: used as their folders say, and as sentence-transformers itself uses them."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest

from desktop.core.cancel import CancelToken
from desktop.core.documents import DocumentState
from desktop.core.errors import Cancelled, ModelError
from desktop.core.events import Progress
from desktop.core.library_requests import CollectionSetup, Search
from desktop.core.model_events import ModelAdded
from desktop.core.models import ModelSpec, Purpose
from desktop.core.paths import Paths
from desktop.engines.embedding import Embedder, OpenVinoBackend, TorchBackend
from desktop.engines.embedding_gguf import GgufEmbedder
from desktop.services.all import Services
from tests.embedders import write_embedder
from tests.model_files import write_chat
from tests.support import of_kind, write_files

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


def _tiny_gguf(path: Path) -> Path:
    """A model with random weights that says of itself that it embeds, by the mean of its tokens."""
    return write_chat(path, "", **{"llama.pooling_type": 1})


def test_a_gguf_model_gives_a_vector_for_each_text_however_odd(tmp_path: Path) -> None:
    embedder = GgufEmbedder(_tiny_gguf(tmp_path / "tiny.gguf"))
    texts = [*TEXTS, "", "x" * 256, "wörter " * 3000, TEXTS[0], "<|im_end|>"]
    vectors = embedder.encode(texts)
    assert vectors.shape == (len(texts), embedder.dimensions)
    assert np.linalg.norm(vectors, axis=1) == pytest.approx(np.ones(len(texts)), abs=1e-4)
    cosines = vectors @ vectors.T
    assert cosines[0, 7] > 0.999
    assert cosines[0, 1] < 0.99
    assert embedder.count(["abc", ""]) == [3, 0]
    with pytest.raises(ModelError, match="is not a GGUF file"):
        GgufEmbedder(write_files(tmp_path, broken="no model at all, but a text")[0])


def test_a_gguf_model_that_was_brought_in_keeps_a_collection(home: Path, tmp_path: Path) -> None:
    services = Services(Paths(home, Paths.default().program))
    (added,) = of_kind(
        services.model_import.bring(_tiny_gguf(tmp_path / "vectors.gguf"), CancelToken(), copy=True),
        ModelAdded,
    )
    assert added.spec.purpose is Purpose.EMBEDDING
    assert added.spec in services.keeping.embedders()
    collection = services.library.create_collection("Notes")
    paths = write_files(tmp_path / "in", **{f"n{n}": f"Note {n} is about lift {n * 7}." for n in range(9)})
    list(services.importing.import_files(paths, collection.id))
    list(services.keeping.change(collection.id, added.spec, ""))
    assert services.keeping.setup(collection.id).embedder == added.spec.path
    (later,) = write_files(tmp_path / "in", later="Another note, of the cellar.")
    list(services.importing.import_files([later], collection.id))
    for query, name in (("lift 35", "n5.txt"), ("cellar", "later.txt")):
        assert services.searching.search(Search(collection.id, query, 3)).hits[0].document == name
    services.close()


def test_a_collection_is_embedded_anew_and_moved_while_searches_go_on(home: Path, tmp_path: Path) -> None:
    services = Services(Paths(home, Paths.default().program))
    folder = write_embedder(tmp_path / "tiny", query="ask: ", passage="text: ")
    paths = write_files(
        tmp_path / "in", **{f"n{number}": f"Note {number} is about the lift." for number in range(90)}
    )
    collection = services.library.create_collection("Notes")
    list(services.importing.import_files(paths, collection.id))

    def found() -> set[str]:
        return {
            one.document for one in services.searching.search(Search(collection.id, "note 7 lift", 90)).hits
        }

    before = found()
    spec = ModelSpec("tiny", str(folder), 1)
    for number, event in enumerate(services.keeping.change(collection.id, spec, str(tmp_path / "drive"))):
        if number == 0:
            assert isinstance(event, Progress)
            assert found() == before
    assert services.keeping.setup(collection.id) == CollectionSetup(str(folder), str(tmp_path / "drive"))
    assert services.library.collection(collection.id).embedder == "tiny"  # type: ignore[union-attr]
    assert found() == before
    (note,) = write_files(tmp_path / "in", later="Note 777 came later.")
    list(services.importing.import_files([note], collection.id))
    assert services.library.counts_by_state(collection.id)[DocumentState.READY] == 91
    cancel = CancelToken()
    cancel.cancel()
    with pytest.raises(Cancelled):
        list(services.keeping.change(collection.id, services.keeping.embedders()[0], "", cancel))
    assert services.keeping.setup(collection.id).embedder == str(folder)
    shutil.rmtree(folder)
    services.close()
    again = Services(Paths(home, Paths.default().program))
    with pytest.raises(ModelError, match="is not there any more"):
        again.searching.search(Search(collection.id, "lift", 3))
    list(again.keeping.change(collection.id, again.keeping.embedders()[0], ""))
    assert again.searching.search(Search(collection.id, "note 7 lift", 3)).hits
    again.close()
