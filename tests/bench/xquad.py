"""Whether answers are right and known to be missing: 200 questions of XQuAD to its 240 paragraphs as documents."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from desktop.core.documents import TableColumns
from desktop.core.events import Answer, Found, ImportSummary
from desktop.services.all import Services
from tests.bench.measure import Figure, Options, say, services

QUESTIONS = 200
FOLDS = 8
"""The documents are left out in that many parts: each question is asked of the collection without its part."""
QUOTES_TARGET, WORDS_TARGET, FOUND_TARGET = 0.88, 0.90, 0.85
COLUMNS = TableColumns("text", "_id", "title")


@dataclass(frozen=True)
class Question:
    """A question with its right answers and the id of its document."""

    text: str
    gold: str
    answers: tuple[str, ...]

    def answered_in(self, texts: Sequence[str]) -> bool:
        """Whether one of the texts contains a right answer, without regard to case and white space."""
        plain = [_plain(text) for text in texts]
        return any(_plain(answer) in text for answer in self.answers for text in plain)


@dataclass(frozen=True)
class Counted:
    """How many of the questions were answered in quotes, in quotes or words, and taken to be found."""

    quotes: int = 0
    words: int = 0
    found: int = 0
    of: int = 0


def figures(options: Options) -> list[Figure]:
    """For rows of a table and for single files: quotes, quotes or words, and found or not."""
    if options.xquad is None:
        note = "not run: no data (see tests/bench/README.md)"
        return [Figure("XQuAD: right answers and missing ones", "", note)]
    documents, questions = read(options.xquad)
    chosen = [questions[number * len(questions) // QUESTIONS] for number in range(QUESTIONS)]
    lines: list[Figure] = []
    for name, write in (("rows of a JSONL file", _as_rows), ("text files", _as_files)):
        lines += _lines(f"{len(documents)} {name}", documents, chosen, questions, write)
    return lines


Documents = dict[str, dict[str, str]]
Writer = Callable[[Path, Documents], list[Path]]


def _lines(
    name: str, documents: Documents, chosen: list[Question], questions: list[Question], write: Writer
) -> list[Figure]:
    with services() as built:
        with _collection(built, documents, write) as collection:
            say(f"xquad: {name}, {len(chosen)} questions")
            asked = _asked(built, collection, chosen)
            say(f"xquad: {name}, all {len(questions)} questions without the model")
            every = _grounded(built, collection, questions)
        say(f"xquad: {name}, without the answering documents")
        missing, all_missing = _left_out(built, documents, chosen, questions, write)
    size, total = len(chosen), len(questions)
    yes, no = asked.found / size, 1 - missing / size
    all_yes, all_no = every.found / total, 1 - all_missing / total
    return [
        _share(
            f"XQuAD as {name}: right answer in the (at most three) quotes",
            asked.quotes / size,
            QUOTES_TARGET,
            f"{size} questions; {every.quotes / total:.3f} of all {total}",
        ),
        _share(
            f"XQuAD as {name}: right answer in quotes or words",
            asked.words / size,
            WORDS_TARGET,
            f"{size} questions; the starter model answers those whose quotes do not hold the answer already",
        ),
        _share(
            f"XQuAD as {name}: says when the files do not say, balanced accuracy",
            (yes + no) / 2,
            FOUND_TARGET,
            f"found {yes:.3f} of those that are there, not found {no:.3f} of those left out (the documents imported "
            f"{FOLDS} times without an eighth of them); {(all_yes + all_no) / 2:.3f} ({all_yes:.3f}, {all_no:.3f}) "
            f"for all {total}",
        ),
    ]


def _share(what: str, value: float, target: float, note: str) -> Figure:
    return Figure(what, f"≥ {target}", f"{value:.3f}", passed=value >= target, note=note)


def _asked(built: Services, collection: str, questions: Sequence[Question]) -> Counted:
    """Ask each question in a chat of its own; the model need not write where the quotes hold the answer already."""
    quotes = words = found = 0
    for number, question in enumerate(questions, 1):
        if number % 50 == 0:
            say(f"xquad: {number} asked")
        chat = built.conversations.create(collection)
        grounding, quoted, said = None, False, ""
        for event in built.answering.ask(chat.id, question.text):
            if isinstance(event, Found):
                grounding = event.grounding
                assert grounding is not None
                quoted = question.answered_in([source.text for source in grounding.quotes])
                if quoted:
                    break
            elif isinstance(event, Answer):
                said = event.message.text
        assert grounding is not None
        quotes += quoted
        words += quoted or question.answered_in([said])
        found += grounding.found
    return Counted(quotes, words, found, len(questions))


def _grounded(built: Services, collection: str, questions: Sequence[Question]) -> Counted:
    """The quotes and the decision alone, as `deskside ask --quotes-only` gives them."""
    quotes = found = 0
    for question in questions:
        grounding = built.searching.ground(collection, question.text, "", built.settings.current.passages)
        quotes += question.answered_in([source.text for source in grounding.quotes])
        found += grounding.found
    return Counted(quotes, 0, found, len(questions))


def _left_out(
    built: Services, documents: Documents, chosen: list[Question], questions: list[Question], write: Writer
) -> tuple[int, int]:
    """How many of the chosen and of all questions are taken to be found though their document is not there."""
    ids = list(documents)
    wrongly: set[int] = set()
    for fold in range(FOLDS):
        out = set(ids[fold::FOLDS])
        kept = {name: row for name, row in documents.items() if name not in out}
        # A paragraph may answer a question that was asked of another one: only its own is left out, as in the target.
        with _collection(built, kept, write) as collection:
            for number, question in enumerate(questions):
                if question.gold in out:
                    counted = _grounded(built, collection, [question])
                    if counted.found:
                        wrongly.add(number)
    of_chosen = {id(question) for question in chosen}
    return sum(id(questions[number]) in of_chosen for number in wrongly), len(wrongly)


@contextmanager
def _collection(built: Services, documents: Documents, write: Writer) -> Iterator[str]:
    """A collection of the documents, deleted at the end."""
    with tempfile.TemporaryDirectory() as folder:
        paths = write(Path(folder), documents)
        collection = built.library.create_collection(Path(folder).name)
        for event in built.importing.import_files(paths, collection.id, COLUMNS):
            if isinstance(event, ImportSummary) and event.ready != len(paths):
                raise RuntimeError(f"{event.ready} of {len(paths)} files were imported")
        yield collection.id
        built.library.delete_collection(collection.id)


def _as_rows(folder: Path, documents: Documents) -> list[Path]:
    path = folder / "paragraphs.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in documents.values()), "utf-8")
    return [path]


def _as_files(folder: Path, documents: Documents) -> list[Path]:
    """Without their titles: a file's name is all that is known of it, and it says nothing here."""
    paths = []
    for name, row in documents.items():
        paths.append(folder / f"{name}.txt")
        paths[-1].write_text(row["text"], "utf-8")
    return paths


def read(folder: Path) -> tuple[Documents, list[Question]]:
    """The documents by id, and the questions."""
    documents: Documents = {}
    questions: list[Question] = []
    for path in sorted(folder.glob("*.jsonl")):
        for line in path.read_text("utf-8").splitlines():
            row = json.loads(line)
            if "gold" in row:
                questions.append(Question(row["text"], row["gold"], tuple(row["answers"])))
            else:
                documents[row["_id"]] = row
    if not documents or not questions:
        raise FileNotFoundError(
            "the folder holds no passages and questions in JSONL (see tests/bench/README.md)"
        )
    return documents, questions


def _plain(text: str) -> str:
    return " ".join(text.lower().split())
