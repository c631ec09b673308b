"""Files that are nearly the same: the notice, and the dialog in which one of them is kept."""

from __future__ import annotations

import pytest
from pytestqt.qtbot import QtBot

from desktop.ui.similar_files import SimilarDialog
from desktop.ui.tasks import TaskList
from desktop.ui.theme import Theme
from tests.ui.fakes import FakeServices
from tests.ui.test_folders import Shown


def test_one_of_several_is_kept_and_the_others_can_be_undone(
    services: FakeServices, theme: Theme, tasks: TaskList, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown = Shown(services, theme, tasks, qtbot)
    names = ("Lease.pdf", "Lease draft.pdf", "Lease copy.pdf", "Plan.pdf")
    ids = [services.library.add(shown.collection, name).id for name in names]
    banner = shown.page.similar
    banner.look(shown.collection)
    qtbot.wait(100)
    assert banner.isHidden()
    services.library.similar = [ids[:3]]
    banner.look(shown.collection)
    qtbot.waitUntil(lambda: not banner.isHidden(), timeout=3000)
    assert banner.title.text() == "3 files are nearly the same as others"

    def keep_second(dialog: SimilarDialog) -> int:
        dialog.choices[0][2][1].click()
        dialog.keep_button.click()
        return dialog.result()

    monkeypatch.setattr(SimilarDialog, "exec", keep_second)
    banner.button.click()
    assert banner.isHidden()
    assert [one.name for one in shown.page.model.documents(range(2))] == ["Lease draft.pdf", "Plan.pdf"]
    shown.messages[-1][2]()  # type: ignore[operator]
    qtbot.waitUntil(lambda: services.syncing.taken_out == [ids[0], ids[2]], timeout=3000)


def test_keeping_all_removes_nothing_and_a_dismissed_notice_stays_away(
    services: FakeServices, theme: Theme, tasks: TaskList, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown = Shown(services, theme, tasks, qtbot)
    ids = [services.library.add(shown.collection, f"{n}.pdf").id for n in range(2)]
    services.library.similar = [ids]
    banner = shown.page.similar
    banner.look(shown.collection)
    qtbot.waitUntil(lambda: not banner.isHidden(), timeout=3000)

    def keep_all(dialog: SimilarDialog) -> int:
        dialog.keep_button.click()
        return dialog.result()

    monkeypatch.setattr(SimilarDialog, "exec", keep_all)
    banner.button.click()
    assert shown.messages == []
    banner.close_button.click()
    banner.look(shown.collection)
    qtbot.wait(100)
    assert banner.isHidden()
