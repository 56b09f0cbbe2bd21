"""How a flow invokes a Lambda function, and what it takes for an answer.

Source: https://docs.aws.amazon.com/connect/latest/adminguide/connect-lambda-functions.html
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

type Function = Callable[[Any], Any]
"""Takes the event and gives the answer, or raises: like a Lambda function, or one of the errors below."""

RESPONSE_TYPES: Final = ("STRING_MAP", "JSON")
REPETITIONS: Final = 3
LIMIT_BYTES: Final = 32 * 1024


class NoAnswerError(Exception):
    """The function did not answer within the time that the flow waits."""


class NotInvokedError(Exception):
    """What stands for the function could not invoke it: no outcome that a flow could have, so the play stops there."""


@dataclass(frozen=True)
class Invocation:
    """An invocation of a function, as often as it was repeated.

    Attributes:
        event: What the function was given.
        times: How often.
        answer: What it answered; None when it did not, or when the flow did not understand it.
    """

    event: Mapping[str, Any]
    times: int
    answer: Mapping[str, Any] | None


def invoke(function: Function | None, event: Mapping[str, Any], response_type: str) -> Invocation:
    """What came of an invocation; of one that raises, after its repetitions.

    A function that is not there is not repeated, nor one that does not answer, because the time is up then.

    Raises:
        NotInvokedError: The function says so.
    """
    if function is None:
        return Invocation(event, 1, None)
    for times in range(1, REPETITIONS + 2):
        try:
            # A copy, because an invocation must not change what the next one gets.
            return Invocation(event, times, _valid(function(json.loads(json.dumps(event))), response_type))
        except NoAnswerError:
            return Invocation(event, times, None)
        except NotInvokedError:
            raise
        except Exception:  # noqa: BLE001, S112 (Amazon Connect, too, only learns that it raised)
            continue
    return Invocation(event, REPETITIONS + 1, None)


def _valid(answer: Any, response_type: str) -> Mapping[str, Any] | None:
    """Return an answer that the flow can read: an object below 32 KB, under STRING_MAP one whose values are strings."""
    if not isinstance(answer, dict):
        return None
    if response_type == "STRING_MAP" and not all(isinstance(value, str) for value in answer.values()):
        return None
    return answer if len(json.dumps(answer, ensure_ascii=False).encode()) < LIMIT_BYTES else None
