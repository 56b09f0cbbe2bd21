import json
from typing import Any

import pytest
from botocore.exceptions import ClientError

from builders import contact
from deflection.aws.deadline import Deadline
from deflection.aws.parameter_store import SsmParameterProvider, is_switched_off, load_messages, load_routes
from deflection.errors import CheckUnavailableError, InvalidSettingsError

SOON = Deadline(9e9)


class FakeSsm:
    """Parameters that answer with these values, or with an error of this code."""

    def __init__(self, code: str = "", **values: str) -> None:
        self.values, self.code = values, code
        self.asked: list[str] = []

    def get_parameter(self, **request: Any) -> dict[str, Any]:
        self.asked.append(request["Name"])
        if self.code:
            raise ClientError({"Error": {"Code": self.code}}, "GetParameter")
        return {"Parameter": {"Value": self.values[request["Name"]]}}


def test_a_good_copy_is_used_while_it_lasts() -> None:
    ssm = FakeSsm(routes=json.dumps([{"ContactFlowId": "good"}]))
    cached = SsmParameterProvider(ssm)

    first = load_routes(cached, "routes", SOON)
    ssm.values["routes"] = "broken"
    again = load_routes(cached, "routes", SOON)

    assert [routes.find_route(contact(), "US").ContactFlowId for routes in (first, again)] == ["good", "good"]
    assert ssm.asked == ["routes"]


def test_a_wrong_copy_is_read_anew_as_soon_as_it_is_mended() -> None:
    ssm = FakeSsm(routes="broken")
    cached = SsmParameterProvider(ssm)

    with pytest.raises(InvalidSettingsError, match="ROUTES_PARAMETER"):
        load_routes(cached, "routes", SOON)
    ssm.values["routes"] = json.dumps([{"ContactFlowId": "mended"}])

    assert load_routes(cached, "routes", SOON).find_route(contact(), "US").ContactFlowId == "mended"


def test_a_wrong_document_does_not_cost_the_good_copies_of_the_others() -> None:
    ssm = FakeSsm(routes="broken", messages='{"default": "good"}', switch="on")
    cached = SsmParameterProvider(ssm)

    for _ in range(2):
        is_off = is_switched_off(cached, "switch", SOON)
        catalogue = load_messages(cached, "messages", SOON)
        with pytest.raises(InvalidSettingsError, match="ROUTES_PARAMETER"):
            load_routes(cached, "routes", SOON)
        ssm.values |= {"messages": "broken", "switch": "off"}

    assert not is_off
    assert catalogue.message("", "connect:SMS")
    assert ssm.asked == ["switch", "messages", "routes", "routes"]


@pytest.mark.parametrize(("text", "off"), [("off", True), (" Off\n", True), ("on", False), ("", False)])
def test_the_switch_is_off_when_it_says_so(text: str, *, off: bool) -> None:
    assert is_switched_off(SsmParameterProvider(FakeSsm(switch=text)), "switch", SOON) is off


@pytest.mark.parametrize(
    ("code", "error"),
    [("ParameterNotFound", InvalidSettingsError), ("AccessDeniedException", CheckUnavailableError)],
)
def test_a_document_that_is_not_there_is_a_wrong_setting_and_one_that_cannot_be_had_may_be_later(
    code: str, error: type[Exception]
) -> None:
    with pytest.raises(error, match="MESSAGES_PARAMETER"):
        load_messages(SsmParameterProvider(FakeSsm(code)), "messages", SOON)
