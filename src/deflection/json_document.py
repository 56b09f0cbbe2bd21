"""A JSON document of the operator, with what is wrong in it named by line and field."""

import json
from contextlib import suppress
from typing import Any

from pydantic import RootModel, ValidationError

from deflection.errors import InvalidSettingsError

WORDINGS = {
    "missing": "it is missing",
    "extra_forbidden": "there is no such member",
    "string_type": "it must be a text",
    "too_short": "it is empty",
}
"""What pydantic says, by the type of its error, where that is rather for programmers."""


def read_document[M: RootModel[Any]](model: type[M], text: str, setting: str) -> M:
    """
    A document as a model.

    Raises:
        InvalidSettingsError: It is not JSON, or a field is unknown or wrong; the error names setting, line and field.
    """
    try:
        return model.model_validate(json.loads(text, object_pairs_hook=_each_once))
    except json.JSONDecodeError as error:
        raise InvalidSettingsError(f"{setting}, line {error.lineno}: {error.msg}.") from error
    except _TwiceError as error:
        line = text.count("\n", 0, text.rindex(f'"{error}"')) + 1
        raise InvalidSettingsError(f"{setting}, line {line}, {error}: it stands there twice.") from error
    except ValidationError as error:
        raise _named(error, text, setting) from error
    except (RecursionError, ValueError) as error:
        raise InvalidSettingsError(f"{setting}, line 1: it is nested too deep, or has a number too long.") from error


class _TwiceError(ValueError):
    """A key of an object stands there twice; JSON lets it, and the first would be lost."""


def _each_once(members: list[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, value in members:
        if key in found:
            raise _TwiceError(key)
        found[key] = value
    return found


def _named(error: ValidationError, text: str, setting: str) -> InvalidSettingsError:
    """What is wrong in a document, with the line and the field that it is in."""
    wrong = min(error.errors(include_input=False), key=lambda told: told["type"] != "extra_forbidden")
    path = [part for part in wrong["loc"] if isinstance(part, int) or f'"{part}"' in text]
    missing = [wrong["loc"][-1]] if wrong["type"] == "missing" else []
    where = ".".join(map(str, [*path, *missing])) or "the whole document"
    what = WORDINGS.get(wrong["type"], wrong["msg"].removeprefix("Value error, "))
    return InvalidSettingsError(f"{setting}, line {_line(text, path)}, {where}: {what}.")


def _line(text: str, path: list[int | str]) -> int:
    """The line in which the last key of a path stands, or the document begins."""
    position = 0
    with suppress(ValueError):  # a key that stands twice may lead astray; then the line so far is told
        for key in path:
            position = _element(text, position, key) if isinstance(key, int) else text.index(f'"{key}"', position)
    return text.count("\n", 0, position) + 1


def _element(text: str, position: int, index: int) -> int:
    """Where an element of the next list begins."""
    decoder = json.JSONDecoder()
    position = text.index("[", position) + 1
    for _ in range(index):
        _, position = decoder.raw_decode(
            text, position + len(text[position:]) - len(text[position:].lstrip(", \r\n\t"))
        )
    return position + len(text[position:]) - len(text[position:].lstrip(", \r\n\t"))
