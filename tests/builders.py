"""What tests are made of: events as AWS sends them, contacts, settings, and Lambda's context."""

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from botocore.exceptions import ClientError

from connect_simulator import demo
from deflection import settings as settings_room
from deflection.contact import Contact, Endpoint
from deflection.settings import Settings

EVENTS = Path(__file__).parent.parent / "events"
CALL = "0f7e1c9a-3b5d-4f6a-8c7b-9d0e1f2a3b4c"
CUSTOMER = "+14255550142"
REQUIRED = {
    "INSTANCE_ARN": demo.INSTANCE_ARN,
    "SOURCE_PHONE_NUMBER_ARN": demo.SMS_NUMBER_ARN,
    "CONTACT_FLOW_ID": demo.SMS_FLOW_ID,
}


type Deflect = Callable[..., dict[str, str]]


class LambdaContext:
    function_name = "connect-sms-deflection"
    memory_limit_in_mb = 512
    invoked_function_arn = "arn:aws:lambda:us-east-1:111122223333:function:connect-sms-deflection"
    aws_request_id = "9b1deb4d-3b7d-4bad-9bdd-2b0d7b3dcb6d"

    def __init__(self, remaining_seconds: float = 10) -> None:
        self._remaining_seconds = remaining_seconds

    def get_remaining_time_in_millis(self) -> int:
        return int(1000 * self._remaining_seconds)


def event(name: str) -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads((EVENTS / f"{name}.json").read_text())
    return loaded


def flow_event(parameters: Mapping[str, Any] | None = None, **contact_data: Any) -> dict[str, Any]:
    """The event of a call, with these parameters, and with some of the contact's data changed."""
    changed = event("flow_voice")
    changed["Details"]["Parameters"] = dict(parameters or {})
    changed["Details"]["ContactData"].update(contact_data)
    return changed


def contact(**changes: Any) -> Contact:
    usual: dict[str, Any] = {
        "id": CALL,
        "instance_arn": demo.INSTANCE_ARN,
        "initial_id": CALL,
        "channel": "VOICE",
        "customer_endpoint": Endpoint(CUSTOMER),
        "system_endpoint": Endpoint("+14255550190"),
        "queue_name": "Billing",
    }
    return Contact(**usual | changes)


def settings(**changes: str) -> Settings:
    """The required settings and these, named in capitals as in the environment."""
    return settings_room.read(REQUIRED | changes)


class FakeConnect:
    """A client that answers with these, one after the other: a contact id, or an error to raise."""

    def __init__(self, *answers: str | Exception | None) -> None:
        self._answers = list(answers)
        self.requests: list[Mapping[str, Any]] = []

    def start_outbound_chat_contact(self, **request: Any) -> Mapping[str, Any]:
        self.requests.append(request)
        answer = self._answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return {"ContactId": answer} if answer else {}


def refused(code: str, status: int) -> ClientError:
    message = "The number +14255550142 cannot be texted."
    response = {"Error": {"Code": code, "Message": message}, "ResponseMetadata": {"HTTPStatusCode": status}}
    return ClientError(response, "StartOutboundChatContact")
