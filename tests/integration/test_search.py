"""Searching for real: exact phrases, filters, several collections, what is alike, a reranker, and beside an import."""

from __future__ import annotations

import json
import os
import shutil
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from desktop.core.documents import SearchFilter, TableColumns
from desktop.core.errors import ModelError
from desktop.core.events import ImportSummary, SearchFound
from desktop.core.found import FoundDocument, Query
from desktop.core.library_requests import Search
from desktop.core.matching import phrase_ranges
from desktop.core.paths import Paths
from desktop.services.all import Services
from tests.support import wait_until

OLD = time.mktime((2019, 5, 1, 12, 0, 0, 0, 0, -1))
YEAR_2020 = time.mktime((2020, 1, 1, 0, 0, 0, 0, 0, -1))
FILES = {
    "contracts/lift.txt": "The contractor answers a fault of the lift within two hours. "
    "The Yearly\n  fee is EUR 2,940.",
    "contracts/cleaning.md": "# Cleaning\n\nThe yearly fee for cleaning the stairs is EUR 1,200.",
    "letters/again.txt": "Since Thursday the lift has been out of order. Mrs Albrecht cannot leave the house.",
    "letters/2019.txt": "We don’t pay the yearly-fee twice. To be or not to be, that is the question.",
    "letters/deeper/apology.html": "<p>We are sorry that the elevator stood still; shoplifting was not the reason.</p>",
}
ROWS = "id,text\nr1,The yearly fee of the garage is EUR 300.\nr2,Bicycles are kept in the cellar.\n"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("papers")
    for name, text in FILES.items():
        path = made / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
    os.utime(made / "letters/2019.txt", (OLD, OLD))
    return made


@pytest.fixture(scope="module")
def services(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Services]:
    default = Paths.default()
    assert default.starter_embedder.exists(), "the starter models are missing: run `make setup`"
    built = Services(Paths(tmp_path_factory.mktemp("search"), default.program))
    table = tmp_path_factory.mktemp("tables") / "rents.csv"
    table.write_text(ROWS, "utf-8")
    for name, paths, columns in (
        ("Papers", [folder], TableColumns()),
        ("Tables", [table], TableColumns("text", "id")),
    ):
        events = list(built.importing.import_files(paths, built.library.get_or_create(name).id, columns))
        assert isinstance(events[-1], ImportSummary)
        assert events[-1].failed == 0
    yield built
    built.close()


def _id(services: Services, name: str = "Papers") -> str:
    return services.library.named(name).id


def _find(services: Services, text: str, **values: object) -> tuple[FoundDocument, ...]:
    values.setdefault("collection_ids", (_id(services),))
    (found,) = services.finding.find(Query(text, **values))  # type: ignore[arg-type]
    assert isinstance(found, SearchFound)
    return found.documents


def _names(found: tuple[FoundDocument, ...]) -> list[str]:
    return [one.document.name for one in found]


@pytest.mark.parametrize(
    ("phrase", "names"),
    [
        ("the yearly fee", {"lift.txt", "cleaning.md"}),  # another case, a line end in between
        ("yearly-fee", {"2019.txt"}),
        ("yearly – fee", set()),
        ("we don't pay", {"2019.txt"}),  # the file has a curly apostrophe
        ("to be or not to be", {"2019.txt"}),  # stop words only
        ("lift", {"lift.txt", "again.txt"}),  # whole words: not "shoplifting"
        ("fee yearly", set()),
        ("eur 2,940.", {"lift.txt"}),
        ("?!", set()),
        ("it's (a) \\ test' OR 1=1 --", set()),
    ],
)
@pytest.mark.parametrize("mode", ["hybrid", "vector", "keyword"])
def test_a_phrase_finds_every_passage_that_has_it_and_no_other(
    services: Services, phrase: str, names: set[str], mode: str
) -> None:
    result = services.searching.search(Search(_id(services), "", 50, mode, phrase=phrase))
    assert {hit.document for hit in result.hits} == names
    assert all(phrase_ranges(hit.passage.text, phrase) for hit in result.hits)


def test_the_page_marks_the_phrase_where_it_stands(services: Services) -> None:
    found = _find(services, "yearly fee", exact=True)
    lift = next(one for one in found if one.document.name == "lift.txt").passages[0]
    ((start, end),) = lift.marks
    assert lift.excerpt[start:end] == "Yearly fee"
    assert lift.source.text == "The Yearly\n  fee is EUR 2,940."


def test_words_are_marked_in_their_inflected_forms_and_meaning_is_found_without_any(
    services: Services,
) -> None:
    found = _find(services, "faults of lifts")
    assert _names(found)[0] == "lift.txt"
    best = found[0].passages[0]
    assert [best.excerpt[start:end] for start, end in best.marks] == ["fault of", "lift"]
    assert "apology.html" in _names(found), "an elevator is a lift"


def test_what_is_only_the_least_far_is_not_shown(services: Services) -> None:
    assert set(_names(_find(services, "lift"))) == {"lift.txt", "again.txt", "apology.html"}


@pytest.mark.parametrize(
    ("limits", "names"),
    [
        (SearchFilter(kinds=("md",)), {"cleaning.md"}),
        (SearchFilter(kinds=("md", "html")), {"cleaning.md", "apology.html"}),
        (SearchFilter(before=YEAR_2020), {"2019.txt"}),
        (SearchFilter(after=YEAR_2020, kinds=("txt",)), {"lift.txt", "again.txt"}),
        (SearchFilter(kinds=("pdf",)), set()),
    ],
)
def test_filters_let_through_what_they_say(services: Services, limits: SearchFilter, names: set[str]) -> None:
    result = services.searching.search(Search(_id(services), "the lift and its yearly fee"), limits=limits)
    assert {hit.document for hit in result.hits} == names


def test_a_folder_is_searched_with_its_subfolders(services: Services, folder: Path) -> None:
    letters = str(folder / "letters")
    result = services.searching.search(Search(_id(services), "lift"), limits=SearchFilter(folder=letters))
    assert {hit.document for hit in result.hits} == {"again.txt", "2019.txt", "apology.html"}
    offered = services.finding.folders((_id(services),))
    assert offered == [(str(folder / "contracts"), 2), (letters, 3)]
    assert services.finding.folders((_id(services),), letters) == [(str(folder / "letters/deeper"), 1)]
    assert dict(services.finding.kinds((_id(services),))) == {"txt": 3, "md": 1, "html": 1}


def test_all_collections_are_searched_as_one(services: Services) -> None:
    found = _find(services, "yearly fee", collection_ids=(), exact=True)
    assert set(_names(found)) == {"lift.txt", "cleaning.md", "rents.csv"}
    table = next(one for one in found if one.document.name == "rents.csv")
    assert [passage.source.record_id for passage in table.passages] == ["r1"]
    assert table.passages[0].source.page == 1
    scores = [one.passages[0].score for one in found]
    assert scores == sorted(scores, reverse=True)


def test_more_like_a_passage_is_in_other_files(services: Services) -> None:
    again = next(one for one in _find(services, "lift out of order") if one.document.name == "again.txt")
    found = _find(services, "", like=again.passages[0].id)
    assert "again.txt" not in _names(found)
    assert set(_names(found)[:2]) == {"lift.txt", "apology.html"}
    assert all(not passage.marks for one in found for passage in one.passages)
    (alone,) = _find(services, "garage fee", collection_ids=(_id(services, "Tables"),))
    near = _find(services, "", like=alone.passages[0].id, collection_ids=(_id(services, "Tables"),))
    assert [passage.source.record_id for one in near for passage in one.passages] == ["r2"]


def test_a_document_comes_once_with_by_document(services: Services) -> None:
    search = Search(_id(services, "Tables"), "yearly fee of bicycles", 10, by_document=True)
    result = services.searching.search(search)
    assert sorted(hit.passage.record_id for hit in result.hits) == ["r1", "r2"]


def test_many_searches_at_once_are_the_same_as_one_by_one(services: Services) -> None:
    texts = ["lift", "yearly fee", "the house of Mrs Albrecht", "Bicycles"] * 20
    searches = [Search(_id(services), text, 3) for text in texts]
    together = list(services.searching.search_all(searches))
    alone = [services.searching.search(search) for search in searches[:4]]
    for one, other in zip(together, alone * 20, strict=True):
        assert [hit.passage.id for hit in one.hits] == [hit.passage.id for hit in other.hits]


# --- the reranker


def _write_cross_encoder(folder: Path) -> None:
    """A cross-encoder with random weights, of some kilobytes."""
    from tokenizers import Tokenizer, models, pre_tokenizers, processors
    from transformers import BertConfig, BertForSequenceClassification, PreTrainedTokenizerFast, set_seed

    words = sorted({word.lower() for text in FILES.values() for word in text.split()})
    vocabulary = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", *words]
    tokenizer = Tokenizer(models.WordLevel({word: n for n, word in enumerate(vocabulary)}, unk_token="[UNK]"))
    tokenizer.pre_tokenizer = pre_tokenizers.WhitespaceSplit()
    tokenizer.post_processor = processors.TemplateProcessing(
        single="[CLS] $A [SEP]",
        pair="[CLS] $A [SEP] $B:1 [SEP]:1",
        special_tokens=[("[CLS]", 2), ("[SEP]", 3)],
    )
    fast = PreTrainedTokenizerFast(
        tokenizer_object=tokenizer, pad_token="[PAD]", unk_token="[UNK]", cls_token="[CLS]", sep_token="[SEP]"
    )
    set_seed(7)
    config = BertConfig(
        vocab_size=len(vocabulary), hidden_size=32, num_hidden_layers=2, num_attention_heads=2,
        intermediate_size=64, num_labels=1, initializer_range=0.5,
    )  # fmt: skip
    BertForSequenceClassification(config).save_pretrained(folder)
    fast.save_pretrained(folder)


def _scores(folder: Path, query: str, texts: list[str]) -> list[float]:
    """What the model says, asked directly."""
    import torch
    from transformers import AutoModelForSequenceClassification, AutoTokenizer

    model = AutoModelForSequenceClassification.from_pretrained(folder).eval()
    encoded = AutoTokenizer.from_pretrained(folder)(
        [query] * len(texts), texts, padding=True, return_tensors="pt"
    )
    with torch.inference_mode():
        return [float(value) for value in torch.sigmoid(model(**encoded).logits[:, 0])]


@pytest.mark.slow
def test_an_installed_reranker_puts_the_results_in_its_order(services: Services) -> None:
    query = "yearly fee of the lift"
    plain = services.searching.search(Search(_id(services), query, rerank=True))
    assert not plain.reranked, "none is installed yet"
    folder = services.paths.models / "tiny-reranker"
    _write_cross_encoder(folder)
    found = services.models.reranker()
    assert found is not None
    assert found.name == "tiny-reranker"
    reranked = services.searching.search(Search(_id(services), query, rerank=True))
    assert reranked.reranked
    assert {hit.passage.id for hit in reranked.hits} == {hit.passage.id for hit in plain.hits}
    texts = [
        "\n".join(part for part in (hit.passage.title, hit.passage.heading, hit.passage.text) if part)
        for hit in reranked.hits
    ]
    expected = _scores(folder, query, texts)
    assert np.allclose([hit.score for hit in reranked.hits], expected, atol=1e-4)
    assert expected == sorted(expected, reverse=True)
    assert [hit.passage.id for hit in reranked.hits] != [hit.passage.id for hit in plain.hits]
    many = services.searching.search_all([Search(_id(services), query, rerank=True)] * 12)
    assert [[hit.passage.id for hit in one.hits] for one in many] == [
        [h.passage.id for h in reranked.hits]
    ] * 12
    told = [event.reranked for event in services.finding.find(Query(query, (_id(services),)))]  # type: ignore[attr-defined]
    assert told == [False, True], "what is installed is used, and nobody waits for it"
    (left,) = services.finding.find(Query(query, (_id(services),), rerank=False))
    assert isinstance(left, SearchFound)
    assert not left.reranked
    (folder / "model.safetensors").write_bytes(b"broken")
    shutil.move(folder, folder.with_name("broken"))
    events = services.finding.find(Query(query, (_id(services),)))
    assert isinstance(next(events), SearchFound)
    with pytest.raises(ModelError, match="The reranker broken could not be loaded"):
        next(events)
    folder = folder.with_name("broken")
    shutil.rmtree(folder)


# --- beside an import


@pytest.mark.slow
def test_a_search_answers_while_an_import_runs(services: Services, tmp_path: Path) -> None:
    for number in range(40):
        sentences = (
            f"Report {number}, part {part}: the harbour crane lifted {part} boxes." for part in range(60)
        )
        (tmp_path / f"report {number}.txt").write_text(" ".join(sentences), "utf-8")
    collection = services.library.get_or_create("Reports").id
    _find(services, "lift")  # the process that searches is there
    ended: list[object] = []
    importing = threading.Thread(
        target=lambda: ended.extend(services.importing.import_files([tmp_path], collection))
    )
    importing.start()
    seen: list[int] = []
    slowest = 0.0
    while importing.is_alive():
        start = time.monotonic()
        found = _find(services, "harbour crane", collection_ids=(collection, _id(services)))
        slowest = max(slowest, time.monotonic() - start)
        seen.append(sum(one.document.name.startswith("report") for one in found))
        time.sleep(0.05)
    importing.join()
    assert isinstance(ended[-1], ImportSummary)
    assert ended[-1].ready == 40
    assert any(0 < number < 40 for number in seen), json.dumps(seen)
    assert slowest < 3.0, "a search waited for the import"
    phrase = Search(collection, "", 500, phrase="the harbour crane", by_document=True)
    assert wait_until(lambda: len(services.searching.search(phrase).hits) == 40)
