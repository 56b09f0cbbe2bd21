"""Connect operations that are not simulated."""

import json
from contextlib import closing
from typing import Any

import pytest

from connect_simulator import Simulator, demo
from control_client import connect_to


def test_unsupported_operation_is_rejected(connect: Any) -> None:
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


def test_unknown_path_of_connect_is_rejected(simulator: Simulator) -> None:
    signed = {"Authorization": "AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/connect/aws4_request"}
    with closing(connect_to(simulator.url)) as connection:
        connection.request("GET", "/nowhere", headers=signed)
        answer = connection.getresponse()
        assert answer.status == 404
        assert json.load(answer)["Message"].startswith("GET /nowhere is not simulated. ")
