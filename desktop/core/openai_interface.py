"""The chat completions interface as other programs speak it: what they ask, checked, and what they are answered.

Source: the OpenAI API's reference for /v1/models, /v1/chat/completions and /v1/embeddings. What is not served there
(tools, pictures, several answers at once) is refused rather than ignored.
"""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from desktop.core.chat_requests import ChatTurn, Sampling
from desktop.core.conversations import Message
from desktop.core.documents import Source
from desktop.core.errors import UserError


class TextPart(BaseModel):
    """A part of a message; only text is served."""

    type: Literal["text"]
    text: str


class AskedMessage(BaseModel):
    """One message of the conversation so far."""

    role: Literal["system", "developer", "user", "assistant"]
    content: str | list[TextPart]

    @property
    def text(self) -> str:
        """Its words."""
        return (
            self.content if isinstance(self.content, str) else "\n".join(part.text for part in self.content)
        )


class ChatAsked(BaseModel):
    """The body of a request to /v1/chat/completions. Settings that are not named here are passed over."""

    model_config = ConfigDict(extra="ignore")

    model: str = ""
    messages: list[AskedMessage] = Field(min_length=1, max_length=2000)
    stream: bool = False
    temperature: float | None = Field(default=None, ge=0, le=2)
    top_p: float | None = Field(default=None, gt=0, le=1)
    seed: int | None = None
    max_tokens: int | None = Field(default=None, ge=1, le=131072)
    max_completion_tokens: int | None = Field(default=None, ge=1, le=131072)
    stop: str | list[str] | None = None
    presence_penalty: float | None = Field(default=None, ge=-2, le=2)
    frequency_penalty: float | None = Field(default=None, ge=-2, le=2)
    n: Literal[1] = 1
    tools: None = None

    def turns(self) -> tuple[ChatTurn, ...]:
        """The conversation without its instructions."""
        return tuple(
            ChatTurn(one.role, one.text) for one in self.messages if one.role in ("user", "assistant")
        )

    def system(self) -> str:
        """The instructions, '' where there are none."""
        return "\n\n".join(one.text for one in self.messages if one.role in ("system", "developer"))

    def sampling(self, usual: Sampling) -> Sampling:
        """As the program wants it, else as the person has set it."""
        wanted: dict[str, Any] = {
            "temperature": self.temperature,
            "top_p": self.top_p,
            "seed": None if self.seed is None else self.seed % 2**31,
            "max_tokens": self.max_completion_tokens or self.max_tokens,
            "stop": (self.stop,) if isinstance(self.stop, str) else tuple(self.stop or ()) or None,
            "presence_penalty": self.presence_penalty,
            "frequency_penalty": self.frequency_penalty,
        }
        values = {**usual.__dict__, **{name: value for name, value in wanted.items() if value is not None}}
        return Sampling(**values)


class EmbeddingsAsked(BaseModel):
    """The body of a request to /v1/embeddings."""

    model: str = ""
    input: str | list[str] = Field(max_length=4_000_000)
    encoding_format: Literal["float", "base64"] = "float"

    @property
    def texts(self) -> tuple[str, ...]:
        """What is to be embedded."""
        return (self.input,) if isinstance(self.input, str) else tuple(self.input)


def read_chat(body: bytes) -> ChatAsked:
    """Check a request. Raises UserError."""
    try:
        return ChatAsked.model_validate_json(body)
    except ValidationError as error:
        raise UserError(_first(error)) from None


def read_embeddings(body: bytes) -> EmbeddingsAsked:
    """Check a request. Raises UserError."""
    try:
        return EmbeddingsAsked.model_validate_json(body)
    except ValidationError as error:
        raise UserError(_first(error)) from None


def _first(error: ValidationError) -> str:
    first = error.errors()[0]
    where = ".".join(str(one) for one in first["loc"])
    return f"The request is not right{f' at {where}' if where else ''}: {first['msg']}."


def sources_below(message: Message) -> str:
    """The sources of an answer as lines of Markdown, for programs that show nothing but text; '' without files."""
    grounding = message.grounding
    if grounding is None:
        return ""
    title = "From your files:" if grounding.found else "Nearest passages:"
    lines = [f"[{one.number}] “{one.text}” ({_place(one)})" for one in grounding.quotes]
    return "\n\n" + "\n".join([title, *lines]) if lines else ""


def grounding_data(message: Message) -> dict[str, Any] | None:
    """The same as data, in a field of our own beside the interface's."""
    grounding = message.grounding
    if grounding is None:
        return None
    quotes = [
        {"number": one.number, "text": one.text, "document": one.document, "page": one.page}
        for one in grounding.quotes
    ]
    sentences = [
        {"text": one.text, "supported": one.supported, "source": one.source} for one in message.sentences
    ]
    return {"found": grounding.found, "quotes": quotes, "sentences": sentences}


def _place(source: Source) -> str:
    return f"{source.document}, page {source.page}"
