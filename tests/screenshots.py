"""Renders every page in its states, light and dark, in two sizes: `python -m tests.screenshots OUT [words in names]`.

Nothing is loaded: the services are the window tests' own, filled with believable content.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ["DESKSIDE_NO_MOTION"] = "1"

from PySide6.QtCore import QEventLoop, QTimer
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QApplication, QWidget

from desktop.core.documents import DocumentState, TableColumns
from desktop.core.errors import EngineCrashed, InternalError
from desktop.core.events import FileChanged, Progress
from desktop.core.folders import FolderState
from desktop.ui.folder_dialog import FolderDialog
from desktop.ui.library_page import LibraryPage
from desktop.ui.main_window import MainWindow
from desktop.ui.similar_files import SimilarDialog
from desktop.ui.theme import Theme
from tests.ui.fakes import FakeServices

SIZES = ((1280, 800), (1024, 640))
_FONTS = Path(__file__).resolve().parents[1] / "resources" / "fonts"
_NAMES = (
    ("Addendum 2 Harbour Street.pdf", 3, 11),
    ("Lease Harbour Street 12.pdf", 14, 62),
    ("Service charges 2024, all buildings.csv", 48, 480),
    ("Re Harbour Street, notice.html", 1, 3),
    ("Lift maintenance contract.docx", 12, 40),
    ("House rules, English.md", 2, 9),
    ("Plan ground floor.pdf", 1, 2),
    ("Cleaning offer Brandt.pdf", 4, 17),
    ("Deposit Meyer.pdf", 2, 7),
    ("Minutes of the board, 12 May.docx", 6, 22),
    ("Insurance of the building 2023 to 2028, with all appendices.pdf", 96, 410),
    ("Key list.txt", 1, 2),
    ("Handover protocol flat 4.pdf", 5, 19),
    ("Scan 2023-11-04.pdf", 2, 6),
    ("Scan 2023-11-09.pdf", 3, 8),
)


@dataclass
class Stage:
    """One window with its services; a scene brings it into a state."""

    app: QApplication
    theme: Theme
    services: FakeServices
    window: MainWindow

    def settle(self, milliseconds: int = 150) -> None:
        """Let the window do what it has waiting."""
        loop = QEventLoop()
        QTimer.singleShot(milliseconds, loop.quit)
        loop.exec()

    @property
    def library(self) -> LibraryPage:
        page = self.window.page("library")
        assert isinstance(page, LibraryPage)
        return page

    def show_contracts(self) -> None:
        """The library with the first collection of `fill_library`."""
        self.window.show_page("library")
        self.library.show_collection("k1")


Scene = Callable[[Stage], QWidget | None]


def fill_library(services: FakeServices, *, failed: bool = True) -> str:
    """Five collections; the first has the files of the target picture."""
    library = services.library
    first = library.create_collection("Rental contracts")
    for name, pages, passages in _NAMES:
        library.add(first.id, name, pages=pages, passages=passages, added=time.time() - 300)
    for number in range(197):
        library.add(
            first.id, f"Tenant file {number + 1:03}.pdf", pages=number % 9 + 1, passages=number % 40 + 4
        )
    for name, count in (
        ("Customer letters 2024 and 2025", 9840),
        ("Technical manuals", 64),
        ("Board papers", 118),
        ("Sample files", 9),
    ):
        made = library.create_collection(name)
        library.counted[made.id] = count
    if failed:
        _fail(services, "Plan ground floor.pdf", "damaged", "The file ends too early")
        _fail(services, "Deposit Meyer.pdf", "encrypted", "Password needed")
        for scan in ("Scan 2023-11-04.pdf", "Scan 2023-11-09.pdf"):
            _fail(services, scan, "no text", "No text on its pages")
    return first.id


def _fail(services: FakeServices, name: str, kind: str, reason: str) -> None:
    for row in list(services.library.rows.values()):
        if row.name == name:
            services.library.set(
                row.id, state=DocumentState.FAILED, reason=reason, reason_kind=kind, pages=0, passages=0
            )


# --- scenes


def library_nothing(stage: Stage) -> QWidget | None:
    stage.window.show_page("library")
    return None


def library_no_files(stage: Stage) -> QWidget | None:
    stage.services.library.create_collection("Rental contracts")
    stage.window.show_page("library")
    return None


def library_full(stage: Stage) -> QWidget | None:
    fill_library(stage.services, failed=False)
    stage.show_contracts()
    stage.library.table.selectRow(1)
    return None


def library_busy(stage: Stage) -> QWidget | None:
    """An import in the middle: its rows are in all states."""
    collection = fill_library(stage.services)
    rows = stage.services.library.rows
    changes = []
    for row in list(rows.values()):
        if row.name.startswith(("Service", "Lift")):
            at = 31 if row.name.startswith("Service") else 4
            changed = stage.services.library.set(row.id, state=DocumentState.READING, passages=0)
            changes.append(FileChanged(changed, at, row.pages))
        if row.name.startswith(("House", "Cleaning")):
            stage.services.library.set(row.id, state=DocumentState.WAITING, pages=0, passages=0, added=0.0)
    stage.services.importing.hold.clear()
    stage.show_contracts()
    entry = stage.window.imports.add([], collection, TableColumns())
    stage.settle(50)
    entry.progress = Progress(148, 212, "148 of 212 files", 360)
    stage.library.model.update_rows(changes)
    stage.window.imports.moved.emit(collection)
    stage.window.tasks.changed.emit()
    stage.library.table.selectRow(4)
    return None


def library_paused(stage: Stage) -> QWidget | None:
    library_busy(stage)
    stage.window.tasks.running[0].set_paused(True)
    return None


def library_interrupted(stage: Stage) -> QWidget | None:
    fill_library(stage.services, failed=False)
    for row in list(stage.services.library.rows.values())[20:84]:
        stage.services.library.set(row.id, state=DocumentState.WAITING, pages=0, passages=0)
    stage.show_contracts()
    return None


def library_folders(stage: Stage) -> QWidget | None:
    """Linked folders in three states, and files that are nearly the same."""
    collection = fill_library(stage.services, failed=False)
    syncing = stage.services.syncing
    for name in ("Contracts 2026", "Scanner inbox", "Drive of the caretaker"):
        syncing.link(Path("/home/you") / name, collection)
    syncing.set("f1", scanned_at=time.time())
    syncing.set("f2", state=FolderState.PAUSED)
    syncing.set("f3", state=FolderState.AWAY, scanned_at=time.time())
    stage.services.library.similar = [["d2", "d3", "d16"]]
    stage.show_contracts()
    return None


def library_link(stage: Stage) -> QWidget | None:
    library_folders(stage)
    dialog = FolderDialog(stage.theme, "/home/you/Contracts 2026", "Rental contracts", parent=stage.window)
    dialog.show()
    return dialog


def library_similar(stage: Stage) -> QWidget | None:
    library_folders(stage)
    stage.settle(100)
    dialog = SimilarDialog(stage.theme, stage.library.similar.groups, stage.window)
    dialog.show()
    return dialog


def library_nothing_found(stage: Stage) -> QWidget | None:
    library_full(stage)
    stage.library.find_field.setText("invoice")
    stage.settle(300)
    return None


def library_removed(stage: Stage) -> QWidget | None:
    library_full(stage)
    stage.library.remove_selected()
    return None


def library_failed_start(stage: Stage) -> QWidget | None:
    fill_library(stage.services)
    stage.show_contracts()
    stage.window.presenter.present(
        EngineCrashed("The reader stopped while it was working.", "What is ready stays ready. Try again.")
    )
    return None


def bug_dialog(stage: Stage) -> QWidget | None:
    stage.window.show_page("settings")
    stage.window.presenter.present(
        InternalError(
            "Deskside met something it did not expect.", "", "Traceback (most recent call last):\n  ..."
        )
    )
    return stage.window.presenter.dialog


def tasks_popover(stage: Stage) -> QWidget | None:
    library_busy(stage)
    stage.window.show_tasks()
    stage.settle(100)
    return stage.window.findChild(QWidget, "tasks_popover")


def placeholder(name: str) -> Scene:
    """One of the pages that come later."""

    def show(stage: Stage) -> QWidget | None:
        stage.window.show_page(name)
        return None

    return show


SCENES: dict[str, Scene] = {
    "library-nothing": library_nothing,
    "library-no-files": library_no_files,
    "library-full": library_full,
    "library-busy": library_busy,
    "library-paused": library_paused,
    "library-interrupted": library_interrupted,
    "library-folders": library_folders,
    "library-link": library_link,
    "library-similar": library_similar,
    "library-nothing-found": library_nothing_found,
    "library-removed": library_removed,
    "library-failed": library_failed_start,
    "bug-dialog": bug_dialog,
    "tasks": tasks_popover,
    **{name: placeholder(name) for name in ("topics", "images", "train")},
}


def all_scenes() -> dict[str, Scene]:
    """The scenes here, and those of the other modules."""
    from tests.ui.answer_scenes import SCENES as ANSWERS
    from tests.ui.chat_scenes import SCENES as CHAT
    from tests.ui.library_scenes import SCENES as LIBRARY
    from tests.ui.models_scenes import SCENES as MODELS
    from tests.ui.prompt_scenes import SCENES as PROMPTS
    from tests.ui.search_scenes import SCENES as SEARCH
    from tests.ui.settings_scenes import SCENES as SETTINGS

    return {**CHAT, **PROMPTS, **ANSWERS, **SCENES, **LIBRARY, **SEARCH, **MODELS, **SETTINGS}


def _first_page(name: str) -> str:
    return "settings" if name in SCENES or name.startswith("settings") else "chat"


def draw(app: QApplication, theme: Theme, name: str, size: tuple[int, int], file: Path) -> None:
    """Build a window, bring it into the scene's state and save its picture."""
    with TemporaryDirectory() as home:
        services = FakeServices(Path(home))
        window = MainWindow(services, theme, first_page=_first_page(name))  # type: ignore[arg-type]
        stage = Stage(app, theme, services, window)
        window.resize(*size)
        window.show()
        over = all_scenes()[name](stage)
        stage.settle()
        picture = window.grab()
        if over is not None:
            painter = QPainter(picture)
            painter.drawPixmap(over.mapToGlobal(over.rect().topLeft()) - window.pos(), over.grab())
            painter.end()
            over.close()
        picture.save(str(file))
        services.importing.hold.set()
        services.finding.hold.set()
        services.model_import.hold.set()
        services.downloading.hold.set()
        window.close()
        window.deleteLater()
        stage.settle(10)


def main(arguments: list[str]) -> int:
    """Draw all scenes whose names hold one of the further words."""
    out = Path(arguments[0] if arguments else "screenshots-out")
    wanted = arguments[1:]
    out.mkdir(parents=True, exist_ok=True)
    app = QApplication.instance() or QApplication([])
    assert isinstance(app, QApplication)
    theme = Theme(app, _FONTS)
    for text_size, modes in ((100, ("light", "dark")), (160, ("light",))):
        for mode in modes:
            theme.set_up(mode, text_size)
            for name in all_scenes():
                for size in SIZES:
                    big = f"-{text_size}" if text_size != 100 else ""
                    title = f"{name}-{mode}{big}-{size[0]}"
                    if wanted and not any(word in title for word in wanted):
                        continue
                    draw(app, theme, name, size, out / f"{title}.png")
                    sys.stderr.write(f"{title}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
