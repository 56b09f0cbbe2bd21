"""The choices of a visitor: the caller and the operator's settings."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, Self

from connect_simulator import demo
from connect_simulator.faults import Fault
from connect_simulator.flows import ContactCenter
from connect_simulator.page.request_log import OPERATION
from connect_simulator.page.result_tracker import GAPS
from connect_simulator.scenario.variables import DOCUMENTS, is_file_name

MAX_LENGTH: Final = 4096
FAULT_SECONDS: Final = 5.0
"""The duration of a delay or a trickle: longer than a flow waits."""


class ChoiceError(ValueError):
    """An invalid choice; `field` is the member of the request or the setting that it is about."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field = field


@dataclass(frozen=True)
class Caller:
    """The caller; without a number if it is withheld."""

    number: str | None
    language: str
    attributes: Mapping[str, str]

    @classmethod
    def parse(cls, body: Any) -> Self:
        """Parse the caller from a request.

        Raises:
            ChoiceError: A member is not valid.
        """
        number = _text("number", body.get("number") or "")
        if number and not re.fullmatch(r"\+?[0-9]{1,15}", number):
            raise ChoiceError("number", "The number must have 1 to 15 digits, with or without a plus sign before them.")
        language = _text("language", body.get("language") or "en-US")
        return cls(number or None, language, _texts("attributes", body.get("attributes") or {}))


@dataclass(frozen=True)
class Choices:
    """The operator's settings and the state of AWS.

    Attributes:
        settings: Environment variables of the function that replace those of the stack.
        parameters: Parameters that the flow's block gives to the function.
        fault: The fault that calls of AWS meet.
        opted_out: Whether the caller's number is on the opt-out list.
        has_queue: Whether the function defers messages to a queue.
        is_switched_off: Whether the operator's switch is off.
        center: The queue as the flows of the next call find it.
        block_errors: The error of each action that fails, by its id or type.
        stack_parameters: Template parameters that differ from their defaults.
        events: How events about messages arrive: one of `GAPS`.
    """

    settings: Mapping[str, str]
    parameters: Mapping[str, str]
    fault: Fault | None = None
    opted_out: bool = False
    has_queue: bool = False
    is_switched_off: bool = False
    center: ContactCenter = field(default_factory=ContactCenter)
    block_errors: Mapping[str, str] = field(default_factory=dict)
    stack_parameters: Mapping[str, str] = field(default_factory=dict)
    events: str = ""

    @classmethod
    def parse(
        cls, body: Any, variables: Mapping[str, str], template_parameters: Mapping[str, str] | None = None
    ) -> Self:
        """Parse the choices from a request.

        Raises:
            ChoiceError: The function does not have one of the settings, or the template one of the parameters, or a
                value is not valid.
        """
        settings = _texts("settings", body.get("settings") or {})
        for unknown in sorted(settings.keys() - variables.keys()):
            raise ChoiceError(unknown, f"The function does not have the setting {unknown}.")
        for name in DOCUMENTS:
            _require_project_file(name, settings.get(name, ""))
        parameters = _texts("parameters", body.get("parameters") or {})
        flags = {name: body.get(name) is True for name in ("opted_out", "has_queue", "is_switched_off")}
        maps = {name: _texts(name, body.get(name) or {}) for name in ("block_errors", "stack_parameters")}
        for unknown in sorted(maps["stack_parameters"].keys() - (template_parameters or {}).keys()):
            raise ChoiceError("stack_parameters", f"The template does not have the parameter {unknown}.")
        return cls(
            settings,
            parameters,
            _fault(body),
            center=_center(body),
            block_errors=maps["block_errors"],
            stack_parameters=maps["stack_parameters"],
            events=_events(body.get("events") or ""),
            **flags,
        )


def _events(given: Any) -> str:
    how = _text("events", given)
    if how not in GAPS:
        raise ChoiceError("events", f"events must be one of {', '.join(filter(None, GAPS))}, or empty.")
    return how


def _fault(body: Any) -> Fault | None:
    kind, times = body.get("fault"), body.get("times")
    if not kind:
        return None
    if times is not None and (not isinstance(times, int) or times < 1):
        raise ChoiceError("times", "times must be at least 1.")
    return Fault(_text("operation", body.get("operation") or OPERATION), kind, times, seconds=FAULT_SECONDS)


def _center(body: Any) -> ContactCenter:
    center = ContactCenter()
    try:
        center.queues[demo.QUEUE_ARN].update(body.get("queue") or {})
    except (TypeError, ValueError) as error:
        raise ChoiceError("queue", str(error)) from None
    return center


def _require_project_file(setting: str, name: str) -> None:
    """Allow only JSON files below the folder that the simulator runs in."""
    if not is_file_name(name):
        return
    file = Path(name).resolve()
    if not file.is_relative_to(Path.cwd()) or file.suffix != ".json":
        raise ChoiceError(setting, f"{setting} must name a JSON file below the project's folder (got {name}).")


def _texts(field: str, members: Any) -> dict[str, str]:
    if not isinstance(members, dict):
        raise ChoiceError(field, f"{field} must be a map of names and values.")
    texts = {
        _text(field, name).strip(): _text(name if field == "settings" else field, members[name]) for name in members
    }
    if "" in texts:
        raise ChoiceError(field, "Every value must have a name.")
    return texts


def _text(field: str, value: Any) -> str:
    if not isinstance(value, str) or len(value) > MAX_LENGTH or "\0" in value:
        raise ChoiceError(field, f"{field} must be a string of at most {MAX_LENGTH} characters.")
    return value
