"""The HTTP server."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from connect_simulator import Simulator
from control_client import connect_to


def test_connection_is_persistent(simulator: Simulator) -> None:
    connection = connect_to(simulator.url)
    connection.request("GET", "/simulator/contacts")
    connection.getresponse().read()
    first = connection.sock.getsockname()
    connection.request("POST", "/simulator/reset", body=b"{}")
    connection.getresponse().read()
    assert connection.sock.getsockname() == first
    connection.close()


def test_chunked_body_is_read_and_must_be_json(simulator: Simulator) -> None:
    connection = connect_to(simulator.url)
    signed = {"Authorization": "AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/connect/aws4_request"}
    for chunks, message in ([b"{", b"}"], "SourceEndpoint is required."), ([b"{"], "The request must be JSON."):
        connection.request("PUT", "/contact/outbound-chat", iter(chunks), signed, encode_chunked=True)
        answer = connection.getresponse()
        assert (answer.status, answer.headers["x-amzn-errortype"]) == (400, "InvalidRequestException")
        assert json.load(answer) == {"Message": message}
    connection.close()


def test_bug_in_the_application_is_printed_and_returns_500(
    client_of: Callable[..., Any], capfd: pytest.CaptureFixture[str]
) -> None:
    ssm = client_of("ssm")
    with pytest.raises(ssm.exceptions.ClientError) as failed:
        ssm.list_nodes()
    assert failed.value.response["ResponseMetadata"]["HTTPStatusCode"] == 500
    assert "NotImplementedError: The list_nodes action has not been implemented" in capfd.readouterr().err
