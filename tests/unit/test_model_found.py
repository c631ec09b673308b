"""Models of other programs: found in their folders, and used where they are."""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace
from pathlib import Path

import pytest

from desktop.core.cancel import CancelToken
from desktop.core.errors import ModelError
from desktop.core.events import Event
from desktop.core.model_events import ModelAdded
from desktop.engines.model_check import ModelCheck
from desktop.services import model_found
from desktop.services.all import Services
from desktop.services.model_found import FoundModel, usual_places
from tests.model_files import write_chat
from tests.support import InProcess, make_services, of_kind


@pytest.fixture
def services(home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Services:
    monkeypatch.setattr(model_found, "SMALLEST", 1000)
    made = make_services(home, checker=InProcess(ModelCheck()))
    mine = [place for place in usual_places(tmp_path, {}, "linux") if tmp_path in place[1].parents]
    made.elsewhere = replace(made.elsewhere, places=tuple(mine))
    return made


def _find(services: Services) -> list[FoundModel]:
    (event,) = services.elsewhere.find(CancelToken())
    return list(event.models)


def write_ollama(home: Path, name: str, tag: str, data: bytes, **more: object) -> Path:
    """A model as Ollama keeps it: a blob under its hash, and a manifest that names it."""
    number = hashlib.sha256(data).hexdigest()
    blob = home / ".ollama/models/blobs" / f"sha256-{number}"
    blob.parent.mkdir(parents=True, exist_ok=True)
    blob.write_bytes(data)
    manifest = home / ".ollama/models/manifests/registry.example/library" / name / tag
    manifest.parent.mkdir(parents=True, exist_ok=True)
    layer = {
        "mediaType": "application/vnd.ollama.image.model",
        "digest": f"sha256:{number}",
        "size": len(data),
    }
    manifest.write_text(json.dumps({"schemaVersion": 2, "layers": [{**layer, **more}]}))
    return blob


def test_models_of_all_programs_are_found_with_their_names(services: Services, tmp_path: Path) -> None:
    data = write_chat(tmp_path / "x.gguf").read_bytes()
    blob = write_ollama(tmp_path, "tiny", "latest", data)
    write_ollama(tmp_path, "tiny", "8b", data + b"\0")
    lm = write_chat(tmp_path / ".lmstudio/models/people/Tiny-GGUF/Tiny-Q8_0.gguf")
    picture = write_chat(lm.parent / "mmproj-Tiny.gguf")
    write_chat(tmp_path / ".local/share/nomic.ai/GPT4All/four.gguf")
    write_chat(tmp_path / ".local/share/Jan/data/llamacpp/models/people/jan-tiny/model.gguf")
    (lm.parent / "notes.txt").write_text("no model")
    (lm.parent / "vocab.gguf").write_bytes(b"GGUF")
    found = _find(services)
    assert [(one.program, one.name) for one in found] == [
        ("GPT4All", "four"),
        ("Jan", "jan-tiny"),
        ("LM Studio", "Tiny-Q8_0"),
        ("Ollama", "tiny"),
        ("Ollama", "tiny 8b"),
    ]
    assert found[2].projector == picture
    assert (found[3].path, found[3].size_bytes) == (blob, len(data))


def test_a_found_model_is_used_in_place_and_not_offered_again(services: Services, tmp_path: Path) -> None:
    blob = write_ollama(tmp_path, "tiny", "latest", write_chat(tmp_path / "x.gguf").read_bytes())
    (found,) = _find(services)
    events: list[Event] = list(services.elsewhere.bring(found, CancelToken()))
    (added,) = of_kind(events, ModelAdded)
    spec = added.spec
    assert (spec.name, spec.path, spec.source, spec.linked) == ("tiny", str(blob), "Ollama", True)
    assert spec in services.models.chat_models()
    assert _find(services) == []
    services.models.remove(spec)
    assert blob.exists()
    assert len(_find(services)) == 1


@pytest.mark.parametrize(
    "digest", ["sha256:../../../../etc/passwd", "sha256:" + "G" * 64, "md5:" + "0" * 64, "", 7, None]
)
def test_a_manifest_cannot_lead_out_of_its_folder(services: Services, tmp_path: Path, digest: object) -> None:
    write_ollama(tmp_path, "tiny", "latest", write_chat(tmp_path / "x.gguf").read_bytes(), digest=digest)
    assert _find(services) == []


@pytest.mark.parametrize("text", ["", "[", "[]", "{}", '{"layers": 3}', '{"layers": [3]}', "[" * 100_000])
def test_a_broken_manifest_is_passed_over(services: Services, tmp_path: Path, text: str) -> None:
    write_ollama(tmp_path, "tiny", "latest", write_chat(tmp_path / "x.gguf").read_bytes())
    manifest = next(path for path in (tmp_path / ".ollama/models/manifests").rglob("latest"))
    manifest.write_text(text)
    assert _find(services) == []


def test_links_in_circles_and_missing_folders_do_no_harm(services: Services, tmp_path: Path) -> None:
    assert _find(services) == []
    folder = tmp_path / ".lmstudio/models/a"
    folder.mkdir(parents=True)
    (folder / "round").symlink_to(folder, target_is_directory=True)
    write_chat(folder / "one.gguf")
    assert [one.name for one in _find(services)] == ["one"]


def test_each_system_has_its_places(tmp_path: Path) -> None:
    windows = dict(usual_places(tmp_path, {"LOCALAPPDATA": "L", "APPDATA": "R"}, "win32"))
    assert windows["GPT4All"] == Path("L/nomic.ai/GPT4All")
    mac = usual_places(tmp_path, {}, "darwin")
    assert ("Jan", tmp_path / "Library/Application Support/Jan/data/llamacpp/models") in mac
    moved = usual_places(tmp_path, {"OLLAMA_MODELS": "/elsewhere"}, "linux")
    assert moved[0] == ("Ollama", Path("/elsewhere"))


def test_a_broken_model_of_another_program_is_told_by_its_name(services: Services, tmp_path: Path) -> None:
    write_ollama(tmp_path, "tiny", "latest", b"GGUF" + bytes(5000))
    (found,) = _find(services)
    with pytest.raises(ModelError, match=r"^tiny cannot be used: "):
        list(services.elsewhere.bring(found, CancelToken()))
