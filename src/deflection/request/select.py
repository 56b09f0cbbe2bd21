"""What the flow wants to see of the request and its answer: the parameter `Select`, as the cmdlet knows it."""

import json
from collections.abc import Mapping
from typing import Any

from deflection.errors import InvalidParameterError
from deflection.redaction import nearest_name, redact
from deflection.request.limits import get_field
from deflection.request.parameters import NESTED_MEMBERS, PARAMETER_NAMES, SINGULAR_NAMES

SELECTABLE_NAMES: tuple[str, ...] = tuple(sorted({*NESTED_MEMBERS, *PARAMETER_NAMES} - {"DryRun", "Select"}))


def select_value(select: str, request: Mapping[str, Any], answer: Mapping[str, str]) -> str:
    """
    The value that a `Select` names, as text: JSON when it is not text already, empty when it is not set.

    Args:
        select: `ContactId`, `*` for the whole answer, or `^` and the name of a request parameter in any spelling.
        request: The request as it is sent.
        answer: Amazon Connect's answer to it; empty when nothing was sent.

    Source: https://docs.aws.amazon.com/powershell/v5/reference/items/Start-CONNOutboundChatContact.html

    Raises:
        InvalidParameterError: It names nothing that there is.
    """
    if select == "ContactId":
        return answer.get("ContactId", "")
    if select == "*":
        return _as_text(answer)
    if not select.startswith("^"):
        raise InvalidParameterError(f"Select must be ContactId, * or ^ and one of {', '.join(SELECTABLE_NAMES)}.")
    name = SINGULAR_NAMES.get(select[1:], select[1:])
    if name not in SELECTABLE_NAMES:
        raise InvalidParameterError(
            f"Select names {redact(name)}, which is no parameter of the request; "
            f"the nearest is ^{nearest_name(name, SELECTABLE_NAMES)}."
        )
    return _as_text(get_field(request, name))


def _as_text(value: Any) -> str:
    if isinstance(value, str):
        return value
    return json.dumps(value, ensure_ascii=False) if value else ""
