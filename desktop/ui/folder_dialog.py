"""Shows what a linked folder leaves out, before it is linked and later, for a person to change."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtWidgets import QDialog, QHBoxLayout, QPlainTextEdit, QVBoxLayout, QWidget

from desktop.core.errors import UserError
from desktop.core.folders import DEFAULT_IGNORE, checked_rules
from desktop.ui.theme import Theme
from desktop.ui.widgets import Button, ElidedLabel, Label, Paragraph


class FolderDialog(QDialog):
    """`rules` are the lines as the person has left them, when the dialog was accepted; `once` says that a new folder
    is only to be read, not followed."""

    def __init__(
        self,
        theme: Theme,
        path: str,
        collection: str,
        rules: Sequence[str] | None = None,
        parent: QWidget | None = None,
    ) -> None:
        """Without `rules` the folder is about to be linked."""
        super().__init__(parent)
        self._theme = theme
        self.once = False
        self.rules: tuple[str, ...] = tuple(DEFAULT_IGNORE if rules is None else rules)
        is_new = rules is None
        self.setObjectName("folder_dialog")
        title = self.tr("Link a folder") if is_new else self.tr("What is left out")
        self.setWindowTitle(title)
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 20, 24, 20)
        column.setSpacing(8)
        column.addWidget(Label(title, "section"))
        path_label = ElidedLabel(path, "body", "text")
        path_label.setToolTip(path)
        column.addWidget(path_label)
        if is_new:
            words = self.tr(
                "{name} follows this folder and its subfolders: new and changed files are read by themselves, and a "
                "file that is deleted there leaves the library at once. Put it back and it is read again. Deskside "
                "never changes the files."
            )
            self._paragraph(column, words.replace("{name}", collection))
        column.addSpacing(4)
        label = Label(self.tr("Left out, one pattern of names a line"), "control")
        column.addWidget(label)
        self.field = QPlainTextEdit("\n".join(self.rules), self)
        self.field.setProperty("kind", "field")
        self.field.setObjectName("folder_rules")
        self.field.setAccessibleName(label.text())
        self.field.setTabChangesFocus(True)
        self.field.setFixedHeight(theme.px(190))
        label.setBuddy(self.field)
        column.addWidget(self.field)
        hint = self.tr("As in a .gitignore: *.log is all logs, drafts/ a folder, !keep.log an exception.")
        self._paragraph(column, hint)
        self.problem = Paragraph(theme, "", "secondary", "bad")
        self.problem.setObjectName("folder_problem")
        self.problem.hide()
        column.addWidget(self.problem)
        column.addSpacing(8)
        column.addLayout(self._buttons(is_new))

    def _paragraph(self, column: QVBoxLayout, words: str) -> None:
        paragraph = Paragraph(self._theme, words, "secondary")
        paragraph.setMinimumWidth(self._theme.px(460))
        column.addWidget(paragraph)

    def _buttons(self, is_new: bool) -> QHBoxLayout:
        row = QHBoxLayout()
        defaults = self.tr("Put the defaults back")
        self.defaults_button = Button(self._theme, defaults, "quiet", name="folder_defaults")
        self.defaults_button.clicked.connect(lambda: self.field.setPlainText("\n".join(DEFAULT_IGNORE)))
        self.once_button = Button(self._theme, self.tr("Only read it once"), "quiet", name="folder_once")
        self.once_button.clicked.connect(self._read_once)
        self.cancel_button = Button(self._theme, self.tr("Cancel"), name="folder_cancel")
        self.cancel_button.clicked.connect(self.reject)
        words = self.tr("Link the folder") if is_new else self.tr("Save")
        self.save_button = Button(self._theme, words, "primary", name="folder_save")
        self.save_button.setDefault(True)
        self.save_button.clicked.connect(self._save)
        row.addWidget(self.once_button if is_new else self.defaults_button)
        (self.defaults_button if is_new else self.once_button).hide()
        row.addStretch(1)
        row.addWidget(self.cancel_button)
        row.addWidget(self.save_button)
        return row

    def _read_once(self) -> None:
        self.once = True
        self.accept()

    def _save(self) -> None:
        """Close if every line is a pattern; else say which is not."""
        try:
            self.rules = checked_rules(self.field.toPlainText().splitlines())
        except UserError as error:
            self.problem.set_text(str(error))
            self.problem.show()
            return
        self.accept()
