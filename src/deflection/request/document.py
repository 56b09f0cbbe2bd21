"""Parse the operator's JSON documents; errors name the line and the field."""

import json
import re
from collections.abc import Iterator
from typing import Any

from pydantic import BaseModel, ConfigDict, RootModel, ValidationError, model_validator
from pydantic_core import PydanticCustomError

from deflection.errors import InvalidSettingsError
from deflection.redaction import nearest_name, redact

type _Path = tuple[int | str, ...]

ERROR_MESSAGES = {
    "missing": "it is missing",
    "string_type": "it must be a string",
    "string_too_short": "it is empty",
    "too_short": "it is empty",
    "int_type": "it must be a whole number, without quotes",
    "list_type": "it must be a list that begins with [",
    "dict_type": "it must be an object",
    "model_type": "it must be an object",
}
"""Plain words for pydantic's errors, by error type."""

JSON_ERROR_MESSAGES = {
    "Invalid control character at": r"a string has a line break or a tab; write \n or \t",
    "Unterminated string starting at": "the closing quote of a string is missing",
}
"""Plain words for the JSON parser's errors."""


class StrictModel(BaseModel):
    """An object of a document; the error for an unknown member suggests the most similar name."""

    # Pydantic builds the models with the first document; few operators have one, and building delays init.
    model_config = ConfigDict(defer_build=True, strict=True, hide_input_in_errors=True)

    @model_validator(mode="before")
    @classmethod
    def _reject_unknown_members(cls, given: Any) -> Any:
        known = [field.alias or name for name, field in cls.model_fields.items()]
        unknown = [name for name in given if name not in known] if isinstance(given, dict) else []
        if unknown:
            message = f"unknown member; the nearest is {nearest_name(unknown[0], known)}"
            raise ValidationError.from_exception_data(
                cls.__name__, [{"type": PydanticCustomError("unknown", message), "loc": (unknown[0],), "input": None}]
            )
        return given


def parse_document[M: RootModel[Any]](model: type[M], text: str, setting: str) -> M:
    """
    Parse a document into a model.

    Args:
        model: The model of the document.
        text: The JSON text.
        setting: The setting that names the SSM parameter, for errors.

    Raises:
        InvalidSettingsError: The document is invalid; the error names the setting, the line and the field.
    """
    places: dict[_Path, int] = {}
    try:
        document = json.loads(text)
        for path, place in _locate_values(text):
            if path in places:  # JSON allows it, but the first value would be lost
                raise _document_error(setting, text, place, path, "it is given twice")
            places[path] = place
        return model.model_validate(document)
    except json.JSONDecodeError as error:
        what = JSON_ERROR_MESSAGES.get(
            error.msg, f"it is not JSON: {error.msg[0].lower()}{error.msg[1:].removesuffix(' at')}"
        )
        raise InvalidSettingsError(f"{setting}, line {error.lineno}: {what}.") from error
    except ValidationError as error:
        wrong = error.errors(include_input=False)[0]
        written = _document_path(wrong["loc"], document)
        path = (*written, wrong["loc"][-1]) if wrong["type"] == "missing" else written
        what = ERROR_MESSAGES.get(wrong["type"], wrong["msg"].removeprefix("Value error, "))
        raise _document_error(setting, text, places.get(written, 0), path, what) from error
    except (RecursionError, ValueError) as error:
        raise InvalidSettingsError(
            f"{setting}, line 1: it is nested too deeply, or a number in it is too long."
        ) from error


def _document_error(setting: str, text: str, place: int, path: _Path, what: str) -> InvalidSettingsError:
    where = ".".join(redact(str(part), "…") for part in path) or "the whole document"
    return InvalidSettingsError(f"{setting}, line {text.count('\n', 0, place) + 1}, {where}: {what}.")


def _document_path(location: _Path, document: Any) -> _Path:
    """Return the part of pydantic's location that exists in the document; a single value may stand for a list."""
    path: list[int | str] = []
    for part in location:
        if part in document if isinstance(document, dict) else isinstance(document, list) and isinstance(part, int):
            document = document[part]
            path.append(part)
    return tuple(path)


_TOKEN = re.compile(
    r"""
    (?P<key> "(?: [^"\\] | \\. )*+" ) \s* :
    | (?P<opens> [\[{] )
    | (?P<closes> [\]}] )
    | " (?: [^"\\] | \\. )*+ "
    | [^\[\]{}",:\s]+
    """,
    re.VERBOSE,
)


def _locate_values(text: str) -> Iterator[tuple[_Path, int]]:
    """Yield the path and the position of each member and element of a JSON text, in order."""
    path: list[int | str] = []  # the last index of each enclosing list, the last name of each enclosing object
    for token in _TOKEN.finditer(text):
        if token["closes"]:
            path.pop()
        elif token["key"]:
            path[-1] = json.loads(token["key"])
            yield tuple(path), token.start()
        else:
            if path and isinstance(path[-1], int):
                path[-1] += 1
                yield tuple(path), token.start()
            if token["opens"]:
                path.append(-1 if token["opens"] == "[" else "")
