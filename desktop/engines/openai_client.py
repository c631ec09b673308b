"""OpenAI's client as this program uses it, and what it raises in words."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit

from desktop.core.errors import ModelError

CONNECT_SECONDS = 10.0
READ_SECONDS = 300.0
"""How long a server may be silent: a large model on a busy machine reads a long prompt for minutes."""
_MARK = 200
_NOT_AS_PROMISED = (ValueError, TypeError, AttributeError, LookupError)
"""What reading an answer raises that is not built as the interface says; the client does not check it."""


def client_of(address: str, key: str, retries: int = 0) -> Any:
    """OpenAI's own client. Redirects are not followed: what goes to one address must not end at another, where nobody
    agreed to it."""
    import httpx2
    import openai

    limits = httpx2.Timeout(READ_SECONDS, connect=CONNECT_SECONDS)
    transport = openai.DefaultHttpxClient(follow_redirects=False, timeout=limits)
    return openai.OpenAI(base_url=address, api_key=key or "none", http_client=transport, max_retries=retries)


@contextmanager
def in_words(address: str, model: str) -> Iterator[None]:
    """Turn what the client raises into sentences."""
    import httpx2
    import openai

    host, again = host_of(address), "Check the address, or choose another model."
    try:
        yield
    except (openai.AuthenticationError, openai.PermissionDeniedError) as error:
        raise ModelError(
            f"{host} does not accept the key.", "Check it in Settings.", _details(error)
        ) from None
    except openai.NotFoundError as error:
        what = f"{host} does not know the model “{model}”." if model else f"{host} has no list of models."
        raise ModelError(what, again, _details(error)) from None
    except openai.RateLimitError as error:
        raise ModelError(
            f"{host} takes no more questions for now.", "Wait a while, then ask again.", _details(error)
        ) from None
    except (openai.APITimeoutError, httpx2.TimeoutException) as error:
        raise ModelError(f"{host} took too long to answer.", again, _details(error)) from None
    except openai.APIStatusError as error:
        told = _told(error)
        raise ModelError(f"{host} refused: {told}", again, _details(error)) from None
    except (openai.APIConnectionError, httpx2.TransportError) as error:
        raise ModelError(f"{host} could not be reached.", again, _details(error)) from None
    except (openai.OpenAIError, httpx2.HTTPError, httpx2.InvalidURL, *_NOT_AS_PROMISED) as error:
        raise ModelError(f"{host} did not answer as a model does.", again, _details(error)) from None


def _told(error: Any) -> str:
    """What the server says of a refusal, on one line: it is text of a stranger."""
    body = error.body if isinstance(error.body, dict) else {}
    words = body.get("message") or body.get("detail") or f"error {error.status_code}"
    line = " ".join(str(words).split())
    return line[:_MARK] + ("…" if len(line) > _MARK else "")


def _details(error: Exception) -> str:
    return f"{type(error).__name__}: {error}"[:2000]


def host_of(address: str) -> str:
    """The name of the computer that an address reaches."""
    return urlsplit(address).hostname or address
