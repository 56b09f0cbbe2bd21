"""Read the operator's switch, an SSM parameter that stops all messages."""

from collections.abc import Callable

from deflection.aws.deadline import Deadline
from deflection.aws.parameter_store import ParameterProvider, read_parameter

OFF_VALUES = frozenset({"off", "no", "false", "0", "stop"})
ON_VALUES = frozenset({"on", "yes", "true", "1", "start"})
MAX_AGE_SECONDS = 30


def parse_switch(value: str) -> bool | None:
    """Return whether a value of the switch allows messages, or None if it is neither on nor off."""
    word = value.strip().lower()
    return word in ON_VALUES if word in ON_VALUES | OFF_VALUES else None


class Switch:
    """The switch, with its last valid value; before the first one, messages are allowed."""

    def __init__(self, provider: ParameterProvider, name: str) -> None:
        self._provider = provider
        self._name = name
        self._is_on = True
        self._invalid_value: str | None = None

    def is_on(self, deadline: Deadline, report_invalid: Callable[[], None]) -> bool:
        """
        Return whether the switch allows messages; a value that is neither on nor off changes nothing.

        Args:
            deadline: When the parameter must have been read.
            report_invalid: Called once for each such value.

        Raises:
            CheckUnavailableError: The SSM parameter could not be read.
            InvalidSettingsError: The SSM parameter does not exist.
        """
        value = read_parameter("SWITCH_PARAMETER", self._provider, self._name, MAX_AGE_SECONDS, deadline)
        is_on = parse_switch(value)
        if is_on is not None:
            self._is_on, self._invalid_value = is_on, None
        elif value != self._invalid_value:
            self._invalid_value = value
            report_invalid()
        return self._is_on
