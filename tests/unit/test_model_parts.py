"""Models that are split into several GGUF files: one model for the person, whole or not there at all."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from desktop.core.cancel import CancelToken
from desktop.core.errors import ModelError
from desktop.core.model_events import ModelAdded
from desktop.core.model_parts import numbered, part_names, stem
from desktop.engines.gguf_file import read_header
from desktop.engines.gguf_split import read_model_header
from desktop.engines.model_check import ModelCheck
from desktop.services import model_found
from desktop.services.all import Services
from desktop.services.model_found import ModelsElsewhere
from tests.model_files import Short, chat_keys, chat_tensors, gguf_bytes, write_chat, write_split
from tests.support import InProcess, make_services, of_kind


@pytest.fixture
def services(home: Path) -> Services:
    made = make_services(home, checker=InProcess(ModelCheck()))
    made.paths.make()
    return made


def _bring(services: Services, path: Path, **options: bool) -> ModelAdded:
    (added,) = of_kind(list(services.model_import.bring(path, CancelToken(), **options)), ModelAdded)
    return added


def test_the_names_of_parts() -> None:
    assert part_names("q4/big-00002-of-00003.gguf") == tuple(
        f"q4/big-0000{number}-of-00003.gguf" for number in (1, 2, 3)
    )
    for alone in (
        "big.gguf",
        "big-00004-of-00003.gguf",
        "big-00001-of-00001.gguf",
        "big-00001-of-99999.gguf",
    ):
        assert part_names(alone) == (alone,)
    assert numbered("big-00001-of-00003.gguf", 2) == "big 2-00001-of-00003.gguf"
    assert stem(Path("/x/big-00001-of-00003.gguf")) == "big"


def test_the_heads_of_all_parts_are_one(tmp_path: Path) -> None:
    whole = read_header(write_chat(tmp_path / "whole.gguf"))
    parts = write_split(tmp_path / "big")
    joined = read_model_header(parts[0])
    assert [tensor.name for tensor in joined.tensors] == [tensor.name for tensor in whole.tensors]
    assert joined.size == sum(part.stat().st_size for part in parts)


def test_a_split_model_is_one_model_by_whichever_part_it_is_named(services: Services, tmp_path: Path) -> None:
    parts = write_split(tmp_path / "Tiny-Q8_0")
    spec = _bring(services, parts[1]).spec
    size = sum(part.stat().st_size for part in parts)
    assert (spec.name, spec.path, spec.size_bytes, spec.linked) == ("Tiny", str(parts[0]), size, True)
    assert spec.parameters == sum(tensor.values for tensor in read_model_header(parts[0]).tensors)
    assert spec.tokens_per_second > 0
    assert spec in services.models.chat_models()
    parts[2].rename(tmp_path / "elsewhere")
    assert spec not in services.models.installed()
    assert [one.id for one in services.models.missing()] == [spec.id]


def test_a_copy_has_all_parts_and_they_go_together(services: Services, tmp_path: Path) -> None:
    parts = write_split(tmp_path / "big")
    taken = services.paths.models / "big-00003-of-00003.gguf"
    taken.write_bytes(b"in the way")
    spec = _bring(services, parts[0], copy=True).spec
    copies = sorted(services.paths.models.glob("big 2-*"))
    assert [copy.name for copy in copies] == [f"big 2-0000{number}-of-00003.gguf" for number in (1, 2, 3)]
    assert [copy.read_bytes() for copy in copies] == [part.read_bytes() for part in parts]
    assert spec.path == str(copies[0])
    services.models.remove(spec)
    assert list(services.paths.models.iterdir()) == [taken]


def test_parts_laid_into_the_models_folder_are_one_model_once_all_are_there(services: Services) -> None:
    parts = write_split(services.paths.models / "big")
    (loose,) = [spec for spec in services.models.installed() if not spec.starter]
    assert (loose.name, loose.size_bytes) == ("big", sum(part.stat().st_size for part in parts))
    parts[1].unlink()
    assert all(spec.starter for spec in services.models.installed())


def test_a_split_model_of_another_program_is_found_once(
    services: Services, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(model_found, "SMALLEST", 1_000)
    parts = write_split(tmp_path / "people" / "big")
    write_split(tmp_path / "people" / "half")[1].unlink()
    elsewhere = ModelsElsewhere(services.models, services.model_import, (("LM Studio", tmp_path),))
    (event,) = elsewhere.find(CancelToken())
    assert [(one.name, one.path) for one in event.models if one.name in ("big", "half")] == [
        ("big", parts[0])
    ]


def _lost(parts: list[Path]) -> Path:
    parts[1].unlink()
    return parts[0]


def _mixed(parts: list[Path]) -> Path:
    parts[2].write_bytes(parts[1].read_bytes())
    return parts[0]


def _renamed(parts: list[Path]) -> Path:
    return parts[0].rename(parts[0].with_name("big.gguf"))


def _fewer(parts: list[Path]) -> Path:
    split = {"split.no": Short(1), "split.count": Short(3)}
    parts[1].write_bytes(gguf_bytes(split, chat_tensors()[:1]))
    return parts[0]


def _not_split(parts: list[Path]) -> Path:
    parts[0].write_bytes(gguf_bytes(chat_keys(), chat_tensors()))
    return parts[0]


@pytest.mark.parametrize(
    ("spoil", "words"),
    [
        (_lost, "part 2 of 3 is missing"),
        (_mixed, "part 3 belongs to another model"),
        (_renamed, "it is one of 3 parts, and its name does not say which"),
        (_fewer, "its parts do not go together"),
        (_not_split, "its name says that it is a part of a model, and the file does not"),
    ],
)
def test_parts_that_do_not_make_a_model_are_refused_in_one_sentence(
    services: Services, tmp_path: Path, spoil: Callable[[list[Path]], Path], words: str
) -> None:
    path = spoil(write_split(tmp_path / "big"))
    with pytest.raises(ModelError) as caught:
        _bring(services, path)
    assert caught.value.what == f"big cannot be used: {words}."
    assert all(spec.starter for spec in services.models.installed())
