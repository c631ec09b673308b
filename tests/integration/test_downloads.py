"""Downloads with the real child, from a real hub server in a process of its own that misbehaves in every way."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from desktop.core.cancel import CancelToken
from desktop.core.downloads import Download, DownloadState, Wanted
from desktop.core.errors import Cancelled, ConnectionLost, DesksideError, DiskFull, ModelError
from desktop.core.events import Event, Progress
from desktop.core.model_events import ModelAdded
from desktop.core.models import Purpose
from desktop.engines.model_check import ModelCheck
from desktop.engines.process import EngineProcess
from desktop.services.all import Services
from tests import hub_server
from tests.model_files import RERANKER, chat_keys, chat_tensors, gguf_bytes, write_folder, write_split
from tests.support import InProcess, make_services, of_kind

TINY = Wanted("Tiny chat", "people/tiny", "tiny-Q8_0.gguf", licence="MIT")
SORTER = Wanted("Sorter", "people/sorter")


class Hub:
    """The server process and how it behaves."""

    def __init__(self, root: Path) -> None:
        command = [sys.executable, hub_server.__file__, str(root)]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        assert self.process.stdout is not None
        self.address = f"http://127.0.0.1:{int(self.process.stdout.readline())}"

    def behave(self, **how: int) -> None:
        self._get("/control?" + "&".join(f"{key}={value}" for key, value in how.items()))

    def log(self) -> list[dict[str, str]]:
        found: list[dict[str, str]] = json.loads(self._get("/log"))
        return found

    def _get(self, path: str) -> bytes:
        with urllib.request.urlopen(self.address + path, timeout=5) as answer:
            data: bytes = answer.read()
        return data

    def stop(self) -> None:
        self.process.kill()
        self.process.wait()
        assert self.process.stdout is not None
        self.process.stdout.close()


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("hub")
    (root / "people" / "tiny").mkdir(parents=True)
    (root / "people" / "tiny" / "tiny-Q8_0.gguf").write_bytes(gguf_bytes(chat_keys(), chat_tensors()))
    (root / "people" / "tiny" / "README.md").write_text("# Tiny")
    write_split(root / "people" / "tiny" / "big" / "tiny-Q8_0")
    sorter = write_folder(root / "people" / "sorter", RERANKER, special_tokens_map={})
    (sorter / "tokenizer.json").write_text(
        '{"version": "1.0", "model": {"type": "WordLevel", "vocab": {"a": 0}, "unk_token": "a"}}'
    )
    (sorter / "pytorch_model.bin").write_bytes(b"pickle")
    (sorter / "modeling_own.py").write_text("import os")
    (sorter / "onnx").mkdir()
    (sorter / "onnx" / "model.onnx").write_bytes(b"onnx")
    pickled = root / "people" / "pickled"
    pickled.mkdir()
    (pickled / "config.json").write_text("{}")
    (pickled / "pytorch_model.bin").write_bytes(b"pickle")
    return root


@pytest.fixture(scope="module")
def hub(files: Path) -> Iterator[Hub]:
    made = Hub(files)
    yield made
    made.stop()


@pytest.fixture(scope="module")
def engine() -> Iterator[EngineProcess]:
    made = EngineProcess("The download", "desktop.engines.download")
    yield made
    made.stop()


@pytest.fixture
def services(home: Path, hub: Hub, engine: EngineProcess) -> Services:
    """Not closed: that would end the child, which the tests of this module share."""
    hub.behave()
    return _services(home, hub, engine)


def _services(home: Path, hub: Hub, engine: EngineProcess) -> Services:
    made = make_services(home, checker=InProcess(ModelCheck()), downloads=engine)
    made.settings.change(hub=hub.address)
    made.downloading.wait_seconds = 0.05
    made.downloading.silence = 1.0
    return made


def _run(services: Services, wanted: Wanted = TINY) -> list[Event]:
    download = services.downloading.begin(wanted)
    return list(services.downloading.run(download.id, CancelToken()))


def _only(services: Services) -> tuple[Download, int]:
    (found,) = services.downloading.unfinished()
    return found


def _bytes(files: Path) -> bytes:
    return (files / "people" / "tiny" / "tiny-Q8_0.gguf").read_bytes()


def _left(services: Services) -> list[Path]:
    """What lies in the models folder and is not the folder of unfinished downloads."""
    return [path for path in services.paths.models.iterdir() if path.name != ".downloads"]


def test_a_model_is_looked_up_fetched_verified_tried_and_listed(
    services: Services, hub: Hub, files: Path
) -> None:
    events = _run(services)
    (added,) = of_kind(events, ModelAdded)
    spec = added.spec
    assert Path(spec.path).read_bytes() == _bytes(files)
    assert (spec.name, spec.source, spec.linked) == ("Tiny chat", "people/tiny", False)
    assert spec.tokens_per_second > 0
    words = [event.words for event in of_kind(events, Progress)]
    assert words[0] == "Asking the hub"
    assert "Checking that all arrived as it was sent" in words
    assert services.downloading.unfinished() == []
    assert not any((services.paths.models / ".downloads").iterdir())
    told = [(one.address, one.purpose) for one in services.endpoints.connections()]
    assert told == [
        (f"{hub.address}/cdn/people/tiny/tiny-Q8_0.gguf", "Downloaded tiny-Q8_0.gguf"),
        (
            f"{hub.address}/people/tiny/resolve/{hub_server.REVISION}/tiny-Q8_0.gguf",
            "Downloaded tiny-Q8_0.gguf",
        ),
        (f"{hub.address}/api/models/people/tiny", "Asked for the files of Tiny chat"),
    ]


def test_a_split_model_comes_whole_and_is_one(services: Services, files: Path) -> None:
    wanted = Wanted("Tiny in parts", "people/tiny", "big/tiny-Q8_0-00001-of-00003.gguf")
    events = _run(services, wanted)
    (added,) = of_kind(events, ModelAdded)
    parts = sorted((files / "people" / "tiny" / "big").iterdir())
    assert [path.name for path in sorted(_left(services))] == [part.name for part in parts]
    assert added.spec.size_bytes == sum(part.stat().st_size for part in parts)
    assert added.spec.tokens_per_second > 0
    services.models.remove(added.spec)
    assert _left(services) == []


def test_a_split_model_whose_hub_lacks_a_part_is_not_begun(services: Services, files: Path) -> None:
    last = files / "people" / "tiny" / "big" / "tiny-Q8_0-00003-of-00003.gguf"
    data = last.read_bytes()
    last.unlink()
    try:
        with pytest.raises(ModelError, match=r"people/tiny has no big/tiny-Q8_0-00003-of-00003.gguf"):
            _run(services, Wanted("Tiny in parts", "people/tiny", "big/tiny-Q8_0-00001-of-00003.gguf"))
    finally:
        last.write_bytes(data)
    assert _left(services) == []


def test_a_folder_comes_without_code_and_pickles_and_the_search_finds_it(services: Services) -> None:
    (added,) = of_kind(_run(services, SORTER), ModelAdded)
    assert added.spec.purpose is Purpose.RERANKING
    found = {path.name for path in Path(added.spec.path).rglob("*") if path.is_file()}
    assert found == {
        "config.json",
        "model.safetensors",
        "special_tokens_map.json",
        "tokenizer.json",
        "vocab.txt",
    }
    reranker = services.models.reranker()
    assert reranker is not None
    assert reranker.path == added.spec.path


def test_nothing_is_connected_to_before_the_person_asks(services: Services, hub: Hub) -> None:
    before = len(hub.log())
    services.model_catalogue.offers(Purpose.CHAT)
    services.downloading.begin(TINY)
    assert len(hub.log()) == before
    assert services.endpoints.connections() == ()


def test_a_connection_that_breaks_again_and_again_is_resumed_where_it_broke(
    services: Services, hub: Hub, files: Path
) -> None:
    hub.behave(**{"break": 100_000})
    begin = len(hub.log())
    (added,) = of_kind(_run(services), ModelAdded)
    assert Path(added.spec.path).read_bytes() == _bytes(files)
    ranges = [one["range"] for one in hub.log()[begin:] if one["path"].startswith("/cdn/")]
    starts = [int(one.removeprefix("bytes=").rstrip("-") or 0) for one in ranges]
    assert starts == sorted(set(starts))
    assert len(starts) == -(-len(_bytes(files)) // 100_000)


def test_a_server_that_ignores_ranges_starts_again_and_nothing_is_doubled(
    services: Services, hub: Hub, files: Path
) -> None:
    hub.behave(**{"break": 100_000, "slow": 60})
    download = services.downloading.begin(TINY)
    _stop_after(services, download, 90_000)
    hub.behave(norange=1)
    (added,) = of_kind(list(services.downloading.run(download.id, CancelToken())), ModelAdded)
    assert Path(added.spec.path).read_bytes() == _bytes(files)


def _stop_when(services: Services, download: Download, stop: Callable[[Progress], bool]) -> None:
    """Run a download until a progress is met, then cancel it."""
    cancel = CancelToken()

    def run() -> None:
        for event in services.downloading.run(download.id, cancel):
            if isinstance(event, Progress) and stop(event):
                cancel.cancel()

    with pytest.raises(Cancelled):
        run()


def _stop_after(services: Services, download: Download, count: int) -> None:
    _stop_when(services, download, lambda progress: progress.done >= count)


def test_a_stopped_download_goes_on_after_a_restart(
    services: Services, hub: Hub, home: Path, engine: EngineProcess, files: Path
) -> None:
    hub.behave(**{"break": 150_000, "slow": 60})
    download = services.downloading.begin(TINY)
    _stop_after(services, download, 120_000)
    again = _services(home, hub, engine)
    known, have = _only(again)
    assert (known.id, known.state) == (download.id, DownloadState.STOPPED)
    assert have >= 120_000
    hub.behave()
    begin = len(hub.log())
    (added,) = of_kind(list(again.downloading.run(known.id, CancelToken())), ModelAdded)
    assert Path(added.spec.path).read_bytes() == _bytes(files)
    asked = [one["range"] for one in hub.log()[begin:] if one["path"].startswith("/cdn/")]
    assert asked == [f"bytes={have}-"]


def test_a_stalled_server_is_given_up_and_asked_again_and_then_told(services: Services, hub: Hub) -> None:
    hub.behave(stall=70_000)
    begin = time.monotonic()
    services.downloading.silence = 0.3
    download = services.downloading.begin(TINY)
    _stop_when(services, download, lambda progress: "Trying again" in progress.words)
    assert time.monotonic() - begin < 10
    assert _only(services)[1] >= 65_536


def test_a_hub_that_stays_away_is_told_and_what_came_is_kept(services: Services, hub: Hub) -> None:
    hub.behave(**{"break": 100_000, "slow": 60})
    download = services.downloading.begin(TINY)
    _stop_after(services, download, 90_000)
    hub.behave(fail=99)
    with pytest.raises(ConnectionLost, match=r"does not serve it now") as caught:
        list(services.downloading.run(download.id, CancelToken()))
    assert "What has come is kept" in caught.value.todo
    known, have = _only(services)
    assert (known.state, have >= 90_000) == (DownloadState.FAILED, True)
    assert "does not serve" in known.reason
    assert _left(services) == []


@pytest.mark.parametrize(
    ("status", "words", "tries"),
    [
        (401, "does not give tiny-Q8_0.gguf to everybody", 1),
        (403, "does not give tiny-Q8_0.gguf to everybody", 1),
        (404, "has no tiny-Q8_0.gguf any more", 1),
        (429, "asked too often", 5),
        (500, "does not serve it now", 5),
    ],
)
def test_what_a_server_answers_instead_of_a_file_is_told_and_tried_again_only_where_that_may_help(
    services: Services, hub: Hub, status: int, words: str, tries: int
) -> None:
    services.downloading.wait_seconds = 0.001
    hub.behave(status=status)
    before = len(hub.log())
    with pytest.raises((ModelError, ConnectionLost), match=words):
        _run(services)
    assert sum(one["path"].startswith("/cdn/") for one in hub.log()[before:]) == tries
    assert _left(services) == []
    assert words in _only(services)[0].reason


@pytest.mark.parametrize(
    ("status", "words"),
    [
        (401, "does not give people/tiny to everybody"),
        (403, "does not give people/tiny to everybody"),
        (429, "asked too often"),
        (500, "does not serve it now"),
        (503, "does not serve it now"),
    ],
)
def test_a_hub_that_refuses_to_look_a_model_up_is_told_in_one_sentence(
    services: Services, hub: Hub, status: int, words: str
) -> None:
    services.downloading.wait_seconds = 0.001
    hub.behave(lookup=status)
    with pytest.raises((ModelError, ConnectionLost)) as caught:
        _run(services)
    assert words in caught.value.what
    assert "\n" not in caught.value.what
    assert _left(services) == []


def test_a_mirror_may_have_a_path(services: Services, hub: Hub, files: Path) -> None:
    services.settings.change(hub=f"{hub.address}/mirror/of/a/hub/")
    (added,) = of_kind(_run(services), ModelAdded)
    assert Path(added.spec.path).read_bytes() == _bytes(files)
    asked = [one.address for one in services.endpoints.connections()]
    assert f"{hub.address}/mirror/of/a/hub/api/models/people/tiny" in asked


def test_a_short_failure_is_ridden_out(services: Services, hub: Hub) -> None:
    download = services.downloading.begin(TINY)
    hub.behave(**{"break": 100_000, "slow": 60})
    _stop_after(services, download, 90_000)
    hub.behave(fail=3)
    assert of_kind(list(services.downloading.run(download.id, CancelToken())), ModelAdded)


@pytest.mark.parametrize(
    ("how", "words"),
    [
        ({"wrong": 1}, "did not arrive as the hub has it"),
        ({"length": 5000}, "bytes of tiny-Q8_0.gguf, and the hub says"),
        ({"length": -5000}, "bytes of tiny-Q8_0.gguf, and the hub says"),
        ({"listed": 5000}, "bytes of tiny-Q8_0.gguf, and the hub says"),
        ({"more": 100_000}, "sends more of tiny-Q8_0.gguf than there is"),
        ({"etag": 1}, "another file than the hub said"),
        ({"away": 1}, "not safe"),
        ({"gone": 1}, "any more"),
        ({"gated": 1}, "account at the hub"),
    ],
)
def test_lies_and_refusals_are_told_in_one_sentence_and_nothing_gets_a_final_name(
    services: Services, hub: Hub, how: dict[str, int], words: str
) -> None:
    hub.behave(**how)
    with pytest.raises(ModelError) as caught:
        _run(services)
    assert words in caught.value.what
    assert _left(services) == []
    assert [one for one in services.models.installed() if not one.starter] == []
    assert _only(services)[0].state is DownloadState.FAILED


@pytest.mark.parametrize(
    ("wanted", "words"),
    [
        (Wanted("None", "people/nothing", "x.gguf"), "The hub has no people/nothing"),
        (Wanted("Other", "people/tiny", "other.gguf"), "people/tiny has no other.gguf"),
        (Wanted("Pickled", "people/pickled"), "no weights in a safe form"),
    ],
)
def test_what_the_hub_does_not_have_is_told(services: Services, wanted: Wanted, words: str) -> None:
    with pytest.raises(ModelError) as caught:
        _run(services, wanted)
    assert words in caught.value.what


def test_wrong_bytes_are_fetched_anew(services: Services, hub: Hub, files: Path) -> None:
    hub.behave(wrong=1)
    download = services.downloading.begin(TINY)
    with pytest.raises(ModelError):
        list(services.downloading.run(download.id, CancelToken()))
    assert _only(services)[1] == 0
    hub.behave()
    (added,) = of_kind(list(services.downloading.run(download.id, CancelToken())), ModelAdded)
    assert Path(added.spec.path).read_bytes() == _bytes(files)


def test_a_disk_without_room_is_told_before_a_byte_is_fetched(
    services: Services, hub: Hub, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("desktop.services.downloading.KEEP_FREE", 10**18)
    begin = len(hub.log())
    with pytest.raises(DiskFull, match=r"Tiny chat needs .* GB more"):
        _run(services)
    assert not any("resolve" in one["path"] for one in hub.log()[begin:])


def test_a_pause_holds_the_download_and_it_goes_on_where_it_was(
    services: Services, hub: Hub, files: Path
) -> None:
    hub.behave(slow=100)
    download, pause, seen = services.downloading.begin(TINY), threading.Event(), []
    begin = len(hub.log())
    for event in services.downloading.run(download.id, CancelToken(), pause):
        seen.append(event)
        if isinstance(event, Progress) and event.done > 0 and not pause.is_set() and len(seen) < 6:
            pause.set()
            threading.Timer(0.4, pause.clear).start()
            hub.behave()
    (added,) = of_kind(seen, ModelAdded)
    assert Path(added.spec.path).read_bytes() == _bytes(files)
    ranges = [one["range"] for one in hub.log()[begin:] if one["path"].startswith("/cdn/")]
    assert len(ranges) == 2
    assert ranges[1].startswith("bytes=")


def test_a_killed_child_keeps_what_came(services: Services, hub: Hub, engine: EngineProcess) -> None:
    hub.behave(slow=100)
    download = services.downloading.begin(TINY)

    def kill_when_it_comes() -> None:
        for event in services.downloading.run(download.id, CancelToken()):
            if isinstance(event, Progress) and event.done > 0:
                os.kill(engine.pid or 0, signal.SIGKILL)

    with pytest.raises(DesksideError):
        kill_when_it_comes()
    assert _only(services)[1] > 0
    hub.behave()
    assert of_kind(list(services.downloading.run(download.id, CancelToken())), ModelAdded)


def test_a_discarded_download_leaves_nothing(services: Services, hub: Hub) -> None:
    hub.behave(**{"break": 100_000, "slow": 60})
    download = services.downloading.begin(TINY)
    _stop_after(services, download, 90_000)
    services.downloading.discard(download.id)
    assert services.downloading.unfinished() == []
    assert not (services.paths.models / ".downloads" / download.id).exists()


def test_a_model_that_does_not_work_is_deleted_again(services: Services, hub: Hub, files: Path) -> None:
    bad = files / "people" / "bad"
    bad.mkdir(exist_ok=True)
    (bad / "bad.gguf").write_bytes(gguf_bytes(chat_keys(""), chat_tensors()))
    with pytest.raises(ModelError, match="no chat template"):
        _run(services, Wanted("Bad", "people/bad", "bad.gguf"))
    assert _left(services) == []


def test_a_trial_that_was_cancelled_goes_on_without_a_byte_fetched_again(
    services: Services, hub: Hub
) -> None:
    download = services.downloading.begin(TINY)
    _stop_when(services, download, lambda progress: "tells" in progress.words)
    known, have = _only(services)
    assert known.plan is not None
    assert have == known.plan.size
    begin = len(hub.log())
    assert of_kind(list(services.downloading.run(download.id, CancelToken())), ModelAdded)
    assert len(hub.log()) == begin
    assert services.downloading.unfinished() == []
