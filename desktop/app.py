"""The front door with a window: builds everything once, passes it down, and ends it in order."""

from __future__ import annotations

import gc
import sys
from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QMessageBox

from desktop.core.errors import DesksideError
from desktop.core.paths import Paths
from desktop.ui.main_window import MainWindow
from desktop.ui.single import SingleInstance
from desktop.ui.theme import Theme

_IDLE_MS = 300


def main(arguments: Sequence[str] | None = None) -> int:
    """Open the window with the files of `arguments`; a second start brings the first to the front. Exit code."""
    # What is made until the first picture stays: looking through it again and again would be a tenth of the start.
    gc.disable()
    names = list(sys.argv[1:] if arguments is None else arguments)
    files = [Path(name).absolute() for name in names if not name.startswith("-")]
    app = QApplication.instance() or QApplication(sys.argv[:1])
    assert isinstance(app, QApplication)
    app.setApplicationName("Deskside")
    app.setDesktopFileName("deskside")
    paths = Paths.default()
    try:
        paths.make()
        single = SingleInstance(paths.home, paths.lock, app)
        first = single.claim()
    except OSError as error:
        return _say(app, "Deskside cannot write to its folder.", f"{paths.home}: {error.strerror}")
    if not first:
        if single.hand_over(files):
            return 0
        return _say(app, "Deskside is already running, but does not answer.", "End it, then start it again.")
    try:
        return _run(app, paths, single, files)
    except DesksideError as error:
        return _say(app, error.what, error.todo)
    finally:
        single.release()


def _run(app: QApplication, paths: Paths, single: SingleInstance, files: list[Path]) -> int:
    from desktop.services.all import Services

    services = Services(paths)
    try:
        services.conversations.tidy()
        settings = services.settings.current
        theme = Theme(app, paths.resources / "fonts")
        theme.set_up(settings.theme, settings.text_size)
        window = MainWindow(services, theme)
        window.setWindowIcon(theme.icon("chat-circle-text-fill", "accent"))
        window.presenter.catch_all()
        single.asked.connect(lambda more: _asked(window, more))
        window.show()
        # What the first picture does not need comes after it.
        QTimer.singleShot(_IDLE_MS, window, lambda: _settle(window, single, files))
        return app.exec()
    finally:
        services.close()


def _settle(window: MainWindow, single: SingleInstance, files: list[Path]) -> None:
    gc.enable()
    single.listen()
    window.resume_imports()
    window.tidy()
    window.folder_sync.start()
    if files:
        window.import_paths(files)


def _asked(window: MainWindow, files: list[Path]) -> None:
    window.bring_to_front()
    if files:
        window.import_paths(files)


def _say(app: QApplication, what: str, todo: str) -> int:
    """Say why there is no window, on the terminal and in a box; exit code 1."""
    sys.stderr.write(f"{what} {todo}\n")
    if app.platformName() not in ("offscreen", "minimal"):
        QMessageBox.warning(None, "Deskside", f"{what}\n\n{todo}")
    return 1


if __name__ == "__main__":
    sys.exit(main())
