"""The operations of AWS End User Messaging SMS.

Source: https://docs.aws.amazon.com/pinpoint/latest/apireference_smsvoicev2/
"""

import time
from collections.abc import Callable
from typing import Any, Final

from connect_simulator import demo
from connect_simulator.sms.account import SmsAccount, SmsError

SERVICE: Final = "pinpoint-sms-voice-v2"


def _describe_opted_out_numbers(account: SmsAccount, request: dict[str, Any]) -> dict[str, Any]:
    name, listed = _opt_out_list(account, request)
    requested = request.get("OptedOutNumbers") or list(listed)
    if account.refuse_unlisted_numbers and not listed.keys() >= set(requested):
        raise SmsError("ResourceNotFoundException", "A number is not on the list.", "opted-out-number")
    return {
        "OptOutListName": name,
        "OptedOutNumbers": [_entry(listed, number) for number in requested if number in listed],
    }


def _put_opted_out_number(account: SmsAccount, request: dict[str, Any]) -> dict[str, Any]:
    name, listed = _opt_out_list(account, request)
    number = request["OptedOutNumber"]
    listed.setdefault(number, time.time())
    return {"OptOutListName": name, **_entry(listed, number)}


def _carrier_lookup(account: SmsAccount, request: dict[str, Any]) -> dict[str, Any]:
    number = request["PhoneNumber"]
    return {"E164PhoneNumber": number, "PhoneNumberType": account.line_type} | account.lookups.get(number, {})


def _describe_phone_numbers(account: SmsAccount, request: dict[str, Any]) -> dict[str, Any]:
    requested = request.get("PhoneNumberIds") or list(account.phone_numbers)
    if not account.phone_numbers.keys() >= set(requested):
        raise SmsError("ResourceNotFoundException", "The phone number was not found.", "phone-number")
    return {"PhoneNumbers": [_phone_number(arn) | account.phone_numbers[arn] for arn in requested]}


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
        # Assumption: a number that is connected to Amazon Connect has this two-way destination.
        "TwoWayChannelArn": f"connect.{region}.amazonaws.com",
        "SelfManagedOptOutsEnabled": False,
        "OptOutListName": "Default",
        "DeletionProtectionEnabled": False,
        "CreatedTimestamp": 0,
    }


def _describe_opt_out_lists(account: SmsAccount, request: dict[str, Any]) -> dict[str, Any]:
    requested = request.get("OptOutListNames") or list(account.opt_out_lists)
    names = [_opt_out_list(account, {"OptOutListName": name})[0] for name in requested]
    return {"OptOutLists": [_opt_out_list_description(name) for name in names]}


def _opt_out_list_description(name: str) -> dict[str, Any]:
    arn = f"arn:aws:sms-voice:{demo.REGION}:{demo.ACCOUNT}:opt-out-list/{name}"
    return {"OptOutListArn": arn, "OptOutListName": name, "CreatedTimestamp": 0}


def _describe_account_attributes(account: SmsAccount, _request: dict[str, Any]) -> dict[str, Any]:
    return {"AccountAttributes": [{"Name": "ACCOUNT_TIER", "Value": account.account_tier}]}


def _describe_spend_limits(account: SmsAccount, _request: dict[str, Any]) -> dict[str, Any]:
    limit = {"EnforcedLimit": account.monthly_spend_limit, "MaxLimit": account.monthly_spend_limit, "Overridden": False}
    return {"SpendLimits": [{"Name": "TEXT_MESSAGE_MONTHLY_SPEND_LIMIT", **limit}]}


def _opt_out_list(account: SmsAccount, request: dict[str, Any]) -> tuple[str, dict[str, float]]:
    name = request["OptOutListName"].rpartition("/")[2]
    if name not in account.opt_out_lists:
        raise SmsError("ResourceNotFoundException", "The opt-out list was not found.", "opt-out-list")
    return name, account.opt_out_lists[name]


def _entry(listed: dict[str, float], number: str) -> dict[str, Any]:
    return {"OptedOutNumber": number, "OptedOutTimestamp": listed[number], "EndUserOptedOut": False}


OPERATIONS: Final[dict[str, Callable[[SmsAccount, dict[str, Any]], dict[str, Any]]]] = {
    "DescribeOptedOutNumbers": _describe_opted_out_numbers,
    "PutOptedOutNumber": _put_opted_out_number,
    "CarrierLookup": _carrier_lookup,
    "DescribePhoneNumbers": _describe_phone_numbers,
    "DescribeOptOutLists": _describe_opt_out_lists,
    "DescribeAccountAttributes": _describe_account_attributes,
    "DescribeSpendLimits": _describe_spend_limits,
}
