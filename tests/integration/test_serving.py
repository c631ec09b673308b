"""The interface for other programs, asked by OpenAI's own client, with the starter models behind it."""

from __future__ import annotations

from pathlib import Path

import openai
import pytest

from desktop.core.paths import Paths
from desktop.services.all import Services
from tests.unit.test_serving import serving


def test_openais_own_client_is_served(home: Path) -> None:
    services = Services(Paths(home, Paths.default().program))
    note = home / "note.txt"
    note.write_text("The key of the bicycle cellar hangs beside the door of the caretaker.", "utf-8")
    collection = services.library.create_collection("Notes")
    list(services.importing.import_files([note], collection.id))
    with serving(services, key="secret") as port:
        address = f"http://127.0.0.1:{port}/v1"
        with openai.OpenAI(base_url=address, api_key="secret", max_retries=0) as client:
            assert [model.id for model in client.models.list()][1] == "deskside/Notes"
            asked = [{"role": "user", "content": "Where is the key of the bicycle cellar?"}]
            whole = client.chat.completions.create(model="deskside/Notes", messages=asked, temperature=0)  # type: ignore[call-overload]
            assert "note.txt, page 1" in whole.choices[0].message.content
            pieces = client.chat.completions.create(
                model="deskside", messages=asked, temperature=0, max_tokens=12, stream=True
            )  # type: ignore[call-overload]
            chunks = list(pieces)
            assert len([one for one in chunks if one.choices[0].delta.content]) > 2
            assert chunks[-1].choices[0].finish_reason == "length"
            (first, second) = client.embeddings.create(model="any", input=["bicycle", "bike"]).data
            assert len(first.embedding) == 384
            assert sum(a * b for a, b in zip(first.embedding, second.embedding, strict=True)) > 0.7
        with openai.OpenAI(base_url=address, api_key="wrong", max_retries=0) as client:
            with pytest.raises(openai.AuthenticationError):
                client.models.list()
    services.close()
