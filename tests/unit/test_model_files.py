"""What the heads of model files tell, and what an import makes of them; nothing is loaded here."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from desktop.core.cancel import CancelToken
from desktop.core.chat_requests import AdapterUse, LoadModel
from desktop.core.errors import EngineCrashed, EngineTimeout, ModelError, UserError
from desktop.core.events import Progress
from desktop.core.model_events import ModelAdded, ModelMeasured
from desktop.core.model_requests import CheckModel, TryModel
from desktop.core.model_settings import ModelSettings
from desktop.core.models import ModelFormat, Purpose, installed_reranker
from desktop.core.requests import Request
from desktop.engines.gguf_facts import spec_of
from desktop.engines.gguf_file import read_header
from desktop.engines.model_check import ModelCheck
from desktop.engines.model_folder import folder_spec
from desktop.services.all import Services
from tests.model_files import (
    ENCODER,
    MODULES,
    RERANKER,
    adapter_bytes,
    broken_models,
    chat_keys,
    chat_tensors,
    gguf_bytes,
    write_chat,
    write_folder,
    write_split,
)
from tests.support import InProcess, make_services, of_kind


@pytest.fixture
def checker() -> InProcess:
    return InProcess(ModelCheck())


@pytest.fixture
def services(home: Path, checker: InProcess) -> Services:
    made = make_services(home, checker=checker)
    made.paths.make()
    return made


def _bring(services: Services, path: Path, **options: bool) -> ModelAdded:
    (added,) = of_kind(services.model_import.bring(path, CancelToken(), **options), ModelAdded)
    return added


def test_the_head_of_a_model_tells_what_fit_needs(tmp_path: Path) -> None:
    path = write_chat(tmp_path / "Tiny-Instruct-Q8_0.gguf")
    spec = spec_of(path, read_header(path))
    assert (spec.name, spec.purpose, spec.quantization, spec.licence) == (
        "Tiny Instruct", Purpose.CHAT, "F32", "apache-2.0",
    )  # fmt: skip
    assert (spec.context, spec.shape.kv_heads, spec.shape.key_length) == (512, (2, 2), 16)
    assert (spec.shape.vocabulary, spec.shape.heads) == (260, 4)
    embedding = 64 * 260 * 4
    assert spec.shape.active_bytes == spec.parameters * 4 - embedding


def test_sliding_windows_and_kv_heads_by_layer_are_read(tmp_path: Path) -> None:
    more = {
        "llama.attention.sliding_window": 128,
        "llama.attention.sliding_window_pattern": 2,
        "llama.attention.head_count_kv": [2, 0],
        "llama.attention.key_length": 24,
        "llama.expert_count": 8,
        "llama.expert_used_count": 2,
    }
    path = tmp_path / "m.gguf"
    tensors = [("token_embd.weight", (64, 10)), ("blk.0.ffn_up_exps.weight", (32, 32, 8))]
    path.write_bytes(gguf_bytes({**chat_keys(), **more}, tensors))
    shape = spec_of(path, read_header(path)).shape
    assert (shape.kv_heads, shape.window, shape.window_layers, shape.key_length) == ((2, 0), 128, 1, 24)
    assert shape.active_bytes == 64 * 10 * 4 + 32 * 32 * 8 * 4 // 4


@pytest.mark.parametrize(
    ("more", "purpose"),
    [
        ({"llama.pooling_type": 4}, Purpose.RERANKING),
        ({"llama.pooling_type": 1}, Purpose.EMBEDDING),
        ({"general.architecture": "bert"}, Purpose.EMBEDDING),
        ({"general.architecture": "clip"}, Purpose.VISION),
        ({"general.type": "adapter"}, Purpose.ADAPTER),
    ],
)
def test_the_purpose_is_told_from_the_head(tmp_path: Path, more: dict[str, object], purpose: Purpose) -> None:
    path = tmp_path / "m.gguf"
    path.write_bytes(gguf_bytes({**chat_keys(), **more}, chat_tensors()))
    assert spec_of(path, read_header(path)).purpose is purpose


@pytest.mark.parametrize(
    ("config", "files", "purpose", "layout"),
    [
        (RERANKER, {}, Purpose.RERANKING, ModelFormat.HF),
        (ENCODER, {}, Purpose.EMBEDDING, ModelFormat.HF),
        (ENCODER, {"modules": MODULES}, Purpose.EMBEDDING, ModelFormat.SENTENCE_TRANSFORMERS),
        ({"architectures": ["BlipForConditionalGeneration"], "model_type": "blip"}, {}, Purpose.CAPTIONING,
         ModelFormat.HF),
        ({"architectures": ["LlamaForCausalLM"], "model_type": "llama"}, {}, Purpose.CHAT, ModelFormat.HF),
    ],
)  # fmt: skip
def test_folders_are_told_apart(
    tmp_path: Path,
    config: dict[str, object],
    files: dict[str, object],
    purpose: Purpose,
    layout: ModelFormat,
) -> None:
    spec = folder_spec(write_folder(tmp_path / "m", config, **files))
    assert (spec.purpose, spec.format, spec.parameters, spec.quantization) == (purpose, layout, 4, "F32")


def test_each_broken_model_is_refused_in_one_sentence_before_any_library_is_asked(
    services: Services, checker: InProcess, tmp_path: Path
) -> None:
    services.models.remove(services.models.named(_bring_base(services, tmp_path)))
    needs_a_child = ("template-forever", "template-memory")
    loads = {"unknown-architecture", "missing-weights", "wrong-shapes"}
    seen = []
    for path, words in broken_models(tmp_path / "broken").items():
        if path.stem in needs_a_child or path.stem in loads:
            continue
        with pytest.raises(ModelError) as caught:
            list(services.model_import.bring(path, CancelToken()))
        assert words in caught.value.what, path.name
        assert caught.value.what.count(". ") == 0
        assert "\n" not in caught.value.what
        seen.append(path.name)
    assert len(seen) >= 28
    assert all(isinstance(request, CheckModel) for request in checker.requests[2:])
    assert [spec.starter for spec in services.models.installed()].count(False) == 0


def test_parts_that_were_renamed_are_shown_and_can_be_deleted(services: Services, tmp_path: Path) -> None:
    first = write_split(tmp_path / "big")[0]
    spec = _bring(services, first, copy=True).spec
    folder = services.paths.models
    second = sorted(folder.glob("*.gguf"))[1]
    second.rename(second.with_name(second.name.replace("big", "other")))
    assert [one.name for one in services.models.installed() if not one.starter] == []
    assert [one.name for one in services.models.missing()] == ["big", "other"]
    for one in services.models.missing():
        services.models.remove(one)
    assert list(folder.glob("*.gguf")) == []
    assert services.models.missing() == []
    assert spec.name == "big"


def test_two_models_of_one_name_are_told_apart(services: Services, tmp_path: Path) -> None:
    first = write_folder(tmp_path / "a" / "mine", ENCODER, modules=MODULES)
    second = write_folder(tmp_path / "b" / "mine", ENCODER, modules=MODULES)
    assert [_bring(services, one).spec.name for one in (first, second, first)] == ["mine", "mine (2)", "mine"]


@pytest.mark.skipif(not hasattr(os, "seteuid"), reason="other systems keep files by other means")
def test_what_may_not_be_read_is_told_in_one_sentence(services: Services) -> None:
    with TemporaryDirectory() as name:
        inside = Path(name) / "open"
        file, folder = write_chat(inside / "mine.gguf"), write_folder(inside / "mine", ENCODER)
        closed = write_chat(Path(name) / "closed" / "other.gguf")
        Path(name).chmod(0o755)
        for one in (file, folder, closed.parent):
            one.chmod(0)
        with _as_nobody():
            for path in (file, folder):
                with pytest.raises(ModelError, match=f"^{path.name} cannot be read\\."):
                    list(ModelCheck().handle(CheckModel(str(path)), CancelToken()))
            with pytest.raises(ModelError, match=r"^other.gguf cannot be read\."):
                list(services.model_import.bring(closed, CancelToken()))
        folder.chmod(0o700)
        closed.parent.chmod(0o700)


@contextmanager
def _as_nobody() -> Iterator[None]:
    """Without the rights of the super-user, whom nothing is closed to: containers run tests as that."""
    was = os.geteuid()
    if was == 0:
        os.seteuid(65534)
    try:
        yield
    finally:
        os.seteuid(was)


def _bring_base(services: Services, folder: Path) -> str:
    return _bring(services, write_chat(folder / "base.gguf")).spec.id


def test_a_model_runs_by_its_own_settings_which_move_with_its_content(
    services: Services, tmp_path: Path
) -> None:
    spec = _bring(services, write_chat(tmp_path / "own" / "Mine.gguf")).spec
    services.models.use(spec.id)
    before = services.models.to_load()
    own = ModelSettings(context_size=1024, gpu_layers=0, cache_type="q8_0", threads=3)
    services.models.set_settings(spec, own)
    loaded = services.models.to_load()
    assert isinstance(loaded, LoadModel)
    assert (loaded.context_size, loaded.gpu_layers, loaded.cache_type, loaded.threads) == (1024, 0, "q8_0", 3)
    services.models.use(services.models.chat_models()[0].path)
    assert services.models.to_load().context_size == services.settings.current.context_size
    moved = _bring(services, write_chat(tmp_path / "elsewhere" / "Renamed.gguf")).spec
    assert services.models.settings_of(moved) == own
    services.models.set_settings(spec, ModelSettings())
    services.models.use(spec.id)
    assert services.models.to_load() == before
    assert services.settings.current.model_settings == {}


def test_a_model_is_linked_where_it_is_and_kept_when_it_is_removed(
    services: Services, tmp_path: Path
) -> None:
    path = write_chat(tmp_path / "own" / "Mine-Q4_K_M.gguf")
    spec = _bring(services, path).spec
    assert (spec.name, spec.path, spec.linked) == ("Mine", str(path), True)
    assert spec.tokens_per_second > 0
    assert len(spec.sha256) == 64
    services.models.use(spec.id)
    assert services.models.current() == spec
    assert services.models.to_load().path == str(path)
    services.models.remove(spec)
    assert path.exists()
    assert services.models.current().starter


def test_a_copied_model_lies_in_the_models_folder_and_goes_when_it_is_removed(
    services: Services, tmp_path: Path
) -> None:
    path = write_chat(tmp_path / "own" / "mine.gguf")
    first, second = (_bring(services, path, copy=True).spec for _ in range(2))
    assert Path(first.path).read_bytes() == path.read_bytes()
    assert Path(second.path).name == "mine 2.gguf"
    assert not first.linked
    services.models.remove(first)
    assert not Path(first.path).exists()
    assert path.exists()
    assert [one.id for one in services.models.installed() if not one.starter] == [second.id]


def test_a_linked_reranker_is_found_by_the_search(services: Services, tmp_path: Path) -> None:
    folder = write_folder(tmp_path / "own" / "sorter", RERANKER, tokenizer_config={})
    (folder / "tokenizer.json").write_text(_TOKENIZER, "utf-8")
    assert services.models.reranker() is None
    spec = _bring(services, folder).spec
    found = services.models.reranker()
    assert found is not None
    assert Path(found.path).resolve() == folder
    copied = _bring(services, folder, copy=True).spec
    for chosen in (copied, spec):
        services.models.use(chosen.id)
        assert services.models.reranker() == installed_reranker(services.paths.models, chosen.path)
        assert services.settings.current.reranker == chosen.path
        assert services.models.current().starter  # what answers stays as it was
    services.models.remove(copied)
    services.models.remove(spec)
    assert services.models.reranker() is None
    assert (folder / "config.json").exists()


_TOKENIZER = '{"version": "1.0", "model": {"type": "WordLevel", "vocab": {"a": 0}, "unk_token": "a"}}'


def test_an_adapter_is_accepted_for_the_model_it_fits(
    services: Services, checker: InProcess, tmp_path: Path
) -> None:
    base = _bring(services, write_chat(tmp_path / "base.gguf")).spec
    adapter = tmp_path / "tone.gguf"
    adapter.write_bytes(adapter_bytes())
    spec = _bring(services, adapter).spec
    assert (spec.purpose, spec.base) == (Purpose.ADAPTER, base.path)
    last = checker.requests[-1]
    assert isinstance(last, TryModel)
    assert (last.path, last.base) == (str(adapter), base.path)
    assert spec not in services.models.chat_models()
    on = AdapterUse(spec.path, 0.5)
    assert services.models.switched_on((on,)) == ()  # the starter model answers, and it is not its adapter
    services.models.use(base.id)
    assert services.models.adapters() == [spec]
    assert services.models.switched_on((on, AdapterUse("gone.gguf"))) == (on,)


@pytest.mark.parametrize("death", [EngineCrashed, EngineTimeout])
def test_the_death_of_the_checker_is_told_in_words_and_leaves_nothing(
    services: Services, checker: InProcess, tmp_path: Path, death: type[Exception]
) -> None:
    path = write_chat(tmp_path / "bad.gguf")

    def die(request: Request) -> None:
        if isinstance(request, TryModel):
            raise death("The check crashed (SIGSEGV).")

    checker.before = die
    with pytest.raises(ModelError, match=r"bad.gguf cannot be used: "):
        list(services.model_import.bring(path, CancelToken(), copy=True))
    assert list(services.paths.models.iterdir()) == []
    assert len([one for one in services.models.installed() if not one.starter]) == 0


def test_progress_is_told_in_words_and_a_missing_file_too(services: Services, tmp_path: Path) -> None:
    events = list(services.model_import.bring(write_chat(tmp_path / "a.gguf"), CancelToken()))
    words = [event.words for event in of_kind(events, Progress)]
    assert words[0] == "Reading what the file tells"
    assert words[-1] == "Measuring how fast it writes"
    with pytest.raises(UserError, match="not there"):
        list(services.model_import.bring(tmp_path / "none.gguf", CancelToken()))


def test_the_speed_is_measured_again_and_survives_a_restart(
    services: Services, checker: InProcess, home: Path, tmp_path: Path
) -> None:
    spec = _bring(services, write_chat(tmp_path / "a.gguf")).spec
    (measured,) = of_kind(services.model_import.measure(spec, CancelToken()), ModelMeasured)
    services.close()
    again = make_services(home, checker=InProcess(ModelCheck()))
    known = next(one for one in again.models.installed() if one.id == spec.id)
    assert known.tokens_per_second == pytest.approx(measured.tokens_per_second)
    again.close()


def test_a_model_whose_file_has_gone_is_missing_and_the_starter_answers(
    services: Services, tmp_path: Path
) -> None:
    path = write_chat(tmp_path / "a.gguf")
    spec = _bring(services, path).spec
    services.models.use(spec.id)
    path.unlink()
    assert [one.id for one in services.models.missing()] == [spec.id]
    assert services.models.current().starter
    assert spec.id not in {one.id for one in services.models.installed()}


def test_nothing_is_measured_while_other_programs_are_busy_unless_it_is_asked_for(
    services: Services, checker: InProcess, tmp_path: Path
) -> None:
    services.model_import.is_busy = lambda: True
    spec = _bring(services, write_chat(tmp_path / "a.gguf")).spec
    assert spec.tokens_per_second == 0
    assert "other programs were busy" in spec.note
    asked = len(checker.requests)
    assert (
        of_kind(services.model_import.measure(spec, CancelToken(), only_when_quiet=True), ModelMeasured) == []
    )
    assert len(checker.requests) == asked
    (measured,) = of_kind(services.model_import.measure(spec, CancelToken()), ModelMeasured)
    assert measured.tokens_per_second > 0


def test_an_adapter_for_training_says_that_the_chat_does_not_take_it(
    services: Services, tmp_path: Path
) -> None:
    folder = write_folder(tmp_path / "lora", {})
    (folder / "adapter_config.json").write_text(
        '{"peft_type": "LORA", "base_model_name_or_path": "people/base"}'
    )
    spec = _bring(services, folder).spec
    assert (spec.purpose, spec.format, spec.base) == (Purpose.ADAPTER, ModelFormat.PEFT, "people/base")
    assert "for training" in spec.note
