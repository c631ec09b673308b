"""The ledger: what the program has connected to, why, and how much it sent."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class LedgerEntry:
    """One connection: `at` in seconds since 1970, the address without secrets, why in a few words, bytes sent."""

    at: float
    address: str
    purpose: str
    sent: int = 0
