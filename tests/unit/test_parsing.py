from typing import Any

import pytest

from deflection.parsing import (
    drop_blank_members,
    is_blank,
    parse_json,
    parse_list,
    parse_segment_attributes,
    parse_string_map,
    to_json_string,
    to_string,
)


@pytest.mark.parametrize("value", [None, "", "  ", {}, []])
def test_blank_value_counts_as_not_set(value: Any) -> None:
    assert is_blank(value)


@pytest.mark.parametrize("value", [0, False, "0", [None], {"a": None}])
def test_any_other_value_counts_as_set(value: Any) -> None:
    assert not is_blank(value)


@pytest.mark.parametrize(
    ("value", "parsed"),
    [
        (' {"a": 1}', {"a": 1}),
        ("[1]", [1]),
        ("90", "90"),
        ("true", "true"),
        ('{"a": ', '{"a": '),
        ("[" * 100_000, "[" * 100_000),
        (5, 5),
    ],
)
def test_only_a_json_object_or_list_in_a_string_is_parsed(value: Any, parsed: Any) -> None:
    assert parse_json(value) == parsed


@pytest.mark.parametrize(
    ("value", "parsed"), [("a, b,", ["a", "b"]), ('["a", "b"]', ["a", "b"]), (["a"], ["a"]), (",", []), (5, 5)]
)
def test_list_is_json_or_separated_by_commas(value: Any, parsed: Any) -> None:
    assert parse_list(value) == parsed


def test_string_map_has_scalars_as_strings_and_no_blank_members() -> None:
    value = '{"a": "text", "b": 1.5, "c": true, "d": null, "e": " ", "f": {"nested": 1}}'

    assert parse_string_map(value) == {"a": "text", "b": "1.5", "c": "true", "f": {"nested": 1}}
    assert parse_string_map("text") == "text"


def test_segment_attribute_may_be_wrapped_like_in_the_api() -> None:
    value = {"a": {"ValueString": "wrapped"}, "b": "plain", "c": {"ValueMap": {}}}

    assert parse_segment_attributes(value) == {"a": "wrapped", "b": "plain", "c": {"ValueMap": {}}}
    assert parse_segment_attributes("text") == "text"


def test_blank_members_are_dropped_from_an_object_but_not_empty_objects_and_lists() -> None:
    assert drop_blank_members({"a": "", "b": None, "c": {}, "d": [], "e": 0}) == {"c": {}, "d": [], "e": 0}


@pytest.mark.parametrize(
    ("value", "string"), [(90, "90"), (1.5, "1.5"), (True, "true"), ("text", "text"), (["a"], ["a"])]
)
def test_scalar_is_turned_into_the_string_of_json(value: Any, string: Any) -> None:
    assert to_string(value) == string


@pytest.mark.parametrize(("value", "string"), [({"a": 1}, '{"a": 1}'), ("text", "text")])
def test_object_is_turned_into_a_json_string(value: Any, string: Any) -> None:
    assert to_json_string(value) == string
