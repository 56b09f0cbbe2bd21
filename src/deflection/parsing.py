"""
How the strings of a flow's block become the values of the API.

A block passes "90", "true", or an object or a list in a string; one that passes JSON gives real values. Both work.
"""

import json
from typing import Any


def is_blank(value: Any) -> bool:
    """Whether a value counts as not given: an unset reference in a flow arrives empty or null."""
    return value is None or value in ({}, []) or (isinstance(value, str) and not value.strip())


def parse_json(value: Any) -> Any:
    """A JSON object or list in a string, read; anything else as it is."""
    if not isinstance(value, str) or not value.lstrip().startswith(("{", "[")):
        return value
    try:
        return json.loads(value)
    except (ValueError, RecursionError):
        return value


def parse_list(value: Any) -> Any:
    """A JSON list in a string, read; a comma-separated one, split; anything else as it is."""
    parsed = parse_json(value)
    return [item.strip() for item in parsed.split(",") if item.strip()] if isinstance(parsed, str) else parsed


def parse_string_map(value: Any) -> Any:
    """An object's scalars as text, without those that count as not given; what is nested stays, to be refused."""
    members = drop_blank_members(value)
    return {name: to_string(item) for name, item in members.items()} if isinstance(members, dict) else members


def drop_blank_members(value: Any) -> Any:
    """An object without the members that are null or empty text, which count as not given."""
    parsed = parse_json(value)
    if not isinstance(parsed, dict):
        return parsed
    return {name: item for name, item in parsed.items() if isinstance(item, dict | list) or not is_blank(item)}


def parse_segment_attributes(value: Any) -> Any:
    """As `as_texts`, where a value may be wrapped as `{"ValueString": text}`, like the API's own."""
    parsed = parse_json(value)
    if not isinstance(parsed, dict):
        return parsed
    return parse_string_map({name: _unwrapped(item) for name, item in parsed.items()})


def to_string(value: Any) -> Any:
    """A number as text, true and false as JSON spells them; anything else as it is."""
    return json.dumps(value) if isinstance(value, bool | int | float) else value


def to_json_string(value: Any) -> Any:
    """An object as JSON in a string, which some members of the API want; anything else as it is."""
    return json.dumps(value) if isinstance(value, dict) else value


def _unwrapped(value: Any) -> Any:
    return value["ValueString"] if isinstance(value, dict) and set(value) == {"ValueString"} else value
