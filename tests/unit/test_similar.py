"""Texts that are nearly the same: found in spite of small changes, and not confused with others."""

from __future__ import annotations

import random

from desktop.core.similar import NEAR, Fingerprint, distance, fingerprint, groups

_WORD_LIST = """
the tenant landlord notice period deposit rent heating repair garden key lift cellar contract month year water
power bill letter council board minute offer window door roof wall floor stairs lamp fence gate agrees pays returns
keeps checks opens closes writes signs asks may must shall not before after during within without until and or of
to in on by for from with
"""
_WORDS = _WORD_LIST.split()


def _text(seed: int, words: int = 300) -> str:
    chosen = random.Random(seed)
    return " ".join(chosen.choice(_WORDS) for _ in range(words))


def _with_changes(text: str, number: int, seed: int = 0) -> str:
    chosen = random.Random(seed)
    words = text.split()
    for place in chosen.sample(range(len(words)), number):
        words[place] = f"changed{place}"
    return " ".join(words)


def test_the_same_text_has_the_same_fingerprint_however_it_is_cut() -> None:
    text = _text(1)
    words = text.split()
    cut = [" ".join(words[:7]), "", " ".join(words[7:8]), " ".join(words[8:200]), " ".join(words[200:])]
    assert fingerprint(cut) == fingerprint([text])
    assert fingerprint([text.upper() + "\n\n"]) == fingerprint([text])


def test_a_fingerprint_has_64_bits_and_does_not_change_from_run_to_run() -> None:
    values = [fingerprint([_text(seed)]) for seed in range(40)]
    assert all(0 < value < 2**64 for value in values)
    assert any(value >= 2**63 for value in values)
    assert fingerprint(["The notice period is three months."]) == 5714134768908042840


def test_no_words_have_no_fingerprint_and_few_words_have_one() -> None:
    assert fingerprint([]) == fingerprint(["", " \n", "--- ... ***"]) == 0
    assert Fingerprint().value == 0
    assert fingerprint(["one"]) not in (0, fingerprint(["two"]))


def test_small_changes_move_it_little_and_another_text_much() -> None:
    texts = [_text(seed) for seed in range(30)]
    for seed, text in enumerate(texts):
        assert distance(fingerprint([text]), fingerprint([_with_changes(text, 3, seed)])) <= NEAR
        assert distance(fingerprint([text]), fingerprint([_text(seed + 1000)])) > NEAR


def test_each_sign_of_a_script_without_spaces_counts_as_a_word() -> None:
    signs = random.Random(5)
    text = "".join(chr(0x4E00 + signs.randrange(400)) for _ in range(300))
    changed = text[:100] + "新" + text[101:]
    other = "".join(chr(0x4E00 + signs.randrange(400)) for _ in range(300))
    assert 0 < distance(fingerprint([text]), fingerprint([changed])) <= NEAR
    assert distance(fingerprint([text]), fingerprint([other])) > NEAR


def test_groups_hold_what_is_near_to_their_first_and_leave_the_rest_out() -> None:
    first, second, alone = _text(1), _text(2), _text(3)
    texts = [first, alone, second, _with_changes(first, 3), "", _with_changes(second, 3), first]
    found = groups([fingerprint([text]) for text in texts], [len(text) for text in texts])
    assert found == [[0, 3, 6], [2, 5]]


def test_a_text_that_is_much_longer_is_not_the_same() -> None:
    text = _text(1)
    repeated = f"{text} {text}"
    values = [fingerprint([text]), fingerprint([repeated])]
    assert distance(*values) <= NEAR
    assert groups(values, [len(text), len(repeated)]) == []


def test_groups_do_not_chain_and_nothing_is_in_two() -> None:
    ends = [0b1, 0b1 | 0xFF << 8, 0b1 | 0xFFFF << 8]
    assert [distance(ends[0], end) for end in ends] == [0, 8, 16]
    assert groups(ends, [100, 100, 100]) == [[0, 1]]
    assert groups([], []) == []
