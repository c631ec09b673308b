"""The prompt library: the prompts that come with the program and the person's own, and running them in a chat.

A person's own prompts are plain files, one each, in the folder of what they own: they can be read, edited, kept under
version control and passed on without this program, and there are never so many that a database would be faster.
"""

from __future__ import annotations

import builtins
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from desktop.core.answer_table import Form, asked_for
from desktop.core.cancel import CancelToken
from desktop.core.documents import Document, DocumentState
from desktop.core.errors import StorageError, UserError
from desktop.core.events import Event
from desktop.core.manner import Manner
from desktop.core.paths import Paths
from desktop.core.prompt_library import Kind, Prompt, Rendered, filled_in, render
from desktop.core.prompts import TURN_OVERHEAD
from desktop.core.reading_requests import PagesRead, ReadFile
from desktop.engines.process import EngineLink
from desktop.services.answering import Answering
from desktop.services.scope import Scope
from desktop.services.writing import Writer

READ_SECONDS = 120.0
"""So long the reader may be silent over a file."""
ENDING = ".toml"
_DELETED = "deleted"
_AT_ONCE = 100
MOST_COLLECTED = 400_000
"""Characters of a collection that are put in for a variable: more than any model here sees at once."""
LEAST_WORDS = 20
"""A text is not cut to less: where not even that fits, the model's memory is too small for the prompt."""


@dataclass(frozen=True)
class Prompting:
    """Own prompts are written beside and renamed; a deleted one is moved aside, so that it can come back."""

    paths: Paths
    answering: Answering
    scope: Scope
    writer: Writer
    reader: EngineLink

    # --- the library

    def list(self, words: str = "") -> list[Prompt]:
        """Own prompts first, then those that come with the program, by name. `broken` names what is left out."""
        own = [*self._read(self.paths.own_prompts, own=True), *self._read(self.paths.prompts, own=False)]
        return [one for one in own if one.matches(words)]

    def named(self, wanted: str) -> Prompt:
        """The prompt of that id or name. Raises UserError."""
        folded = wanted.casefold()
        found = self.list()
        for one in found:
            if folded in (one.id.casefold(), one.name.casefold()):
                return one
        begun = [one for one in found if one.name.casefold().startswith(folded)]
        if len(begun) == 1:
            return begun[0]
        raise UserError(f"There is no prompt called “{wanted}”.", "`deskside prompts list` names them.")

    def save(self, prompt: Prompt) -> Prompt:
        """Keep a prompt as the person's own; one without an id, or of the program's, gets a file of its own."""
        from desktop.core.prompt_files import write  # with pydantic: not when the window starts

        data = write(prompt)
        prompt_id = prompt.id if prompt.own and prompt.id else self._free_id(prompt.name)
        path = self._path(prompt_id)
        _write(path, data)
        return replace(prompt, id=prompt_id, own=True)

    def duplicate(self, prompt: Prompt, name: str) -> Prompt:
        """A copy under another name, which is the person's own."""
        return self.save(replace(prompt, id="", name=name, own=True))

    def delete(self, prompt_id: str) -> None:
        """Take an own prompt away; `restore` brings it back."""
        self._move(self._path(prompt_id), self._deleted(prompt_id))

    def restore(self, prompt_id: str) -> None:
        """Bring a deleted prompt back."""
        self._move(self._deleted(prompt_id), self._path(prompt_id))

    def import_file(self, path: Path) -> Prompt:
        """Add the prompt of a file, which may come from anybody. Raises UserError where it is none."""
        from desktop.core.prompt_files import MOST_BYTES, parse

        try:
            with path.open("rb") as file:
                data = file.read(MOST_BYTES + 1)
        except OSError as error:
            raise UserError(f"{path.name} cannot be read.", "Check the file.", str(error)) from error
        return self.save(parse(data))

    def export(self, prompt: Prompt, path: Path) -> None:
        """Write a prompt as a plain file."""
        from desktop.core.prompt_files import write

        _write(path, write(prompt))

    # --- running

    def ask(
        self,
        conversation_id: str,
        prompt: Prompt,
        values: Mapping[str, str],
        step: int = 0,
        results: Mapping[str, str] | None = None,
        cancel: CancelToken | None = None,
        *,
        step_by_step: bool = False,
        form: Form | None = None,
    ) -> Iterator[Event]:
        """Run one step of a prompt in a chat; events as in Answering.ask. Nothing is searched for it.

        `results` are the answers of the steps before it, by the name that each fills. A text that is longer than the
        model's memory is cut, and the message says how much of it was seen. With a `form` the last step's answer is
        kept as a table; one that is none is kept as it came, and its note says why.
        """
        cancel = cancel or CancelToken()
        form = form if step == len(prompt.steps) - 1 else None
        closing, thinks = asked_for(form) if form else "", step_by_step and form is None
        rendered = self.fitting(prompt, values, step, results, cancel, step_by_step=thinks, closing=closing)
        manner = Manner(
            rendered.system,
            rendered.opening,
            form,
            name=prompt.name,
            filled=filled_in(prompt, values),
            note=_cut_words(prompt, rendered.read, {**values, **(results or {})}),
        )
        yield from self.answering.ask(conversation_id, rendered.text, cancel, manner=manner)

    def fitting(
        self,
        prompt: Prompt,
        values: Mapping[str, str],
        step: int,
        results: Mapping[str, str] | None,
        cancel: CancelToken,
        *,
        step_by_step: bool = False,
        closing: str = "",
    ) -> Rendered:
        """The step as rendered, texts of files and results so far cut at a word where they do not fit the context.

        `closing` is a sentence that stands behind it.
        """
        whole = {
            one.name: values.get(one.name, "").split(" ")
            for one in prompt.variables
            if one.kind in (Kind.FILE, Kind.LONG)
        }
        before = results or {}
        whole |= {name: words.split(" ") for name, words in before.items()}
        read = {name: len(words) for name, words in whole.items()}
        given = {**values, **before}
        while True:
            cut = {name: _beginning(words, read[name]) for name, words in whole.items() if given.get(name)}
            earlier = {name: cut.get(name, "") for name in before}
            rendered = render(prompt, {**values, **cut}, step, earlier, step_by_step=step_by_step)
            if closing:
                rendered = replace(rendered, text=f"{rendered.text}\n\n{closing}")
            texts = [rendered.text, rendered.system, *(turn.content for turn in rendered.opening)]
            counts, room = self.writer.count(texts, cancel)
            over = sum(counts) + TURN_OVERHEAD * (4 + len(rendered.opening)) - room
            longest = max(read, key=lambda name: read[name], default="")
            if over <= 0 or not longest or read[longest] <= LEAST_WORDS:
                short = {name: many for name, many in read.items() if many < len(whole[name])}
                return replace(rendered, read=short)
            # A little more goes than must, for the tokens of the words differ: mostly the second try fits.
            share = 0.98 * (1 - over / max(counts[0], over))
            read[longest] = max(LEAST_WORDS, min(read[longest] - 1, int(read[longest] * share)))

    def document_text(self, document: Document, cancel: CancelToken | None = None) -> str:
        """All text of a document of the library."""
        hits = self.scope.passages(document, cancel or CancelToken())
        return "\n".join(hit.passage.text for hit in hits)

    def texts(self, documents: Sequence[Document], cancel: CancelToken | None = None) -> str:
        """The text of several documents, each under its name."""
        ready = [one for one in documents if one.state is DocumentState.READY]
        if len(ready) == 1:
            return self.document_text(ready[0], cancel)
        return "\n\n".join(f"File {one.name}:\n{self.document_text(one, cancel)}" for one in ready)

    def collection_text(self, collection_id: str, cancel: CancelToken | None = None) -> str:
        """The text of a collection's files, each under its name, and what there is beyond MOST_COLLECTED said."""
        said: list[str] = []
        length = offset = 0
        catalogue = self.answering.searching.catalogue
        while rows := catalogue.documents(collection_id, offset=offset, limit=_AT_ONCE):
            for row in rows:
                if length > MOST_COLLECTED:
                    return "\n\n".join([*said, f"[… the files behind the first {len(said):,} were not read]"])
                document = catalogue.document(row.id)
                if document is not None and document.state is DocumentState.READY:
                    said.append(f"File {document.name}:\n{self.document_text(document, cancel)}")
                    length += len(said[-1])
            offset += len(rows)
        return "\n\n".join(said)

    def file_text(self, path: Path, cancel: CancelToken | None = None) -> str:
        """All text of a file that need not be in the library. Raises ReadError, or UserError where there is none."""
        if not path.is_file():
            raise UserError(f"There is no file {path.name}.", "Check the path.")
        request = ReadFile(str(path.absolute()))
        pages: list[str] = []
        for message in self.reader.request(request, cancel, silence=READ_SECONDS):
            if isinstance(message, PagesRead):
                pages += [page.text for page in message.pages]
        return "\n".join(pages)

    # --- files

    def broken(self) -> builtins.list[str]:
        """A sentence for each of the person's own files that is no prompt."""
        said = []
        for path, found in self._files(self.paths.own_prompts, own=True):
            if isinstance(found, UserError):
                said.append(f"{path.name}: {found.what}")
        return said

    def _read(self, folder: Path, *, own: bool) -> Iterator[Prompt]:
        found = [one for _, one in self._files(folder, own=own) if isinstance(one, Prompt)]
        yield from sorted(found, key=lambda one: one.name.casefold())

    def _files(self, folder: Path, *, own: bool) -> Iterator[tuple[Path, Prompt | UserError]]:
        """Each file with its prompt, or with what is wrong with it."""
        from desktop.core.prompt_files import parse

        for path in sorted(folder.glob(f"*{ENDING}")):
            try:
                yield path, parse(path.read_bytes(), path.stem, own=own)
            except UserError as error:
                yield path, error
            except OSError as error:
                yield path, UserError("The file cannot be read.", "Check its permissions.", str(error))

    def _free_id(self, name: str) -> str:
        """The name of a file that is not there yet, from a prompt's name."""
        stem = re.sub(r"[^a-z0-9]+", "-", name.casefold()).strip("-")[:40] or "prompt"
        # A name of the program's would be taken for it, and Windows keeps some names for devices.
        number = 1
        while True:
            prompt_id = f"my-{stem}" + (f"-{number}" if number > 1 else "")
            if not self._path(prompt_id).exists() and not self._deleted(prompt_id).exists():
                return prompt_id
            number += 1

    def _path(self, prompt_id: str) -> Path:
        return self.paths.own_prompts / f"{prompt_id}{ENDING}"

    def _deleted(self, prompt_id: str) -> Path:
        return self.paths.own_prompts / _DELETED / f"{prompt_id}{ENDING}"

    def _move(self, source: Path, target: Path) -> None:
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
            source.replace(target)
        except FileNotFoundError:
            raise UserError("This prompt is not there any more.") from None
        except OSError as error:
            raise StorageError("The prompt cannot be moved.", "Check the disk.", str(error)) from error


def _cut_words(prompt: Prompt, read: Mapping[str, int], given: Mapping[str, str]) -> str:
    """A sentence for each text that the model sees only the beginning of."""
    labels = {one.name: one.label or one.name for one in prompt.variables}
    return " ".join(
        f"Only the first {many:,} of {len(given[name].split(' ')):,} words of "
        f"{f'“{labels[name]}”' if name in labels else 'the answer before'} were read."
        for name, many in read.items()
    )


def _beginning(words: Sequence[str], many: int) -> str:
    """The first words of a text, and how much of it they are where that is not all."""
    if many >= len(words):
        return " ".join(words)
    return f"{' '.join(words[:many])} [… only the first {many:,} of {len(words):,} words were read]"


def _write(path: Path, data: bytes) -> None:
    """Written beside and renamed, so that a file is there whole or not at all."""
    beside = path.with_name(f"{path.name}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        beside.write_bytes(data)
        beside.replace(path)
    except OSError as error:
        raise StorageError(f"{path.name} cannot be written.", "Check the disk.", str(error)) from error
