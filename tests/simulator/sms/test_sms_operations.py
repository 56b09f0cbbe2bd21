"""The simulated End User Messaging SMS, called with boto3."""

from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import ClientError

from connect_simulator import Fault, Simulator, World

STOPPED, OTHER = "+14255550101", "+14255550102"


@pytest.fixture(scope="session")
def sms(client_of: Callable[..., Any]) -> Any:
    return client_of("pinpoint-sms-voice-v2")


def test_opted_out_number_is_on_the_list(sms: Any) -> None:
    sms.put_opted_out_number(OptOutListName="Default", OptedOutNumber=STOPPED)
    answer = sms.describe_opted_out_numbers(OptOutListName="Default", OptedOutNumbers=[STOPPED, OTHER])
    assert [entry["OptedOutNumber"] for entry in answer["OptedOutNumbers"]] == [STOPPED]
    whole = sms.describe_opted_out_numbers(OptOutListName="arn:aws:sms-voice:us-east-1:1:opt-out-list/Default")
    assert whole["OptedOutNumbers"] == answer["OptedOutNumbers"]


def test_unlisted_number_is_omitted_or_rejected(sms: Any, world: World) -> None:
    assert sms.describe_opted_out_numbers(OptOutListName="Default", OptedOutNumbers=[OTHER])["OptedOutNumbers"] == []
    world.sms.refuse_unlisted_numbers = True
    with pytest.raises(sms.exceptions.ResourceNotFoundException):
        sms.describe_opted_out_numbers(OptOutListName="Default", OptedOutNumbers=[OTHER])


def test_unknown_opt_out_list_is_not_found(sms: Any, world: World) -> None:
    with pytest.raises(sms.exceptions.ResourceNotFoundException):
        sms.describe_opted_out_numbers(OptOutListName="Ours", OptedOutNumbers=[OTHER])
    world.sms.opt_out_lists["Ours"] = {OTHER: 1_800_000_000.0}
    (entry,) = sms.describe_opted_out_numbers(OptOutListName="Ours")["OptedOutNumbers"]
    assert (entry["OptedOutNumber"], entry["OptedOutTimestamp"].timestamp()) == (OTHER, 1_800_000_000)


def test_more_than_five_numbers_are_rejected(sms: Any) -> None:
    numbers = [f"+1425555010{digit}" for digit in range(6)]
    with pytest.raises(sms.exceptions.ValidationException, match="must be at most 5"):
        sms.describe_opted_out_numbers(OptOutListName="Default", OptedOutNumbers=numbers)


def test_line_type_is_mobile_by_default(sms: Any, world: World) -> None:
    world.sms.lookups[OTHER] = {"PhoneNumberType": "LANDLINE", "IsoCountryCode": "US"}
    found = [sms.carrier_lookup(PhoneNumber=number) for number in (STOPPED, OTHER)]
    assert [(answer["E164PhoneNumber"], answer["PhoneNumberType"]) for answer in found] == [
        (STOPPED, "MOBILE"),
        (OTHER, "LANDLINE"),
    ]
    assert found[1]["IsoCountryCode"] == "US"


def test_sms_service_has_faults_and_is_reset(simulator: Simulator, sms: Any) -> None:
    sms.put_opted_out_number(OptOutListName="Default", OptedOutNumber=STOPPED)
    simulator.faults.add(Fault("CarrierLookup", "throttling"))
    with pytest.raises(sms.exceptions.ThrottlingException):
        sms.carrier_lookup(PhoneNumber=STOPPED)
    simulator.reset()
    assert sms.describe_opted_out_numbers(OptOutListName="Default")["OptedOutNumbers"] == []


def test_unsupported_operation_is_rejected(sms: Any) -> None:
    with pytest.raises(ClientError, match=r"UnknownOperationException.*DescribePools is not simulated"):
        sms.describe_pools()
