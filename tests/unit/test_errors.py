"""Errors cross the pipe of an engine process as they are, and speak in sentences."""

from __future__ import annotations

import pickle

import pytest

from desktop.core import errors
from desktop.core.errors import Cancelled, DesksideError, ReadError


def _kinds() -> list[type[DesksideError]]:
    found = [one for one in vars(errors).values() if isinstance(one, type)]
    return [one for one in found if issubclass(one, DesksideError)]


@pytest.mark.parametrize("kind", _kinds())
def test_every_error_is_the_same_at_the_other_end(kind: type[DesksideError]) -> None:
    there = pickle.loads(pickle.dumps(kind("It broke.", "Mend it.", "line 1")))
    assert type(there) is kind
    assert (there.what, there.todo, there.details) == ("It broke.", "Mend it.", "line 1")
    assert str(there) == "It broke. Mend it."
    assert str(kind("It broke.")) == "It broke."


def test_the_reason_of_a_read_error_is_kept() -> None:
    there = pickle.loads(pickle.dumps(ReadError("It is locked.", reason="encrypted")))
    assert there.reason == "encrypted"
    assert ReadError("It broke.").reason in errors.READ_REASONS


def test_cancelled_is_no_failure() -> None:
    assert isinstance(pickle.loads(pickle.dumps(Cancelled())), Cancelled)
    assert not issubclass(Cancelled, DesksideError)
