"""Reading and changing the settings."""

from __future__ import annotations

from desktop.core.paths import Paths
from desktop.core.settings import Settings, load_settings, save_settings


class SettingsService:
    """Holds the current settings; each change is saved at once."""

    def __init__(self, paths: Paths) -> None:
        self._path = paths.settings
        self.current = self._saved = load_settings(self._path)

    def change(self, **values: object) -> Settings:
        """Change some settings and save them. Raises StorageError; then nothing is changed."""
        saved = self._saved.changed(**values)
        save_settings(self._path, saved)
        self._saved, self.current = saved, self.current.changed(**values)
        return self.current

    def use(self, **values: object) -> None:
        """Change some settings for this process only; later changes of others do not save them."""
        self.current = self.current.changed(**values)
