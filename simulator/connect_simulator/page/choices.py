"""What a visitor chooses: who calls, and what the operator has set."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Self

from connect_simulator.faults.fault import Fault
from connect_simulator.scenario.resources import DOCUMENTS, names_file

LONGEST: Final = 4096
OPERATION: Final = "StartOutboundChatContact"
FAULT_SECONDS: Final = 5.0
"""How long a delay or a trickle takes: longer than a flow waits."""


class ChoiceError(ValueError):
    """What cannot be chosen; `field` names what it was chosen for: a member of the request, or a setting."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field = field


@dataclass(frozen=True)
class Caller:
    """Who calls; without a number when it is withheld."""

    number: str | None
    language: str
    attributes: Mapping[str, str]

    @classmethod
    def read(cls, body: Any) -> Self:
        """
        The caller that a request describes.

        Raises:
            ChoiceError: It describes none.
        """
        number = _text("number", body.get("number") or "")
        if number and not re.fullmatch(r"\+?[0-9]{1,15}", number):
            raise ChoiceError("number", "A number has up to 15 digits, and may begin with a plus.")
        language = _text("language", body.get("language") or "en-US")
        return cls(number or None, language, _texts("attributes", body.get("attributes") or {}))


@dataclass(frozen=True)
class Choices:
    """
    What the operator has set, and how AWS is today.

    Attributes:
        settings: Variables of the function, in place of the stack's.
        parameters: What the flow's blocks give to the function.
        fault: What calls of AWS meet.
        opted_out: Whether the caller's number is on the opt-out list.
        has_queue: Whether what cannot be sent now goes onto a queue.
        is_switched_off: Whether the switch of all texts is off.
    """

    settings: Mapping[str, str]
    parameters: Mapping[str, str]
    fault: Fault | None = None
    opted_out: bool = False
    has_queue: bool = False
    is_switched_off: bool = False

    @classmethod
    def read(cls, body: Any, variables: Mapping[str, str]) -> Self:
        """
        The choices that a request describes.

        Raises:
            ChoiceError: It names a variable that the function does not have, or asks for what cannot be.
        """
        settings = _texts("settings", body.get("settings") or {})
        for unknown in sorted(settings.keys() - variables.keys()):
            raise ChoiceError(unknown, f"The function has no setting {unknown}.")
        for name in DOCUMENTS:
            _require_beside(name, settings.get(name, ""))
        parameters = _texts("parameters", body.get("parameters") or {})
        flags = {name: body.get(name) is True for name in ("opted_out", "has_queue", "is_switched_off")}
        return cls(settings, parameters, _fault(body), **flags)


def _fault(body: Any) -> Fault | None:
    kind, times = body.get("fault"), body.get("times")
    if not kind:
        return None
    if times is not None and (not isinstance(times, int) or times < 1):
        raise ChoiceError("times", "A fault happens once or more often.")
    return Fault(_text("operation", body.get("operation") or OPERATION), kind, times, seconds=FAULT_SECONDS)


def _require_beside(setting: str, name: str) -> None:
    """A document of the simulated SSM is a file of JSON below the folder that the simulator runs in."""
    if not names_file(name):
        return
    file = Path(name).resolve()
    if not file.is_relative_to(Path.cwd()) or file.suffix != ".json":
        raise ChoiceError(setting, f"{name} is a file elsewhere, or not one of JSON.")


def _texts(field: str, members: Any) -> dict[str, str]:
    if not isinstance(members, dict):
        raise ChoiceError(field, "Names and values are a map.")
    texts = {
        _text(field, name).strip(): _text(name if field == "settings" else field, members[name]) for name in members
    }
    if "" in texts:
        raise ChoiceError(field, "A value has no name.")
    return texts


def _text(field: str, value: Any) -> str:
    if not isinstance(value, str) or len(value) > LONGEST or "\0" in value:
        raise ChoiceError(field, f"A value is a text of up to {LONGEST} characters.")
    return value
