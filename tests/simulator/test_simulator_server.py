"""The simulator as others run it: a server, its control endpoints, and its command."""

import json
import os
import re
import shlex
import signal
import socket
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from http import HTTPStatus
from http.client import HTTPConnection
from typing import Any

import boto3
import pytest

from connect_simulator import Simulator, demo
from connect_simulator.cli.serve import usage

type RequestWith = Callable[..., dict[str, Any]]

CREDENTIALS = {"aws_access_key_id": "test", "aws_secret_access_key": "test", "region_name": demo.REGION}


def test_contacts_and_requests_are_listed(simulator: Simulator, connect: Any, request_with: RequestWith) -> None:
    started = connect.start_outbound_chat_contact(**request_with(ClientToken="token"))["ContactId"]
    assert [contact["Id"] for contact in _call(simulator.url, "GET", "contacts")] == [started]
    (received,) = _call(simulator.url, "GET", "requests")
    assert (received["body"], received["contact_id"], received["repeated"]) == (
        request_with(ClientToken="token"),
        started,
        False,
    )
    assert received["received_at"] == simulator.world.requests[0].received_at


def test_a_contact_is_put(simulator: Simulator, connect: Any) -> None:
    _call(simulator.url, "POST", "contacts", {"Id": "call-1", "Channel": "VOICE", "InitiationTimestamp": 1_800_000_000})
    contact = connect.describe_contact(InstanceId=demo.INSTANCE_ID, ContactId="call-1")["Contact"]
    assert (contact["Channel"], contact["InitiationTimestamp"].timestamp()) == ("VOICE", 1_800_000_000)


BROWSER = {"User-Agent": "Mozilla/5.0", "Accept-Language": "en"}


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "http://attacker.example"},
        {"Origin": "null"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Host": "attacker.example:5005", "Origin": "http://attacker.example:5005"},
        {"Host": "attacker.example:5005", **BROWSER},
        {"Host": "attacker.example:5005", "User-Agent": "curl", "Accept-Language": ""},
        {"Host": "attacker.example:5005", "Sec-Fetch-Mode": "cors"},
        {"Host": "127.0.0.1.attacker.example:5005", **BROWSER},
    ],
)
@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", "/moto-api/reset"),
        ("OPTIONS", "/moto-api/reset"),
        ("GET", "/moto-api/data.json"),
        ("GET", "/simulator/contacts"),
        ("GET", "/simulator/requests"),
        ("POST", "/simulator/reset"),
        ("GET", "/?Action=ListQueues"),
    ],
)
def test_another_page_that_a_browser_has_open_may_ask_for_nothing(
    simulator: Simulator, method: str, path: str, headers: dict[str, str]
) -> None:
    status, told = _asked(simulator, method, path, headers)

    assert status == HTTPStatus.FORBIDDEN
    assert "Access-Control-Allow-Origin" not in told


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Host": "host.docker.internal:5005"},
        {"Host": "host.docker.internal:5005", "Sec-Fetch-Mode": "cors", "Accept-Language": "*"},
        {"Host": "simulator:5005", "Accept-Language": "*"},
        {"Host": "build.example.com:5005", "User-Agent": "curl/8.14.1", "Accept": "*/*"},
        {"Host": "localhost:5005", **BROWSER},
        {"Host": "[::1]:5005", **BROWSER},
    ],
)
def test_programs_and_a_browsers_address_bar_may_ask(simulator: Simulator, headers: dict[str, str]) -> None:
    for method, path in (("GET", "/simulator/contacts"), ("POST", "/moto-api/reset")):
        status, told = _asked(simulator, method, path, headers)

        assert status == HTTPStatus.OK
        assert "Access-Control-Allow-Origin" not in told


def _asked(simulator: Simulator, method: str, path: str, headers: dict[str, str]) -> tuple[int, dict[str, str]]:
    with closing(HTTPConnection(simulator.url.removeprefix("http://"), timeout=10)) as connection:
        connection.request(method, path, headers=headers)
        answer = connection.getresponse()
        answer.read()
        return answer.status, dict(answer.headers)


@pytest.mark.parametrize("several", [True, False])
def test_faults_are_added_and_cleared(
    simulator: Simulator, connect: Any, request_with: RequestWith, *, several: bool
) -> None:
    fault = {"operation": "StartOutboundChatContact", "kind": "conflict", "times": None}
    _call(simulator.url, "POST", "faults", [fault] if several else fault)
    with pytest.raises(connect.exceptions.ConflictException):
        connect.start_outbound_chat_contact(**request_with())
    _call(simulator.url, "DELETE", "faults")
    assert connect.start_outbound_chat_contact(**request_with())["ContactId"]


def test_reset_forgets_the_world_the_faults_and_motos_services(
    simulator: Simulator, connect: Any, client_of: Callable[..., Any], request_with: RequestWith
) -> None:
    sqs = client_of("sqs")
    sqs.create_queue(QueueName="q")
    connect.start_outbound_chat_contact(**request_with())
    _call(simulator.url, "POST", "faults", {"operation": "*", "kind": "internal", "times": None})
    _call(simulator.url, "POST", "reset")
    assert _call(simulator.url, "GET", "contacts") == []
    assert _call(simulator.url, "GET", "requests") == []
    assert "QueueUrls" not in sqs.list_queues()


@pytest.mark.parametrize(
    ("method", "name", "body", "status"),
    [
        ("GET", "nothing", None, 404),
        ("POST", "faults", {"operation": "SendMessage", "kind": "flood"}, 400),
        ("POST", "faults", {"operation": "SendMessage"}, 400),
        ("POST", "faults", {"operation": None, "kind": "internal"}, 400),
        ("POST", "faults", {"operation": 5, "kind": "internal"}, 400),
        ("POST", "contacts", {"Channel": "VOICE"}, 400),
        ("POST", "contacts", None, 400),
    ],
)
def test_a_wrong_control_request_is_told_what_is_wrong(
    simulator: Simulator, method: str, name: str, body: object, status: int
) -> None:
    answered, answer = _answer(simulator.url, method, name, body)
    assert answered == status
    assert answer["message"]


def test_a_fault_of_an_operation_that_no_service_has_is_refused_and_the_nearest_is_named(simulator: Simulator) -> None:
    wrong = {"operation": "StartOutboundChatContacts", "kind": "internal"}
    status, answer = _answer(simulator.url, "POST", "faults", [{"operation": "PutObject", "kind": "internal"}, wrong])
    assert status == HTTPStatus.BAD_REQUEST
    assert answer["message"] == (
        "No simulated service has the operation 'StartOutboundChatContacts'. Did you mean StartOutboundChatContact?"
    )
    assert simulator.faults.take("PutObject") is None, "all of them or none"
    assert _answer(simulator.url, "POST", "faults", {"operation": "PutObject", "kind": "internal"})[0] == HTTPStatus.OK


def test_an_operation_that_is_like_none_is_refused_too(simulator: Simulator) -> None:
    _, answer = _answer(simulator.url, "POST", "faults", {"operation": "Xyz", "kind": "internal"})
    assert answer["message"] == "No simulated service has the operation 'Xyz'."


def test_a_connection_is_kept_alive(simulator: Simulator) -> None:
    connection = _connection(simulator.url)
    connection.request("GET", "/simulator/contacts")
    connection.getresponse().read()
    first = connection.sock.getsockname()
    connection.request("POST", "/simulator/reset", body=b"{}")
    connection.getresponse().read()
    assert connection.sock.getsockname() == first
    connection.close()


def test_a_body_in_chunks_is_read_and_one_that_is_no_json_is_refused(simulator: Simulator) -> None:
    connection = _connection(simulator.url)
    signed = {"Authorization": "AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/connect/aws4_request"}
    for chunks, message in ([b"{", b"}"], "SourceEndpoint is required."), ([b"{"], "The request must be JSON."):
        connection.request("PUT", "/contact/outbound-chat", iter(chunks), signed, encode_chunked=True)
        answer = connection.getresponse()
        assert (answer.status, answer.headers["x-amzn-errortype"]) == (400, "InvalidRequestException")
        assert json.load(answer) == {"Message": message}
    connection.close()


def test_the_rest_of_moto_is_served_too(client_of: Callable[..., Any]) -> None:
    s3 = client_of("s3", s3={"addressing_style": "path"})
    s3.create_bucket(Bucket="calls")
    s3.put_object(Bucket="calls", Key="call-1", Body=b"text")
    assert s3.head_object(Bucket="calls", Key="call-1")["ContentLength"] == len(b"text")
    assert s3.get_object(Bucket="calls", Key="call-1")["Body"].read() == b"text"
    s3.delete_object(Bucket="calls", Key="call-1")
    assert s3.list_objects_v2(Bucket="calls")["KeyCount"] == 0


def test_callers_at_once_with_one_token_start_one_contact(
    simulator: Simulator, client_of: Callable[..., Any], request_with: RequestWith
) -> None:
    connect = client_of("connect", max_pool_connections=8)
    request = request_with(ClientToken="token")
    with ThreadPoolExecutor(8) as pool:
        started = set(pool.map(lambda _: connect.start_outbound_chat_contact(**request)["ContactId"], range(40)))
    assert started == set(simulator.world.contacts)
    assert len(started) == 1


def test_an_operation_that_nobody_implements_is_not_a_success(connect: Any) -> None:
    with pytest.raises(connect.exceptions.ClientError) as refused:
        connect.pause_contact(ContactId="c", InstanceId=demo.INSTANCE_ID)
    assert refused.value.response["ResponseMetadata"]["HTTPStatusCode"] == 404
    assert refused.value.response["Error"]["Code"] == "UnknownOperationException"
    message = refused.value.response["Error"]["Message"]
    assert message.startswith(
        "PauseContact is not simulated. The simulated operations of Amazon Connect are: Associate"
    )
    assert ", DescribeContact, " in message
    assert ", StartOutboundChatContact, " in message


def test_a_request_that_is_no_operation_of_connect_is_told_so(simulator: Simulator) -> None:
    signed = {"Authorization": "AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/connect/aws4_request"}
    with closing(_connection(simulator.url)) as connection:
        connection.request("GET", "/nowhere", headers=signed)
        answer = connection.getresponse()
        assert answer.status == 404
        assert json.load(answer)["Message"].startswith("GET /nowhere is not simulated. ")


def test_a_bug_behind_the_server_is_shown_and_answered_with_a_failure(
    client_of: Callable[..., Any], capfd: pytest.CaptureFixture[str]
) -> None:
    ssm = client_of("ssm")
    with pytest.raises(ssm.exceptions.ClientError) as failed:
        ssm.list_nodes()
    assert failed.value.response["ResponseMetadata"]["HTTPStatusCode"] == 500
    assert "NotImplementedError: The list_nodes action has not been implemented" in capfd.readouterr().err


def test_a_stopped_simulator_answers_nobody_and_can_start_again() -> None:
    stopped = Simulator()
    stopped.stop()
    with pytest.raises(RuntimeError, match="not started"):
        _ = stopped.url
    with Simulator() as simulator:
        url = simulator.url
        kept = _connection(url)
        kept.request("GET", "/simulator/contacts")
        assert kept.getresponse().read() == b"[]"
    with closing(kept), pytest.raises(ConnectionError):
        _get(kept)
    with pytest.raises(ConnectionRefusedError):
        _get(_connection(url))
    port = int(url.rpartition(":")[2])
    with Simulator(port=port) as again:
        assert again.url == url
        with pytest.raises(OSError, match="in use"):
            Simulator(port=port).start()


def _get(connection: HTTPConnection) -> None:
    connection.request("GET", "/simulator/contacts")
    connection.getresponse()


def test_the_command_says_how_to_use_it_and_ends_without_a_word() -> None:
    running = {ending: _start_command() for ending in (signal.SIGINT, signal.SIGTERM)}
    for ending, process in running.items():
        with process:
            assert process.stdout
            assert process.stderr
            (url,) = re.findall(r"http://127\.0\.0\.1:\d+", process.stdout.readline())
            assert _call(url, "GET", "contacts") == []
            process.send_signal(ending)
            said, complained = process.stdout.read(), process.stderr.read()
        assert f"export AWS_ENDPOINT_URL={url}\n" in said
        assert f"export CONTACT_FLOW_ID={demo.SMS_FLOW_ID}\n" in said
        assert (process.returncode, complained) == (0, "")


BARE_CALLS = f"""
import boto3
connect = boto3.client("connect")
started = connect.start_outbound_chat_contact(
    InstanceId="{demo.INSTANCE_ID}",
    ContactFlowId="{demo.SMS_FLOW_ID}",
    SourceEndpoint=dict(Type="CONNECT_PHONENUMBER_ARN", Address="{demo.SMS_NUMBER_ARN}"),
    DestinationEndpoint=dict(Type="TELEPHONE_NUMBER", Address="+14255550100"),
    SegmentAttributes={{"connect:Subtype": dict(ValueString="connect:SMS")}},
)
described = connect.describe_contact(InstanceId="{demo.INSTANCE_ID}", ContactId=started["ContactId"])
boto3.client("ssm").put_parameter(Name="/texts/switch", Value="on", Type="String")
boto3.client("pinpoint-sms-voice-v2").describe_opted_out_numbers(OptOutListName="Default")
print(described["Contact"]["Channel"])
"""


def test_the_variables_that_are_printed_are_all_that_a_bare_client_needs(simulator: Simulator) -> None:
    exports = [shlex.split(line) for line in usage(simulator).splitlines() if line.startswith("export ")]
    environment = dict(assignment.split("=", 1) for _, assignment in exports)
    command = [sys.executable, "-c", BARE_CALLS]
    run = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert (run.stdout, run.stderr) == ("CHAT\n", "")


def test_what_is_printed_can_be_given_to_a_shell_and_names_the_operations(simulator: Simulator) -> None:
    first, *others = usage(simulator).splitlines()
    assert simulator.url in first
    assert {line.split(" ")[0] for line in others} == {"export", "#"}
    assert "DescribeContact" in others[-1]
    assert "DescribeOptedOutNumbers" in others[-2]
    assert "POST /simulator/faults" in others[-4]
    assert "The simulator is public" not in usage(simulator)
    with Simulator("0.0.0.0") as open_to_all:
        assert "The simulator is public" in usage(open_to_all)
        assert "127.0.0.1" in open_to_all.url


def _has_ipv6() -> bool:
    try:
        socket.create_server(("::1", 0), family=socket.AF_INET6).close()
    except OSError:
        return False
    return True


@pytest.mark.skipif(not _has_ipv6(), reason="this machine has no IPv6")
def test_it_listens_on_an_ipv6_address_too(request_with: RequestWith) -> None:
    with Simulator("::1") as simulator:
        client = boto3.client("connect", endpoint_url=simulator.url, **CREDENTIALS)
        assert re.fullmatch(r"http://\[::1\]:\d+", simulator.url)
        assert client.start_outbound_chat_contact(**request_with())["ContactId"] in simulator.world.contacts
    with Simulator("::") as simulator:
        assert re.fullmatch(r"http://\[::1\]:\d+", simulator.url)


@pytest.mark.parametrize("port", ["99999", "-1", "http"])
def test_a_port_that_is_none_is_refused(port: str) -> None:
    with _start_command(port) as process:
        _, complained = process.communicate()
    assert process.returncode == 2
    assert complained.endswith(f"argument --port: must be 0 to 65535 (got {port})\n")


def test_the_callers_shell_does_not_keep_it_from_starting() -> None:
    with _start_command(AWS_PROFILE="nobody") as process:
        assert process.stdout
        assert "simulated at http" in process.stdout.readline()
        process.send_signal(signal.SIGTERM)
    assert process.returncode == 0


def test_a_busy_port_is_told_with_another_one_to_try(simulator: Simulator) -> None:
    port = int(simulator.url.rpartition(":")[2])
    with _start_command(str(port)) as process:
        _, complained = process.communicate()
    said = f"Cannot listen on 127.0.0.1:{port}: Address already in use. Try PORT={port + 1}.\n"
    assert (process.returncode, complained) == (1, said)


def _start_command(port: str = "0", **environment: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "connect_simulator", f"--port={port}"]
    variables = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)} | environment
    pipe = subprocess.PIPE
    return subprocess.Popen(command, stdout=pipe, stderr=pipe, text=True, env=variables)


def _call(url: str, method: str, name: str, body: object = None) -> Any:
    status, answer = _answer(url, method, name, body)
    assert status == HTTPStatus.OK
    return answer


def _answer(url: str, method: str, name: str, body: object = None) -> tuple[int, Any]:
    with closing(_connection(url)) as connection:
        connection.request(method, f"/simulator/{name}", None if body is None else json.dumps(body))
        answer = connection.getresponse()
        return answer.status, json.load(answer)


def _connection(url: str) -> HTTPConnection:
    return HTTPConnection(url.removeprefix("http://"), timeout=5)
