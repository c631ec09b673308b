"""Parts of the patterns by which a text that speaks to a model is known."""

from __future__ import annotations

GAP = r"[^.!?\n]{0,50}?"
AI = (
    r"(?:a\.?i\.?|llms?|(?:large )?language models?|(?:ai|virtual|digital) assistants?|"
    r"chat ?bots?|chatgpt|gpt-?\d?"
    r"|copilot|gemini|claude|ai (?:model|system|agent|tool|reader|summari[sz]er)s?)"
)


def override(verbs: str, things: str, which: str) -> str:
    """An order to leave other orders: a verb, then the orders, with a word that says which before or behind them."""
    return (
        rf"\b(?:{verbs})\b(?:{GAP}\b(?:{which})\b{GAP}\b(?:{things})\b|"
        rf"{GAP}\b(?:{things})\b[^.!?\n]{{0,25}}?"
        rf"\b(?:{which})\b)"
    )
