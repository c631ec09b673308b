"""What stands under an answer: what it has read, what can be done with it, and why it is as it is."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from desktop.core.chat_requests import Sampling
from desktop.core.conversations import Coverage, Message, Reading, Timings
from desktop.core.documents import Source
from desktop.core.events import Progress
from desktop.services.answering import NOT_FOUND
from desktop.ui.cards import IconLabel
from desktop.ui.reasons import failed_words
from desktop.ui.theme import Theme
from desktop.ui.widgets import Button, IconButton, ProgressBar, Spinner
from desktop.ui.wrapped_text import WrappedText

_MOST_NAMES = 40


class CoverageLine(QWidget):
    """'Read 3 of 9 files, 8 passages. 1 file could not be read.' and the names behind "Show which"."""

    resized = Signal()

    def __init__(
        self, theme: Theme, coverage: Coverage, about: str = "", parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setObjectName("coverage")
        self._about = about
        self._coverage = coverage
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(IconLabel(theme, "files", "text2", 16))
        self.words = WrappedText(theme, self._sentence(), "secondary", "text2")
        row.addWidget(self.words)
        self._button = Button(theme, self.tr("Show which"), "link", size="small", name="coverage_which")
        if not coverage.files and not coverage.files_failed:
            self._button.hide()
        self._button.clicked.connect(self._toggle)
        self._button.setStyleSheet("min-height: 0;")
        row.addWidget(self._button)
        row.addStretch(1)
        column.addLayout(row)
        self._names = WrappedText(theme, self._list(), "secondary", "text2")
        self._names.hide()
        column.addWidget(self._names)

    def _sentence(self) -> str:
        return f"{self._about} {self._read_words()}{self._failed_words()}".strip()

    def _read_words(self) -> str:
        """What was read, and how."""
        coverage = self._coverage
        match coverage.reading:
            case Reading.WHOLE if coverage.pages_total > 1:
                words = self.tr("Read the whole file, {n} pages.") + self._without_text()
            case Reading.WHOLE:
                words = self.tr("Read the whole file.")
            case Reading.PARTS:
                words = self._parts_words()
            case Reading.EVERY:
                words = self.tr("Looked through all {passages} passages of {files}.")
            case _:
                return self._nearest_words()
        files = self.tr("1 file") if coverage.files_total == 1 else self.tr("{n} files")
        words = words.replace("{files}", files.replace("{n}", f"{coverage.files_total:,}"))
        return (
            words.replace("{n}", f"{coverage.pages:,}")
            .replace("{total}", f"{coverage.pages_total:,}")
            .replace("{passages}", f"{coverage.passages:,}")
        )

    def _parts_words(self) -> str:
        """How far a summary came."""
        coverage = self._coverage
        whole = coverage.passages >= coverage.passages_total
        if coverage.pages_total <= 1:
            words = self.tr("Read the whole file") if whole else self.tr("Read {passages} of {all} passages")
            words = words.replace("{all}", f"{coverage.passages_total:,}")
        elif coverage.pages == coverage.pages_total:
            words = self.tr("Read all {n} pages")
        elif whole:
            words = self.tr("Read the whole file, {n} pages")
        else:
            words = self.tr("Read {n} of {total} pages")
        if whole and coverage.parts > 1:
            words += self.tr(", in {parts} parts")
        elif coverage.parts_total and not whole:
            words += self.tr(", {parts} of {of} parts")
        words = words.replace("{of}", f"{coverage.parts_total:,}").replace("{parts}", f"{coverage.parts:,}")
        return f"{words}." + (self._without_text() if whole else "")

    def _without_text(self) -> str:
        """The pages of a file that was read to its end, of which there was nothing to read."""
        missing = self._coverage.pages_total - self._coverage.pages
        if missing == 1:
            return " " + self.tr("1 page has no text that could be read.")
        words = self.tr("{k} pages have no text that could be read.")
        return " " + words.replace("{k}", f"{missing:,}") if missing else ""

    def _nearest_words(self) -> str:
        coverage = self._coverage
        read = self.tr("Read {read} of {total} files, {passages} passages.")
        if coverage.files_total == 1:
            read = self.tr("Read {read} of {total} file, {passages} passages.")
        if coverage.passages == 1:
            read = read.replace(self.tr("passages"), self.tr("passage"))
        return (
            read.replace("{read}", str(coverage.files_read))
            .replace("{total}", f"{coverage.files_total:,}")
            .replace("{passages}", str(coverage.passages))
        )

    def _failed_words(self) -> str:
        """How many files are missing from what was read."""
        coverage, words = self._coverage, ""
        if coverage.files_failed == 1:
            words += " " + self.tr("1 file could not be read.")
        elif coverage.files_failed:
            words += " " + self.tr("{n} files could not be read.").replace("{n}", str(coverage.files_failed))
        if coverage.files_waiting:
            waiting = self.tr("{n} still to be read.").replace("{n}", f"{coverage.files_waiting:,}")
            words += f" {waiting}"
        return words

    def _list(self) -> str:
        files = self._coverage.files
        if not files and self._coverage.reading is Reading.EVERY:
            return self._failed().strip()  # the answer names the files that it has found
        words = self.tr("Read: {names}.").replace(
            "{names}", ", ".join(files[:_MOST_NAMES]) or self.tr("none")
        )
        if len(files) > _MOST_NAMES:
            words += " " + self.tr("And {n} more.").replace("{n}", str(len(files) - _MOST_NAMES))
        return f"{words}{self._failed()}"

    def _failed(self) -> str:
        """The files that could not be read, a sentence each."""
        named = self._coverage.failed
        sentences = [failed_words(one.name, one.reason) for one in named]
        more = self._coverage.files_failed - len(named)
        if more > 0 and named:
            words = self.tr("And {n} more that could not be read; the library says why.")
            sentences.append(words.replace("{n}", f"{more:,}"))
        elif more > 0:
            sentences.append(self.tr("What could not be read stands in the library, with the reason."))
        return "".join(f" {line}" for line in sentences)

    def _toggle(self) -> None:
        shown = self._names.isHidden()
        self._names.setVisible(shown)
        self._button.set_words(self.tr("Hide") if shown else self.tr("Show which"))
        self.resized.emit()


class PromptLine(QWidget):
    """Which prompt of the library was asked."""

    def __init__(self, theme: Theme, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("answer_prompt")
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        row.addWidget(IconLabel(theme, "lightning", "text2", 16))
        words = self.tr("With the prompt “{name}”").replace("{name}", name)
        self.setAccessibleName(words)
        row.addWidget(WrappedText(theme, words, "secondary", "text2"), 1)


class AnswerActions(QWidget):
    """Copy, ask again, and "Why this answer?"."""

    copy = Signal()
    again = Signal()
    compare = Signal()
    table = Signal()
    resized = Signal()

    def __init__(
        self,
        theme: Theme,
        timings: Timings,
        with_files: bool,
        written_by: str = "",
        sampling: Sampling | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setObjectName("answer_actions")
        self._timings = timings
        self._written_by, self._sampling = written_by, sampling
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        row = QHBoxLayout()
        row.setSpacing(6)
        self.copy_button = IconButton(
            theme, "copy", self.tr("Copy the answer"), name="answer_copy", side=24, icon_side=18
        )
        self.copy_button.clicked.connect(self.copy)
        self.again_button = IconButton(
            theme, "arrow-clockwise", self.tr("Answer again"), name="answer_again", side=24, icon_side=18
        )
        self.again_button.clicked.connect(self.again)
        self.compare_button = IconButton(
            theme,
            "columns",
            self.tr("Compare with another answer"),
            name="answer_compare",
            side=24,
            icon_side=18,
        )
        self.compare_button.clicked.connect(self.compare)
        self.table_button = IconButton(
            theme, "table", self.tr("Save the table as a file"), name="answer_table", side=24, icon_side=18
        )
        self.table_button.clicked.connect(self.table)
        self.table_button.hide()
        self._why = Button(theme, self.tr("Why this answer?"), "plain", size="small", name="answer_why")
        if timings.total <= 0 or not timings.prompt_tokens:
            self._why.hide()  # no model has read anything: the coverage says all there is
        self._why.clicked.connect(self._toggle)
        for control in (
            self.copy_button,
            self.again_button,
            self.compare_button,
            self.table_button,
            self._why,
        ):
            row.addWidget(control)
        row.addStretch(1)
        self._row = row
        column.addLayout(row)
        self._reasons = WrappedText(theme, self._words(with_files), "secondary", "text2")
        self._reasons.hide()
        column.addWidget(self._reasons)

    def add(self, control: QWidget) -> None:
        """Put a control behind the answer's own buttons."""
        self._row.insertWidget(4, control)

    def offer_table(self, there: bool) -> None:
        """Whether the answer has a table that can be saved."""
        self.table_button.setVisible(there)

    def set_free(self, free: bool) -> None:
        """Whether it can be answered again now; not while another answer is being written."""
        self.again_button.setVisible(free)
        self.compare_button.setVisible(free)

    def _words(self, with_files: bool) -> str:
        timings = self._timings
        parts = []
        if with_files:
            parts.append(
                self.tr(
                    "The quotes were chosen from your files before the model wrote a word; that took {s} s."
                ).replace("{s}", f"{timings.search:.1f}")
            )
        parts.append(
            self.tr(
                "The model read {p} tokens and kept {r} of them from before. Its first word came after "
                "{f} s; it wrote {a} tokens, {t} a second, and was done after {d} s."
            )
            .replace("{p}", f"{timings.prompt_tokens:,}")
            .replace("{r}", f"{timings.reused_tokens:,}")
            .replace("{f}", f"{timings.first_token:.1f}")
            .replace("{a}", f"{timings.answer_tokens:,}")
            .replace("{t}", f"{timings.tokens_per_second:.0f}")
            .replace("{d}", f"{timings.total:.1f}")
        )
        use = timings.context
        if use.passages_left_out:
            words = self.tr("There was room for {n} of the {all} quotes and passages that were found.")
            words = words.replace("{all}", str(use.passages + use.passages_left_out))
            parts.append(words.replace("{n}", str(use.passages)))
        if self._written_by and self._sampling is not None:
            parts.append(
                self.tr("Written by {model}, temperature {t}, top-p {p}, seed {seed}.")
                .replace("{t}", f"{self._sampling.temperature:g}")
                .replace("{p}", f"{self._sampling.top_p:g}")
                .replace("{seed}", str(self._sampling.seed))
                .replace("{model}", self._written_by)
            )
        return " ".join(parts)

    def _toggle(self) -> None:
        self._reasons.setVisible(self._reasons.isHidden())
        self.resized.emit()


class StatusLine(QWidget):
    """What is going on, in words, beside a turning ring; with a bar where it is known how long it takes."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("answer_status")
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(Spinner(theme, 16))
        self.words = WrappedText(theme, "", "secondary", "text2")
        row.addWidget(self.words, 1)
        column.addLayout(row)
        self.bar = ProgressBar(theme, "answer_bar")
        self.bar.hide()
        column.addWidget(self.bar)

    def set_words(self, words: str) -> None:
        """Say something else."""
        self.words.set_text(words)
        self.setAccessibleName(words)

    def set_progress(self, progress: Progress | None) -> None:
        """How far it is; None where that is not known."""
        self.bar.setVisible(progress is not None)
        if progress is not None:
            self.bar.set_share(progress.done / max(progress.total, 1))


def has_table(markdown: str) -> bool:
    """Whether there may be a table: a line of dashes between bars."""
    return any(
        line.count("-") > 1 and "|" in line and not set(line) - set("|-: ") for line in markdown.splitlines()
    )


def words_of(message: Message) -> str:
    """What the model wrote; nothing where the answer only says that the files do not say it."""
    words = message.text.strip()
    grounding = message.grounding
    return "" if grounding is not None and not grounding.found and words == NOT_FOUND else words


def sources_of(message: Message) -> tuple[Source, ...]:
    """The quotes, and behind them what else a sentence of the answer names."""
    grounding = message.grounding
    if grounding is None:
        return ()
    shown = {sentence.source for sentence in message.sentences} | {quote.number for quote in grounding.quotes}
    return tuple(source for source in grounding.sources() if source.number in shown)
