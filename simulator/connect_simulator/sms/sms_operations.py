"""AWS End User Messaging SMS, of which moto knows nothing: opt-outs, kinds of lines, its numbers and the account.

https://docs.aws.amazon.com/pinpoint/latest/apireference_smsvoicev2/
It is served by `Simulator` only, not in `mock_aws`.
"""

import json
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from werkzeug.wrappers import Response

from connect_simulator import demo
from connect_simulator.aws.service_model import input_of, violations
from connect_simulator.aws.signed_request import operation_of, service_of

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

SERVICE: Final = "pinpoint-sms-voice-v2"


@dataclass
class Sms:
    """The opt-out lists by name, each with its numbers and their times; what CarrierLookup answers; and the account.

    Each phone number is known by its ARN, with the members in which it differs from the usual.
    """

    opt_out_lists: dict[str, dict[str, float]] = field(default_factory=lambda: {"Default": {}})
    # Assumption: a valid number that is on no list is left out of the answer; AWS may mean it by "isn't valid", too.
    refuse_unlisted_numbers: bool = False
    lookups: dict[str, dict[str, str]] = field(default_factory=dict)
    # Assumption: a number that nobody described is a mobile phone.
    line_type: str = "MOBILE"
    phone_numbers: dict[str, dict[str, Any]] = field(default_factory=lambda: {demo.SMS_SOURCE_ARN: {}})
    account_tier: str = "PRODUCTION"
    monthly_spend_limit: int = 1_000


class SmsError(Exception):
    """A refusal, by its name in the service model; the JSON protocol gives all of them the status 400."""

    def __init__(self, name: str, message: str, resource_type: str = "") -> None:
        super().__init__(message)
        self.name = name
        self.resource_type = resource_type


class SmsMiddleware:
    """Answers what is signed for sms-voice and passes everything else on."""

    def __init__(self, app: "WSGIApplication", sms: Callable[[], Sms]) -> None:
        self._app = app
        self._sms = sms

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        """The WSGI protocol."""
        if service_of(environ) != "sms-voice":
            return self._app(environ, start_response)
        try:
            answer = _json(_answer(self._sms(), operation_of(environ), json.loads(environ["wsgi.input"].read())))
        except SmsError as error:
            answer = _json(_refusal(error), 400)
        return answer(environ, start_response)


def _answer(sms: Sms, operation: str, request: Any) -> dict[str, Any]:
    if operation not in OPERATIONS:
        raise SmsError("UnknownOperationException", f"{operation} is not simulated.")
    for sentence in violations(input_of(operation, SERVICE), request):
        raise SmsError("ValidationException", sentence)
    return OPERATIONS[operation](sms, request)


def _describe_opted_out_numbers(sms: Sms, request: dict[str, Any]) -> dict[str, Any]:
    name, listed = _opt_out_list(sms, request)
    asked = request.get("OptedOutNumbers") or list(listed)
    if sms.refuse_unlisted_numbers and not listed.keys() >= set(asked):
        raise SmsError("ResourceNotFoundException", "A number is not on the list.", "opted-out-number")
    return {"OptOutListName": name, "OptedOutNumbers": [_entry(listed, number) for number in asked if number in listed]}


def _put_opted_out_number(sms: Sms, request: dict[str, Any]) -> dict[str, Any]:
    name, listed = _opt_out_list(sms, request)
    number = request["OptedOutNumber"]
    listed.setdefault(number, time.time())
    return {"OptOutListName": name, **_entry(listed, number)}


def _carrier_lookup(sms: Sms, request: dict[str, Any]) -> dict[str, Any]:
    number = request["PhoneNumber"]
    return {"E164PhoneNumber": number, "PhoneNumberType": sms.line_type} | sms.lookups.get(number, {})


def _describe_phone_numbers(sms: Sms, request: dict[str, Any]) -> dict[str, Any]:
    asked = request.get("PhoneNumberIds") or list(sms.phone_numbers)
    if not sms.phone_numbers.keys() >= set(asked):
        raise SmsError("ResourceNotFoundException", "The phone number was not found.", "phone-number")
    return {"PhoneNumbers": [_phone_number(arn) | sms.phone_numbers[arn] for arn in asked]}


def _phone_number(arn: str) -> dict[str, Any]:
    _, _, _, region, _, identifier = arn.split(":")
    return {
        "PhoneNumberArn": arn,
        "PhoneNumberId": identifier.rpartition("/")[2],
        "PhoneNumber": demo.SMS_NUMBER,
        "Status": "ACTIVE",
        "IsoCountryCode": "US",
        "MessageType": "TRANSACTIONAL",
        "NumberCapabilities": ["SMS"],
        "NumberType": "TEN_DLC",
        "MonthlyLeasingPrice": "1.00",
        "TwoWayEnabled": True,
        # Assumption: this is how a number that texts with Connect names its destination.
        "TwoWayChannelArn": f"connect.{region}.amazonaws.com",
        "SelfManagedOptOutsEnabled": False,
        "OptOutListName": "Default",
        "DeletionProtectionEnabled": False,
        "CreatedTimestamp": 0,
    }


def _describe_opt_out_lists(sms: Sms, request: dict[str, Any]) -> dict[str, Any]:
    asked = request.get("OptOutListNames") or list(sms.opt_out_lists)
    names = [_opt_out_list(sms, {"OptOutListName": name})[0] for name in asked]
    return {"OptOutLists": [_described_list(name) for name in names]}


def _described_list(name: str) -> dict[str, Any]:
    arn = f"arn:aws:sms-voice:{demo.REGION}:{demo.ACCOUNT}:opt-out-list/{name}"
    return {"OptOutListArn": arn, "OptOutListName": name, "CreatedTimestamp": 0}


def _describe_account_attributes(sms: Sms, _request: dict[str, Any]) -> dict[str, Any]:
    return {"AccountAttributes": [{"Name": "ACCOUNT_TIER", "Value": sms.account_tier}]}


def _describe_spend_limits(sms: Sms, _request: dict[str, Any]) -> dict[str, Any]:
    limit = {"EnforcedLimit": sms.monthly_spend_limit, "MaxLimit": sms.monthly_spend_limit, "Overridden": False}
    return {"SpendLimits": [{"Name": "TEXT_MESSAGE_MONTHLY_SPEND_LIMIT", **limit}]}


def _opt_out_list(sms: Sms, request: dict[str, Any]) -> tuple[str, dict[str, float]]:
    name = request["OptOutListName"].rpartition("/")[2]
    if name not in sms.opt_out_lists:
        raise SmsError("ResourceNotFoundException", "The opt-out list was not found.", "opt-out-list")
    return name, sms.opt_out_lists[name]


def _entry(listed: dict[str, float], number: str) -> dict[str, Any]:
    return {"OptedOutNumber": number, "OptedOutTimestamp": listed[number], "EndUserOptedOut": False}


def _refusal(error: SmsError) -> dict[str, Any]:
    told = {"__type": error.name, "Message": str(error)}
    return told | ({"ResourceType": error.resource_type} if error.resource_type else {})


def _json(value: dict[str, Any], status: int = 200) -> Response:
    return Response(json.dumps(value), status, content_type="application/x-amz-json-1.0")


OPERATIONS: Final[dict[str, Callable[[Sms, dict[str, Any]], dict[str, Any]]]] = {
    "DescribeOptedOutNumbers": _describe_opted_out_numbers,
    "PutOptedOutNumber": _put_opted_out_number,
    "CarrierLookup": _carrier_lookup,
    "DescribePhoneNumbers": _describe_phone_numbers,
    "DescribeOptOutLists": _describe_opt_out_lists,
    "DescribeAccountAttributes": _describe_account_attributes,
    "DescribeSpendLimits": _describe_spend_limits,
}
