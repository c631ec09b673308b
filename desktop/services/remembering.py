"""What becomes of a chat that is longer than the model's memory: its beginning is left out, or summarised once."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from dataclasses import dataclass, replace

from desktop.core.cancel import CancelToken
from desktop.core.chat_requests import ChatTurn, Generate, GeneratedText
from desktop.core.conversations import ContextUse, Message
from desktop.core.events import Event, Note
from desktop.core.prompts import (
    EARLIER_READ,
    SUMMARY_SYSTEM,
    TURN_OVERHEAD,
    earlier_summary,
    earlier_to_summarise,
    shortened,
)
from desktop.services.writing import Asked, Prompt, Writer
from desktop.store.conversations import ConversationStore

SUMMARY_SHARE = 8
"""A summary takes at most this part of the memory, and at most MOST_SUMMARY tokens."""
MOST_SUMMARY = 200
FRAME = 40
"""Tokens of the words around a summary, generously."""


@dataclass(frozen=True)
class Remembering:
    """Fits a prompt into the model's memory, as the person has chosen.

    A summary is kept with each answer that saw it. It stands for all before the first message that is still seen;
    that message names a place in the tree of branches, so every branch through it has the same summary.
    """

    store: ConversationStore
    writer: Writer

    def prompt(
        self, asked: Asked, path: Sequence[Message], kept: bool, cancel: CancelToken
    ) -> Generator[Event, None, Prompt]:
        """The prompt, after the messages of `path`; yields a Note where a summary has to be made first.

        `asked.history` has a turn for each id in `asked.ids`. Without `kept` nothing is looked up or summarised.
        """
        asked = replace(asked, seen_from=_seen_from(path, asked.ids))
        settings = self.writer.settings.current
        if not kept or settings.overflow != "summarise":
            return self.writer.prompt(asked, cancel)
        spare = min(MOST_SUMMARY, self.writer.models.to_load().context_size // SUMMARY_SHARE) + FRAME
        first = self.writer.prompt(asked, cancel, spare)
        left_out = first.use.left_out
        if not left_out:
            return first
        seen = first.use.first_seen
        summary = self._made(path, seen)
        if not summary:
            yield Note("Summarising the beginning of this chat")
            summary = self._summarised(asked, path, left_out, first.use.size, cancel)
        if not summary:
            return first
        turns = (ChatTurn("user", earlier_summary(summary)), ChatTurn("assistant", EARLIER_READ))
        rest = replace(
            asked,
            history=asked.history[left_out:],
            ids=asked.ids[left_out:],
            recalled=turns,
            seen_from=(0, 0),
        )
        made = self.writer.prompt(rest, cancel)
        use = replace(
            made.use,
            left_out=left_out + made.use.left_out,
            first_seen=made.use.first_seen or seen,
            summary=summary,
        )
        return replace(made, use=use)

    def _made(self, path: Sequence[Message], seen: str) -> str:
        """The summary of all before the message `seen`, where an answer of this or another branch has it."""
        if summary := _summary_in(path, seen):
            return summary
        return _summary_in(self.store.all_messages(path[0].conversation_id), seen) if path else ""

    def _summarised(
        self, asked: Asked, path: Sequence[Message], left_out: int, size: int, cancel: CancelToken
    ) -> str:
        """The model's summary of the first `left_out` turns; what an earlier one covers is not read again."""
        uses = (message.timings.context for message in reversed(path))
        before = next((use for use in uses if use.summary and use.first_seen in asked.ids), ContextUse())
        done = asked.ids.index(before.first_seen) if before.summary else 0
        done = min(done, left_out)
        summary, most = before.summary if done else "", min(MOST_SUMMARY, size // SUMMARY_SHARE)
        for run in self._runs(asked.history[done:left_out], size, most, cancel):
            cancel.check()
            summary = self._said(earlier_to_summarise(summary, run), most, cancel) or summary
        return summary

    def _runs(
        self, turns: Sequence[ChatTurn], size: int, most: int, cancel: CancelToken
    ) -> list[list[tuple[str, str]]]:
        """The turns in runs that fit together with the summary so far; a turn that fits in none is shortened."""
        counts, room = self.writer.count([turn.content for turn in turns], cancel)
        room = min(room, size - most) - most - 4 * FRAME
        runs: list[list[tuple[str, str]]] = [[]]
        used = 0
        for turn, count in zip(turns, counts, strict=True):
            text = turn.content if count <= room else shortened(turn.content, 0.9 * room / count)
            count = min(count, room) + TURN_OVERHEAD
            if runs[-1] and used + count > room:
                runs.append([])
                used = 0
            runs[-1].append((turn.role, text))
            used += count
        return [run for run in runs if run]

    def _said(self, prompt: str, most: int, cancel: CancelToken) -> str:
        """What the model answers to one prompt."""
        turns = (ChatTurn("system", SUMMARY_SYSTEM), ChatTurn("user", prompt))
        sampling = replace(self.writer.sampling(), max_tokens=most)
        request = Generate(self.writer.models.to_load(), turns, sampling)
        pieces = self.writer.chat.request(request, cancel)
        return " ".join("".join(one.text for one in pieces if isinstance(one, GeneratedText)).split())


def _last_use(path: Sequence[Message]) -> ContextUse:
    """What the last answer of a branch saw."""
    used = (message.timings.context for message in reversed(path) if message.timings.context.size)
    return next(used, ContextUse())


def _seen_from(path: Sequence[Message], ids: Sequence[str]) -> tuple[int, int]:
    """Where the memory began for the answer before, as an index of `ids`, and how large it was; (0, 0) at first."""
    use = _last_use(path)
    return (ids.index(use.first_seen), use.size) if use.first_seen in ids else (0, 0)


def _summary_in(messages: Sequence[Message], seen: str) -> str:
    uses = (message.timings.context for message in reversed(messages))
    return next((use.summary for use in uses if use.summary and use.first_seen == seen), "")
