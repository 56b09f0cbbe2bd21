"""Select the part of the request or response that the flow gets, as `Select` does in AWS Tools for PowerShell."""

import json
from collections.abc import Mapping
from typing import Any

from deflection.errors import InvalidParameterError
from deflection.redaction import nearest_name, redact
from deflection.request.limits import get_field
from deflection.request.parameters import NESTED_MEMBERS, PARAMETER_NAMES, SINGULAR_NAMES

SELECTABLE_NAMES: tuple[str, ...] = tuple(sorted({*NESTED_MEMBERS, *PARAMETER_NAMES} - {"DryRun", "Select"}))


def select_value(select: str, request: Mapping[str, Any], response: Mapping[str, str]) -> str:
    """
    Return the selected value: a string, or a value as JSON; empty if it is not set.

    Args:
        select: `ContactId`, `*` for the whole response, or `^` and the name of a request parameter in any spelling.
        request: The StartOutboundChatContact request.
        response: The response from Amazon Connect; empty if no request was sent.

    Source: https://docs.aws.amazon.com/powershell/v5/reference/items/Start-CONNOutboundChatContact.html

    Raises:
        InvalidParameterError: The selected name is unknown.
    """
    if select == "ContactId":
        return response.get("ContactId", "")
    if select == "*":
        return _to_string(response)
    if not select.startswith("^"):
        raise InvalidParameterError(f"Select must be ContactId, * or ^ and one of {', '.join(SELECTABLE_NAMES)}.")
    name = SINGULAR_NAMES.get(select[1:], select[1:])
    if name not in SELECTABLE_NAMES:
        raise InvalidParameterError(
            f'Select must name a request parameter (got "{redact(name)}"). '
            f'Did you mean "^{nearest_name(name, SELECTABLE_NAMES)}"?'
        )
    return _to_string(get_field(request, name))


def _to_string(value: Any) -> str:
    if isinstance(value, str):
        return value
    return json.dumps(value, ensure_ascii=False) if value else ""
