"""Memory and speed of models by their shapes, and what the catalogue recommends for which computer."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from desktop.core.fit import SPARE_GRAPHICS, Verdict, buffer_bytes, cache_bytes, expected_speed, fit
from desktop.core.machine import Machine, this_machine
from desktop.core.model_catalogue import read_catalogue
from desktop.core.models import ModelFormat, Purpose, Shape
from desktop.core.paths import program_folder
from desktop.services.all import Services
from desktop.services.model_catalogue import ModelCatalogue
from tests.support import make_services

GB = 10**9
QWEN_8B = Shape((8,) * 36, 32, 128, 128, 4096, 12288, 151_936)


def _machine(memory: float, available: float | None = None) -> Machine:
    return Machine(int(memory * GB), int((available if available is not None else memory * 0.75) * GB), 8)


def test_the_cache_follows_from_layers_heads_and_lengths() -> None:
    assert cache_bytes(QWEN_8B, 4096) == 36 * 8 * (128 + 128) * 4096 * 2
    assert cache_bytes(QWEN_8B, 8192) == 2 * cache_bytes(QWEN_8B, 4096)
    assert cache_bytes(QWEN_8B, 4096, "q8_0") == cache_bytes(QWEN_8B, 4096) * 34 // 64
    assert cache_bytes(Shape(), 4096) == 0


def test_layers_with_a_window_keep_only_what_they_see() -> None:
    shape = replace(QWEN_8B, kv_heads=(8,) * 24, window=128, window_layers=12)
    whole = replace(shape, window=0, window_layers=0)
    assert cache_bytes(shape, 128) == cache_bytes(whole, 128)
    a_layer = cache_bytes(whole, 8192) // 24
    assert (
        cache_bytes(shape, 8192) == 12 * a_layer + 12 * a_layer * 768 // 8192
    )  # 128 + a batch, in steps of 256


def test_flash_attention_needs_less_to_compute_in_at_long_contexts() -> None:
    assert buffer_bytes(QWEN_8B, 32_768, flash_attention=True) < buffer_bytes(QWEN_8B, 32_768) / 3


@pytest.mark.parametrize(
    ("memory", "available", "verdict"),
    [(16, 12, Verdict.WELL), (8, 6.5, Verdict.TIGHT), (16, 3, Verdict.TIGHT), (6, 5.5, Verdict.NOT)],
)
def test_a_model_fits_well_tightly_or_not(memory: float, available: float, verdict: Verdict) -> None:
    found = fit(5 * GB, QWEN_8B, 4096, _machine(memory, available))
    assert found.verdict is verdict
    assert found.needed == found.weights + found.cache + found.buffers
    assert (found.lacking > 0) is (verdict is Verdict.NOT)


@pytest.mark.parametrize(
    ("graphics", "layers", "share", "verdict"),
    [
        (0, -1, 0.0, Verdict.NOT),
        (24, -1, 1.0, Verdict.WELL),
        (24, 0, 0.0, Verdict.NOT),  # the person wants the processor alone
        (24, 18, 18 / 37, Verdict.WELL),
        (
            3,
            -1,
            2.4 / 5.604,
            Verdict.WELL,
        ),  # the weights beside it stay in memory, with their part of the cache
        (0.5, -1, 0.0, Verdict.NOT),
    ],
)
def test_what_a_graphics_card_takes_is_not_needed_of_the_memory(
    graphics: float, layers: int, share: float, verdict: Verdict
) -> None:
    machine = replace(_machine(6, 5.5), graphics=int(graphics * GB))
    found = fit(5 * GB, QWEN_8B, 4096, machine, gpu_layers=layers)
    assert found.share == pytest.approx(share, abs=0.002)
    assert found.verdict is verdict
    assert found.on_card <= max(0, machine.graphics - SPARE_GRAPHICS)
    assert found.free_after == machine.available - found.needed + found.on_card


def test_the_speed_is_scaled_from_the_measured_model_nearest_in_size() -> None:
    measured = [(0.1e9, 100.0), (5e9, 6.0)]
    assert expected_speed(2.5e9, measured) == pytest.approx(12.0)
    assert expected_speed(0.2e9, measured) == pytest.approx(50.0)
    assert expected_speed(1e9, []) == 0.0


def test_the_catalogue_is_whole_open_and_spans_the_sizes() -> None:
    entries = read_catalogue(program_folder() / "resources" / "models.json")
    assert len({one.id for one in entries}) == len({(one.repo, one.file) for one in entries}) == len(entries)
    assert {one.licence for one in entries} <= {"Apache 2.0", "MIT", "BSD 3-Clause"}
    chat = [one.parameters for one in entries if one.purpose is Purpose.CHAT]
    assert min(chat) < 5e8
    assert max(chat) > 30e9
    assert {one.purpose for one in entries} == set(Purpose) - {Purpose.ADAPTER}
    for one in entries:
        is_file = one.format is ModelFormat.GGUF
        assert is_file is one.file.endswith(".gguf"), one.id
        assert (one.purpose is Purpose.VISION) is bool(one.projector)
        assert (one.shape.layers > 0) is is_file
        assert one.about.endswith(".")


@pytest.fixture
def services(home: Path) -> Services:
    return make_services(home)


def _catalogue(services: Services, machine: Machine) -> ModelCatalogue:
    return replace(services.model_catalogue, measured_machine=lambda: machine)


@pytest.mark.parametrize(("memory", "largest"), [(4, 2e9), (8, 6e9), (16, 11e9), (32, 26e9), (64, 40e9)])
def test_one_of_each_kind_is_recommended_and_it_fits_well(
    services: Services, memory: float, largest: float
) -> None:
    catalogue = _catalogue(services, _machine(memory))
    for purpose in (Purpose.CHAT, Purpose.VISION, Purpose.EMBEDDING, Purpose.RERANKING):
        marked = [offer for offer in catalogue.offers(purpose) if offer.recommended]
        assert len(marked) == 1
        assert marked[0].fit.verdict is Verdict.WELL
        assert marked[0] == catalogue.offers(purpose)[0] == catalogue.best(purpose)
    best = catalogue.best(Purpose.CHAT)
    assert best is not None
    assert best.entry.size_bytes < largest


def test_bigger_computers_get_better_models(services: Services) -> None:
    offers = [_catalogue(services, _machine(memory)).best(Purpose.CHAT) for memory in (2, 4, 8, 16, 32)]
    qualities = [offer.entry.quality for offer in offers if offer]
    assert qualities == sorted(qualities)
    assert len(set(qualities)) == 5


def test_a_slow_computer_is_recommended_a_model_that_it_can_write_with(services: Services) -> None:
    starter = services.models.current()
    if not Path(starter.path).exists():
        pytest.skip("the starter model is not there")
    from desktop.store.models import ModelStore

    store = ModelStore(services._database)
    known = store.put(starter)
    store.set_speed(known.id, 50.0)
    best = _catalogue(services, _machine(64)).best(Purpose.CHAT)
    assert best is not None
    assert 5 <= best.tokens_per_second < 50
    assert best.entry.size_bytes < 2 * GB


def test_this_computer_has_memory_and_cores() -> None:
    machine = this_machine()
    assert machine.memory >= machine.available > 0
    assert machine.cores >= 1
