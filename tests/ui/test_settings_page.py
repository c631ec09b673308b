"""The settings page: words stand for numbers, each change is saved at once, and all can be taken back."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QApplication, QLineEdit, QWidget
from pytestqt.qtbot import QtBot

from desktop.core.errors import StorageError
from desktop.core.settings import Settings
from desktop.ui.settings_fields import ADVANCED, AddressField, NumberField, limits
from desktop.ui.settings_page import SettingsPage
from desktop.ui.tasks import TaskList
from desktop.ui.theme import Theme
from tests.ui.fakes import FakeServices


@pytest.fixture
def page(services: FakeServices, theme: Theme, tasks: TaskList, qtbot: QtBot) -> SettingsPage:
    made = SettingsPage(services, theme, tasks)  # type: ignore[arg-type]
    qtbot.addWidget(made)
    made.resize(1196, 800)
    made.show()
    return made


def _press(page: SettingsPage, qtbot: QtBot, name: str) -> None:
    button = page.findChild(QWidget, name)
    assert button is not None, name
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)


@pytest.mark.parametrize(
    ("button", "setting", "value"),
    [
        ("settings_length_short", "answer_length", 150),
        ("settings_length_long", "answer_length", 800),
        ("settings_temperature_free", "temperature", 1.1),
        ("settings_temperature_balanced", "temperature", 0.7),
        ("settings_text_size_120", "text_size", 120),
        ("settings_scans_no", "read_scans", False),
    ],
)
def test_a_word_is_saved_as_its_number(
    page: SettingsPage, services: FakeServices, qtbot: QtBot, button: str, setting: str, value: float
) -> None:
    _press(page, qtbot, button)
    assert getattr(services.settings.current, setting) == value


def test_the_theme_changes_at_once(
    page: SettingsPage, services: FakeServices, theme: Theme, qtbot: QtBot
) -> None:
    _press(page, qtbot, "settings_theme_dark")
    assert services.settings.current.theme == "dark"
    assert theme.dark


def test_a_number_behind_advanced_changes_the_word_in_front(
    page: SettingsPage, services: FakeServices, qtbot: QtBot
) -> None:
    assert page.advanced.isHidden()
    _press(page, qtbot, "settings_advanced")
    assert not page.advanced.isHidden()
    field = page.fields["temperature"]
    assert isinstance(field, NumberField)
    field.box.setValue(0.7)
    assert services.settings.current.temperature == 0.7
    balanced = page.findChild(QWidget, "settings_temperature_balanced")
    assert balanced.isChecked()  # type: ignore[attr-defined]
    field.box.setValue(0.33)
    assert services.settings.current.temperature == 0.33
    assert not balanced.isChecked()  # type: ignore[attr-defined]


def test_every_setting_is_on_the_page_with_its_sentence(page: SettingsPage) -> None:
    in_words = {"theme", "text_size", "answer_length", "temperature", "read_scans", "overflow"}
    told_by_use = {"last_chat_model", "model_settings", "reranker"}
    chosen = {"flash_attention", "cache_type"}
    assert set(ADVANCED) | in_words | told_by_use == set(Settings.model_fields)
    for name in ADVANCED:
        assert Settings.model_fields[name].description
    for name in set(ADVANCED) - chosen:
        assert (page.fields[name].focusProxy() or page.fields[name]).accessibleName()


def test_numbers_stay_within_the_limits_that_the_settings_declare(page: SettingsPage) -> None:
    for name, field in page.fields.items():
        if isinstance(field, NumberField):
            low, high = limits(name)
            assert low <= field.box.minimum()
            assert field.box.maximum() <= high
            Settings().changed(**{name: field.box.minimum()})
            Settings().changed(**{name: field.box.maximum()})


def test_a_number_field_has_room_for_its_number(page: SettingsPage, qtbot: QtBot) -> None:
    _press(page, qtbot, "settings_advanced")
    for field in page.fields.values():
        if isinstance(field, NumberField):
            editor = field.box.findChild(QLineEdit)
            assert editor is not None
            assert editor.fontMetrics().horizontalAdvance(editor.text()) < editor.width()
            assert field.height() == 36


def test_reset_is_undone(page: SettingsPage, services: FakeServices, qtbot: QtBot) -> None:
    page.change(temperature=1.1, answer_length=800)
    told: list[tuple[str, object]] = []
    page.message.connect(lambda words, undo, _commit: told.append((words, undo)))
    _press(page, qtbot, "settings_reset")
    assert services.settings.current == Settings()
    told[-1][1]()  # type: ignore[operator]
    assert (services.settings.current.temperature, services.settings.current.answer_length) == (1.1, 800)


def test_what_could_not_be_saved_is_said_and_not_shown_as_saved(
    page: SettingsPage, services: FakeServices, qtbot: QtBot
) -> None:
    services.settings.error = StorageError("Your settings could not be saved.")
    with qtbot.waitSignal(page.failed):
        _press(page, qtbot, "settings_length_long")
    normal = page.findChild(QWidget, "settings_length_normal")
    assert normal.isChecked()  # type: ignore[attr-defined]


def test_the_wheel_scrolls_the_page_and_never_a_number(
    page: SettingsPage, services: FakeServices, qtbot: QtBot
) -> None:
    _press(page, qtbot, "settings_advanced")
    field = page.fields["passages"]
    assert isinstance(field, NumberField)
    before = field.box.value()
    no = Qt.MouseButton.NoButton
    turn = QWheelEvent(
        QPointF(9, 9), QPointF(9, 9), QPoint(0, 0), QPoint(0, 120), no, Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    QApplication.sendEvent(field.box, turn)
    assert field.box.value() == before
    assert services.settings.current.passages == before


def test_the_folder_of_the_data_is_shown(page: SettingsPage, services: FakeServices) -> None:
    assert page.home_label.text() == str(services.paths.home)


def test_the_hub_is_an_address_or_nothing(page: SettingsPage, services: FakeServices) -> None:
    field = page.fields["hub"]
    assert isinstance(field, AddressField)
    for text, kept in (
        ("models.example.org/", "https://models.example.org"),
        ("ftp://models.example.org", "https://models.example.org"),
        ("http://models.example.org", "https://models.example.org"),
        ("http://127.0.0.1:8080", "http://127.0.0.1:8080"),
        ("", ""),
    ):
        field.setText(text)
        field.editingFinished.emit()
        assert services.settings.current.hub == kept
