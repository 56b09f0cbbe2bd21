"""How a flow invokes a Lambda function, and which responses it accepts.

Source: https://docs.aws.amazon.com/connect/latest/adminguide/connect-lambda-functions.html
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

type Function = Callable[[Any], Any]
"""Takes the event and returns the response or raises, like a Lambda function; may raise one of the errors below."""

RESPONSE_TYPES: Final = ("STRING_MAP", "JSON")
RETRIES: Final = 3
MAX_RESPONSE_BYTES: Final = 32 * 1024


class FunctionTimeoutError(Exception):
    """The function did not respond within the flow's time limit."""


class InvocationAbortedError(Exception):
    """The function could not be invoked. A flow cannot branch on this error, so the player stops."""


@dataclass(frozen=True)
class Invocation:
    """An invocation of a function, with its retries.

    Attributes:
        event: The event for the function.
        attempts: How many times the function was invoked.
        response: The function's response; None if it failed, or if the flow does not accept the response.
    """

    event: Mapping[str, Any]
    attempts: int
    response: Mapping[str, Any] | None


def invoke(function: Function | None, event: Mapping[str, Any], response_type: str) -> Invocation:
    """Invoke a function, and retry it if it raises.

    A function that does not exist is not retried. A timeout leaves no time for a retry.

    Raises:
        InvocationAbortedError: The function raised it.
    """
    if function is None:
        return Invocation(event, 1, None)
    for attempt in range(1, RETRIES + 2):
        try:
            # A copy, because an attempt must not change the event of the next one.
            return Invocation(event, attempt, _accepted(function(json.loads(json.dumps(event))), response_type))
        except FunctionTimeoutError:
            return Invocation(event, attempt, None)
        except InvocationAbortedError:
            raise
        except Exception:  # noqa: BLE001, S112 (Amazon Connect, too, learns only that the function raised)
            continue
    return Invocation(event, RETRIES + 1, None)


def _accepted(response: Any, response_type: str) -> Mapping[str, Any] | None:
    """Return a response that the flow accepts: an object below 32 KB, under STRING_MAP with string values only."""
    if not isinstance(response, dict):
        return None
    if response_type == "STRING_MAP" and not all(isinstance(value, str) for value in response.values()):
        return None
    return response if len(json.dumps(response, ensure_ascii=False).encode()) < MAX_RESPONSE_BYTES else None
