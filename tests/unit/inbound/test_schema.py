from typing import Any

import pytest
from pydantic import Field

from deflection.errors import MalformedEventError
from deflection.inbound.schema import (
    CaseInsensitiveModel,
    ContactAttributes,
    Lenient,
    LenientModel,
    RequiredText,
    parse_as,
)
from deflection.validators import Text


class Inner(CaseInsensitiveModel):
    name: RequiredText
    note: Lenient[Text] = None


class Outer(LenientModel):
    inner: Inner = Field(alias="Inner")
    attributes: ContactAttributes = None


def test_unknown_member_is_ignored() -> None:
    assert parse_as(Outer, {"Inner": {"name": "a"}, "New": 5}) == parse_as(Outer, {"Inner": {"name": "a"}})


@pytest.mark.parametrize("note", [None, 5, [], "\ud800"])
def test_invalid_optional_member_counts_as_absent(note: Any) -> None:
    assert parse_as(Outer, {"Inner": {"name": "a", "note": note}}).inner.note is None


@pytest.mark.parametrize("key", ["name", "Name", "NAME"])
def test_key_may_be_in_any_case(key: str) -> None:
    assert parse_as(Outer, {"Inner": {key: "a"}}).inner.name == "a"


@pytest.mark.parametrize("attributes", [{"a": "b", "c": 5, "d": None, "\ud800": "e", "f": "\udfff"}])
def test_only_attributes_that_are_strings_are_kept(attributes: Any) -> None:
    assert parse_as(Outer, {"Inner": {"name": "a"}, "attributes": attributes}).attributes == {"a": "b"}


@pytest.mark.parametrize("name", [None, "", 5, "\ud800"])
def test_error_names_the_path_of_the_required_member(name: Any) -> None:
    with pytest.raises(MalformedEventError, match=r"\bInner\.name\b"):
        parse_as(Outer, {"Inner": {"name": name}})


@pytest.mark.parametrize("value", [{}, {"Inner": None}, {"Inner": []}])
def test_error_names_the_missing_object(value: Any) -> None:
    with pytest.raises(MalformedEventError, match=r"\bInner\b"):
        parse_as(Outer, value)
