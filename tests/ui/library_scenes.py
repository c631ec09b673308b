"""What needs attention and the check-up of the library, for the pictures of `tests/screenshots.py`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtWidgets import QWidget

from desktop.core.documents import DocumentState
from desktop.core.errors import ReadError, StorageError
from desktop.ui.check_up_dialog import CheckUpDialog
from desktop.ui.password_dialog import PasswordDialog
from tests.ui import chat_scenes

Stage = Any
Scene = Callable[[Stage], QWidget | None]


def _fill(stage: Stage) -> str:
    """A collection in which most reasons are there, some for many files."""
    library = stage.services.library
    made = library.create_collection("Rental contracts")
    failed = DocumentState.FAILED
    for number in range(38):
        library.add(
            made.id,
            f"Bank statement 2024-{number + 1:02}.pdf",
            failed,
            reason_kind="encrypted",
            reason="Locked",
        )
    for number in (4, 9, 11, 12):
        library.add(made.id, f"Scan 2023-11-{number:02}.pdf", failed, reason_kind="no text")
    library.add(made.id, "Minutes of the board, 12 May.pdf", pages=8, passages=20, unread=3,
                reason="3 scanned pages were not read", language="en")  # fmt: skip
    library.add(made.id, "Survey of the roof, all photos and plans.pdf", failed, reason_kind="too slow")
    library.add(
        made.id, "Plan ground floor.pdf", failed, reason_kind="damaged", reason="The file ends too early"
    )
    library.add(made.id, "Old letters.pub", failed, reason_kind="unsupported",
                reason="Deskside cannot read Publisher files yet.")  # fmt: skip
    for number in range(180):
        library.add(made.id, f"Tenant file {number + 1:03}.pdf", pages=number % 9 + 1, passages=number % 40 + 4,
                    characters=9_000, language="de" if number % 6 == 0 else "en")  # fmt: skip
    return str(made.id)


def attention(stage: Stage) -> None:
    _fill(stage)
    stage.show_contracts()


def only(stage: Stage) -> None:
    attention(stage)
    stage.library.attention.look.emit("encrypted")


def ignored(stage: Stage) -> None:
    attention(stage)
    stage.library.attention.ignore.emit("encrypted")


def password(stage: Stage) -> QWidget:
    attention(stage)
    stage.library.attention.fix.emit("encrypted")
    dialog = stage.window.findChild(PasswordDialog)
    assert isinstance(dialog, PasswordDialog)
    return dialog


def password_busy(stage: Stage) -> QWidget:
    dialog = password(stage)
    stage.services.importing.hold.clear()
    dialog.findChild(QWidget, "password_field").setText("not this one")
    dialog.findChild(QWidget, "password_unlock").click()
    stage.settle(100)
    return dialog


def password_wrong(stage: Stage) -> QWidget:
    dialog = password(stage)
    dialog.findChild(QWidget, "password_field").setText("not this one")
    dialog.findChild(QWidget, "password_unlock").click()
    stage.settle(600)
    return dialog


def reading_scans(stage: Stage) -> None:
    attention(stage)
    stage.services.importing.hold.clear()
    stage.library.attention.fix.emit("no text")
    stage.settle(200)


def _varied(stage: Stage) -> str:
    """All that a check-up can find."""
    collection = _fill(stage)
    library = stage.services.library
    for number in range(6):
        library.add(collection, f"Copy {number}.pdf", DocumentState.SKIPPED, reason_kind="duplicate",
                    reason="The same as Tenant file 001.pdf")  # fmt: skip
    for number in range(3):
        library.add(collection, f"Insurance, all appendices {number}.pdf", pages=900, passages=4000,
                    characters=2_000_000, language="fr")  # fmt: skip
    for number in range(11):
        library.add(collection, f"Fax {number}.pdf", pages=2, passages=5, characters=900, scanned=2,
                    language="en")  # fmt: skip
    library.add(collection, "Blank.pdf", DocumentState.FAILED, reason_kind="empty")
    library.similar = [[row.id for row in library.rows.values() if row.name.startswith("Tenant file 00")]]
    return collection


def checked(stage: Stage) -> None:
    """An import has just ended."""
    collection = _varied(stage)
    stage.show_contracts()
    stage.library.check_up.look(collection)
    stage.settle(200)


def check_up(stage: Stage) -> QWidget:
    checked(stage)
    stage.library.check_up.open("k1")
    stage.settle(200)
    dialog = stage.window.findChild(CheckUpDialog)
    assert isinstance(dialog, CheckUpDialog)
    return dialog


def check_up_fine(stage: Stage) -> QWidget:
    library = stage.services.library
    made = library.create_collection("Board papers")
    for number in range(12):
        library.add(made.id, f"Minutes {number}.pdf", pages=4, passages=9, characters=8000, language="en")
    stage.window.show_page("library")
    stage.library.check_up.look(made.id)
    stage.library.check_up.open(made.id)
    stage.settle(200)
    dialog = stage.window.findChild(CheckUpDialog)
    assert isinstance(dialog, CheckUpDialog)
    return dialog


def check_up_failed(stage: Stage) -> QWidget:
    def fail(_: str) -> object:
        raise StorageError(
            "The disk did not accept or return your data.",
            "Check that it is connected and not full, then try again.",
        )

    _varied(stage)
    stage.show_contracts()
    stage.services.library.check_up = fail
    stage.library.check_up.open("k1")
    stage.settle(200)
    dialog = stage.window.findChild(CheckUpDialog)
    assert isinstance(dialog, CheckUpDialog)
    return dialog


def locked_page(stage: Stage) -> None:
    """A source of an answer whose file is locked since the program was started again."""

    def render(*_: object, **__: object) -> object:
        raise ReadError("Lease.pdf is locked with a password.", reason="encrypted")

    chat_scenes.source_open(stage)
    stage.services.pages.render = render
    page = stage.window.page("chat")
    page.panel.store._kept.clear()
    page.panel.open_source(0)
    page.panel.open_source(2)
    page.panel.cards[1].body._key = None
    page.panel.cards[1].body.load()
    stage.settle(500)


SCENES: dict[str, Scene] = {
    "library-attention": attention,
    "library-only": only,
    "library-ignored": ignored,
    "library-reading-scans": reading_scans,
    "library-password": password,
    "library-password-busy": password_busy,
    "library-password-wrong": password_wrong,
    "library-checked": checked,
    "library-check-up": check_up,
    "library-check-up-fine": check_up_fine,
    "library-check-up-failed": check_up_failed,
    "chat-locked-page": locked_page,
}
