"""A JSON document of the operator, with what is wrong in it named by line and field."""

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
    "string_type": "it must be a text",
    "string_too_short": "it is empty",
    "too_short": "it is empty",
    "int_type": "it must be a whole number, without quotes",
    "list_type": "it must be a list, which begins with [",
    "dict_type": "it must be an object",
    "model_type": "it must be an object",
}
"""What pydantic says, by the type of its error, where that is rather for programmers."""

JSON_ERROR_MESSAGES = {
    "Invalid control character at": r"a text has a line break or a tab; write \n or \t",
    "Unterminated string starting at": "a text has no closing quote",
}
"""Likewise for the parser of JSON."""


class StrictModel(BaseModel):
    """An object of a document: of a member that it does not know it tells the nearest one that it does."""

    # Models are built with the first document; few operators keep one, and every start would wait for them.
    model_config = ConfigDict(defer_build=True, strict=True, hide_input_in_errors=True)

    @model_validator(mode="before")
    @classmethod
    def _knows(cls, given: Any) -> Any:
        known = [field.alias or name for name, field in cls.model_fields.items()]
        unknown = [name for name in given if name not in known] if isinstance(given, dict) else []
        if unknown:
            what = f"there is no such member; the nearest is {nearest_name(unknown[0], known)}"
            raise ValidationError.from_exception_data(
                cls.__name__, [{"type": PydanticCustomError("unknown", what), "loc": (unknown[0],), "input": None}]
            )
        return given


def parse_document[M: RootModel[Any]](model: type[M], text: str, setting: str) -> M:
    """
    A document as a model.

    Raises:
        InvalidSettingsError: It is not JSON, or a field is unknown or wrong; the error names setting, line and field.
    """
    places: dict[_Path, int] = {}
    try:
        document = json.loads(text)
        for path, place in _locate_values(text):
            if path in places:  # JSON lets it, and the first would be lost
                raise _document_error(setting, text, place, path, "it stands there twice")
            places[path] = place
        return model.model_validate(document)
    except json.JSONDecodeError as error:
        what = JSON_ERROR_MESSAGES.get(
            error.msg, f"it is no JSON: {error.msg[0].lower()}{error.msg[1:].removesuffix(' at')}"
        )
        raise InvalidSettingsError(f"{setting}, line {error.lineno}: {what}.") from error
    except ValidationError as error:
        wrong = error.errors(include_input=False)[0]
        written = _document_path(wrong["loc"], document)
        path = (*written, wrong["loc"][-1]) if wrong["type"] == "missing" else written
        what = ERROR_MESSAGES.get(wrong["type"], wrong["msg"].removeprefix("Value error, "))
        raise _document_error(setting, text, places.get(written, 0), path, what) from error
    except (RecursionError, ValueError) as error:
        raise InvalidSettingsError(f"{setting}, line 1: it is nested too deep, or has a number too long.") from error


def _document_error(setting: str, text: str, place: int, path: _Path, what: str) -> InvalidSettingsError:
    where = ".".join(redact(str(part), "…") for part in path) or "the whole document"
    return InvalidSettingsError(f"{setting}, line {text.count('\n', 0, place) + 1}, {where}: {what}.")


def _document_path(location: _Path, document: Any) -> _Path:
    """As much of pydantic's location as stands in the document; a text that counts as a list of one is in no list."""
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
    """Each member and element of a JSON text, in their order: its path, and where it begins."""
    path: list[int | str] = []  # for each list around it the index of the last element, for each object the last name
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
