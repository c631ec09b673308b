"""Reading and changing the settings."""

from __future__ import annotations

from desktop.core.paths import Paths
from desktop.core.settings import Settings, load_settings, save_settings


class SettingsService:
    """Holds the current settings; each change is saved at once."""

    def __init__(self, paths: Paths) -> None:
        self._path = paths.settings
        self.current = load_settings(self._path)

    def change(self, **values: object) -> Settings:
        """Change some settings and save them. Raises StorageError; then nothing is changed."""
        changed = self.current.changed(**values)
        save_settings(self._path, changed)
        self.current = changed
        return changed

    def use(self, **values: object) -> None:
        """Change some settings for this process only."""
        self.current = self.current.changed(**values)
