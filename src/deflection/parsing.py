"""
Parse the strings that a flow's block sends into the types of the API.

A block sends numbers, booleans, objects and lists as strings, or with the JSON response option as JSON values. Both
forms are accepted.
"""

import json
from typing import Any


def is_blank(value: Any) -> bool:
    """Return whether a value counts as not given; a flow sends an unset reference as an empty string or null."""
    return value is None or value in ({}, []) or (isinstance(value, str) and not value.strip())


def parse_json(value: Any) -> Any:
    """Parse a JSON object or list in a string; return any other value unchanged."""
    if not isinstance(value, str) or not value.lstrip().startswith(("{", "[")):
        return value
    try:
        return json.loads(value)
    except (ValueError, RecursionError):
        return value


def parse_list(value: Any) -> Any:
    """Parse a JSON list or a comma-separated list in a string; return any other value unchanged."""
    parsed = parse_json(value)
    return [item.strip() for item in parsed.split(",") if item.strip()] if isinstance(parsed, str) else parsed


def parse_string_map(value: Any) -> Any:
    """Convert an object's scalars to strings and drop blank ones; keep nested values, which validation refuses."""
    members = drop_blank_members(value)
    return {name: to_string(item) for name, item in members.items()} if isinstance(members, dict) else members


def drop_blank_members(value: Any) -> Any:
    """Drop the members of an object that are null or blank; they count as missing."""
    parsed = parse_json(value)
    if not isinstance(parsed, dict):
        return parsed
    return {name: item for name, item in parsed.items() if isinstance(item, dict | list) or not is_blank(item)}


def parse_segment_attributes(value: Any) -> Any:
    """Parse a string map; its values may be wrapped as in the API: `{"ValueString": "..."}`."""
    parsed = parse_json(value)
    if not isinstance(parsed, dict):
        return parsed
    return parse_string_map({name: _unwrap(item) for name, item in parsed.items()})


def to_string(value: Any) -> Any:
    """Convert a number or a boolean to its JSON text; return any other value unchanged."""
    return json.dumps(value) if isinstance(value, bool | int | float) else value


def to_json_string(value: Any) -> Any:
    """Convert an object to a JSON string; return any other value unchanged."""
    return json.dumps(value) if isinstance(value, dict) else value


def _unwrap(value: Any) -> Any:
    return value["ValueString"] if isinstance(value, dict) and set(value) == {"ValueString"} else value
