"""What the opt-out list and the carrier are asked, and which of their answers stops a text."""

from threading import Event
from typing import Any

import pytest
from botocore.exceptions import ClientError

from builders import CUSTOMER, settings
from deflection.aws.deadline import Deadline
from deflection.aws.sms_voice import screen_number
from deflection.errors import CheckUnavailableError
from deflection.reasons import DeclineReason

OTHER = "+14255550111"


class FakeSms:
    """An opt-out list that answers with these entries, or with this error."""

    def __init__(self, listed: list[dict[str, Any]] | Exception) -> None:
        self._listed = listed

    def describe_opted_out_numbers(self, **_request: Any) -> dict[str, Any]:
        if isinstance(self._listed, Exception):
            raise self._listed
        return {"OptedOutNumbers": self._listed}

    def carrier_lookup(self, **_request: Any) -> dict[str, Any]:
        raise NotImplementedError


def answered(**told: Any) -> ClientError:
    """An error of the service, with members of its own beside the code."""
    response: Any = {"Error": {"Code": "AnyException"}, "ResponseMetadata": {"HTTPStatusCode": 400}, **told}
    return ClientError(response, "DescribeOptedOutNumbers")


def asked(client: Any, **changes: str) -> DeclineReason | None:
    return screen_number(client, CUSTOMER, settings(OPT_OUT_LIST_NAME="Default", **changes), Deadline(9e9))


@pytest.mark.parametrize(
    ("listed", "reason"),
    [
        ([{"OptedOutNumber": CUSTOMER}], DeclineReason.OPTED_OUT),
        ([{"OptedOutNumber": CUSTOMER.removeprefix("+")}], DeclineReason.OPTED_OUT),
        ([{"OptedOutNumber": OTHER}, {"OptedOutNumber": CUSTOMER}], DeclineReason.OPTED_OUT),
        ([{"OptedOutNumber": OTHER}], None),
        ([{}], None),
        ([], None),
    ],
)
def test_only_who_is_named_in_the_answer_has_opted_out(
    listed: list[dict[str, Any]], reason: DeclineReason | None
) -> None:
    assert asked(FakeSms(listed)) == reason


@pytest.mark.parametrize(
    "about_the_number",
    [
        {"ResourceType": "opted-out-number"},
        {"Fields": [{"Name": "OptedOutNumbers", "Message": "is not on the list"}]},
        {"Fields": [{"Name": "Other"}, {"Name": "OptedOutNumbers"}]},
    ],
)
def test_an_error_about_the_number_is_an_answer(about_the_number: dict[str, Any]) -> None:
    assert asked(FakeSms(answered(**about_the_number))) is None


@pytest.mark.parametrize(
    "about_something_else", [{}, {"ResourceType": "opt-out-list"}, {"Fields": [{"Name": "OptOutListName"}]}]
)
def test_an_error_about_anything_else_is_none(about_something_else: dict[str, Any]) -> None:
    with pytest.raises(CheckUnavailableError, match="The opt-out list could not be asked"):
        asked(FakeSms(answered(**about_something_else)))


@pytest.mark.parametrize("waits", ["the list", "the carrier"])
def test_the_list_and_the_carrier_are_asked_at_the_same_time(waits: str) -> None:
    other_is_asked = Event()

    class Waiting:
        """Each is asked; the one that waits answers once the other is asked, too."""

        def describe_opted_out_numbers(self, **_request: Any) -> dict[str, Any]:
            return self._told("the list", {})

        def carrier_lookup(self, **_request: Any) -> dict[str, Any]:
            return self._told("the carrier", {"PhoneNumberType": "LANDLINE"})

        def _told(self, who: str, answer: dict[str, Any]) -> dict[str, Any]:
            if who == waits:
                assert other_is_asked.wait(20)
            other_is_asked.set()
            return answer

    assert asked(Waiting(), CARRIER_LOOKUP="true") is DeclineReason.LINE_TYPE_NOT_TEXTABLE
