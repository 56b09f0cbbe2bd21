"""A JSON document of the operator, with what is wrong in it named by line and field."""

import json
from contextlib import suppress
from typing import Any

from pydantic import RootModel, ValidationError

from deflection.errors import InvalidSettingsError


def read_document[M: RootModel[Any]](model: type[M], text: str, setting: str) -> M:
    """
    A document as a model.

    Raises:
        InvalidSettingsError: It is not JSON, or a field is unknown or wrong; the error names setting, line and field.
    """
    try:
        return model.model_validate(json.loads(text))
    except json.JSONDecodeError as error:
        raise InvalidSettingsError(f"{setting}, line {error.lineno}: {error.msg}.") from error
    except ValidationError as error:
        raise _named(error, text, setting) from error
    except (RecursionError, ValueError) as error:
        raise InvalidSettingsError(f"{setting}, line 1: it is nested too deep, or has a number too long.") from error


def _named(error: ValidationError, text: str, setting: str) -> InvalidSettingsError:
    """What is wrong in a document, with the line and the field that it is in."""
    wrong = min(error.errors(include_input=False), key=lambda told: told["type"] != "extra_forbidden")
    path = [part for part in wrong["loc"] if isinstance(part, int) or f'"{part}"' in text]
    where = ".".join(map(str, path)) or "the whole document"
    return InvalidSettingsError(f"{setting}, line {_line(text, path)}, {where}: {wrong['msg']}.")


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
