"""No request breaks a rule of the SDK's own validation, which the function's clients skip."""

import time
from collections.abc import Mapping
from types import SimpleNamespace
from typing import Any

import botocore.session
import pytest
from botocore import xform_name
from botocore.hooks import HierarchicalEmitter
from botocore.validate import ParamValidator

import artifact
from builders import settings
from deflection.aws.connect import describe_contact
from deflection.aws.deadline import Deadline
from deflection.aws.dynamodb import RepeatWindow, ResultTable
from deflection.aws.parameter_store import SsmParameterProvider
from deflection.aws.sms_voice import screen_number
from deflection.aws.sqs import MAX_ENTRIES, Queue
from deflection.errors import ThrottledError
from deflection.outcome import StartedContact

QUEUE_URL = "https://sqs.us-east-1.amazonaws.com/111122223333/deflections"
RESPONSES: Mapping[str, Any] = {
    "CarrierLookup": {"PhoneNumberType": "MOBILE"},
    "DescribeContact": {"Contact": {"Channel": "VOICE"}},
    "DescribeOptedOutNumbers": {"OptedOutNumbers": []},
    "GetParameter": {"Parameter": {"Value": "on"}},
}


class Service:
    """A client that validates requests as the SDK does and keeps what is wrong with them."""

    def __init__(self, name: str) -> None:
        model = botocore.session.get_session().get_service_model(name)
        self._operations = {xform_name(each): model.operation_model(each) for each in model.operation_names}
        self.meta = SimpleNamespace(events=HierarchicalEmitter())  # for Powertools
        self.reports: dict[str, list[str]] = {}

    def __getattr__(self, name: str) -> Any:
        operation = self._operations[name]

        def call(**request: Any) -> Any:
            report = ParamValidator().validate(request, operation.input_shape).generate_report()
            self.reports.setdefault(operation.name, []).append(report)
            return RESPONSES.get(operation.name, {})

        return call


@pytest.fixture
def deadline() -> Deadline:
    return Deadline(time.monotonic() + 5)


def call_connect(service: Service, deadline: Deadline) -> None:
    describe_contact(service, settings().instance_arn, "call", deadline)


def call_dynamodb(service: Service, deadline: Deadline) -> None:
    window = RepeatWindow(service, "deflections", 60)
    recipient = ["instance", "+14255550142", "connect:SMS"]
    window.find(recipient, 0, deadline)
    window.remember(recipient, StartedContact("contact", "token"), 0, deadline)
    results = ResultTable(lambda: service, "deflections")
    results.claim("call#1", "yes", 0, deadline)
    results.find("call#1", deadline)


def call_sms_voice(service: Service, deadline: Deadline) -> None:
    screen_number(service, "+14255550142", settings(OPT_OUT_LIST_NAME="Default", CARRIER_LOOKUP="true"), deadline)


def call_sqs(service: Service, deadline: Deadline) -> None:
    queue = Queue(lambda: service, QUEUE_URL)
    queue.send_deferred({"instanceArn": settings().instance_arn, "parameters": {}}, "identity", 0, deadline)
    queue.send_to_dlq("", "", ThrottledError("Slow down."), deadline)
    queue.return_to_queue([f"handle-{number}" for number in range(MAX_ENTRIES + 1)], 60, deadline)


def call_ssm(service: Service, _: Deadline) -> None:
    SsmParameterProvider(service).get("/deflection/switch", max_age=0, decrypt=True)


@pytest.mark.parametrize(
    ("service", "call"),
    [
        ("connect", call_connect),
        ("dynamodb", call_dynamodb),
        ("pinpoint-sms-voice-v2", call_sms_voice),
        ("sqs", call_sqs),
        ("ssm", call_ssm),
    ],
)
def test_every_request_is_one_that_the_sdk_accepts(service: str, call: Any, deadline: Deadline) -> None:
    """Check all operations but StartOutboundChatContact, which has a test with generated parameters."""
    client = Service(service)

    call(client, deadline)

    assert set(client.reports) == artifact.OPERATIONS[service] - {"StartOutboundChatContact"}
    assert {report for reports in client.reports.values() for report in reports} == {""}
