"""Settings: a broken file never stops the program, a wrong value costs itself alone, saving is all or nothing."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from pydantic import ValidationError

from desktop.core.errors import StorageError
from desktop.core.paths import Paths
from desktop.core.settings import Settings, load_settings, save_settings
from desktop.services.settings import SettingsService


@pytest.mark.parametrize(
    "content",
    [b"", b"{", b"[]", b"null", b"5", b'"x"', b"\xff\xfe\x00", b"[" * 100_000, b'{"theme": {}}', b"\0" * 100],
    ids=lambda content: repr(content[:8]),
)
def test_a_broken_file_gives_the_defaults(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "settings.json"
    path.write_bytes(content)
    assert load_settings(path) == Settings()


def test_a_missing_file_and_a_folder_give_the_defaults(tmp_path: Path) -> None:
    assert load_settings(tmp_path / "gone.json") == Settings()
    assert load_settings(tmp_path) == Settings()


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("theme", "pink"), ("text_size", 5), ("text_size", "large"), ("temperature", 99), ("top_p", 0),
        ("temperature", float("nan")), ("seed", -1), ("context_size", 1e300), ("answer_length", None),
    ],
)  # fmt: skip
def test_a_wrong_value_gets_its_default_and_the_others_stay(tmp_path: Path, name: str, value: object) -> None:
    path = tmp_path / "settings.json"
    path.write_text(json.dumps({"passages": 3, "of a later version": 1, name: value}))
    settings = load_settings(path)
    assert settings.passages == 3
    assert getattr(settings, name) == getattr(Settings(), name)


def test_what_is_saved_comes_back(tmp_path: Path) -> None:
    changed = Settings().changed(theme="dark", temperature=0.7, chat_model="/models/Ünïcode 😀.gguf")
    save_settings(tmp_path / "deep" / "settings.json", changed)
    assert load_settings(tmp_path / "deep" / "settings.json") == changed


def test_a_change_out_of_range_changes_nothing(tmp_path: Path) -> None:
    service = SettingsService(Paths(tmp_path, tmp_path))
    with pytest.raises(ValidationError):
        service.change(temperature=5)
    assert service.current == Settings()
    service.change(temperature=1.5)
    assert SettingsService(Paths(tmp_path, tmp_path)).current.temperature == 1.5


def test_what_cannot_be_saved_is_told_and_the_old_file_stays(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    service = SettingsService(Paths(tmp_path, tmp_path))
    service.change(passages=5)

    def full(*_: object, **__: object) -> int:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "write_text", full)
    with pytest.raises(StorageError, match="could not be saved"):
        service.change(passages=6)
    assert service.current.passages == 5
    assert load_settings(tmp_path / "settings.json").passages == 5


def test_a_setting_for_this_process_is_not_saved(tmp_path: Path) -> None:
    service = SettingsService(Paths(tmp_path, tmp_path))
    service.use(passages=7)
    assert service.current.passages == 7
    assert SettingsService(Paths(tmp_path, tmp_path)).current.passages == Settings().passages
