"""The one style sheet, made from the tokens. Widgets choose their look by properties: kind, size, role, tone."""

from __future__ import annotations

from string import Template

from desktop.ui.tokens import OFF_ALPHA, TYPE, Tokens

_TEMPLATE = """
QWidget { color: $text; }
QMainWindow, QDialog { background: $surface; }
QLabel { background: transparent; }
QLabel[tone="text2"] { color: $text2; }
QLabel[tone="text3"] { color: $text3; }
QLabel[tone="accent"] { color: $accent; }
QLabel[tone="ok"] { color: $ok; }
QLabel[tone="warn"] { color: $warn; }
QLabel[tone="bad"] { color: $bad; }
QLabel[tone="toast_text"] { color: $toast_text; }

QFrame[kind="page"] { background: $surface; border: none; }
QFrame[kind="side"] { background: $canvas; border: none; border-right: 1px solid $line; }
QFrame[kind="panel"] { background: $canvas; border: none; border-left: 1px solid $line; }
QFrame[kind="header"] { background: $surface; border: none; border-bottom: 1px solid $line; }
QFrame[kind="card"] { background: $raised; border: 1px solid $line; border-radius: 10px; }
QFrame[kind="card"][open="true"] { border: 1px solid $accent; }
QFrame[kind="quiet-card"] { background: $canvas; border: 1px solid $line; border-radius: 10px; }
QFrame[kind="fill"] { background: $fill; border: none; border-radius: 10px; }
QFrame[kind="sunken"] { background: $sunken; border: none; border-radius: 6px; }
QFrame[kind="field"] { background: $raised; border: 1px solid $edge; border-radius: 8px; }
QFrame[kind="number"] { background: $raised; border: 1px solid $edge; border-radius: 6px; }
QFrame[kind="number"][focused="true"] { border: 2px solid $accent; }
QFrame[kind="field"][focused="true"] { border: 2px solid $accent; }
QFrame[kind="drop"] { background: transparent; border: 1px dashed $edge; border-radius: 10px; }
QFrame[kind="drop"][over="true"] { background: $accent_soft; border: 1px dashed $accent; }
QFrame[kind="line"] { background: $line; border: none; }
QFrame[kind="banner"] { border: none; border-radius: 8px; }
QFrame[kind="banner"][mood="info"] { background: $accent_soft; }
QFrame[kind="banner"][mood="ok"] { background: $ok_soft; }
QFrame[kind="banner"][mood="warn"] { background: $warn_soft; }
QFrame[kind="banner"][mood="bad"] { background: $bad_soft; }

QPushButton {
    min-height: ${button}px; padding: 0 12px; border: 1px solid $edge; border-radius: 6px;
    background: $raised; color: $text; font-size: ${f14}px; font-weight: 500;
}
QPushButton[extent="small"] { min-height: ${button_small}px; padding: 0 10px; font-size: ${f13}px; }
QPushButton[extent="large"] { min-height: ${button_large}px; padding: 0 20px; border-radius: 8px; font-size: ${f15}px; }
QPushButton:hover { background: $secondary_hover; }
QPushButton:pressed { background: $secondary_pressed; border-color: $pressed_edge; }
QPushButton:disabled { color: $text_off; border-color: $edge_off; background: transparent; }
QPushButton::menu-indicator { image: none; width: 0; }

QPushButton[kind="primary"] { background: $accent; border-color: $accent; color: $on_accent; }
QPushButton[kind="primary"]:hover { background: $accent_hover; border-color: $accent_hover; }
QPushButton[kind="primary"]:pressed { background: $accent_pressed; border-color: $accent_pressed; }
QPushButton[kind="primary"]:disabled { background: $accent_off; border-color: transparent; color: $on_accent_off; }

QPushButton[kind="destructive"] { background: $bad; border-color: $bad; color: $on_bad; }
QPushButton[kind="destructive"]:hover { background: $bad_hover; border-color: $bad_hover; }
QPushButton[kind="destructive"]:pressed { background: $bad_pressed; border-color: $bad_pressed; }
QPushButton[kind="destructive"]:disabled { background: $bad_off; border-color: transparent; color: $on_bad_off; }

QPushButton[kind="quiet"] { background: transparent; border-color: transparent; color: $accent; }
QPushButton[kind="plain"] { background: transparent; border-color: transparent; color: $text2; }
QPushButton[kind="quiet"]:hover, QPushButton[kind="plain"]:hover { background: $secondary_hover; }
QPushButton[kind="quiet"]:pressed, QPushButton[kind="plain"]:pressed { background: $accent_soft; }
QPushButton[kind="quiet"]:disabled { color: $accent_off; background: transparent; }
QPushButton[kind="plain"]:disabled { color: $text_off; background: transparent; }
QPushButton[kind="link"] { background: transparent; border: none; color: $accent; padding: 0; }
QPushButton[kind="link"]:hover { color: $accent_hover; text-decoration: underline; }
QPushButton[kind="toast"] { background: transparent; border: none; color: $toast_link; padding: 0 6px; }
QPushButton[kind="toast"]:hover { text-decoration: underline; }
QPushButton[kind="head"] {
    background: transparent; border: none; text-align: left; padding: 0; font-weight: 600; color: $text;
}

QToolButton { background: transparent; border: none; border-radius: 6px; padding: 0; }
QToolButton:hover { background: $secondary_hover; }
QToolButton:pressed, QToolButton:checked { background: $accent_soft; }
QToolButton::menu-indicator { image: none; width: 0; }

QRadioButton { spacing: 8px; }
QRadioButton::indicator {
    width: 14px; height: 14px; border: 1px solid $edge; border-radius: 8px; background: $raised;
}
QRadioButton::indicator:checked { width: 6px; height: 6px; border: 5px solid $accent; }
QLineEdit, QPlainTextEdit[kind="field"] {
    background: $raised; border: 1px solid $edge; border-radius: 6px; padding: 0 9px; min-height: ${field}px;
    color: $text; selection-background-color: $accent; selection-color: $on_accent; font-size: ${f14}px;
}
QLineEdit[extent="small"] { min-height: ${button}px; }
QLineEdit:focus, QPlainTextEdit[kind="field"]:focus {
    border: 2px solid $accent; padding: 0 8px; min-height: ${field_focus}px;
}
QLineEdit[extent="small"]:focus { min-height: ${button_focus}px; }
QLineEdit[extent="large"] { min-height: ${button_large}px; border-radius: 8px; font-size: ${f15}px; }
QLineEdit[extent="large"]:focus { min-height: ${button_large_focus}px; }
QLineEdit[bad="true"] { border: 1px solid $bad; }
QLineEdit:disabled { color: $text_off; border-color: $edge_off; }
QLineEdit[kind="bare"], QPlainTextEdit[kind="bare"], QTextEdit[kind="bare"] {
    background: transparent; border: none; padding: 0; min-height: 0;
}

QAbstractSpinBox { background: transparent; font-size: ${f14}px; }
QSpinBox QLineEdit, QDoubleSpinBox QLineEdit, QSpinBox QLineEdit:focus, QDoubleSpinBox QLineEdit:focus {
    background: transparent; border: none; padding: 0; min-height: 0;
}

QComboBox {
    background: $raised; border: 1px solid $edge; border-radius: 6px; padding: 0 28px 0 10px;
    min-height: ${button}px; color: $text; font-size: ${f14}px; font-weight: 500;
}
QComboBox:hover { background: $secondary_hover; }
QComboBox::drop-down { border: none; width: 24px; }
QComboBox::down-arrow { image: none; }
QComboBox QAbstractItemView {
    background: $raised; border: 1px solid $line; outline: none; padding: 4px;
    selection-background-color: $accent_soft; selection-color: $accent;
}
QComboBox QAbstractItemView::item { min-height: ${row}px; padding: 0 8px; }

QMenu {
    background: $raised; border: 1px solid $line; border-radius: 10px; padding: 4px; font-size: ${f14}px;
}
QMenu::item { padding: 6px 24px 6px 12px; border-radius: 6px; min-height: ${f20}px; background: transparent; }
QMenu::item:selected { background: $secondary_hover; }
QMenu::item:disabled { color: $text_off; }
QMenu::icon { padding-left: 10px; }
QMenu::separator { height: 1px; background: $line; margin: 4px 8px; }

QAbstractItemView { background: transparent; border: none; outline: none; }
QScrollArea { background: transparent; border: none; }
QScrollArea > QWidget > QWidget[kind="scroll"] { background: transparent; }
QHeaderView { background: transparent; border: none; }
QTableView#columns_preview { selection-background-color: $accent_soft; selection-color: $text; }
QDialog QTableView QHeaderView { background: $surface; }
QTableView::corner { background: transparent; border: none; }
QDialog QTableView QHeaderView::section {
    background: $surface; color: $text2; border: none; border-bottom: 1px solid $line; padding: 6px 4px;
}

QScrollBar:vertical { background: transparent; width: 12px; margin: 0; }
QScrollBar:horizontal { background: transparent; height: 12px; margin: 0; }
QScrollBar::handle { background: $scroll; border-radius: 3px; }
QScrollBar::handle:vertical { min-height: 32px; margin: 3px; }
QScrollBar::handle:horizontal { min-width: 32px; margin: 3px; }
QScrollBar::handle:disabled { background: transparent; }
QScrollBar::handle:hover { background: $edge; }
QScrollBar::add-line, QScrollBar::sub-line { width: 0; height: 0; }
QScrollBar::add-page, QScrollBar::sub-page { background: transparent; }

QSlider::groove:horizontal { height: 4px; border-radius: 2px; background: $sunken_track; }
QSlider::sub-page:horizontal { height: 4px; border-radius: 2px; background: $accent; }
QSlider::handle:horizontal {
    width: 14px; height: 14px; margin: -7px 0; border-radius: 9px; border: 2px solid $accent; background: $raised;
}
QToolTip {
    background: $toast; color: $toast_text; border: none; padding: 6px 8px; font-size: ${f12}px;
}
"""


def style_sheet(tokens: Tokens, text_size: int) -> str:
    """Fill the template; `text_size` in percent scales letters and the heights that hold them."""
    values = tokens.colours()
    values.update(_derived(tokens))
    for size in (12, 13, 14, 15, 20):
        values[f"f{size}"] = str(_scaled(size, text_size))
    for name, height in (
        ("button_small", 28),
        ("button", 32),
        ("button_large", 40),
        ("field", 36),
        ("row", 32),
    ):
        values[name] = str(_scaled(height, text_size) - 2)
    for name in ("field", "button", "button_large"):
        # The line of a field with the focus is 2 px, and its height stays.
        values[f"{name}_focus"] = str(int(values[name]) - 2)
    return Template(_TEMPLATE + _roles(text_size)).substitute(values)


def _scaled(value: int, text_size: int) -> int:
    return round(value * text_size / 100)


def _roles(text_size: int) -> str:
    """A rule for each role of the type scale."""
    rules = []
    for role, style in TYPE.items():
        size = _scaled(style.size, text_size)
        rules.append(f'QLabel[role="{role}"] {{ font-size: {size}px; font-weight: {style.weight}; }}')
    return "\n".join(rules)


def _derived(tokens: Tokens) -> dict[str, str]:
    """Colours that follow from the tokens: what is off, and the states of a secondary button."""
    off = OFF_ALPHA
    return {
        "text_off": tokens.rgba("text", off),
        "edge_off": tokens.rgba("edge", off),
        "accent_off": tokens.rgba("accent", off),
        "on_accent_off": tokens.rgba("on_accent", 0.8 if not tokens.dark else 0.7),
        "bad_off": tokens.rgba("bad", off),
        "on_bad_off": tokens.rgba("on_bad", 0.8 if not tokens.dark else 0.7),
        "secondary_hover": tokens.fill,
        "secondary_pressed": tokens.sunken,
        "pressed_edge": tokens.text2,
        "scroll": tokens.line if not tokens.dark else "#4A5254",
        "sunken_track": tokens.line,
    }
