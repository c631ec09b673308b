"""What the models page says of a model: its purpose, size, speed and licence in words."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

from desktop.core.fit import Fit, Verdict
from desktop.core.machine import Machine
from desktop.core.models import ModelFormat, ModelSpec, Purpose

WORDS_A_TOKEN = 0.75
"""English words; the usual rule of thumb for the vocabularies of today's models."""


def _tr(text: str) -> str:
    return QCoreApplication.translate("ModelWords", text)


def size_words(size: float) -> str:
    """Bytes as 94 MB or 2.5 GB."""
    if size >= 9.95e8:
        return _tr("{n} GB").replace("{n}", f"{size / 1e9:.1f}")
    return _tr("{n} MB").replace("{n}", f"{max(size / 1e6, 0.1 if size else 0):.0f}")


def parameter_words(parameters: float) -> str:
    """Billions of parameters: 135M, 3.8B, 30B."""
    if not parameters:
        return ""
    if parameters < 9.95e8:
        return f"{parameters / 1e6:.0f}M"
    billions = parameters / 1e9
    return f"{billions:.0f}B" if billions >= 9.95 else f"{billions:.1f}B"


def speed_words(tokens_per_second: float) -> str:
    """Tokens a second as words a second, or ''."""
    if not tokens_per_second:
        return ""
    words = tokens_per_second * WORDS_A_TOKEN
    number = f"{words:.0f}" if words >= 2 else f"{words:.1f}"
    return _tr("{n} words a second").replace("{n}", number)


def fact_words(spec: ModelSpec, needs: int = 0) -> tuple[str, ...]:
    """The memory that it needs, parameters, quantization, context and licence, as far as they are known.

    What decides most comes first: where there is little room, the last are left out.
    """
    context = _tr("{n} tokens").replace("{n}", f"{spec.context:,}") if spec.context else ""
    memory = _tr("needs {size} of memory").replace("{size}", size_words(needs)) if needs else ""
    known = (memory, parameter_words(spec.parameters), spec.quantization, context, spec.licence)
    return tuple(one for one in known if one)


def purpose_words(spec: ModelSpec, base: str = "") -> str:
    """What it is for; `base` names the model that an adapter belongs to."""
    if spec.purpose is Purpose.ADAPTER:
        return (
            _tr("Adapter for {name}").replace("{name}", base or spec.base)
            if base or spec.base
            else _tr("Adapter")
        )
    words = purpose_name(spec.purpose)
    if spec.starter:
        return _tr("{what}, starter model").replace("{what}", words)
    if spec.format is not ModelFormat.GGUF and spec.purpose is Purpose.CHAT:
        return _tr("For training")
    return words


def purpose_name(purpose: Purpose) -> str:
    """The word for a purpose."""
    return {
        Purpose.CHAT: _tr("Chat"),
        Purpose.VISION: _tr("Chat about pictures"),
        Purpose.EMBEDDING: _tr("Finding passages"),
        Purpose.RERANKING: _tr("Sorting results"),
        Purpose.CAPTIONING: _tr("Describing pictures"),
        Purpose.ADAPTER: _tr("Adapter"),
    }[purpose]


def fit_words(fit: Fit) -> tuple[str, str, str]:
    """Whether a model fits, in words, with the icon and the colour token that go with them."""
    if fit.verdict is Verdict.WELL:
        return _tr("Fits, {size} stay free").replace("{size}", size_words(fit.free_after)), "check", "ok"
    if fit.verdict is Verdict.TIGHT:
        return _tr("Tight: close other programs first"), "warning-circle", "warn"
    return _tr("Needs {size} more than you have").replace("{size}", size_words(fit.lacking)), "x", "bad"


def pace_words(tokens_per_second: float) -> str:
    """A speed in words, and what it feels like."""
    words = tokens_per_second * WORDS_A_TOKEN
    if words >= 10:
        feel = _tr("faster than you read")
    elif words >= 3:
        feel = _tr("a calm reading speed")
    else:
        feel = _tr("slower than you read")
    return (
        _tr("About {words}, {feel}")
        .replace("{words}", speed_words(tokens_per_second))
        .replace("{feel}", feel)
    )


def need_rows(fit: Fit, machine: Machine) -> list[tuple[str, str]]:
    """The numbers behind a fit."""
    context = _tr("{size}, for {n} tokens").replace("{size}", size_words(fit.cache))
    free = _tr("{free} of {all}").replace("{free}", size_words(machine.available))
    return [
        (_tr("The model"), size_words(fit.weights)),
        (_tr("The conversation"), context.replace("{n}", f"{fit.context:,}") if fit.cache else ""),
        (_tr("Room to compute"), size_words(fit.buffers)),
        (_tr("Needed in all"), size_words(fit.needed)),
        (_tr("On the graphics card"), size_words(fit.on_card) if fit.on_card else ""),
        (_tr("Free now"), free.replace("{all}", size_words(machine.memory))),
        (_tr("So it is"), fit_words(fit)[0]),
    ]
