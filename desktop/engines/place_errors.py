"""What goes wrong at the place of a collection, an object store or a server, in one sentence.

LanceDB raises no types for it: what the store said stands in the text.
"""

from __future__ import annotations

from desktop.core.errors import StorageError

_AGAIN = "Your passages are untouched; try again."
_SAID: tuple[tuple[tuple[str, ...], str, str], ...] = (
    (
        ("NoSuchBucket", "NoSuchContainer", "The specified bucket does not exist"),
        "There is no such bucket at the object store.",
        "Make it there, or write another place.",
    ),
    (
        (
            "InvalidAccessKeyId",
            "SignatureDoesNotMatch",
            "InvalidClientTokenId",
            "status: 401",
            "Unauthenticated",
        ),
        "The object store does not accept the key.",
        "Check AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or what your store uses, then start Deskside again.",
    ),
    (
        ("AccessDenied", "status: 403", "PermissionDenied"),
        "The object store does not let you in there.",
        "Ask its owner for the right to read, write and delete.",
    ),
    (
        ("CredentialsNotLoaded", "failed to load credentials", "no providers in chain", "NoCredentials"),
        "There is no key for the object store.",
        "Put AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY into the environment, then start Deskside again.",
    ),
    (
        (
            "kind: Connect",
            "tcp connect error",
            "dns error",
            "Connection refused",
            "kind: Timeout",
            "timed out",
            "error sending request",
        ),
        "The place of the collection cannot be reached.",
        "Check the network and the address. " + _AGAIN,
    ),
    (
        (
            'store: "S3"',
            'store: "GCS"',
            'store: "MicrosoftAzure"',
            "Generic S3 error",
            "Generic GCS error",
            "Generic MicrosoftAzure error",
        ),
        "The place of the collection does not work as it should.",
        _AGAIN,
    ),
)


def place_problem(text: str) -> StorageError | None:
    """The sentence for what LanceDB said; None where it is not about a place."""
    lowered = text.lower()
    for marks, what, todo in _SAID:
        if any(mark.lower() in lowered for mark in marks):
            return StorageError(what, todo, text[:2000])
    return None
