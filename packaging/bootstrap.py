"""Set Deskside up, start it, test it: `python packaging/bootstrap.py run`. Needs nothing but Python 3.11.

This file reads on any Python 3, so that an old one can be told apart; the rest is imported after that check.
"""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from failures import SetupFailed
    from place import Place

OLDEST = (3, 11)

USAGE = """usage: python packaging/bootstrap.py COMMAND [arguments]

  run           set up if needed, then open the window (without a display: a demonstration on the terminal)
  setup         set up only
  test          the tests; arguments go to pytest
  lint          style, types and import rules
  bench         the figures; arguments go to the benchmark
  screenshots   draw every page into a folder (screenshots-out, or the one named)
  pin           write the versions of the environment into packaging/constraints.txt
  missing-packages   Debian packages that this machine lacks, for a script that installs them
  clean         remove what the set-up made (.venv, .models, caches); nothing of yours
"""


def main(arguments: list[str]) -> int:
    """Carry out one command; 0 done, 1 a failure told in one sentence, 2 wrong usage."""
    if sys.version_info < OLDEST:
        return _use_newer_python(arguments)
    commands = {
        "run": run, "setup": setup, "test": test, "lint": lint, "bench": bench, "screenshots": screenshots,
        "pin": pin, "missing-packages": missing_packages, "clean": clean,
    }  # fmt: skip
    if not arguments or arguments[0] not in commands:
        print(USAGE, end="", file=sys.stderr if arguments[:1] != ["help"] else sys.stdout)
        return 0 if arguments[:1] in (["help"], ["--help"], ["-h"]) else 2
    from failures import SetupFailed, explain_error
    from place import Place

    try:
        return commands[arguments[0]](Place(Path(__file__).resolve().parents[1]), arguments[1:])
    except SetupFailed as failure:
        return _tell(failure)
    except OSError as error:
        return _tell(explain_error(error))
    except KeyboardInterrupt:
        print("\nStopped. The same command goes on from here.", file=sys.stderr)
        return 130


def _tell(failure: SetupFailed) -> int:
    sys.stdout.flush()
    for line in failure.tail.splitlines():
        print(f"    {line}", file=sys.stderr)
    print(f"{failure.sentence} {failure.advice}", file=sys.stderr)
    return 1


def _use_newer_python(arguments: list[str]) -> int:
    import subprocess

    for minor in (13, 12, 11, 14):
        found = shutil.which(f"python3.{minor}")
        if found:
            return subprocess.call([found, os.path.abspath(__file__), *arguments])
    version = ".".join(str(part) for part in sys.version_info[:3])
    print(
        f"This is Python {version}, and Deskside needs 3.11 or newer. Install it from your system's package "
        "manager or python.org, and run the same command again with it.",
        file=sys.stderr,
    )
    return 1


# ------------------------------------------------------------------------------------------------- commands


def setup(place: Place, arguments: list[str]) -> int:
    """Set up if needed, and check that Qt starts."""
    from machine import has_display

    _make_ready(place)
    _need_window(place, _with_screen(has_display(dict(os.environ))))
    print("Ready. Start it with `make run`, or `python packaging/bootstrap.py run`.")
    return 0


def run(place: Place, arguments: list[str]) -> int:
    """Open the window, or without a display do the same job on the terminal."""
    from machine import has_display

    _make_ready(place)
    if has_display(dict(os.environ)):
        _need_window(place, dict(os.environ))
        return _start(place, ["-m", "desktop", *arguments], dict(os.environ))
    print("There is no display here, so Deskside does its job on the terminal.")
    return _start(place, ["-m", "desktop.cli", *(arguments or ["demo"])], dict(os.environ))


def test(place: Place, arguments: list[str]) -> int:
    """The tests: unit and window ones on all cores at once, then, one after the other, those with the real models.

    Both parts run, whatever the first says; a part in which `-k` or `-m` leave nothing does not count.
    """
    _make_ready(place)
    environment = _with_screen(False)
    _need_window(place, environment)
    if any((place.root / argument.split("::")[0]).exists() for argument in arguments):
        return _start(place, ["-m", "pytest", *arguments], environment)
    at_once = ["-n", "logical", "--maxprocesses", "4", "--dist", "loadfile"]
    parts = [[*at_once, "tests/unit", "tests/ui"], ["tests/integration"]]
    ended = [_call(place, ["-m", "pytest", *part, *arguments], environment) for part in parts]
    nothing = 5  # pytest's code where no test was chosen
    if all(code == nothing for code in ended):
        return nothing
    return next((code for code in ended if code not in (0, nothing)), 0)


def bench(place: Place, arguments: list[str]) -> int:
    """The figures of the benchmark."""
    _make_ready(place)
    _need_window(place, _with_screen(False))
    return _start(place, ["-m", "tests.bench", *arguments], _with_screen(False))


def screenshots(place: Place, arguments: list[str]) -> int:
    """Every page in its states, drawn without a screen."""
    _make_ready(place)
    _need_window(place, _with_screen(False))
    return _start(
        place, ["-m", "tests.screenshots", *(arguments or ["screenshots-out"])], _with_screen(False)
    )


def lint(place: Place, arguments: list[str]) -> int:
    """Style, format, types and import rules; all of them run, whatever the first says."""
    import subprocess

    from commands import clean_environment

    _make_ready(place)
    checks = {
        "ruff check": ["-m", "ruff", "check", "."],
        "ruff format": ["-m", "ruff", "format", "--check", "."],
        "mypy": ["-m", "mypy", "desktop"],
        "import rules": ["-c", "from importlinter.cli import lint_imports_command as check; check()"],
    }
    failed = []
    for name, command in checks.items():
        print(f"== {name}", flush=True)
        command = [str(place.python), *command]
        if subprocess.call(command, cwd=place.root, env=clean_environment(dict(os.environ))) != 0:
            failed.append(name)
    if failed:
        print("Not in order: " + ", ".join(failed), file=sys.stderr)
    return 1 if failed else 0


def pin(place: Place, arguments: list[str]) -> int:
    """Write the environment's exact versions into the constraints file."""
    from constraints import write_constraints

    count = write_constraints(place.python, place.constraints)
    print(f"{count} versions written to {place.constraints.relative_to(place.root)}.")
    return 0


def missing_packages(place: Place, arguments: list[str]) -> int:
    """Print the Debian packages that this machine lacks, separated by spaces."""
    from machine import missing_debian_packages

    print(" ".join(missing_debian_packages()))
    return 0


def clean(place: Place, arguments: list[str]) -> int:
    """Remove what the set-up and the tools made in this checkout. Models elsewhere and documents stay."""
    names = [".venv", ".models", "build", "dist", ".pytest_cache", ".mypy_cache", ".ruff_cache"]
    names += [".import_linter_cache", ".grimp_cache", "screenshots-out", "bench-out"]
    targets = [place.root / name for name in names] + list(place.root.glob("*.egg-info"))
    for room in ("desktop", "tests", "packaging"):
        targets += list((place.root / room).rglob("__pycache__"))
    for target in targets:
        if target.is_symlink():
            target.unlink()
        elif target.is_dir():
            shutil.rmtree(target)
    print("Removed the environment, the starter models and all caches of this folder.")
    return 0


# -------------------------------------------------------------------------------------------------- helpers


def _make_ready(place: Place) -> None:
    if not place.is_ready():
        from setup_steps import Setup

        print(f"Setting Deskside up in {place.root} (once; details in .venv/setup.log).", flush=True)
        Setup(place).run()


def _need_window(place: Place, environment: dict[str, str]) -> None:
    """Make sure once for each kind of display that Qt starts there."""
    kind = _kind_of_display(environment)
    known = place.read_stamp().get("window", [])
    if kind not in known:
        from setup_steps import check_window

        check_window(place, environment)
        place.write_stamp(window=[*known, kind])


def _kind_of_display(environment: dict[str, str]) -> str:
    chosen = environment.get("QT_QPA_PLATFORM")
    if chosen:
        return chosen
    return "wayland" if environment.get("WAYLAND_DISPLAY") else "x11" if environment.get("DISPLAY") else "own"


def _with_screen(has_screen: bool) -> dict[str, str]:
    """The environment, drawing into memory where there is no screen or none is wanted."""
    environment = dict(os.environ)
    if not has_screen:
        environment.setdefault("QT_QPA_PLATFORM", "offscreen")
    return environment


def _start(place: Place, arguments: list[str], environment: dict[str, str]) -> int:
    """Become the program (on Windows: start it and wait), so that signals and exit codes are its own."""
    from commands import clean_environment

    if os.name == "nt":
        return _call(place, arguments, environment)
    sys.stdout.flush()
    os.chdir(place.root)
    command = [str(place.python), *arguments]
    os.execve(command[0], command, clean_environment(environment))


def _call(place: Place, arguments: list[str], environment: dict[str, str]) -> int:
    """Start the program and wait for its end."""
    import subprocess

    from commands import clean_environment

    sys.stdout.flush()
    command = [str(place.python), *arguments]
    return subprocess.call(command, cwd=place.root, env=clean_environment(environment))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
