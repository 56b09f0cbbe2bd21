"""
Parse the strings of a flow's block into the values of the API.

A block passes "90", "true", or an object or a list in a string. A block that passes JSON gives real values. Both work.
"""

import json
from typing import Any


def is_blank(value: Any) -> bool:
    """Return whether a value counts as not given; an unset reference in a flow arrives empty or null."""
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
    """Turn an object's scalars into strings and drop blank ones; keep nested values, which are refused later."""
    members = drop_blank_members(value)
    return {name: to_string(item) for name, item in members.items()} if isinstance(members, dict) else members


def drop_blank_members(value: Any) -> Any:
    """Drop the members that are null or an empty string; they count as not given."""
    parsed = parse_json(value)
    if not isinstance(parsed, dict):
        return parsed
    return {name: item for name, item in parsed.items() if isinstance(item, dict | list) or not is_blank(item)}


def parse_segment_attributes(value: Any) -> Any:
    """Parse a string map whose values may be wrapped like the API's own: `{"ValueString": text}`."""
    parsed = parse_json(value)
    if not isinstance(parsed, dict):
        return parsed
    return parse_string_map({name: _unwrap(item) for name, item in parsed.items()})


def to_string(value: Any) -> Any:
    """Turn a number or a boolean into a string as JSON spells it; return any other value unchanged."""
    return json.dumps(value) if isinstance(value, bool | int | float) else value


def to_json_string(value: Any) -> Any:
    """Turn an object into a JSON string; return any other value unchanged."""
    return json.dumps(value) if isinstance(value, dict) else value


def _unwrap(value: Any) -> Any:
    return value["ValueString"] if isinstance(value, dict) and set(value) == {"ValueString"} else value
