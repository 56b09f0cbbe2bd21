"""What the flow wants to see of the request and its answer: the parameter `Select`, as the cmdlet knows it."""

import json
from collections.abc import Mapping
from typing import Any

from deflection import parameters
from deflection.errors import InvalidParameterError
from deflection.limits import field
from deflection.parameters import NESTED, SINGULAR
from deflection.text import nearest, shown

NAMES: tuple[str, ...] = tuple(sorted({*NESTED, *parameters.NAMES} - {"DryRun", "Select"}))


def selected(select: str, request: Mapping[str, Any], answer: Mapping[str, str]) -> str:
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
        raise InvalidParameterError(f"Select must be ContactId, * or ^ and one of {', '.join(NAMES)}.")
    name = SINGULAR.get(select[1:], select[1:])
    if name not in NAMES:
        raise InvalidParameterError(
            f"Select names {shown(name)}, which is no parameter of the request; the nearest is ^{nearest(name, NAMES)}."
        )
    return _as_text(field(request, name))


def _as_text(value: Any) -> str:
    if isinstance(value, str):
        return value
    return json.dumps(value, ensure_ascii=False) if value else ""
