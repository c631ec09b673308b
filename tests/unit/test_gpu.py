"""How many layers of a model a graphics card computes, by its free memory."""

from __future__ import annotations

import pytest

from desktop.core.chat_requests import ALL_THAT_FIT
from desktop.core.fit import SPARE_GRAPHICS
from desktop.engines import gpu

GB = 10**9


@pytest.mark.parametrize(
    ("free", "wanted", "put_there"),
    [
        (0, ALL_THAT_FIT, 0),  # no card
        (0, 20, 0),
        (80 * GB, ALL_THAT_FIT, 37),  # all of 36, and the output
        (80 * GB, 20, 20),
        (80 * GB, 999, 37),
        (80 * GB, 0, 0),  # the person wants the processor
        (int(2.6 * GB), ALL_THAT_FIT, 14),  # two of five GB, beside what it computes in
        (SPARE_GRAPHICS, ALL_THAT_FIT, 0),
        (2 * GB, 30, 30),  # a number that was set is taken as it is: the driver may make room
    ],
)
def test_as_many_layers_as_fit_go_to_the_card_or_those_that_were_set(
    monkeypatch: pytest.MonkeyPatch, free: int, wanted: int, put_there: int
) -> None:
    monkeypatch.setattr(gpu, "free_bytes", lambda: free)
    assert gpu.layers_to_put_there(wanted, 36, 5 * GB) == put_there
