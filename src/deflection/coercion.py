"""
How the strings of a flow's block become the values of the API.

A block passes "90", "true", or an object or a list in a string; one that passes JSON gives real values. Both work.
"""

import json
from typing import Any


def absent(value: Any) -> bool:
    """Whether a value counts as not given: an unset reference in a flow arrives empty or null."""
    return value is None or value in ({}, []) or (isinstance(value, str) and not value.strip())


def as_object(value: Any) -> Any:
    """A JSON object or list in a string, read; anything else as it is."""
    if not isinstance(value, str) or not value.lstrip().startswith(("{", "[")):
        return value
    try:
        return json.loads(value)
    except (ValueError, RecursionError):
        return value


def as_list(value: Any) -> Any:
    """A JSON list in a string, read; a comma-separated one, split; anything else as it is."""
    parsed = as_object(value)
    return [item.strip() for item in parsed.split(",") if item.strip()] if isinstance(parsed, str) else parsed


def as_texts(value: Any) -> Any:
    """An object's scalars as text, without those that count as not given; what is nested stays, to be refused."""
    members = as_members(value)
    return {name: as_text(item) for name, item in members.items()} if isinstance(members, dict) else members


def as_members(value: Any) -> Any:
    """An object without the members that are null or empty text, which count as not given."""
    parsed = as_object(value)
    if not isinstance(parsed, dict):
        return parsed
    return {name: item for name, item in parsed.items() if isinstance(item, dict | list) or not absent(item)}


def as_segments(value: Any) -> Any:
    """As `as_texts`, where a value may be wrapped as `{"ValueString": text}`, like the API's own."""
    parsed = as_object(value)
    if not isinstance(parsed, dict):
        return parsed
    return as_texts({name: _unwrapped(item) for name, item in parsed.items()})


def as_text(value: Any) -> Any:
    """A number as text, true and false as JSON spells them; anything else as it is."""
    return json.dumps(value) if isinstance(value, bool | int | float) else value


def as_json_text(value: Any) -> Any:
    """An object as JSON in a string, which some members of the API want; anything else as it is."""
    return json.dumps(value) if isinstance(value, dict) else value


def _unwrapped(value: Any) -> Any:
    return value["ValueString"] if isinstance(value, dict) and set(value) == {"ValueString"} else value
