"""The function with a record of what it writes: log lines and metrics."""

import io
import json
import logging
from contextlib import redirect_stderr, redirect_stdout
from datetime import UTC, datetime
from typing import Any

from builders import FakeConnect, LambdaContext, application, event
from deflection.aws.gateway import Application
from deflection.errors import InvalidSettingsError
from deflection.handler import lambda_handler
from deflection.observability import logger

CONTACT_ID = "1a2b3c4d-5e6f-4708-9a1b-2c3d4e5f6071"
"""The id of the contact that the fake Amazon Connect starts."""
ABANDONED = {"CONTACT_EVENT_TRIGGER": "ABANDONED", "CONSENT_ATTRIBUTE": "smsConsent"}


class RecordedFunction:
    """The Lambda function, called in this process."""

    def __init__(self) -> None:
        self.output = io.StringIO()

    def invoke(self, incoming: Any, client: Any = None, **environment: str) -> dict[str, str]:
        """Invoke the function with this Connect client and these settings."""
        return self.invoke_with(application(client or FakeConnect(CONTACT_ID), **environment), incoming)

    def invoke_with(self, loaded: Application | InvalidSettingsError, incoming: Any) -> dict[str, str]:
        """Invoke the function with this application."""
        stream_handler = logger.registered_handler
        assert isinstance(stream_handler, logging.StreamHandler)
        stream, stream_handler.stream = stream_handler.stream, self.output
        try:
            with redirect_stdout(self.output), redirect_stderr(self.output):
                response: dict[str, str] = lambda_handler(incoming, LambdaContext(), application=loaded)
                return response
        finally:
            stream_handler.stream = stream

    @property
    def logs(self) -> list[dict[str, Any]]:
        """The log lines, without the records of conversations."""
        return [line for line in self.lines if "level" in line and "ended_at" not in line]

    @property
    def records(self) -> list[dict[str, Any]]:
        """The records of the conversations that ended."""
        return [line for line in self.lines if "ended_at" in line]

    @property
    def metrics(self) -> list[dict[str, Any]]:
        """The metrics of each outcome."""
        return [line for line in self.lines if "Deflections" in line]

    def values(self, metric: str) -> list[list[float]]:
        """Return the values of a metric, a list for each line that has it."""
        return [line[metric] for line in self.lines if metric in line]

    @property
    def lines(self) -> list[dict[str, Any]]:
        """Everything that the function has written."""
        return [json.loads(line) for line in self.output.getvalue().splitlines()]


def fresh_event(name: str) -> dict[str, Any]:
    """Load an EventBridge event and set its time to now."""
    return event(name) | {"time": datetime.now(UTC).isoformat()}
