import json
from functools import cache
from typing import Any

import pytest
from botocore.model import OperationModel
from botocore.parsers import ResponseParserError
from botocore.session import get_session

from deflection.aws.response_validation import validate_response

SERVICES = {
    "DescribeContact": "connect",
    "GetItem": "dynamodb",
    "ChangeMessageVisibilityBatch": "sqs",
    "DescribeOptedOutNumbers": "pinpoint-sms-voice-v2",
    "GetRoleCredentials": "sso",
}


@cache
def operation_model(name: str) -> OperationModel:
    return get_session().get_service_model(SERVICES[name]).operation_model(name)


def check(name: str, body: Any, status: int = 200) -> Any:
    """Return the body that the SDK reads after the check."""
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    response: dict[str, Any] = {"status_code": status, "headers": {}, "body": raw}
    validate_response(response, operation_model(name))
    return json.loads(response["body"] or "null")


def nested(levels: int) -> dict[str, Any]:
    """Return a table attribute of lists within lists."""
    attribute: dict[str, Any] = {"S": "x"}
    for _ in range(levels):
        attribute = {"L": [attribute]}
    return attribute


CONTACT: dict[str, Any] = {"Id": "contact", "Channel": "VOICE"}
ITEM = {"a": {"B": "AAA="}, "b": {"BOOL": True}, "c": {"L": [{"N": "1"}]}}
INCOMPLETE_BODIES: list[Any] = [b"", b"\xff", b"{", b"[" * 100_000, None, [], 7, "x", {}, {"Id": "x"}]
INVALID_MEMBERS: list[dict[str, Any]] = [
    *({"Channel": value} for value in (None, "", " ", "\ud800")),
    {"Channel": 7},
    {"Channel": []},
    {"ScheduledTimestamp": "noon"},
    {"ScheduledTimestamp": []},
    {"ScheduledTimestamp": 1e300},
    {"Attributes": []},
    {"Attributes": {"a": 7}},
    {"Attributes": {"a": None}},
    {"ScheduledTimestamp": True},
    {"TotalPauseCount": "1"},
    {"TotalPauseCount": True},
]


@pytest.mark.parametrize(
    ("name", "body"),
    [
        ("DescribeContact", {"Contact": CONTACT}),
        ("DescribeContact", {"Contact": CONTACT, "New": [7]}),
        ("DescribeContact", {"Contact": CONTACT | {"New": 7, "Attributes": None, "CustomerEndpoint": {}}}),
        ("DescribeContact", {"Contact": CONTACT | {"Attributes": {"a": ""}, "ScheduledTimestamp": 1795342000}}),
        ("DescribeContact", {"Contact": CONTACT | {"ScheduledTimestamp": "2026-11-29T01:00:00Z"}}),
        (
            "DescribeContact",
            {"Contact": CONTACT | {"TotalPauseCount": 1}},
        ),
        ("GetItem", {"ConsumedCapacity": {"CapacityUnits": 1}}),
        (
            "GetItem",
            {"ConsumedCapacity": {}, "Item": ITEM},
        ),
        ("DescribeOptedOutNumbers", {"OptedOutNumbers": []}),
        ("DescribeOptedOutNumbers", {"OptedOutNumbers": [{"OptedOutNumber": "+14255550142", "EndUserOptedOut": True}]}),
        ("GetRoleCredentials", {"roleCredentials": {"accessKeyId": "id"}}),
        ("ChangeMessageVisibilityBatch", {}),
        ("ChangeMessageVisibilityBatch", {"Successful": [{"Id": "0"}], "Failed": []}),
    ],
)
def test_valid_answer_is_not_changed(name: str, body: Any) -> None:
    assert check(name, body) == (body or (None if body == b"" else {}))


@pytest.mark.parametrize(
    ("name", "body"),
    [
        *(("DescribeContact", body) for body in INCOMPLETE_BODIES),
        *(("DescribeContact", {"Contact": contact}) for contact in (None, "x", {}, {"Id": "x"}, [CONTACT])),
        *(("DescribeContact", {"Contact": CONTACT | members}) for members in INVALID_MEMBERS),
        ("GetItem", {}),
        ("GetItem", {"ConsumedCapacity": {"CapacityUnits": "1"}}),
        ("GetItem", {"ConsumedCapacity": {}, "Item": {"a": nested(300)}}),
        ("GetItem", {"ConsumedCapacity": {}, "Item": {"a": {"B": "A"}}}),
        ("GetItem", {"ConsumedCapacity": {}, "Item": {"a": {"BOOL": 1}}}),
        ("DescribeOptedOutNumbers", {}),
        ("DescribeOptedOutNumbers", {"OptedOutNumbers": [{}]}),
        ("DescribeOptedOutNumbers", {"OptedOutNumbers": ["+14255550142"]}),
    ],
)
def test_answer_without_a_required_member_or_with_an_invalid_one_is_refused(name: str, body: Any) -> None:
    with pytest.raises(ResponseParserError):
        check(name, body)


def test_error_keeps_its_valid_members() -> None:
    error = {"__type": "ValidationException", "Fields": [{"Name": "OptedOutNumbers", "Message": "x"}], "message": "no"}

    assert check("DescribeOptedOutNumbers", error, 400) == error


@pytest.mark.parametrize("status", [301, 400, 429, 503])
def test_error_loses_its_invalid_members(status: int) -> None:
    error = {"__type": ["x"], "Fields": ["OptedOutNumbers"], "message": 7, "ResourceType": "opted-out-number"}

    assert check("DescribeOptedOutNumbers", error, status) == {"ResourceType": "opted-out-number"}


@pytest.mark.parametrize("body", [b"", b"<html>", [], None, "x"])
def test_error_that_is_not_an_object_loses_its_body(body: Any) -> None:
    assert check("DescribeContact", body, 500) == {}
