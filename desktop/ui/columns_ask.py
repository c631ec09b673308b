"""Files that are to be added, by the columns that count in them: a person is asked for each table."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtWidgets import QWidget

from desktop.core.documents import TableColumns
from desktop.ui.theme import Theme


def by_columns(paths: Sequence[Path], theme: Theme, parent: QWidget) -> list[tuple[TableColumns, list[Path]]]:
    """The paths by how they are read; a table whose question is cancelled is left out."""
    from desktop.ui.columns_dialog import TABLE_ENDINGS, ColumnsDialog, read_columns

    groups: dict[TableColumns, list[Path]] = {}
    for path in paths:
        columns = TableColumns()
        if path.suffix.lower() in TABLE_ENDINGS and path.is_file():
            names = read_columns(path)
            if len(names) > 1:
                dialog = ColumnsDialog(theme, path.name, names, parent)
                answer = dialog.exec()
                columns = dialog.chosen
                dialog.deleteLater()
                if not answer:
                    continue
        groups.setdefault(columns, []).append(path)
    return list(groups.items())
