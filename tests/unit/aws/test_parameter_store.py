import json
from typing import Any

import pytest
from botocore.exceptions import ClientError

from builders import contact
from deflection.aws.deadline import Deadline
from deflection.aws.parameter_store import SsmParameterProvider, load_messages, load_routes, read_parameter
from deflection.errors import CheckUnavailableError, InvalidSettingsError

SOON = Deadline(9e9)
NOW = 1_795_342_000.0


class FakeSsm:
    """An SSM client with these parameters, or one that raises an error with this code."""

    def __init__(self, code: str = "", **values: str) -> None:
        self.values, self.code = values, code
        self.requested: list[str] = []
        self.decrypted: list[bool] = []

    def get_parameter(self, **request: Any) -> dict[str, Any]:
        self.requested.append(request["Name"])
        self.decrypted.append(request["WithDecryption"])
        if self.code:
            raise ClientError({"Error": {"Code": self.code}}, "GetParameter")
        return {"Parameter": {"Value": self.values[request["Name"]]}}


def test_valid_document_is_cached() -> None:
    ssm = FakeSsm(routes=json.dumps([{"ContactFlowId": "cached"}]))
    provider = SsmParameterProvider(ssm)

    first = load_routes(provider, "routes", SOON)
    ssm.values["routes"] = "invalid"
    again = load_routes(provider, "routes", SOON)

    assert [routes.find_route(contact(), "US").ContactFlowId for routes in (first, again)] == ["cached", "cached"]
    assert ssm.requested == ["routes"]


def test_invalid_document_is_not_cached() -> None:
    ssm = FakeSsm(routes="invalid")
    provider = SsmParameterProvider(ssm)

    with pytest.raises(InvalidSettingsError, match="ROUTES_PARAMETER"):
        load_routes(provider, "routes", SOON)
    ssm.values["routes"] = json.dumps([{"ContactFlowId": "corrected"}])

    assert load_routes(provider, "routes", SOON).find_route(contact(), "US").ContactFlowId == "corrected"


def test_invalid_document_does_not_evict_the_other_documents() -> None:
    ssm = FakeSsm(
        routes="invalid",
        messages='{"default": "Hello"}',
    )
    provider = SsmParameterProvider(ssm)

    for _ in range(2):
        catalog = load_messages(provider, "messages", SOON)
        with pytest.raises(InvalidSettingsError, match="ROUTES_PARAMETER"):
            load_routes(provider, "routes", SOON)
        ssm.values |= {"messages": "invalid"}

    assert catalog.message("", "connect:SMS")
    assert ssm.requested == ["messages", "routes", "routes"]


@pytest.mark.parametrize(
    ("code", "error"),
    [("ParameterNotFound", InvalidSettingsError), ("AccessDeniedException", CheckUnavailableError)],
)
def test_missing_parameter_is_an_invalid_setting_and_an_unreadable_one_is_retryable(
    code: str, error: type[Exception]
) -> None:
    with pytest.raises(error, match="MESSAGES_PARAMETER"):
        load_messages(SsmParameterProvider(FakeSsm(code)), "messages", SOON)


def test_unexpected_exception_of_the_client_is_retryable() -> None:
    with pytest.raises(CheckUnavailableError, match=r"\(KeyError\)"):
        load_messages(SsmParameterProvider(FakeSsm()), "messages", SOON)


@pytest.mark.parametrize(
    ("seconds", "value"),
    [(0, "first"), (29.9, "first"), (30, "second"), (-1, "second")],
    ids=["at once", "within the time", "at the end of the time", "after the clock was set back"],
)
def test_value_is_read_again_when_it_may_be_too_old(seconds: float, value: str) -> None:
    ssm, times = FakeSsm(switch="first"), iter([NOW, NOW + seconds])
    provider = SsmParameterProvider(ssm, lambda: next(times))
    provider.get("switch", 30, decrypt=True)
    ssm.values["switch"] = "second"

    assert provider.get("switch", 30, decrypt=True) == value


def test_age_of_a_value_begins_before_it_is_read() -> None:
    class SlowSsm(FakeSsm):
        """An SSM that takes 20 seconds."""

        now = NOW

        def get_parameter(self, **request: Any) -> dict[str, Any]:
            self.now += 20
            return super().get_parameter(**request)

    ssm = SlowSsm(switch="on")
    provider = SsmParameterProvider(ssm, lambda: ssm.now)
    provider.get("switch", 30, decrypt=True)
    ssm.now += 10
    provider.get("switch", 30, decrypt=True)

    assert len(ssm.requested) == 2


def test_failed_read_does_not_keep_the_old_value_and_is_not_remembered() -> None:
    ssm, times = FakeSsm(switch="on"), iter([NOW, NOW + 30, NOW + 31])
    provider = SsmParameterProvider(ssm, lambda: next(times))
    read_parameter("SWITCH_PARAMETER", provider, "switch", 30, SOON)
    ssm.code = "ThrottlingException"

    with pytest.raises(CheckUnavailableError):
        read_parameter("SWITCH_PARAMETER", provider, "switch", 30, SOON)
    ssm.code, ssm.values["switch"] = "", "off"

    assert read_parameter("SWITCH_PARAMETER", provider, "switch", 30, SOON) == "off"


def test_encrypted_parameter_is_decrypted() -> None:
    ssm = FakeSsm(switch="on")

    read_parameter("SWITCH_PARAMETER", SsmParameterProvider(ssm), "switch", 30, SOON)

    assert ssm.decrypted == [True]
