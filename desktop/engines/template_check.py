"""Tries a chat template as the chat would use it: in jinja's sandbox, with a short conversation."""

from __future__ import annotations

from desktop.core.errors import ModelError

MAX_PROMPT = 200_000
_PROBE = "Deskside asks 4711"


def check_template(name: str, template: str, bos: str = "<s>", eos: str = "</s>") -> None:
    """Render it. Raises ModelError if it does not run, reaches for the program's insides, or drops the question.

    It may loop for ever or fill the memory: the caller watches the process that this runs in.
    """
    from jinja2.exceptions import SecurityError, TemplateError
    from jinja2.ext import loopcontrols
    from jinja2.sandbox import ImmutableSandboxedEnvironment

    def refuse(message: str) -> str:
        raise TemplateError(message)

    environment = ImmutableSandboxedEnvironment(
        trim_blocks=True, lstrip_blocks=True, extensions=[loopcontrols]
    )
    environment.globals["raise_exception"] = refuse
    environment.globals["strftime_now"] = lambda form: "1 January 2026"
    turns = [{"role": "user", "content": _PROBE}]
    try:
        prompt = environment.from_string(template).render(
            messages=turns, bos_token=bos, eos_token=eos, add_generation_prompt=True, tools=None
        )
    except SecurityError as error:
        raise ModelError(
            f"{name} cannot be used: its chat template tries to reach into the program.",
            "Nothing happened. Choose a model from a source that you trust.",
            str(error),
        ) from error
    except (TemplateError, TypeError, ValueError, ArithmeticError, LookupError, AttributeError) as error:
        raise ModelError(
            f"{name} cannot be used: its chat template does not work.", "Choose another model.", repr(error)
        ) from error
    except (MemoryError, RecursionError) as error:
        raise too_much(name) from error
    if len(prompt) > MAX_PROMPT:
        raise too_much(name)
    if _PROBE not in prompt:
        raise ModelError(
            f"{name} cannot be used: its chat template leaves out the question.", "Choose another model."
        )


def too_much(name: str) -> ModelError:
    """What is said of a template that needs more time or memory than any real one."""
    return ModelError(
        f"{name} cannot be used: its chat template never comes to an end.",
        "Choose a model from a source that you trust.",
    )
