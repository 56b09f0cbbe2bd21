"""Faults as a caller with boto3 meets them."""

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from http.client import HTTPConnection
from threading import Event
from typing import Any

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError, ConnectionClosedError, ReadTimeoutError

from connect_simulator import Fault, Simulator, demo

type RequestWith = Callable[..., dict[str, Any]]


START = "StartOutboundChatContact"


CREDENTIALS = {"aws_access_key_id": "test", "aws_secret_access_key": "test", "region_name": demo.REGION}


@pytest.mark.parametrize(
    ("kind", "status", "name"),
    [
        ("throttling", 429, "ThrottlingException"),
        ("quota", 429, "LimitExceededException"),
        ("access_denied", 403, "AccessDeniedException"),
        ("not_found", 404, "ResourceNotFoundException"),
        ("conflict", 409, "ConflictException"),
        ("invalid_request", 400, "InvalidRequestException"),
        ("internal", 500, "InternalServiceException"),
    ],
)
def test_modeled_error_is_raised_as_its_exception(
    simulator: Simulator, connect: Any, kind: Any, status: int, name: str
) -> None:
    simulator.faults.add(Fault("DescribeContact", kind))
    with pytest.raises(getattr(connect.exceptions, name)) as met:
        connect.describe_contact(InstanceId=demo.INSTANCE_ID, ContactId="call-1")
    assert met.value.response["ResponseMetadata"]["HTTPStatusCode"] == status
    assert met.value.response["Error"]["Message"]
    simulator.world.put_contact({"Id": "call-1"})
    assert connect.describe_contact(InstanceId=demo.INSTANCE_ID, ContactId="call-1")["Contact"]["Id"] == "call-1"


@pytest.mark.parametrize("kind", ["empty_body", "other_object"])
def test_client_reads_a_response_without_members_as_empty(simulator: Simulator, connect: Any, kind: Any) -> None:
    simulator.world.put_contact({"Id": "call-1"})
    simulator.faults.add(Fault("DescribeContact", kind))
    assert connect.describe_contact(InstanceId=demo.INSTANCE_ID, ContactId="call-1").keys() == {"ResponseMetadata"}


def test_response_of_another_json_type_breaks_the_client(simulator: Simulator, connect: Any) -> None:
    simulator.faults.add(Fault("DescribeContact", "other_type"))
    with pytest.raises(AttributeError):
        connect.describe_contact(InstanceId=demo.INSTANCE_ID, ContactId="call-1")


@pytest.mark.parametrize(
    ("kind", "status", "code"),
    [
        ("expired_token", 403, "ExpiredTokenException"),
        ("wrong_clock", 403, "InvalidSignatureException"),
        ("unavailable_html", 503, "503"),
    ],
)
def test_error_outside_the_model_is_a_client_error(
    simulator: Simulator, connect: Any, kind: Any, status: int, code: str
) -> None:
    simulator.faults.add(Fault("DescribeContact", kind))
    with pytest.raises(ClientError) as met:
        connect.describe_contact(InstanceId=demo.INSTANCE_ID, ContactId="call-1")
    assert met.value.response["Error"]["Code"] == code
    assert met.value.response["ResponseMetadata"]["HTTPStatusCode"] == status


@pytest.mark.parametrize("kind", ["reset_before", "reset_after"])
def test_reset_connection_hides_whether_the_request_was_handled(
    simulator: Simulator,
    connect: Any,
    request_with: RequestWith,
    kind: Any,
    capfd: pytest.CaptureFixture[str],
) -> None:
    simulator.faults.add(Fault(START, kind))
    request = request_with(ClientToken="token")
    with pytest.raises(ConnectionClosedError):
        connect.start_outbound_chat_contact(**request)
    assert len(simulator.world.contacts) == (1 if kind == "reset_after" else 0)
    connect.start_outbound_chat_contact(**request)
    assert len(simulator.world.contacts) == 1
    assert capfd.readouterr() == ("", "")


def test_cut_off_body_is_a_response_without_a_contact_id(
    simulator: Simulator, connect: Any, request_with: RequestWith
) -> None:
    """botocore checks neither the length nor the JSON: the response has the status 200 and no ContactId."""
    simulator.faults.add(Fault(START, "cut_off"))
    answer = connect.start_outbound_chat_contact(**request_with())
    assert answer["ResponseMetadata"]["HTTPStatusCode"] == 200
    assert int(answer["ResponseMetadata"]["HTTPHeaders"]["content-length"]) == len('{"ContactId": ""}') + 36
    assert "ContactId" not in answer
    assert len(simulator.world.contacts) == 1


@pytest.mark.parametrize("kind", ["delay", "trickle"])
def test_slow_response_is_complete(simulator: Simulator, connect: Any, request_with: RequestWith, kind: Any) -> None:
    simulator.faults.add(Fault(START, kind, seconds=0.1))
    before = time.perf_counter()
    answer = connect.start_outbound_chat_contact(**request_with())
    assert 0.1 <= time.perf_counter() - before < 1
    assert list(simulator.world.contacts) == [answer["ContactId"]]


def test_read_timeout_ends_a_delay_but_not_a_trickle(
    simulator: Simulator, client_of: Callable[..., Any], request_with: RequestWith
) -> None:
    impatient = client_of("connect", read_timeout=0.05)
    simulator.faults.add(Fault(START, "delay", seconds=0.15), Fault(START, "trickle", seconds=0.15))
    with pytest.raises(ReadTimeoutError):
        impatient.start_outbound_chat_contact(**request_with())
    assert impatient.start_outbound_chat_contact(**request_with())["ContactId"]


def test_delayed_call_does_not_reach_a_world_after_its_reset(
    simulator: Simulator, client_of: Callable[..., Any], request_with: RequestWith
) -> None:
    impatient = client_of("connect", read_timeout=0.05)
    simulator.faults.add(Fault(START, "delay", seconds=0.2))
    with pytest.raises(ReadTimeoutError):
        impatient.start_outbound_chat_contact(**request_with())
    simulator.reset()
    started = impatient.start_outbound_chat_contact(**request_with())["ContactId"]
    time.sleep(0.3)
    assert list(simulator.world.contacts) == [started]


def test_stop_drops_delayed_calls(request_with: RequestWith) -> None:
    with Simulator() as short_lived:
        short_lived.faults.add(Fault(START, "delay", seconds=0.2))
        settings = Config(read_timeout=0.05, retries={"total_max_attempts": 1})
        client = boto3.client("connect", endpoint_url=short_lived.url, config=settings, **CREDENTIALS)
        with pytest.raises(ReadTimeoutError):
            client.start_outbound_chat_contact(**request_with())
    time.sleep(0.3)
    assert short_lived.world.requests == []


@pytest.mark.parametrize("end", [Simulator.reset, lambda simulator: simulator.faults.clear()])
def test_clearing_faults_disconnects_a_delayed_caller_at_once(
    simulator: Simulator,
    connect: Any,
    request_with: RequestWith,
    monkeypatch: pytest.MonkeyPatch,
    end: Callable[[Simulator], None],
) -> None:
    taken, take = Event(), simulator.faults.take

    def tell(operation: str, access_key: str) -> Fault | None:
        fault = take(operation, access_key)
        taken.set()
        return fault

    monkeypatch.setattr(simulator.faults, "take", tell)
    simulator.faults.add(Fault(START, "delay", seconds=10))
    with ThreadPoolExecutor(1) as pool:
        before = time.perf_counter()
        waiting = pool.submit(connect.start_outbound_chat_contact, **request_with())
        assert taken.wait(5)
        end(simulator)
        with pytest.raises(ConnectionClosedError):
            waiting.result()
        assert time.perf_counter() - before < 5
    assert simulator.world.requests == []


def test_clearing_faults_ends_a_trickle(simulator: Simulator) -> None:
    simulator.faults.add(Fault("ListInstances", "trickle", seconds=10))
    signed = {"Authorization": "AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/connect/aws4_request"}
    with closing(HTTPConnection(simulator.url.removeprefix("http://"), timeout=5)) as connection:
        connection.request("GET", "/instance", headers=signed)
        answer = connection.getresponse()
        simulator.faults.clear()
        with pytest.raises(ConnectionResetError):
            answer.read()


def test_fault_affects_only_its_operation(simulator: Simulator, connect: Any, request_with: RequestWith) -> None:
    simulator.faults.add(Fault("DescribeContact", "internal"))
    started = connect.start_outbound_chat_contact(**request_with())["ContactId"]
    with pytest.raises(connect.exceptions.InternalServiceException):
        connect.describe_contact(InstanceId=request_with()["InstanceId"], ContactId=started)


@pytest.mark.parametrize(
    ("service", "operation", "call"),
    [
        ("sqs", "ListQueues", lambda client: client.list_queues()),
        ("ssm", "GetParameter", lambda client: client.get_parameter(Name="n")),
        ("dynamodb", "ListTables", lambda client: client.list_tables()),
        ("cloudwatch", "ListMetrics", lambda client: client.list_metrics()),
        ("sns", "ListTopics", lambda client: client.list_topics()),
        ("lambda", "ListFunctions", lambda client: client.list_functions()),
    ],
)
def test_fault_affects_any_service(
    simulator: Simulator, client_of: Callable[..., Any], service: str, operation: str, call: Callable[[Any], Any]
) -> None:
    simulator.faults.add(Fault(operation, "unavailable_html"))
    with pytest.raises(ClientError) as met:
        call(client_of(service))
    assert met.value.response["ResponseMetadata"]["HTTPStatusCode"] == 503


@pytest.mark.parametrize("service", ["sqs", "dynamodb"])
def test_json_service_names_the_error_in_the_body(
    simulator: Simulator, client_of: Callable[..., Any], service: str
) -> None:
    simulator.faults.add(Fault("*", "throttling"))
    client = client_of(service)
    with pytest.raises(ClientError) as met:
        client.list_queues() if service == "sqs" else client.list_tables()
    assert met.value.response["Error"] == {"Code": "ThrottlingException", "Message": "Rate exceeded"}


@pytest.mark.parametrize(
    ("service", "operation"), [("cloudformation", "list_stacks"), ("qconnect", "list_knowledge_bases")]
)
def test_error_uses_the_protocol_of_its_service(
    service: str, operation: str, simulator: Simulator, client_of: Callable[..., Any]
) -> None:
    simulator.faults.add(Fault(camelcase(operation), "access_denied"))

    with pytest.raises(ClientError) as result:
        getattr(client_of(service), operation)()

    assert result.value.response["Error"]["Code"] == "AccessDeniedException"
    assert result.value.response["ResponseMetadata"]["HTTPStatusCode"] == 403


def camelcase(name: str) -> str:
    return "".join(part.capitalize() for part in name.split("_"))
