"""Chats as files: sources as footnotes, nothing that loads, and JSON that comes back whole or is refused."""

from __future__ import annotations

import io
import json
import re
import zipfile
from collections.abc import Iterator
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import pytest
from lxml import etree

from desktop.core.chat_requests import Sampling
from desktop.core.conversations import (
    AnswerSentence,
    Conversation,
    Coverage,
    Grounding,
    Message,
    MessageState,
    Role,
    Timings,
)
from desktop.core.documents import Box, Source
from desktop.core.errors import StorageError, UserError
from desktop.services.exporting import Exporting, file_name
from desktop.store.attachments import AttachmentStore
from desktop.store.catalogue import Catalogue
from desktop.store.conversations import ConversationStore
from desktop.store.database import Database
from tests.reading import read

HOSTILE = """<script>alert(1)</script> ![x](https://evil.example/p.png) <img src=https://evil.example/q.png>

[click](javascript:alert(1)) & *fine* `<b>`

```html
<img src="x"> ![kept](y)
```

| a | b |
|---|---|
| 1 | **2** |

1. one
   - two
"""
WORDS = "It is nine months. Cats are not."


@pytest.fixture
def store(tmp_path: Path) -> Iterator[ConversationStore]:
    database = Database(tmp_path / "chats.sqlite3", tmp_path / "backups")
    yield ConversationStore(database)
    database.close()


@pytest.fixture
def exporting(store: ConversationStore) -> Exporting:
    return Exporting(store, Catalogue(store._database), AttachmentStore(store._database))


def _source(number: int, text: str) -> Source:
    return Source(
        number, "d1", "Lease <2024>.pdf", "/home/a/lease.pdf", 3, text, 0, 9, "r", (Box(0, 0, 1, 1),)
    )


@pytest.fixture
def chat(store: ConversationStore) -> Conversation:
    """Two branches; the shown one has an answer with two quotes and one with hostile words."""
    made = store.create()
    store.rename(made.id, "The *lease* & more", by_person=True)
    store.move(made.id, "Home")
    grounding = Grounding(True, (_source(1, "Nine months."), _source(2, "In <writing>.")), Coverage(1, 2))
    asked = Message("q1", made.id, Role.USER, "How long?\n<b>Say</b>", created=5.5, prompt="<quoted>")
    answer = Message(
        "a1",
        made.id,
        Role.ASSISTANT,
        WORDS,
        grounding=grounding,
        sentences=(AnswerSentence(0, 18, WORDS[:18], True, 1), AnswerSentence(19, 32, WORDS[19:], False)),
        timings=Timings(0.1, 0.2, 0.3, 4, 5, 6, 7.0),
        parent_id="q1",
        model="Small",
        sampling=Sampling(seed=7),
    )
    other = Message("a2", made.id, Role.ASSISTANT, "The other branch", parent_id="q1")
    last = Message(
        "a3", made.id, Role.ASSISTANT, HOSTILE, MessageState.STOPPED, parent_id="q2", note="Why, then\x0b."
    )
    for message in (asked, answer, other, replace(asked, id="q2", parent_id="a1"), last):
        store.save(message)
    found = store.get(made.id)
    assert found is not None
    return found


def test_markdown_has_footnotes_and_nothing_that_loads(exporting: Exporting, chat: Conversation) -> None:
    text = exporting.exported(chat.id, "md")
    assert isinstance(text, str)
    assert text.startswith("# The \\*lease\\* & more\n")
    assert "> Nine months. [^1]" in text
    assert "It is nine months.[^1] Cats are not." in text
    assert "[^2]: Lease \\<2024\\>.pdf, page 3: “In \\<writing\\>.”" in text
    assert "The other branch" not in text
    assert "*Stopped. Why, then .*" in text
    outside = re.sub(r"```.*?```|`[^`]*`", "", text, flags=re.DOTALL)
    assert "![" not in outside
    assert not re.search(r"(?<!\\)<", outside)
    assert '<img src="x"> ![kept](y)' in text, "code stays as it is"


def test_html_is_whole_and_loads_nothing(exporting: Exporting, chat: Conversation) -> None:
    text = exporting.exported(chat.id, "html")
    assert isinstance(text, str)
    tree = etree.fromstring(text, etree.HTMLParser())
    assert not tree.xpath("//script|//img|//link|//iframe|//object|//@src|//@onclick")
    assert all(address.startswith("#") for address in tree.xpath("//@href"))
    ids = tree.xpath("//@id")
    assert len(ids) == len(set(ids))
    assert {address[1:] for address in tree.xpath("//@href")} <= set(ids)
    assert [one.text for one in tree.xpath("//sup/a")] == ["1", "2", "1"]
    assert tree.xpath("//title")[0].text == "The *lease* & more"
    assert "<b>Say</b>" in tree.xpath('//p[@class="plain"]')[0].text
    assert "![x](https://evil.example/p.png)" in "".join(tree.itertext())
    assert tree.xpath("//td/strong")[0].text == "2"


def test_docx_has_real_footnotes(exporting: Exporting, chat: Conversation) -> None:
    content = exporting.exported(chat.id, "docx")
    assert isinstance(content, bytes)
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        parts = {name: etree.fromstring(archive.read(name)) for name in archive.namelist()}
    space = {"w": "http://schemas.openxmlformats.org/wordprocessingml/2006/main"}
    document, notes = parts["word/document.xml"], parts["word/footnotes.xml"]

    def ids(root: Any, what: str) -> list[str]:
        return list(root.xpath(f"//w:{what}/@w:id", namespaces=space))

    assert ids(document, "footnoteReference") == ["1", "2", "3"]
    assert ids(notes, "footnote") == ["-1", "0", "1", "2", "3"]
    words = ["".join(note.itertext()).strip() for note in notes][2:]
    assert words[0] == words[2] == "Lease <2024>.pdf, page 3: “Nine months.”"
    styles = set(parts["word/styles.xml"].xpath("//@w:styleId", namespaces=space))
    used = set(document.xpath("//w:pStyle/@w:val|//w:rStyle/@w:val|//w:tblStyle/@w:val", namespaces=space))
    assert used <= styles
    assert "Grid" in used
    levels = document.xpath("//w:numPr/w:ilvl/@w:val", namespaces=space)
    assert levels == ["0", "1"]
    assert all(cell[-1].tag.endswith("}p") for cell in document.iter(f"{{{space['w']}}}tc"))


def test_docx_is_read_by_our_own_reader(exporting: Exporting, chat: Conversation, tmp_path: Path) -> None:
    path = tmp_path / "chat.docx"
    exporting.export(chat.id, path)
    text = "\n".join(page.text for page in read(path)[0])
    assert "It is nine months." in text
    assert "In <writing>." in text


def test_json_brings_back_all_branches(
    exporting: Exporting, store: ConversationStore, chat: Conversation, tmp_path: Path
) -> None:
    path = tmp_path / "chat.json"
    exporting.export(chat.id, path)
    made = exporting.import_chat(path)
    assert made.id != chat.id
    assert (made.title, made.folder, made.named_by_person) == (chat.title, "Home", True)
    before, after = store.all_messages(chat.id), store.all_messages(made.id)
    names = {old.id: new.id for old, new in zip(before, after, strict=True)}
    for old, new in zip(before, after, strict=True):
        expected = replace(old, id=new.id, conversation_id=made.id, parent_id=names.get(old.parent_id, ""))
        expected = replace(expected, prompt="")  # what a model is given stands in the chat
        assert replace(new, grounding=None) == replace(expected, grounding=None)
    assert [names[message.id] for message in store.messages(chat.id)] == [
        message.id for message in store.messages(made.id)
    ]
    (first,) = [message for message in after if message.grounding is not None]
    assert first.grounding is not None
    quote = first.grounding.quotes[0]
    assert (quote.text, quote.document, quote.page) == ("Nine months.", "Lease <2024>.pdf", 3)
    assert (quote.path, quote.document_id, quote.boxes) == ("", "", ()), (
        "no click opens what a file has named"
    )


def _changed(exporting: Exporting, chat: Conversation, change: object) -> str:
    data = json.loads(exporting.exported(chat.id, "json"))
    assert callable(change)
    change(data)
    return json.dumps(data)


@pytest.mark.parametrize(
    "change",
    [
        lambda data: data.update(format="other"),
        lambda data: data.update(version=99),
        lambda data: data.update(version="1"),
        lambda data: data.pop("messages"),
        lambda data: data["messages"][0].update(role="system"),
        lambda data: data["messages"][0].update(text=5),
        lambda data: data["messages"][1].update(id="q1"),
        lambda data: data["messages"][0].update(parent_id="a1"),
        lambda data: data["messages"][0].update(parent_id="q1"),
        lambda data: data["messages"][1].update(timings=[]),
        lambda data: data.update(conversation=None),
    ],
)
def test_a_changed_file_is_refused_in_a_sentence(
    exporting: Exporting, store: ConversationStore, chat: Conversation, tmp_path: Path, change: object
) -> None:
    path = tmp_path / "chat.json"
    path.write_text(_changed(exporting, chat, change))
    with pytest.raises(UserError) as told:
        exporting.import_chat(path)
    assert told.value.what.endswith(".")
    assert len(store.list()) == 1


@pytest.mark.parametrize(
    "content", [b"", b"[]", b"\xff\xfe", b"[" * 200_000, b'{"format": "deskside chat"}', b"null"]
)
def test_what_is_no_chat_is_refused(exporting: Exporting, tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "chat.json"
    path.write_bytes(content)
    with pytest.raises(UserError):
        exporting.import_chat(path)


def test_an_imported_chat_can_be_shown(
    exporting: Exporting, store: ConversationStore, chat: Conversation, tmp_path: Path
) -> None:
    def change(data: dict[str, Any]) -> None:
        data["messages"][1]["sentences"][0].update(start=-5, end=10**9)
        data["messages"][4].update(state="writing", created=float("inf"))
        data["conversation"].update(title="Two\nlines" + "x" * 500, deleted=True, deleted_at=9.0)
        data["shown"] = "nowhere"

    path = tmp_path / "chat.json"
    path.write_text(_changed(exporting, chat, change))
    made = exporting.import_chat(path)
    assert made.title.startswith("Two lines")
    assert len(made.title) == 200
    assert not made.deleted
    messages = store.all_messages(made.id)
    assert len(messages[1].sentences) == 1
    assert (messages[4].state, messages[4].created) == (MessageState.STOPPED, 0.0)
    assert store.messages(made.id)[-1] == messages[4]


def test_a_failed_export_leaves_the_old_file(
    exporting: Exporting, chat: Conversation, tmp_path: Path
) -> None:
    with pytest.raises(UserError):
        exporting.export(chat.id, tmp_path / "chat.pdf")
    with pytest.raises(UserError):
        exporting.export("gone", tmp_path / "chat.md")
    with pytest.raises(StorageError):
        exporting.export(chat.id, tmp_path / "missing" / "chat.md")
    assert not list(tmp_path.glob("*.md*"))


@pytest.mark.parametrize(
    ("title", "name"),
    [("a/b: c?", "a b c.md"), ("", "Chat.md"), ("..", "Chat.md"), ("x" * 300, "x" * 80 + ".md")],
)
def test_a_title_becomes_a_name_that_every_system_takes(title: str, name: str) -> None:
    assert file_name(title, "md") == name


def test_nothing_of_a_message_is_left_out_of_json(exporting: Exporting, chat: Conversation) -> None:
    data = json.loads(exporting.exported(chat.id, "json"))
    assert set(data["messages"][0]) == set(asdict(Message("", "", Role.USER, "")))
