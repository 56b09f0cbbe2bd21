import json
from typing import Any

import pytest
from aws_lambda_powertools.utilities.parameters import SSMProvider
from botocore.exceptions import ClientError

from builders import contact
from deflection import documents
from deflection.deadline import Deadline
from deflection.errors import CheckUnavailableError, InvalidSettingsError

SOON = Deadline(9e9)


class FakeSsm:
    """Parameters that answer with this text, or with an error of this code."""

    def __init__(self, text: str = "", code: str = "") -> None:
        self.text, self.code, self.asked = text, code, 0

    def get_parameter(self, **_: Any) -> dict[str, Any]:
        self.asked += 1
        if self.code:
            raise ClientError({"Error": {"Code": self.code}}, "GetParameter")
        return {"Parameter": {"Value": self.text}}


def provider(ssm: FakeSsm) -> Any:
    return SSMProvider(boto3_client=ssm)


def test_a_good_copy_is_used_while_it_lasts() -> None:
    ssm = FakeSsm(json.dumps([{"ContactFlowId": "good"}]))
    cached = provider(ssm)

    first = documents.routes(cached, "/routes", SOON)
    ssm.text = "broken"
    again = documents.routes(cached, "/routes", SOON)

    assert [routes.route(contact(), "US").ContactFlowId for routes in (first, again)] == ["good", "good"]
    assert ssm.asked == 1


def test_a_wrong_copy_is_read_anew_as_soon_as_it_is_mended() -> None:
    ssm = FakeSsm("broken")
    cached = provider(ssm)

    with pytest.raises(InvalidSettingsError, match="ROUTES_PARAMETER"):
        documents.routes(cached, "/routes", SOON)
    ssm.text = json.dumps([{"ContactFlowId": "mended"}])

    assert documents.routes(cached, "/routes", SOON).route(contact(), "US").ContactFlowId == "mended"


@pytest.mark.parametrize(("text", "off"), [("off", True), (" Off\n", True), ("on", False), ("", False)])
def test_the_switch_is_off_when_it_says_so(text: str, *, off: bool) -> None:
    assert documents.is_off(provider(FakeSsm(text)), "/switch", SOON) is off


@pytest.mark.parametrize(
    ("code", "error"),
    [("ParameterNotFound", InvalidSettingsError), ("AccessDeniedException", CheckUnavailableError)],
)
def test_a_document_that_is_not_there_is_a_wrong_setting_and_one_that_cannot_be_had_may_be_later(
    code: str, error: type[Exception]
) -> None:
    with pytest.raises(error, match="MESSAGES_PARAMETER"):
        documents.messages(provider(FakeSsm(code=code)), "/messages", SOON)
