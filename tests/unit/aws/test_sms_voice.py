from threading import Event
from typing import Any

import pytest
from botocore.exceptions import ClientError, ConnectTimeoutError

from builders import CUSTOMER, settings
from deflection.aws.deadline import Deadline
from deflection.aws.sms_voice import screen_number
from deflection.errors import CheckUnavailableError
from deflection.reasons import DeclineReason

OTHER = "+14255550111"


class FakeSms:
    """A client whose opt-out list has these entries, or that raises this error; its carrier does not answer."""

    def __init__(self, entries: list[dict[str, Any]] | Exception) -> None:
        self._entries = entries

    def describe_opted_out_numbers(self, **_request: Any) -> dict[str, Any]:
        if isinstance(self._entries, Exception):
            raise self._entries
        return {"OptedOutNumbers": self._entries}

    def carrier_lookup(self, **_request: Any) -> dict[str, Any]:
        raise ConnectTimeoutError(endpoint_url="https://example.com")


def service_error(**members: Any) -> ClientError:
    """Build an error of the service with these members beside its code."""
    response: Any = {"Error": {"Code": "AnyException"}, "ResponseMetadata": {"HTTPStatusCode": 400}, **members}
    return ClientError(response, "DescribeOptedOutNumbers")


def screen(client: Any, **changes: str) -> DeclineReason | None:
    return screen_number(client, CUSTOMER, settings(OPT_OUT_LIST_NAME="Default", **changes), Deadline(9e9))


@pytest.mark.parametrize(
    ("entries", "reason"),
    [
        ([{"OptedOutNumber": CUSTOMER}], DeclineReason.OPTED_OUT),
        ([{"OptedOutNumber": CUSTOMER.removeprefix("+")}], DeclineReason.OPTED_OUT),
        ([{"OptedOutNumber": OTHER}, {"OptedOutNumber": CUSTOMER}], DeclineReason.OPTED_OUT),
        ([{"OptedOutNumber": OTHER}], None),
        ([], None),
    ],
)
def test_number_is_opted_out_only_if_the_answer_names_it(
    entries: list[dict[str, Any]], reason: DeclineReason | None
) -> None:
    assert screen(FakeSms(entries)) == reason


@pytest.mark.parametrize(
    "members",
    [
        {"ResourceType": "opted-out-number"},
        {"Fields": [{"Name": "OptedOutNumbers", "Message": "is not on the list"}]},
        {"Fields": [{"Name": "Other"}, {"Name": "OptedOutNumbers"}]},
    ],
)
def test_error_about_the_number_means_that_it_is_not_opted_out(members: dict[str, Any]) -> None:
    assert screen(FakeSms(service_error(**members))) is None


@pytest.mark.parametrize("members", [{}, {"ResourceType": "opt-out-list"}, {"Fields": [{"Name": "OptOutListName"}]}])
def test_any_other_error_means_that_the_check_is_unavailable(members: dict[str, Any]) -> None:
    with pytest.raises(CheckUnavailableError, match="opt-out list"):
        screen(FakeSms(service_error(**members)))


@pytest.mark.parametrize("waiting", ["opt-out list", "carrier"])
def test_opt_out_list_and_carrier_are_called_at_the_same_time(waiting: str) -> None:
    other_is_called = Event()

    class Waiting:
        """A client whose waiting operation answers only after the other one was called."""

        def describe_opted_out_numbers(self, **_request: Any) -> dict[str, Any]:
            return self._answer("opt-out list", {"OptedOutNumbers": []})

        def carrier_lookup(self, **_request: Any) -> dict[str, Any]:
            return self._answer("carrier", {"PhoneNumberType": "LANDLINE"})

        def _answer(self, operation: str, answer: dict[str, Any]) -> dict[str, Any]:
            if operation == waiting:
                assert other_is_called.wait(20)
            other_is_called.set()
            return answer

    assert screen(Waiting(), CARRIER_LOOKUP="true") is DeclineReason.LINE_TYPE_NOT_TEXTABLE


def test_carrier_that_does_not_answer_does_not_stop_the_message() -> None:
    assert screen(FakeSms([]), CARRIER_LOOKUP="true") is None
