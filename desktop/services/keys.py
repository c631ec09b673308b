"""Keys of addresses, kept in the system's keyring; where it has none, only until the program ends."""

from __future__ import annotations

import logging
from dataclasses import dataclass, field

SERVICE = "Deskside"


@dataclass(frozen=True)
class Keys:
    """Keys by the id of their endpoint. Nothing is ever written to a file of ours."""

    _held: dict[str, str] = field(default_factory=dict, repr=False)

    def get(self, endpoint_id: str) -> str:
        """The key, '' where there is none. The system may ask the person to open the keyring."""
        import keyring
        from keyring.errors import KeyringError

        if endpoint_id in self._held:
            return self._held[endpoint_id]
        try:
            return keyring.get_password(SERVICE, endpoint_id) or ""
        except KeyringError:
            logging.getLogger(__name__).info("the keyring cannot be read", exc_info=True)
            return ""

    def set(self, endpoint_id: str, key: str) -> bool:
        """Keep a key; false where the system has no keyring and it is kept in memory alone."""
        import keyring
        from keyring.errors import KeyringError

        self.forget(endpoint_id)
        if not key:
            return True
        try:
            keyring.set_password(SERVICE, endpoint_id, key)
            kept = keyring.get_password(SERVICE, endpoint_id) == key
        except KeyringError:
            kept = False
        if not kept:
            self._held[endpoint_id] = key
        return kept

    def forget(self, endpoint_id: str) -> None:
        """Drop a key."""
        import keyring
        from keyring.errors import KeyringError

        self._held.pop(endpoint_id, None)
        try:
            keyring.delete_password(SERVICE, endpoint_id)
        except KeyringError:
            pass  # there was none
