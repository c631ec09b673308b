"""A linked folder under real files, the system's own notices and the window's real services."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from desktop.core.documents import DocumentState
from desktop.services.watching import Pace, Watcher
from desktop.ui.folder_sync import FolderSync
from desktop.ui.imports import Imports
from desktop.ui.tasks import TaskList
from tests.support import make_services


def test_a_burst_of_saves_is_one_update_of_each_file(
    qapp: QApplication, qtbot: QtBot, home: Path, tmp_path: Path
) -> None:
    services = make_services(home)
    services.syncing.rest_seconds = 0.2
    pace = Pace(quiet=0.3, check=0.2)
    services.syncing.watcher = lambda told: Watcher(services.syncing.folders, told, pace)  # type: ignore[method-assign]
    collection = services.library.create_collection("Papers").id
    folder = tmp_path / "Papers"
    folder.mkdir()
    services.syncing.link(folder, collection)
    tasks = TaskList()
    sync = FolderSync(services, tasks, Imports(services, tasks))
    begun: list[object] = []
    tasks.added.connect(begun.append)

    def states() -> dict[str, DocumentState]:
        return {one.name: one.state for one in services.library.documents(collection)}

    try:
        sync.start()
        qtbot.wait(800)
        assert begun == []  # an empty folder is nothing to read
        for number in range(30):
            (folder / f"{number % 3}.txt").write_text(f"Text {number % 3}, version {number}.", "utf-8")
            qtbot.wait(5)
        ready = {f"{number}.txt": DocumentState.READY for number in range(3)}
        qtbot.waitUntil(lambda: states() == ready, timeout=10_000)
        qtbot.waitUntil(lambda: not tasks.running, timeout=5000)
        assert len(begun) == 1
        (folder / "0.txt").rename(folder / "A new name.txt")
        (folder / "1.txt").unlink()
        qtbot.waitUntil(lambda: set(states()) == {"A new name.txt", "2.txt"}, timeout=10_000)
        assert len(begun) == 1  # nothing was read again
    finally:
        sync.stop()
        assert tasks.wait_all()
        services.close()
