"""Prompts as plain files (TOML): read with every part checked, and written so that a person can read and edit them.

A prompt file may come from anybody. It is only ever read as text: nothing in it is run, fetched or opened.
"""

from __future__ import annotations

import tomllib
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError

from desktop.core.errors import UserError
from desktop.core.prompt_library import Example, Kind, Prompt, Step, Variable, used_variables
from desktop.core.text import clean, shown

MOST_BYTES = 200_000
"""Of one file; the longest that come with the program have two thousand."""
FORMAT = 1

_Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=80)]
_Words = Annotated[str, StringConstraints(strip_whitespace=True, max_length=300)]
_Text = Annotated[str, StringConstraints(max_length=50_000)]
_Id = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,39}$")]


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid")


class _Variable(_Part):
    name: _Id
    label: _Words = ""
    kind: Kind = Kind.TEXT
    choices: Annotated[list[_Name], Field(max_length=50)] = []
    default: _Text = ""
    required: bool = True


class _Example(_Part):
    asked: _Text
    answered: _Text


class _Step(_Part):
    text: Annotated[str, StringConstraints(min_length=1, max_length=50_000)]
    result: _Id | None = None


class _File(_Part):
    deskside_prompt: int = FORMAT
    name: _Name
    about: _Words = ""
    group: _Words = ""
    persona: _Text = ""
    step_by_step: bool = False
    variables: Annotated[list[_Variable], Field(max_length=30)] = []
    examples: Annotated[list[_Example], Field(max_length=20)] = []
    steps: Annotated[list[_Step], Field(min_length=1, max_length=20)]


def parse(data: bytes, prompt_id: str = "", *, own: bool = True) -> Prompt:
    """The prompt of a file's bytes. Raises UserError with one sentence for whatever is wrong with it."""
    if len(data) > MOST_BYTES:
        raise _bad(f"it has more than {MOST_BYTES // 1000} kB")
    try:
        found = tomllib.loads(data.decode("utf-8-sig"))
        file = _File.model_validate(found)
    except UnicodeDecodeError:
        raise _bad("it is no text in UTF-8") from None
    except tomllib.TOMLDecodeError as error:
        raise _bad(f"it is no TOML ({shown(str(error))[:120]})") from None
    except ValidationError as error:
        raise _bad(_first(error)) from None
    except RecursionError:
        raise _bad("it is nested too deeply") from None
    if file.deskside_prompt != FORMAT:
        raise _bad("a newer version of Deskside has written it")
    prompt = _prompt(file, prompt_id, own)
    check(prompt)
    return prompt


def check(prompt: Prompt) -> None:
    """Raise UserError where a prompt cannot work: unknown or doubled variables, a choice with nothing to choose."""
    names = [one.name for one in prompt.variables]
    for variable in prompt.variables:
        if names.count(variable.name) > 1:
            raise _bad(f"the variable {variable.name} is there twice")
        if variable.kind is Kind.CHOICE and not variable.choices:
            raise _bad(f"the variable {variable.name} has nothing to choose from")
        if variable.kind is Kind.CHOICE and variable.default and variable.default not in variable.choices:
            raise _bad(f"what {variable.name} is set to at first is none of its choices")
    if not prompt.name.strip() or not prompt.steps or not all(step.text.strip() for step in prompt.steps):
        raise _bad("it has no name or an empty step")
    known = set(names)
    for step in prompt.steps:
        unknown = [name for name in used_variables(step.text) if name not in known]
        if unknown:
            raise _bad(f"{{{{{unknown[0]}}}}} is neither a variable nor the result of an earlier step")
        if step.result in known:
            raise _bad(f"the name {step.result} is taken twice")
        known.add(step.result)


def write(prompt: Prompt) -> bytes:
    """The file of a prompt; `parse` gives the same prompt back. Raises UserError where `check` does."""
    import tomli_w  # only when something is written

    check(prompt)
    data: dict[str, Any] = {"deskside_prompt": FORMAT, "name": prompt.name}
    data |= {key: getattr(prompt, key) for key in ("about", "group", "persona") if getattr(prompt, key)}
    if prompt.step_by_step:
        data["step_by_step"] = True
    data["variables"] = [_variable_table(one) for one in prompt.variables]
    data["examples"] = [{"asked": one.asked, "answered": one.answered} for one in prompt.examples]
    data["steps"] = [
        {"text": one.text, **({"result": one.result} if one.result else {})} for one in prompt.steps
    ]
    kept = {key: value for key, value in data.items() if value != []}
    try:
        _File.model_validate(kept)
    except ValidationError as error:
        raise _bad(_first(error)) from None
    return tomli_w.dumps(_cleaned(kept), multiline_strings=True).encode("utf-8")


def _variable_table(variable: Variable) -> dict[str, Any]:
    table: dict[str, Any] = {"name": variable.name, "label": variable.label, "kind": variable.kind.value}
    if variable.choices:
        table["choices"] = list(variable.choices)
    if variable.default:
        table["default"] = variable.default
    if not variable.required:
        table["required"] = False
    return table


def _cleaned(value: Any) -> Any:
    """Texts without what no file can hold."""
    if isinstance(value, dict):
        return {key: _cleaned(one) for key, one in value.items()}
    if isinstance(value, list):
        return [_cleaned(one) for one in value]
    return clean(value).replace("\r\n", "\n").replace("\r", "\n") if isinstance(value, str) else value


def _prompt(file: _File, prompt_id: str, own: bool) -> Prompt:
    return Prompt(
        prompt_id,
        shown(file.name),
        tuple(Step(clean(one.text).strip(), one.result or "") for one in file.steps),
        shown(file.about),
        shown(file.group),
        clean(file.persona).strip(),
        tuple(
            Variable(
                one.name,
                shown(one.label),
                one.kind,
                tuple(one.choices),
                clean(one.default),
                one.required,
            )
            for one in file.variables
        ),
        tuple(Example(clean(one.asked).strip(), clean(one.answered).strip()) for one in file.examples),
        file.step_by_step,
        own,
    )


def _first(error: ValidationError) -> str:
    """The first thing that is wrong, in words."""
    first = error.errors()[0]
    place = ".".join(str(part) for part in first["loc"])
    if first["type"] == "missing":
        return f"“{shown(place)[:60]}” is missing"
    if first["type"] == "extra_forbidden":
        return f"“{shown(place)[:60]}” is not known"
    return f"“{shown(place)[:60]}” is not what it must be"


def _bad(why: str) -> UserError:
    return UserError(f"This prompt cannot be used: {why}.")
