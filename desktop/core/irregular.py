"""Irregular English verbs by their base form: "wrote" and "written" say the same as "write"."""

from __future__ import annotations

_VERBS = """
arise arose arisen|bear bore borne|begin began begun|bind bound|break broke broken|bring brought|build built
buy bought|catch caught|choose chose chosen|come came|deal dealt|draw drew drawn|drink drank drunk
drive drove driven|eat ate eaten|fall fell fallen|feed fed|fight fought|find found|fly flew flown
forbid forbade forbidden
forget forgot forgotten|freeze froze frozen|get got gotten|give gave given|go went gone|grow grew grown|hang hung
hear heard|hide hid hidden|hold held|keep kept|know knew known|lay laid|lead led|leave left|lend lent|lose lost
make made|mean meant|meet met|pay paid|ride rode ridden|ring rang rung|rise rose risen|run ran|say said|see saw seen
seek sought|sell sold|send sent|shake shook shaken|shoot shot|show shown|shrink shrank shrunk|sing sang sung
sink sank sunk|sit sat|sleep slept|speak spoke spoken|spend spent|stand stood|steal stole stolen|stick stuck
strike struck|swear swore sworn|swim swam swum|take took taken|teach taught|tear tore torn|tell told|think thought
throw threw thrown|undergo underwent undergone|understand understood|wake woke woken|wear wore worn|win won
withdraw withdrew withdrawn|write wrote written
"""
_BASES = {
    form: base
    for entry in _VERBS.replace("\n", "|").split("|")
    if entry
    for base, *forms in [entry.split()]
    for form in forms
}


def base_of(word: str) -> str:
    """The base form of an irregular verb, any other word as it is; `word` is in lower case."""
    return _BASES.get(word, word)
