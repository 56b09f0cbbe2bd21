"""Model incoming data leniently: required fields must be valid, and invalid optional fields count as absent."""

from typing import Annotated, Any

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationError,
    ValidatorFunctionWrapHandler,
    WrapValidator,
    model_validator,
)
from pydantic_core import PydanticCustomError

from deflection.errors import MalformedEventError
from deflection.parsing import is_blank, parse_json
from deflection.validators import Text

OWN_RULE = "own_rule"


def _none_if_invalid(value: Any, validate: ValidatorFunctionWrapHandler) -> Any:
    try:
        return validate(value)
    except ValidationError:
        return None


def _keep_strings(value: Any) -> Any:
    return (
        {k: v for k, v in value.items() if _is_encodable(k) and _is_encodable(v)} if isinstance(value, dict) else value
    )


def _is_encodable(value: Any) -> bool:
    # JSON can contain an unpaired surrogate, which UTF-8 cannot encode.
    return isinstance(value, str) and not any("\ud800" <= character <= "\udfff" for character in value)


def _parse_parameters(value: Any) -> Any:
    parsed = parse_json(value)
    if is_blank(parsed):
        return {}
    if not isinstance(parsed, dict):
        raise PydanticCustomError(OWN_RULE, "must be a JSON object, or a string that contains one")
    return parsed


type Lenient[T] = Annotated[T | None, WrapValidator(_none_if_invalid)]
"""An optional value; it counts as absent if it has the wrong type."""

RequiredText = Annotated[Text, Field(min_length=1)]
"""Text that must be present."""

ContactId = Annotated[Text, Field(min_length=1, max_length=256)]
"""The id of a contact, which must be present."""

ContactAttributes = Annotated[Lenient[dict[str, str]], BeforeValidator(_keep_strings)]
"""Contact attributes; an entry that is not text counts as absent."""

FlowParameters = Annotated[dict[str, Any], BeforeValidator(_parse_parameters)]
"""
The flow parameters of an event: a JSON object, or a string that contains one.

Any other value is an error. If it counted as absent, a request with `DryRun` would send a real message.
"""


class LenientModel(BaseModel):
    """
    Data that AWS sends; unknown fields are ignored, as AWS recommends for its events.

    Pydantic builds a model at its first use, so that init does not build models that are never used.
    """

    model_config = ConfigDict(defer_build=True, strict=True, extra="ignore", hide_input_in_errors=True)


class CaseInsensitiveModel(LenientModel):
    """Data whose keys vary in case; a field's name is the key in lowercase."""

    @model_validator(mode="before")
    @classmethod
    def _lowercase_keys(cls, value: Any) -> Any:
        if not isinstance(value, dict):
            return value
        nulls_first = sorted(value.items(), key=lambda entry: entry[1] is not None)
        return {str(key).lower(): item for key, item in nulls_first}


def parse_as[M: LenientModel](model: type[M], value: Any) -> M:
    """
    Parse a value into a model.

    Raises:
        MalformedEventError: A required field is missing or has the wrong type; the error names it.
    """
    try:
        return model.model_validate(value)
    except ValidationError as error:
        first = error.errors(include_input=False)[0]
        path = ".".join(map(str, first["loc"]))
        is_own = first["type"] == OWN_RULE
        rule = first["msg"] if is_own else "is missing or has the wrong type; send the event as AWS does"
        raise MalformedEventError(f"The event's {path} {rule}.") from error
