"""What a person thinks of answers, and the rows that training takes from it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import IntEnum

from desktop.core.chat_requests import ChatTurn


class Rating(IntEnum):
    DOWN = -1
    NONE = 0
    UP = 1


@dataclass(frozen=True)
class Feedback:
    """On one answer: thumbs, and what it should have said ('' for nothing). `seen` is what the model was shown."""

    message_id: str
    rating: Rating = Rating.NONE
    correction: str = ""
    seen: tuple[ChatTurn, ...] = ()
    created: float = 0.0

    def __bool__(self) -> bool:
        """Whether anything was said."""
        return self.rating is not Rating.NONE or bool(self.correction)


@dataclass(frozen=True)
class Rated:
    """Feedback with the answer that it is about; `asked` is the id of the message that this answers."""

    feedback: Feedback
    answer: str
    model: str = ""
    asked: str = ""


@dataclass(frozen=True)
class Preferred:
    """Of two answers to the same, the one that a person chose."""

    seen: tuple[ChatTurn, ...]
    chosen: str
    rejected: str


Row = dict[str, object]


def supervised_row(rated: Rated) -> Row | None:
    """A conversation with the answer to learn: the correction, or one that was found good. None for any other."""
    feedback = rated.feedback
    answer = feedback.correction or (rated.answer if feedback.rating is Rating.UP else "")
    if not answer.strip() or not feedback.seen:
        return None
    return {"messages": [*_turns(feedback.seen), {"role": "assistant", "content": answer}]}


def preference_of(rated: Rated) -> Preferred | None:
    """A correction is better than what it corrects."""
    feedback = rated.feedback
    if not feedback.correction.strip() or not rated.answer.strip() or feedback.correction == rated.answer:
        return None
    return Preferred(feedback.seen, feedback.correction, rated.answer)


def preferences_of(rated: Sequence[Rated]) -> Iterator[Preferred]:
    """Of the answers to one question, each with thumbs up is better than each with thumbs down."""
    for good in rated:
        for bad in rated if good.feedback.rating is Rating.UP else ():
            same = good.asked == bad.asked and good.answer.strip() and bad.answer.strip()
            if same and bad.feedback.rating is Rating.DOWN:
                yield Preferred(good.feedback.seen, good.answer, bad.answer)


def preference_row(one: Preferred) -> Row:
    """Prompt, chosen and rejected, each as turns, as trainers for preferences take them."""
    return {
        "prompt": _turns(one.seen),
        "chosen": [{"role": "assistant", "content": one.chosen}],
        "rejected": [{"role": "assistant", "content": one.rejected}],
    }


def _turns(seen: tuple[ChatTurn, ...]) -> list[dict[str, str]]:
    return [{"role": turn.role, "content": turn.content} for turn in seen]
